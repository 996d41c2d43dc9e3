/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table of design-words 6b.1, cell by cell, with its dates. Whose line it is: test-web-line.c;
 * that verdict and reason are the filter's on random policies: test-web-judge-random.c.
 */
#include "tests/unit/web-judge.h"

#include "web/faq.h"

#define DAYS 4

static void before_the_start_a_date_is_told(void **state)
{
	struct bed bed;
	struct op25b_finding_of_use f;

	(void)state;
	set_up(&bed, judge_servers, judge_stages, "2027-01-31");
	come_from(&bed, "198.51.100.7");
	expect(&bed, OTHER, "ok-until-start", "before-start");
	expect(&bed, HOME, "ok-until-start", "before-start");
	expect(&bed, DEVICE, "ok-until-start", "before-start");
	expect(&bed, HOSTING, "ok-until-start", "before-start");
	expect(&bed, OWN, "ok-until-start", "before-start");
	f = use_of(&bed, OTHER);
	assert_int_equal(f.from, date("2027-04-01"));
	assert_int_equal(f.how_then, OP25B_RESET);
	assert_ptr_equal(f.upcoming, &bed.policy->services[0].rules[1]);
	assert_null(f.rule);
	assert_false(f.restricted);
	assert_true(f.foreign);
	f = use_of(&bed, OWN);
	assert_int_equal(f.from, date("2027-06-01"));
	assert_int_equal(f.how_then, OP25B_DROP);
	expect_answer(&bed, OP25B_NOT_AFFECTED, "ok-until-start");
	assert_int_equal(answer_of(&bed).from, date("2027-04-01"));
	tear_down(&bed);
}

static void counted_lines_are_told_the_date_of_the_refusal(void **state)
{
	struct bed bed;

	(void)state;
	set_up(&bed, judge_servers, judge_stages, "2027-02-01");
	come_from(&bed, "198.51.100.7");
	expect(&bed, OTHER, "ok-counted", "foreign-server");
	assert_int_equal(use_of(&bed, OTHER).from, date("2027-04-01"));
	assert_ptr_equal(use_of(&bed, OTHER).rule, &bed.policy->services[0].rules[0]);
	expect(&bed, HOSTING, "ok-counted", "designated-server-closed");
	expect(&bed, OWN, "ok-designated", "designated-server");
	assert_int_equal(use_of(&bed, OWN).from, date("2027-06-01"));
	expect_answer(&bed, OP25B_NOT_AFFECTED, "ok-counted");
	tear_down(&bed);
}

static void each_use_of_a_refused_line_has_its_outcome(void **state)
{
	struct bed bed;
	struct op25b_finding_of_use f;

	(void)state;
	set_up(&bed, judge_servers, judge_stages, "2027-05-01");
	come_from(&bed, "198.51.100.7");
	expect(&bed, OP25B_USE_BROWSER, "ok-browser", "other-port");
	expect(&bed, OWN, "ok-designated", "designated-server");
	expect(&bed, HOSTING, "affected-hosting-server", "designated-server-closed");
	expect(&bed, OTHER, "affected-other-server", "foreign-server");
	expect(&bed, HOME, "affected-home-server", "foreign-server");
	expect(&bed, DEVICE, "affected-device", "foreign-server");
	expect(&bed, OP25B_USE_SUBMISSION, "ok-already-submission", "other-port");
	f = use_of(&bed, OTHER);
	assert_int_equal(f.since, date("2027-04-01"));
	assert_int_equal(f.from, INT64_MAX);
	assert_int_equal(f.how, OP25B_RESET);
	assert_true(f.restricted && f.foreign);
	f = use_of(&bed, OWN);
	assert_int_equal(f.from, date("2027-06-01"));
	assert_string_equal(f.server->id, "relay");
	assert_true(f.restricted && !f.foreign);
	assert_true(use_of(&bed, OP25B_USE_BROWSER).restricted);
	expect_answer(&bed, OP25B_AFFECTED, "affected-hosting-server");
	tear_down(&bed);
	set_up(&bed, judge_servers, judge_stages, "2027-06-01");
	come_from(&bed, "198.51.100.7");
	expect(&bed, OWN, "affected-own-server", "designated-server-closed");
	assert_int_equal(use_of(&bed, OWN).since, date("2027-06-01"));
	/* Refused since the first stage that refused it, not since the way of it changed. */
	assert_int_equal(use_of(&bed, OTHER).since, date("2027-04-01"));
	assert_int_equal(use_of(&bed, OTHER).how, OP25B_DROP);
	expect_answer(&bed, OP25B_AFFECTED, "affected-own-server");
	tear_down(&bed);
}

