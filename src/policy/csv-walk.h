/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Files of rows whose fields stand between commas, without quotes. Made for a million rows: fields
 * are cut in place in the file's bytes.
 */
#pragma once

#include "policy/find.h"

#define OP25B_CSV_ROW_MAX 1000 /* bytes; for who reads a row */

/* Where the walk is. */
struct op25b_csv {
	struct op25b_finder *finder;
	uint32_t file, line;
	char *row; /* its first byte, for columns */
};

/* Without the blanks around it. */
struct op25b_csv_field {
	char *text, *end;
};

/**
 * op25b_csv_walk() - call @read for each row but those that are empty or begin with '#'.
 * @csv:  finder and file are set; the walk sets the rest
 * @data: @size bytes and a NUL, writable
 * @read: gets @arg and the end of csv->row
 *
 * A NUL in a file is an error, and then no row is read: texts end at it.
 */
void op25b_csv_walk(struct op25b_csv *csv, char *data, size_t size,
		    void (*read)(void *arg, char *end), void *arg);

/* From one byte up to another, whatever commas are between them. */
struct op25b_csv_field op25b_csv_trim(char *text, char *end);

/* Cut a row into at most @n fields. Returns how many there are, @n + 1 for more. */
size_t op25b_csv_cut(char *row, char *end, struct op25b_csv_field *fields, size_t n);

/* The place of a byte of the row. */
struct op25b_place op25b_csv_place(const struct op25b_csv *csv, const char *at);

/* Ended by a NUL in the file's bytes: only when nothing else of the row is looked for there. */
static inline const char *op25b_csv_text(const struct op25b_csv_field *field)
{
	*field->end = '\0';
	return field->text;
}

static inline size_t op25b_csv_length(const struct op25b_csv_field *field)
{
	return (size_t)(field->end - field->text);
}

/* Whether a field says exactly @word. */
bool op25b_csv_is(const struct op25b_csv_field *field, const char *word);
