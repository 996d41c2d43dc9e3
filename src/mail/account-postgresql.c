/* SPDX-License-Identifier: BSD-2-Clause */
/* The PostgreSQL engine of the account base; see account-postgresql.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mail/account-postgresql.h"

/* A statement's name, prepared on this connection. */
static int prepare(struct op25b_account_pg *server, const char *sql, char name[static 24],
		   struct op25b_error *error)
{
	size_t i = 0;
	int r;

	while (i < server->n_known && server->known[i] != sql)
		i++;
	snprintf(name, 24, "%zu", i);
	if (i < server->n_known)
		return 0;
	if (i == OP25B_ACCOUNT_PG_STATEMENTS)
		return op25b_account_pg_fail(server, -EIO, "more statements than there is room for",
					     error);
	if (!PQsendPrepare(server->conn, name, sql, 0, NULL))
		return op25b_account_pg_lost(server, error);
	r = op25b_account_pg_receive(server, NULL, error);
	if (r == 0)
		server->known[server->n_known++] = sql;
	return r;
}

static int take(PGresult *result, struct op25b_account_rows *rows)
{
	const int n = PQntuples(result), columns = PQnfields(result);
	int r = 0;

	for (int i = 0; rows && i < n; i++) {
		for (int j = 0; j < columns && r == 0; j++)
			r = PQgetisnull(result, i, j) ?
				    -EBADMSG :
				    op25b_account_rows_add(rows, PQgetvalue(result, i, j),
							   (size_t)PQgetlength(result, i, j));
		rows->n++;
	}
	return r < 0 ? r : n ? n : (int)strtol(PQcmdTuples(result), NULL, 10);
}

static int run(struct op25b_account_db *db, const struct op25b_account_call *call,
	       struct op25b_account_rows *rows, struct op25b_error *error)
{
	struct op25b_account_pg *server = (struct op25b_account_pg *)db;
	const char *values[OP25B_ACCOUNT_DB_VALUES];
	char numbers[OP25B_ACCOUNT_DB_VALUES][24], name[24];
	PGresult *result = NULL;
	int r = op25b_account_pg_ready(server, error);

	if (r == 0)
		r = prepare(server, call->sql, name, error);
	if (r < 0)
		return r;
	for (size_t i = 0; i < call->n; i++) {
		snprintf(numbers[i], sizeof(numbers[i]), "%lld", (long long)call->values[i].number);
		values[i] = call->values[i].text ? call->values[i].text : numbers[i];
	}
	if (!PQsendQueryPrepared(server->conn, name, (int)call->n, values, NULL, NULL, 0))
		return op25b_account_pg_lost(server, error);
	r = op25b_account_pg_receive(server, &result, error);
	if (r < 0)
		return r;
	r = take(result, rows);
	PQclear(result);
	return r < 0 ? op25b_account_pg_fail(server, r, "a row is not one that op25b writes",
					     error) :
		       r;
}

static int begin(struct op25b_account_db *db, struct op25b_error *error)
{
	struct op25b_account_pg *server = (struct op25b_account_pg *)db;
	int r = op25b_account_pg_ready(server, error);

	if (r == 0)
		r = op25b_account_pg_script(
			server, "BEGIN; SELECT pg_advisory_xact_lock(" OP25B_ACCOUNT_PG_TURN ")",
			NULL, error);
	server->writing = r == 0;
	if (r < 0 && server->conn)
		op25b_account_pg_drop(server);
	return r;
}

static void rollback(struct op25b_account_db *db)
{
	struct op25b_account_pg *server = (struct op25b_account_pg *)db;

	server->writing = false;
	if (server->conn && op25b_account_pg_script(server, "ROLLBACK", NULL, NULL) < 0 &&
	    server->conn)
		op25b_account_pg_drop(server);
}

static int commit(struct op25b_account_db *db, struct op25b_error *error)
{
	struct op25b_account_pg *server = (struct op25b_account_pg *)db;

	server->writing = false;
	if (!server->conn)
		return op25b_account_pg_fail(server, -ENOTCONN, "the connection was lost", error);
	return op25b_account_pg_script(server, "COMMIT", NULL, error);
}

static void turn(struct op25b_account_db *db, bool on)
{
	(void)db;
	(void)on;
}

static void close_server(struct op25b_account_db *db)
{
	struct op25b_account_pg *server = (struct op25b_account_pg *)db;

	PQfinish(server->conn);
	free(server);
}

static const struct op25b_account_engine engine = {
	.close = close_server,
	.begin = begin,
	.commit = commit,
	.rollback = rollback,
	.turn = turn,
	.run = run,
};

int op25b_account_postgresql_open(const char *location, bool make, struct op25b_account_db **ret,
				  struct op25b_error *error)
{
	PQconninfoOption *options = PQconninfoParse(location, NULL);
	const size_t size = strlen(location) + 1;
	struct op25b_account_pg *server;
	int r;

	if (!options)
		return op25b_error_set(
			error, -EINVAL,
			"account base: the location is not a PostgreSQL URI; it reads "
			"postgresql://USER:PASSWORD@HOST:PORT/DATABASE, and in a password %%40 "
			"stands for @, %%3A for :, %%2F for /, %%25 for %%");
	PQconninfoFree(options);
	server = calloc(1, sizeof(*server) + size);
	if (!server)
		return op25b_error_set(error, -ENOMEM, "account base: out of memory");
	server->base.engine = &engine;
	server->make = make;
	memcpy(server->location, location, size);
	r = op25b_account_pg_ready(server, error);
	if (r < 0 && r != -ENOTCONN) {
		close_server(&server->base);
		return r;
	}
	*ret = &server->base;
	return 0;
}
