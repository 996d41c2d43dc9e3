/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A window that begins in the future was opened by a clock that has gone back since: it is none. A
 * clock that is set back by seconds, as time services do, closes nothing.
 */
#include <errno.h>
#include <string.h>

#include "mail/state-inside.h"
#include "mail/window.h"

#define CLOCK_SLACK 60  /* seconds */
#define SWEPT       256 /* at most in one sweep */

const char op25b_window_schema[] =
	"CREATE TABLE window (address BLOB NOT NULL, account TEXT NOT NULL, line TEXT NOT NULL,"
	" serial INTEGER NOT NULL, opened INTEGER NOT NULL, until INTEGER NOT NULL,"
	" PRIMARY KEY (address, account)) STRICT, WITHOUT ROWID;"
	"CREATE INDEX window_account ON window (account);"
	"CREATE INDEX window_opened ON window (opened);"
	"CREATE INDEX window_until ON window (until);";

/* Of another line or serial it is another window, which ends when it says. */
static const char open_sql[] =
	"INSERT INTO window VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
	" ON CONFLICT DO UPDATE SET line = excluded.line, serial = excluded.serial,"
	" opened = excluded.opened, until = iif(line = excluded.line AND serial = excluded.serial"
	" AND opened <= excluded.opened, max(until, excluded.until), excluded.until)";
static const char find_sql[] =
	"SELECT account, line, serial, opened, until FROM window"
	" WHERE address = ?1 AND until > ?2 AND opened <= ?3 ORDER BY opened DESC, account";
static const char list_sql[] =
	"SELECT account, line, serial, opened, until, address FROM window"
	" WHERE account = ?1 AND until > ?2 AND opened <= ?3 ORDER BY opened DESC, address";
static const char all_sql[] =
	"SELECT account, line, serial, opened, until, address FROM window"
	" WHERE ?1 IS NULL AND until > ?2 AND opened <= ?3 ORDER BY opened DESC, account, address";
static const char close_sql[] = "DELETE FROM window WHERE account = ?1";
static const char ended_sql[] = "DELETE FROM window WHERE (address, account) IN"
				" (SELECT address, account FROM window WHERE until <= ?1 LIMIT ?2)";
static const char future_sql[] =
	"DELETE FROM window WHERE (address, account) IN"
	" (SELECT address, account FROM window WHERE opened > ?1 LIMIT ?2)";

/* The octets of an address; 0: it is a prefix. */
static int address_size(const struct op25b_prefix *address)
{
	const int size = address->family == OP25B_V4 ? 4 : address->family == OP25B_V6 ? 16 : 0;

	return address->len == size * 8 ? size : 0;
}

static void bind_text(sqlite3_stmt *statement, int i, const char *text)
{
	sqlite3_bind_text(statement, i, text, -1, SQLITE_STATIC);
}

static void column_address(sqlite3_stmt *statement, int i, struct op25b_prefix *ret)
{
	const void *octets = sqlite3_column_blob(statement, i);
	const int size = sqlite3_column_bytes(statement, i);

	*ret = (struct op25b_prefix){ .family = size == 4 ? OP25B_V4 : OP25B_V6,
				      .len = (uint8_t)(size * 8) };
	if (octets && (size == 4 || size == 16))
		memcpy(ret->addr, octets, (size_t)size);
}

int op25b_window_open(struct op25b_state *state, const struct op25b_window *window)
{
	const int size = address_size(&window->address);
	sqlite3_stmt *statement;

	if (size == 0)
		return -EINVAL;
	statement = op25b_state_statement(state, open_sql);
	sqlite3_bind_blob(statement, 1, window->address.addr, size, SQLITE_STATIC);
	bind_text(statement, 2, window->account);
	bind_text(statement, 3, window->line);
	sqlite3_bind_int64(statement, 4, window->serial);
	sqlite3_bind_int64(statement, 5, window->opened);
	sqlite3_bind_int64(statement, 6, window->until);
	return op25b_state_step(statement);
}

/* Tell the windows that a statement gives whose last two places are the time. */
static int tell(sqlite3_stmt *statement, int64_t now, struct op25b_window *window,
		op25b_window_fn fn, void *arg)
{
	int r;

	sqlite3_bind_int64(statement, 2, now);
	sqlite3_bind_int64(statement, 3, now + CLOCK_SLACK);
	while ((r = op25b_state_step(statement)) == 1) {
		window->account = (const char *)sqlite3_column_text(statement, 0);
		window->line = (const char *)sqlite3_column_text(statement, 1);
		window->serial = sqlite3_column_int64(statement, 2);
		window->opened = sqlite3_column_int64(statement, 3);
		window->until = sqlite3_column_int64(statement, 4);
		if (sqlite3_column_count(statement) > 5)
			column_address(statement, 5, &window->address);
		r = window->account && window->line ? fn(arg, window) : -ENOMEM;
		if (r != 0) {
			sqlite3_reset(statement);
			return r;
		}
	}
	return r;
}

int op25b_window_find(struct op25b_state *state, int64_t now, const struct op25b_prefix *address,
		      op25b_window_fn fn, void *arg)
{
	const int size = address_size(address);
	struct op25b_window window = { .address = *address };
	sqlite3_stmt *statement;

	if (size == 0)
		return -EINVAL;
	statement = op25b_state_statement(state, find_sql);
	sqlite3_bind_blob(statement, 1, address->addr, size, SQLITE_STATIC);
	return tell(statement, now, &window, fn, arg);
}

int op25b_window_list(struct op25b_state *state, int64_t now, const char *account,
		      op25b_window_fn fn, void *arg)
{
	sqlite3_stmt *statement = op25b_state_statement(state, account ? list_sql : all_sql);
	struct op25b_window window = { 0 };

	bind_text(statement, 1, account);
	return tell(statement, now, &window, fn, arg);
}

int op25b_window_close(struct op25b_state *state, const char *account)
{
	sqlite3_stmt *statement = op25b_state_statement(state, close_sql);

	bind_text(statement, 1, account);
	return op25b_state_step(statement);
}

static int sweep(struct op25b_state *state, const char *sql, int64_t time)
{
	sqlite3_stmt *statement = op25b_state_statement(state, sql);

	sqlite3_bind_int64(statement, 1, time);
	sqlite3_bind_int(statement, 2, SWEPT);
	return op25b_state_step(statement);
}

int op25b_window_sweep(struct op25b_state *state, int64_t now)
{
	const int r = sweep(state, ended_sql, now);

	return r < 0 ? r : sweep(state, future_sql, now + CLOCK_SLACK);
}
