/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The file of codes.h. application_id says that it is ours, user_version which version of the
 * layout it has; then every object's text must be what we would make now.
 */
#include "webd/codes-file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "session/sqlite-file.h"
#include "webd/codes.h"

#define APPLICATION_ID 0x6f323577 /* "o25w" */

static const char schema[] =
	"CREATE TABLE code (code INTEGER PRIMARY KEY, line TEXT NOT NULL, outcome TEXT NOT NULL,"
	" answers TEXT NOT NULL, probe TEXT NOT NULL, language TEXT NOT NULL, at INTEGER NOT NULL)"
	" STRICT;"
	"CREATE INDEX code_line ON code (line, outcome, at);"
	"CREATE INDEX code_at ON code (at);"
	"CREATE TABLE staff (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, user TEXT NOT NULL,"
	" what TEXT NOT NULL, reason TEXT NOT NULL) STRICT;"
	"CREATE INDEX staff_at ON staff (at);"
	"CREATE TABLE policy (id INTEGER PRIMARY KEY, digest INTEGER NOT NULL UNIQUE,"
	" services TEXT NOT NULL, until INTEGER NOT NULL) STRICT;"
	"PRAGMA application_id = 0x6f323577; PRAGMA user_version = 2";

/* Mode and kind are looked at by name: closing a descriptor of it would drop SQLite's locks. */
static int prepare_file(const char *path)
{
	OP25B_AUTO_CLOSE int fd = -1;
	struct stat info;

	if (!stat(path, &info) && !S_ISREG(info.st_mode))
		return -EMEDIUMTYPE;
	fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
	return fd >= 0 || errno == EEXIST ? 0 : -errno;
}

static int compare_with_ours(sqlite3 *db)
{
	sqlite3 *ours = NULL;
	int r = op25b_sqlite_errno(sqlite3_open(":memory:", &ours));

	r = r ? r : op25b_sqlite_errno(sqlite3_exec(ours, schema, NULL, NULL, NULL));
	r = r ? r : op25b_sqlite_compare(db, ours);
	sqlite3_close(ours);
	return r;
}

static int take_layout(sqlite3 *db)
{
	int64_t id = 0, version = 0, objects = 0;
	int code = op25b_sqlite_ask(db, "PRAGMA application_id", &id);

	code = code ? code : op25b_sqlite_ask(db, "PRAGMA user_version", &version);
	code = code ? code : op25b_sqlite_ask(db, "SELECT count(*) FROM sqlite_schema", &objects);
	if (code)
		return op25b_sqlite_errno(code);
	if (!id && !version && !objects) {
		code = sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
		code = code ? code : sqlite3_exec(db, schema, NULL, NULL, NULL);
		code = code ? code : sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
		return op25b_sqlite_errno(code);
	}
	return id == APPLICATION_ID && version == 2 ? compare_with_ours(db) : -EMEDIUMTYPE;
}

/* In this order: a file that is locked from the start has no -shm beside it. */
static int take_file(struct op25b_codes *codes)
{
	int r = op25b_sqlite_errno(sqlite3_open_v2(
		codes->path, &codes->db,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL));

	r = r ? r : op25b_sqlite_errno(op25b_sqlite_distrust(codes->db));
	r = r ? r :
		op25b_sqlite_errno(sqlite3_exec(codes->db,
						"PRAGMA locking_mode = EXCLUSIVE;"
						"PRAGMA cell_size_check = ON;"
						"PRAGMA secure_delete = ON;"
						"PRAGMA mmap_size = 0",
						NULL, NULL, NULL));
	r = r ? r : take_layout(codes->db);
	return r ? r :
		   op25b_sqlite_errno(sqlite3_exec(codes->db,
						   "PRAGMA journal_mode = WAL;"
						   "PRAGMA synchronous = NORMAL;"
						   "PRAGMA temp_store = MEMORY;"
						   "BEGIN EXCLUSIVE; COMMIT",
						   NULL, NULL, NULL));
}

static const char *explain(const struct op25b_codes *codes, int r)
{
	switch (r) {
	case -EMEDIUMTYPE:
		return "not a state file of this op25b-webd; name another file, or move it away";
	case -EBUSY:
		return "another op25b-webd has it";
	default:
		return codes->db && sqlite3_errcode(codes->db) ? sqlite3_errmsg(codes->db) :
								 strerror(-r);
	}
}

int op25b_codes_open(const char *path, struct op25b_codes **ret, struct op25b_error *error)
{
	struct op25b_codes *codes = calloc(1, sizeof(*codes) + strlen(path) + 1);
	int r;

	if (!codes)
		return op25b_error_set(error, -ENOMEM, "%s: out of memory", path);
	memcpy(codes->path, path, strlen(path) + 1);
	r = prepare_file(path);
	r = r ? r : take_file(codes);
	r = r ? r :
		op25b_sqlite_errno(
			op25b_sqlite_ask(codes->db, "SELECT count(*) FROM code", &codes->n));
	if (r) {
		op25b_error_set(error, r, "%s: %s", path, explain(codes, r));
		op25b_codes_close(&codes);
		return r;
	}
	*ret = codes;
	return 0;
}

void op25b_codes_close(struct op25b_codes **codes)
{
	if (!*codes)
		return;
	sqlite3_close((*codes)->db);
	free(*codes);
	*codes = NULL;
}
