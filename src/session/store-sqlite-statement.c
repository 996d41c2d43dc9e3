/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Statements and values of the SQLite engine. What comes out of the file is somebody else's until
 * it was looked at: every column is read through one of the functions here.
 */
#include <errno.h>
#include <string.h>

#include "session/store-sqlite.h"

static const char *const texts[OP25B_SQL_COUNT] = {
#define OP25B_SQLITE_TEXT(tail, sql) [OP25B_SQL_##tail] = (sql),
	OP25B_SQLITE_STATEMENTS(OP25B_SQLITE_TEXT)
#undef OP25B_SQLITE_TEXT
};

sqlite3_stmt *op25b_sqlite_statement(struct op25b_sqlite *store, enum op25b_sqlite_statement which)
{
	sqlite3_stmt **statement = &store->statements[which];

	if (*statement)
		sqlite3_reset(*statement);
	else
		sqlite3_prepare_v3(store->db, texts[which], -1, SQLITE_PREPARE_PERSISTENT,
				   statement, NULL);
	return *statement;
}

int op25b_sqlite_step(sqlite3_stmt *statement)
{
	int code = statement ? sqlite3_step(statement) : SQLITE_ERROR;

	if (code == SQLITE_ROW)
		return 1;
	if (statement)
		sqlite3_reset(statement);
	return op25b_sqlite_errno(code);
}

int op25b_sqlite_run(struct op25b_sqlite *store, enum op25b_sqlite_statement which, int n,
		     const int64_t *values)
{
	sqlite3_stmt *statement = op25b_sqlite_statement(store, which);

	for (int i = 0; statement && i < n; i++)
		sqlite3_bind_int64(statement, i + 1, values[i]);
	return op25b_sqlite_step(statement);
}

void op25b_sqlite_bind_prefix(sqlite3_stmt *statement, int at, const struct op25b_prefix *prefix,
			      uint8_t buffer[static OP25B_OCTETS_PREFIX])
{
	size_t size = op25b_octets_of_prefix(prefix, buffer);

	sqlite3_bind_blob(statement, at, buffer, (int)size, SQLITE_STATIC);
}

int op25b_sqlite_int(sqlite3_stmt *row, int column, int64_t *ret)
{
	if (sqlite3_column_type(row, column) != SQLITE_INTEGER)
		return -EBADMSG;
	*ret = sqlite3_column_int64(row, column);
	return 0;
}

int op25b_sqlite_text(sqlite3_stmt *row, int column, const char **ret)
{
	const char *text;
	size_t size;

	if (sqlite3_column_type(row, column) != SQLITE_TEXT)
		return -EBADMSG;
	text = (const char *)sqlite3_column_text(row, column);
	size = (size_t)sqlite3_column_bytes(row, column);
	if (!text)
		return -ENOMEM;
	if (size >= OP25B_ACCT_TEXT || strlen(text) != size)
		return -EBADMSG;
	*ret = text;
	return 0;
}

int op25b_sqlite_prefix(sqlite3_stmt *row, int column, struct op25b_prefix *ret)
{
	const uint8_t *data;
	int size;

	if (sqlite3_column_type(row, column) != SQLITE_BLOB)
		return -EBADMSG;
	data = sqlite3_column_blob(row, column);
	size = sqlite3_column_bytes(row, column);
	return data && op25b_octets_to_prefix(data, (size_t)size, ret) == size ? 0 : -EBADMSG;
}

int op25b_sqlite_holder(sqlite3_stmt *row, int first, struct op25b_holder *ret)
{
	const char **const texts_of[] = { &ret->nas,    &ret->session,   &ret->user_name,
					  &ret->class_, &ret->filter_id, &ret->framed_pool };
	const int n = sizeof(texts_of) / sizeof(texts_of[0]);
	int r = op25b_sqlite_int(row, first, &ret->id);

	for (int i = 0; r == 0 && i < n; i++)
		r = op25b_sqlite_text(row, first + 1 + i, texts_of[i]);
	return r < 0 ? r : op25b_sqlite_int(row, first + 1 + n, &ret->first);
}
