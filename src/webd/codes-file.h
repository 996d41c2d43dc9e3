/* SPDX-License-Identifier: BSD-2-Clause */
/* The file of codes.h, and statements on it; for codes*.c and policies.c only. */
#pragma once

#include <sqlite3.h>
#include <stdint.h>

#include "base/error.h"

struct op25b_codes {
	sqlite3 *db;
	int64_t n;             /* codes in the file */
	int64_t minute;        /* that is counted in: seconds UTC / 60 */
	unsigned int drawn[2]; /* in it, for who has no line of ours, and who has one untold */
	char path[];
};

/* @error says what was @tried, and SQLite's word for what went wrong. Returns -errno. */
int op25b_codes_fail(struct op25b_codes *codes, const char *tried, struct op25b_error *error);

/* Values of a statement, by their addresses; texts are those themselves. */
#define OP25B_CODES_WITH(...) ((const void *const[]){ __VA_ARGS__ })

/**
 * op25b_codes_prepare() - one statement with its values.
 * @kinds: a letter for each of @values: 's' a text, 'i' an int64_t
 *
 * Returns what sqlite3_finalize() frees; NULL and @error.
 */
sqlite3_stmt *op25b_codes_prepare(struct op25b_codes *codes, const char *sql, const char *kinds,
				  const void *const *values, struct op25b_error *error);

/* Runs one that gives nothing, or one number. Returns 1: *ret is written (NULL: not wanted); 0;
 * -errno and @error. */
int op25b_codes_run(struct op25b_codes *codes, const char *sql, const char *kinds,
		    const void *const *values, int64_t *ret, struct op25b_error *error);

/* A column's text, "" for NULL; the statement's. */
const char *op25b_codes_text(sqlite3_stmt *statement, int column);
