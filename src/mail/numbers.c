/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See numbers.h: counting and forgetting. All counts are of an account:
 *
 *   numbers_key      one row: the key of today's hashes
 *   numbers_seen     hashes of what was seen today, so that each counts once
 *   numbers_wrong    hashes of failed logins of the last hour: from where, with what password
 *   numbers_day      how many different ones a day, and the most failures before a success
 *   numbers_slot     results of recipients in ten minutes
 *   numbers_account  days on the own line, first use away from it, and the state last heard of
 *   numbers_step     what the account base said, as it changed
 */
#include <errno.h>
#include <string.h>

#include "mail/numbers-key.h"
#include "mail/numbers-rows.h"
#include "mail/numbers.h"
#include "mail/state-inside.h"

#define SEEN_MOST     256  /* of a kind a day: far more than any signal looks at */
#define WRONG_NEAR    32   /* failures kept of one network a day */
#define WRONG_MOST    1024 /* and of an account */
#define WRONG_FOR     3600
#define FAMILIAR_DAYS 5 /* days on the own line that make another place worth a word */
#define PIECE         500
#define KEPT_DAYS     400 /* of steps, and of accounts that nobody uses */

const char op25b_numbers_schema[] =
	"CREATE TABLE numbers_key (id INTEGER PRIMARY KEY CHECK (id = 1), day INTEGER NOT NULL,"
	" key BLOB NOT NULL) STRICT;"
	"CREATE TABLE numbers_seen (day INTEGER NOT NULL, account TEXT NOT NULL,"
	" kind INTEGER NOT NULL, hash INTEGER NOT NULL, PRIMARY KEY (day, account, kind, hash))"
	" STRICT, WITHOUT ROWID;"
	"CREATE TABLE numbers_wrong (day INTEGER NOT NULL, account TEXT NOT NULL,"
	" near INTEGER NOT NULL, hash INTEGER NOT NULL, at INTEGER NOT NULL,"
	" PRIMARY KEY (day, account, near, hash)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE numbers_day (account TEXT NOT NULL, day INTEGER NOT NULL,"
	" addresses INTEGER NOT NULL DEFAULT 0, networks INTEGER NOT NULL DEFAULT 0,"
	" countries INTEGER NOT NULL DEFAULT 0, failures INTEGER NOT NULL DEFAULT 0,"
	" PRIMARY KEY (account, day)) STRICT, WITHOUT ROWID;"
	"CREATE INDEX numbers_day_day ON numbers_day (day);"
	"CREATE TABLE numbers_slot (account TEXT NOT NULL, slot INTEGER NOT NULL,"
	" delivered INTEGER NOT NULL, unknown INTEGER NOT NULL, refused INTEGER NOT NULL,"
	" PRIMARY KEY (account, slot)) STRICT, WITHOUT ROWID;"
	"CREATE INDEX numbers_slot_slot ON numbers_slot (slot);"
	"CREATE TABLE numbers_account (account TEXT PRIMARY KEY,"
	" own_day INTEGER NOT NULL DEFAULT 0, own_days INTEGER NOT NULL DEFAULT 0,"
	" away_at INTEGER NOT NULL DEFAULT 0,"
	" state INTEGER NOT NULL DEFAULT 0, since INTEGER NOT NULL DEFAULT 0,"
	" seen INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
	"CREATE INDEX numbers_account_seen ON numbers_account (seen);"
	"CREATE TABLE numbers_step (account TEXT NOT NULL, at INTEGER NOT NULL,"
	" state INTEGER NOT NULL, why TEXT NOT NULL, points INTEGER NOT NULL) STRICT;"
	"CREATE INDEX numbers_step_account ON numbers_step (account, at);"
	"CREATE INDEX numbers_step_at ON numbers_step (at);";

/* One more of a kind today, if it is a new one. The column is numbers_day's. */
static int see(struct op25b_state *state, const struct op25b_numbers_key *key, const char *account,
	       enum op25b_numbers_kind kind, const void *data, size_t size, const char *count)
{
	sqlite3_stmt *put;
	int64_t hash;
	int r = op25b_numbers_hash(key, account, kind, data, size, &hash);

	if (r < 0)
		return r;
	put = op25b_numbers_statement(
		state,
		"INSERT OR IGNORE INTO numbers_seen SELECT ?2, ?1, ?3, ?4 WHERE (SELECT count(*)"
		" FROM numbers_seen WHERE day = ?2 AND account = ?1 AND kind = ?3) < ?5"
		" RETURNING 1",
		account, (const int64_t[]){ key->day, kind, hash, SEEN_MOST }, 4);
	r = op25b_numbers_step_once(put);
	if (r != 1)
		return r;
	return op25b_numbers_run(state, count, account, (const int64_t[]){ key->day }, 1);
}

