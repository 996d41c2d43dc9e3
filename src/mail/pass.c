/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See pass.h. Who only says RCPT and leaves makes a pass each time: they are found by their process
 * and by when they are forgotten, never by looking at all. `mail` has what is in Postfix's queue.
 */
#include "mail/pass.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mail/client-octets.h"
#include "mail/state-inside.h"

#define DAY       86400
#define MAIL_LIFE (30 * DAY) /* Postfix gives mail back after 5; one that is held may stay longer */
#define SWEPT     4096       /* passes at most in one sweep */
#define DIGITS    16         /* of a process id, hexadecimal */

const char op25b_pass_schema[] =
	"CREATE TABLE pass (instance TEXT PRIMARY KEY, until INTEGER NOT NULL,"
	" client BLOB NOT NULL, server BLOB NOT NULL, way INTEGER NOT NULL,"
	" verdict INTEGER NOT NULL, slow INTEGER NOT NULL, over INTEGER NOT NULL,"
	" limited INTEGER NOT NULL, granted INTEGER NOT NULL, sure INTEGER NOT NULL,"
	" message INTEGER NOT NULL,"
	" at_limit INTEGER NOT NULL, account_burst INTEGER NOT NULL, account_hour INTEGER NOT NULL,"
	" account_day INTEGER NOT NULL, line_burst INTEGER NOT NULL, line_hour INTEGER NOT NULL,"
	" line_day INTEGER NOT NULL, service TEXT NOT NULL, account TEXT NOT NULL,"
	" created INTEGER NOT NULL, line TEXT NOT NULL) STRICT, WITHOUT ROWID;"
	"CREATE INDEX pass_until ON pass (until);"
	"CREATE TABLE mail (queue_id TEXT PRIMARY KEY, at INTEGER NOT NULL, held INTEGER NOT NULL,"
	" account TEXT NOT NULL, created INTEGER NOT NULL, instance TEXT NOT NULL)"
	" STRICT, WITHOUT ROWID;";

/* A statement that gives no row. */
static int run(sqlite3_stmt *statement)
{
	int r = op25b_state_step(statement);

	return r > 0 ? -EBADMSG : r;
}

static int bind_text(sqlite3_stmt *statement, int at, const char *text)
{
	return sqlite3_bind_text(statement, at, text, -1, SQLITE_STATIC);
}

static int bind_numbers(sqlite3_stmt *statement, int at, const int64_t *numbers, int n)
{
	int r = SQLITE_OK;

	for (int i = 0; i < n && r == SQLITE_OK; i++)
		r = sqlite3_bind_int64(statement, at + i, numbers[i]);
	return r;
}

/*
 * Run a statement about what an smtpd had for a client: ?1 to ?3. "4d2." up to "4d2/" holds the
 * instances of the process 4d2.
 */
static int run_for_process(sqlite3_stmt *statement, const char *pid, int digits,
			   const struct op25b_prefix *client, uint16_t port)
{
	char first[DIGITS + 2], last[DIGITS + 2];
	uint8_t octets[OP25B_CLIENT_OCTETS];
	const int size = op25b_client_octets(client, port, octets);

	snprintf(first, sizeof(first), "%.*s.", digits, pid);
	snprintf(last, sizeof(last), "%.*s/", digits, pid);
	if (!statement || bind_text(statement, 1, first) || bind_text(statement, 2, last) ||
	    sqlite3_bind_blob(statement, 3, octets, size, SQLITE_STATIC))
		return -ENOMEM;
	return run(statement);
}

bool op25b_pass_is_sure(int64_t now, const char *instance)
{
	const char *second = instance + strcspn(instance, ".");
	long long began;
	char *end;

	if (*second != '.' || !isxdigit((unsigned char)second[1]))
		return false;
	errno = 0;
	began = strtoll(second + 1, &end, 16);
	return *end == '.' && !errno && began <= now + OP25B_PASS_CLOCKS &&
	       now < began + OP25B_PASS_LEFT - OP25B_PASS_CLOCKS;
}

/*
 * An smtpd has one mail at a time: what it had on this connection before came to nothing. The same
 * connection without doubt: a client may have one at another host too, whose smtpd has the same
 * process id, and choose its own port for both.
 */
