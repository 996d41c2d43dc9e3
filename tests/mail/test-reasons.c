/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From a request to its answer: every reason of the mail decision, word for word what is said, and
 * that nothing but a grant is ever a right.
 */
#include "tests/mail/brain-lab.h"

#include <inttypes.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mail/answer.h"
#include "mail/code.h"

#define LINE  "198.51.100.7"
#define AWAY  "203.0.113.9"
#define GRANT .socket = OP25B_BRAIN_GRANT, .state = OP25B_POSTFIX_RCPT
#define OFFER \
	.socket = OP25B_BRAIN_RESTRICT, .state = OP25B_POSTFIX_RCPT, .context = "submission/rcpt"

/* A refusal is one line of ASCII that names no address, and leads to its page. */
static void check_text(const char *text, const char *outcome)
{
	char link[64];

	assert_true(strlen(text) < OP25B_POSTFIX_ACTION);
	for (const char *c = text; *c; c++)
		assert_true(*c >= ' ' && *c <= '~');
	assert_null(strchr(text, '@'));
	snprintf(link, sizeof(link), "https://help.example.net/e/%s", outcome);
	brain_lab_has(text, link);
}

/* A conversation that ends with this reason; what is answered. */
static const char *provoke(struct brain_lab *lab, enum op25b_mail_reason reason)
{
	static const struct brain_lab_ask asks[OP25B_MAIL_REASON_COUNT] = {
		[OP25B_MAIL_RELAY_LINE] = { GRANT, .client = LINE },
		[OP25B_MAIL_RELAY_AUTH] = { GRANT, .login = "alice@example.net" },
		[OP25B_MAIL_RELAY_POP] = { GRANT, .from = "carol@example.net" },
		[OP25B_MAIL_NOT_THIS_LINE] = { GRANT, .client = "192.0.2.130" },
		[OP25B_MAIL_NEED_AUTH] = { OFFER },
		[OP25B_MAIL_CLOSED_25] = { GRANT, .client = "198.51.100.130" },
		[OP25B_MAIL_POP_EXPIRED] = { GRANT },
		[OP25B_MAIL_NOT_YOURS] = { OFFER, .login = "alice@example.net",
					   .from = "carol@example.net" },
		[OP25B_MAIL_NOT_CONFIRMED] = { OFFER, .login = "alice@example.net",
					       .from = "alice@far.example" },
		[OP25B_MAIL_LIMIT_ACCOUNT] = { OFFER, .login = "alice@example.net" },
		[OP25B_MAIL_LIMIT_LINE] = { GRANT, .client = LINE },
		[OP25B_MAIL_LIMIT_MESSAGE] = { OFFER, .login = "alice@example.net",
					       .recipients = 4 },
		[OP25B_MAIL_ACCOUNT_SLOW] = { OFFER, .login = "slow@example.net",
					      .from = "slow@example.net" },
		[OP25B_MAIL_ACCOUNT_HELD] = { OFFER, .login = "held@example.net",
					      .from = "held@example.net" },
		[OP25B_MAIL_ABROAD_CLOSED] = { OFFER, .login = "alice@example.net",
					       .client = "203.0.113.210" },
	};
	struct brain_lab_ask ask = asks[reason];

	ask.instance = "c.1.1.0";
	switch (reason) {
	case OP25B_MAIL_ACCOUNT_STOPPED:
		return brain_lab_login(lab, OP25B_AUTH_IMAP, "dead@example.net", AWAY);
	case OP25B_MAIL_FIRST_PASSWORD:
		return brain_lab_login(lab, OP25B_AUTH_SUBMISSION, "bob@example.net", AWAY);
	case OP25B_MAIL_RELAY_POP:
		assert_string_equal(
			brain_lab_login(lab, OP25B_AUTH_POP3, "carol@example.net", AWAY), "");
		return brain_lab_ask(lab, &ask);
	case OP25B_MAIL_LIMIT_ACCOUNT:
		return brain_lab_use_up(lab, ask, 3);
	case OP25B_MAIL_LIMIT_LINE:
		return brain_lab_use_up(lab, ask, 4);
	case OP25B_MAIL_ACCOUNT_SLOW:
		return brain_lab_use_up(lab, ask, 1);
	case OP25B_MAIL_LIMIT_MESSAGE:
	case OP25B_MAIL_ACCOUNT_HELD:
		return brain_lab_send(lab, ask);
	default:
		return brain_lab_ask(lab, &ask);
	}
}

