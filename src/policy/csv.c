/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lines_from: rows of id,service,prefix. Made for a million rows: fields are cut in place in the
 * file's bytes, which stay as the ids' memory; the last service is remembered; and an id is looked
 * up some rows after it was read, when its slot of the table has come from memory.
 */
#include <string.h>

#include "policy/prefix.h"
#include "policy/reader.h"

#define ROW_MAX 1000 /* bytes */
#define AHEAD   16   /* rows between reading an id and looking it up */

/* A row whose line is not looked up yet. */
struct pending {
	const char *id;
	size_t len;
	uint64_t hash;
	struct op25b_prefix prefix;
	uint32_t service;
	struct op25b_place start, place; /* of the row, of its prefix */
};

struct csv {
	struct op25b_reader *r;
	struct pending pending[AHEAD];
	size_t n_read, n_added; /* rows into and out of pending */
	uint32_t file, line;
	char *row;                /* its first byte, for columns */
	const char *service_text; /* of the row before */
	uint32_t service;
};

static struct op25b_place place_of(const struct csv *csv, const char *at)
{
	struct op25b_place place = { .file = csv->file, .line = csv->line, .column = 1 };

	for (const char *c = csv->row; c < at; c++)
		place.column += (*c & 0xc0) != 0x80;
	return place;
}

