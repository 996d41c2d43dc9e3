/* SPDX-License-Identifier: BSD-2-Clause */
/* What the engines of the account base have in common. */
#include "mail/account-db.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int op25b_account_db_open(const char *location, bool make, struct op25b_account_db **ret,
			  struct op25b_error *error)
{
	if (!strncmp(location, "postgresql://", 13) || !strncmp(location, "postgres://", 11))
		return op25b_account_postgresql_open(location, make, ret, error);
	return op25b_account_sqlite_open(location, make, ret, error);
}

int op25b_account_db_run(struct op25b_account_db *db, const struct op25b_account_call *call,
			 struct op25b_account_rows *rows, struct op25b_error *error)
{
	return db->engine->run(db, call, rows, error);
}

int op25b_account_db_begin(struct op25b_account_db *db, struct op25b_error *error)
{
	return db->engine->begin(db, error);
}

int op25b_account_db_end(struct op25b_account_db *db, int r, struct op25b_error *error)
{
	int failed;

	if (r < 0) {
		db->engine->rollback(db);
		return r;
	}
	failed = db->engine->commit(db, error);
	return failed < 0 ? failed : r;
}

int op25b_account_rows_add(struct op25b_account_rows *rows, const char *text, size_t size)
{
	if (memchr(text, '\0', size))
		return -EBADMSG;
	if (rows->size + size + 1 > rows->room) {
		const size_t room = 2 * (rows->size + size + 1);
		char *grown = realloc(rows->cells, room < 512 ? 512 : room);

		if (!grown)
			return -ENOMEM;
		rows->cells = grown;
		rows->room = room < 512 ? 512 : room;
	}
	memcpy(rows->cells + rows->size, text, size);
	rows->cells[rows->size + size] = '\0';
	rows->size += size + 1;
	return 0;
}

bool op25b_account_copy(char *ret, size_t size, const char *text)
{
	const size_t length = strlen(text);

	if (length >= size)
		return false;
	memcpy(ret, text, length + 1);
	return true;
}

void op25b_account_rows_done(struct op25b_account_rows *rows)
{
	free(rows->cells);
	*rows = (struct op25b_account_rows){ 0 };
}

const char *op25b_account_cell(const char **at)
{
	const char *cell = *at;

	*at += strlen(cell) + 1;
	return cell;
}

int op25b_account_cell_number(const char **at, int64_t *ret)
{
	const char *cell = op25b_account_cell(at);
	char *end;

	errno = 0;
	*ret = strtoll(cell, &end, 10);
	return errno || end == cell || *end ? -EBADMSG : 0;
}