static void every_reason_is_answered_as_the_contract_says(void **state)
{
	for (unsigned int i = 0; i < OP25B_MAIL_REASON_COUNT; i++) {
		const enum op25b_mail_reason reason = (enum op25b_mail_reason)i;
		const struct op25b_mail_answer said = op25b_mail_answer(
			reason, reason == OP25B_MAIL_LIMIT_LINE ? OP25B_MAIL_REFUSE_AT_LIMIT :
								  OP25B_MAIL_DEFER);
		const char *action;

		assert_int_equal(brain_lab_setup(state), 0);
		action = provoke(*state, reason);
		if (said.moment == OP25B_MAIL_AT_RCPT && *said.code == '2') {
			assert_string_equal(action, "OK");
		} else {
			if (said.moment != OP25B_MAIL_AT_AUTH)
				brain_lab_starts(action, said.moment == OP25B_MAIL_AT_END ?
								 "HOLD " :
								 said.code);
			check_text(action, said.outcome);
		}
		brain_lab_teardown(state);
	}
}

static void texts_say_what_is_the_matter_and_what_to_do(void **state)
{
	static const struct {
		enum op25b_mail_reason reason;
		const char *text;
	} texts[] = {
		{ OP25B_MAIL_NEED_AUTH,
		  "554 5.7.1 Please log in to send mail here. In your mail program set "
		  "mail.example.net, port 587 or 465, user name and password. Help: "
		  "https://help.example.net/e/auth-needed" },
		{ OP25B_MAIL_POP_EXPIRED,
		  "554 5.7.1 Please fetch your mail first, then send. In your mail program set "
		  "mail.example.net, port 587 or 465, user name and password. Help: "
		  "https://help.example.net/e/auth-needed" },
		{ OP25B_MAIL_LIMIT_ACCOUNT,
		  "450 4.7.1 Your account has reached its number of recipients for now. You can "
		  "send again from 2027-01-01 09:20 JST. Help: https://help.example.net/e/"
		  "limit-reached/3" },
		{ OP25B_MAIL_LIMIT_MESSAGE,
		  "550 5.5.3 This mail has 4 recipients; one mail may have 3. Please send it in "
		  "parts. Help: https://help.example.net/e/limit-message/3" },
		{ OP25B_MAIL_ACCOUNT_STOPPED,
		  "Your account is stopped for now. Please contact us: +81-3-0000-0001. Help: "
		  "https://help.example.net/e/account-stopped/3" },
		{ OP25B_MAIL_FIRST_PASSWORD,
		  "Your account still has its first password. Please change it, or send from your "
		  "own line. Help: https://help.example.net/e/first-password/3" },
		{ OP25B_MAIL_ABROAD_CLOSED,
		  "550 5.7.1 Sending from other countries is closed for your account. Please "
		  "contact us: +81-3-0000-0001. Help: https://help.example.net/e/abroad-closed/3" },
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_int_equal(brain_lab_setup(state), 0);
		brain_lab_starts(provoke(*state, texts[i].reason), texts[i].text);
		brain_lab_teardown(state);
	}
}

/* Without a page or a portal to do it on, nobody is told that he can. */
static void that_customers_can_open_it_is_said_where_they_can(void **state)
{
	struct brain_lab *lab = *state;

	op25b_people_set_desk(lab->brain.people, true);
	brain_lab_starts(provoke(lab, OP25B_MAIL_ABROAD_CLOSED),
			 "550 5.7.1 Sending from other countries is closed for your account. You "
			 "can open it yourself. Help: https://help.example.net/e/abroad-closed/3");
}

