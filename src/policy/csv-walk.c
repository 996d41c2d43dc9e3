/* SPDX-License-Identifier: BSD-2-Clause */
/* See csv-walk.h. */
#include "policy/csv-walk.h"

#include <string.h>

struct op25b_place op25b_csv_place(const struct op25b_csv *csv, const char *at)
{
	struct op25b_place place = { .file = csv->file, .line = csv->line, .column = 1 };

	for (const char *c = csv->row; c < at; c++)
		place.column += (*c & 0xc0) != 0x80;
	return place;
}

struct op25b_csv_field op25b_csv_trim(char *text, char *end)
{
	while (*text == ' ' || *text == '\t')
		text++;
	while (end > text && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r'))
		end--;
	return (struct op25b_csv_field){ text, end };
}

size_t op25b_csv_cut(char *row, char *end, struct op25b_csv_field *fields, size_t n)
{
	char *at = row;

	for (size_t i = 0; i < n; i++) {
		char *comma = memchr(at, ',', (size_t)(end - at));

		fields[i] = op25b_csv_trim(at, comma ? comma : end);
		if (!comma)
			return i + 1;
		at = comma + 1;
	}
	return n + 1;
}

bool op25b_csv_is(const struct op25b_csv_field *field, const char *word)
{
	size_t len = op25b_csv_length(field);

	return len == strlen(word) && !memcmp(field->text, word, len);
}

static void report_nul(struct op25b_csv *csv, char *data, char *nul)
{
	struct op25b_place place;

	csv->row = data;
	for (char *c = data; (c = memchr(c, '\n', (size_t)(nul - c))); csv->row = ++c)
		csv->line++;
	place = op25b_csv_place(csv, nul);
	op25b_find_error(csv->finder, &place,
			 "a NUL character; save the file as text, and remove it");
}

static bool is_empty(const char *row, const char *end)
{
	while (row < end && (*row == ' ' || *row == '\t' || *row == '\r'))
		row++;
	return row == end;
}

void op25b_csv_walk(struct op25b_csv *csv, char *data, size_t size,
		    void (*read)(void *arg, char *end), void *arg)
{
	char *at = data, *end = data + size, *nul = memchr(data, '\0', size);

	csv->line = 1;
	if (nul) {
		report_nul(csv, data, nul);
		return;
	}
	if (size >= 3 && !memcmp(at, "\xef\xbb\xbf", 3))
		at += 3;
	for (; at < end; csv->line++) {
		char *stop = memchr(at, '\n', (size_t)(end - at));

		stop = stop ? stop : end;
		csv->row = at;
		if (*at != '#' && !is_empty(at, stop))
			read(arg, stop);
		at = stop + 1;
	}
}
