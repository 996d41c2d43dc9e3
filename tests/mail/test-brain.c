/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The join: windows, limits, senders, and what a line that changes hands leaves to the next holder.
 */
#include "tests/mail/brain-lab.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mail/ledger.h"
#include "mail/meter.h"
#include "mail/pass.h"
#include "mail/window.h"
#include "policy/mail-words.h"

#define LINE  "198.51.100.7"
#define AWAY  "203.0.113.9"
#define GRANT .socket = OP25B_BRAIN_GRANT, .state = OP25B_POSTFIX_RCPT
#define OFFER \
	.socket = OP25B_BRAIN_RESTRICT, .state = OP25B_POSTFIX_RCPT, .context = "submission/rcpt"

static void nothing_is_granted_without_a_section(void **state)
{
	struct brain_lab *lab = *state;
	struct brain_lab_ask ask = { GRANT, .client = LINE };

	assert_string_equal(brain_lab_ask(lab, &ask), "OK");
	brain_lab_policy(lab, NULL);
	brain_lab_starts(brain_lab_ask(lab, &ask), "554 5.7.1 ");
	ask = (struct brain_lab_ask){ GRANT, .login = "alice@example.net" };
	brain_lab_starts(brain_lab_ask(lab, &ask), "554 5.7.1 ");
}

static void a_mail_costs_its_recipients_once(void **state)
{
	struct brain_lab *lab = *state;
	struct brain_lab_ask ask = { .context = "submission/rcpt",
				     .login = "alice@example.net",
				     .instance = "a.1.1.0",
				     .recipients = 2 };
	struct brain_lab_ask again = { .socket = OP25B_BRAIN_RESTRICT,
				       .context = "submission/data",
				       .login = "alice@example.net",
				       .instance = "a.1.1.0",
				       .queue_id = "Qa.1.1.0",
				       .recipients = 2,
				       .state = OP25B_POSTFIX_END_OF_MESSAGE };

	assert_string_equal(brain_lab_send(lab, ask), "");
	/* The answer was lost: Postfix asks once more, of a daemon that was started anew. */
	brain_lab_restart(lab);
	assert_string_equal(brain_lab_ask(lab, &again), "DUNNO");
	ask.instance = "b.1.1.0";
	brain_lab_starts(brain_lab_send(lab, ask), "450 4.7.1 ");
	ask.instance = "c.1.1.0";
	ask.recipients = 1;
	assert_string_equal(brain_lab_send(lab, ask), "");
}

/* The lab has one recipient, whom each RCPT names. The line has four, the account three. */
static void a_recipient_named_twice_counts_twice(void **state)
{
	struct brain_lab *lab = *state;
	struct brain_lab_ask line = { .client = LINE,
				      .from = "x@far.example",
				      .instance = LAB_INSTANCE("a"),
				      .recipients = 4 };
	struct brain_lab_ask account = { .context = "submission/rcpt",
					 .login = "alice@example.net",
					 .instance = LAB_INSTANCE("b"),
					 .recipients = 3 };

	assert_string_equal(brain_lab_send(lab, line), "");
	assert_int_equal(brain_lab_charged(lab, "Q" LAB_INSTANCE("a")), 4);
	assert_string_equal(brain_lab_send(lab, account), "");
	assert_int_equal(brain_lab_charged(lab, "Q" LAB_INSTANCE("b")), 3);
	line.recipients = account.recipients = 1;
	line.instance = LAB_INSTANCE("c");
	account.instance = LAB_INSTANCE("d");
	brain_lab_starts(brain_lab_send(lab, line), "550 5.7.1 ");
	brain_lab_starts(brain_lab_send(lab, account), "450 4.7.1 ");
}

static void what_was_not_taken_costs_nothing(void **state)
{
	struct brain_lab *lab = *state;
	const struct op25b_maillog_event event = { .kind = OP25B_MAILLOG_NOT_TAKEN,
						   .queue_id = "Qa.1.1.0" };
	struct brain_lab_ask ask = { .context = "submission/rcpt",
				     .login = "alice@example.net",
				     .instance = "a.1.1.0",
				     .recipients = 3 };

	assert_string_equal(brain_lab_send(lab, ask), "");
	assert_int_equal(op25b_state_begin(lab->brain.state, NULL), 0);
	assert_int_equal(op25b_brain_log(&lab->brain, &event, lab->now, &lab->error), 0);
	assert_int_equal(op25b_state_commit(lab->brain.state, NULL), 0);
	ask.instance = "b.1.1.0";
	assert_string_equal(brain_lab_send(lab, ask), "");
}

