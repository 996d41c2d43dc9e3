/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every answer of our own mail servers is recognised, and surely: as it is sent, as a mail program
 * shows it, and where its link was cut off or the provider has no pages. What refused lines are
 * told: tests/pages/error-texts/own.
 */
#include "tests/unit/test.h"

#include <stdio.h>
#include <string.h>

#include "mail/answer.h"
#include "web/errors.h"

#define NOW 1798761600

#define POLICY(provider)                                                                       \
	"op25b: 1\ntimezone: Asia/Tokyo\n" provider                                            \
	"mail_servers: [{id: relay, addresses: [192.0.2.25], hosts: [mail.example.net],"       \
	" offers: [relay, submission, submissions]}]\n"                                        \
	"services: [{id: fibre, addressing: dynamic, pools: [198.51.100.0/24], port25: []}]\n" \
	"mail: {domains: [example.net], settings: {webmail: \"https://webmail.example.net\"}}\n"

static const char with_pages[] = POLICY(
	"provider: {name: {en: Example Net, ja: 例}, contact: {support: \"+81-3-0000-0000\"},"
	" help_url: \"https://help.example.net\"}\n");
static const char without[] = POLICY("");

static struct op25b_errors_data *errors;

static int open_errors(void **state)
{
	(void)state;
	return op25b_errors_built_in(&errors);
}

static int close_errors(void **state)
{
	(void)state;
	op25b_errors_free(&errors);
	return 0;
}

static void expect(const char *text, const char *outcome)
{
	const struct op25b_errors_seen seen = { OP25B_ERRORS_ANY, OP25B_HOW_NONE };
	struct op25b_causes causes;

	assert_int_equal(op25b_errors_find(errors, text, strlen(text), &seen, &causes), 0);
	if (!causes.n || strcmp(op25b_outcome_id(causes.list[0].outcome), outcome) ||
	    causes.list[0].confidence != OP25B_HIGH)
		fail_msg("%s (%s), not %s: %s",
			 causes.n ? op25b_outcome_id(causes.list[0].outcome) : "nothing",
			 causes.n ? op25b_confidence_word(causes.list[0].confidence) : "", outcome,
			 text);
}

/* As programs show it: in a sentence of their own, broken into lines, without its end. */
static void expect_everywhere(const char *text, const char *outcome)
{
	char shown[1024];
	size_t cut;

	expect(text, outcome);
	snprintf(
		shown, sizeof(shown),
		"An error occurred while sending mail. The mail server responded: %s. Please check "
		"the message recipient \"bob@example.org\" and try again.",
		text);
	expect(shown, outcome);
	snprintf(shown, sizeof(shown),
		 "メールの送信中にエラーが発生しました。サーバーからの応答: %s", text);
	for (size_t i = strlen(shown) / 2; shown[i]; i++) {
		if (shown[i] == ' ' && i % 3 == 0)
			shown[i] = '\n';
	}
	expect(shown, outcome);
	snprintf(shown, sizeof(shown), "%s", text);
	cut = strstr(shown, " Help:") ? (size_t)(strstr(shown, " Help:") - shown) : strlen(shown);
	shown[cut] = '\0';
	expect(shown, outcome);
}

static void each_reason(const char *policy)
{
	struct op25b_policy *loaded;
	struct op25b_people *people;
	struct op25b_findings findings;

	if (op25b_policy_load_buffer("policy", policy, strlen(policy), NOW, &loaded, &findings)) {
		op25b_findings_print(&findings, stderr);
		fail();
	}
	op25b_findings_free(&findings);
	assert_int_equal(op25b_people_open(loaded, 0, &people, NULL), 0);
	for (int i = OP25B_MAIL_NOT_THIS_LINE; i < OP25B_MAIL_REASON_COUNT; i++) {
		for (int known = 0; known < 2; known++) {
			const struct op25b_answer_facts answer = {
				.reason = (enum op25b_mail_reason)i,
				.until = known ? NOW + 600 : 0,
				.recipients = 120,
				.most = 100,
				.code = known ? "3999-999-999" : NULL,
			};
			const int outcome = op25b_outcome_of_mail((enum op25b_mail_reason)i);
			char text[OP25B_ANSWER_TEXT], action[OP25B_POSTFIX_ACTION];

			assert_true(outcome >= 0);
			op25b_answer_text(people, &answer, text);
			expect_everywhere(text, op25b_outcome_id((enum op25b_outcome)outcome));
			op25b_answer_action(people, &answer, action);
			expect_everywhere(action, op25b_outcome_id((enum op25b_outcome)outcome));
		}
	}
	op25b_people_close(&people); /* and the policy */
}

static void every_answer_of_the_mail_server_is_known(void **state)
{
	(void)state;
	each_reason(with_pages);
	each_reason(without);
}

static void what_is_said_of_passwords_and_of_a_dead_daemon_is_known(void **state)
{
	char text[OP25B_ANSWER_TEXT], action[OP25B_POSTFIX_ACTION];

	(void)state;
	op25b_answer_guard(text);
	expect_everywhere(text, "settings-password");
	op25b_answer_again(action);
	expect_everywhere(action, "settings-password");
	expect("451 4.3.5 <bob@example.org>: Recipient address rejected: Server configuration "
	       "problem",
	       "outage");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_answer_of_the_mail_server_is_known),
		cmocka_unit_test(what_is_said_of_passwords_and_of_a_dead_daemon_is_known),
	};

	return cmocka_run_group_tests(tests, open_errors, close_errors);
}
