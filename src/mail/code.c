/* SPDX-License-Identifier: BSD-2-Clause */
/* See code.h. */
#include "mail/code.h"

#include <errno.h>
#include <string.h>

#include "mail/state-inside.h"

#define DRAWS 20 /* of 10^8: that all are taken says the table is full */

const char op25b_code_schema[] =
	"CREATE TABLE code (code INTEGER PRIMARY KEY, account TEXT NOT NULL, line TEXT NOT NULL,"
	" reason INTEGER NOT NULL, until INTEGER NOT NULL, at INTEGER NOT NULL,"
	" UNIQUE (account, line, reason)) STRICT;"
	"CREATE INDEX code_at ON code (at);";

static int bind_text(sqlite3_stmt *statement, int at, const char *text)
{
	return sqlite3_bind_text(statement, at, text, -1, SQLITE_STATIC);
}

/* The one that was given before: 1, 0: none, -errno. */
static int renew(struct op25b_state *state, int64_t now, int64_t keep,
		 const struct op25b_mail_code *of, uint64_t *ret_code)
{
	static const char sql[] =
		"UPDATE code SET at = ?1, until = ?2 WHERE account = ?3 AND line = ?4"
		" AND reason = ?5 AND at >= ?6 RETURNING code";
	sqlite3_stmt *statement = op25b_state_statement(state, sql);
	int r;

	if (!statement || sqlite3_bind_int64(statement, 1, now) ||
	    sqlite3_bind_int64(statement, 2, of->until) || bind_text(statement, 3, of->account) ||
	    bind_text(statement, 4, of->line) || sqlite3_bind_int(statement, 5, (int)of->reason) ||
	    sqlite3_bind_int64(statement, 6, now - keep))
		return -ENOMEM;
	r = op25b_state_step(statement);
	if (r > 0) {
		*ret_code = (uint64_t)sqlite3_column_int64(statement, 0);
		sqlite3_reset(statement);
	}
	return r;
}

/* Returns 1: it is the refusal's now; 0: the number is taken; -errno. */
static int take(struct op25b_state *state, int64_t now, const struct op25b_mail_code *of,
		uint64_t code)
{
	static const char sql[] =
		"INSERT INTO code (code, account, line, reason, until, at)"
		" SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE NOT EXISTS"
		" (SELECT 1 FROM code WHERE code = ?1)"
		" ON CONFLICT (account, line, reason) DO UPDATE SET code = excluded.code,"
		" until = excluded.until, at = excluded.at RETURNING 1";
	sqlite3_stmt *statement = op25b_state_statement(state, sql);
	int r;

	if (!statement || sqlite3_bind_int64(statement, 1, (int64_t)code) ||
	    bind_text(statement, 2, of->account) || bind_text(statement, 3, of->line) ||
	    sqlite3_bind_int(statement, 4, (int)of->reason) ||
	    sqlite3_bind_int64(statement, 5, of->until) || sqlite3_bind_int64(statement, 6, now))
		return -ENOMEM;
	r = op25b_state_step(statement);
	if (r > 0)
		sqlite3_reset(statement);
	return r;
}

int op25b_mail_code_give(struct op25b_state *state, int64_t now, int64_t keep,
			 const struct op25b_mail_code *of, char ret[static OP25B_CODE_TEXT])
{
	uint64_t code = 0;
	int r;

	if (!*of->account && !*of->line)
		return 0;
	r = renew(state, now, keep, of, &code);
	for (int i = 0; !r && i < DRAWS; i++) {
		r = op25b_code_draw(OP25B_CODE_MAIL, &code);
		r = r ? r : take(state, now, of, code);
	}
	if (r <= 0)
		return r ? r : -ENOSPC;
	op25b_code_format(code, ret);
	return 1;
}

/* The row that a statement of these columns stands at. */
static int tell(sqlite3_stmt *statement, op25b_mail_code_fn fn, void *arg)
{
	const struct op25b_mail_code of = {
		.account = (const char *)sqlite3_column_text(statement, 0),
		.line = (const char *)sqlite3_column_text(statement, 1),
		.reason = (enum op25b_mail_reason)sqlite3_column_int(statement, 2),
		.until = sqlite3_column_int64(statement, 3),
		.at = sqlite3_column_int64(statement, 4),
	};

	return of.account && of.line && of.reason < OP25B_MAIL_REASON_COUNT ? fn(arg, &of) :
									      -EBADMSG;
}

int op25b_mail_code_find(struct op25b_state *state, uint64_t code, op25b_mail_code_fn fn, void *arg)
{
	static const char sql[] =
		"SELECT account, line, reason, until, at FROM code WHERE code = ?1";
	sqlite3_stmt *statement = op25b_state_statement(state, sql);
	int r;

	if (!statement || sqlite3_bind_int64(statement, 1, (int64_t)code))
		return -ENOMEM;
	r = op25b_state_step(statement);
	if (r <= 0)
		return r ? r : -ENOENT;
	r = tell(statement, fn, arg);
	sqlite3_reset(statement);
	return r;
}

int op25b_mail_code_list(struct op25b_state *state, const char *account, const char *line,
			 int64_t since, op25b_mail_code_fn fn, void *arg)
{
	static const char sql[] = "SELECT account, line, reason, until, at FROM code"
				  " WHERE account = ?1 AND line = ?2 AND at >= ?3 ORDER BY reason";
	sqlite3_stmt *statement = op25b_state_statement(state, sql);
	int r;

	if (!statement || bind_text(statement, 1, account) || bind_text(statement, 2, line) ||
	    sqlite3_bind_int64(statement, 3, since))
		return -ENOMEM;
	while ((r = op25b_state_step(statement)) > 0) {
		r = tell(statement, fn, arg);
		if (r)
			break;
	}
	sqlite3_reset(statement);
	return r;
}

int op25b_mail_code_sweep(struct op25b_state *state, int64_t before)
{
	static const char sql[] = "DELETE FROM code WHERE at < ?1";

	return op25b_state_sweep(state, sql, before);
}
