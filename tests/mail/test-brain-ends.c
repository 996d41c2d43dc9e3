/* SPDX-License-Identifier: BSD-2-Clause */
/* What a state of an account takes away and what it leaves, and what ends with the account. */
#include "tests/mail/brain-lab.h"

#include <stdio.h>
#include <string.h>

#include "mail/brain-inside.h"
#include "mail/letter.h"
#include "mail/meter.h"
#include "mail/window.h"

#define AWAY  "203.0.113.9"
#define CAROL "carol@example.net"
#define GRANT .socket = OP25B_BRAIN_GRANT, .state = OP25B_POSTFIX_RCPT

static void set_state(struct brain_lab *lab, enum op25b_mail_state to)
{
	assert_int_equal(op25b_accounts_set_state(lab->brain.accounts, lab->now, CAROL, to,
						  "operator", &lab->error),
			 1);
}

/* @after: seconds since whatever was before */
static void make_again(struct brain_lab *lab, int64_t after)
{
	const struct op25b_account_new anew = { .name = CAROL,
						.password = "a third horse 27",
						.line = "" };

	assert_int_equal(op25b_accounts_remove(lab->brain.accounts, CAROL, &lab->error), 0);
	lab->now += after;
	assert_int_equal(op25b_accounts_add(lab->brain.accounts, lab->now, &anew, &lab->error), 0);
}

static void a_window_outlives_slow_and_release(void **state)
{
	struct brain_lab *lab = *state;
	struct brain_lab_ask ask = { GRANT, .from = CAROL };

	brain_lab_login(lab, OP25B_AUTH_POP3, CAROL, AWAY);
	set_state(lab, OP25B_MAIL_STATE_SLOW);
	assert_string_equal(brain_lab_ask(lab, &ask), "OK");
	set_state(lab, OP25B_MAIL_STATE_FINE);
	assert_string_equal(brain_lab_ask(lab, &ask), "OK");
}

/* While nobody asked: no mail and no login came between. */
static void a_window_ends_with_each_hold_and_stop(void **state)
{
	struct brain_lab *lab = *state;
	struct brain_lab_ask ask = { GRANT, .from = CAROL };

	for (int to = OP25B_MAIL_STATE_HELD; to <= OP25B_MAIL_STATE_STOPPED; to++) {
		brain_lab_login(lab, OP25B_AUTH_POP3, CAROL, AWAY);
		assert_string_equal(brain_lab_ask(lab, &ask), "OK");
		set_state(lab, (enum op25b_mail_state)to);
		set_state(lab, OP25B_MAIL_STATE_FINE);
		brain_lab_has(brain_lab_ask(lab, &ask), "fetch your mail first");
	}
}

static int is_slow(void *arg, const struct op25b_account *account)
{
	(void)arg;
	return account->state == OP25B_MAIL_STATE_SLOW;
}

static int is_fine(void *arg, const struct op25b_account *account)
{
	(void)arg;
	return account->state == OP25B_MAIL_STATE_FINE;
}

/* From more networks than are usual: the twelfth makes it slow. */
static void a_login_that_makes_slow_opens_a_window_that_lives(void **state)
{
	struct brain_lab *lab = *state;
	struct brain_lab_ask ask = { GRANT, .from = CAROL };
	char remote[32];

	for (int i = 0; i < 14; i++) {
		snprintf(remote, sizeof(remote), "100.70.%d.9", i);
		brain_lab_login(lab, OP25B_AUTH_POP3, CAROL, remote);
		ask.client = remote;
		assert_string_equal(brain_lab_ask(lab, &ask), "OK");
	}
	assert_int_equal(op25b_accounts_find(lab->brain.accounts, CAROL, is_slow, NULL), 1);
}

