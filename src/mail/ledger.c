/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A message on its way from reservation to charge is one row, known by its instance first and by
 * its queue id then. `counted` says at which keys it counts: a bit a kind, 0 once it is settled, so
 * that nothing is given back twice. `due` is when it is given up: a reservation then gives back.
 * `client` of a charge is its instance.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "mail/client-octets.h"
#include "mail/ledger-use.h"

#define SWEPT    256 /* messages at most in one sweep */
#define TEXT_KEY 256 /* of an instance or a queue id, with its letter and its NUL */

/* Seconds in which the END-OF-MESSAGE of a message that was refused may still come. */
#define REFUSED_FOR 3600

static const char reserve_sql[] =
	"INSERT INTO ledger_mail (key, due, counted, recipients, account_hour, line_hour, account,"
	" line, client) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
static const char charge_sql[] =
	"UPDATE OR REPLACE ledger_mail SET key = ?2, due = ?3, client = ?4 WHERE key = ?1"
	" AND NOT EXISTS (SELECT 1 FROM ledger_mail WHERE key = ?5)";
static const char charged_sql[] = "SELECT 1 FROM ledger_mail WHERE key = ?1 AND client = ?2";
/* That a message was not taken. */
static const char refused_sql[] = "SELECT 1 FROM ledger_mail WHERE key = ?1";
static const char refuse_sql[] =
	"INSERT OR REPLACE INTO ledger_mail (key, due, counted, recipients, account_hour,"
	" line_hour, account, line, client) SELECT ?1, ?2, 0, 0, 0, 0, '', '', x''"
	" WHERE NOT EXISTS (SELECT 1 FROM ledger_mail WHERE key = ?3)";
static const char settle_sql[] = "UPDATE ledger_mail SET counted = 0, line = '' WHERE key = ?1";
static const char gone_sql[] = "DELETE FROM ledger_mail WHERE key = ?1";

/* Rows that are taken out and given back: these columns, in this order. */
#define TAKEN_OUT " RETURNING counted, recipients, account_hour, line_hour, account, line"
static const char drop_sql[] = "DELETE FROM ledger_mail WHERE key = ?1" TAKEN_OUT;
static const char refund_sql[] = "DELETE FROM ledger_mail WHERE key = ?1 AND counted" TAKEN_OUT;
/* Of a process: "i4d2" up to "i4d2/", which holds all of "i4d2.". */
static const char hung_up_sql[] = "DELETE FROM ledger_mail WHERE key >= ?1 AND key < ?2"
				  " AND (" OP25B_OF_CLIENT " OR key = ?4)" TAKEN_OUT;
/* Asked first, because it mostly finds nothing, and RETURNING makes a table even then. */
static const char left_sql[] = "SELECT 1 FROM ledger_mail WHERE key >= ?1 AND key < ?2"
			       " AND (" OP25B_OF_CLIENT " OR key = ?4) LIMIT 1";
static const char sweep_sql[] = "DELETE FROM ledger_mail WHERE key IN"
				" (SELECT key FROM ledger_mail WHERE due <= ?1 LIMIT ?2)"
				" RETURNING iif(key < 'q', counted, 0), recipients, account_hour,"
				" line_hour, account, line";

static int text_key(char kind, const char *text, char ret[static TEXT_KEY])
{
	const int n = snprintf(ret, TEXT_KEY, "%c%s", kind, text);

	return n > 0 && n < TEXT_KEY ? 0 : -EINVAL;
}

/* A statement about the row of @kind and @text; NULL: no such row can be. */
static sqlite3_stmt *about(struct op25b_state *state, const char *sql, char kind, const char *text)
{
	sqlite3_stmt *statement = op25b_state_statement(state, sql);
	char key[TEXT_KEY];

	if (text_key(kind, text, key) < 0)
		return NULL;
	sqlite3_bind_text(statement, 1, key, -1, SQLITE_TRANSIENT);
	return statement;
}

