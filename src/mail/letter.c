/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See letter.h: the outbox.
 *
 *   letter       waits until the mail server took it; `next` is when it is tried (again)
 *   letter_last  when the last of a kind was posted for an account; of confirmations, to which
 *                address
 */
#include "mail/letter.h"

#include <errno.h>
#include <openssl/rand.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "mail/state-inside.h"

#define FIRST_WAIT       15   /* seconds */
#define LAST_WAIT        3600 /* the longest between two tries */
#define PATIENCE         (5 * 86400)
#define REMEMBER         (30 * 86400)
#define REMEMBER_ADDRESS 86400 /* somebody else's */

const char op25b_letter_schema[] =
	"CREATE TABLE letter (id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, account TEXT NOT NULL,"
	" address TEXT NOT NULL, why TEXT NOT NULL, at INTEGER NOT NULL, message TEXT NOT NULL,"
	" tries INTEGER NOT NULL, next INTEGER NOT NULL) STRICT;"
	"CREATE INDEX letter_next ON letter (next);"
	"CREATE TABLE letter_last (account TEXT NOT NULL, kind INTEGER NOT NULL,"
	" address TEXT NOT NULL, at INTEGER NOT NULL,"
	" PRIMARY KEY (account, kind, address)) STRICT, WITHOUT ROWID;"
	"CREATE INDEX letter_last_at ON letter_last (at);"
	"CREATE INDEX letter_last_address ON letter_last (at) WHERE address <> '';";

/* Bind the values to ?1 and what follows, and make one step. 1: a row; 0; -errno. */
static int ask(struct op25b_state *state, const char *sql, const int64_t *values, int n,
	       sqlite3_stmt **ret)
{
	*ret = op25b_state_statement(state, sql);
	for (int i = 0; i < n; i++)
		sqlite3_bind_int64(*ret, i + 1, values[i]);
	return op25b_state_step(*ret);
}

static int run(struct op25b_state *state, const char *sql, const int64_t *values, int n)
{
	sqlite3_stmt *statement;
	int r = ask(state, sql, values, n, &statement);

	if (r == 1)
		sqlite3_reset(statement);
	return r < 0 ? r : 0;
}

/* One address as it may stand between '<' and '>' of a header and of SMTP, unquoted. */
static bool is_address(const char *text)
{
	const char *at = strrchr(text, '@');

	if (!at || at == text || !at[1] || strlen(text) >= OP25B_LETTER_ADDRESS)
		return false;
	for (const char *c = text; *c; c++) {
		if (*c <= ' ' || *c > '~' || strchr("<>()[],;:\\\"", *c) || (*c == '@' && c != at))
			return false;
	}
	return true;
}

static bool is_short(const char *text, size_t size)
{
	for (const char *c = text; *c; c++) {
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			return false;
	}
	return strlen(text) < size;
}

/* What tells letters of a kind for an account apart. */
static const char *which(const struct op25b_letter *letter)
{
	return letter->kind == OP25B_LETTER_CONFIRM ? letter->address : "";
}

int op25b_letter_posted(struct op25b_state *state, int64_t now, const struct op25b_letter *letter,
			int64_t every)
{
	sqlite3_stmt *get = op25b_state_statement(state,
						  "SELECT 1 FROM letter_last WHERE account = ?1 AND"
						  " kind = ?2 AND address = ?3 AND at > ?4");
	int r;

	sqlite3_bind_text(get, 1, letter->account, -1, SQLITE_STATIC);
	sqlite3_bind_int64(get, 2, letter->kind);
	sqlite3_bind_text(get, 3, which(letter), -1, SQLITE_STATIC);
	sqlite3_bind_int64(get, 4, now - every);
	r = op25b_state_step(get);
	if (r == 1)
		sqlite3_reset(get);
	return r;
}

static int put(struct op25b_state *state, int64_t now, const struct op25b_letter *letter)
{
	sqlite3_stmt *add = op25b_state_statement(
		state, "INSERT INTO letter (kind, account, address, why, at, message, tries, next)"
		       " VALUES (?1, ?2, ?3, ?4, ?5, lower(hex(?6)), 0, ?5)");
	unsigned char id[(OP25B_LETTER_ID - 1) / 2];

	if (RAND_bytes(id, sizeof(id)) != 1)
		return -EIO;
	sqlite3_bind_int64(add, 1, letter->kind);
	sqlite3_bind_text(add, 2, letter->account, -1, SQLITE_STATIC);
	sqlite3_bind_text(add, 3, letter->address, -1, SQLITE_STATIC);
	sqlite3_bind_text(add, 4, letter->why, -1, SQLITE_STATIC);
	sqlite3_bind_int64(add, 5, now);
	sqlite3_bind_blob(add, 6, id, sizeof(id), SQLITE_TRANSIENT);
	return op25b_state_step(add);
}

static int remember(struct op25b_state *state, int64_t now, const struct op25b_letter *letter)
{
	sqlite3_stmt *set = op25b_state_statement(
		state, "INSERT OR REPLACE INTO letter_last VALUES (?1, ?2, ?3, ?4)");

	sqlite3_bind_text(set, 1, letter->account, -1, SQLITE_STATIC);
	sqlite3_bind_int64(set, 2, letter->kind);
	sqlite3_bind_text(set, 3, which(letter), -1, SQLITE_STATIC);
	sqlite3_bind_int64(set, 4, now);
	return op25b_state_step(set);
}

