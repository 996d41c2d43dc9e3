/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Generations, counters, events and test runs on the running kernel. The switch is tried under
 * traffic: what both policies allow must come through, frame by frame, while they alternate.
 */
#include "tests/unit/test.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "dataplane/attach.h"
#include "dataplane/counters.h"
#include "dataplane/events.h"
#include "dataplane/generation.h"
#include "dataplane/testrun.h"
#include "tests/packet/dataplane-bed.h"

#define SWITCHES 40

static struct bed bed;
static struct op25b_dataplane *dp;
static struct op25b_error error;
static struct op25b_tables closed, open_for_all;

static int set_up(void **state)
{
	(void)state;
	bed_devices(&bed);
	dp = bed_open(&bed);
	bed_tables(&bed, true, &closed);
	bed_tables(&bed, false, &open_for_all);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	bed_tables_done(&closed);
	bed_tables_done(&open_for_all);
	bed_ok(op25b_dataplane_remove(dp, &error), &error);
	op25b_dataplane_close(&dp);
	return 0;
}

static void put(const struct op25b_tables *tables)
{
	bed_ok(op25b_generation_put(dp, tables, &error), &error);
}

static void attach(enum op25b_hook hook)
{
	bed_ok(op25b_attach(dp, BED_DEV, OP25B_SUBSCRIBER, hook, NULL, &error), &error);
}

static void a_put_is_in_force_when_it_returns(void **state)
{
	uint64_t digest;

	(void)state;
	assert_int_equal(op25b_generation_digest(dp, &digest), -ENODATA);
	put(&closed);
	attach(OP25B_HOOK_TC);
	for (int i = 0; i < 3; i++) {
		put(&closed);
		assert_int_equal(op25b_generation_digest(dp, &digest), 0);
		assert_int_equal(digest, closed.plan.head.digest);
		assert_false(bed_passes(&bed, BED_LINE, BED_FOREIGN, 25));
		put(&open_for_all);
		assert_true(bed_passes(&bed, BED_LINE, BED_FOREIGN, 25));
	}
}

/* Maps that no slot holds any more are gone: a map lives no longer than its last user. */
static void the_generation_before_is_released(void **state)
{
	static const char *const outer[] = { "fronts", "images", "prefixes", "exceptions" };

	(void)state;
	put(&closed);
	put(&open_for_all);
	bed_ok(op25b_generation_release(dp, &error), &error);
	for (size_t i = 0; i < sizeof(outer) / sizeof(outer[0]); i++) {
		__u32 slot, id, found = 0;

		for (slot = 0; slot < OP25B_SLOTS; slot++)
			found += bpf_map_lookup_elem(op25b_dataplane_map_fd(dp, outer[i]), &slot,
						     &id) == 0;
		assert_int_equal(found, 1);
	}
}

static void a_generation_in_force_is_the_same_as_its_plan(void **state)
{
	struct op25b_generation_difference d;

	(void)state;
	assert_int_equal(op25b_generation_verify(dp, &closed, &d, &error), 1);
	assert_true(d.none_in_force);
	put(&closed);
	assert_int_equal(op25b_generation_verify(dp, &closed, &d, &error), 0);
	assert_int_equal(op25b_generation_verify(dp, &open_for_all, &d, &error), 1);
	assert_true(d.head);
}

static void what_somebody_changed_in_the_tables_is_found_and_mended(void **state)
{
	struct op25b_exception_key key = { .addr = { 198, 51, 100, 7 },
					   .family = OP25B_V4,
					   .len = 32 };
	struct op25b_exception exempt = { .flags = OP25B_EXEMPT };
	struct op25b_prefix_key prefix;
	struct op25b_generation_difference d;
	struct op25b_generation_live live;

	(void)state;
	put(&closed);
	bed_ok(op25b_generation_live(dp, &live, &error), &error);
	live.image[(live.front->head.n_blocks - 1) * OP25B_BLOCK] ^= 1;
	assert_int_equal(op25b_generation_verify(dp, &closed, &d, &error), 1);
	assert_int_equal(d.blocks, 1);
	assert_false(d.head || d.front);

	put(&closed);
	bed_ok(op25b_generation_live(dp, &live, &error), &error);
	live.front->near[live.front->head.n_classes].action ^= 1;
	assert_int_equal(op25b_generation_verify(dp, &closed, &d, &error), 1);
	assert_true(d.front);
	assert_false(d.head || d.blocks);

	put(&closed);
	bed_ok(op25b_generation_live(dp, &live, &error), &error);
	assert_true(closed.plan.n_prefixes > 0);
	prefix = closed.plan.prefixes[0].key;
	assert_int_equal(bpf_map_delete_elem(live.prefixes, &prefix), 0);
	assert_int_equal(bpf_map_update_elem(live.exceptions, &key, &exempt, BPF_ANY), 0);
	assert_int_equal(op25b_generation_verify(dp, &closed, &d, &error), 1);
	assert_int_equal(d.exceptions, 1);
	assert_int_equal(d.prefixes, 1);
	assert_int_equal(d.blocks, 0);
	put(&closed);
	assert_int_equal(op25b_generation_verify(dp, &closed, &d, &error), 0);
}

