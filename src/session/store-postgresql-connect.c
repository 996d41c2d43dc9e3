/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The PostgreSQL engine's connection: made when a call needs one, and anew after it broke. What a
 * server says is shown, the password never.
 */
#include <ctype.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "session/store-postgresql.h"

static void free_options(PQconninfoOption **options)
{
	PQconninfoFree(*options);
}

/* An option of the URI, or "". */
static const char *option(const PQconninfoOption *options, const char *keyword)
{
	for (; options->keyword; options++)
		if (strcmp(options->keyword, keyword) == 0)
			return options->val ? options->val : "";
	return "";
}

/* Whether a password that isn't written as it should be reaches into what is shown. */
static bool is_torn(const PQconninfoOption *options)
{
	const char *port = option(options, "port");

	return strchr(option(options, "host"), '@') || port[strspn(port, "0123456789,")] ||
	       strpbrk(option(options, "dbname"), "@/");
}

static void write_encoded(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (strchr("-._~/,", *text) || isalnum((unsigned char)*text))
			fputc(*text, out);
		else
			fprintf(out, "%%%02X", (unsigned char)*text);
	}
}

/* Whether a host and a port may stand before the path: one of each, and no folder of a socket. */
static bool is_plain(const char *host, const char *port)
{
	return !strpbrk(host, ":,/%@") && !strchr(port, ',');
}

/* All that is known of the server, so that it is found again, but what libpq says is secret. */
static void write_shown(FILE *out, const PQconninfoOption *options)
{
	const char *user = option(options, "user"), *host = option(options, "host"),
		   *port = option(options, "port"), *before = "?";
	const bool plain = is_plain(host, port);

	fputs("postgresql://", out);
	write_encoded(out, user);
	fprintf(out, "%s%s%s%s/", *user ? "@" : "", plain ? host : "", plain && *port ? ":" : "",
		plain ? port : "");
	write_encoded(out, option(options, "dbname"));
	for (; options->keyword; options++) {
		const char *key = options->keyword;

		if (!options->val || !*options->val || *options->dispchar == '*' ||
		    !strcmp(key, "user") || !strcmp(key, "dbname") ||
		    (plain && (!strcmp(key, "host") || !strcmp(key, "port"))))
			continue;
		fprintf(out, "%s%s=", before, key);
		write_encoded(out, options->val);
		before = "&";
	}
}

/* libpq's own words are left out: they quote the URI, with a password where none should be. */
int op25b_pg_show(const char *location, char **ret_shown, struct op25b_error *error)
{
	OP25B_CLEANUP(free_options)
	PQconninfoOption *options = PQconninfoParse(location, NULL);
	size_t size;
	FILE *out;

	if (!options || is_torn(options))
		return op25b_error_set(
			error, -EINVAL,
			"session store: the location is not a PostgreSQL URI; it reads "
			"postgresql://USER:PASSWORD@HOST:PORT/DATABASE, and in a password %%40 "
			"stands for @, %%3A for :, %%2F for /, %%25 for %%");
	out = open_memstream(ret_shown, &size);
	if (!out)
		return op25b_error_set(error, -ENOMEM, "session store: out of memory");
	write_shown(out, options);
	if (fclose(out)) {
		free(*ret_shown);
		*ret_shown = NULL;
		return op25b_error_set(error, -ENOMEM, "session store: out of memory");
	}
	return 0;
}

static const char *remedy(int r)
{
	switch (r) {
	case -EACCES:
		return "; docs/postgresql.md says which rights it takes";
	case -EBADMSG:
		return "; it is not as op25b writes it, or hidden from this role: look at the "
		       "rights (docs/postgresql.md), restore a copy, or start with an empty "
		       "database";
	case -EBUSY:
		return "; it is tried again";
	case -ENOSPC:
		return "; make room on the server's disk";
	case -EROFS:
		return "; name the primary server: a replica can only be followed";
	case -ENOTCONN:
		return "; is the server running, and does it let this program in?";
	default:
		return "";
	}
}