static int drop_before(struct op25b_state *state, const char *instance,
		       const struct op25b_pass_connection *connection)
{
	static const char sql[] = "DELETE FROM pass WHERE instance >= ?1 AND instance < ?2"
				  " AND " OP25B_OF_CLIENT " AND server = ?5 AND instance <> ?4";
	sqlite3_stmt *statement = op25b_state_statement(state, sql);
	const size_t digits = strcspn(instance, ".");
	uint8_t server[OP25B_CLIENT_OCTETS];
	const int size = op25b_client_octets(connection->server, connection->server_port, server);

	if (digits > DIGITS || !connection->client_port ||
	    connection->server->family == OP25B_NO_FAMILY)
		return 0;
	if (!statement || bind_text(statement, 4, instance) ||
	    sqlite3_bind_blob(statement, 5, server, size, SQLITE_STATIC))
		return -ENOMEM;
	return run_for_process(statement, instance, (int)digits, connection->client,
			       connection->client_port);
}

/* Not dropped at once: the log may be read when the two have their next mail on its way. */
int op25b_pass_hung_up(struct op25b_state *state, int64_t now, uint32_t pid,
		       const struct op25b_prefix *client, uint16_t port)
{
	static const char sql[] = "UPDATE pass SET until = ?4 WHERE instance >= ?1 AND"
				  " instance < ?2 AND " OP25B_OF_CLIENT " AND until > ?4";
	sqlite3_stmt *statement = op25b_state_statement(state, sql);
	char digits[DIGITS + 1];

	snprintf(digits, sizeof(digits), "%x", pid);
	if (!statement || sqlite3_bind_int64(statement, 4, now + OP25B_PASS_LEFT))
		return -ENOMEM;
	return run_for_process(statement, digits, DIGITS, client, port);
}

static int bind_connection(sqlite3_stmt *statement, int at,
			   const struct op25b_pass_connection *connection)
{
	uint8_t octets[OP25B_CLIENT_OCTETS];
	int size = op25b_client_octets(connection->client, connection->client_port, octets);

	if (sqlite3_bind_blob(statement, at, octets, size, SQLITE_TRANSIENT))
		return -ENOMEM;
	size = op25b_client_octets(connection->server, connection->server_port, octets);
	return sqlite3_bind_blob(statement, at + 1, octets, size, SQLITE_TRANSIENT) ? -ENOMEM : 0;
}

int op25b_pass_put(struct op25b_state *state, int64_t now, const char *instance,
		   const struct op25b_pass_connection *connection, const struct op25b_pass *pass)
{
	static const char sql[] =
		"INSERT INTO pass VALUES (?1, ?2, ?20, ?21, ?3, ?4, ?5, 0, ?6, ?7, ?8, ?9, ?10,"
		" ?11, ?12, ?13, ?14, ?15, ?16, ?18, ?19, ?17, ?22)"
		" ON CONFLICT (instance) DO UPDATE SET granted = granted + excluded.granted,"
		" until = excluded.until, way = excluded.way,"
		" verdict = excluded.verdict, slow = excluded.slow, limited = excluded.limited,"
		" message = excluded.message, at_limit = excluded.at_limit,"
		" account_burst = excluded.account_burst, account_hour = excluded.account_hour,"
		" account_day = excluded.account_day, line_burst = excluded.line_burst,"
		" line_hour = excluded.line_hour, line_day = excluded.line_day,"
		" service = excluded.service, account = excluded.account,"
		" created = excluded.created, line = excluded.line";
	const struct op25b_mail_limit *limit = &pass->limit;
	const int64_t numbers[] = {
		now + DAY,
		pass->way,
		pass->verdict,
		pass->slow,
		pass->limited,
		pass->granted,
		op25b_pass_is_sure(now, instance),
		limit->message,
		limit->at_limit,
		limit->account.burst,
		limit->account.hour,
		limit->account.day,
		limit->line.burst,
		limit->line.hour,
		limit->line.day,
		pass->created,
	};
	sqlite3_stmt *statement;
	int r = drop_before(state, instance, connection);

	if (r)
		return r;
	statement = op25b_state_statement(state, sql);
	if (!statement || bind_text(statement, 1, instance) ||
	    bind_numbers(statement, 2, numbers, sizeof(numbers) / sizeof(numbers[0])) ||
	    bind_text(statement, 18, pass->service) || bind_text(statement, 19, pass->account) ||
	    bind_connection(statement, 20, connection) || bind_text(statement, 22, pass->line))
		return -ENOMEM;
	return run(statement);
}

