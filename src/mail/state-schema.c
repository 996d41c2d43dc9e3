/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The layout of the state's file. application_id says that a file is ours, user_version which
 * version of the layout it has. Then every object's text must be what we would make now, so that
 * nothing of somebody else's (a trigger, an index) is ever run.
 */
#include <errno.h>
#include <stddef.h>

#include "mail/state-inside.h"
#include "session/sqlite-file.h"

#define APPLICATION_ID 0x6f32356d /* "o25m" */
#define VERSION        1

static const char *const schemas[] = {
	op25b_window_schema, op25b_ledger_schema, op25b_maillog_schema, op25b_numbers_schema,
	op25b_letter_schema, op25b_pass_schema,   op25b_code_schema,    op25b_echo_schema,
	op25b_meter_schema,  op25b_holder_schema,
};

static int fail(sqlite3 *db, const char *path, const char *tried, struct op25b_error *error)
{
	return op25b_error_set(error, op25b_sqlite_errno(sqlite3_errcode(db)), "%s: %s: %s", path,
			       tried, sqlite3_errmsg(db));
}

static int make(sqlite3 *db)
{
	char *note = sqlite3_mprintf("PRAGMA application_id = %d; PRAGMA user_version = %d",
				     APPLICATION_ID, VERSION);
	int code = note ? SQLITE_OK : SQLITE_NOMEM;

	for (size_t i = 0; i < sizeof(schemas) / sizeof(schemas[0]) && code == SQLITE_OK; i++)
		code = sqlite3_exec(db, schemas[i], NULL, NULL, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_exec(db, note, NULL, NULL, NULL);
	sqlite3_free(note);
	return op25b_sqlite_errno(code);
}

static int compare_with_ours(sqlite3 *db, const char *path, struct op25b_error *error)
{
	sqlite3 *ours = NULL;
	int r = op25b_sqlite_errno(sqlite3_open(":memory:", &ours));

	if (r == 0)
		r = make(ours);
	if (r == 0)
		r = op25b_sqlite_compare(db, ours);
	sqlite3_close(ours);
	if (r == -EMEDIUMTYPE)
		return op25b_error_set(error, r,
				       "%s: its tables are not this version's; move it away to "
				       "begin anew, or run the op25b that made it",
				       path);
	return r < 0 ? fail(db, path, "reading its layout", error) : 0;
}

int op25b_state_layout(sqlite3 *db, const char *path, struct op25b_error *error)
{
	int64_t id = 0, version = 0, objects = 0;
	int r;

	if (op25b_sqlite_ask(db, "PRAGMA application_id", &id) ||
	    op25b_sqlite_ask(db, "PRAGMA user_version", &version) ||
	    op25b_sqlite_ask(db, "SELECT count(*) FROM sqlite_schema", &objects))
		return fail(db, path, "reading it", error);
	if (id == 0 && version == 0 && objects == 0) {
		if (sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK ||
		    make(db) < 0 || sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK) {
			r = fail(db, path, "making its tables", error);
			sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
			return r;
		}
		return 0;
	}
	if (id != APPLICATION_ID)
		return op25b_error_set(error, -EMEDIUMTYPE,
				       "%s: not a state file of op25b-maild; name another file, or "
				       "move this one away",
				       path);
	if (version > VERSION)
		return op25b_error_set(error, -EMEDIUMTYPE,
				       "%s: made by a newer op25b; run that one, or move the file "
				       "away to begin anew",
				       path);
	return compare_with_ours(db, path, error);
}