static int count_held(void *arg, const char *queue_id, const struct op25b_pass_mail *mail)
{
	(void)queue_id;
	(void)mail;
	++*(int *)arg;
	return 0;
}

static void refuses(struct brain_lab *lab, const char *queue_id)
{
	struct op25b_maillog_event event = { .kind = OP25B_MAILLOG_NOT_TAKEN };

	snprintf(event.queue_id, sizeof(event.queue_id), "%s", queue_id);
	assert_int_equal(op25b_state_begin(lab->brain.state, NULL), 0);
	assert_int_equal(op25b_brain_log(&lab->brain, &event, lab->now, &lab->error), 0);
	assert_int_equal(op25b_state_commit(lab->brain.state, NULL), 0);
}

/* cleanup refuses a header before the text has come to its end, and never tells the mail's end. */
static void what_was_refused_before_its_end_is_no_mail(void **state)
{
	struct brain_lab *lab = *state;
	struct brain_lab_ask held = { .context = "submission/rcpt",
				      .login = "held@example.net",
				      .from = "held@example.net",
				      .instance = "a.1.1.0" };
	struct brain_lab_ask over = { .from = "carol@example.net", .instance = "b.1.1.0" };
	int n = 0;

	refuses(lab, "Qa.1.1.0");
	assert_string_equal(brain_lab_send(lab, held), "");
	assert_int_equal(op25b_pass_held(lab->brain.state, held.login, count_held, &n), 0);
	/* One that a limit would hold. */
	brain_lab_login(lab, OP25B_AUTH_POP3, over.from, AWAY);
	over.recipients = 2;
	assert_string_equal(brain_lab_send(lab, over), "");
	refuses(lab, "Qc.1.1.0");
	over.instance = "c.1.1.0";
	assert_string_equal(brain_lab_send(lab, over), "");
	over.instance = "d.1.1.0";
	assert_int_equal(op25b_pass_held(lab->brain.state, over.from, count_held, &n), 0);
	assert_int_equal(n, 0);
	/* And as it is without. */
	brain_lab_starts(brain_lab_send(lab, over), "HOLD ");
	assert_int_equal(op25b_pass_held(lab->brain.state, over.from, count_held, &n), 0);
	assert_int_equal(n, 1);
}

static void mail_for_our_own_mailboxes_costs_nothing_at_the_relay(void **state)
{
	struct brain_lab *lab = *state;
	struct brain_lab_ask ask = { .socket = OP25B_BRAIN_RESTRICT,
				     .client = LINE,
				     .instance = LAB_INSTANCE("1a"),
				     .state = OP25B_POSTFIX_DATA,
				     .recipients = 50 };

	assert_string_equal(brain_lab_ask(lab, &ask), "DUNNO");
	ask.state = OP25B_POSTFIX_END_OF_MESSAGE;
	ask.queue_id = "Q1";
	assert_string_equal(brain_lab_ask(lab, &ask), "DUNNO");
	/* Of a mail for both only those elsewhere cost: the line has four. */
	ask = (struct brain_lab_ask){ GRANT, .client = LINE, .instance = LAB_INSTANCE("d") };
	assert_string_equal(brain_lab_ask(lab, &ask), "OK");
	ask.socket = OP25B_BRAIN_RESTRICT;
	ask.state = OP25B_POSTFIX_DATA;
	ask.recipients = 40;
	assert_string_equal(brain_lab_ask(lab, &ask), "DUNNO");
}

static void a_bounce_is_taken_and_counted(void **state)
{
	struct brain_lab *lab = *state;
	struct brain_lab_ask ask = { .context = "submission/rcpt",
				     .login = "alice@example.net",
				     .from = "" };

	brain_lab_has(brain_lab_use_up(lab, ask, 3), "limit-reached");
}

static void a_window_is_for_its_address_and_its_account(void **state)
{
	struct brain_lab *lab = *state;
	struct brain_lab_ask ask = { GRANT, .client = "2001:db8:f000::9",
				     .from = "carol@example.net" };

	assert_string_equal(
		brain_lab_login(lab, OP25B_AUTH_IMAP, "carol@example.net", "2001:db8:f000::9"), "");
	assert_string_equal(brain_lab_ask(lab, &ask), "OK");
	ask.from = "carol+list@example.net";
	assert_string_equal(brain_lab_ask(lab, &ask), "OK");
	ask.from = "alice@example.net";
	brain_lab_has(brain_lab_ask(lab, &ask), "settings-sender");
	ask.from = "";
	brain_lab_has(brain_lab_ask(lab, &ask), "settings-sender");
	ask.from = "carol@example.net";
	ask.client = "2001:db8:f000::a";
	brain_lab_has(brain_lab_ask(lab, &ask), "fetch your mail first");
	ask.client = "2001:db8:f000::9";
	brain_lab_restart(lab);
	assert_string_equal(brain_lab_ask(lab, &ask), "OK");
	lab->now += 600;
	brain_lab_has(brain_lab_ask(lab, &ask), "fetch your mail first");
}

