/* SPDX-License-Identifier: BSD-2-Clause */
/* Statements of codes.h's file, see codes-file.h. */
#include <errno.h>
#include <stddef.h>

#include "session/sqlite-file.h"
#include "webd/codes-file.h"

int op25b_codes_fail(struct op25b_codes *codes, const char *tried, struct op25b_error *error)
{
	const int r = op25b_sqlite_errno(sqlite3_errcode(codes->db));

	return op25b_error_set(error, r ? r : -EIO, "%s: %s: %s", codes->path, tried,
			       sqlite3_errmsg(codes->db));
}

sqlite3_stmt *op25b_codes_prepare(struct op25b_codes *codes, const char *sql, const char *kinds,
				  const void *const *values, struct op25b_error *error)
{
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(codes->db, sql, -1, &statement, NULL);

	for (int i = 0; code == SQLITE_OK && kinds[i]; i++)
		code = kinds[i] == 's' ?
			       sqlite3_bind_text(statement, i + 1, values[i], -1, SQLITE_STATIC) :
			       sqlite3_bind_int64(statement, i + 1, *(const int64_t *)values[i]);
	if (code == SQLITE_OK)
		return statement;
	op25b_codes_fail(codes, "preparing a statement", error);
	sqlite3_finalize(statement);
	return NULL;
}

int op25b_codes_run(struct op25b_codes *codes, const char *sql, const char *kinds,
		    const void *const *values, int64_t *ret, struct op25b_error *error)
{
	sqlite3_stmt *statement = op25b_codes_prepare(codes, sql, kinds, values, error);
	int code, r = 0;

	if (!statement)
		return -EIO;
	code = sqlite3_step(statement);
	if (code == SQLITE_ROW && ret) {
		*ret = sqlite3_column_int64(statement, 0);
		r = 1;
	} else if (code != SQLITE_DONE && code != SQLITE_ROW) {
		r = op25b_codes_fail(codes, "writing", error);
	}
	/* RETURNING is done with the last step. */
	if (r == 1 && sqlite3_step(statement) != SQLITE_DONE)
		r = op25b_codes_fail(codes, "writing", error);
	sqlite3_finalize(statement);
	return r;
}

const char *op25b_codes_text(sqlite3_stmt *statement, int column)
{
	const char *value = (const char *)sqlite3_column_text(statement, column);

	return value ? value : "";
}
