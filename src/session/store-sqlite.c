/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The SQLite engine: one file in write-ahead mode, every commit synced. Opening treats the file as
 * hostile: no trigger, view or function of its schema is ever run, and only our own is taken.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "session/store-sqlite.h"

#define BUSY_MS 5000

static const char *remedy(int r)
{
	switch (r) {
	case -EBADMSG:
		return "; it is damaged: restore a copy, or move it away and start anew";
	case -EMEDIUMTYPE:
		return "; name another file, or move this one away";
	case -EBUSY:
		return "; another process holds it";
	case -ENOSPC:
		return "; make room on its disk";
	default:
		return "";
	}
}

int op25b_sqlite_fail(const struct op25b_sqlite *store, int r, const char *tried,
		      struct op25b_error *error)
{
	int code = sqlite3_errcode(store->db);
	const char *says = op25b_sqlite_errno(code) == r ? sqlite3_errmsg(store->db) : strerror(-r);

	return op25b_error_set(error, r, "%s: %s: %s%s", store->path, tried, says, remedy(r));
}

int op25b_sqlite_in_place(const struct op25b_sqlite *store, struct op25b_error *error)
{
	int moved = 0;

	sqlite3_file_control(store->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
	if (!moved)
		return 0;
	return op25b_error_set(error, -EIO,
			       "%s: the file was moved, removed or replaced while in use; put it "
			       "back, or restart op25b-radiusd to go on with what is there",
			       store->path);
}

static int configure(sqlite3 *db)
{
	int code = op25b_sqlite_configure(db, BUSY_MS);

	if (code == SQLITE_OK)
		code = sqlite3_exec(db, "PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 0",
				    NULL, NULL, NULL);
	return code;
}

int op25b_sqlite_connect(const char *path, int flags, sqlite3 **ret_db, struct op25b_error *error)
{
	sqlite3 *db = NULL;
	int code = sqlite3_open_v2(path, &db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
				   NULL);
	int r;

	if (code == SQLITE_OK)
		code = configure(db);
	if (code == SQLITE_OK) {
		*ret_db = db;
		return 0;
	}
	r = op25b_sqlite_errno(code);
	op25b_error_set(error, r, "%s: %s%s", path, db ? sqlite3_errmsg(db) : strerror(-r),
			remedy(r));
	sqlite3_close(db);
	return r;
}

/*
 * A file that SQLite makes is readable by all; the other two of its files take their mode from it.
 * An existing one is only looked at by name: closing a descriptor of it would drop this process's
 * locks.
 */
static int prepare_file(const char *path, enum op25b_sessions_mode mode, struct op25b_error *error)
{
	OP25B_AUTO_CLOSE int fd = -1;
	struct stat info;

	/* Opening a FIFO would wait for its other end. */
	if (stat(path, &info) == 0)
		return S_ISREG(info.st_mode) ?
			       0 :
			       op25b_error_set(error, -EMEDIUMTYPE, "%s: not a regular file%s",
					       path, remedy(-EMEDIUMTYPE));
	if (mode == OP25B_SESSIONS_READ)
		return op25b_error_set(error, -errno,
				       "%s: %s; op25b-radiusd makes it when it starts", path,
				       strerror(errno));
	fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0640);
	if (fd < 0 && errno != EEXIST)
		return op25b_error_set(error, -errno, "%s: %s", path, strerror(errno));
	return 0;
}

/* The write-ahead log stays after the last writer closed, so that readers need not make it. */
static int become_writer(struct op25b_sqlite *store, struct op25b_error *error)
{
	sqlite3_stmt *mode = NULL;
	int keep = 1, r = 0;
	int code = sqlite3_prepare_v2(store->db, "PRAGMA journal_mode = WAL", -1, &mode, NULL);

	if (code == SQLITE_OK)
		code = sqlite3_step(mode);
	if (code != SQLITE_ROW || strcmp((const char *)sqlite3_column_text(mode, 0), "wal") != 0)
		r = code == SQLITE_ROW ? -EIO : op25b_sqlite_errno(code);
	sqlite3_finalize(mode);
	if (r == 0)
		r = op25b_sqlite_errno(sqlite3_exec(
			store->db, "PRAGMA journal_size_limit = 67108864", NULL, NULL, NULL));
	if (r < 0)
		return op25b_sqlite_fail(store, r, "turning on its write-ahead log", error);
	sqlite3_file_control(store->db, "main", SQLITE_FCNTL_PERSIST_WAL, &keep);
	return op25b_sqlite_checkpoints_start(store, error);
}

static void close_store(struct op25b_sessions *base)
{
	struct op25b_sqlite *store = (struct op25b_sqlite *)base;

	op25b_sqlite_checkpoints_stop(store);
	for (size_t i = 0; i < OP25B_SQL_COUNT; i++)
		sqlite3_finalize(store->statements[i]);
	sqlite3_close(store->db);
	op25b_known_free(&store->known);
	free(store->changes);
	free(store);
}

static const struct op25b_sessions_engine engine = {
	.close = close_store,
	.apply = op25b_sqlite_apply,
	.sweep = op25b_sqlite_sweep,
	.snapshot = op25b_sqlite_snapshot,
	.tail = op25b_sqlite_tail,
	.history = op25b_sqlite_history,
	.health = op25b_sqlite_health,
};

int op25b_sqlite_open(const char *path, enum op25b_sessions_mode mode,
		      const struct op25b_sessions_settings *settings,
		      struct op25b_sessions **ret_store, struct op25b_error *error)
{
	const bool write = mode == OP25B_SESSIONS_WRITE;
	const char *prefix = *path == '/' ? "" : "./";
	const size_t size = strlen(prefix) + strlen(path) + 1;
	struct op25b_sqlite *store = calloc(1, sizeof(*store) + size);
	int r;

	if (!store)
		return op25b_error_set(error, -ENOMEM, "%s: out of memory", path);
	snprintf(store->path, size, "%s%s", prefix, path);
	store->base =
		(struct op25b_sessions){ .engine = &engine, .mode = mode, .settings = *settings };
	op25b_sqlite_merge_io(store);
	r = prepare_file(store->path, mode, error);
	if (r == 0)
		r = op25b_sqlite_connect(store->path,
					 write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY,
					 &store->db, error);
	/* The schema before the mode: what isn't ours is not touched. */
	if (r == 0)
		r = op25b_sqlite_check_schema(store->db, store->path, write, error);
	if (r == 0 && write)
		r = become_writer(store, error);
	if (r == 0 && write) {
		r = op25b_known_new(&store->known);
		if (r < 0)
			op25b_error_set(error, r, "%s: %s", path, strerror(-r));
	}
	if (r < 0) {
		close_store(&store->base);
		return r;
	}
	*ret_store = &store->base;
	return 0;
}