static void no_window_opens_where_it_must_not(void **state)
{
	static const struct {
		enum op25b_auth_service service;
		const char *login, *remote;
	} logins[] = {
		{ OP25B_AUTH_SUBMISSION, "carol@example.net", AWAY }, /* no mail was fetched */
		{ OP25B_AUTH_POP3, "held@example.net", AWAY },
		{ OP25B_AUTH_POP3, "carol@example.net", "203.0.113.210" }, /* abroad */
		{ OP25B_AUTH_POP3, "carol@example.net", "203.0.113.230" }, /* shared */
		{ OP25B_AUTH_POP3, "carol@example.net", LINE },            /* no stage */
		{ OP25B_AUTH_POP3, "bob@example.net", AWAY },              /* first password */
		{ OP25B_AUTH_POP3, "nobody@example.net", AWAY },
	};
	struct brain_lab *lab = *state;

	for (size_t i = 0; i < sizeof(logins) / sizeof(logins[0]); i++) {
		const struct op25b_prefix at = brain_lab_prefix(logins[i].remote);
		struct brain_lab_ask ask = { GRANT, .client = logins[i].remote,
					     .from = logins[i].login };

		brain_lab_login(lab, logins[i].service, logins[i].login, logins[i].remote);
		if (strcmp(logins[i].remote, LINE) != 0)
			brain_lab_starts(brain_lab_ask(lab, &ask), "55");
		assert_int_equal(op25b_window_find(lab->brain.state, lab->now, &at, NULL, NULL), 0);
	}
}

static void a_window_dies_with_a_new_password(void **state)
{
	struct brain_lab *lab = *state;
	struct brain_lab_ask ask = { GRANT, .from = "carol@example.net" };

	brain_lab_login(lab, OP25B_AUTH_POP3, "carol@example.net", AWAY);
	assert_string_equal(brain_lab_ask(lab, &ask), "OK");
	assert_int_equal(op25b_accounts_set_password(lab->brain.accounts, lab->now,
						     "carol@example.net", "another horse 26", false,
						     &lab->error),
			 0);
	brain_lab_has(brain_lab_ask(lab, &ask), "fetch your mail first");
}

static void the_next_holder_of_an_address_inherits_nothing(void **state)
{
	struct brain_lab *lab = *state;
	struct brain_lab_ask pop = { GRANT, .client = "198.51.100.200",
				     .from = "carol@example.net" };
	struct brain_lab_ask line = { .client = "198.51.100.20", .from = "x@far.example" };

	brain_lab_session(lab, "line-a", "198.51.100.200", false);
	brain_lab_login(lab, OP25B_AUTH_POP3, "carol@example.net", "198.51.100.200");
	assert_string_equal(brain_lab_ask(lab, &pop), "OK");
	brain_lab_session(lab, "line-b", "198.51.100.20", false);
	brain_lab_has(brain_lab_use_up(lab, line, 4), "limit-reached");

	/* Another line gets the addresses: no window, and a quota of its own. */
	brain_lab_session(lab, "line-c", "198.51.100.200", false);
	brain_lab_has(brain_lab_ask(lab, &pop), "fetch your mail first");
	brain_lab_session(lab, "line-d", "198.51.100.20", false);
	line.instance = "n.1.1.0";
	assert_string_equal(brain_lab_send(lab, line), "");

	/* And the line that moved takes what it used with it. */
	brain_lab_session(lab, "line-b", "198.51.100.21", false);
	line.client = "198.51.100.21";
	line.instance = "m.1.1.0";
	brain_lab_has(brain_lab_send(lab, line), "limit-reached");
}

static void a_session_that_ended_leaves_the_pool_s_right(void **state)
{
	struct brain_lab *lab = *state;
	struct op25b_person person;
	const struct op25b_prefix v6 = brain_lab_prefix("2001:db8:1000:1ff::7");

	brain_lab_session(lab, "line-a", "2001:db8:1000:100::/56", false);
	op25b_people_find(lab->brain.people, &v6, 0, &person);
	assert_string_equal(person.line, "line-a");
	brain_lab_session(lab, "line-a", "2001:db8:1000:100::/56", true);
	op25b_people_find(lab->brain.people, &v6, 0, &person);
	assert_string_equal(person.line, "2001:db8:1000:100::/56");
	assert_int_equal(person.peer.service, 0);
}

