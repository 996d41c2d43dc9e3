/* SPDX-License-Identifier: BSD-2-Clause */
/* What goes to the account base's server and comes back, each answer with a deadline. */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <time.h>

#include "mail/account-postgresql.h"

#define PATIENCE 3000 /* ms for one answer */
#define PAUSE    1000 /* ms in which a server that could not be reached is not tried again */

static int64_t clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static const char *remedy(int r)
{
	switch (r) {
	case -EACCES:
		return "; docs/accounts.md says which rights it takes";
	case -EBUSY:
		return "; try again";
	case -ENOSPC:
		return "; make room on the server's disk";
	case -EROFS:
		return "; name the primary server";
	case -ENOTCONN:
		return "; is the server running, and does it let this program in?";
	default:
		return "";
	}
}

int op25b_account_pg_fail(const struct op25b_account_pg *server, int r, const char *says,
			  struct op25b_error *error)
{
	const char *host = server->conn ? PQhost(server->conn) : NULL;
	const int length = (int)strcspn(says, "\n");

	return op25b_error_set(error, r, "account base at %s: %.*s%s",
			       host && *host ? host : "PostgreSQL", length, says, remedy(r));
}

void op25b_account_pg_drop(struct op25b_account_pg *server)
{
	PQfinish(server->conn);
	server->conn = NULL;
	server->n_known = 0;
}

int op25b_account_pg_lost(struct op25b_account_pg *server, struct op25b_error *error)
{
	int r = op25b_account_pg_fail(server, -ENOTCONN, PQerrorMessage(server->conn), error);

	op25b_account_pg_drop(server);
	return r;
}

void op25b_account_pg_give_up(struct op25b_account_pg *server)
{
	op25b_account_pg_drop(server);
	server->not_before = clock_ms() + PAUSE;
}

bool op25b_account_pg_is_given_up(const struct op25b_account_pg *server)
{
	return clock_ms() < server->not_before;
}

/* By class of SQLSTATE, or the whole of it. */
static int code_of(const char *state)
{
	static const struct {
		char begins[6];
		int code;
	} codes[] = {
		{ "08", -ENOTCONN },   { "22", -EBADMSG },     { "23505", -EEXIST },
		{ "23", -EBADMSG },    { "25006", -EROFS },    { "28", -EACCES },
		{ "3D", -ENOENT },     { "40", -EBUSY },       { "42501", -EACCES },
		{ "42", -EBADMSG },    { "53100", -ENOSPC },   { "53200", -ENOMEM },
		{ "53300", -EBUSY },   { "55P03", -EBUSY },    { "57014", -EBUSY },
		{ "57P", -ENOTCONN },  { "25P03", -ENOTCONN }, { "XX001", -EBADMSG },
		{ "XX002", -EBADMSG },
	};

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		if (strncmp(state, codes[i].begins, strlen(codes[i].begins)) == 0)
			return codes[i].code;
	}
	return -EIO;
}

/* Wait until the next PQgetResult() does not block. */
static int await(struct op25b_account_pg *server, int64_t deadline, struct op25b_error *error)
{
	for (;;) {
		int unsent = PQflush(server->conn);
		struct pollfd fd = { .fd = PQsocket(server->conn),
				     .events = (short)(unsent ? POLLIN | POLLOUT : POLLIN) };
		const int64_t left = deadline - clock_ms();
		int r;

		if (unsent < 0)
			return op25b_account_pg_lost(server, error);
		if (!unsent && !PQisBusy(server->conn))
			return 0;
		if (left <= 0) {
			r = op25b_account_pg_fail(server, -ENOTCONN, "no answer in time", error);
			op25b_account_pg_give_up(server);
			return r;
		}
		if (poll(&fd, 1, (int)left) > 0 && fd.revents & (POLLIN | POLLERR | POLLHUP) &&
		    !PQconsumeInput(server->conn))
			return op25b_account_pg_lost(server, error);
	}
}

int op25b_account_pg_receive(struct op25b_account_pg *server, PGresult **ret,
			     struct op25b_error *error)
{
	const int64_t deadline = clock_ms() + PATIENCE;
	PGresult *last = NULL;
	int r = 0;

	for (;;) {
		PGresult *result;

		if (await(server, deadline, r == 0 ? error : NULL) < 0) {
			PQclear(last);
			return -ENOTCONN;
		}
		result = PQgetResult(server->conn);
		if (!result)
			break;
		PQclear(last);
		last = result;
		if (r == 0 && PQresultStatus(result) != PGRES_TUPLES_OK &&
		    PQresultStatus(result) != PGRES_COMMAND_OK) {
			const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
			const char *says = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

			r = op25b_account_pg_fail(server, code_of(state ? state : "08"),
						  says ? says : PQresultErrorMessage(result),
						  error);
		}
	}
	if (PQstatus(server->conn) != CONNECTION_OK) {
		op25b_account_pg_drop(server);
		r = r == 0 ? -ENOTCONN : r;
	}
	if (r == 0 && ret)
		*ret = last;
	else
		PQclear(last);
	return r;
}

int op25b_account_pg_script(struct op25b_account_pg *server, const char *sql, PGresult **ret,
			    struct op25b_error *error)
{
	if (!PQsendQuery(server->conn, sql))
		return op25b_account_pg_lost(server, error);
	return op25b_account_pg_receive(server, ret, error);
}
