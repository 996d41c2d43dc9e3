/* SPDX-License-Identifier: BSD-2-Clause */
/* Whose line an address is, and what can't be told of it. Its uses: test-web-judge.c. */
#include "tests/unit/web-judge.h"

static void families_are_judged_each_by_itself(void **state)
{
	struct bed bed;
	struct op25b_finding_of_use f;
	char text[OP25B_PREFIX_TEXT];

	(void)state;
	set_up(&bed, judge_servers, judge_stages, "2027-05-01");
	come_from(&bed, "2001:db8:a000:700::1");
	assert_false(bed.line.has_other);
	f = use_of(&bed, OWN);
	assert_string_equal(op25b_prefix_format(&f.peer, text), "2001:db8:25::25/128");
	assert_false(use_of(&bed, HOSTING).asked);
	expect(&bed, OTHER, "affected-other-server", "foreign-server");
	/* A line whose first address is another's has none that is its own to ask with. */
	come_from(&bed, "198.51.100.9");
	assert_false(bed.line.has_other);
	come_from(&bed, "198.51.100.10");
	assert_true(bed.line.has_other);
	assert_string_equal(op25b_prefix_format(&bed.line.other, text), "2001:db8:a000:100::/128");
	come_from(&bed, "2001:db8:a000:100::5");
	assert_string_equal(bed.line.line, "L-2");
	assert_string_equal(op25b_prefix_format(&bed.line.other, text), "198.51.100.10/32");
	tear_down(&bed);
}

static void an_ipv4_address_in_ipv6_form_is_that_address(void **state)
{
	struct op25b_prefix mapped = { .family = OP25B_V6,
				       .len = 128,
				       .addr = { [10] = 0xff, 0xff, 198, 51, 100, 7 } };
	struct bed bed;

	(void)state;
	set_up(&bed, judge_servers, judge_stages, "2027-05-01");
	op25b_judge_line(&bed.judge, &mapped, 0, bed.now, &bed.line);
	assert_int_equal(bed.line.address.family, OP25B_V4);
	assert_string_equal(bed.line.service->id, "fibre");
	expect(&bed, OTHER, "affected-other-server", "foreign-server");
	tear_down(&bed);
}

static void who_is_elsewhere_cannot_be_told(void **state)
{
	struct bed bed;

	(void)state;
	set_up(&bed, judge_servers, judge_stages, "2027-05-01");
	come_from(&bed, "203.0.113.250");
	assert_null(bed.line.service);
	for (enum op25b_use use = OWN; use <= DEVICE; use++)
		expect(&bed, use, "cannot-tell-elsewhere", "not-a-subscriber");
	expect(&bed, OP25B_USE_BROWSER, "ok-browser", "other-port");
	expect(&bed, OP25B_USE_SUBMISSION, "ok-already-submission", "other-port");
	expect_answer(&bed, OP25B_CANNOT_TELL, "cannot-tell-elsewhere");
	tear_down(&bed);
}

static const char shared[] =
	"tunnels: [{kind: 4in6, endpoint: \"2001:db8:af::1\"}]\n"
	"services:\n"
	"  - {id: shared, addressing: shared, unknown_line: count,\n"
	"     pools: [198.51.100.0/28],\n"
	"     port25: [{from: 2027-04-01Z, action: refuse, how: drop, except: [relay]}]}\n"
	"  - {id: fibre, addressing: dynamic,\n"
	"     pools: [{prefix: \"2001:db8:a000::/40\", line: 56}],\n"
	"     port25: [{from: 2027-04-01Z, action: refuse, how: drop, except: [relay]}]}\n"
	"lines: [{id: L-1, service: shared, prefixes: [198.51.100.3]}]\n";

