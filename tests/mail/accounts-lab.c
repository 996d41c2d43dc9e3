/* SPDX-License-Identifier: BSD-2-Clause */
/* See accounts-lab.h. */
#include "tests/mail/accounts-lab.h"

#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool lab_is_server(void)
{
	return getenv("OP25B_TEST_POSTGRESQL") != NULL;
}

int lab_open(struct lab *lab, bool make)
{
	lab->error.text[0] = '\0';
	return op25b_accounts_open(lab->location, make, &lab->accounts, &lab->error);
}

void lab_close(struct lab *lab)
{
	op25b_accounts_close(&lab->accounts);
}

int lab_setup(void **state)
{
	struct lab *lab = calloc(1, sizeof(*lab));

	assert_non_null(lab);
	snprintf(lab->folder, sizeof(lab->folder), "/tmp/op25b-accounts-XXXXXX");
	assert_non_null(mkdtemp(lab->folder));
	if (lab_is_server()) {
		snprintf(lab->location, sizeof(lab->location), "%s",
			 getenv("OP25B_TEST_POSTGRESQL"));
		lab_sql(lab, "DROP SCHEMA IF EXISTS op25b_mail CASCADE");
	} else {
		snprintf(lab->location, sizeof(lab->location), "%s/accounts.sqlite", lab->folder);
	}
	if (lab_open(lab, true))
		fail_msg("%s", lab->error.text);
	*state = lab;
	return 0;
}

int lab_teardown(void **state)
{
	struct lab *lab = *state;
	static const char *const suffixes[] = { "", "-wal", "-shm", "-journal" };
	char path[300];

	lab_close(lab);
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]) && !lab_is_server(); i++) {
		snprintf(path, sizeof(path), "%s%s", lab->location, suffixes[i]);
		unlink(path);
	}
	rmdir(lab->folder);
	free(lab);
	return 0;
}

void lab_add(struct lab *lab, const char *name, const char *line, const char *address)
{
	const struct op25b_account_new account = {
		.name = name,
		.password = "correct horse",
		.line = line,
		.addresses = &address,
		.n_addresses = address ? 1 : 0,
	};

	if (op25b_accounts_add(lab->accounts, 1000, &account, &lab->error))
		fail_msg("%s", lab->error.text);
}

int lab_keep(void *arg, const struct op25b_account *account)
{
	struct lab *lab = arg;
	const size_t used = strlen(lab->list);

	lab->last = *account;
	snprintf(lab->name, sizeof(lab->name), "%s", account->name);
	snprintf(lab->line, sizeof(lab->line), "%s", account->line);
	snprintf(lab->why, sizeof(lab->why), "%s", account->why);
	lab->last.name = lab->name;
	lab->last.line = lab->line;
	lab->last.why = lab->why;
	snprintf(lab->list + used, sizeof(lab->list) - used, "%s ", account->name);
	return 7;
}

const struct op25b_account *lab_find(struct lab *lab, const char *name)
{
	assert_int_equal(op25b_accounts_find(lab->accounts, name, lab_keep, lab), 7);
	assert_string_equal(lab->last.name, name);
	return &lab->last;
}

static int list(void *arg, const struct op25b_account *account)
{
	lab_keep(arg, account);
	return 0;
}

const char *lab_owners(struct lab *lab, const char *address)
{
	*lab->list = '\0';
	assert_int_equal(op25b_accounts_owners(lab->accounts, address, list, lab), 0);
	return lab->list;
}

static void ask_server(const char *location, const char *sql, char *ret, size_t size)
{
	PGconn *conn = PQconnectdb(location);
	PGresult *result = PQexec(conn, sql);

	if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK)
		fail_msg("%s: %s", sql, PQerrorMessage(conn));
	if (size)
		snprintf(ret, size, "%s", PQgetvalue(result, 0, 0));
	PQclear(result);
	PQfinish(conn);
}

static void ask_file(const char *path, const char *sql, char *ret, size_t size)
{
	sqlite3_stmt *statement = NULL;
	sqlite3 *db = NULL;
	int code;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	sqlite3_busy_timeout(db, 10000);
	sqlite3_exec(db, "PRAGMA ignore_check_constraints = ON", NULL, NULL, NULL);
	if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	code = sqlite3_step(statement);
	if (code != SQLITE_DONE && code != SQLITE_ROW)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	if (size)
		snprintf(ret, size, "%s", (const char *)sqlite3_column_text(statement, 0));
	sqlite3_finalize(statement);
	sqlite3_close(db);
}

void lab_ask(struct lab *lab, const char *sql, char *ret, size_t size)
{
	if (lab_is_server())
		ask_server(lab->location, sql, ret, size);
	else
		ask_file(lab->location, sql, ret, size);
}

void lab_sql(struct lab *lab, const char *sql)
{
	lab_ask(lab, sql, NULL, 0);
}