/* A row is there. */
static int is_there(sqlite3_stmt *statement)
{
	const int r = op25b_state_step(statement);

	sqlite3_reset(statement);
	return r;
}

static int give_back_one(struct op25b_state *state, enum op25b_ledger_kind kind, const char *name,
			 uint32_t recipients, int64_t hour)
{
	struct op25b_use use;
	int r = op25b_use_load(state, kind, name, &use);

	if (r < 0 || use.forget == 0)
		return r;
	op25b_use_give_back(&use, recipients, hour);
	return op25b_use_store(state, kind, name, &use, 0);
}

/* Run a statement that takes rows out, and give back what they counted. */
static int give_back(struct op25b_state *state, sqlite3_stmt *taken)
{
	int r;

	while ((r = op25b_state_step(taken)) == 1) {
		const int counted = sqlite3_column_int(taken, 0);
		const uint32_t n = (uint32_t)sqlite3_column_int64(taken, 1);

		for (int kind = OP25B_LEDGER_ACCOUNT; kind <= OP25B_LEDGER_LINE; kind++) {
			const char *name = (const char *)sqlite3_column_text(taken, 4 + kind);

			if (!(counted & 1 << kind))
				continue;
			r = name ? give_back_one(state, (enum op25b_ledger_kind)kind, name, n,
						 sqlite3_column_int64(taken, 2 + kind)) :
				   -ENOMEM;
			if (r < 0) {
				sqlite3_reset(taken);
				return r;
			}
		}
	}
	return r;
}

/* What a message wants of a key, and what the key has. */
struct want {
	const struct op25b_ledger_key *key;
	struct op25b_use use;
	int64_t hour;
};

/* Look whether every key has room; of those that have none, the last to have it is told. */
static int look_for_room(struct op25b_state *state, int64_t now, const struct op25b_ledger_ask *ask,
			 struct want wants[static OP25B_LEDGER_KEYS],
			 struct op25b_ledger_full *ret_full)
{
	struct op25b_ledger_full full = { .until = INT64_MIN };

	for (size_t i = 0; i < ask->n_keys; i++) {
		const struct op25b_ledger_key *key = &ask->keys[i];
		struct want *want = &wants[key->kind];
		int64_t until;
		int r;

		if (want->key || strlen(key->name) >= OP25B_LEDGER_NAME)
			return -EINVAL;
		want->key = key;
		if (key->bucket.burst == 0)
			continue;
		r = op25b_use_load(state, key->kind, key->name, &want->use);
		if (r < 0)
			return r;
		if (op25b_use_advance(&want->use, now, key->bucket.hour))
			r = op25b_use_store(state, key->kind, key->name, &want->use,
					    key->bucket.hour);
		if (r < 0)
			return r;
		if (!op25b_use_fits(&want->use, &key->bucket, ask->recipients, &until) &&
		    until > full.until)
			full = (struct op25b_ledger_full){ .kind = key->kind, .until = until };
	}
	if (full.until == INT64_MIN)
		return 0;
	*ret_full = full;
	return 1;
}

static int write_down(struct op25b_state *state, int64_t now, const struct op25b_ledger_ask *ask,
		      const struct want wants[static OP25B_LEDGER_KEYS])
{
	sqlite3_stmt *statement = about(state, reserve_sql, 'i', ask->instance);
	uint8_t client[OP25B_CLIENT_OCTETS];
	const int size = op25b_client_octets(ask->client, ask->client_port, client);
	int counted = 0;

	sqlite3_bind_int64(statement, 2, now + OP25B_LEDGER_PATIENCE);
	sqlite3_bind_int64(statement, 4, ask->recipients);
	for (int kind = OP25B_LEDGER_ACCOUNT; kind <= OP25B_LEDGER_LINE; kind++) {
		const struct op25b_ledger_key *key = wants[kind].key;

		if (key && key->bucket.burst != 0)
			counted |= 1 << kind;
		sqlite3_bind_int64(statement, 5 + kind, wants[kind].hour);
		sqlite3_bind_text(statement, 7 + kind, key ? key->name : "", -1, SQLITE_STATIC);
	}
	sqlite3_bind_int(statement, 3, counted);
	sqlite3_bind_blob(statement, 9, client, size, SQLITE_STATIC);
	return op25b_state_step(statement);
}