static void an_account_made_again_begins_with_nothing(void **state)
{
	struct brain_lab *lab = *state;
	struct brain_lab_ask pop = { GRANT, .from = CAROL, .instance = "p.1.1.0" };
	struct brain_lab_ask mail = { .context = "submission/rcpt", .login = CAROL, .from = CAROL };
	int64_t waiting;

	brain_lab_login(lab, OP25B_AUTH_POP3, CAROL, AWAY);
	assert_string_equal(brain_lab_send(lab, pop), "");
	brain_lab_has(brain_lab_use_up(lab, mail, 2), "");
	assert_int_equal(op25b_letter_waiting(lab->brain.state, &waiting), 0);
	assert_int_equal(waiting, 1);
	make_again(lab, 1);
	pop.instance = "q.1.1.0";
	brain_lab_has(brain_lab_send(lab, pop), "fetch your mail first");
	brain_lab_login(lab, OP25B_AUTH_POP3, CAROL, AWAY);
	assert_int_equal(op25b_letter_waiting(lab->brain.state, &waiting), 0);
	assert_int_equal(waiting, 0);
	/* A letter of its own, and a whole limit. */
	assert_string_equal(brain_lab_send(lab, pop), "");
	assert_int_equal(op25b_letter_waiting(lab->brain.state, &waiting), 0);
	assert_int_equal(waiting, 1);
}

static void bounces(struct brain_lab *lab, const char *queue_id, int times)
{
	struct op25b_maillog_event event = { .kind = OP25B_MAILLOG_RESULT,
					     .dsn = { 5, 1, 1 },
					     .bounced = true };

	snprintf(event.queue_id, sizeof(event.queue_id), "%s", queue_id);
	assert_int_equal(op25b_state_begin(lab->brain.state, NULL), 0);
	for (int i = 0; i < times; i++)
		assert_int_equal(op25b_brain_log(&lab->brain, &event, lab->now, &lab->error), 0);
	assert_int_equal(op25b_state_commit(lab->brain.state, NULL), 0);
}

/* A window of just now, a session, and what becomes of a mail of just now. */
static void an_account_made_again_at_once_is_another_s_too(void **state)
{
	struct brain_lab *lab = *state;
	struct brain_lab_ask pop = { GRANT, .from = CAROL, .instance = "p.1.1.0" };
	struct brain_lab_ask mail = { .context = "submission/rcpt", .login = CAROL, .from = CAROL };

	brain_lab_login(lab, OP25B_AUTH_POP3, CAROL, AWAY);
	brain_lab_login(lab, OP25B_AUTH_SUBMISSION, CAROL, AWAY);
	assert_string_equal(brain_lab_send(lab, pop), "");
	make_again(lab, 0);
	brain_lab_has(brain_lab_ask(lab, &pop), "fetch your mail first");
	mail.instance = "m.1.1.0";
	brain_lab_starts(brain_lab_send(lab, mail), "421 4.7.0 ");
	bounces(lab, "Qp.1.1.0", 400);
	assert_int_equal(op25b_accounts_find(lab->brain.accounts, CAROL, is_fine, NULL), 1);
	/* And what the new one does at once is its own. */
	brain_lab_login(lab, OP25B_AUTH_POP3, CAROL, AWAY);
	pop.instance = "q.1.1.0";
	assert_string_equal(brain_lab_send(lab, pop), "");
	bounces(lab, "Qq.1.1.0", 400);
	assert_int_equal(op25b_accounts_find(lab->brain.accounts, CAROL, is_fine, NULL), 0);
}

static int64_t letters(struct brain_lab *lab)
{
	int64_t waiting;

	assert_int_equal(op25b_letter_waiting(lab->brain.state, &waiting), 0);
	return waiting;
}

/* The first at once, and then none before a week has passed. */
static void who_sends_by_pop_is_told_once_a_week(void **state)
{
	static const struct {
		int64_t at, letters;
	} mails[] = {
		{ 0, 1 },
		{ 60, 1 },
		{ 86400, 1 },
		{ 6 * 86400, 1 },
		{ 7 * 86400 - 1, 1 },
		{ 7 * 86400, 2 },
		{ 7 * 86400 + 60, 2 },
		{ 13 * 86400, 2 },
		{ 14 * 86400, 3 },
	};
	struct brain_lab *lab = *state;
	struct brain_lab_ask mail = { .from = CAROL };
	char instance[32];

	/* No limit is in its way, of which there would be another letter. */
	brain_lab_policy(lab, "    pop25:\n"
			      "      - {services: [elsewhere], action: allow, window: 10m,\n"
			      "         limits: server}\n");
	mail.instance = instance;
	for (size_t i = 0; i < sizeof(mails) / sizeof(mails[0]); i++) {
		lab->now = LAB_NOW + mails[i].at;
		snprintf(instance, sizeof(instance), "%zx.1.1.0", i + 1);
		brain_lab_login(lab, OP25B_AUTH_POP3, CAROL, AWAY);
		assert_string_equal(brain_lab_send(lab, mail), "");
		assert_int_equal(letters(lab), mails[i].letters);
	}
}