static void a_shared_line_that_may_be_told_apart_is_not_guessed(void **state)
{
	struct bed bed;

	(void)state;
	set_up(&bed, judge_servers, shared, "2027-05-01");
	come_from(&bed, "198.51.100.7");
	assert_true(bed.line.shared);
	assert_string_equal(bed.line.line, "");
	expect(&bed, OTHER, "cannot-tell-shared", "foreign-server");
	expect(&bed, OP25B_USE_BROWSER, "ok-browser", "other-port");
	expect_answer(&bed, OP25B_CANNOT_TELL, "cannot-tell-shared");
	/* To every line alike: the relay stays open. */
	expect(&bed, OWN, "ok-designated", "designated-server");
	come_from(&bed, "198.51.100.3");
	assert_false(bed.line.shared);
	expect(&bed, OTHER, "affected-other-server", "foreign-server");
	tear_down(&bed);
}

static void a_shared_address_with_one_answer_for_all_has_it(void **state)
{
	static const char nothing_tells[] =
		"services:\n"
		"  - {id: shared, addressing: shared, unknown_line: count,\n"
		"     pools: [198.51.100.0/28],\n"
		"     port25: [{from: 2027-04-01Z, action: refuse, how: drop, except: [relay]}]}\n"
		"  - {id: open, addressing: fixed,\n"
		"     pools: [203.0.113.0/26], port25: []}\n";
	static const char all_refused[] =
		"tunnels: [{kind: 4in6, endpoint: \"2001:db8:af::1\"}]\n"
		"services:\n"
		"  - {id: shared, addressing: shared,\n"
		"     pools: [198.51.100.0/28],\n"
		"     port25: [{from: 2027-04-01Z, action: refuse, how: drop}]}\n"
		"  - {id: map, addressing: shared,\n"
		"     pools: [{prefix: 198.51.100.16/28,\n"
		"              map: {v6: \"2001:db8:a000::/40\", ea: 12}}],\n"
		"     port25: [{from: 2027-04-01Z, action: refuse, how: reset}]}\n"
		"  - {id: six, addressing: dynamic,\n"
		"     pools: [{prefix: \"2001:db8:a000::/40\", line: 56}],\n"
		"     port25: [{from: 2027-04-01Z, action: refuse, how: reset}]}\n";
	char with_exemption[2048];
	struct bed bed;

	(void)state;
	snprintf(with_exemption, sizeof(with_exemption),
		 "%sexemptions: [{id: X-1, lines: [L-1]}]\n", judge_servers);
	set_up(&bed, judge_servers, nothing_tells, "2027-05-01");
	come_from(&bed, "198.51.100.7");
	assert_true(bed.line.shared);
	expect(&bed, OTHER, "ok-counted", "foreign-server");
	tear_down(&bed);
	set_up(&bed, judge_servers, all_refused, "2027-05-01");
	come_from(&bed, "198.51.100.7");
	expect(&bed, OTHER, "affected-other-server", "foreign-server");
	come_from(&bed, "198.51.100.17");
	expect(&bed, OTHER, "affected-other-server", "foreign-server");
	tear_down(&bed);
	/* A line that is exempt may be behind it. */
	set_up(&bed, with_exemption, all_refused, "2027-05-01");
	come_from(&bed, "198.51.100.7");
	expect(&bed, OTHER, "cannot-tell-shared", "foreign-server");
	tear_down(&bed);
}

static void a_port_tells_the_line_behind_a_shared_address(void **state)
{
	static const char map[] =
		"services:\n"
		"  - {id: map, addressing: shared,\n"
		"     pools: [{prefix: 198.51.100.16/28,\n"
		"              map: {v6: \"2001:db8:a000::/40\", ea: 12}}],\n"
		"     port25: [{from: 2027-04-01Z, action: refuse, how: reset}]}\n"
		"  - {id: six, addressing: dynamic,\n"
		"     pools: [{prefix: \"2001:db8:a000::/40\", line: 52}],\n"
		"     port25: [{from: 2028-04-01Z, action: refuse, how: reset}]}\n";
	struct op25b_prefix from = whole("198.51.100.17");
	struct bed bed;

	(void)state;
	set_up(&bed, judge_servers, map, "2027-05-01");
	come_from(&bed, "198.51.100.17");
	expect(&bed, OTHER, "cannot-tell-shared", "foreign-server");
	op25b_judge_line(&bed.judge, &from, 40000, bed.now, &bed.line);
	assert_false(bed.line.shared);
	assert_string_equal(bed.line.service->id, "six");
	expect(&bed, OTHER, "ok-until-start", "before-start");
	assert_int_equal(use_of(&bed, OTHER).from, date("2028-04-01"));
	tear_down(&bed);
}

