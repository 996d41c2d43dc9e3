/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Frames refused with a notice while somebody is there to give it: what XDP leaves to the tc half,
 * and what gets a reset after all, with the tally that says why. No interface, so nobody takes
 * them: test-dataplane-notice.c has the conversations.
 */
#include "tests/unit/test.h"

#include "tests/packet/judge.h"

#include <bpf/bpf.h>
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <string.h>

#include "dataplane/events.h"
#include "dataplane/notice.h"
#include "dataplane/notice-port.h"

#define LOOPBACK 1                               /* where test runs take frames to come in */
#define HOME     ETH(.dst = "00:00:00:00:00:00") /* its Ethernet address */

static struct tallies before, after;
static struct frame in, out;

static int begin(void **state)
{
	(void)state;
	world_choose(&world, false);
	world_set(&world, &(struct op25b_settings){ .answer_rate = 1000,
						    .answer_burst = 1000,
						    .notice_rate = 1000,
						    .notice_burst = 1000,
						    .notice_mark = 0x25 });
	assert_int_equal(op25b_notice_port_change(world.dp, LOOPBACK, OP25B_NOTICE_BELOW, true), 0);
	return 0;
}

static int end(void **state)
{
	(void)state;
	assert_int_equal(op25b_notice_port_change(world.dp, LOOPBACK, OP25B_NOTICE_BELOW, false),
			 0);
	assert_int_equal(op25b_notice_port_set(world.dp, LOOPBACK, false, NULL), 0);
	world_reset(&world);
	return 0;
}

static uint32_t run(const char *program, const struct layer *layers)
{
	uint32_t value = ~0U;

	frame_build(&in, layers);
	world_tallies(&world, &before);
	assert_int_equal(world_run(&world, program, in.data, in.length, 0, &value, &out), 0);
	world_tallies(&world, &after);
	return value;
}

static uint64_t grown(enum op25b_answer answer)
{
	return after.answers[answer] - before.answers[answer];
}

/* The tallies that grew, by one each, and no others. */
static void expect_tallies(uint32_t bits)
{
	for (unsigned int i = 0; i < OP25B_ANSWER_COUNT; i++)
		assert_int_equal(grown(i), bits >> i & 1);
}

#define BIT(answer) (1U << OP25B_##answer)

/* Left to the tc half: the same bytes, but for a TTL of 1 and its checksum. */
static void expect_left(const struct layer *layers, const struct layer *expected)
{
	static struct frame wanted;

	assert_int_equal(run("xdp_subscriber", layers), XDP_PASS);
	expect_tallies(0);
	frame_build(&wanted, expected);
	assert_int_equal(out.length, wanted.length);
	assert_memory_equal(out.data, wanted.data, wanted.length);
}

static void xdp_leaves_a_notice_to_the_tc_half_with_a_ttl_of_1(void **state)
{
	(void)state;
	expect_left(FRAME(ETH(), V4(LINE_N, PEER), TCP(40000, 25)),
		    FRAME(ETH(), V4(LINE_N, PEER, .ttl = 1), TCP(40000, 25)));
	expect_left(FRAME(ETH(), V4(LINE_N, PEER, .ttl = 255, .options = 8), TCP(40000, 25)),
		    FRAME(ETH(), V4(LINE_N, PEER, .ttl = 1, .options = 8), TCP(40000, 25)));
	expect_left(FRAME(ETH(), V6(LINE_N6, PEER6), TCP(40000, 25), DATA(100)),
		    FRAME(ETH(), V6(LINE_N6, PEER6, .ttl = 1), TCP(40000, 25), DATA(100)));
	expect_left(
		FRAME(ETH(), V6(LINE_N6, PEER6), EXT(60, .size = 16), TCP(40000, 25)),
		FRAME(ETH(), V6(LINE_N6, PEER6, .ttl = 1), EXT(60, .size = 16), TCP(40000, 25)));
}