/* What the process of @pid, its hexadecimal digits, reserved for a client; and @instance. */
static int give_up(struct op25b_state *state, const char *pid, const struct op25b_prefix *client,
		   uint16_t port, const char *instance)
{
	sqlite3_stmt *const statements[] = { op25b_state_statement(state, left_sql),
					     op25b_state_statement(state, hung_up_sql) };
	char first[TEXT_KEY], last[TEXT_KEY + 1], same[TEXT_KEY] = "";
	uint8_t octets[OP25B_CLIENT_OCTETS];
	const int size = op25b_client_octets(client, port, octets);
	int r;

	if (text_key('i', pid, first) < 0 || (instance && text_key('i', instance, same) < 0))
		return -EINVAL;
	snprintf(last, sizeof(last), "%s/", first);
	for (size_t i = 0; i < 2; i++) {
		sqlite3_bind_text(statements[i], 1, first, -1, SQLITE_STATIC);
		sqlite3_bind_text(statements[i], 2, last, -1, SQLITE_STATIC);
		sqlite3_bind_blob(statements[i], 3, octets, size, SQLITE_STATIC);
		sqlite3_bind_text(statements[i], 4, same, -1, SQLITE_STATIC);
	}
	r = is_there(statements[0]);
	return r == 1 ? give_back(state, statements[1]) : r;
}

/* An smtpd has one mail at a time: what it reserved on this connection before came to nothing. */
static int give_up_before(struct op25b_state *state, const struct op25b_ledger_ask *ask)
{
	char pid[TEXT_KEY];

	snprintf(pid, sizeof(pid), "%.*s", (int)strcspn(ask->instance, "."), ask->instance);
	return give_up(state, pid, ask->client, ask->client_port, ask->instance);
}

int op25b_ledger_reserve(struct op25b_state *state, int64_t now, const struct op25b_ledger_ask *ask,
			 struct op25b_ledger_full *ret_full)
{
	struct want wants[OP25B_LEDGER_KEYS] = { 0 };
	char key[TEXT_KEY];
	int r = text_key('i', ask->instance, key);

	now = op25b_use_time(now);
	if (r == 0)
		r = give_up_before(state, ask);
	if (r == 0)
		r = look_for_room(state, now, ask, wants, ret_full);
	for (size_t i = 0; i < OP25B_LEDGER_KEYS && r == 0; i++) {
		struct want *want = &wants[i];

		if (!want->key || want->key->bucket.burst == 0)
			continue;
		want->hour = op25b_use_take(&want->use, ask->recipients);
		r = op25b_use_store(state, want->key->kind, want->key->name, &want->use,
				    want->key->bucket.hour);
	}
	return r == 0 ? write_down(state, now, ask, wants) : r;
}

/* There was nothing to charge. */
static int tell_why_not(struct op25b_state *state, const char *instance, const char *queue_id)
{
	sqlite3_stmt *statement = about(state, charged_sql, 'q', queue_id);
	int r;

	/* Asked again, because we died between keeping it and saying so. */
	sqlite3_bind_blob(statement, 2, instance, (int)strlen(instance), SQLITE_STATIC);
	r = is_there(statement);
	if (r != 0)
		return r < 0 ? r : 0;
	r = op25b_ledger_refused(state, queue_id);
	if (r == 0)
		return -ENOENT;
	if (r == 1)
		r = give_back(state, about(state, drop_sql, 'i', instance));
	return r < 0 ? r : -ECANCELED;
}

int op25b_ledger_refused(struct op25b_state *state, const char *queue_id)
{
	return is_there(about(state, refused_sql, 'n', queue_id));
}

