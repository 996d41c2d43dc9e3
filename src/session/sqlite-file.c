/* SPDX-License-Identifier: BSD-2-Clause */
/* See sqlite-file.h. */
#include "session/sqlite-file.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

int op25b_sqlite_errno(int code)
{
	switch (code & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return 0;
	case SQLITE_NOMEM:
		return -ENOMEM;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_PROTOCOL:
		return -EBUSY;
	case SQLITE_NOTADB:
		return -EMEDIUMTYPE;
	case SQLITE_CORRUPT:
	case SQLITE_TOOBIG:
	case SQLITE_MISMATCH:
	case SQLITE_CONSTRAINT:
		return -EBADMSG;
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_READONLY:
		return -EROFS;
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return -EACCES;
	default:
		return -EIO;
	}
}

int op25b_sqlite_distrust(sqlite3 *db)
{
	static const int switches[][2] = {
		{ SQLITE_DBCONFIG_DEFENSIVE, 1 },      { SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
		{ SQLITE_DBCONFIG_ENABLE_TRIGGER, 0 }, { SQLITE_DBCONFIG_ENABLE_VIEW, 0 },
		{ SQLITE_DBCONFIG_ENABLE_FKEY, 0 },    { SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0 },
	};
	int code = SQLITE_OK;

	for (size_t i = 0; i < sizeof(switches) / sizeof(switches[0]) && code == SQLITE_OK; i++)
		code = sqlite3_db_config(db, switches[i][0], switches[i][1], NULL);
	return code;
}

int op25b_sqlite_configure(sqlite3 *db, int busy_ms)
{
	int code = sqlite3_busy_timeout(db, busy_ms);

	if (code == SQLITE_OK)
		code = op25b_sqlite_distrust(db);
	/* Longer than any row of ours. */
	sqlite3_limit(db, SQLITE_LIMIT_LENGTH, 65536);
	sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
	if (code == SQLITE_OK)
		code = sqlite3_exec(db,
				    "PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0;"
				    "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;"
				    "PRAGMA temp_store = MEMORY",
				    NULL, NULL, NULL);
	return code;
}

int op25b_sqlite_ask(sqlite3 *db, const char *sql, int64_t *ret)
{
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);

	if (code == SQLITE_OK)
		code = sqlite3_step(statement);
	if (code == SQLITE_ROW)
		*ret = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return code == SQLITE_ROW ? SQLITE_OK : code;
}

/* Whether two columns hold the same text; NULL is one too. */
static bool same_text(sqlite3_stmt *a, sqlite3_stmt *b, int column)
{
	const char *x = (const char *)sqlite3_column_text(a, column);
	const char *y = (const char *)sqlite3_column_text(b, column);

	return x && y ? strcmp(x, y) == 0 : !x && !y;
}

int op25b_sqlite_compare(sqlite3 *db, sqlite3 *model)
{
	static const char sql[] = "SELECT name, sql FROM sqlite_schema ORDER BY name";
	sqlite3_stmt *a = NULL, *b = NULL;
	int code = sqlite3_prepare_v2(db, sql, -1, &a, NULL), r = 0;

	if (code == SQLITE_OK)
		code = sqlite3_prepare_v2(model, sql, -1, &b, NULL);
	while (code == SQLITE_OK && r == 0) {
		const int is = sqlite3_step(a), should = sqlite3_step(b);

		if (is == SQLITE_DONE && should == SQLITE_DONE)
			break;
		if (is != SQLITE_ROW && is != SQLITE_DONE)
			code = is;
		else if (is != should || !same_text(a, b, 0) || !same_text(a, b, 1))
			r = -EMEDIUMTYPE;
	}
	sqlite3_finalize(a);
	sqlite3_finalize(b);
	return code == SQLITE_OK ? r : op25b_sqlite_errno(code);
}
