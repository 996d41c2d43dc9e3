/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * "I suddenly cannot send" (004-02, 004-03): whatever is known and said comes to an outcome or to a
 * question that leads on; each of the five cases; and the order in which they are looked at.
 */
#include "tests/unit/web-world.h"

#include <stdio.h>
#include <string.h>

#include "web/help.h"
#include "web/keys.h"
#include "web/page.h"

#define NOBODY (-1)

static struct op25b_finding_of_use uses[OP25B_USE_COUNT];

/* A line on which uses of port 25 come to these. */
static void make_uses(enum op25b_outcome own, enum op25b_outcome other)
{
	for (int i = 0; i < OP25B_USE_COUNT; i++)
		uses[i] = (struct op25b_finding_of_use){ .asked = true, .outcome = other };
	uses[OP25B_USE_OWN_SERVER].outcome = own;
	uses[OP25B_USE_HOME_SERVER].outcome =
		other == OP25B_O_OK_LINE ? other : OP25B_O_AFFECTED_HOME_SERVER;
	uses[OP25B_USE_HOSTING_SERVER].asked = false;
}

static struct op25b_help_known nothing_known(void)
{
	return (struct op25b_help_known){ .mail = NOBODY };
}

static struct op25b_help_known own_line(void)
{
	return (struct op25b_help_known){ .mail = NOBODY, .ours = true, .uses = uses };
}

static struct op25b_help_said nothing_said(void)
{
	struct op25b_help_said said;

	for (int i = 0; i < OP25B_HELP_ASK_COUNT; i++)
		said.list[i] = OP25B_HELP_NO_ANSWER;
	return said;
}

#define SAY(said, ask, answer) ((said).list[OP25B_HELP_##ask] = OP25B_HELP_##ask##_##answer)

static struct op25b_help_result decide(const struct op25b_help_known *known,
				       const struct op25b_help_said *said)
{
	struct op25b_help_result result;

	op25b_help_decide(known, said, &result);
	return result;
}

static void expect(const struct op25b_help_known *known, const struct op25b_help_said *said,
		   enum op25b_outcome outcome)
{
	const struct op25b_help_result result = decide(known, said);

	assert_false(result.asks);
	assert_string_equal(op25b_outcome_id(result.outcome), op25b_outcome_id(outcome));
}

/* Answers each question in every way: no more than five, then an outcome with words. */
static size_t walk(const struct op25b_help_known *known, struct op25b_help_said said, int questions)
{
	const struct op25b_help_result result = decide(known, &said);
	size_t ends = 0;

	assert_in_range(questions, 0, 5);
	if (!result.asks) {
		assert_in_range(result.outcome, 0, OP25B_OUTCOME_COUNT - 1);
		assert_true(op25b_outcome_title(result.outcome) >= 0);
		return 1;
	}
	assert_int_equal(said.list[result.question], OP25B_HELP_NO_ANSWER);
	for (int answer = 0; answer < OP25B_HELP_ANSWER_COUNT; answer++) {
		if (op25b_help_answer_of((enum op25b_help_answer)answer) != result.question)
			continue;
		said.list[result.question] = answer;
		ends += walk(known, said, questions + 1);
	}
	return ends;
}

static void every_combination_ends(void **state)
{
	static const int mails[] = { NOBODY, OP25B_O_ACCOUNT_STOPPED, OP25B_O_SENDER_CONFIRM };
	size_t ends = 0;

	(void)state;
	for (int bits = 0; bits < 64; bits++) {
		for (size_t mail = 0; mail < 3; mail++) {
			struct op25b_help_said said = nothing_said();
			struct op25b_help_known known = { .outage = bits & 1,
							  .suspect = bits & 2,
							  .ours = bits & 4,
							  .cannot_tell = bits & 8,
							  .tried_25 = bits & 16,
							  .mail = mails[mail] };

			make_uses(OP25B_O_OK_DESIGNATED,
				  bits & 32 ? OP25B_O_OK_LINE : OP25B_O_AFFECTED_OTHER_SERVER);
			known.uses = known.ours ? uses : NULL;
			ends += walk(&known, said, 0);
			/* Whatever was certain is not it: all else is asked. */
			SAY(said, OUTAGE, NO);
			SAY(said, MAIL, NO);
			SAY(said, SUSPECT, NO);
			ends += walk(&known, said, 0);
		}
	}
	assert_true(ends > 50000);
}

