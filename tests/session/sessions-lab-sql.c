/* SPDX-License-Identifier: BSD-2-Clause */
/* A look past the store's interface, at its tables: in both engines the same SQL. */
#include "tests/session/sessions-lab.h"

#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void be_quiet(void *arg, const char *message)
{
	(void)arg;
	(void)message;
}

static int64_t ask_postgresql(const char *location, const char *sql)
{
	PGconn *conn = PQconnectdb(location);
	PGresult *result;
	int64_t value = 0;

	if (PQstatus(conn) != CONNECTION_OK)
		fail_msg("%s", PQerrorMessage(conn));
	PQsetNoticeProcessor(conn, be_quiet, NULL);
	PQclear(PQexec(conn, "SET search_path = op25b"));
	result = PQexec(conn, sql);
	if (PQresultStatus(result) != PGRES_TUPLES_OK && PQresultStatus(result) != PGRES_COMMAND_OK)
		fail_msg("%s: %s", sql, PQerrorMessage(conn));
	if (PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result))
		value = strtoll(PQgetvalue(result, 0, 0), NULL, 10);
	PQclear(result);
	PQfinish(conn);
	return value;
}

static int64_t ask_sqlite(const char *path, const char *sql)
{
	sqlite3_stmt *statement = NULL;
	sqlite3 *db = NULL;
	int64_t value = 0;
	int code;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
	code = sqlite3_step(statement);
	if (code == SQLITE_ROW)
		value = sqlite3_column_int64(statement, 0);
	else if (code != SQLITE_DONE)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	sqlite3_finalize(statement);
	sqlite3_close(db);
	return value;
}

const char *lab_postgresql(void)
{
	return getenv("OP25B_TEST_POSTGRESQL");
}

int64_t lab_ask(const struct lab *lab, const char *sql)
{
	return lab_postgresql() ? ask_postgresql(lab->path, sql) : ask_sqlite(lab->path, sql);
}

int64_t lab_written(struct lab *lab)
{
	struct op25b_sessions_health health;

	/* Each row of PostgreSQL knows the number of the transaction that wrote it. */
	if (lab_postgresql())
		return lab_ask(lab, "SELECT max(xmin::text::bigint) FROM (SELECT xmin FROM meta "
				    "UNION ALL SELECT xmin FROM nas "
				    "UNION ALL SELECT xmin FROM holder "
				    "UNION ALL SELECT xmin FROM session "
				    "UNION ALL SELECT xmin FROM binding "
				    "UNION ALL SELECT xmin FROM history "
				    "UNION ALL SELECT xmin FROM change) all_rows");
	assert_int_equal(op25b_sessions_health(lab->store, &health, NULL, NULL, &lab->error), 0);
	return health.log_bytes;
}

void lab_settle(const struct lab *lab)
{
	if (lab_postgresql())
		lab_ask(lab, "SELECT pg_advisory_xact_lock(8029973340467979635)");
}

const char *lab_second(struct lab *lab)
{
	const char *options;

	if (!lab_postgresql()) {
		snprintf(lab->text, sizeof(lab->text), "%s/second.db", lab->folder);
		return lab->text;
	}
	lab_ask(lab, "DROP DATABASE IF EXISTS second");
	lab_ask(lab, "CREATE DATABASE second");
	options = strchr(lab->path, '?');
	snprintf(lab->text, sizeof(lab->text), "postgresql://op25b@/second%s", options);
	return lab->text;
}
