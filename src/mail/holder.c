/* SPDX-License-Identifier: BSD-2-Clause */
/* See holder.h. A table more that is kept by account: one line here. */
#include "mail/holder.h"

#include "mail/numbers.h"
#include "mail/state-inside.h"

#define DAY  86400
#define KEPT (400 * DAY) /* as numbers are */

const char op25b_holder_schema[] =
	"CREATE TABLE holder (account TEXT PRIMARY KEY, created INTEGER NOT NULL,"
	" seen INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
	"CREATE INDEX holder_seen ON holder (seen);";

/* Run a statement whose ?1 is the account; 1: it gave a row. */
static int run(struct op25b_state *state, const char *sql, const char *account, int64_t created,
	       int64_t now)
{
	sqlite3_stmt *statement = op25b_state_statement(state, sql);

	sqlite3_bind_text(statement, 1, account, -1, SQLITE_STATIC);
	if (sqlite3_bind_parameter_count(statement) > 1) {
		sqlite3_bind_int64(statement, 2, created);
		sqlite3_bind_int64(statement, 3, now);
	}
	return op25b_state_step(statement);
}

static int forget(struct op25b_state *state, const char *account)
{
	static const char *const tables[] = {
		"DELETE FROM window WHERE account = ?1",
		"DELETE FROM ledger_use WHERE kind = 0 AND name = ?1",
		"DELETE FROM ledger_mail WHERE account = ?1",
		"DELETE FROM numbers_account WHERE account = ?1",
		"DELETE FROM numbers_step WHERE account = ?1",
		"DELETE FROM letter WHERE account = ?1",
		"DELETE FROM letter_last WHERE account = ?1",
		"DELETE FROM meter WHERE account = ?1",
		"DELETE FROM code WHERE account = ?1",
	};
	int r = op25b_numbers_forget(state, account);

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]) && r >= 0; i++)
		r = run(state, tables[i], account, 0, 0);
	return r;
}

int op25b_holder_look(struct op25b_state *state, int64_t now, const char *account, int64_t created)
{
	static const char sql[] = "SELECT created, seen FROM holder WHERE account = ?1";
	static const char put[] = "INSERT OR REPLACE INTO holder VALUES (?1, ?2, ?3)";
	sqlite3_stmt *statement = op25b_state_statement(state, sql);
	int64_t was = created, seen = 0;
	int r = run(state, sql, account, 0, 0);

	if (r == 1) {
		was = sqlite3_column_int64(statement, 0);
		seen = sqlite3_column_int64(statement, 1);
		sqlite3_reset(statement);
	}
	if (r < 0 || (was == created && seen <= now && now - seen < DAY))
		return r < 0 ? r : 0;
	r = was == created ? 0 : forget(state, account);
	r = r < 0 ? r : run(state, put, account, created, now);
	return r < 0 ? r : was != created;
}

int op25b_holder_sweep(struct op25b_state *state, int64_t now)
{
	return op25b_state_sweep(state, "DELETE FROM holder WHERE seen < ?1", now - KEPT);
}