/* One frame for each TTL there is, and more than one remainder of the checksum. */
static void the_checksum_is_right_whatever_the_ttl_was(void **state)
{
	(void)state;
	for (uint32_t ttl = 1; ttl < 256; ttl++)
		expect_left(
			FRAME(ETH(), V4(LINE_N, PEER, .ttl = ttl, .id = ttl * 257), TCP(40000, 25)),
			FRAME(ETH(), V4(LINE_N, PEER, .ttl = 1, .id = ttl * 257), TCP(40000, 25)));
}

/* A connection that stands may end so. */
static void xdp_leaves_a_reset_and_what_comes_later_to_the_tc_half(void **state)
{
	(void)state;
	expect_left(FRAME(ETH(), V4(LINE_N, PEER), TCP(40000, 25, .flags = TCP_RST)),
		    FRAME(ETH(), V4(LINE_N, PEER, .ttl = 1), TCP(40000, 25, .flags = TCP_RST)));
	expect_left(FRAME(ETH(), V4(LINE_N, PEER), TCP(40000, 25, .flags = TCP_ACK), DATA(6)),
		    FRAME(ETH(), V4(LINE_N, PEER, .ttl = 1), TCP(40000, 25, .flags = TCP_ACK),
			  DATA(6)));
}

static void expect_reset_on(const char *program, const struct layer *layers)
{
	bool tc = !strncmp(program, "tc", 2);

	assert_int_equal(run(program, layers), tc ? (uint32_t)TC_ACT_REDIRECT : (uint32_t)XDP_TX);
	expect_tallies(BIT(NOTICE_UNFIT) | BIT(ANSWERED));
}

static void expect_reset(const struct layer *layers)
{
	expect_reset_on("xdp_subscriber", layers);
	expect_reset_on("tc_subscriber", layers);
}

static void what_the_host_does_not_see_as_its_own_is_reset(void **state)
{
	(void)state;
	expect_reset(FRAME(HOME, TAG(0x8100, 5), V4(LINE_N, PEER), TCP(40000, 25)));
	expect_reset(FRAME(HOME, PPPOE(), V4(LINE_N, PEER), TCP(40000, 25)));
	expect_reset(FRAME(HOME, PPPOE(), V6(LINE_N6, PEER6), TCP(40000, 25)));
	expect_reset(FRAME(HOME, V6(LINE_N6, AFTR), V4("192.168.1.2", PEER), TCP(40000, 25)));
	expect_reset(FRAME(HOME, V4(LINE_N, END_6IN4), V6(LINE_N6, PEER6), TCP(40000, 25)));
}

/* To another station: as a bridge port or a promiscuous interface gets it. */
static void what_is_for_another_station_is_reset(void **state)
{
	(void)state;
	expect_reset_on("tc_subscriber", FRAME(ETH(), V4(LINE_N, PEER), TCP(40000, 25)));
	expect_reset_on("tc_both", FRAME(ETH(), V6(LINE_N6, PEER6), TCP(40000, 25)));
}

static void fragments_stay_unanswered(void **state)
{
	const struct layer *first = FRAME(HOME, V4(LINE_N, PEER, .more = 1), TCP(40000, 25));

	(void)state;
	assert_int_equal(run("xdp_subscriber", first), XDP_DROP);
	expect_tallies(BIT(NOTICE_UNFIT) | BIT(ANSWER_NOT_DUE));
	assert_int_equal(run("tc_subscriber", first), TC_ACT_SHOT);
	expect_tallies(BIT(NOTICE_UNFIT) | BIT(ANSWER_NOT_DUE));
}

static void xdp_resets_where_no_tc_half_stands(void **state)
{
	const struct layer *plain = FRAME(HOME, V4(LINE_N, PEER), TCP(40000, 25));

	(void)state;
	assert_int_equal(op25b_notice_port_change(world.dp, LOOPBACK, OP25B_NOTICE_BELOW, false),
			 0);
	expect_reset_on("xdp_subscriber", plain);
}