static void take_text(sqlite3_stmt *statement, int column, char *ret, size_t size)
{
	const unsigned char *text = sqlite3_column_text(statement, column);

	snprintf(ret, size, "%s", text ? (const char *)text : "");
}

static uint32_t take_number(sqlite3_stmt *statement, int column)
{
	return (uint32_t)sqlite3_column_int64(statement, column);
}

static struct op25b_mail_bucket take_bucket(sqlite3_stmt *statement, int column)
{
	return (struct op25b_mail_bucket){ .burst = take_number(statement, column),
					   .hour = take_number(statement, column + 1),
					   .day = take_number(statement, column + 2) };
}

static int read_pass(sqlite3_stmt *statement, struct op25b_pass *ret)
{
	const uint32_t way = take_number(statement, 0), verdict = take_number(statement, 1),
		       at_limit = take_number(statement, 8);

	if (way >= OP25B_MAIL_WAYS || verdict >= OP25B_MAIL_REFUSED ||
	    at_limit > OP25B_MAIL_HOLD_AT_LIMIT)
		return -EBADMSG;
	ret->way = (enum op25b_mail_way)way;
	ret->verdict = (enum op25b_mail_verdict)verdict;
	ret->slow = take_number(statement, 2);
	ret->over = take_number(statement, 3);
	ret->limited = take_number(statement, 4);
	ret->granted = take_number(statement, 5);
	ret->sure = take_number(statement, 6);
	ret->limit = (struct op25b_mail_limit){ .message = take_number(statement, 7),
						.at_limit = (enum op25b_mail_at_limit)at_limit,
						.account = take_bucket(statement, 9),
						.line = take_bucket(statement, 12) };
	take_text(statement, 15, ret->service, sizeof(ret->service));
	take_text(statement, 16, ret->account, sizeof(ret->account));
	ret->created = sqlite3_column_int64(statement, 17);
	take_text(statement, 18, ret->line, sizeof(ret->line));
	return 0;
}

/* Asked about after its connection seemed to be over: it is not. */
static int keep(struct op25b_state *state, int64_t now, const char *instance)
{
	static const char sql[] = "UPDATE pass SET until = ?2 WHERE instance = ?1";
	sqlite3_stmt *statement = op25b_state_statement(state, sql);

	if (!statement || bind_text(statement, 1, instance) ||
	    sqlite3_bind_int64(statement, 2, now + DAY))
		return -ENOMEM;
	return run(statement);
}

int op25b_pass_find(struct op25b_state *state, int64_t now, const char *instance,
		    struct op25b_pass *ret)
{
	static const char sql[] =
		"SELECT way, verdict, slow, over, limited, granted, sure, message, at_limit,"
		" account_burst, account_hour, account_day, line_burst, line_hour, line_day,"
		" service, account, created, line, until FROM pass WHERE instance = ?1";
	sqlite3_stmt *statement = op25b_state_statement(state, sql);
	int64_t until;
	int r;

	if (!statement || bind_text(statement, 1, instance))
		return -ENOMEM;
	r = op25b_state_step(statement);
	if (r <= 0)
		return r ? r : -ENOENT;
	r = read_pass(statement, ret);
	until = sqlite3_column_int64(statement, 19);
	sqlite3_reset(statement);
	return r || until > now + OP25B_PASS_LEFT ? r : keep(state, now, instance);
}

static int run_for(struct op25b_state *state, const char *sql, const char *name)
{
	sqlite3_stmt *statement = op25b_state_statement(state, sql);

	if (!statement || bind_text(statement, 1, name))
		return -ENOMEM;
	return run(statement);
}

int op25b_pass_over(struct op25b_state *state, const char *instance)
{
	static const char sql[] = "UPDATE pass SET over = 1 WHERE instance = ?1";

	return run_for(state, sql, instance);
}

