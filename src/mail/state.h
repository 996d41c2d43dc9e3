/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What op25b-maild remembers: one SQLite file with windows, limits, holds, numbers and letters. A
 * turn of the daemon's loop is one transaction: what was asked in it is answered after it was
 * committed, so a daemon that is killed has told nobody anything that it does not remember. The
 * file is in WAL mode with synchronous=NORMAL: a power failure may lose the last turns, never the
 * file; nobody else can open it.
 *
 * Each module has its own tables and statements; this one opens, begins and commits. One thread.
 */
#pragma once

#include <sqlite3.h>
#include <stdint.h>

#include "base/error.h"

struct op25b_state;

/**
 * op25b_state_open() - open the file, or make it.
 * @path: of the file, kept with mode 0600; its folder must exist
 *
 * Whatever is not this program's own layout is refused. Returns 0; -EACCES, -ENOENT, -EROFS;
 * -EMEDIUMTYPE: not ours, or of a newer op25b; -EBADMSG: damaged; -EBUSY: another maild has it;
 * -EIO, -ENOSPC, -ENOMEM. All calls of the modules may return the last four and -EBADMSG too.
 */
int op25b_state_open(const char *path, struct op25b_state **ret, struct op25b_error *error);

/* NULL-safe; sets *state to NULL. What was not committed is gone. */
void op25b_state_close(struct op25b_state **state);

/* Begin a turn; does nothing inside one. */
int op25b_state_begin(struct op25b_state *state, struct op25b_error *error);

/**
 * op25b_state_commit() - keep a turn; does nothing outside of one.
 *
 * After an error nothing of the turn is kept, and nothing that was asked in it may be answered.
 */
int op25b_state_commit(struct op25b_state *state, struct op25b_error *error);

/* Give a turn up. */
void op25b_state_rollback(struct op25b_state *state);

/**
 * op25b_state_shrink() - write the log back into the file and empty it, between turns.
 *
 * What was deleted before is gone from the disk then: both files overwrite it. Waits for the disk.
 */
int op25b_state_shrink(struct op25b_state *state, struct op25b_error *error);

/**
 * op25b_state_statement() - a statement, reset and ready to bind; for the modules.
 * @sql: a literal: it is known by its address
 * Returns NULL if it can't be prepared.
 */
sqlite3_stmt *op25b_state_statement(struct op25b_state *state, const char *sql);

/**
 * op25b_state_step() - one step of a statement.
 * @statement: NULL: of op25b_state_statement(), -EIO
 *
 * Returns 1: a row; 0: done, and reset; -errno: nothing of the turn is kept, no statement of it
 * will run any more, and op25b_state_commit() says so. So the modules need not look at what binding
 * returns, but must not have a constraint fail to learn something.
 */
int op25b_state_step(sqlite3_stmt *statement);

/* Run a statement that deletes what is older than ?1. @sql: a literal. Returns 0 or -errno. */
int op25b_state_sweep(struct op25b_state *state, const char *sql, int64_t before);