int op25b_ledger_charge(struct op25b_state *state, int64_t now, const char *instance,
			const char *queue_id)
{
	sqlite3_stmt *statement = about(state, charge_sql, 'i', instance);
	char key[TEXT_KEY], refused[TEXT_KEY];
	int r = text_key('q', queue_id, key);

	if (r < 0)
		return r;
	text_key('n', queue_id, refused);
	sqlite3_bind_text(statement, 2, key, -1, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 3, op25b_use_time(now) + OP25B_LEDGER_MEMORY);
	sqlite3_bind_blob(statement, 4, instance, (int)strlen(instance), SQLITE_STATIC);
	sqlite3_bind_text(statement, 5, refused, -1, SQLITE_STATIC);
	r = op25b_state_step(statement);
	if (r < 0 || sqlite3_changes(sqlite3_db_handle(statement)) == 1)
		return r;
	return tell_why_not(state, instance, queue_id);
}

/*
 * cleanup refuses a header, or finds the disk full, before the text has come to its end: then this
 * is known before END-OF-MESSAGE is asked for. And that may be asked for again, after we died.
 */
int op25b_ledger_refund(struct op25b_state *state, int64_t now, const char *queue_id)
{
	sqlite3_stmt *statement;
	char key[TEXT_KEY];
	int r = text_key('q', queue_id, key);

	if (r == 0)
		r = give_back(state, about(state, refund_sql, 'q', queue_id));
	if (r < 0)
		return r;
	statement = about(state, refuse_sql, 'n', queue_id);
	sqlite3_bind_int64(statement, 2, op25b_use_time(now) + REFUSED_FOR);
	sqlite3_bind_text(statement, 3, key, -1, SQLITE_STATIC);
	return op25b_state_step(statement);
}

int op25b_ledger_settle(struct op25b_state *state, const char *queue_id)
{
	return op25b_state_step(about(state, settle_sql, 'q', queue_id));
}

int op25b_ledger_gone(struct op25b_state *state, const char *queue_id)
{
	return op25b_state_step(about(state, gone_sql, 'q', queue_id));
}

/* The instance begins with the pid of its smtpd, in hexadecimal, and a dot. */
int op25b_ledger_hung_up(struct op25b_state *state, uint32_t pid, const struct op25b_prefix *client,
			 uint16_t port)
{
	char digits[16];

	snprintf(digits, sizeof(digits), "%x", pid);
	return give_up(state, digits, client, port, NULL);
}

int op25b_ledger_sweep(struct op25b_state *state, int64_t now)
{
	sqlite3_stmt *statement = op25b_state_statement(state, sweep_sql);
	int r;

	now = op25b_use_time(now);
	sqlite3_bind_int64(statement, 1, now);
	sqlite3_bind_int(statement, 2, SWEPT);
	r = give_back(state, statement);
	return r < 0 ? r : op25b_use_sweep(state, now);
}

int op25b_ledger_look(struct op25b_state *state, int64_t now, const struct op25b_ledger_key *key,
		      struct op25b_ledger_use *ret)
{
	struct op25b_use use;
	int r = op25b_use_load(state, key->kind, key->name, &use);
	int64_t bucket;
	uint64_t day;

	if (r < 0)
		return r;
	op25b_use_advance(&use, op25b_use_time(now), key->bucket.hour);
	bucket = key->bucket.burst - (use.debt + 3599) / 3600;
	day = op25b_use_sum(&use, OP25B_USE_SLOTS);
	if (bucket > (int64_t)key->bucket.day - (int64_t)day)
		bucket = (int64_t)key->bucket.day - (int64_t)day;
	*ret = (struct op25b_ledger_use){
		.free = bucket < 0 ? 0 : (uint32_t)bucket,
		.hour_used = (uint32_t)op25b_use_sum(&use, 2),
		.day_used = (uint32_t)day,
	};
	return 0;
}