static void a_new_account_and_a_server_have_limits_of_their_own(void **state)
{
	struct brain_lab *lab = *state;
	struct brain_lab_ask fresh = { .context = "submission/rcpt",
				       .login = "fresh@example.net",
				       .from = "fresh@example.net" };
	struct brain_lab_ask server = { .context = "submission/rcpt",
					.login = "srv@example.net",
					.from = "anything@far.example",
					.instance = "s.1.1.0",
					.recipients = 10 };

	brain_lab_has(brain_lab_use_up(lab, fresh, 1), "limit-reached");
	assert_string_equal(brain_lab_send(lab, server), "");
	server.instance = "t.1.1.0";
	server.recipients = 11;
	brain_lab_has(brain_lab_send(lab, server), "limit-message");
}

static void a_customer_opens_sending_from_abroad(void **state)
{
	struct brain_lab *lab = *state;
	struct brain_lab_ask ask = { .context = "submission/rcpt",
				     .login = "alice@example.net",
				     .client = "203.0.113.210" };

	assert_int_equal(op25b_accounts_set_abroad(lab->brain.accounts, "alice@example.net",
						   lab->now + 600, &lab->error),
			 0);
	brain_lab_has(brain_lab_use_up(lab, ask, 1), "limit-reached");
	lab->now += 600;
	ask.instance = "z.1.1.0";
	brain_lab_has(brain_lab_send(lab, ask), "abroad-closed");
}

static void over_its_limit_pop_mail_is_held(void **state)
{
	struct brain_lab *lab = *state;
	struct brain_lab_ask ask = { .from = "carol@example.net" };

	brain_lab_login(lab, OP25B_AUTH_POP3, "carol@example.net", AWAY);
	brain_lab_starts(brain_lab_use_up(lab, ask, 2), "HOLD ");
}

static int keep_row(void *arg, const struct op25b_meter_row *row)
{
	char *text = arg;

	snprintf(text + strlen(text), 256, "%s/%s/%s/%s/%u ",
		 op25b_words_name(&op25b_words_mail_way, row->way), row->service, row->account,
		 row->line, (unsigned int)row->times);
	return 0;
}

static void who_must_still_move_is_counted(void **state)
{
	struct brain_lab *lab = *state;
	struct brain_lab_ask ask = { .login = "alice@example.net", .instance = "a.1.1.0" };
	char text[1024] = "";

	assert_string_equal(brain_lab_send(lab, ask), "");
	ask.instance = "b.1.1.0";
	assert_string_equal(brain_lab_send(lab, ask), "");
	ask = (struct brain_lab_ask){ .client = LINE,
				      .from = "x@far.example",
				      .instance = "c.1.1.0" };
	assert_string_equal(brain_lab_send(lab, ask), "");
	assert_int_equal(op25b_meter_list(lab->brain.state, NULL, 100, keep_row, text), 0);
	assert_string_equal(text, "auth25/elsewhere/alice@example.net//2 ");
	brain_lab_policy(lab, "    line25: [{services: [home], action: count, limits: line}]\n");
	ask.instance = "d.1.1.0";
	assert_string_equal(brain_lab_send(lab, ask), "");
	*text = '\0';
	assert_int_equal(op25b_meter_list(lab->brain.state, NULL, 100, keep_row, text), 0);
	assert_string_equal(text, "line25/home//L-1/1 auth25/elsewhere/alice@example.net//2 ");
}

static int64_t closes(struct brain_lab *lab, enum op25b_mail_way way, const char *service)
{
	struct op25b_people *people = lab->brain.people;

	return op25b_meter_closes(op25b_people_of(people), op25b_people_mail(people), way, service,
				  lab->now);
}

static void the_meter_knows_when_a_way_closes(void **state)
{
	struct brain_lab *lab = *state;

	brain_lab_policy(lab, "    auth25:\n"
			      "      - {services: [any], action: count, limits: person}\n"
			      "      - {from: 2027-04-01, services: [elsewhere], action: refuse}\n"
			      "      - {from: 2028-04-01, services: [any], action: refuse}\n"
			      "    line25: [{services: [home], action: count, limits: line}]\n");
	assert_int_equal(closes(lab, OP25B_MAIL_AUTH25, "elsewhere"), 1806505200);
	assert_int_equal(closes(lab, OP25B_MAIL_AUTH25, "home"), 1838127600);
	assert_int_equal(closes(lab, OP25B_MAIL_LINE25, "home"), INT64_MAX);
	lab->now = 1806505200;
	assert_int_equal(closes(lab, OP25B_MAIL_AUTH25, "elsewhere"), 1838127600);
}

