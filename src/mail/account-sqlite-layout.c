/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The layout of the account base's SQLite file, the refusal of any other, and how failures are
 * said. application_id says that a file is ours, user_version which layout it has; then the text of
 * every object must be what we make, since a trigger or view more would do what somebody else
 * wrote.
 */
#include <errno.h>
#include <string.h>

#include "mail/account-schema.h"
#include "mail/account-sqlite.h"
#include "session/sqlite-file.h"

#define APPLICATION_ID 0x6f323561 /* "o25a" */

#define TABLES OP25B_ACCOUNT_TABLES("TEXT", "INTEGER", " STRICT")

int op25b_account_sqlite_errno(int code)
{
	if (code == SQLITE_CONSTRAINT_PRIMARYKEY || code == SQLITE_CONSTRAINT_UNIQUE)
		return -EEXIST;
	return op25b_sqlite_errno(code);
}

const char *op25b_account_sqlite_remedy(int r)
{
	switch (r) {
	case -EBADMSG:
		return "; it is damaged: restore a copy";
	case -EMEDIUMTYPE:
		return "; name another file as the account base";
	case -EBUSY:
		return "; another process holds it: try again";
	case -ENOSPC:
		return "; make room on its disk";
	case -EROFS:
	case -EACCES:
		return "; who runs this must be able to write to it and its folder";
	default:
		return "";
	}
}

int op25b_account_sqlite_fail(sqlite3 *db, const char *path, int code, struct op25b_error *error)
{
	const int r = op25b_account_sqlite_errno(code);

	return op25b_error_set(error, r, "%s: %s%s", path,
			       db ? sqlite3_errmsg(db) : sqlite3_errstr(code),
			       op25b_account_sqlite_remedy(r));
}

static int compare_with_ours(sqlite3 *db, const char *path, struct op25b_error *error)
{
	sqlite3 *model = NULL;
	int r = op25b_sqlite_errno(sqlite3_open(":memory:", &model));

	if (r == 0)
		r = op25b_sqlite_errno(sqlite3_exec(model, TABLES, NULL, NULL, NULL));
	if (r < 0)
		op25b_error_set(error, r, "%s: checking its layout: %s", path, strerror(-r));
	else if ((r = op25b_sqlite_compare(db, model)) == -EMEDIUMTYPE)
		op25b_error_set(error, r,
				"%s: its tables are not those of op25b's account base; another "
				"program changed it: restore a copy",
				path);
	else if (r < 0)
		r = op25b_account_sqlite_fail(db, path, sqlite3_extended_errcode(db), error);
	sqlite3_close(model);
	return r;
}

/* @ret_version: 0 for an empty file. */
static int identify(sqlite3 *db, const char *path, int64_t *ret_version, struct op25b_error *error)
{
	int64_t id = 0, objects = 0;
	int code = op25b_sqlite_ask(db, "PRAGMA application_id", &id);

	if (code == SQLITE_OK)
		code = op25b_sqlite_ask(db, "PRAGMA user_version", ret_version);
	if (code == SQLITE_OK)
		code = op25b_sqlite_ask(db, "SELECT EXISTS (SELECT 1 FROM sqlite_schema)",
					&objects);
	if (code != SQLITE_OK)
		return op25b_account_sqlite_fail(db, path, code, error);
	if (!id && !*ret_version && !objects)
		return 0;
	if (id != APPLICATION_ID)
		return op25b_error_set(error, -EMEDIUMTYPE, "%s: another program's database%s",
				       path, op25b_account_sqlite_remedy(-EMEDIUMTYPE));
	if (*ret_version < 1 || *ret_version > OP25B_ACCOUNT_VERSION)
		return op25b_error_set(error, -EMEDIUMTYPE,
				       "%s: layout version %lld, this op25b knows 1 to %d; use the "
				       "op25b that made it, or a newer one",
				       path, (long long)*ret_version, OP25B_ACCOUNT_VERSION);
	return 0;
}

/* Under a write lock, since two processes may meet an empty file at once. */
static int make_tables(sqlite3 *db, const char *path, struct op25b_error *error)
{
	char *mark = sqlite3_mprintf("PRAGMA application_id = %d; PRAGMA user_version = %d;COMMIT",
				     APPLICATION_ID, OP25B_ACCOUNT_VERSION);
	int64_t version = 0;
	int code = sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
	int r = code == SQLITE_OK ? identify(db, path, &version, error) :
				    op25b_account_sqlite_fail(db, path, code, error);

	if (r == 0 && !version) {
		code = sqlite3_exec(db, TABLES, NULL, NULL, NULL);
		if (code == SQLITE_OK)
			code = mark ? sqlite3_exec(db, mark, NULL, NULL, NULL) : SQLITE_NOMEM;
		r = code == SQLITE_OK ? 0 : op25b_account_sqlite_fail(db, path, code, error);
	}
	sqlite3_free(mark);
	if (!sqlite3_get_autocommit(db))
		sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
	return r;
}

int op25b_account_sqlite_layout(sqlite3 *db, const char *path, bool make, struct op25b_error *error)
{
	int64_t version = 0;
	int r = identify(db, path, &version, error);

	if (r < 0)
		return r;
	if (!version && !make)
		return op25b_error_set(error, -EMEDIUMTYPE,
				       "%s: an empty file; `op25b account add` makes its tables",
				       path);
	if (!version)
		r = make_tables(db, path, error);
	return r < 0 ? r : compare_with_ours(db, path, error);
}
