/* SPDX-License-Identifier: BSD-2-Clause */
/* What becomes of sessions and mails on their way when their account changes. */
#include "tests/mail/brain-lab.h"

#define AWAY "203.0.113.9"
#define OFFER \
	.socket = OP25B_BRAIN_RESTRICT, .state = OP25B_POSTFIX_RCPT, .context = "submission/rcpt"

static void stopping_an_account_ends_its_sessions_too(void **state)
{
	struct brain_lab *lab = *state;
	struct brain_lab_ask ask = { OFFER, .login = "carol@example.net",
				     .from = "carol@example.net" };

	assert_string_equal(brain_lab_ask(lab, &ask), "DUNNO");
	assert_int_equal(op25b_accounts_set_state(lab->brain.accounts, lab->now,
						  "carol@example.net", OP25B_MAIL_STATE_STOPPED,
						  "operator", &lab->error),
			 1);
	brain_lab_starts(brain_lab_ask(lab, &ask), "535 5.7.8 Your account is stopped");
	/* Its text was on its way. */
	ask.state = OP25B_POSTFIX_END_OF_MESSAGE;
	ask.queue_id = "Q9";
	brain_lab_starts(brain_lab_ask(lab, &ask), "535 5.7.8 Your account is stopped");
	brain_lab_has(brain_lab_login(lab, OP25B_AUTH_POP3, "CAROL@example.net", AWAY),
		      "is stopped");
}

static void an_account_that_was_taken_away_sends_no_more(void **state)
{
	struct brain_lab *lab = *state;
	struct brain_lab_ask ask = { OFFER, .login = "alice@example.net",
				     .from = "alice@example.net", .queue_id = "Q8" };

	assert_string_equal(brain_lab_ask(lab, &ask), "DUNNO");
	assert_int_equal(
		op25b_accounts_remove(lab->brain.accounts, "alice@example.net", &lab->error), 0);
	ask.state = OP25B_POSTFIX_END_OF_MESSAGE;
	brain_lab_starts(brain_lab_ask(lab, &ask), "535 5.7.8 ");
}

/* It is somebody else's then, who does not pay for it. */
static void an_account_made_anew_sends_nothing_of_before(void **state)
{
	const struct op25b_account_new anew = { .name = "carol@example.net",
						.password = "a third horse 27",
						.line = "" };
	struct brain_lab *lab = *state;
	struct brain_lab_ask ask = { .socket = OP25B_BRAIN_GRANT,
				     .state = OP25B_POSTFIX_RCPT,
				     .login = anew.name,
				     .from = anew.name,
				     .instance = LAB_INSTANCE("a"),
				     .queue_id = "Q7" };

	assert_string_equal(brain_lab_ask(lab, &ask), "OK");
	ask.socket = OP25B_BRAIN_RESTRICT;
	ask.recipients = 1;
	ask.state = OP25B_POSTFIX_DATA;
	assert_string_equal(brain_lab_ask(lab, &ask), "DUNNO");
	assert_int_equal(op25b_accounts_remove(lab->brain.accounts, anew.name, &lab->error), 0);
	assert_int_equal(op25b_accounts_add(lab->brain.accounts, lab->now, &anew, &lab->error), 0);
	ask.state = OP25B_POSTFIX_END_OF_MESSAGE;
	brain_lab_starts(brain_lab_ask(lab, &ask), "535 5.7.8 ");
	assert_int_equal(brain_lab_charged(lab, ask.queue_id), -1);
}

static void set_state(struct brain_lab *lab, const char *name, enum op25b_mail_state state)
{
	assert_int_equal(op25b_accounts_set_state(lab->brain.accounts, lab->now, name, state,
						  "operator", &lab->error),
			 1);
}

static void a_session_does_not_outlive_what_it_logged_in_to(void **state)
{
	struct brain_lab *lab = *state;
	struct brain_lab_ask ask = { OFFER, .client = AWAY, .login = "carol@example.net",
				     .from = "carol@example.net" };
	const char *again = "421 4.7.0 Your account has changed";

	assert_string_equal(brain_lab_login(lab, OP25B_AUTH_SUBMISSION, ask.login, AWAY), "");
	assert_string_equal(brain_lab_ask(lab, &ask), "DUNNO");
	set_state(lab, ask.login, OP25B_MAIL_STATE_HELD);
	assert_string_equal(brain_lab_ask(lab, &ask), "DUNNO"); /* and held at its end */
	set_state(lab, ask.login, OP25B_MAIL_STATE_STOPPED);
	brain_lab_starts(brain_lab_ask(lab, &ask), "535 5.7.8 Your account is stopped");
	set_state(lab, ask.login, OP25B_MAIL_STATE_FINE);
	brain_lab_starts(brain_lab_ask(lab, &ask), again);
	assert_string_equal(brain_lab_login(lab, OP25B_AUTH_SUBMISSION, ask.login, AWAY), "");
	assert_string_equal(brain_lab_ask(lab, &ask), "DUNNO");
	assert_int_equal(op25b_accounts_remove(lab->brain.accounts, ask.login, &lab->error), 0);
	brain_lab_starts(brain_lab_ask(lab, &ask), again);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, brain_lab_setup, brain_lab_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(stopping_an_account_ends_its_sessions_too),
		TEST(an_account_that_was_taken_away_sends_no_more),
		TEST(an_account_made_anew_sends_nothing_of_before),
		TEST(a_session_does_not_outlive_what_it_logged_in_to),
	};

	return cmocka_run_group_tests_name("brain-sessions", tests, brain_lab_group,
					   brain_lab_group_done);
}