struct meaning {
	char account[64], line[64];
	enum op25b_mail_reason reason;
	int64_t until;
};

static int keep(void *arg, const struct op25b_mail_code *code)
{
	struct meaning *ret = arg;

	snprintf(ret->account, sizeof(ret->account), "%s", code->account);
	snprintf(ret->line, sizeof(ret->line), "%s", code->line);
	ret->reason = code->reason;
	ret->until = code->until;
	return 0;
}

/* The code at the end of a text: 0, or what op25b_mail_code_find() says. */
static int find_code(struct brain_lab *lab, const char *text, struct meaning *ret)
{
	uint64_t code = 0;

	assert_int_equal(op25b_code_parse(strrchr(text, '/') + 1, &code), 0);
	*ret = (struct meaning){ .account = "" };
	return op25b_mail_code_find(lab->brain.state, code, keep, ret);
}

static void a_code_means_one_refusal_until_it_is_forgotten(void **state)
{
	struct brain_lab *lab = *state;
	struct brain_lab_ask ask = { OFFER, .login = "alice@example.net",
				     .from = "carol@example.net" };
	struct meaning meaning;
	char first[OP25B_POSTFIX_ACTION];

	snprintf(first, sizeof(first), "%s", brain_lab_ask(lab, &ask));
	assert_int_equal(find_code(lab, first, &meaning), 0);
	assert_string_equal(meaning.account, "alice@example.net");
	assert_string_equal(meaning.line, "");
	assert_int_equal(meaning.reason, OP25B_MAIL_NOT_YOURS);
	/* The same refusal has the same code, another one another. */
	assert_string_equal(brain_lab_ask(lab, &ask), first);
	ask.from = "x@far.example";
	assert_string_not_equal(strrchr(brain_lab_ask(lab, &ask), '/'), strrchr(first, '/'));
	/* Of who has not logged in it is the line's; who is neither gets none. */
	ask = (struct brain_lab_ask){ GRANT, .client = "198.51.100.130" };
	assert_int_equal(find_code(lab, brain_lab_ask(lab, &ask), &meaning), 0);
	assert_string_equal(meaning.line, "198.51.100.130/32");
	ask = (struct brain_lab_ask){ GRANT };
	brain_lab_has(brain_lab_ask(lab, &ask), "/e/auth-needed");
	assert_null(strstr(lab->action, "auth-needed/"));
	/* A day, as the policy says nothing else. */
	lab->now += 86401;
	assert_int_equal(op25b_state_begin(lab->brain.state, NULL), 0);
	assert_int_equal(op25b_brain_sweep(&lab->brain, lab->now, &lab->error), 0);
	assert_int_equal(op25b_state_commit(lab->brain.state, NULL), 0);
	assert_int_equal(find_code(lab, first, &meaning), -ENOENT);
}

/* The longest names and links that a policy can have: each text still says all that matters. */
static void the_longest_text_has_room_for_its_end(void **state)
{
	static const char policy[] =
		"op25b: 1\n"
		"timezone: America/Argentina/ComodRivadavia\n"
		"provider: {help_url: \"https://help.a-provider-with-a-name.example\",\n"
		"  contact: {support: \"mailto:support-of-customers@provider.example\"}}\n"
		"mail_servers:\n"
		"  - {id: relay, addresses: [192.0.2.25],\n"
		"     hosts: [mail.a-provider-with-a-name.net],\n"
		"     offers: [relay, submission, submissions]}\n"
		"services: []\n";
	struct op25b_people *people = NULL;
	struct op25b_policy *loaded = NULL;
	struct op25b_findings findings;

	(void)state;
	assert_int_equal(op25b_policy_load_buffer("policy", policy, strlen(policy), LAB_NOW,
						  &loaded, &findings),
			 0);
	op25b_findings_free(&findings);
	assert_int_equal(op25b_people_open(loaded, 0, &people, NULL), 0);
	for (unsigned int i = OP25B_MAIL_NOT_THIS_LINE; i < OP25B_MAIL_REASON_COUNT; i++) {
		const struct op25b_answer_facts answer = { .reason = (enum op25b_mail_reason)i,
							   .until = 4000000000,
							   .recipients = UINT32_MAX,
							   .most = UINT32_MAX,
							   .code = "3999-999-999" };
		char text[OP25B_ANSWER_TEXT];
		const size_t n = op25b_answer_text(people, &answer, text);

		assert_int_equal(n, strlen(text));
		assert_in_range(n, 1, OP25B_ANSWER_TEXT - 1);
		brain_lab_has(text, ". Help: https://help.a-provider-with-a-name.example");
		brain_lab_has(text, "3999-999-999");
	}
	op25b_people_close(&people);
}

