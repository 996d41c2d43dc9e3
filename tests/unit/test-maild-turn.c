/* SPDX-License-Identifier: BSD-2-Clause */
/* Turns of op25b-maild, with a state file: what is answered is kept, and what fails fails alone. */
#include "tests/unit/test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <event2/event.h>

#include "mail/account-edit.h"
#include "mail/pass.h"
#include "maild/maild.h"

static char folder[] = "/tmp/op25b-turn-XXXXXX", log_path[64];
static struct op25b_maild maild;

/* What somebody asks: a code that is remembered, and then `fault`. */
struct question {
	struct op25b_item item;
	int fault;
	int64_t number;
	unsigned int asked, done;
	int result;
};

static int remember(int64_t number)
{
	sqlite3_stmt *statement = op25b_state_statement(
		maild.state, "INSERT INTO mail (queue_id, at, held, account, created, instance)"
			     " VALUES (?1, 0, 0, '', 0, '')");
	char id[32];

	snprintf(id, sizeof(id), "q%lld", (long long)number);
	sqlite3_bind_text(statement, 1, id, -1, SQLITE_TRANSIENT);
	return op25b_state_step(statement);
}

static int remembered(void)
{
	sqlite3_stmt *statement;
	int n;

	assert_int_equal(op25b_state_begin(maild.state, NULL), 0);
	statement = op25b_state_statement(maild.state, "SELECT count(*) FROM mail");
	assert_int_equal(op25b_state_step(statement), 1);
	n = sqlite3_column_int(statement, 0);
	sqlite3_reset(statement);
	assert_int_equal(op25b_state_commit(maild.state, NULL), 0);
	return n;
}

static int on_ask(struct op25b_maild *d, struct op25b_item *item, int64_t now,
		  struct op25b_error *error)
{
	struct question *question = (struct question *)item;
	int r = remember(question->number);

	(void)d;
	(void)now;
	question->asked++;
	return r ? r : op25b_error_set(error, question->fault, "a fault of the test's");
}

static void on_done(struct op25b_maild *d, struct op25b_item *item, int r)
{
	struct question *question = (struct question *)item;

	(void)d;
	question->done++;
	question->result = r;
}

static void ask(struct question *questions, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		questions[i].item = (struct op25b_item){ .ask = on_ask, .done = on_done };
		questions[i].number = (int64_t)i;
		op25b_turn_add(&maild.turn, &questions[i].item);
	}
}

static void all_of_a_turn_is_kept_and_answered(void **state)
{
	struct question questions[5] = { { .fault = 0 } };

	(void)state;
	ask(questions, 5);
	op25b_turn_run(&maild);
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(questions[i].asked, 1);
		assert_int_equal(questions[i].done, 1);
		assert_int_equal(questions[i].result, 0);
	}
	assert_int_equal(remembered(), 5);
	assert_int_equal(maild.turn.asked, 5);
	assert_string_equal(maild.turn.problem, "");
}

static void what_is_damaged_fails_alone_and_leaves_nothing(void **state)
{
	struct question questions[5] = { [2] = { .fault = -EBADMSG } };

	(void)state;
	ask(questions, 5);
	op25b_turn_run(&maild);
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(questions[i].done, 1);
		assert_int_equal(questions[i].result, i == 2 ? -EBADMSG : 0);
	}
	assert_int_equal(remembered(), 4);
	assert_int_equal(maild.turn.failed, 1);
	assert_string_equal(maild.turn.problem, "a fault of the test's");
}

static void what_all_need_fails_all(void **state)
{
	struct question questions[5] = { [2] = { .fault = -ENOTCONN } };

	(void)state;
	ask(questions, 5);
	op25b_turn_run(&maild);
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(questions[i].asked, i <= 2);
		assert_int_equal(questions[i].done, 1);
		assert_int_equal(questions[i].result, -ENOTCONN);
	}
	assert_int_equal(remembered(), 0);
	assert_int_equal(maild.turn.failed, 5);
}

static void what_is_not_known_yet_is_no_problem(void **state)
{
	struct question questions[2] = { { .fault = -EAGAIN } };

	(void)state;
	ask(questions, 2);
	op25b_turn_run(&maild);
	assert_int_equal(questions[0].result, -EAGAIN);
	assert_int_equal(questions[1].result, 0);
	assert_int_equal(remembered(), 1);
	assert_string_equal(maild.turn.problem, "");
}

static void a_turn_is_bounded_and_in_order(void **state)
{
	const size_t n = OP25B_TURN_MOST + 10;
	struct question *questions = calloc(n, sizeof(*questions));

	(void)state;
	ask(questions, n);
	op25b_turn_run(&maild);
	assert_true(op25b_turn_waits(&maild.turn));
	assert_int_equal(maild.turn.waiting, 10);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(questions[i].done, i < OP25B_TURN_MOST);
	op25b_turn_run(&maild);
	assert_false(op25b_turn_waits(&maild.turn));
	assert_int_equal(remembered(), n);
	assert_int_equal(maild.turn.turns, 2);
	op25b_turn_run(&maild);
	assert_int_equal(maild.turn.turns, 2);
	free(questions);
}

