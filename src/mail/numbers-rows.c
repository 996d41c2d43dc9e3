/* SPDX-License-Identifier: BSD-2-Clause */
/* See numbers-rows.h. */
#include "mail/numbers-rows.h"

#include <errno.h>
#include <string.h>

sqlite3_stmt *op25b_numbers_statement(struct op25b_state *state, const char *sql,
				      const char *account, const int64_t *values, int n)
{
	sqlite3_stmt *statement = op25b_state_statement(state, sql);

	if (account)
		sqlite3_bind_text(statement, 1, account, -1, SQLITE_STATIC);
	for (int i = 0; i < n; i++)
		sqlite3_bind_int64(statement, i + 2, values[i]);
	return statement;
}

int op25b_numbers_step_once(sqlite3_stmt *statement)
{
	int r = op25b_state_step(statement);

	if (r == 1)
		sqlite3_reset(statement);
	return r;
}

int op25b_numbers_run(struct op25b_state *state, const char *sql, const char *account,
		      const int64_t *values, int n)
{
	int r = op25b_numbers_step_once(op25b_numbers_statement(state, sql, account, values, n));

	return r < 0 ? r : 0;
}

int op25b_numbers_ask(struct op25b_state *state, const char *sql, const char *account,
		      const int64_t *values, int n, int64_t *ret, int n_ret)
{
	sqlite3_stmt *statement = op25b_numbers_statement(state, sql, account, values, n);
	int r = op25b_state_step(statement);

	if (r < 0)
		return r;
	memset(ret, 0, (size_t)n_ret * sizeof(*ret));
	for (int i = 0; r == 1 && i < n_ret; i++)
		ret[i] = sqlite3_column_int64(statement, i);
	sqlite3_reset(statement);
	return 0;
}
