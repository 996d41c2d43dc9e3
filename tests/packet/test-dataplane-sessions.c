/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Live sessions in the kernel, by way of the enforcer: a change is seen by the loaded program when
 * the call returns, the kernel's tables then are what the enforcer thinks they are, and what has no
 * place in them is built anew.
 */
#include "tests/unit/test.h"

#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/enforcer.h"
#include "dataplane/generation.h"
#include "dataplane/testrun.h"
#include "policy/prefix.h"
#include "tests/packet/dataplane-bed.h"

#define NOW 1800000000

static struct bed bed;
static struct op25b_error error;
static struct op25b_enforcer e;

/* X-1 and H-1 are lines that only sessions have; the rule of the dynamic service begins at NOW. */
static const char policy_text[] =
	"op25b: 1\n"
	"timezone: UTC\n"
	"provider: {name: {en: Test}}\n"
	"services:\n"
	"  - {id: dynamic, addressing: dynamic, pools: [198.51.100.0/24],\n"
	"     port25: [{from: 2020-01-01, action: refuse, how: drop},\n"
	"              {from: 2027-06-01, action: refuse, how: reset}]}\n"
	"  - {id: fixed, addressing: fixed, port25: []}\n"
	"sessions:\n"
	"  rules: [{match: {realm: fixed.example}, service: fixed}]\n"
	"exemptions: [{id: X-1, lines: [moving]}]\n"
	"holds: [{id: H-1, lines: [infected@fixed.example]}]\n";

static void put_policy(bool lazily)
{
	struct op25b_findings findings;
	struct op25b_ruleset ruleset = { 0 };

	assert_int_equal(op25b_policy_load_buffer("p.yaml", policy_text, sizeof(policy_text) - 1,
						  NOW, &ruleset.policy, &findings),
			 0);
	op25b_findings_free(&findings);
	bed_ok(op25b_enforcer_put(&e, &ruleset, NOW, lazily, &error), &error);
	op25b_ruleset_done(&ruleset);
}

static void replace(struct op25b_live *live)
{
	if (!live)
		assert_int_equal(op25b_live_make(&live), 0);
	bed_ok(op25b_enforcer_sessions_replace(&e, &live, NOW, &error), &error);
	assert_null(live);
}

static int set_up(void **state)
{
	(void)state;
	bed_devices(&bed);
	e = (struct op25b_enforcer){ .dp = bed_open(&bed), .sessions = OP25B_ENFORCER_AWAITED };
	put_policy(false);
	replace(NULL);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	op25b_enforcer_done(&e);
	bed_ok(op25b_dataplane_remove(e.dp, &error), &error);
	op25b_dataplane_close(&e.dp);
	return 0;
}

static struct op25b_prefix prefix(const char *text)
{
	struct op25b_prefix p;

	assert_int_equal(op25b_prefix_parse(text, &p), OP25B_PREFIX_FINE);
	return p;
}

static struct op25b_holder holder(int64_t id, const char *user)
{
	return (struct op25b_holder){ .id = id,
				      .nas = "bng",
				      .session = "",
				      .user_name = user,
				      .class_ = "",
				      .filter_id = "",
				      .framed_pool = "" };
}

static void set(const char *where, int64_t id, const char *user)
{
	struct op25b_prefix p = prefix(where);
	struct op25b_holder h = holder(id, user);

	assert_int_equal(op25b_enforcer_session_set(&e, &p, &h), 0);
}

static void clear(const char *where)
{
	struct op25b_prefix p = prefix(where);

	op25b_enforcer_session_clear(&e, &p);
}

/* What the loaded program says of an address towards a foreign peer. */
static uint8_t reason(const char *from)
{
	uint8_t frame[BED_FRAME];
	uint32_t word = 0;

	bed_syn(from, BED_FOREIGN, 25, frame);
	bed_ok(op25b_testrun(e.dp, OP25B_HOOK_XDP, OP25B_SUBSCRIBER, frame, sizeof(frame), &word,
			     &error),
	       &error);
	return OP25B_PACKED_REASON(word);
}

static void assert_kernel_is_ours(void)
{
	struct op25b_generation_difference d;

	assert_int_equal(op25b_generation_verify(e.dp, &e.gen.tables, &d, &error), 0);
}

/* A snapshot of one session, so that its length is known. */
static void replace_with(const char *where, const char *user)
{
	struct op25b_prefix p = prefix(where);
	struct op25b_holder h = holder(100, user);
	struct op25b_live *live;

	assert_int_equal(op25b_live_make(&live), 0);
	assert_int_equal(op25b_live_set(live, &p, &h), 1);
	replace(live);
}

static void a_change_is_in_force_when_it_returns(void **state)
{
	(void)state;
	replace_with("198.51.100.99/32", "somebody@dynamic.example");
	assert_int_equal(reason("198.51.100.7"), OP25B_FOREIGN_SERVER);
	set("198.51.100.7/32", 1, "a@fixed.example");
	assert_int_equal(reason("198.51.100.7"), OP25B_UNRESTRICTED);
	assert_int_equal(reason("198.51.100.8"), OP25B_FOREIGN_SERVER);
	set("198.51.100.7/32", 2, "infected@fixed.example");
	assert_false(e.rebuild); /* its length was known, its exception found place */
	assert_int_equal(reason("198.51.100.7"), OP25B_HOLD);
	set("198.51.100.7/32", 3, "somebody@dynamic.example");
	assert_int_equal(reason("198.51.100.7"), OP25B_FOREIGN_SERVER);
	set("198.51.100.7/32", 1, "a@fixed.example");
	clear("198.51.100.7/32");
	assert_int_equal(reason("198.51.100.7"), OP25B_FOREIGN_SERVER);
	assert_kernel_is_ours();
	assert_int_equal(e.n_rebuilt, 0);
}