static void a_line_without_rules_is_fine(void **state)
{
	struct bed bed;

	(void)state;
	set_up(&bed, judge_servers, judge_stages, "2027-06-01");
	come_from(&bed, "203.0.113.7");
	for (enum op25b_use use = OWN; use <= DEVICE; use++)
		expect(&bed, use, "ok-line", "unrestricted");
	assert_false(use_of(&bed, OTHER).restricted);
	assert_int_equal(use_of(&bed, OTHER).from, INT64_MAX);
	expect_answer(&bed, OP25B_NOT_AFFECTED, "ok-line");
	tear_down(&bed);
}

static void exemptions_end_on_the_last_day_of_all_that_follow(void **state)
{
	struct bed bed;
	struct op25b_finding_of_use f;

	(void)state;
	set_up(&bed, judge_servers, judge_stages, "2027-04-15");
	come_from(&bed, "198.51.100.9");
	assert_string_equal(bed.line.line, "L-1");
	for (enum op25b_use use = OWN; use <= DEVICE; use++)
		expect(&bed, use, "ok-exempt", "exemption");
	f = use_of(&bed, OTHER);
	assert_int_equal(f.until, date("2027-05-11"));
	assert_int_equal(f.from, date("2027-05-11"));
	assert_int_equal(use_of(&bed, OWN).from, date("2027-06-01"));
	assert_false(f.restricted);
	expect_answer(&bed, OP25B_NOT_AFFECTED, "ok-exempt");
	tear_down(&bed);
}

static const char two_relays[] =
	"op25b: 1\n"
	"mail_servers:\n"
	"  - {id: one, addresses: [192.0.2.25], offers: [relay]}\n"
	"  - {id: two, addresses: [192.0.2.26, 192.0.2.27], offers: [relay]}\n"
	"destinations:\n"
	"  - {id: good, addresses: [203.0.113.1]}\n"
	"services:\n"
	"  - id: fibre\n"
	"    addressing: dynamic\n"
	"    pools: [198.51.100.0/25]\n"
	"    port25:\n";

/* Of several servers the one that is refused counts, and those that are not are named. */
static void servers_that_differ_are_all_asked(void **state)
{
	struct bed bed;
	struct op25b_finding_of_use f;

	(void)state;
	set_up(&bed, two_relays,
	       "      - {from: 2027-04-01Z, action: refuse, how: reset, except: [one, two]}\n"
	       "      - {from: 2027-06-01Z, action: refuse, how: reset, except: [one]}\n",
	       "2027-05-01");
	come_from(&bed, "198.51.100.7");
	expect(&bed, OWN, "ok-designated", "designated-server");
	f = use_of(&bed, OWN);
	assert_int_equal(f.from, date("2027-06-01"));
	assert_string_equal(f.server->id, "two");
	assert_int_equal(f.n_open, 0);
	tear_down(&bed);
	set_up(&bed, two_relays,
	       "      - {from: 2027-04-01Z, action: refuse, how: reset, except: [one]}\n",
	       "2027-05-01");
	come_from(&bed, "198.51.100.7");
	expect(&bed, OWN, "affected-own-server", "designated-server-closed");
	f = use_of(&bed, OWN);
	assert_string_equal(f.server->id, "two");
	assert_int_equal(f.n_open, 1);
	assert_string_equal(f.open[0]->id, "one");
	assert_int_equal(use_of(&bed, OTHER).n_open, 0);
	tear_down(&bed);
}

/* What a rule lets through is named, and the day on which a refusal ends. */
static void what_stays_open_and_what_will_be_is_told(void **state)
{
	struct bed bed;
	struct op25b_finding_of_use f;

	(void)state;
	set_up(&bed, two_relays,
	       "      - {from: 2027-04-01Z, action: refuse, how: reset}\n"
	       "      - {from: 2027-04-01Z, action: allow, to: [good]}\n"
	       "      - {from: 2028-01-01Z, action: allow}\n",
	       "2027-05-01");
	come_from(&bed, "198.51.100.7");
	expect(&bed, OTHER, "affected-other-server", "foreign-server");
	f = use_of(&bed, OTHER);
	assert_int_equal(f.n_open, 1);
	assert_string_equal(f.open[0]->id, "good");
	assert_int_equal(f.opens, date("2028-01-01"));
	assert_int_equal(use_of(&bed, HOME).opens, date("2028-01-01"));
	tear_down(&bed);
	set_up(&bed, judge_servers, judge_stages, "2027-06-01");
	come_from(&bed, "198.51.100.7");
	assert_int_equal(use_of(&bed, OTHER).opens, INT64_MAX);
	assert_int_equal(use_of(&bed, OTHER).n_open, 0);
	tear_down(&bed);
}

