/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The layout of the SQLite file, and the refusal of any other.
 *
 *   meta      one row: origin (random, tells this store from others), seq (the last change's
 *             number), trimmed (changes up to this number are gone), kept_from (see store.h)
 *   nas       every NAS that was heard of
 *   holder    attributes of a session as reported, never changed; a session whose attributes change
 *             gets another row. Kept while a session or history needs them
 *   session   what is known of (nas, session id); see struct op25b_session. `ended` is INT64_MAX
 *             while it is open
 *   binding   who holds a prefix now
 *   history   who held one, and when; rows come when a holding ends, so a Start writes none
 *   change    the numbered log
 *   migration when each version of this layout came to be
 *
 * application_id says that a file is ours, user_version which version of the layout it has. Then
 * the text of every object must equal what our own migrations make: a file with a view, trigger
 * or index more is not opened, since reading it would run what somebody else wrote.
 */
#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "base/cleanup.h"
#include "session/store-sqlite.h"

#define APPLICATION_ID 0x6f323573 /* "o25s" */

static const char *const migrations[] = {
	"CREATE TABLE meta (id INTEGER PRIMARY KEY CHECK (id = 1), origin INTEGER NOT NULL,"
	" seq INTEGER NOT NULL, trimmed INTEGER NOT NULL, kept_from INTEGER NOT NULL) STRICT;"
	"CREATE TABLE migration (version INTEGER PRIMARY KEY, at INTEGER NOT NULL) STRICT;"
	"CREATE TABLE nas (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,"
	" last INTEGER NOT NULL, alive_since INTEGER NOT NULL, epoch INTEGER NOT NULL,"
	" epoch_time INTEGER NOT NULL, unswept INTEGER NOT NULL) STRICT;"
	"CREATE TABLE holder (id INTEGER PRIMARY KEY, nas INTEGER NOT NULL, session TEXT NOT NULL,"
	" user_name TEXT NOT NULL, class TEXT NOT NULL, filter_id TEXT NOT NULL,"
	" framed_pool TEXT NOT NULL, first INTEGER NOT NULL) STRICT;"
	"CREATE INDEX holder_user ON holder (user_name) WHERE user_name <> '';"
	"CREATE INDEX holder_class ON holder (class) WHERE class <> '';"
	"CREATE TABLE session (nas INTEGER NOT NULL, session TEXT NOT NULL,"
	" holder INTEGER NOT NULL, event INTEGER NOT NULL, by INTEGER NOT NULL,"
	" epoch INTEGER NOT NULL, seen INTEGER NOT NULL, ended INTEGER NOT NULL,"
	" lost INTEGER NOT NULL, claims BLOB NOT NULL, PRIMARY KEY (nas, session))"
	" STRICT, WITHOUT ROWID;"
	"CREATE TABLE binding (prefix BLOB PRIMARY KEY, holder INTEGER NOT NULL,"
	" since INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
	"CREATE TABLE history (id INTEGER PRIMARY KEY, prefix BLOB NOT NULL,"
	" holder INTEGER NOT NULL, since INTEGER NOT NULL, until INTEGER NOT NULL) STRICT;"
	"CREATE INDEX history_prefix ON history (prefix, until);"
	"CREATE INDEX history_holder ON history (holder);"
	"CREATE INDEX history_until ON history (until);"
	"CREATE TABLE change (seq INTEGER PRIMARY KEY, op INTEGER NOT NULL,"
	" prefix BLOB NOT NULL, holder INTEGER NOT NULL, at INTEGER NOT NULL) STRICT;"
	"INSERT INTO meta VALUES (1, random(), 0, 0, 0);",
};
#define VERSION ((int)(sizeof(migrations) / sizeof(migrations[0])))

static int fail(sqlite3 *db, const char *path, const char *tried, struct op25b_error *error)
{
	return op25b_error_set(error, op25b_sqlite_errno(sqlite3_errcode(db)), "%s: %s: %s", path,
			       tried, sqlite3_errmsg(db));
}

static int migrate(sqlite3 *db, int64_t from)
{
	char *note = NULL;
	int code = SQLITE_OK;

	for (int64_t version = from; version < VERSION && code == SQLITE_OK; version++)
		code = sqlite3_exec(db, migrations[version], NULL, NULL, NULL);
	note = sqlite3_mprintf("INSERT INTO migration VALUES (%d, unixepoch());"
			       "PRAGMA application_id = %d; PRAGMA user_version = %d",
			       VERSION, APPLICATION_ID, VERSION);
	if (code == SQLITE_OK)
		code = note ? sqlite3_exec(db, note, NULL, NULL, NULL) : SQLITE_NOMEM;
	sqlite3_free(note);
	return op25b_sqlite_errno(code);
}

static int compare_with_ours(sqlite3 *db, const char *path, struct op25b_error *error)
{
	sqlite3 *model = NULL;
	int r = op25b_sqlite_errno(sqlite3_open(":memory:", &model));

	if (r == 0)
		r = migrate(model, 0);
	if (r < 0)
		op25b_error_set(error, r, "%s: checking its layout: %s", path, strerror(-r));
	else if ((r = op25b_sqlite_compare(db, model)) == -EMEDIUMTYPE)
		op25b_error_set(error, r,
				"%s: its tables are not those of op25b's session store; it was "
				"changed by another program: restore a copy, or move it away",
				path);
	else if (r < 0)
		r = fail(db, path, "reading its layout", error);
	sqlite3_close(model);
	return r;
}

/* @ret_version: 0 for an empty file. */
static int identify(sqlite3 *db, const char *path, int64_t *ret_version, struct op25b_error *error)
{
	int64_t id = 0, version = 0, objects = 0;

	if (op25b_sqlite_ask(db, "PRAGMA application_id", &id) ||
	    op25b_sqlite_ask(db, "PRAGMA user_version", &version) ||
	    op25b_sqlite_ask(db, "SELECT EXISTS (SELECT 1 FROM sqlite_schema)", &objects))
		return fail(db, path, "reading its header", error);
	*ret_version = version;
	if (!id && !version && !objects)
		return 0;
	if (id != APPLICATION_ID)
		return op25b_error_set(error, -EMEDIUMTYPE,
				       "%s: another program's database; name another file", path);
	if (version < 1 || version > VERSION)
		return op25b_error_set(error, -EMEDIUMTYPE,
				       "%s: layout version %lld, this op25b knows 1 to %d; use the "
				       "op25b that made it, or a newer one",
				       path, (long long)version, VERSION);
	return 0;
}

/* Under a write lock, since two collectors may meet an empty file at once. */
static int make(sqlite3 *db, const char *path, struct op25b_error *error)
{
	int64_t version = 0;
	int r = 0;

	if (sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK)
		return fail(db, path, "making its tables", error);
	r = identify(db, path, &version, error);
	if (r == 0 && version < VERSION && migrate(db, version) < 0)
		r = fail(db, path, "making its tables", error);
	if (r == 0 && sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
		r = fail(db, path, "making its tables", error);
	if (r < 0)
		sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
	return r;
}

int op25b_sqlite_check_schema(sqlite3 *db, const char *path, bool write, struct op25b_error *error)
{
	int64_t version = 0;
	int r = identify(db, path, &version, error);

	if (r < 0)
		return r;
	if (version < VERSION && !write)
		return op25b_error_set(error, -EMEDIUMTYPE,
				       "%s: %s; op25b-radiusd makes its tables when it starts",
				       path, version ? "of an older op25b" : "an empty file");
	if (version < VERSION)
		r = make(db, path, error);
	return r < 0 ? r : compare_with_ours(db, path, error);
}