/* Asked again while it is told, as a connection is that has sent two requests at once. */
static void on_done_again(struct op25b_maild *d, struct op25b_item *item, int r)
{
	on_done(d, item, r);
	item->done = on_done;
	((struct question *)item)->number = 1000;
	op25b_turn_add(&d->turn, item);
}

static void who_asks_again_has_the_next_turn(void **state)
{
	struct question question[1] = { { .fault = 0 } };

	(void)state;
	ask(question, 1);
	question->item.done = on_done_again;
	op25b_turn_run(&maild);
	assert_int_equal(question->done, 1);
	assert_true(op25b_turn_waits(&maild.turn));
	op25b_turn_run(&maild);
	assert_int_equal(question->done, 2);
	assert_int_equal(remembered(), 2);
}

/* As somebody's hand may, in spite of the schema. */
static void damage_the_account(void)
{
	char path[64];
	sqlite3 *db;

	snprintf(path, sizeof(path), "%s/accounts.db", folder);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_not_equal(
		sqlite3_exec(db, "UPDATE account SET state = 'Held'", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db,
				      "PRAGMA ignore_check_constraints = ON;"
				      "UPDATE account SET state = 'Held'",
				      NULL, NULL, NULL),
			 SQLITE_OK);
	assert_int_equal(sqlite3_changes(db), 1);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void remember_mail(const char *queue_id, const char *account)
{
	struct op25b_pass_mail mail = { .at = 1, .created = 1 };

	snprintf(mail.account, sizeof(mail.account), "%s", account);
	assert_int_equal(op25b_state_begin(maild.state, NULL), 0);
	assert_int_equal(op25b_pass_taken(maild.state, "a", queue_id, &mail), 0);
	assert_int_equal(op25b_state_commit(maild.state, NULL), 0);
}

static void a_damaged_account_keeps_no_other_s_results_back(void **state)
{
	static const struct op25b_account_new ann = { .name = "ann",
						      .password = "correct horse 25",
						      .line = "" };
	const char *logs[] = { log_path };
	struct op25b_maild_file file = { .logs = logs, .n_logs = 1 };
	FILE *log;

	(void)state;
	assert_int_equal(op25b_accounts_add(maild.accounts, 1, &ann, NULL), 0);
	damage_the_account();
	remember_mail("4hurt", "ann");
	remember_mail("4fine", "");
	log = fopen(log_path, "w");
	assert_non_null(log);
	maild.first = &file;
	maild.base = event_base_new();
	assert_int_equal(op25b_logs_open(&maild, NULL), 0);
	fputs("Nov 27 01:02:03 mx postfix/smtp[7]: 4hurt: to=<a@far.example>, relay=none, delay=1, "
	      "delays=0/0/0/1, dsn=5.1.1, status=bounced (no such user)\n"
	      "Nov 27 01:02:03 mx postfix/qmgr[8]: 4fine: removed\n",
	      log);
	fclose(log);
	op25b_logs_go_on(&maild, true);
	assert_int_equal(maild.logs[0].events, 2);
	assert_int_equal(maild.logs[0].damaged, 1);
	assert_string_equal(maild.logs[0].problem, "");
	assert_int_equal(remembered(), 1);
	op25b_logs_close(&maild);
	event_base_free(maild.base);
	unlink(log_path);
}

static int set_up(void **state)
{
	char path[64];
	int r;

	(void)state;
	maild = (struct op25b_maild){ .path = "" };
	snprintf(path, sizeof(path), "%s/state.db", folder);
	r = op25b_state_open(path, &maild.state, NULL);
	snprintf(path, sizeof(path), "%s/accounts.db", folder);
	r = r ? r : op25b_accounts_open(path, true, &maild.accounts, NULL);
	snprintf(log_path, sizeof(log_path), "%s/log", folder);
	maild.brain.state = maild.state;
	maild.brain.accounts = maild.accounts;
	return r;
}

static int tear_down(void **state)
{
	static const char *const files[] = { "state.db",    "state.db-wal",    "state.db-shm",
					     "accounts.db", "accounts.db-wal", "accounts.db-shm" };
	char path[64];

	(void)state;
	op25b_accounts_close(&maild.accounts);
	op25b_state_close(&maild.state);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, files[i]);
		unlink(path);
	}
	return 0;
}

#define TURN(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TURN(all_of_a_turn_is_kept_and_answered),
		TURN(what_is_damaged_fails_alone_and_leaves_nothing),
		TURN(what_all_need_fails_all),
		TURN(what_is_not_known_yet_is_no_problem),
		TURN(a_turn_is_bounded_and_in_order),
		TURN(who_asks_again_has_the_next_turn),
		TURN(a_damaged_account_keeps_no_other_s_results_back),
	};
	int failed;

	if (!mkdtemp(folder))
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	rmdir(folder);
	return failed;
}