int op25b_pg_fail(struct op25b_pg *store, int r, const char *tried, const char *says)
{
	int length = (int)strcspn(says, "\n");

	return op25b_error_set(&store->said, r, "%s: %s: %.*s%s", store->shown, tried, length, says,
			       remedy(r));
}

void op25b_pg_drop(struct op25b_pg *store)
{
	PQfinish(store->conn);
	store->conn = NULL;
}

static void be_quiet(void *arg, const char *message)
{
	(void)arg;
	(void)message;
}

/*
 * The plans that rows by key want, whatever the statistics say when they are made. A writer that
 * stops within a transaction must not keep the others from theirs for ever. Nothing of another
 * schema stands for ours.
 */
static const char settings[] =
	"SET search_path = op25b, pg_temp;"
	"SET jit = off; SET max_parallel_workers_per_gather = 0;"
	"SET plan_cache_mode = force_generic_plan;"
	"SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off;"
	"SET lock_timeout = '15s'; SET statement_timeout = '30s';"
	"SET idle_in_transaction_session_timeout = '20s';"
	"SELECT set_config('synchronous_commit', 'on', false) "
	"WHERE current_setting('synchronous_commit') = 'off';"
	"SELECT current_setting('fsync'), current_setting('server_encoding')";

static int set_up(struct op25b_pg *store)
{
	PGresult *rows = NULL;
	int r;

	if (PQserverVersion(store->conn) < 150000)
		return op25b_pg_fail(store, -EMEDIUMTYPE, "connecting",
				     "the server is older than PostgreSQL 15");
	r = op25b_pg_script(store, settings, &rows);
	if (r == 0 && strcmp(PQgetvalue(rows, 0, 0), "on") != 0 &&
	    store->base.mode == OP25B_SESSIONS_WRITE)
		r = op25b_pg_fail(store, -EINVAL, "connecting",
				  "fsync is off there, so nothing that is acknowledged would be "
				  "sure to survive; set fsync = on in its postgresql.conf");
	PQclear(rows);
	if (r == 0)
		r = op25b_pg_check_schema(store);
	return r < 0 ? r : op25b_pg_prepare(store);
}

static int connect_to(struct op25b_pg *store)
{
	const bool write = store->base.mode == OP25B_SESSIONS_WRITE;
	/* What comes before the location is a default, what comes after it stands. */
	const char *const keywords[] = { "connect_timeout",      "tcp_user_timeout",
					 "keepalives_idle",      "keepalives_interval",
					 "keepalives_count",     "fallback_application_name",
					 "target_session_attrs", "dbname",
					 "client_encoding",      NULL };
	const char *const values[] = { "5",
				       "15000",
				       "5",
				       "5",
				       "3",
				       "op25b",
				       write ? "read-write" : "any",
				       store->location,
				       "UTF8",
				       NULL };

	store->conn = PQconnectdbParams(keywords, values, 1);
	if (!store->conn)
		return op25b_error_set(&store->said, -ENOMEM, "%s: out of memory", store->shown);
	if (PQstatus(store->conn) != CONNECTION_OK) {
		const char *says = PQerrorMessage(store->conn);

		/* libpq gives no code here. */
		return op25b_pg_fail(store, strstr(says, "is read-only") ? -EROFS : -ENOTCONN,
				     "connecting", says);
	}
	PQsetNoticeProcessor(store->conn, be_quiet, NULL);
	return set_up(store);
}

/* Whether the server has ended the connection since it was last used. */
static bool is_over(PGconn *conn)
{
	struct pollfd fd = { .fd = PQsocket(conn), .events = POLLIN };

	while (PQstatus(conn) == CONNECTION_OK && poll(&fd, 1, 0) > 0)
		if (!PQconsumeInput(conn))
			break;
	return PQstatus(conn) != CONNECTION_OK || PQtransactionStatus(conn) != PQTRANS_IDLE;
}

int op25b_pg_ready(struct op25b_pg *store)
{
	int r;

	store->said.text[0] = '\0';
	if (store->conn && is_over(store->conn))
		op25b_pg_drop(store);
	if (store->conn)
		return 0;
	r = connect_to(store);
	if (r < 0)
		op25b_pg_drop(store);
	return r;
}