/* Webmail fetches mail from there, for whoever logs in. */
static void no_window_is_for_a_host_of_the_provider_s(void **state)
{
	static const char *const hosts[] = { "127.0.0.1", "::1", "192.0.2.25" };
	struct brain_lab *lab = *state;
	struct op25b_brain_account carol;

	assert_int_equal(op25b_brain_account(&lab->brain, CAROL, &carol), 0);
	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
		struct brain_lab_ask ask = { GRANT, .client = hosts[i], .from = CAROL };
		const struct op25b_window old = { .address = brain_lab_prefix(hosts[i]),
						  .account = CAROL,
						  .line = "",
						  .serial = (int64_t)op25b_brain_version(&carol),
						  .opened = lab->now,
						  .until = lab->now + 600 };

		brain_lab_login(lab, OP25B_AUTH_IMAP, CAROL, hosts[i]);
		brain_lab_starts(brain_lab_ask(lab, &ask), "554 5.7.1 ");
		/* As one was opened before that address was named in the policy. */
		assert_int_equal(op25b_state_begin(lab->brain.state, NULL), 0);
		assert_int_equal(op25b_window_open(lab->brain.state, &old), 0);
		assert_int_equal(op25b_state_commit(lab->brain.state, NULL), 0);
		brain_lab_starts(brain_lab_ask(lab, &ask), "554 5.7.1 ");
	}
}

/* The policy takes three recipients in a mail; a third of the limit holds one. */
static void slow_defers_what_the_policy_takes(void **state)
{
	struct brain_lab *lab = *state;
	struct brain_lab_ask ask = { .context = "submission/rcpt",
				     .login = "slow@example.net",
				     .from = "slow@example.net",
				     .instance = "s.1.1.0",
				     .recipients = 3 };

	brain_lab_starts(brain_lab_send(lab, ask), "450 4.7.1 ");
	brain_lab_has(lab->action, "only a little for now");
	ask.instance = "t.1.1.0";
	ask.recipients = 4;
	brain_lab_starts(brain_lab_send(lab, ask), "550 5.5.3 ");
}

static void each_reason_is_counted(void **state)
{
	struct brain_lab *lab = *state;
	struct brain_lab_ask ask = { .context = "submission/rcpt",
				     .login = "held@example.net",
				     .from = "held@example.net",
				     .instance = "h.1.1.0" };

	brain_lab_starts(brain_lab_send(lab, ask), "HOLD ");
	ask.from = "alice@example.net";
	brain_lab_starts(brain_lab_send(lab, ask), "553 ");
	brain_lab_starts(brain_lab_send(lab, ask), "553 ");
	brain_lab_login(lab, OP25B_AUTH_IMAP, "dead@example.net", AWAY);
	assert_int_equal(lab->brain.reasons[OP25B_MAIL_ACCOUNT_HELD], 1);
	assert_int_equal(lab->brain.reasons[OP25B_MAIL_NOT_YOURS], 2);
	assert_int_equal(lab->brain.reasons[OP25B_MAIL_ACCOUNT_STOPPED], 1);
	assert_int_equal(lab->brain.reasons[OP25B_MAIL_NEED_AUTH], 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, brain_lab_setup, brain_lab_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_window_outlives_slow_and_release),
		TEST(a_window_ends_with_each_hold_and_stop),
		TEST(a_login_that_makes_slow_opens_a_window_that_lives),
		TEST(an_account_made_again_begins_with_nothing),
		TEST(an_account_made_again_at_once_is_another_s_too),
		TEST(who_sends_by_pop_is_told_once_a_week),
		TEST(no_window_is_for_a_host_of_the_provider_s),
		TEST(slow_defers_what_the_policy_takes),
		TEST(each_reason_is_counted),
	};

	return cmocka_run_group_tests(tests, brain_lab_group, brain_lab_group_done);
}