static void a_barred_interface_has_resets_only(void **state)
{
	(void)state;
	assert_int_equal(op25b_notice_port_set(world.dp, LOOPBACK, true, NULL), 0);
	expect_reset(FRAME(HOME, V4(LINE_N, PEER), TCP(40000, 25)));
	expect_reset(FRAME(HOME, V6(LINE_N6, PEER6), TCP(40000, 25)));
	assert_int_equal(op25b_notice_port_set(world.dp, LOOPBACK, false, NULL), 0);
	expect_left(FRAME(ETH(), V4(LINE_N, PEER), TCP(40000, 25)),
		    FRAME(ETH(), V4(LINE_N, PEER, .ttl = 1), TCP(40000, 25)));
}

static void without_a_door_the_answer_is_a_reset(void **state)
{
	(void)state;
	assert_int_equal(run("tc_subscriber", FRAME(HOME, V4(LINE_N, PEER), TCP(40000, 25))),
			 TC_ACT_REDIRECT);
	expect_tallies(BIT(NOTICE_AWAY) | BIT(ANSWERED));
	assert_int_equal(run("tc_both", FRAME(HOME, V6(LINE_N6, PEER6), TCP(40000, 25))),
			 TC_ACT_REDIRECT);
	expect_tallies(BIT(NOTICE_AWAY) | BIT(ANSWERED));
}

static void expect_nothing_of_the_half(const struct layer *layers)
{
	static const char *const halves[] = { "tc_notice_subscriber", "tc_notice_both" };

	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(run(halves[i], layers), (uint32_t)TC_ACT_UNSPEC);
		assert_memory_equal(&before, &after, sizeof(before));
		assert_memory_equal(out.data, in.data, in.length);
	}
}

static void the_tc_half_leaves_alone_what_xdp_did_not_leave_to_it(void **state)
{
	(void)state;
	expect_nothing_of_the_half(FRAME(HOME, V4(LINE_N, PEER, .ttl = 2), TCP(40000, 25)));
	expect_nothing_of_the_half(FRAME(HOME, V6(LINE_N6, PEER6), TCP(40000, 25)));
	expect_nothing_of_the_half(FRAME(HOME, V4(LINE, PEER, .ttl = 1), TCP(40000, 25)));
	expect_nothing_of_the_half(FRAME(HOME, V4(LINE_N, RELAY, .ttl = 1), TCP(40000, 25)));
	expect_nothing_of_the_half(FRAME(HOME, V4(LINE_N, PEER, .ttl = 1), TCP(40000, 587)));
	expect_nothing_of_the_half(FRAME(HOME, V4(LINE_N, PEER, .ttl = 1), UDP(40000, 33434)));
	expect_nothing_of_the_half(
		FRAME(HOME, TAG(0x8100, 5), V4(LINE_N, PEER, .ttl = 1), TCP(40000, 25)));
}

static void what_xdp_counted_the_tc_half_does_not_count_again(void **state)
{
	(void)state;
	assert_int_equal(run("tc_notice_subscriber",
			     FRAME(HOME, V4(LINE_N, PEER, .ttl = 1), TCP(40000, 25))),
			 TC_ACT_REDIRECT);
	expect_tallies(BIT(NOTICE_AWAY) | BIT(ANSWERED));
	assert_memory_equal(before.services, after.services, sizeof(before.services));
	assert_int_equal(
		run("tc_notice_both", FRAME(HOME, V6(LINE_N6, PEER6, .ttl = 1), TCP(40000, 25))),
		TC_ACT_REDIRECT);
	expect_tallies(BIT(NOTICE_AWAY) | BIT(ANSWERED));
	assert_memory_equal(before.services, after.services, sizeof(before.services));
}

