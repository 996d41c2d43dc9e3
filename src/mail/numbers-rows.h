/* SPDX-License-Identifier: BSD-2-Clause */
/* Statements of numbers*.c: ?1 is the account, ?2 and what follows are integers. */
#pragma once

#include <stdint.h>

#include "mail/state.h"

#define OP25B_NUMBERS_SLOT       600 /* seconds of a slot of results */
#define OP25B_NUMBERS_SLOTS_HOUR 6   /* full ones of an hour; the running one comes on top */
#define OP25B_NUMBERS_SLOTS_DAY  144

/* Counts one in a column of numbers_day; a literal. */
#define OP25B_NUMBERS_COUNT(column)                                             \
	"INSERT INTO numbers_day (account, day, " column ") VALUES (?1, ?2, 1)" \
	" ON CONFLICT (account, day) DO UPDATE SET " column " = " column " + 1"

/* A statement with its values. @account: NULL: there is no ?1. */
sqlite3_stmt *op25b_numbers_statement(struct op25b_state *state, const char *sql,
				      const char *account, const int64_t *values, int n);

/* Whether it gave a row: 1, 0, -errno. It is reset. */
int op25b_numbers_step_once(sqlite3_stmt *statement);

/* Run a statement that gives no row: 0, -errno. */
int op25b_numbers_run(struct op25b_state *state, const char *sql, const char *account,
		      const int64_t *values, int n);

/* The integers of its one row; NULLs are 0, and so is all where there is no row. */
int op25b_numbers_ask(struct op25b_state *state, const char *sql, const char *account,
		      const int64_t *values, int n, int64_t *ret, int n_ret);