int op25b_pass_taken(struct op25b_state *state, const char *instance, const char *queue_id,
		     const struct op25b_pass_mail *mail)
{
	static const char put[] = "INSERT OR REPLACE INTO mail VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
	static const char drop[] = "DELETE FROM pass WHERE instance = ?1";
	sqlite3_stmt *statement = op25b_state_statement(state, put);
	int r;

	if (!statement || bind_text(statement, 1, queue_id) ||
	    sqlite3_bind_int64(statement, 2, mail->at) ||
	    sqlite3_bind_int(statement, 3, (int)mail->held) ||
	    bind_text(statement, 4, mail->account) ||
	    sqlite3_bind_int64(statement, 5, mail->created) || bind_text(statement, 6, instance))
		return -ENOMEM;
	r = run(statement);
	return r ? r : run_for(state, drop, instance);
}

static int read_mail(sqlite3_stmt *statement, struct op25b_pass_mail *ret)
{
	const uint32_t held = take_number(statement, 1);

	if (held > OP25B_PASS_HELD_LIMIT)
		return -EBADMSG;
	ret->at = sqlite3_column_int64(statement, 0);
	ret->held = (enum op25b_pass_held)held;
	take_text(statement, 2, ret->account, sizeof(ret->account));
	ret->created = sqlite3_column_int64(statement, 3);
	return 0;
}

/* The one row of a statement that may have one; -ENOENT. */
static int read_one(sqlite3_stmt *statement, struct op25b_pass_mail *ret)
{
	int r = op25b_state_step(statement);

	if (r <= 0)
		return r ? r : -ENOENT;
	r = read_mail(statement, ret);
	sqlite3_reset(statement);
	return r;
}

int op25b_pass_answered(struct op25b_state *state, const char *instance, const char *queue_id,
			enum op25b_pass_held *ret)
{
	static const char sql[] = "SELECT at, held, account, created FROM mail WHERE queue_id = ?1"
				  " AND instance = ?2";
	sqlite3_stmt *statement = op25b_state_statement(state, sql);
	struct op25b_pass_mail mail;
	int r;

	if (!statement || bind_text(statement, 1, queue_id) || bind_text(statement, 2, instance))
		return -ENOMEM;
	r = read_one(statement, &mail);
	if (!r)
		*ret = mail.held;
	return r;
}

int op25b_pass_mail(struct op25b_state *state, const char *queue_id, struct op25b_pass_mail *ret)
{
	static const char sql[] = "SELECT at, held, account, created FROM mail WHERE queue_id = ?1";
	sqlite3_stmt *statement = op25b_state_statement(state, sql);

	if (!statement || bind_text(statement, 1, queue_id))
		return -ENOMEM;
	return read_one(statement, ret);
}

int op25b_pass_held(struct op25b_state *state, const char *account, op25b_pass_mail_fn fn,
		    void *arg)
{
	static const char sql[] = "SELECT at, held, account, created, queue_id FROM mail"
				  " WHERE held <> 0 AND account = ?1 ORDER BY at, queue_id";
	sqlite3_stmt *statement = op25b_state_statement(state, sql);
	struct op25b_pass_mail mail;
	char queue_id[OP25B_MAILLOG_QUEUE];
	int r;

	if (!statement || bind_text(statement, 1, account))
		return -ENOMEM;
	while ((r = op25b_state_step(statement)) > 0) {
		take_text(statement, 4, queue_id, sizeof(queue_id));
		r = read_mail(statement, &mail);
		r = r ? r : fn(arg, queue_id, &mail);
		if (r)
			break;
	}
	sqlite3_reset(statement);
	return r;
}

int op25b_pass_gone(struct op25b_state *state, const char *queue_id)
{
	static const char sql[] = "DELETE FROM mail WHERE queue_id = ?1";

	return run_for(state, sql, queue_id);
}

int op25b_pass_sweep(struct op25b_state *state, int64_t now)
{
	static const char sql[] = "DELETE FROM pass WHERE instance IN"
				  " (SELECT instance FROM pass WHERE until <= ?1 LIMIT ?2)";
	sqlite3_stmt *statement = op25b_state_statement(state, sql);

	if (!statement || sqlite3_bind_int64(statement, 1, now) ||
	    sqlite3_bind_int(statement, 2, SWEPT))
		return -ENOMEM;
	return run(statement);
}

int op25b_pass_sweep_mails(struct op25b_state *state, int64_t now)
{
	return op25b_state_sweep(state, "DELETE FROM mail WHERE at < ?1", now - MAIL_LIFE);
}