/* Anything at all: what restrict says is never a right, and what is taken is granted by a stage. */
static void restrict_never_says_ok(void **state)
{
	static const char *const clients[] = {
		LINE, AWAY, "198.51.100.20", "192.0.2.130", "203.0.113.210", "2001:db8:1000::1", ""
	};
	static const char *const logins[] = {
		"",       "alice@example.net", "srv@example.net", "held@example.net",
		"nobody", "DEAD@example.net",  "bob@example.net"
	};
	static const char *const senders[] = { "",
					       "alice@example.net",
					       "a@far.example",
					       "OK",
					       "\"x y\"@example.net",
					       "a+b@example.net",
					       "alice+x@example.net" };
	static const char *const contexts[] = {
		"", "relay/rcpt", "relay/data", "submission/rcpt", "submissions/end", "OK"
	};
	struct brain_lab *lab = *state;
	char instance[32], queue_id[16];
	unsigned int refused = 0, unanswered = 0;

	srandom(25);
	for (int i = 0; i < 4000; i++) {
		const uint64_t quarter = (uint64_t)lab->now / 900;
		struct brain_lab_ask ask;
		const char *action;

		snprintf(instance, sizeof(instance), "%lx.%" PRIx64 ".1.0", random() % 50,
			 quarter * 900);
		snprintf(queue_id, sizeof(queue_id), "%lx", random() % 200);
		ask = (struct brain_lab_ask){ .socket = random() % 4 ? OP25B_BRAIN_RESTRICT :
								       OP25B_BRAIN_GRANT,
					      .state = (enum op25b_postfix_state)(random() % 4),
					      .client = clients[random() % 7],
					      .login = logins[random() % 7],
					      .from = senders[random() % 7],
					      .context = contexts[random() % 6],
					      .instance = instance,
					      .queue_id = random() % 3 ? queue_id : "",
					      .recipients = (uint32_t)(random() % 6),
					      .plain = random() % 4 == 0 };
		lab->now += random() % 100;
		if (brain_lab_try(lab, &ask)) {
			unanswered++;
			continue;
		}
		action = lab->action;
		refused += *action == '4' || *action == '5';
		if (ask.socket == OP25B_BRAIN_GRANT && ask.state == OP25B_POSTFIX_RCPT)
			assert_true(!strcmp(action, "OK") || *action == '5');
		else if (strcmp(action, "DUNNO") != 0)
			assert_true(*action == '4' || *action == '5' ||
				    !strncmp(action, "HOLD ", 5));
	}
	assert_true(refused > 100 && unanswered < 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_reason_is_answered_as_the_contract_says),
		cmocka_unit_test(texts_say_what_is_the_matter_and_what_to_do),
		cmocka_unit_test_setup_teardown(that_customers_can_open_it_is_said_where_they_can,
						brain_lab_setup, brain_lab_teardown),
		cmocka_unit_test_setup_teardown(a_code_means_one_refusal_until_it_is_forgotten,
						brain_lab_setup, brain_lab_teardown),
		cmocka_unit_test(the_longest_text_has_room_for_its_end),
		cmocka_unit_test_setup_teardown(restrict_never_says_ok, brain_lab_setup,
						brain_lab_teardown),
	};

	return cmocka_run_group_tests_name("mail-reasons", tests, brain_lab_group,
					   brain_lab_group_done);
}