/* The first one takes both: it is granted a notice, and there is no door. */
static void an_answer_takes_no_notice(void **state)
{
	static const struct op25b_settings few = { .answer_rate = 1,
						   .answer_burst = 3,
						   .notice_rate = 1,
						   .notice_burst = 1,
						   .notice_mark = 0x25 };
	const struct layer *syn = FRAME(HOME, V4(LINE_N, PEER), TCP(40000, 25));

	(void)state;
	world_set(&world, &few);
	run("tc_subscriber", syn);
	expect_tallies(BIT(NOTICE_AWAY) | BIT(ANSWERED));
	for (int i = 0; i < 2; i++) {
		assert_int_equal(run("tc_subscriber", syn), TC_ACT_REDIRECT);
		expect_tallies(BIT(NOTICE_LIMITED) | BIT(ANSWERED));
	}
	assert_int_equal(run("tc_subscriber", syn), TC_ACT_SHOT);
	expect_tallies(BIT(NOTICE_LIMITED) | BIT(ANSWER_LIMITED));

	world_set(&world, &few);
	assert_int_equal(op25b_notice_port_set(world.dp, LOOPBACK, true, NULL), 0);
	for (int i = 0; i < 2; i++)
		assert_int_equal(run("tc_subscriber", syn), TC_ACT_REDIRECT);
	assert_int_equal(op25b_notice_port_set(world.dp, LOOPBACK, false, NULL), 0);
	run("tc_subscriber", syn);
	expect_tallies(BIT(NOTICE_AWAY) | BIT(ANSWERED));
}

static void ignore_event(const struct op25b_event *event, void *context)
{
	(void)event;
	(void)context;
}

/* The fall-back is an answer, within the limit of answers; its event is told once. */
static void a_reset_in_place_of_a_notice_is_within_the_limit_of_answers(void **state)
{
	const struct layer *syn = FRAME(HOME, V4(LINE_N, PEER), TCP(40000, 25));
	struct op25b_events *events = NULL;
	struct op25b_settings few = { .event_rate = 1,
				      .event_burst = 9,
				      .notice_rate = 1,
				      .notice_burst = 9,
				      .notice_mark = 0x25 };

	(void)state;
	assert_int_equal(op25b_events_open(world.dp, ignore_event, NULL, &events, NULL), 0);
	assert_true(op25b_events_consume(events) >= 0);
	world_set(&world, &few);
	assert_int_equal(run("tc_subscriber", syn), TC_ACT_SHOT);
	expect_tallies(BIT(NOTICE_AWAY) | BIT(ANSWER_LIMITED));
	few.answer_rate = few.answer_burst = 1;
	world_set(&world, &few);
	assert_int_equal(run("tc_subscriber", syn), TC_ACT_REDIRECT);
	expect_tallies(BIT(NOTICE_AWAY) | BIT(ANSWERED));
	assert_int_equal(run("tc_subscriber", syn), TC_ACT_SHOT);
	expect_tallies(BIT(NOTICE_AWAY) | BIT(ANSWER_LIMITED));
	assert_int_equal(op25b_events_consume(events), 3);
	op25b_events_close(&events);
}

#define NOTICE_TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

const struct CMUnitTest tests_notices[] = {
	NOTICE_TEST(xdp_leaves_a_notice_to_the_tc_half_with_a_ttl_of_1),
	NOTICE_TEST(the_checksum_is_right_whatever_the_ttl_was),
	NOTICE_TEST(xdp_leaves_a_reset_and_what_comes_later_to_the_tc_half),
	NOTICE_TEST(what_the_host_does_not_see_as_its_own_is_reset),
	NOTICE_TEST(what_is_for_another_station_is_reset),
	NOTICE_TEST(fragments_stay_unanswered),
	NOTICE_TEST(xdp_resets_where_no_tc_half_stands),
	NOTICE_TEST(a_barred_interface_has_resets_only),
	NOTICE_TEST(without_a_door_the_answer_is_a_reset),
	NOTICE_TEST(the_tc_half_leaves_alone_what_xdp_did_not_leave_to_it),
	NOTICE_TEST(what_xdp_counted_the_tc_half_does_not_count_again),
	NOTICE_TEST(an_answer_takes_no_notice),
	NOTICE_TEST(a_reset_in_place_of_a_notice_is_within_the_limit_of_answers),
	{ 0 },
};