/* Also what no form can send: an answer to a question that was not asked, or of another one. */
static void whatever_a_link_says_is_a_question_or_an_outcome(void **state)
{
	struct op25b_help_known known = own_line();

	(void)state;
	make_uses(OP25B_O_AFFECTED_OWN_SERVER, OP25B_O_AFFECTED_OTHER_SERVER);
	srandom(4);
	for (int i = 0; i < 20000; i++) {
		struct op25b_help_said said;
		struct op25b_help_result result;

		for (int ask = 0; ask < OP25B_HELP_ASK_COUNT; ask++)
			said.list[ask] = (int)(random() % (OP25B_HELP_ANSWER_COUNT + 1)) - 1;
		result = decide(&known, &said);
		assert_true(result.asks || result.outcome < OP25B_OUTCOME_COUNT);
		for (int ask = 0; ask < OP25B_HELP_ASK_COUNT; ask++) {
			if (result.answers[ask] >= 0)
				assert_int_equal(
					op25b_help_answer_of(
						(enum op25b_help_answer)result.answers[ask]),
					ask);
		}
	}
}

/* 004-04, 004-05, 004-06: our own line refuses port 25. */
static void case_1_is_our_own_block(void **state)
{
	struct op25b_help_known known = own_line();
	struct op25b_help_said said = nothing_said();

	(void)state;
	make_uses(OP25B_O_OK_DESIGNATED, OP25B_O_AFFECTED_OTHER_SERVER);
	SAY(said, SERVER, OTHER);
	SAY(said, PORT, 25);
	expect(&known, &said, OP25B_O_AFFECTED_OTHER_SERVER);
	assert_ptr_equal(decide(&known, &said).of, &uses[OP25B_USE_OTHER_SERVER]);
	assert_true(decide(&known, &said).by_fact[OP25B_HELP_WHERE]);
	SAY(said, PORT, UNKNOWN);
	expect(&known, &said, OP25B_O_AFFECTED_OTHER_SERVER);
	said = nothing_said();
	SAY(said, SERVER, HOME);
	expect(&known, &said, OP25B_O_AFFECTED_HOME_SERVER);
	/* The provider's own server stays open on this line: it is something else. */
	SAY(said, SERVER, OWN);
	SAY(said, PORT, 25);
	assert_int_equal(decide(&known, &said).question, OP25B_HELP_AUTH);
	/* Attempts that were refused answer for the port. */
	known.tried_25 = true;
	said = nothing_said();
	SAY(said, SERVER, OTHER);
	expect(&known, &said, OP25B_O_AFFECTED_OTHER_SERVER);
	assert_true(decide(&known, &said).by_fact[OP25B_HELP_PORT]);
}

/* 004-07, 000-13, 001-22, 002-23: on another provider's line. */
static void case_2_is_another_providers_block(void **state)
{
	struct op25b_help_known known = nothing_known();
	struct op25b_help_said said = nothing_said();

	(void)state;
	assert_int_equal(decide(&known, &said).question, OP25B_HELP_WHERE);
	for (int where = OP25B_HELP_WHERE_HOME; where <= OP25B_HELP_WHERE_ABROAD; where++) {
		said.list[OP25B_HELP_WHERE] = where;
		SAY(said, SERVER, OWN);
		SAY(said, PORT, 25);
		expect(&known, &said, OP25B_O_ELSEWHERE_BLOCKED);
	}
	/* Who looks from our line, and sends from elsewhere, says so. */
	known = own_line();
	make_uses(OP25B_O_AFFECTED_OWN_SERVER, OP25B_O_AFFECTED_OTHER_SERVER);
	expect(&known, &said, OP25B_O_ELSEWHERE_BLOCKED);
}

/* 004-08, 004-09: our server from outside, without logging in. */
static void case_3_is_logging_in(void **state)
{
	struct op25b_help_known known = nothing_known();
	struct op25b_help_said said = nothing_said();

	(void)state;
	SAY(said, WHERE, OFFICE);
	SAY(said, SERVER, OWN);
	SAY(said, PORT, SUBMISSION);
	assert_int_equal(decide(&known, &said).question, OP25B_HELP_AUTH);
	SAY(said, AUTH, OFF);
	expect(&known, &said, OP25B_O_AUTH_NEEDED);
	SAY(said, WHERE, LINE);
	expect(&known, &said, OP25B_O_SETTINGS_NO_AUTH);
	known.mail = OP25B_O_SENDER_CONFIRM;
	expect(&known, &said, OP25B_O_SENDER_CONFIRM);
}