/* Failures with different passwords from this network lately: they have come to an end. */
static int end_failures(struct op25b_state *state, int64_t now, const struct op25b_numbers_key *key,
			const char *account, const struct op25b_prefix *remote)
{
	const struct op25b_prefix near = op25b_numbers_cut(remote, 24, 48);
	int64_t hash, n = 0;
	int r = op25b_numbers_hash(key, account, OP25B_NUMBERS_NEAR, &near, sizeof(near), &hash);

	if (r == 0)
		r = op25b_numbers_ask(state,
				      "SELECT count(*) FROM numbers_wrong WHERE day = ?2"
				      " AND account = ?1 AND near = ?3 AND at >= ?4",
				      account, (const int64_t[]){ key->day, hash, now - WRONG_FOR },
				      3, &n, 1);
	if (r < 0 || n == 0)
		return r < 0 ? r : 0;
	r = op25b_numbers_run(state,
			      "INSERT INTO numbers_day (account, day, failures)"
			      " VALUES (?1, ?2, ?3) ON CONFLICT (account, day) DO UPDATE"
			      " SET failures = max(failures, excluded.failures)",
			      account, (const int64_t[]){ key->day, n }, 2);
	if (r < 0)
		return r;
	return op25b_numbers_run(state,
				 "DELETE FROM numbers_wrong WHERE day = ?2 AND account = ?1"
				 " AND near = ?3",
				 account, (const int64_t[]){ key->day, hash }, 2);
}

/* Where it is used: at home, or for the first time away from there. */
static int note_place(struct op25b_state *state, int64_t now, const char *account, bool own_line)
{
	const int64_t day = now / OP25B_NUMBERS_DAY;

	if (own_line)
		return op25b_numbers_run(
			state,
			"INSERT INTO numbers_account (account, own_day, own_days, seen)"
			" VALUES (?1, ?2, 1, ?3) ON CONFLICT (account) DO UPDATE SET"
			" own_days = own_days + (own_day <> ?2), own_day = ?2, seen = ?3",
			account, (const int64_t[]){ day, now }, 2);
	return op25b_numbers_run(state,
				 "INSERT INTO numbers_account (account, seen) VALUES (?1, ?2)"
				 " ON CONFLICT (account) DO UPDATE SET seen = ?2, away_at ="
				 " iif(away_at = 0 AND own_days >= ?3, ?2, away_at)",
				 account, (const int64_t[]){ now, FAMILIAR_DAYS }, 2);
}

int op25b_numbers_login(struct op25b_state *state, int64_t now, const char *account,
			const struct op25b_numbers_login *login)
{
	struct op25b_prefix address, near;
	struct op25b_numbers_key key;
	const void *network;
	size_t size;
	int r;

	if (login->remote->family != OP25B_V4 && login->remote->family != OP25B_V6)
		return -EINVAL;
	address = op25b_numbers_cut(login->remote, 32, 64); /* a host has many in its /64 */
	near = op25b_numbers_cut(login->remote, 24, 48);
	network = login->asn ? (const void *)&login->asn : &near;
	size = login->asn ? sizeof(login->asn) : sizeof(near);
	r = op25b_numbers_key(state, now, &key);
	if (r == 0)
		r = see(state, &key, account, OP25B_NUMBERS_ADDRESS, &address, sizeof(address),
			OP25B_NUMBERS_COUNT("addresses"));
	if (r == 0)
		r = see(state, &key, account, OP25B_NUMBERS_NETWORK, network, size,
			OP25B_NUMBERS_COUNT("networks"));
	if (r == 0 && login->country[0])
		r = see(state, &key, account, OP25B_NUMBERS_COUNTRY, login->country,
			sizeof(login->country), OP25B_NUMBERS_COUNT("countries"));
	if (r == 0)
		r = end_failures(state, now, &key, account, login->remote);
	return r < 0 ? r : note_place(state, now, account, login->own_line);
}