static char *trim(char *field, char *end)
{
	while (*field == ' ' || *field == '\t')
		field++;
	while (end > field && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r'))
		end--;
	*end = '\0';
	return field;
}

/* Cut a row at its commas. Returns the number of fields found, 4 for more than three. */
static int cut_row(char *row, char *end, char *fields[static 3])
{
	char *at = row;

	for (int n = 0; n < 3; n++) {
		char *comma = memchr(at, ',', (size_t)(end - at));

		fields[n] = trim(at, comma ? comma : end);
		if (!comma)
			return n + 1;
		at = comma + 1;
	}
	return 4;
}

static bool find_service(struct csv *csv, const char *text, uint32_t *ret)
{
	if (!csv->service_text || strcmp(csv->service_text, text) != 0) {
		struct op25b_place place = place_of(csv, text);

		csv->service_text = NULL;
		if (!op25b_name_resolve(csv->r, &place, text, &csv->r->services, &csv->service))
			return false;
		csv->service_text = text;
	}
	*ret = csv->service;
	return true;
}

/* Rows of one id add up; an id of `lines` has all its prefixes there. */
static void add_pending(struct csv *csv)
{
	struct op25b_reader *r = csv->r;
	const struct pending *row = &csv->pending[csv->n_added++ % AHEAD];
	uint32_t next = (uint32_t)r->policy->n_line_ids;
	uint32_t line = op25b_table_put_hashed(&r->lines.table, row->id, row->len, row->hash, next);

	if (line == next)
		r->policy->line_ids[r->policy->n_line_ids++] = row->id;
	if (line < r->n_lines_defined)
		op25b_find_error(r->finder, &row->start,
				 "another line has the id '%s', in 'lines'; give all prefixes of a "
				 "line in one place",
				 row->id);
	op25b_lines_add(r, &row->prefix, row->service, line, &row->place);
}

static bool read_id(struct csv *csv, const char *text, struct pending *row)
{
	struct op25b_reader *r = csv->r;
	const char *scope = r->policy->tenants[r->doc->tenant].id;
	size_t len = strlen(text);
	const char *fault = op25b_name_line_fault(text, len);

	if (fault) {
		struct op25b_place place = place_of(csv, text);

		op25b_find_error(r->finder, &place, "the id of a line %s", fault);
		return false;
	}
	if (*scope) {
		text = op25b_arena_format(r->arena, "%s/%s", scope, text);
		len = strlen(text);
	}
	row->id = text;
	row->len = len;
	row->hash = op25b_table_hash(text, len, 0);
	op25b_table_touch(&r->lines.table, row->hash);
	return true;
}

static bool read_prefix(struct csv *csv, const char *text, struct pending *row)
{
	enum op25b_prefix_fault fault = op25b_prefix_parse(text, &row->prefix);

	row->place = row->start;
	row->place.column += (uint32_t)(text - csv->row);
	if (!fault)
		return true;
	row->place = place_of(csv, text);
	op25b_read_prefix_fault(csv->r, &row->place, text, (int)fault, &row->prefix);
	return false;
}

static bool is_header(const struct csv *csv, char *const *fields)
{
	return csv->line == 1 && !strcmp(fields[0], "id") && !strcmp(fields[1], "service") &&
	       !strcmp(fields[2], "prefix");
}

static void read_row(struct csv *csv, char *row, char *end)
{
	struct pending *pending = &csv->pending[csv->n_read % AHEAD];
	bool has_service, has_prefix;
	char *fields[3];
	int n = cut_row(row, end, fields);

	if ((n == 1 && !*fields[0]) || (n == 3 && is_header(csv, fields)))
		return;
	pending->start = (struct op25b_place){ .file = csv->file, .line = csv->line, .column = 1 };
	if (n != 3 || *fields[0] == '"' || end - row > ROW_MAX) {
		op25b_find_error(csv->r->finder, &pending->start,
				 "a row has three fields without quotes; write id,service,prefix");
		return;
	}
	has_service = find_service(csv, fields[1], &pending->service);
	has_prefix = read_prefix(csv, fields[2], pending);
	if (!read_id(csv, fields[0], pending) || !has_service || !has_prefix)
		return;
	csv->n_read++;
	if (csv->n_read - csv->n_added == AHEAD)
		add_pending(csv);
}

/* Fields end at a NUL: a row with one would be read short. */
static void report_nul(struct csv *csv, char *data)
{
	struct op25b_place place;
	char *nul = csv->row;

	csv->row = data;
	for (char *c = data; (c = memchr(c, '\n', (size_t)(nul - c))); csv->row = ++c)
		csv->line++;
	place = place_of(csv, nul);
	op25b_find_error(csv->r->finder, &place,
			 "a NUL character; save the file as text, and remove it");
}

static void read_rows(struct op25b_reader *r, uint32_t file, char *data, size_t size)
{
	struct csv csv = { .r = r, .file = file, .line = 1 };
	char *at = data, *end = data + size;
	size_t rows = 1;

	for (const char *c = data; (c = memchr(c, '\n', (size_t)(end - c))); c++)
		rows++;
	csv.row = memchr(data, '\0', size);
	if (csv.row) {
		report_nul(&csv, data);
		return;
	}
	op25b_lines_reserve(r, rows);
	op25b_table_reserve(&r->lines.table, r->scratch, rows);
	if (size >= 3 && !memcmp(at, "\xef\xbb\xbf", 3))
		at += 3;
	for (; at < end; csv.line++) {
		char *stop = memchr(at, '\n', (size_t)(end - at));

		stop = stop ? stop : end;
		csv.row = at;
		if (*at != '#')
			read_row(&csv, at, stop);
		at = stop + 1;
	}
	while (csv.n_added < csv.n_read)
		add_pending(&csv);
}

void op25b_read_lines_from(struct op25b_reader *r, const struct op25b_node *node)
{
	const struct op25b_node *item = op25b_walk_list(r, node, "lines_from");

	if (item && r->from_buffer) {
		op25b_find_error(r->finder, &node->place,
				 "a policy that is not read from a file can't have 'lines_from'; "
				 "write it to a file first");
		return;
	}
	for (; item; item = item->next) {
		const char *name = op25b_walk_text(r, item, "a file name");
		uint32_t file;
		size_t size;
		char *data;

		if (!name)
			continue;
		data = op25b_file_read(r, op25b_file_beside(r, r->doc->file, name), &item->place,
				       &file, &size);
		if (data)
			read_rows(r, file, data, size);
	}
}
