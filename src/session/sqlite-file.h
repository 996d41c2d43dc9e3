/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What our SQLite files have in common, the session store's and those of the mail side: none is
 * trusted, and only one whose every object is what we would make is taken. Each says what is wrong
 * in its own words.
 */
#pragma once

#include <sqlite3.h>
#include <stdint.h>

/* -errno of an SQLite code; 0 for SQLITE_OK, SQLITE_ROW and SQLITE_DONE. */
int op25b_sqlite_errno(int code);

/* Have no trigger, view or function of a file's schema run. Returns an SQLite code. */
int op25b_sqlite_distrust(sqlite3 *db);

/**
 * op25b_sqlite_configure() - the same, and what a file has that several processes write to: what a
 * commit kept is on the disk, and what was deleted is gone from it.
 * @busy_ms: how long to wait for another writer
 * Returns an SQLite code.
 */
int op25b_sqlite_configure(sqlite3 *db, int busy_ms);

/* The one integer that a statement gives. Returns an SQLite code; SQLITE_OK: *ret is written. */
int op25b_sqlite_ask(sqlite3 *db, const char *sql, int64_t *ret);

/**
 * op25b_sqlite_compare() - whether a file has the objects of a model, each made by the same text.
 * @model: a database in memory in which we made ours
 * Returns 0; -EMEDIUMTYPE: one is missing, is another, or is more; -errno.
 */
int op25b_sqlite_compare(sqlite3 *db, sqlite3 *model);