static const char *sender(struct brain_lab *lab, const char *key)
{
	static char list[256];

	if (op25b_brain_sender(&lab->brain, key, lab->now, list, sizeof(list), &lab->error))
		fail_msg("%s", lab->error.text);
	return list;
}

static void the_net_of_postfix_names_owners_alone(void **state)
{
	struct brain_lab *lab = *state;
	char none[8];

	assert_string_equal(sender(lab, "Alice@example.net"), "alice@example.net");
	assert_string_equal(sender(lab, "alice+x@example.net"), "alice@example.net");
	assert_string_equal(sender(lab, "nobody@example.net"), "");
	assert_string_equal(sender(lab, "x@far.example"), "");
	assert_string_equal(sender(lab, "@example.net"), "");
	assert_string_equal(sender(lab, "alice"), "");
	assert_int_equal(op25b_brain_sender(&lab->brain, "alice@example.net", lab->now, none,
					    sizeof(none), &lab->error),
			 -ENOBUFS);
}

static void results_hold_an_account_and_tell_its_owner(void **state)
{
	struct brain_lab *lab = *state;
	struct brain_lab_ask ask = { .context = "submission/rcpt",
				     .login = "srv@example.net",
				     .from = "srv@example.net",
				     .instance = "s.1.1.0" };
	const struct op25b_maillog_event event = { .kind = OP25B_MAILLOG_RESULT,
						   .queue_id = "Qs.1.1.0",
						   .dsn = { 5, 1, 1 },
						   .bounced = true };
	char queue[2048];

	assert_string_equal(brain_lab_send(lab, ask), "");
	assert_int_equal(op25b_state_begin(lab->brain.state, NULL), 0);
	for (int i = 0; i < 400; i++) {
		if (op25b_brain_log(&lab->brain, &event, lab->now + i, &lab->error))
			fail_msg("%s", lab->error.text);
	}
	assert_int_equal(op25b_state_commit(lab->brain.state, NULL), 0);
	ask.instance = "t.1.1.0";
	snprintf(queue, sizeof(queue), "%s", brain_lab_send(lab, ask));
	assert_true(!strncmp(queue, "HOLD ", 5) || !strncmp(queue, "535 ", 4));
}

static void unknown_sessions_give_no_right_and_no_refusal(void **state)
{
	struct brain_lab *lab = *state;
	const struct op25b_postfix_request request = { .state = OP25B_POSTFIX_RCPT,
						       .client = brain_lab_prefix(LINE),
						       .instance = "i",
						       .queue_id = "",
						       .context = "relay/rcpt",
						       .sender = "x@far.example",
						       .recipient = "y@far.example",
						       .sasl_username = "" };
	struct brain_lab_ask ask = { OFFER, .login = "alice@example.net" };

	assert_true(op25b_watch_follow(op25b_people_watch(lab->brain.people),
				       "/nonexistent/store.sqlite", &lab->error) >= 0);
	assert_int_equal(op25b_brain_policy(&lab->brain, OP25B_BRAIN_GRANT, &request, lab->now,
					    lab->action, &lab->error),
			 -EAGAIN);
	/* Who has logged in does not have to wait for it. */
	assert_string_equal(brain_lab_ask(lab, &ask), "DUNNO");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, brain_lab_setup, brain_lab_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nothing_is_granted_without_a_section),
		TEST(a_mail_costs_its_recipients_once),
		TEST(a_recipient_named_twice_counts_twice),
		TEST(what_was_not_taken_costs_nothing),
		TEST(what_was_refused_before_its_end_is_no_mail),
		TEST(mail_for_our_own_mailboxes_costs_nothing_at_the_relay),
		TEST(a_bounce_is_taken_and_counted),
		TEST(a_window_is_for_its_address_and_its_account),
		TEST(no_window_opens_where_it_must_not),
		TEST(a_window_dies_with_a_new_password),
		TEST(the_next_holder_of_an_address_inherits_nothing),
		TEST(a_session_that_ended_leaves_the_pool_s_right),
		TEST(a_new_account_and_a_server_have_limits_of_their_own),
		TEST(a_customer_opens_sending_from_abroad),
		TEST(over_its_limit_pop_mail_is_held),
		TEST(who_must_still_move_is_counted),
		TEST(the_meter_knows_when_a_way_closes),
		TEST(the_net_of_postfix_names_owners_alone),
		TEST(results_hold_an_account_and_tell_its_owner),
		TEST(unknown_sessions_give_no_right_and_no_refusal),
	};

	return cmocka_run_group_tests_name("brain", tests, brain_lab_group, brain_lab_group_done);
}