/* Send until told to stop; the exit status says nothing, the count comes through the pipe. */
static pid_t start_flood(const char *to, int *ret_stop)
{
	int stop[2];
	pid_t pid;

	assert_int_equal(pipe2(stop, O_CLOEXEC), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct pollfd told = { .fd = stop[0], .events = POLLIN };
		uint8_t frame[BED_FRAME];

		close(stop[1]);
		bed_syn(BED_LINE, to, 25, frame);
		while (poll(&told, 1, 0) == 0)
			(void)!send(bed.out, frame, sizeof(frame), 0);
		_exit(0);
	}
	close(stop[0]);
	*ret_stop = stop[1];
	return pid;
}

static void stop_flood(pid_t pid, int stop)
{
	close(stop);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static uint64_t packets(const struct op25b_counter *sums, enum op25b_reason reason)
{
	uint64_t n = 0;

	for (int family = 0; family < OP25B_FAMILY_COUNT; family++)
		n += sums->packets[family][0][reason] + sums->packets[family][1][reason];
	return n;
}

/*
 * Towards the relay the closed policy says designated-server and the open one unrestricted; any
 * other reason, counted or not, would be a mixture of two generations or none.
 */
static void no_packet_sees_half_of_a_switch(void **state)
{
	static struct op25b_counter sums[OP25B_COUNTER_SLOTS];
	uint64_t designated = 0, unrestricted = 0, others = 0;
	pid_t flood;
	int stop;

	(void)state;
	put(&closed);
	attach(OP25B_HOOK_TC);
	flood = start_flood(BED_RELAY, &stop);
	for (int i = 0; i < SWITCHES; i++)
		put(i % 2 ? &closed : &open_for_all);
	stop_flood(flood, stop);
	assert_int_equal(op25b_counters_read(dp, 0, OP25B_COUNTER_SLOTS, sums), 0);
	for (uint32_t slot = 0; slot < OP25B_COUNTER_SLOTS; slot++) {
		designated += packets(&sums[slot], OP25B_DESIGNATED_SERVER);
		unrestricted += packets(&sums[slot], OP25B_UNRESTRICTED);
		for (enum op25b_reason reason = 0; reason < OP25B_REASON_COUNT; reason++)
			if (reason != OP25B_DESIGNATED_SERVER && reason != OP25B_UNRESTRICTED &&
			    reason != OP25B_OTHER_PORT)
				others += packets(&sums[slot], reason);
	}
	assert_int_equal(others, 0);
	assert_true(designated > SWITCHES);
	assert_true(unrestricted > SWITCHES);
}

static void counters_tell_reasons_apart_and_can_be_cleared(void **state)
{
	static struct op25b_counter sums[4];

	(void)state;
	put(&closed);
	attach(OP25B_HOOK_XDP);
	for (int i = 0; i < 3; i++)
		assert_false(bed_passes(&bed, BED_LINE, BED_FOREIGN, 25));
	assert_true(bed_passes(&bed, BED_LINE, BED_RELAY, 25));
	assert_true(bed_passes(&bed, BED_FIXED, BED_FOREIGN, 25));
	assert_int_equal(op25b_counters_read(dp, 0, 4, sums), 0);
	assert_int_equal(sums[1].packets[OP25B_V4][0][OP25B_FOREIGN_SERVER], 3);
	assert_int_equal(sums[1].packets[OP25B_V4][0][OP25B_DESIGNATED_SERVER], 1);
	assert_int_equal(sums[2].packets[OP25B_V4][0][OP25B_UNRESTRICTED], 1);
	assert_int_equal(op25b_counters_clear(dp, 1), 0);
	assert_int_equal(op25b_counters_read(dp, 1, 2, sums), 0);
	assert_int_equal(packets(&sums[0], OP25B_FOREIGN_SERVER), 0);
	assert_int_equal(packets(&sums[1], OP25B_UNRESTRICTED), 1);
	assert_int_equal(op25b_counters_read(dp, 1, OP25B_COUNTER_SLOTS, sums), -EINVAL);
}

struct seen {
	unsigned int n;
	struct op25b_event last;
};

static void note_event(const struct op25b_event *event, void *context)
{
	struct seen *seen = context;

	seen->n++;
	seen->last = *event;
}

static void a_refused_attempt_becomes_an_event(void **state)
{
	const struct op25b_settings settings = { .event_rate = 10, .event_burst = 10 };
	const uint8_t line[4] = { 198, 51, 100, 7 }, peer[4] = { 192, 0, 2, 200 };
	struct op25b_events *events = NULL;
	struct seen seen = { 0 };
	struct pollfd wait = { .events = POLLIN };

	(void)state;
	op25b_dataplane_set(dp, &settings);
	put(&closed);
	attach(OP25B_HOOK_TC);
	bed_ok(op25b_events_open(dp, note_event, &seen, &events, &error), &error);
	assert_true(bed_passes(&bed, BED_LINE, BED_RELAY, 25));
	assert_int_equal(op25b_events_consume(events), 0);
	assert_false(bed_passes(&bed, BED_LINE, BED_FOREIGN, 25));
	wait.fd = op25b_events_fd(events);
	assert_int_equal(poll(&wait, 1, 5000), 1);
	assert_int_equal(op25b_events_consume(events), 1);
	assert_int_equal(seen.n, 1);
	assert_int_equal(seen.last.verdict, OP25B_REFUSE);
	assert_int_equal(seen.last.reason, OP25B_FOREIGN_SERVER);
	assert_int_equal(seen.last.digest, closed.plan.head.digest);
	assert_int_equal(seen.last.ifindex, if_nametoindex(BED_DEV));
	assert_memory_equal(seen.last.line, line, 4);
	assert_memory_equal(seen.last.peer, peer, 4);
	op25b_events_close(&events);
}

static void settings_are_read_back(void **state)
{
	const struct op25b_settings given = { .answer_rate = 1,
					      .answer_burst = 2,
					      .event_rate = 3,
					      .event_burst = 4,
					      .icmp4 = { 192, 0, 2, 1 },
					      .icmp6 = { 0x20, 1, 0xd, 0xb8 } };
	struct op25b_settings got;

	(void)state;
	op25b_dataplane_set(dp, &given);
	op25b_dataplane_settings(dp, &got);
	assert_memory_equal(&got, &given, sizeof(got));
}

static uint32_t ask(enum op25b_hook hook, enum op25b_side side, const char *from, const char *to)
{
	uint8_t frame[BED_FRAME];
	uint32_t word = 0;

	bed_syn(from, to, 25, frame);
	bed_ok(op25b_testrun(dp, hook, side, frame, sizeof(frame), &word, &error), &error);
	return word;
}

static void a_test_run_says_what_the_program_decides(void **state)
{
	static const enum op25b_hook hooks[] = { OP25B_HOOK_XDP, OP25B_HOOK_TC };
	uint8_t frame[BED_FRAME];
	uint32_t word;

	(void)state;
	put(&closed);
	for (size_t i = 0; i < 2; i++) {
		word = ask(hooks[i], OP25B_SUBSCRIBER, BED_LINE, BED_FOREIGN);
		assert_int_equal(word,
				 OP25B_PACK(OP25B_REFUSE, OP25B_FOREIGN_SERVER, OP25B_DROP, 0, 1));
		word = ask(hooks[i], OP25B_SUBSCRIBER, BED_LINE, BED_RELAY);
		assert_int_equal(word, OP25B_PACK(OP25B_PASS, OP25B_DESIGNATED_SERVER, 0, 0, 1));
		word = ask(hooks[i], OP25B_UPSTREAM, BED_LINE, BED_FOREIGN);
		assert_int_equal(OP25B_PACKED_REASON(word), OP25B_OTHER_PORT);
	}
	bed_syn(BED_LINE, BED_FOREIGN, 25, frame);
	assert_int_equal(
		op25b_testrun(dp, OP25B_HOOK_XDP, OP25B_SUBSCRIBER, frame, 13, &word, &error),
		-EOPNOTSUPP);
	assert_int_equal(
		op25b_testrun(dp, OP25B_HOOK_AUTO, OP25B_SUBSCRIBER, frame, 60, &word, &error),
		-EINVAL);
}

static void a_frame_too_long_for_a_test_run_is_told_apart(void **state)
{
	static uint8_t frame[1 << 20];
	uint32_t word;

	(void)state;
	put(&closed);
	bed_syn(BED_LINE, BED_FOREIGN, 25, frame);
	assert_int_equal(op25b_testrun(dp, OP25B_HOOK_TC, OP25B_SUBSCRIBER, frame, sizeof(frame),
				       &word, &error),
			 -EOPNOTSUPP);
	assert_int_equal(
		op25b_testrun(dp, OP25B_HOOK_XDP, OP25B_SUBSCRIBER, frame, 9000, &word, &error), 0);
	assert_int_equal(OP25B_PACKED_REASON(word), OP25B_FOREIGN_SERVER);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_put_is_in_force_when_it_returns),
		TEST(the_generation_before_is_released),
		TEST(a_generation_in_force_is_the_same_as_its_plan),
		TEST(what_somebody_changed_in_the_tables_is_found_and_mended),
		TEST(no_packet_sees_half_of_a_switch),
		TEST(counters_tell_reasons_apart_and_can_be_cleared),
		TEST(a_refused_attempt_becomes_an_event),
		TEST(settings_are_read_back),
		TEST(a_test_run_says_what_the_program_decides),
		TEST(a_frame_too_long_for_a_test_run_is_told_apart),
	};
	int failed;

	bed_enter(&bed);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	bed_leave(&bed);
	return failed;
}