static void lines_whose_session_is_not_known_yet_wait(void **state)
{
	static const char sessions[] =
		"services:\n"
		"  - {id: fibre, addressing: dynamic,\n"
		"     pools: [198.51.100.0/25],\n"
		"     port25: [{from: 2027-04-01Z, action: refuse, how: drop}]}\n"
		"  - {id: open, addressing: fixed, port25: []}\n"
		"lines: [{id: L-1, service: open, prefixes: [198.51.100.9]}]\n"
		"sessions: {rules: [{match: {realm: fixed}, service: open}]}\n";
	struct op25b_holder holder = { 1, "", "", "taro@fixed", "", "", "", 0 };
	struct op25b_prefix prefix = whole("198.51.100.7");
	struct op25b_live *live;
	struct bed bed;

	(void)state;
	set_up(&bed, judge_servers, sessions, "2027-05-01");
	assert_int_equal(op25b_live_make(&live), 0);
	bed.judge.live = live;
	bed.judge.sessions_known = false;
	come_from(&bed, "198.51.100.7");
	assert_true(bed.line.waiting);
	expect(&bed, OTHER, "unknown", "other-port");
	expect(&bed, OP25B_USE_BROWSER, "ok-browser", "other-port");
	expect_answer(&bed, OP25B_CANNOT_TELL, "unknown");
	come_from(&bed, "198.51.100.9"); /* no session changes that */
	expect(&bed, OTHER, "ok-line", "unrestricted");
	bed.judge.sessions_known = true;
	come_from(&bed, "198.51.100.7");
	expect(&bed, OTHER, "affected-other-server", "foreign-server");
	assert_int_equal(op25b_live_set(live, &prefix, &holder), 1);
	op25b_live_tables_done(&bed.lt);
	assert_int_equal(op25b_live_tables_make(bed.policy, bed.now, NULL, live, &bed.lt), 0);
	come_from(&bed, "198.51.100.7");
	assert_string_equal(bed.line.line, "taro@fixed");
	assert_string_equal(bed.line.service->id, "open");
	expect(&bed, OTHER, "ok-line", "unrestricted");
	tear_down(&bed);
	op25b_live_free(&live);
}

static void a_session_tells_the_other_family(void **state)
{
	static const char pools[] =
		"services: [{id: fibre, addressing: dynamic, port25: [],\n"
		"            pools: [198.51.100.0/25, \"2001:db8:a000::/40\"]}]\n"
		"lines: [{id: L-1, service: fibre, prefixes: [\"2001:db8:a000:2::/64\"]}]\n";
	struct op25b_holder taro = { 1, "", "", "taro", "", "", "", 0 };
	struct op25b_holder hana = { 2, "", "", "hana", "", "", "", 0 };
	struct op25b_prefix v4 = whole("198.51.100.7"), v6 = whole("2001:db8:a000:100::/56");
	struct op25b_prefix part = whole("2001:db8:a000:100::/64");
	struct op25b_prefix lines = whole("2001:db8:a000:2::/64");
	char text[OP25B_PREFIX_TEXT];
	struct op25b_live *live;
	struct bed bed;

	(void)state;
	set_up(&bed, judge_servers, pools, "2027-05-01");
	assert_int_equal(op25b_live_make(&live), 0);
	op25b_live_keep_other(live);
	bed.judge.live = live;
	assert_int_equal(op25b_live_set(live, &v4, &taro), 1);
	come_from(&bed, "198.51.100.7");
	assert_false(bed.line.has_other);
	assert_int_equal(op25b_live_set(live, &v6, &taro), 1);
	come_from(&bed, "198.51.100.7");
	assert_true(bed.line.has_other);
	assert_string_equal(op25b_prefix_format(&bed.line.other, text), "2001:db8:a000:100::/128");
	come_from(&bed, "2001:db8:a000:1ff::1");
	assert_string_equal(op25b_prefix_format(&bed.line.other, text), "198.51.100.7/32");
	/* Its first part is somebody else's: then there is no address to ask with. */
	assert_int_equal(op25b_live_set(live, &part, &hana), 1);
	come_from(&bed, "198.51.100.7");
	assert_false(bed.line.has_other);
	/* Nor where a line of the policy has it. */
	assert_int_equal(op25b_live_set(live, &lines, &taro), 1);
	come_from(&bed, "198.51.100.7");
	assert_false(bed.line.has_other);
	tear_down(&bed);
	op25b_live_free(&live);
}