/* Who was released may be told again that he is held. */
static int begin_anew(struct op25b_state *state, const struct op25b_letter *letter)
{
	sqlite3_stmt *drop = op25b_state_statement(
		state, "DELETE FROM letter_last WHERE account = ?1 AND kind IN (?2, ?3)");

	sqlite3_bind_text(drop, 1, letter->account, -1, SQLITE_STATIC);
	sqlite3_bind_int64(drop, 2, OP25B_LETTER_HELD);
	sqlite3_bind_int64(drop, 3, OP25B_LETTER_STOPPED);
	return op25b_state_step(drop);
}

int op25b_letter_post(struct op25b_state *state, int64_t now, const struct op25b_letter *letter,
		      int64_t every)
{
	int r;

	if (letter->kind >= OP25B_LETTER_KINDS || !is_address(letter->address) ||
	    !is_short(letter->account, OP25B_LETTER_ADDRESS) ||
	    !is_short(letter->why, OP25B_LETTER_WHY))
		return -EINVAL;
	r = every ? op25b_letter_posted(state, now, letter, every) : 0;
	if (r)
		return r < 0 ? r : 0;
	r = put(state, now, letter);
	if (r == 0)
		r = remember(state, now, letter);
	if (r == 0 && letter->kind == OP25B_LETTER_RELEASED)
		r = begin_anew(state, letter);
	return r < 0 ? r : 1;
}

static int copy(sqlite3_stmt *row, int column, char *ret, size_t size)
{
	const char *text = (const char *)sqlite3_column_text(row, column);

	if (!text || strlen(text) >= size)
		return -EBADMSG;
	strcpy(ret, text); /* NOLINT(clang-analyzer-security.insecureAPI.strcpy): it fits */
	return 0;
}

int op25b_letter_due(struct op25b_state *state, int64_t now, struct op25b_letter_due *ret)
{
	struct op25b_letter_due due;
	sqlite3_stmt *row;
	int r = ask(state,
		    "SELECT id, at, kind, account, address, why, message FROM letter"
		    " WHERE next <= ?1 ORDER BY next, id LIMIT 1",
		    &now, 1, &row);

	if (r != 1)
		return r;
	due.row = sqlite3_column_int64(row, 0);
	due.at = sqlite3_column_int64(row, 1);
	due.kind = (enum op25b_letter_kind)sqlite3_column_int(row, 2);
	r = due.kind < OP25B_LETTER_KINDS ? 0 : -EBADMSG;
	if (r == 0)
		r = copy(row, 3, due.account, sizeof(due.account));
	if (r == 0)
		r = copy(row, 4, due.address, sizeof(due.address));
	if (r == 0)
		r = copy(row, 5, due.why, sizeof(due.why));
	if (r == 0)
		r = copy(row, 6, due.id, sizeof(due.id));
	sqlite3_reset(row);
	if (r < 0)
		return r;
	*ret = due;
	return 1;
}

int op25b_letter_taken(struct op25b_state *state, int64_t row)
{
	return run(state, "DELETE FROM letter WHERE id = ?1", &row, 1);
}

int op25b_letter_failed(struct op25b_state *state, int64_t now, int64_t row)
{
	int64_t at, tries, wait = FIRST_WAIT;
	sqlite3_stmt *get;
	int r = ask(state, "SELECT at, tries FROM letter WHERE id = ?1", &row, 1, &get);

	if (r != 1)
		return r;
	at = sqlite3_column_int64(get, 0);
	tries = sqlite3_column_int64(get, 1);
	sqlite3_reset(get);
	if (now - at > PATIENCE) {
		r = op25b_letter_taken(state, row);
		return r < 0 ? r : 1;
	}
	for (int64_t i = 0; i < tries && wait < LAST_WAIT; i++)
		wait *= 2;
	if (wait > LAST_WAIT)
		wait = LAST_WAIT;
	return run(state, "UPDATE letter SET tries = tries + 1, next = ?2 WHERE id = ?1",
		   (const int64_t[]){ row, now + wait }, 2);
}

int op25b_letter_waiting(struct op25b_state *state, int64_t *ret)
{
	sqlite3_stmt *row;
	int r = ask(state, "SELECT count(*) FROM letter", NULL, 0, &row);

	if (r != 1)
		return r < 0 ? r : -EBADMSG;
	*ret = sqlite3_column_int64(row, 0);
	sqlite3_reset(row);
	return 0;
}

int op25b_letter_sweep(struct op25b_state *state, int64_t now)
{
	static const char any[] =
		"DELETE FROM letter_last WHERE (account, kind, address) IN"
		" (SELECT account, kind, address FROM letter_last WHERE at < ?1 LIMIT 500)";
	static const char foreign[] =
		"DELETE FROM letter_last WHERE (account, kind, address) IN (SELECT account, kind,"
		" address FROM letter_last WHERE at < ?1 AND address <> '' LIMIT 500)";
	int r = run(state, any, (const int64_t[]){ now - REMEMBER }, 1);

	return r ? r : run(state, foreign, (const int64_t[]){ now - REMEMBER_ADDRESS }, 1);
}
