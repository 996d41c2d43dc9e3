/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The state's file, its turns and its statements. The file is locked for as long as it is open:
 * another maild is told, no lock is taken in a turn, and the index of the write-ahead log is in
 * this process's memory. Checkpoints are SQLite's own, at the end of the turn that makes the log
 * long.
 *
 * After a failed step the turn is lost at once, not at its commit: a module that made the half of a
 * change must not be able to have it kept.
 */
#include <errno.h>
#include <stdbool.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "mail/state-inside.h"
#include "session/sqlite-file.h"

#define STATEMENTS 256U /* slots, a power of two; the modules have fewer than half as many */

struct op25b_state {
	sqlite3 *db;
	bool in_turn;
	struct {
		const char *sql;
		sqlite3_stmt *statement;
	} statements[STATEMENTS];
	char path[];
};

static int fail(struct op25b_state *state, const char *tried, struct op25b_error *error)
{
	/* NULL: there was no memory for it */
	const int r = op25b_sqlite_errno(sqlite3_errcode(state->db));

	return op25b_error_set(error, r ? r : -EIO, "%s: %s: %s", state->path, tried,
			       sqlite3_errmsg(state->db));
}

/* Looked at by name only: closing a descriptor of it would drop this process's locks. */
static int prepare_file(const char *path, struct op25b_error *error)
{
	OP25B_AUTO_CLOSE int fd = -1;
	struct stat info;

	if (stat(path, &info) == 0 && !S_ISREG(info.st_mode))
		return op25b_error_set(error, -EMEDIUMTYPE,
				       "%s: not a regular file; name another file", path);
	fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
	if (fd >= 0)
		return 0;
	if (errno != EEXIST || chmod(path, 0600) < 0)
		return op25b_error_set(error, -errno, "%s: %s", path, strerror(errno));
	return 0;
}

/* The text that a statement gives must be this. */
static int expect(struct op25b_state *state, const char *sql, const char *text, const char *tried,
		  struct op25b_error *error)
{
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(state->db, sql, -1, &statement, NULL), r = 0;

	if (code == SQLITE_OK)
		code = sqlite3_step(statement);
	if (code != SQLITE_ROW)
		r = fail(state, tried, error);
	else if (strcmp((const char *)sqlite3_column_text(statement, 0), text) != 0)
		r = op25b_error_set(error, -EBADMSG,
				    "%s: %s: %s; it is damaged: restore a copy, or move it away to "
				    "begin anew",
				    state->path, tried, sqlite3_column_text(statement, 0));
	sqlite3_finalize(statement);
	if (r == -EBUSY)
		op25b_error_set(error, r, "%s: another op25b-maild has it", state->path);
	return r;
}

/* Of the file's schema no trigger, view or function is ever run. */
static int connect_file(struct op25b_state *state)
{
	int code = sqlite3_open_v2(
		state->path, &state->db,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);

	return code == SQLITE_OK ? op25b_sqlite_distrust(state->db) : code;
}

static int take_file(struct op25b_state *state, struct op25b_error *error)
{
	int r = 0;

	if (connect_file(state) != SQLITE_OK)
		return fail(state, "opening it", error);
	/* In this order: a file that is locked from the start has no -shm beside it. */
	r = expect(state, "PRAGMA locking_mode = EXCLUSIVE", "exclusive", "locking it", error);
	/* Of a new file. A turn writes the pages that it touched, whole: docs/design/011. */
	if (r == 0)
		r = op25b_sqlite_errno(
			sqlite3_exec(state->db, "PRAGMA page_size = 2048", NULL, NULL, NULL));
	if (r == 0)
		r = expect(state, "PRAGMA quick_check(1)", "ok", "reading it", error);
	if (r == 0)
		r = op25b_state_layout(state->db, state->path, error);
	if (r == 0)
		r = expect(state, "PRAGMA journal_mode = WAL", "wal",
			   "turning on its write-ahead log", error);
	if (r == 0 && sqlite3_exec(state->db,
				   "PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON;"
				   "PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0;"
				   "PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY;"
				   "PRAGMA wal_autocheckpoint = 16000;"
				   "PRAGMA journal_size_limit = 67108864",
				   NULL, NULL, NULL) != SQLITE_OK)
		r = fail(state, "setting it up", error);
	return r;
}