static void a_held_line_is_told_so_and_no_more(void **state)
{
	struct bed bed;
	struct op25b_finding_of_use f;

	(void)state;
	set_up(&bed, judge_servers, judge_stages, "2027-01-15");
	come_from(&bed, "198.51.100.9");
	for (enum op25b_use use = OWN; use <= DEVICE; use++)
		expect(&bed, use, "suspect", "hold");
	expect(&bed, OP25B_USE_BROWSER, "ok-browser", "other-port");
	f = use_of(&bed, OWN);
	assert_int_equal(f.since, date("2027-01-10"));
	assert_int_equal(f.until, date("2027-01-21"));
	assert_int_equal(f.how, OP25B_UNREACHABLE);
	assert_int_equal(op25b_outcome_contact(f.outcome), OP25B_CONTACT_ABUSE);
	expect_answer(&bed, OP25B_AFFECTED, "suspect");
	come_from(&bed, "198.51.100.10");
	assert_int_equal(use_of(&bed, OTHER).until, INT64_MAX);
	tear_down(&bed);
}

static void destinations_make_the_answer_depend_on_the_peer(void **state)
{
	static const char rest[] =
		"services:\n"
		"  - id: fibre\n"
		"    addressing: dynamic\n"
		"    pools: [198.51.100.0/25, {prefix: \"2001:db8:a000::/40\", line: 56}]\n"
		"    port25:\n"
		"      - {from: 2027-03-01Z, action: refuse, how: reset, to: [carriers]}\n"
		"      - {from: 2027-04-01Z, action: refuse, how: drop, except: [relay]}\n";
	struct bed bed;
	struct op25b_finding_of_use f;
	char text[OP25B_PREFIX_TEXT];

	(void)state;
	set_up(&bed, judge_servers, rest, "2027-02-01");
	come_from(&bed, "198.51.100.7");
	expect(&bed, OTHER, "ok-until-start", "before-start");
	f = use_of(&bed, OTHER);
	assert_int_equal(f.from, date("2027-03-01"));
	assert_string_equal(f.destination->id, "carriers");
	expect(&bed, OWN, "ok-designated", "before-start"); /* and it stays so */
	come_from(&bed, "2001:db8:a000::1");
	f = use_of(&bed, OTHER); /* the group has no address of this family */
	assert_int_equal(f.from, date("2027-04-01"));
	assert_null(f.destination);
	tear_down(&bed);
	set_up(&bed, judge_servers, rest, "2027-03-01");
	come_from(&bed, "198.51.100.7");
	for (enum op25b_use use = OTHER; use <= DEVICE; use++)
		expect(&bed, use, "affected-some-destinations", "foreign-server");
	f = use_of(&bed, HOME);
	assert_string_equal(f.destination->id, "carriers");
	assert_string_equal(op25b_prefix_format(&f.peer, text), "192.0.2.4/32");
	assert_int_equal(f.since, date("2027-03-01"));
	assert_true(f.restricted);
	expect(&bed, OWN, "ok-designated", "other-destination");
	expect_answer(&bed, OP25B_AFFECTED, "affected-some-destinations");
	come_from(&bed, "2001:db8:a000::1");
	expect(&bed, OTHER, "ok-until-start", "other-destination");
	tear_down(&bed);
}

