/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * However late the log and the text of a mail come: what was once let in is charged, held, refused
 * or not answered, and what is for our own mailboxes alone comes in.
 */
#include "tests/mail/brain-lab.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "mail/ledger.h"

#define LINE  "198.51.100.7"
#define OTHER "192.0.2.26" /* another mail host */
#define PID   0x1a
#define PORT  40001
#define CAROL "carol@example.net"
#define HOUR  3600

/* A mail of the line's, or of an account that logged in at port 25. */
#define BY_LINE    .client = LINE, .port = PORT, .instance = LAB_INSTANCE("1a"), .recipients = 2
#define BY_ACCOUNT BY_LINE, .login = CAROL, .from = CAROL

/* The limits that count, or more: what was used is asked for. */
static const struct op25b_mail_bucket some = { .burst = 9, .hour = 1, .day = 9 };

static uint32_t used(struct brain_lab *lab, const struct brain_lab_ask *ask)
{
	const struct op25b_ledger_key key = { ask->login ? OP25B_LEDGER_ACCOUNT : OP25B_LEDGER_LINE,
					      ask->login ? ask->login : "L-1", some };
	struct op25b_ledger_use use;

	assert_int_equal(op25b_state_begin(lab->brain.state, NULL), 0);
	assert_int_equal(op25b_ledger_look(lab->brain.state, lab->now, &key, &use), 0);
	op25b_state_rollback(lab->brain.state);
	return use.day_used;
}

/* The log tells that a connection of this client's is over, perhaps the one before. */
static void hangs_up(struct brain_lab *lab)
{
	const struct op25b_maillog_event event = { .kind = OP25B_MAILLOG_HUNG_UP,
						   .pid = PID,
						   .client = brain_lab_prefix(LINE),
						   .client_port = PORT };

	assert_int_equal(op25b_state_begin(lab->brain.state, NULL), 0);
	assert_int_equal(op25b_brain_log(&lab->brain, &event, lab->now, &lab->error), 0);
	assert_int_equal(op25b_state_commit(lab->brain.state, NULL), 0);
}

static void pass_time(struct brain_lab *lab, int64_t seconds)
{
	lab->now += seconds;
	assert_int_equal(op25b_state_begin(lab->brain.state, NULL), 0);
	assert_int_equal(op25b_brain_sweep(&lab->brain, lab->now, &lab->error), 0);
	assert_int_equal(op25b_state_commit(lab->brain.state, NULL), 0);
}

/* Recipients that grant lets through. */
static void let_in(struct brain_lab *lab, struct brain_lab_ask ask, int recipients)
{
	ask.socket = OP25B_BRAIN_GRANT;
	ask.state = OP25B_POSTFIX_RCPT;
	ask.recipients = 0;
	for (int i = 0; i < recipients; i++)
		assert_string_equal(brain_lab_ask(lab, &ask), "OK");
}

static int at_data(struct brain_lab *lab, struct brain_lab_ask ask)
{
	ask.socket = OP25B_BRAIN_RESTRICT;
	ask.state = OP25B_POSTFIX_DATA;
	return brain_lab_try(lab, &ask);
}

static int at_end(struct brain_lab *lab, struct brain_lab_ask ask)
{
	ask.socket = OP25B_BRAIN_RESTRICT;
	ask.state = OP25B_POSTFIX_END_OF_MESSAGE;
	if (!ask.queue_id)
		ask.queue_id = "Q1";
	return brain_lab_try(lab, &ask);
}

/* At the end of a mail of two recipients. Returns true if it goes out. */
static bool ends_well(struct brain_lab *lab, const struct brain_lab_ask *ask)
{
	const int r = at_end(lab, *ask);

	if (r) {
		assert_int_equal(r, -EAGAIN);
		return false;
	}
	if (strcmp(lab->action, "DUNNO") != 0)
		return false;
	assert_int_equal(brain_lab_charged(lab, "Q1"), 2);
	return true;
}

/* How long the text takes, after a hang-up that is logged late or without one. */
static const struct {
	int64_t seconds;
	bool late, out; /* out: nothing is in its way */
} texts[] = {
	{ 1, false, true },           { 1, true, true },           { 599, true, true },
	{ 601, false, true },         { 601, true, false },        { 5 * HOUR, false, true },
	{ 5 * HOUR, true, false },    { 25 * HOUR, false, false }, { 25 * HOUR, true, false },
	{ 200 * HOUR, false, false },
};