static void a_tenant_s_servers_go_before_the_root_s(void **state)
{
	static const char root[] =
		"op25b: 1\n"
		"mail_servers:\n"
		"  - {id: relay, addresses: [192.0.2.25], offers: [relay]}\n"
		"include: [maple.yaml, oak.yaml]\n"
		"services: [{id: whole, addressing: fixed, pools: [203.0.113.0/24], port25: []}]\n";
	static const char maple[] =
		"tenant: maple\n"
		"mail_servers:\n"
		"  - {id: relay, addresses: [192.0.2.125], offers: [relay]}\n"
		"services:\n"
		"  - {id: fibre, addressing: dynamic,\n"
		"     pools: [198.51.100.0/25],\n"
		"     port25: [{from: 2027-04-01Z, action: refuse, how: drop, except: [relay]}]}\n";
	static const char oak[] =
		"tenant: oak\n"
		"services:\n"
		"  - {id: fibre, addressing: dynamic,\n"
		"     pools: [198.51.100.128/25],\n"
		"     port25: [{from: 2027-04-01Z, action: refuse, how: drop}]}\n";
	const struct op25b_policy_file files[] = { { "root.yaml", root, sizeof(root) - 1 },
						   { "maple.yaml", maple, sizeof(maple) - 1 },
						   { "oak.yaml", oak, sizeof(oak) - 1 } };
	struct op25b_findings findings;
	struct bed bed = { .now = date("2027-05-01") };

	(void)state;
	assert_int_equal(op25b_policy_load_files(files, 3, bed.now, &bed.policy, &findings), 0);
	op25b_findings_free(&findings);
	assert_int_equal(op25b_live_tables_make(bed.policy, bed.now, NULL, NULL, &bed.lt), 0);
	bed.judge = (struct op25b_judge){ .policy = bed.policy,
					  .tables = &bed.lt.tables,
					  .sessions_known = true };
	come_from(&bed, "198.51.100.7");
	assert_string_equal(bed.policy->tenants[bed.line.tenant].id, "maple");
	assert_string_equal(use_of(&bed, OWN).server->id, "maple/relay");
	expect(&bed, OWN, "ok-designated", "designated-server");
	come_from(&bed, "198.51.100.200");
	assert_string_equal(use_of(&bed, OWN).server->id, "relay");
	expect(&bed, OWN, "affected-own-server", "designated-server-closed");
	assert_false(use_of(&bed, HOSTING).asked);
	tear_down(&bed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(families_are_judged_each_by_itself),
		cmocka_unit_test(an_ipv4_address_in_ipv6_form_is_that_address),
		cmocka_unit_test(who_is_elsewhere_cannot_be_told),
		cmocka_unit_test(a_shared_line_that_may_be_told_apart_is_not_guessed),
		cmocka_unit_test(a_shared_address_with_one_answer_for_all_has_it),
		cmocka_unit_test(a_port_tells_the_line_behind_a_shared_address),
		cmocka_unit_test(lines_whose_session_is_not_known_yet_wait),
		cmocka_unit_test(a_session_tells_the_other_family),
		cmocka_unit_test(a_tenant_s_servers_go_before_the_root_s),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
