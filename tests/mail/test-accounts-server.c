/* SPDX-License-Identifier: BSD-2-Clause */
/* The account base and a PostgreSQL server that goes, comes and lies. */
#include "tests/mail/accounts-lab.h"

#include <errno.h>
#include <libpq-fe.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"

static void server(const char *verb)
{
	char script[512];
	int status = -1;
	pid_t child;

	snprintf(script, sizeof(script), "%s/tests/session/postgresql-server",
		 getenv("OP25B_SOURCE_DIR"));
	child = fork();
	if (child == 0) {
		execl(script, script, verb, getenv("OP25B_TEST_POSTGRESQL_FOLDER"), NULL);
		_exit(127);
	}
	waitpid(child, &status, 0);
	assert_int_equal(status, 0);
}

static void no_location_shows_its_password(void **state)
{
	static const char *const locations[] = {
		"postgresql://op25b:secret@example.invalid:99999/x",
		"postgresql://op25b:sec@ret@[/x",
		"postgresql://op25b:secret@/x?nonsense=1",
	};
	struct lab *lab = *state;

	for (size_t i = 0; i < sizeof(locations) / sizeof(locations[0]); i++) {
		struct op25b_accounts *accounts = NULL;
		int r = op25b_accounts_open(locations[i], false, &accounts, &lab->error);

		if (r == 0)
			r = op25b_accounts_set_state(accounts, 1, "bob", OP25B_MAIL_STATE_HELD, "x",
						     &lab->error);
		assert_true(r < 0);
		assert_null(strstr(lab->error.text, "sec"));
		assert_null(strstr(lab->error.text, "ret"));
		op25b_accounts_close(&accounts);
	}
}

static void a_cut_connection_is_made_again_by_the_next_call(void **state)
{
	struct lab *lab = *state;

	lab_add(lab, "bob", "", NULL);
	lab_find(lab, "bob");
	lab_sql(lab, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE "
		     "application_name = 'op25b' AND pid <> pg_backend_pid()");
	/* Whether the end of it has arrived is the network's affair. */
	if (op25b_accounts_find(lab->accounts, "bob", lab_keep, lab) != 7)
		assert_int_equal(op25b_accounts_find(lab->accounts, "bob", lab_keep, lab), 7);
}

static void a_server_that_is_away_is_no_answer_and_comes_back(void **state)
{
	struct lab *lab = *state;
	struct op25b_accounts *late = NULL;

	lab_add(lab, "bob", "", NULL);
	server("kill");
	assert_int_equal(op25b_accounts_find(lab->accounts, "bob", lab_keep, lab), -ENOTCONN);
	assert_int_equal(op25b_accounts_set_state(lab->accounts, 2, "bob", OP25B_MAIL_STATE_HELD,
						  "x", &lab->error),
			 -ENOTCONN);
	/* Opening needs no server. */
	assert_int_equal(op25b_accounts_open(lab->location, false, &late, &lab->error), 0);
	assert_int_equal(op25b_accounts_find(late, "bob", lab_keep, lab), -ENOTCONN);
	server("start");
	while (op25b_accounts_find(late, "bob", lab_keep, lab) == -ENOTCONN)
		; /* it lets the server be for a second */
	assert_int_equal(op25b_accounts_find(late, "bob", lab_keep, lab), 7);
	while (op25b_accounts_find(lab->accounts, "bob", lab_keep, lab) == -ENOTCONN)
		;
	assert_int_equal(lab->last.state, OP25B_MAIL_STATE_FINE);
	op25b_accounts_close(&late);
}

static void a_database_without_a_base_says_who_makes_one(void **state)
{
	struct lab *lab = *state;

	lab_close(lab);
	lab_sql(lab, "DROP SCHEMA op25b_mail CASCADE");
	assert_int_equal(lab_open(lab, false), -ENOENT);
	assert_non_null(strstr(lab->error.text, "`op25b account add` makes it"));
	assert_int_equal(lab_open(lab, true), 0);
	lab_add(lab, "bob", "", NULL);
}

static void a_newer_layout_is_refused(void **state)
{
	struct lab *lab = *state;

	lab_close(lab);
	lab_sql(lab, "INSERT INTO op25b_mail.layout VALUES (99)");
	assert_int_equal(lab_open(lab, true), -EMEDIUMTYPE);
}

static void who_holds_a_row_does_not_hold_us_up(void **state)
{
	struct lab *lab = *state;
	PGconn *other = PQconnectdb(lab->location);

	lab_add(lab, "bob", "", NULL);
	PQclear(PQexec(other, "BEGIN; UPDATE op25b_mail.account SET why = ''"));
	assert_int_equal(PQtransactionStatus(other), PQTRANS_INTRANS);
	assert_int_equal(op25b_accounts_set_state(lab->accounts, 2, "bob", OP25B_MAIL_STATE_HELD,
						  "x", &lab->error),
			 -EBUSY);
	/* Readers don't wait. */
	lab_find(lab, "bob");
	PQfinish(other);
	assert_int_equal(op25b_accounts_set_state(lab->accounts, 2, "bob", OP25B_MAIL_STATE_HELD,
						  "x", &lab->error),
			 1);
}

static void a_server_that_hangs_is_left_alone(void **state)
{
	struct lab *lab = *state;
	char text[24];
	pid_t backend;

	lab_add(lab, "bob", "", NULL);
	lab_ask(lab,
		"SELECT pid FROM pg_stat_activity WHERE application_name = 'op25b' AND "
		"pid <> pg_backend_pid()",
		text, sizeof(text));
	backend = (pid_t)strtol(text, NULL, 10);
	assert_int_equal(kill(backend, SIGSTOP), 0);
	assert_int_equal(op25b_accounts_find(lab->accounts, "bob", lab_keep, lab), -ENOTCONN);
	/* For a second nothing is tried; what was begun is not taken for an answer later. */
	assert_int_equal(op25b_accounts_find(lab->accounts, "bob", lab_keep, lab), -ENOTCONN);
	assert_int_equal(kill(backend, SIGCONT), 0);
	while (op25b_accounts_find(lab->accounts, "bob", lab_keep, lab) == -ENOTCONN)
		;
	lab_find(lab, "bob");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, lab_setup, lab_teardown)
		T(no_location_shows_its_password),
		T(a_cut_connection_is_made_again_by_the_next_call),
		T(a_server_that_is_away_is_no_answer_and_comes_back),
		T(a_database_without_a_base_says_who_makes_one),
		T(a_newer_layout_is_refused),
		T(who_holds_a_row_does_not_hold_us_up),
		T(a_server_that_hangs_is_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