/* 004-10: what is wrong in settings, with what goes wrong today. */
static void case_4_is_the_settings(void **state)
{
	static const enum op25b_outcome outcomes[] = {
		OP25B_O_SETTINGS_PASSWORD,
		OP25B_O_SETTINGS_TLS,
		OP25B_O_SETTINGS_TLS,
		OP25B_O_SETTINGS_HOST,
		OP25B_O_SETTINGS_SENDER,
		OP25B_O_SENDER_CONFIRM,
		OP25B_O_SETTINGS_PORT,
		OP25B_O_SOFTWARE_CANNOT,
		OP25B_O_SECURITY_SOFTWARE,
		OP25B_O_LIMIT_MESSAGE,
		OP25B_O_PROVIDER_NO_SUBMISSION,
		OP25B_O_NO_MAIL_ACCOUNT,
		OP25B_O_UNKNOWN,
	};
	struct op25b_help_known known = own_line();
	struct op25b_help_said said = nothing_said();

	(void)state;
	make_uses(OP25B_O_OK_DESIGNATED, OP25B_O_AFFECTED_OTHER_SERVER);
	SAY(said, SERVER, OTHER);
	SAY(said, PORT, SUBMISSION);
	SAY(said, AUTH, ON);
	for (int i = 0; i <= OP25B_HELP_TROUBLE_OTHER - OP25B_HELP_TROUBLE_PASSWORD; i++) {
		said.list[OP25B_HELP_TROUBLE] = OP25B_HELP_TROUBLE_PASSWORD + i;
		expect(&known, &said, outcomes[i]);
	}
	/* A server that takes port 25 alone does no harm where that is open. */
	make_uses(OP25B_O_OK_LINE, OP25B_O_OK_LINE);
	SAY(said, TROUBLE, PROVIDER);
	expect(&known, &said, OP25B_O_UNKNOWN);
	SAY(said, WHERE, HOTEL);
	expect(&known, &said, OP25B_O_PROVIDER_NO_SUBMISSION);
}

/* 004-11, 004-12: it is looked at first, and nothing is asked. */
static void case_5_an_outage_comes_before_all(void **state)
{
	struct op25b_help_known known = own_line();
	struct op25b_help_said said = nothing_said();

	(void)state;
	make_uses(OP25B_O_AFFECTED_OWN_SERVER, OP25B_O_AFFECTED_OTHER_SERVER);
	known.outage = known.suspect = true;
	known.mail = OP25B_O_LIMIT_REACHED;
	expect(&known, &said, OP25B_O_OUTAGE);
	SAY(said, OUTAGE, NO);
	expect(&known, &said, OP25B_O_LIMIT_REACHED);
	SAY(said, MAIL, NO);
	expect(&known, &said, OP25B_O_SUSPECT);
	SAY(said, SUSPECT, NO);
	assert_int_equal(decide(&known, &said).question, OP25B_HELP_SERVER);
}

#define NOW  1811808000
#define POOL "198.51.100.7"

static const char policy[] =
	"op25b: 1\ntimezone: Asia/Tokyo\n"
	"provider: {name: {en: Root Net, ja: 本家}, contact: {support: \"tel:+81-3-0000-0009\"}}\n"
	"mail_servers: [{id: relay, addresses: [192.0.2.25], hosts: [mail.root.example],"
	" offers: [relay, submission, submissions]}]\n"
	"remedies: [{id: submission, takes: 10m}]\n"
	"services: [{id: fibre, name: {en: Fibre, ja: 光}, addressing: dynamic,"
	" pools: [198.51.100.0/24], port25: [{from: 2027-04-01, action: refuse, how: reset,"
	" except: [relay]}], remedies: {other-server: [submission]}}]\n";

static void has(const char *page, const char *part)
{
	if (!strstr(page, part))
		fail_msg("'%s' is not in: %s", part, page);
}

static void has_not(const char *page, const char *part)
{
	if (strstr(page, part))
		fail_msg("'%s' is in: %s", part, page);
}

