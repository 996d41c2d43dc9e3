/* SPDX-License-Identifier: BSD-2-Clause */
/* See echo.h. */
#include "mail/echo.h"

#include <errno.h>

#include "mail/state-inside.h"

#define DRAWS 20 /* of 10^8, of which OP25B_ECHO_CODES are taken at most */

const char op25b_echo_schema[] =
	"CREATE TABLE echo (code INTEGER PRIMARY KEY, made INTEGER NOT NULL, at INTEGER NOT NULL,"
	" told INTEGER NOT NULL, tls INTEGER NOT NULL, auth INTEGER NOT NULL, own INTEGER NOT NULL,"
	" port INTEGER NOT NULL, family INTEGER NOT NULL) STRICT;"
	"CREATE INDEX echo_made ON echo (made);";

/* A statement of one row at most: 1: it gave one; 0; -errno. */
static int step_once(sqlite3_stmt *statement)
{
	int r = op25b_state_step(statement);

	if (r > 0)
		sqlite3_reset(statement);
	return r;
}

/* 1: it was free, and is taken; 0: it was taken. */
static int take(struct op25b_state *state, int64_t now, uint64_t code)
{
	static const char sql[] = "INSERT OR IGNORE INTO echo VALUES (?1, ?2, 0, 0, 0, 0, 0, 0, 0)"
				  " RETURNING 1";
	sqlite3_stmt *statement = op25b_state_statement(state, sql);

	sqlite3_bind_int64(statement, 1, (int64_t)code);
	sqlite3_bind_int64(statement, 2, now);
	return step_once(statement);
}

static int count(struct op25b_state *state, int64_t *ret)
{
	sqlite3_stmt *statement = op25b_state_statement(state, "SELECT count(*) FROM echo");
	int r = op25b_state_step(statement);

	if (r > 0) {
		*ret = sqlite3_column_int64(statement, 0);
		sqlite3_reset(statement);
	}
	return r < 0 ? r : 0;
}

/* Where there are as many as may be, the oldest goes, if its time is over. */
static int make_room(struct op25b_state *state, int64_t now)
{
	static const char sql[] =
		"DELETE FROM echo WHERE code = (SELECT code FROM echo ORDER BY made, code LIMIT 1)"
		" AND made <= ?1 RETURNING 1";
	sqlite3_stmt *statement;
	int64_t n = 0;
	int r = count(state, &n);

	if (r || n < OP25B_ECHO_CODES)
		return r;
	statement = op25b_state_statement(state, sql);
	sqlite3_bind_int64(statement, 1, now - OP25B_ECHO_SURE);
	r = step_once(statement);
	return r < 0 ? r : r ? 0 : -ENOSPC;
}

int op25b_echo_new(struct op25b_state *state, int64_t now, uint64_t *ret_code)
{
	uint64_t code = 0;
	int taken = 0, r = make_room(state, now);

	for (int i = 0; !r && !taken && i < DRAWS; i++) {
		r = op25b_code_draw(OP25B_CODE_ECHO, &code);
		taken = r ? 0 : take(state, now, code);
	}
	if (r || taken <= 0)
		return r ? r : taken ? taken : -ENOSPC;
	*ret_code = code;
	return 0;
}

int op25b_echo_find(struct op25b_state *state, uint64_t code, int64_t since, struct op25b_echo *ret)
{
	static const char sql[] = "SELECT made, at, told, tls, auth, own, port, family FROM echo"
				  " WHERE code = ?1 AND made >= ?2";
	sqlite3_stmt *statement = op25b_state_statement(state, sql);
	int r;

	sqlite3_bind_int64(statement, 1, (int64_t)code);
	sqlite3_bind_int64(statement, 2, since);
	r = op25b_state_step(statement);
	if (r <= 0)
		return r ? r : -ENOENT;
	*ret = (struct op25b_echo){ .made = sqlite3_column_int64(statement, 0),
				    .at = sqlite3_column_int64(statement, 1),
				    .told = sqlite3_column_int(statement, 2),
				    .tls = sqlite3_column_int(statement, 3),
				    .auth = sqlite3_column_int(statement, 4),
				    .own = sqlite3_column_int(statement, 5),
				    .port = (uint16_t)sqlite3_column_int(statement, 6),
				    .family = (uint8_t)sqlite3_column_int(statement, 7) };
	sqlite3_reset(statement);
	return 0;
}

int op25b_echo_keep(struct op25b_state *state, uint64_t code, int64_t since,
		    const struct op25b_echo *echo)
{
	static const char sql[] = "UPDATE echo SET at = ?3, told = ?4, tls = ?5, auth = ?6,"
				  " own = ?7, port = ?8, family = ?9"
				  " WHERE code = ?1 AND made >= ?2 RETURNING 1";
	sqlite3_stmt *statement = op25b_state_statement(state, sql);
	int r;

	sqlite3_bind_int64(statement, 1, (int64_t)code);
	sqlite3_bind_int64(statement, 2, since);
	sqlite3_bind_int64(statement, 3, echo->at);
	sqlite3_bind_int(statement, 4, echo->told);
	sqlite3_bind_int(statement, 5, echo->tls);
	sqlite3_bind_int(statement, 6, echo->auth);
	sqlite3_bind_int(statement, 7, echo->own);
	sqlite3_bind_int(statement, 8, echo->port);
	sqlite3_bind_int(statement, 9, echo->family);
	r = step_once(statement);
	return r > 0 ? 0 : r ? r : -ENOENT;
}

int op25b_echo_sweep(struct op25b_state *state, int64_t before)
{
	return op25b_state_sweep(state, "DELETE FROM echo WHERE made < ?1", before);
}