static void what_has_no_place_is_built_anew(void **state)
{
	(void)state;
	/* Of no pool, and of a length that no exception has. */
	set("203.0.113.16/28", 1, "a@fixed.example");
	assert_true(e.rebuild);
	assert_int_equal(reason("203.0.113.20"), OP25B_NOT_A_SUBSCRIBER);
	set("198.51.100.9/32", 2, "moving");
	assert_int_equal(op25b_enforcer_sessions_settle(&e, &error), 1);
	assert_int_equal(op25b_enforcer_sessions_settle(&e, &error), 0);
	assert_int_equal(reason("203.0.113.20"), OP25B_UNRESTRICTED);
	assert_int_equal(reason("198.51.100.9"), OP25B_EXEMPTION);
	assert_int_equal(e.n_rebuilt, 1);
	set("203.0.113.32/28", 3, "b@fixed.example");
	assert_false(e.rebuild);
	assert_int_equal(reason("203.0.113.33"), OP25B_UNRESTRICTED);
	clear("203.0.113.32/28");
	assert_int_equal(reason("203.0.113.33"), OP25B_NOT_A_SUBSCRIBER);
	assert_kernel_is_ours();
}

static void a_full_table_is_made_larger(void **state)
{
	char text[OP25B_PREFIX_TEXT];
	struct op25b_prefix p = prefix("10.0.0.0/32");
	struct op25b_holder h = holder(1, "a@fixed.example");
	uint32_t n = 0;

	(void)state;
	replace_with("10.0.0.0/32", "a@fixed.example");
	while (!e.rebuild) {
		uint32_t addr = htonl(0x0a000001 + n++);

		memcpy(p.addr, &addr, sizeof(addr));
		assert_int_equal(op25b_enforcer_session_set(&e, &p, &h), 0);
		assert_true(n < 1 << 20);
	}
	assert_true(n > 50000);
	op25b_address_format(p.family, p.addr, text);
	assert_int_equal(reason(text), OP25B_NOT_A_SUBSCRIBER);
	assert_int_equal(op25b_enforcer_sessions_settle(&e, &error), 1);
	assert_int_equal(reason(text), OP25B_UNRESTRICTED);
	assert_kernel_is_ours();
}

/* As after a crash: the kernel has sessions that a new enforcer does not know yet. */
static void awaited_sessions_leave_the_kernel_alone(void **state)
{
	(void)state;
	set("198.51.100.7/32", 1, "a@fixed.example");
	op25b_enforcer_done(&e);
	e = (struct op25b_enforcer){ .dp = e.dp, .sessions = OP25B_ENFORCER_AWAITED };
	put_policy(true);
	assert_int_equal(op25b_enforcer_verify(&e, NOW, &error), 0);
	assert_int_equal(reason("198.51.100.7"), OP25B_UNRESTRICTED);
	put_policy(true);
	assert_int_equal(reason("198.51.100.7"), OP25B_UNRESTRICTED);
	replace(NULL); /* now it is known: nobody is there */
	assert_int_equal(reason("198.51.100.7"), OP25B_FOREIGN_SERVER);
	assert_kernel_is_ours();
}

static void sessions_stay_over_policies_and_mending(void **state)
{
	struct op25b_generation_live live;

	(void)state;
	set("198.51.100.7/32", 1, "a@fixed.example");
	set("198.51.100.8/32", 2, "moving");
	put_policy(false);
	assert_int_equal(reason("198.51.100.7"), OP25B_UNRESTRICTED);
	assert_int_equal(reason("198.51.100.8"), OP25B_EXEMPTION);
	assert_int_equal(op25b_enforcer_tick(&e, op25b_enforcer_due(&e), &error), 1);
	assert_int_equal(reason("198.51.100.7"), OP25B_UNRESTRICTED);
	bed_ok(op25b_generation_live(e.dp, &live, &error), &error);
	memset(live.image + (size_t)live.front->head.units * OP25B_BLOCK, 0, 64);
	assert_int_equal(reason("198.51.100.7"), OP25B_FOREIGN_SERVER);
	assert_int_equal(op25b_enforcer_verify(&e, NOW, &error), 1);
	assert_int_equal(reason("198.51.100.7"), OP25B_UNRESTRICTED);
	assert_int_equal(reason("198.51.100.8"), OP25B_EXEMPTION);
	assert_kernel_is_ours();
}

static void single_stores_know_their_bounds(void **state)
{
	struct op25b_exception_key key = { .family = OP25B_V4, .len = 32 };

	(void)state;
	assert_int_equal(op25b_generation_unit(e.dp, 256, 1), -ERANGE);
	assert_int_equal(op25b_generation_unit(e.dp, UINT32_MAX, 1), -ERANGE);
	assert_int_equal(op25b_generation_exception(e.dp, &key, NULL), 0);
	assert_kernel_is_ours();
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_change_is_in_force_when_it_returns),
		TEST(what_has_no_place_is_built_anew),
		TEST(a_full_table_is_made_larger),
		TEST(awaited_sessions_leave_the_kernel_alone),
		TEST(sessions_stay_over_policies_and_mending),
		TEST(single_stores_know_their_bounds),
	};
	int failed;

	bed_enter(&bed);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	bed_leave(&bed);
	return failed;
}