/* Case 5 says to change nothing, and for how long the provider's own check is good. */
static void an_outage_is_seen_for_five_minutes(void **state)
{
	struct web_world w;

	(void)state;
	web_world_make(&w, policy, NULL, NOW);
	w.facts.probe = (struct op25b_probe_facts){ .at = NOW - 299,
						    .port465 = OP25B_PROBE_BAD,
						    .port587 = OP25B_PROBE_BAD };
	has(web_world_get(&w, "/en/help", POOL, "", NOW), "data-outcome=\"outage\"");
	has(w.response.html.bytes, "Change nothing in your mail program");
	has(web_world_get(&w, "/ja/help", POOL, "", NOW), "設定は、変えないでください");
	has(w.response.html.bytes, "/ja/help?outage=no");
	has(web_world_get(&w, "/en/help?outage=no", POOL, "", NOW), "<legend><h1>How do you send?");
	has(web_world_get(&w, "/en/help", POOL, "", NOW + 2), "<legend><h1>How do you send?");
	/* One way that works is no outage, but neither is it nothing. */
	w.facts.probe.port587 = OP25B_PROBE_GOOD;
	has(web_world_get(&w, "/en/help", POOL, "", NOW), "<legend><h1>How do you send?");
	has(w.response.html.bytes,
	    "Sending on port 465 fails at the moment; on port 587 it works.");
	has_not(w.response.html.bytes, "no outage");
	has(web_world_get(&w, "/ja/status", POOL, "", NOW), "現在、465番ポートでは送信できません");
	has_not(w.response.html.bytes, "障害やメンテナンスの情報はありません");
	has_not(w.response.html.bytes, "設定は変えないでください");
	has(web_world_get(&w, "/status.json", POOL, "", NOW), "\"probe\": \"partly\"");
	w.facts.probe.port465 = OP25B_PROBE_GOOD;
	w.facts.probe.port587 = OP25B_PROBE_BAD;
	has(web_world_get(&w, "/en/status", POOL, "", NOW),
	    "Sending on port 587 fails at the moment; on port 465 it works.");
	w.facts.probe.port587 = OP25B_PROBE_GOOD;
	has(web_world_get(&w, "/en/help", POOL, "", NOW), "no outage is known");
	has(web_world_get(&w, "/en/status", POOL, "", NOW), "No outage and no maintenance");
	web_world_done(&w);
}

/* That our mail server knows no reason is said of lines whose accounts it could look at. */
static void nothing_is_said_of_accounts_that_nobody_looked_at(void **state)
{
	struct web_world w;

	(void)state;
	web_world_make(&w, policy, NULL, NOW);
	w.facts.probe = (struct op25b_probe_facts){ .at = NOW,
						    .port465 = OP25B_PROBE_GOOD,
						    .port587 = OP25B_PROBE_GOOD };
	w.facts.mail = (struct op25b_caller_facts){ .known = true };
	has(web_world_get(&w, "/en/help", "8.8.8.8", "", NOW), "no outage is known");
	has_not(w.response.html.bytes, "knows of no reason");
	has_not(web_world_get(&w, "/ja/help", POOL, "", NOW), "送信できない理由は見つかりません");
	w.facts.mail.line_known = true;
	has(web_world_get(&w, "/en/help", POOL, "", NOW), "knows of no reason");
	web_world_done(&w);
}

static void what_is_known_is_shown_with_its_time(void **state)
{
	struct web_world w;
	const char *page;

	(void)state;
	web_world_make(&w, policy, NULL, NOW);
	w.facts.line = (struct op25b_line_facts){
		.known = true, .last = NOW - 60, .attempts = 7, .since = 2400
	};
	page = web_world_get(&w, "/en/help?server=other-server", POOL, "", NOW);
	has(page, "data-outcome=\"affected-other-server\"");
	has(page, "We refused an attempt of your line to reach port 25 at");
	has(page, "Your address belongs to this line of ours: Fibre");
	has(page, "data-remedy=\"submission\"");
	has(page, "/en/help?server=other-server&amp;ask=port");
	page = web_world_get(&w, "/en/help?server=other-server&ask=port", POOL, "", NOW);
	has(page, "<legend><h1>Which port number is set");
	w.facts.mail = (struct op25b_caller_facts){ .known = true, .limit_until = NOW + 600 };
	page = web_world_get(&w, "/ja/help", POOL, "", NOW);
	has(page, "data-outcome=\"limit-reached\"");
	has(page, "/ja/help?mail=no");
	w.facts.mail = (struct op25b_caller_facts){ .known = true,
						    .refused_at = NOW - 3599,
						    .refused = OP25B_MAIL_NOT_CONFIRMED };
	has(web_world_get(&w, "/en/help", POOL, "", NOW), "data-outcome=\"sender-confirm\"");
	has(web_world_get(&w, "/en/help", POOL, "", NOW + 2), "<legend><h1>How do you send?");
	web_world_done(&w);
}