static void somebody_elses_server_is_in_no_list(void **state)
{
	static const char all[] =
		"op25b: 1\n"
		"destinations:\n"
		"  - {id: low, addresses: [0.0.0.0/1]}\n"
		"  - {id: high, addresses: [128.0.0.0/1]}\n"
		"services:\n"
		"  - {id: s, addressing: fixed,\n"
		"     pools: [198.51.100.0/24, \"2001:db8:a000::/40\"],\n"
		"     port25: [{from: 2027-03-01Z, action: refuse, how: drop, to: [high]}]}\n";
	struct bed bed;
	char text[OP25B_PREFIX_TEXT];
	struct op25b_prefix peer;

	(void)state;
	set_up(&bed, judge_servers, judge_stages, "2027-05-01");
	come_from(&bed, "198.51.100.7");
	peer = use_of(&bed, OTHER).peer;
	assert_string_equal(op25b_prefix_format(&peer, text), "192.0.2.5/32");
	come_from(&bed, "2001:db8:a000::1");
	peer = use_of(&bed, HOME).peer;
	assert_string_equal(op25b_prefix_format(&peer, text), "2001:db8::8/128");
	tear_down(&bed);
	/* Where lists hold every address there is, it is one of them. */
	set_up(&bed, all, "", "2027-05-01");
	come_from(&bed, "198.51.100.7");
	peer = use_of(&bed, OTHER).peer;
	assert_string_equal(op25b_prefix_format(&peer, text), "192.0.2.1/32");
	expect(&bed, OTHER, "affected-other-server", "foreign-server");
	tear_down(&bed);
}

static void a_service_is_judged_as_a_line_of_its_pools_is(void **state)
{
	static const char counts_unknown[] =
		"services:\n"
		"  - {id: shared, addressing: shared, unknown_line: count,\n"
		"     pools: [198.51.100.0/28],\n"
		"     port25: [{from: 2027-04-01Z, action: refuse, how: drop}]}\n"
		"  - {id: six, addressing: dynamic,\n"
		"     pools: [\"2001:db8:a000::/40\"],\n"
		"     port25: [{from: 2027-04-01Z, action: refuse, how: drop}]}\n";
	struct op25b_finding_of_use f;
	struct bed bed;

	(void)state;
	set_up(&bed, judge_servers, judge_stages, "2027-05-01");
	op25b_judge_service(&bed.judge, &bed.policy->services[0], OTHER, OP25B_V4, bed.now, &f);
	assert_string_equal(op25b_outcome_id(f.outcome), "affected-other-server");
	assert_int_equal(f.since, date("2027-04-01"));
	op25b_judge_service(&bed.judge, &bed.policy->services[0], OWN, OP25B_V6, bed.now, &f);
	assert_string_equal(op25b_outcome_id(f.outcome), "ok-designated");
	op25b_judge_service(&bed.judge, &bed.policy->services[0], HOSTING, OP25B_V6, bed.now, &f);
	assert_false(f.asked);
	op25b_judge_service(&bed.judge, &bed.policy->services[1], OTHER, OP25B_V4, bed.now, &f);
	assert_string_equal(op25b_outcome_id(f.outcome), "ok-line");
	/* By one of its lines. */
	op25b_judge_service(&bed.judge, &bed.policy->services[1], OTHER, OP25B_V6, bed.now, &f);
	assert_true(f.asked);
	tear_down(&bed);
	set_up(&bed, judge_servers, counts_unknown, "2027-05-01");
	op25b_judge_service(&bed.judge, &bed.policy->services[0], OTHER, OP25B_V4, bed.now, &f);
	assert_string_equal(op25b_outcome_id(f.outcome), "ok-counted");
	op25b_judge_service(&bed.judge, &bed.policy->services[1], OTHER, OP25B_V4, bed.now, &f);
	assert_false(f.asked);
	tear_down(&bed);
}

/* Tables of one day, asked about others: letters and claims are about days to come. */
static void a_service_is_judged_at_any_date(void **state)
{
	static const char *const days[DAYS] = { "2027-01-31", "2027-02-15", "2027-04-05",
						"2027-07-01" };
	struct bed asked, then;

	(void)state;
	for (size_t made = 0; made < DAYS; made++) {
		set_up(&asked, judge_servers, judge_stages, days[made]);
		for (size_t day = 0; day < DAYS; day++) {
			set_up(&then, judge_servers, judge_stages, days[day]);
			come_from(&then, "198.51.100.7");
			for (enum op25b_use use = 0; use < OP25B_USE_COUNT; use++) {
				struct op25b_finding_of_use due = use_of(&then, use), f;

				op25b_judge_service(&asked.judge, &asked.policy->services[0], use,
						    OP25B_V4, then.now, &f);
				assert_int_equal(f.outcome, due.outcome);
				assert_int_equal(f.verdict, due.verdict);
				assert_int_equal(f.reason, due.reason);
				assert_int_equal(f.how, due.how);
				assert_int_equal(f.since, due.since);
				assert_int_equal(f.from, due.from);
				assert_int_equal(f.restricted, due.restricted);
			}
			tear_down(&then);
		}
		tear_down(&asked);
	}
}

