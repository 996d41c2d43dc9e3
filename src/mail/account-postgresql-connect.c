/* SPDX-License-Identifier: BSD-2-Clause */
/* Connections to the account base's server, and the tables there. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "mail/account-postgresql.h"
#include "mail/account-schema.h"

/* Nothing of another schema stands for ours. */
static const char settings[] = "SET search_path = op25b_mail, pg_temp; SET jit = off;"
			       "SET lock_timeout = '2s'; SET statement_timeout = '3s';"
			       "SET idle_in_transaction_session_timeout = '10s';"
			       "SELECT set_config('synchronous_commit', 'on', false) "
			       "WHERE current_setting('synchronous_commit') = 'off'";

#define TABLES                                                                                 \
	"BEGIN; SELECT pg_advisory_xact_lock(" OP25B_ACCOUNT_PG_TURN ");"                      \
	"CREATE SCHEMA IF NOT EXISTS op25b_mail;"                                              \
	"CREATE TABLE op25b_mail.layout (version bigint NOT NULL);"                            \
	"INSERT INTO op25b_mail.layout VALUES (1);" OP25B_ACCOUNT_TABLES("text COLLATE \"C\"", \
									 "bigint", "") "COMMIT"

/* The version of the tables, 0: there are none. */
static int version_of(struct op25b_account_pg *server, int *ret, struct op25b_error *error)
{
	PGresult *rows = NULL;
	int r = op25b_account_pg_script(
		server,
		"SELECT CASE WHEN to_regclass('op25b_mail.layout') IS NULL THEN 0 ELSE 1 END",
		&rows, error);
	const bool there = r == 0 && strcmp(PQgetvalue(rows, 0, 0), "0") != 0;

	PQclear(rows);
	rows = NULL;
	*ret = 0;
	if (!there)
		return r;
	r = op25b_account_pg_script(server, "SELECT max(version) FROM op25b_mail.layout", &rows,
				    error);
	if (r == 0)
		*ret = (int)strtol(PQgetvalue(rows, 0, 0), NULL, 10);
	PQclear(rows);
	return r;
}

static int check_schema(struct op25b_account_pg *server, struct op25b_error *error)
{
	int version = 0;
	int r = version_of(server, &version, error);

	if (r == 0 && !version && server->make) {
		/* Another process may have made them meanwhile; then they are there. */
		r = op25b_account_pg_script(server, TABLES, NULL, error);
		if (server->conn && PQtransactionStatus(server->conn) != PQTRANS_IDLE)
			op25b_account_pg_script(server, "ROLLBACK", NULL, NULL);
		if (server->conn && version_of(server, &version, r == 0 ? error : NULL) == 0 &&
		    version)
			r = 0;
	}
	if (r < 0)
		return r;
	if (!version)
		return op25b_account_pg_fail(
			server, -ENOENT,
			"there is no account base in this database; `op25b account add` makes "
			"it",
			error);
	if (version > OP25B_ACCOUNT_VERSION)
		return op25b_account_pg_fail(server, -EMEDIUMTYPE, "its layout is a newer op25b's",
					     error);
	return 0;
}

static int connect_to(struct op25b_account_pg *server, struct op25b_error *error)
{
	/* What comes before the location is a default, what comes after it stands. */
	const char *const keywords[] = { "connect_timeout",      "tcp_user_timeout",
					 "keepalives_idle",      "keepalives_interval",
					 "keepalives_count",     "fallback_application_name",
					 "target_session_attrs", "dbname",
					 "client_encoding",      NULL };
	const char *const values[] = { "3",          "5000",           "5",    "5", "3", "op25b",
				       "read-write", server->location, "UTF8", NULL };
	int r;

	if (op25b_account_pg_is_given_up(server))
		return op25b_account_pg_fail(server, -ENOTCONN,
					     "it could not be reached a moment ago", error);
	server->conn = PQconnectdbParams(keywords, values, 1);
	if (!server->conn)
		return op25b_error_set(error, -ENOMEM, "account base: out of memory");
	if (PQstatus(server->conn) != CONNECTION_OK) {
		const char *says = PQerrorMessage(server->conn);

		/* libpq gives no code here. */
		r = op25b_account_pg_fail(server, strstr(says, "is read-only") ? -EROFS : -ENOTCONN,
					  says, error);
		op25b_account_pg_give_up(server);
		return r;
	}
	PQsetnonblocking(server->conn, 1);
	r = op25b_account_pg_script(server, settings, NULL, error);
	if (r == 0)
		r = check_schema(server, error);
	if (r < 0)
		op25b_account_pg_drop(server);
	return r;
}

static void be_quiet(void *arg, const char *message)
{
	(void)arg;
	(void)message;
}

/* Whether the server has ended the connection since it was last used. */
static bool is_over(PGconn *conn)
{
	struct pollfd fd = { .fd = PQsocket(conn), .events = POLLIN };

	while (PQstatus(conn) == CONNECTION_OK && poll(&fd, 1, 0) > 0) {
		if (!PQconsumeInput(conn))
			break;
	}
	return PQstatus(conn) != CONNECTION_OK;
}

int op25b_account_pg_ready(struct op25b_account_pg *server, struct op25b_error *error)
{
	int r;

	/* A transaction that was cut short is over: what was done in it would be missing. */
	if (server->writing)
		return server->conn && PQtransactionStatus(server->conn) == PQTRANS_INTRANS ?
			       0 :
			       op25b_account_pg_fail(server, -ENOTCONN, "the connection was lost",
						     error);
	if (server->conn &&
	    (is_over(server->conn) || PQtransactionStatus(server->conn) != PQTRANS_IDLE))
		op25b_account_pg_drop(server);
	if (server->conn)
		return 0;
	r = connect_to(server, error);
	if (r == 0)
		PQsetNoticeProcessor(server->conn, be_quiet, NULL);
	return r;
}