static void a_mail_that_was_let_in_is_charged_or_not_answered(void **state)
{
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		const struct brain_lab_ask ask = { BY_LINE };
		struct brain_lab *lab;

		brain_lab_teardown(state);
		brain_lab_setup(state);
		lab = *state;
		let_in(lab, ask, 2);
		assert_int_equal(at_data(lab, ask), 0);
		if (texts[i].late)
			hangs_up(lab);
		pass_time(lab, texts[i].seconds);
		assert_int_equal(ends_well(lab, &ask), texts[i].out);
	}
}

/* The same with an account that is held or stopped while its text comes. */
static void whose_account_is_held_or_stopped_meanwhile_does_not_get_out(void **state)
{
	for (size_t i = 0; i < 2 * sizeof(texts) / sizeof(texts[0]); i++) {
		const enum op25b_mail_state to = i % 2 ? OP25B_MAIL_STATE_HELD :
							 OP25B_MAIL_STATE_STOPPED;
		const struct brain_lab_ask ask = { BY_ACCOUNT };
		struct brain_lab *lab;

		brain_lab_teardown(state);
		brain_lab_setup(state);
		lab = *state;
		let_in(lab, ask, 2);
		assert_int_equal(at_data(lab, ask), 0);
		if (texts[i / 2].late)
			hangs_up(lab);
		assert_int_equal(op25b_accounts_set_state(lab->brain.accounts, lab->now, CAROL, to,
							  "operator", &lab->error),
				 1);
		pass_time(lab, texts[i / 2].seconds);
		assert_false(ends_well(lab, &ask));
		if (texts[i / 2].out)
			brain_lab_starts(lab->action,
					 to == OP25B_MAIL_STATE_HELD ? "HOLD " : "535 5.7.8 ");
	}
}

/* Nothing is known any more when DATA comes, and it would be for all that a mail of our own. */
static void who_waits_before_data_is_not_answered(void **state)
{
	struct brain_lab *lab = *state;
	const struct brain_lab_ask ask = { BY_LINE };

	let_in(lab, ask, 2);
	hangs_up(lab);
	pass_time(lab, 601);
	assert_int_equal(at_data(lab, ask), -EAGAIN);
	assert_int_equal(at_end(lab, ask), -EAGAIN);
}

/* Of recipients that were let through before, nobody knows how many. */
static void who_waits_between_recipients_pays_for_all(void **state)
{
	struct brain_lab *lab = *state;
	struct brain_lab_ask ask = { BY_LINE };

	ask.recipients = 4;
	let_in(lab, ask, 3);
	hangs_up(lab);
	pass_time(lab, 601);
	let_in(lab, ask, 1);
	assert_int_equal(at_data(lab, ask), 0);
	assert_string_equal(lab->action, "DUNNO");
	assert_int_equal(used(lab, &ask), 4);
}

/* The process ids of two hosts may be the same, and the client choose one port for both. */
static void a_mail_at_another_host_is_not_taken_for_the_next(void **state)
{
	struct brain_lab *lab = *state;
	const struct brain_lab_ask ask = { BY_LINE };
	struct brain_lab_ask other = { BY_LINE };

	let_in(lab, ask, 2);
	other.server = OTHER;
	other.instance = "1a.6b36ec81.1.0";
	other.queue_id = "Q2";
	other.recipients = 1;
	let_in(lab, other, 1);
	assert_int_equal(at_data(lab, other), 0);
	assert_int_equal(at_end(lab, other), 0);
	assert_string_equal(lab->action, "DUNNO");
	assert_int_equal(at_data(lab, ask), 0);
	assert_int_equal(at_end(lab, ask), 0);
	assert_string_equal(lab->action, "DUNNO");
	assert_int_equal(used(lab, &ask), 3);
}

static void killed_in_the_midst_it_is_charged(void **state)
{
	struct brain_lab *lab = *state;
	const struct brain_lab_ask ask = { BY_LINE };

	let_in(lab, ask, 2);
	brain_lab_restart(lab);
	assert_int_equal(at_data(lab, ask), 0);
	brain_lab_restart(lab);
	assert_true(ends_well(lab, &ask));
	/* Its answer was lost. */
	brain_lab_restart(lab);
	assert_true(ends_well(lab, &ask));
	assert_int_equal(used(lab, &ask), 2);
}

