/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The limit of answers for each line. No test waits: the time of a bucket is set back in the map
 * instead.
 */
#include "tests/unit/test.h"

#include "tests/packet/judge.h"

#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <linux/bpf.h>
#include <poll.h>
#include <string.h>

#include "dataplane/events.h"

#define LIMIT(rate, burst) \
	(&(struct op25b_settings){ .answer_rate = (rate), .answer_burst = (burst) })

static uint32_t send_from(const char *line)
{
	static struct frame in;
	uint32_t value = ~0U;

	if (strchr(line, ':'))
		frame_build(&in, FRAME(ETH(), V6(line, PEER6), TCP(40000, 25)));
	else
		frame_build(&in, FRAME(ETH(), V4(line, PEER), TCP(40000, 25)));
	assert_int_equal(world_run(&world, "xdp_subscriber", in.data, in.length, 0, &value, NULL),
			 0);
	return value;
}

/* The line's bucket was last looked at that much earlier, or when the machine started. */
static void set_back(const char *line, uint64_t nanoseconds)
{
	int fd = op25b_dataplane_map_fd(world.dp, "rates");
	struct op25b_rate_key key = { .family = OP25B_V4 };
	struct op25b_rate rate;

	assert_int_equal(inet_pton(AF_INET, line, key.addr), 1);
	assert_int_equal(bpf_map_lookup_elem(fd, &key, &rate), 0);
	rate.time_ns -= nanoseconds < rate.time_ns ? nanoseconds : rate.time_ns;
	assert_int_equal(bpf_map_update_elem(fd, &key, &rate, BPF_EXIST), 0);
}

static int begin(void **state)
{
	(void)state;
	world_choose(&world, false);
	return 0;
}

static int end(void **state)
{
	(void)state;
	world_reset(&world);
	return 0;
}

static void above_the_limit_a_line_is_dropped_silently(void **state)
{
	struct tallies before, after;

	(void)state;
	world_set(&world, LIMIT(1, 3));
	world_tallies(&world, &before);
	for (int i = 0; i < 3; i++)
		assert_int_equal(send_from(LINE), XDP_TX);
	assert_int_equal(send_from(LINE), XDP_DROP);
	assert_int_equal(send_from(LINE), XDP_DROP);
	world_tallies(&world, &after);
	assert_int_equal(after.answers[OP25B_ANSWERED] - before.answers[OP25B_ANSWERED], 3);
	assert_int_equal(after.answers[OP25B_ANSWER_LIMITED] - before.answers[OP25B_ANSWER_LIMITED],
			 2);
}

static void one_line_does_not_use_up_the_answers_of_another(void **state)
{
	(void)state;
	world_set(&world, LIMIT(1, 1));
	assert_int_equal(send_from(LINE), XDP_TX);
	assert_int_equal(send_from(LINE), XDP_DROP);
	assert_int_equal(send_from("198.51.100.5"), XDP_TX);
}

static void addresses_of_one_ipv6_line_share_their_answers(void **state)
{
	(void)state;
	world_set(&world, LIMIT(1, 1));
	assert_int_equal(send_from("2001:db8:1000:100::1"), XDP_TX);
	assert_int_equal(send_from("2001:db8:1000:100:ffff::2"), XDP_DROP);
	assert_int_equal(send_from("2001:db8:1000:200::1"), XDP_TX);
}

static void the_bucket_fills_again_at_its_rate(void **state)
{
	(void)state;
	world_set(&world, LIMIT(1, 3));
	for (int i = 0; i < 3; i++)
		assert_int_equal(send_from(LINE), XDP_TX);
	assert_int_equal(send_from(LINE), XDP_DROP);
	set_back(LINE, 2100000000);
	assert_int_equal(send_from(LINE), XDP_TX);
	assert_int_equal(send_from(LINE), XDP_TX);
	assert_int_equal(send_from(LINE), XDP_DROP);
	set_back(LINE, 3600000000000);
	for (int i = 0; i < 3; i++)
		assert_int_equal(send_from(LINE), XDP_TX);
	assert_int_equal(send_from(LINE), XDP_DROP);
}

/* 4,000 packets, 0.6 ms apart: 2.4 s at one a second. */
static void a_flood_does_not_keep_the_bucket_empty(void **state)
{
	int answered = 0;

	(void)state;
	world_set(&world, LIMIT(1, 1));
	assert_int_equal(send_from(LINE), XDP_TX);
	for (int i = 0; i < 4000; i++) {
		set_back(LINE, 600000);
		answered += send_from(LINE) == XDP_TX;
	}
	assert_in_range(answered, 2, 5);
}

static void a_rate_of_zero_answers_nothing(void **state)
{
	(void)state;
	world_set(&world, LIMIT(0, 3));
	assert_int_equal(send_from(LINE), XDP_DROP);
	world_set(&world, LIMIT(3, 3));
	assert_int_equal(send_from(LINE), XDP_TX);
	world_set(&world, LIMIT(0, 3));
	assert_int_equal(send_from(LINE), XDP_DROP);
	assert_int_equal(send_from(LINE6), XDP_DROP);
}

static void ignore_event(const struct op25b_event *event, void *context)
{
	(void)event;
	(void)context;
}

/* As op25bd sets it while nobody monitors: a full bucket must not let the first ones through. */
static void a_rate_of_zero_reports_nothing(void **state)
{
	struct op25b_events *events = NULL;

	(void)state;
	assert_int_equal(op25b_events_open(world.dp, ignore_event, NULL, &events, NULL), 0);
	assert_true(op25b_events_consume(events) >= 0);
	world_set(&world, &(struct op25b_settings){ .event_rate = 0, .event_burst = 3 });
	send_from(LINE);
	assert_int_equal(op25b_events_consume(events), 0);
	world_set(&world, &(struct op25b_settings){ .event_rate = 1, .event_burst = 3 });
	send_from(LINE);
	assert_int_equal(op25b_events_consume(events), 1);
	op25b_events_close(&events);
}

/* Else whoever makes events as fast as they are read would keep the reader for ever. */
static void a_reader_takes_a_thousand_events_at_a_time(void **state)
{
	struct pollfd wait = { .events = POLLIN };
	struct op25b_events *events = NULL;

	(void)state;
	assert_int_equal(op25b_events_open(world.dp, ignore_event, NULL, &events, NULL), 0);
	while (op25b_events_consume(events))
		;
	world_set(&world, &(struct op25b_settings){ .event_rate = 100000, .event_burst = 100000 });
	for (int i = 0; i < 1500; i++)
		send_from(LINE);
	wait.fd = op25b_events_fd(events);
	assert_int_equal(op25b_events_consume(events), 1000);
	assert_int_equal(poll(&wait, 1, 0), 1);
	assert_int_equal(op25b_events_consume(events), 500);
	assert_int_equal(poll(&wait, 1, 0), 0);
	op25b_events_close(&events);
}

#define RATE_TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

const struct CMUnitTest tests_rates[] = {
	RATE_TEST(above_the_limit_a_line_is_dropped_silently),
	RATE_TEST(one_line_does_not_use_up_the_answers_of_another),
	RATE_TEST(addresses_of_one_ipv6_line_share_their_answers),
	RATE_TEST(the_bucket_fills_again_at_its_rate),
	RATE_TEST(a_flood_does_not_keep_the_bucket_empty),
	RATE_TEST(a_rate_of_zero_answers_nothing),
	RATE_TEST(a_rate_of_zero_reports_nothing),
	RATE_TEST(a_reader_takes_a_thousand_events_at_a_time),
	{ 0 },
};