int op25b_numbers_failure(struct op25b_state *state, int64_t now, const char *account,
			  const struct op25b_prefix *remote, const char *pwhash)
{
	struct op25b_numbers_key key;
	struct op25b_prefix near;
	int64_t from, hash;
	int r;

	if (remote->family != OP25B_V4 && remote->family != OP25B_V6)
		return -EINVAL;
	near = op25b_numbers_cut(remote, 24, 48);
	r = op25b_numbers_key(state, now, &key);
	if (r == 0)
		r = op25b_numbers_hash(&key, account, OP25B_NUMBERS_NEAR, &near, sizeof(near),
				       &from);
	if (r == 0)
		r = op25b_numbers_hash(&key, account, OP25B_NUMBERS_PASSWORD, pwhash,
				       strlen(pwhash), &hash);
	if (r < 0)
		return r;
	return op25b_numbers_run(
		state,
		"INSERT OR REPLACE INTO numbers_wrong SELECT ?2, ?1, ?3, ?4, ?5 WHERE"
		" (SELECT count(*) FROM numbers_wrong WHERE day = ?2 AND account = ?1) < ?6"
		" AND (SELECT count(*) FROM numbers_wrong WHERE day = ?2 AND account = ?1"
		" AND near = ?3) < ?7",
		account, (const int64_t[]){ key.day, from, hash, now, WRONG_MOST, WRONG_NEAR }, 6);
}

int op25b_numbers_result(struct op25b_state *state, int64_t now, const char *account,
			 const uint8_t dsn[3], bool bounced)
{
	const bool delivered = !bounced && dsn[0] == 2;
	/* RFC 3463 3.2: of 5.1.x, 5.1.7 and 5.1.8 are of the sender's address. */
	const bool unknown = bounced && dsn[0] == 5 && dsn[1] == 1 && dsn[2] != 7 && dsn[2] != 8;

	if (!delivered && !bounced)
		return 0;
	return op25b_numbers_run(
		state,
		"INSERT INTO numbers_slot VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (account, slot)"
		" DO UPDATE SET delivered = delivered + ?3, unknown = unknown + ?4,"
		" refused = refused + ?5",
		account,
		(const int64_t[]){ now / OP25B_NUMBERS_SLOT, delivered, unknown,
				   bounced && !unknown },
		4);
}

int op25b_numbers_forget(struct op25b_state *state, const char *account)
{
	static const char *const tables[] = {
		"DELETE FROM numbers_slot WHERE account = ?1",
		"DELETE FROM numbers_day WHERE account = ?1",
		/* Of today and, until they are swept, of days before. */
		"DELETE FROM numbers_seen WHERE account = ?1"
		" AND day >= (SELECT day FROM numbers_key)",
		"DELETE FROM numbers_wrong WHERE account = ?1"
		" AND day >= (SELECT day FROM numbers_key)",
		"UPDATE numbers_account SET away_at = 1 WHERE account = ?1 AND away_at > 0",
	};
	int r = 0;

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]) && r == 0; i++)
		r = op25b_numbers_run(state, tables[i], account, NULL, 0);
	return r;
}

int op25b_numbers_sweep(struct op25b_state *state, int64_t now)
{
	const int64_t day = now / OP25B_NUMBERS_DAY;
	const struct {
		const char *sql;
		int64_t before;
	} pieces[] = {
		{ "DELETE FROM numbers_seen WHERE (day, account, kind, hash) IN (SELECT day,"
		  " account, kind, hash FROM numbers_seen WHERE day < ?2 LIMIT ?3)",
		  day },
		{ "DELETE FROM numbers_wrong WHERE (day, account, near, hash) IN (SELECT day,"
		  " account, near, hash FROM numbers_wrong WHERE day < ?2 LIMIT ?3)",
		  day },
		{ "DELETE FROM numbers_day WHERE (account, day) IN (SELECT account, day"
		  " FROM numbers_day WHERE day < ?2 LIMIT ?3)",
		  day - 1 },
		{ "DELETE FROM numbers_slot WHERE (account, slot) IN (SELECT account, slot"
		  " FROM numbers_slot WHERE slot < ?2 LIMIT ?3)",
		  now / OP25B_NUMBERS_SLOT - OP25B_NUMBERS_SLOTS_DAY },
		{ "DELETE FROM numbers_account WHERE account IN (SELECT account"
		  " FROM numbers_account WHERE seen < ?2 LIMIT ?3)",
		  now - KEPT_DAYS * OP25B_NUMBERS_DAY },
		{ "DELETE FROM numbers_step WHERE rowid IN (SELECT rowid FROM numbers_step"
		  " WHERE at < ?2 LIMIT ?3)",
		  now - KEPT_DAYS * OP25B_NUMBERS_DAY },
	};
	struct op25b_numbers_key key;
	/* The key of a day that is over is written over, though nobody logs in. */
	int r = op25b_numbers_key(state, now, &key);

	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]) && r == 0; i++)
		r = op25b_numbers_run(state, pieces[i].sql, NULL,
				      (const int64_t[]){ pieces[i].before, PIECE }, 2);
	return r;
}