static void nothing_chosen_is_said_on_top(void **state)
{
	struct web_world w;
	const char *page;

	(void)state;
	web_world_make(&w, policy, NULL, NOW);
	page = web_world_get(&w, "/en/help?sent=server", POOL, "", NOW);
	has(page, "There is a problem");
	has(page, "<a href=\"#answer\">");
	page = web_world_get(&w, "/en/help?server=%22%3E%3Cscript%3E", POOL, "", NOW);
	has(page, "There is a problem");
	assert_null(strstr(page, "<script"));
	web_world_done(&w);
}

/* A line told by its session, before the first snapshot of sessions: nobody is told whose it is,
 * nor that port 25 is open or closed on it. */
static void until_sessions_are_known_nothing_is_said_of_a_line(void **state)
{
	static const char *const paths[] = {
		"/en/help?where=line&server=other-server&port=25",
		"/en/help?where=line&server=other-server",
		"/en/help?where=hotel&server=other-server&port=25",
		"/en/flow",
		"/en/table",
		"/en/o/affected-other-server",
		"/en/line",
	};
	struct web_world *w = *state;
	const char *page;

	w->site.judge.sessions_known = false;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		page = web_world_get(w, paths[i], POOL, "", START + DAY);
		page_has_not(page, "You are on");
		page_has_not(page, "belongs to this line of ours");
		page_has_not(page, "not one of ours");
		page_has_not(page, "is not closed by us");
		page_has_not(page, "data-now");
	}
	page = web_world_get(w, paths[0], POOL, "", START + DAY);
	assert_int_equal(w->response.status, 503);
	page_has(page, "can&#39;t answer about your line yet");
	web_world_get(w, "/en/help", POOL, "", START + DAY);
	assert_int_equal(w->response.status, 200);
	page = web_world_post(w, "/en/error", "text=connection+timed+out+port+25", POOL,
			      START + DAY);
	page_has(page, "At the moment we can&#39;t tell whose line you are on.");
	page_has_not(page, "is not limited by us");
	page_has(page, "data-outcome=\"affected-other-server\"");
	page = web_world_post(w, "/ja/error", "text=connection+timed+out+port+25", POOL,
			      START + DAY);
	page_has(page, "今は、どの回線をお使いか確認できません。");
	page = web_world_get(w, "/ja/help?where=hotel&server=other-server&port=25", POOL, "",
			     START + DAY);
	page_has(page, "今は、アクセス元のIPアドレスがどの回線のものか確認できません。");
	/* A line of the policy needs no session. */
	page = web_world_get(w, "/en/line", NAMED, "", START + DAY);
	page_has(page, "data-verdict=\"affected\"");
	w->site.judge.sessions_known = true;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_combination_ends),
		cmocka_unit_test(whatever_a_link_says_is_a_question_or_an_outcome),
		cmocka_unit_test(case_1_is_our_own_block),
		cmocka_unit_test(case_2_is_another_providers_block),
		cmocka_unit_test(case_3_is_logging_in),
		cmocka_unit_test(case_4_is_the_settings),
		cmocka_unit_test(case_5_an_outage_comes_before_all),
		cmocka_unit_test(an_outage_is_seen_for_five_minutes),
		cmocka_unit_test(nothing_is_said_of_accounts_that_nobody_looked_at),
		cmocka_unit_test(what_is_known_is_shown_with_its_time),
		cmocka_unit_test(nothing_chosen_is_said_on_top),
		cmocka_unit_test_setup_teardown(until_sessions_are_known_nothing_is_said_of_a_line,
						web_world_setup, web_world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