/* 6b.7 `at`: whichever day it is read. */
static void a_claim_has_the_answer_of_its_date(void **state)
{
	static const char *const days[DAYS] = { "2027-01-31", "2027-02-15", "2027-04-05",
						"2027-07-01" };
	struct op25b_claim before = { .of = OP25B_CLAIM_ID,
				      .service = "fibre",
				      .use = OTHER,
				      .outcomes = UINT64_C(1) << OP25B_O_OK_UNTIL_START,
				      .at = date("2027-03-01") };
	struct op25b_claim after = before;
	struct bed bed;

	(void)state;
	after.use = OWN;
	after.at = date("2027-06-01");
	after.outcomes = UINT64_C(1) << OP25B_O_AFFECTED_OWN_SERVER;
	for (size_t i = 0; i < DAYS; i++) {
		set_up(&bed, judge_servers, judge_stages, days[i]);
		assert_true(op25b_claim_holds(&bed.judge, &after, 0, bed.now));
		assert_false(op25b_claim_holds(&bed.judge, &before, 0, bed.now));
		before.outcomes = UINT64_C(1) << OP25B_O_OK_COUNTED;
		assert_true(op25b_claim_holds(&bed.judge, &before, 0, bed.now));
		before.outcomes = UINT64_C(1) << OP25B_O_OK_UNTIL_START;
		tear_down(&bed);
	}
}

static void ids_and_words_are_found_again(void **state)
{
	(void)state;
	for (int i = 0; i < OP25B_OUTCOME_COUNT; i++)
		assert_int_equal(op25b_outcome_find(op25b_outcome_id((enum op25b_outcome)i)), i);
	assert_int_equal(op25b_outcome_find("ok"), -1);
	for (int i = 0; i < OP25B_USE_COUNT; i++)
		assert_int_equal(op25b_use_find(op25b_use_word((enum op25b_use)i)), i);
	assert_int_equal(op25b_use_find(""), -1);
	assert_int_equal(op25b_outcome_situation(OP25B_O_AFFECTED_HOME_SERVER), OP25B_HOME_SERVER);
	assert_int_equal(op25b_outcome_situation(OP25B_O_OK_LINE), -1);
}

static void every_refusal_of_the_mail_servers_has_its_outcome(void **state)
{
	(void)state;
	for (int i = 0; i < OP25B_MAIL_REASON_COUNT; i++) {
		int outcome = op25b_outcome_of_mail((enum op25b_mail_reason)i);

		assert_int_equal(outcome < 0, i <= OP25B_MAIL_RELAY_POP);
	}
	assert_int_equal(op25b_outcome_of_mail(OP25B_MAIL_NEED_AUTH), OP25B_O_AUTH_NEEDED);
	assert_int_equal(op25b_outcome_of_mail(OP25B_MAIL_ACCOUNT_SLOW), OP25B_O_LIMIT_REACHED);
	assert_int_equal(op25b_outcome_of_mail(OP25B_MAIL_ABROAD_CLOSED), OP25B_O_ABROAD_CLOSED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(before_the_start_a_date_is_told),
		cmocka_unit_test(counted_lines_are_told_the_date_of_the_refusal),
		cmocka_unit_test(each_use_of_a_refused_line_has_its_outcome),
		cmocka_unit_test(a_line_without_rules_is_fine),
		cmocka_unit_test(exemptions_end_on_the_last_day_of_all_that_follow),
		cmocka_unit_test(servers_that_differ_are_all_asked),
		cmocka_unit_test(what_stays_open_and_what_will_be_is_told),
		cmocka_unit_test(a_held_line_is_told_so_and_no_more),
		cmocka_unit_test(destinations_make_the_answer_depend_on_the_peer),
		cmocka_unit_test(somebody_elses_server_is_in_no_list),
		cmocka_unit_test(a_service_is_judged_as_a_line_of_its_pools_is),
		cmocka_unit_test(a_service_is_judged_at_any_date),
		cmocka_unit_test(a_claim_has_the_answer_of_its_date),
		cmocka_unit_test(ids_and_words_are_found_again),
		cmocka_unit_test(every_refusal_of_the_mail_servers_has_its_outcome),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