int op25b_state_open(const char *path, struct op25b_state **ret, struct op25b_error *error)
{
	OP25B_CLEANUP(op25b_state_close) struct op25b_state *state = NULL;
	/* SQLite would take "file:…" for a URI. */
	const char *prefix = *path == '/' ? "" : "./";
	const size_t size = strlen(prefix) + strlen(path) + 1;
	int r;

	state = calloc(1, sizeof(*state) + size);
	if (!state)
		return op25b_error_set(error, -ENOMEM, "%s: out of memory", path);
	snprintf(state->path, size, "%s%s", prefix, path);
	r = prepare_file(state->path, error);
	if (r == 0)
		r = take_file(state, error);
	if (r == 0)
		*ret = OP25B_TAKE_PTR(state);
	return r;
}

void op25b_state_close(struct op25b_state **state)
{
	if (!*state)
		return;
	for (size_t i = 0; i < STATEMENTS; i++)
		sqlite3_finalize((*state)->statements[i].statement);
	sqlite3_close((*state)->db);
	free(*state);
	*state = NULL;
}

static const char begin_sql[] = "BEGIN", commit_sql[] = "COMMIT";

int op25b_state_begin(struct op25b_state *state, struct op25b_error *error)
{
	if (state->in_turn)
		return 0;
	if (op25b_state_step(op25b_state_statement(state, begin_sql)) < 0)
		return fail(state, "beginning a turn", error);
	state->in_turn = true;
	return 0;
}

/* A step failed, and took the turn with it. */
static bool is_lost(const struct op25b_state *state)
{
	return state->in_turn && sqlite3_get_autocommit(state->db);
}

/* A walk that was left in the middle would keep the log from being written back. */
static void reset_all(struct op25b_state *state)
{
	for (size_t i = 0; i < STATEMENTS; i++)
		sqlite3_reset(state->statements[i].statement);
}

int op25b_state_commit(struct op25b_state *state, struct op25b_error *error)
{
	int r = 0;

	if (!state->in_turn)
		return 0;
	reset_all(state);
	if (is_lost(state))
		r = op25b_error_set(error, -EIO, "%s: nothing of a turn was kept after an error",
				    state->path);
	else if (op25b_state_step(op25b_state_statement(state, commit_sql)) < 0)
		r = fail(state, "keeping a turn", error);
	state->in_turn = false;
	return r;
}

void op25b_state_rollback(struct op25b_state *state)
{
	reset_all(state);
	if (!sqlite3_get_autocommit(state->db))
		sqlite3_exec(state->db, "ROLLBACK", NULL, NULL, NULL);
	state->in_turn = false;
}

int op25b_state_shrink(struct op25b_state *state, struct op25b_error *error)
{
	if (state->in_turn)
		return op25b_error_set(error, -EBUSY, "%s: in the middle of a turn", state->path);
	if (sqlite3_wal_checkpoint_v2(state->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL) !=
	    SQLITE_OK)
		return fail(state, "writing back its log", error);
	return 0;
}

sqlite3_stmt *op25b_state_statement(struct op25b_state *state, const char *sql)
{
	size_t i = ((uintptr_t)sql >> 3) * 0x9e3779b97f4a7c15U >> 32 & (STATEMENTS - 1);

	if (is_lost(state))
		return NULL;
	for (size_t tried = 0; tried < STATEMENTS; tried++, i = (i + 1) & (STATEMENTS - 1)) {
		if (!state->statements[i].sql &&
		    sqlite3_prepare_v3(state->db, sql, -1, SQLITE_PREPARE_PERSISTENT,
				       &state->statements[i].statement, NULL) == SQLITE_OK)
			state->statements[i].sql = sql;
		if (!state->statements[i].sql)
			return NULL;
		if (state->statements[i].sql == sql) {
			sqlite3_reset(state->statements[i].statement);
			return state->statements[i].statement;
		}
	}
	return NULL;
}

int op25b_state_step(sqlite3_stmt *statement)
{
	sqlite3 *db = statement ? sqlite3_db_handle(statement) : NULL;
	const int code = statement ? sqlite3_step(statement) : SQLITE_ERROR;
	const int r = op25b_sqlite_errno(code);

	if (code == SQLITE_ROW)
		return 1;
	if (statement)
		sqlite3_reset(statement);
	if (r < 0 && db && !sqlite3_get_autocommit(db))
		sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
	return r;
}

int op25b_state_sweep(struct op25b_state *state, const char *sql, int64_t before)
{
	sqlite3_stmt *statement = op25b_state_statement(state, sql);

	sqlite3_bind_int64(statement, 1, before);
	return op25b_state_step(statement);
}