/* Short queue ids come anew within hours. */
static void a_queue_id_that_comes_anew_is_another_mail(void **state)
{
	struct brain_lab *lab = *state;
	struct brain_lab_ask ask = { BY_LINE };

	for (int i = 0; i < 2; i++) {
		ask.instance = i ? LAB_INSTANCE("1b") : LAB_INSTANCE("1a");
		let_in(lab, ask, 2);
		assert_int_equal(at_data(lab, ask), 0);
		assert_true(ends_well(lab, &ask));
	}
	/* What was only reserved is given back by then. */
	pass_time(lab, 601);
	assert_int_equal(used(lab, &ask), 4);
}

static void an_instance_that_comes_anew_is_charged_anew(void **state)
{
	struct brain_lab *lab = *state;
	struct brain_lab_ask ask = { BY_LINE };

	/* A mail for our own mailboxes had it, and what is known of that is still there. */
	assert_int_equal(at_data(lab, ask), 0);
	assert_string_equal(lab->action, "DUNNO");
	for (int i = 0; i < 2; i++) {
		ask.queue_id = i ? "Q2" : "Q1";
		let_in(lab, ask, 2);
		assert_int_equal(at_data(lab, ask), 0);
		assert_int_equal(at_end(lab, ask), 0);
		assert_int_equal(brain_lab_charged(lab, ask.queue_id), 2);
	}
}

static void mail_for_our_own_mailboxes_comes_in_however_slowly(void **state)
{
	struct brain_lab *lab = *state;
	const struct brain_lab_ask ask = { BY_LINE, .from = "" };

	pass_time(lab, 500);
	assert_int_equal(at_data(lab, ask), 0);
	assert_string_equal(lab->action, "DUNNO");
	brain_lab_restart(lab);
	pass_time(lab, 23 * HOUR);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(at_end(lab, ask), 0);
		assert_string_equal(lab->action, "DUNNO");
	}
	assert_int_equal(used(lab, &ask), 0);
}

/* Nor is anything kept of it for longer than of others. */
static void of_mail_for_our_own_mailboxes_nothing_stays(void **state)
{
	struct brain_lab *lab = *state;
	const struct brain_lab_ask ask = { BY_LINE };

	assert_int_equal(at_data(lab, ask), 0);
	hangs_up(lab);
	pass_time(lab, 599);
	assert_int_equal(at_end(lab, ask), 0);
	hangs_up(lab);
	pass_time(lab, 601);
	assert_int_equal(at_end(lab, ask), -EAGAIN);
}

/* What is no instance of Postfix's tells no age, and clocks that differ by more than a minute. */
static void a_beginning_that_is_not_known_is_long_ago(void **state)
{
	static const char *const unknown[] = { "",
					       "1a",
					       "1a.",
					       "1a.zz.1.0",
					       "1a.6b36ec80",
					       "1a.6b36eca0x.1.0",
					       "1a.-1.1.0",
					       "1a.6b36ecbd.1.0",
					       "1a.1.1.0",
					       "1a.fffffffffffffffff.1.0" };
	struct brain_lab *lab = *state;
	struct brain_lab_ask ask = { BY_LINE };

	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
		ask.instance = unknown[i];
		assert_int_equal(at_data(lab, ask), -EAGAIN);
	}
	ask.instance = "1a.6b36ecbc.1.0";
	assert_int_equal(at_data(lab, ask), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, brain_lab_setup, brain_lab_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_mail_that_was_let_in_is_charged_or_not_answered),
		TEST(whose_account_is_held_or_stopped_meanwhile_does_not_get_out),
		TEST(who_waits_before_data_is_not_answered),
		TEST(who_waits_between_recipients_pays_for_all),
		TEST(a_mail_at_another_host_is_not_taken_for_the_next),
		TEST(killed_in_the_midst_it_is_charged),
		TEST(a_queue_id_that_comes_anew_is_another_mail),
		TEST(an_instance_that_comes_anew_is_charged_anew),
		TEST(mail_for_our_own_mailboxes_comes_in_however_slowly),
		TEST(of_mail_for_our_own_mailboxes_nothing_stays),
		TEST(a_beginning_that_is_not_known_is_long_ago),
	};

	return cmocka_run_group_tests_name("passes-late", tests, brain_lab_group,
					   brain_lab_group_done);
}
