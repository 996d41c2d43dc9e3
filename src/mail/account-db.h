/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The account base's way to a database: one set of statements, two engines. Inside of account*.c.
 *
 * Statements say $1, $2 and so on, which SQLite and libpq both take, each for one value. What they
 * give is read whole before the call returns, as texts: no statement is open while a caller's
 * function runs. Statements are literals: an engine prepares one once and knows it by its address.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define OP25B_ACCOUNT_DB_VALUES 12U

struct op25b_account_value {
	const char *text; /* NULL: the number */
	int64_t number;
};

#define OP25B_ACCOUNT_TEXT(value)   ((struct op25b_account_value){ .text = (value) })
#define OP25B_ACCOUNT_NUMBER(value) ((struct op25b_account_value){ .number = (value) })

/* A call of a statement. */
struct op25b_account_call {
	const char *sql;
	size_t n;
	struct op25b_account_value values[OP25B_ACCOUNT_DB_VALUES];
};

/* Rows: the cells of all of them one after the other, each a text with its NUL. */
struct op25b_account_rows {
	char *cells;
	size_t size, room;
	size_t n; /* rows */
};

struct op25b_account_db;

/* The first member of every engine's own handle. */
struct op25b_account_engine {
	void (*close)(struct op25b_account_db *db);
	int (*begin)(struct op25b_account_db *db, struct op25b_error *error);
	int (*commit)(struct op25b_account_db *db, struct op25b_error *error);
	void (*rollback)(struct op25b_account_db *db);
	void (*turn)(struct op25b_account_db *db, bool on); /* as op25b_accounts_begin(), _end() */
	int (*run)(struct op25b_account_db *db, const struct op25b_account_call *call,
		   struct op25b_account_rows *rows, struct op25b_error *error);
};

struct op25b_account_db {
	const struct op25b_account_engine *engine;
};

/* As op25b_accounts_open(). */
int op25b_account_db_open(const char *location, bool make, struct op25b_account_db **ret,
			  struct op25b_error *error);
int op25b_account_sqlite_open(const char *path, bool make, struct op25b_account_db **ret,
			      struct op25b_error *error);
int op25b_account_postgresql_open(const char *location, bool make, struct op25b_account_db **ret,
				  struct op25b_error *error);

/**
 * op25b_account_db_run() - run a statement.
 * @rows: what it gave is put behind what is there; NULL where it gives nothing
 * Returns how many rows it gave or changed, or -errno; -EEXIST: a key of these values is there.
 */
int op25b_account_db_run(struct op25b_account_db *db, const struct op25b_account_call *call,
			 struct op25b_account_rows *rows, struct op25b_error *error);

/**
 * op25b_account_db_begin() - begin to write: nobody else does until commit or rollback.
 * What is committed is durable. After a failed commit nothing of it is kept, or, where the
 * connection broke in the midst, all of it.
 */
int op25b_account_db_begin(struct op25b_account_db *db, struct op25b_error *error);

/* Commit where @r is not negative, else roll back. Returns @r, or what the commit failed with. */
int op25b_account_db_end(struct op25b_account_db *db, int r, struct op25b_error *error);

/* For the engines: begin a row, add a cell of @size bytes; -ENOMEM; -EBADMSG: a NUL within. */
int op25b_account_rows_add(struct op25b_account_rows *rows, const char *text, size_t size);

/* Copy a text with its NUL; false: there is no room, and @ret is as it was. */
bool op25b_account_copy(char *ret, size_t size, const char *text);

/* Frees the cells and empties it. */
void op25b_account_rows_done(struct op25b_account_rows *rows);

/* The cell at *at as it is or as a number; moves *at to the next one. */
const char *op25b_account_cell(const char **at);
int op25b_account_cell_number(const char **at, int64_t *ret);
