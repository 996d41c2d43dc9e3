/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The account base in PostgreSQL: the schema op25b_mail of a database. Connected when a call needs
 * it, and anew after it broke. op25b-maild asks from its only thread, so that no call waits long: a
 * server that doesn't answer costs three seconds once, and then nothing for one.
 *
 * Writers take turns by an advisory lock, as the statements are written for SQLite, where they do.
 * What the files of this engine share; account-postgresql*.c only.
 */
#pragma once

#include <libpq-fe.h>

#include "mail/account-db.h"

#define OP25B_ACCOUNT_PG_TURN       "7017277112413151329" /* of the advisory lock: "account!" */
#define OP25B_ACCOUNT_PG_STATEMENTS 64U

struct op25b_account_pg {
	struct op25b_account_db base;
	PGconn *conn;
	bool make, writing; /* writing: between begin and end */
	int64_t not_before; /* ms of the monotonic clock: until then it can't be reached */
	const char *known[OP25B_ACCOUNT_PG_STATEMENTS]; /* prepared on this connection */
	size_t n_known;
	char location[];
};

/*
 * Say what the server or libpq says, and return @r. libpq's words never hold the password once the
 * location was read; the location is not shown.
 */
int op25b_account_pg_fail(const struct op25b_account_pg *server, int r, const char *says,
			  struct op25b_error *error);

/* End the connection; after an error of it, which is said: -ENOTCONN. */
void op25b_account_pg_drop(struct op25b_account_pg *server);
int op25b_account_pg_lost(struct op25b_account_pg *server, struct op25b_error *error);

/* End the connection, and don't try again for a moment; whether that moment is not over. */
void op25b_account_pg_give_up(struct op25b_account_pg *server);
bool op25b_account_pg_is_given_up(const struct op25b_account_pg *server);

/**
 * op25b_account_pg_receive() - wait for the answer to what was sent.
 * @ret: the last of its results, PQclear(); may be NULL
 * Returns 0; -ENOTCONN: the connection is gone; -errno of what the server says.
 */
int op25b_account_pg_receive(struct op25b_account_pg *server, PGresult **ret,
			     struct op25b_error *error);

/* Send statements without values, and the same. */
int op25b_account_pg_script(struct op25b_account_pg *server, const char *sql, PGresult **ret,
			    struct op25b_error *error);

/* There is a connection, in the transaction that was begun or in none, and tables that are ours. */
int op25b_account_pg_ready(struct op25b_account_pg *server, struct op25b_error *error);
