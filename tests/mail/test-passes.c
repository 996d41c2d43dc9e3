/* SPDX-License-Identifier: BSD-2-Clause */
/* What is remembered of mails on their way in, and what waits until sessions are known. */
#include "tests/mail/brain-lab.h"

#include <errno.h>
#include <stdio.h>

#define LINE  "198.51.100.7"
#define GRANT .socket = OP25B_BRAIN_GRANT, .state = OP25B_POSTFIX_RCPT

static int64_t passes(struct brain_lab *lab)
{
	static const char sql[] = "SELECT count(*) FROM pass";
	sqlite3_stmt *statement;
	int64_t n;

	assert_int_equal(op25b_state_begin(lab->brain.state, NULL), 0);
	statement = op25b_state_statement(lab->brain.state, sql);
	assert_int_equal(op25b_state_step(statement), 1);
	n = sqlite3_column_int64(statement, 0);
	sqlite3_reset(statement);
	assert_int_equal(op25b_state_commit(lab->brain.state, NULL), 0);
	return n;
}

/* What the log tells of an smtpd's client, and upkeep after that time. */
static void hangs_up(struct brain_lab *lab, uint32_t pid, const char *client, int64_t after)
{
	const struct op25b_maillog_event event = { .kind = OP25B_MAILLOG_HUNG_UP,
						   .pid = pid,
						   .client = brain_lab_prefix(client) };

	assert_int_equal(op25b_state_begin(lab->brain.state, NULL), 0);
	assert_int_equal(op25b_brain_log(&lab->brain, &event, lab->now, &lab->error), 0);
	lab->now += after;
	assert_int_equal(op25b_brain_sweep(&lab->brain, lab->now, &lab->error), 0);
	assert_int_equal(op25b_state_commit(lab->brain.state, NULL), 0);
}

static void who_only_comes_and_goes_leaves_nothing(void **state)
{
	struct brain_lab *lab = *state;
	struct brain_lab_ask ask = { GRANT, .client = LINE, .port = 1025 };
	char instance[32];

	ask.instance = instance;
	for (int i = 0; i < 30; i++) {
		snprintf(instance, sizeof(instance), "%x.1.1.%x", 16 + i % 3, i);
		assert_string_equal(brain_lab_ask(lab, &ask), "OK");
	}
	assert_int_equal(passes(lab), 3);
	for (uint32_t pid = 16; pid < 19; pid++)
		hangs_up(lab, pid, pid == 18 ? "198.51.100.8" : LINE, 0);
	hangs_up(lab, 1, LINE, 601);
	assert_int_equal(passes(lab), 1);
	lab->now += 86400;
	hangs_up(lab, 1, LINE, 0);
	assert_int_equal(passes(lab), 0);
}

/* The log may be late, and the same smtpd have the same client again. */
static void a_late_log_ends_no_mail_that_is_on_its_way(void **state)
{
	struct brain_lab *lab = *state;
	struct brain_lab_ask ask = { GRANT, .client = LINE, .instance = "10.1.1.0" };

	assert_string_equal(brain_lab_ask(lab, &ask), "OK");
	hangs_up(lab, 16, LINE, 599);
	ask.socket = OP25B_BRAIN_RESTRICT;
	ask.state = OP25B_POSTFIX_DATA;
	ask.recipients = 1;
	assert_string_equal(brain_lab_ask(lab, &ask), "DUNNO");
	hangs_up(lab, 1, LINE, 3600);
	assert_int_equal(passes(lab), 1);
}

/* At 587, whose limit has a line. */
static void a_limit_of_a_line_waits_for_its_name(void **state)
{
	struct brain_lab *lab = *state;
	struct op25b_postfix_request request = { .state = OP25B_POSTFIX_RCPT,
						 .client = brain_lab_prefix("198.51.100.20"),
						 .instance = "a.1.1.0",
						 .queue_id = "",
						 .context = "submission/rcpt",
						 .sender = "alice@example.net",
						 .recipient = "y@far.example",
						 .sasl_username = "alice@example.net",
						 .tls = true };

	assert_true(op25b_watch_follow(op25b_people_watch(lab->brain.people),
				       "/nonexistent/store.sqlite", &lab->error) >= 0);
	assert_int_equal(op25b_brain_policy(&lab->brain, OP25B_BRAIN_RESTRICT, &request, lab->now,
					    lab->action, &lab->error),
			 -EAGAIN);
	/* One of the policy's lines has it. */
	request.client = brain_lab_prefix(LINE);
	assert_int_equal(op25b_brain_policy(&lab->brain, OP25B_BRAIN_RESTRICT, &request, lab->now,
					    lab->action, &lab->error),
			 0);
	assert_string_equal(lab->action, "DUNNO");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, brain_lab_setup, brain_lab_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(who_only_comes_and_goes_leaves_nothing),
		TEST(a_late_log_ends_no_mail_that_is_on_its_way),
		TEST(a_limit_of_a_line_waits_for_its_name),
	};

	return cmocka_run_group_tests_name("passes", tests, brain_lab_group, brain_lab_group_done);
}
