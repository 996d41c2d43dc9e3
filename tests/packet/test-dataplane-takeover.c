/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Death, takeover and upgrade. The process that holds the pins is a child that is killed with
 * SIGKILL, at rest and at any moment of a switch; frames to a refused destination flow the whole
 * time and none may come through.
 */
#include "tests/unit/test.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "dataplane/attach.h"
#include "dataplane/counters.h"
#include "dataplane/generation.h"
#include "tests/packet/dataplane-bed.h"

#define KILLS 6

static struct bed bed;
static struct op25b_error error;
static struct op25b_tables closed, twin;

static int set_up(void **state)
{
	(void)state;
	bed_devices(&bed);
	bed_tables(&bed, true, &closed);
	bed_tables(&bed, true, &twin);
	twin.front->head.digest++;
	return 0;
}

static int tear_down(void **state)
{
	struct op25b_dataplane *dp = bed_open(&bed);

	(void)state;
	bed_ok(op25b_dataplane_remove(dp, &error), &error);
	op25b_dataplane_close(&dp);
	bed_tables_done(&closed);
	bed_tables_done(&twin);
	return 0;
}

/* What a child does with the handle it opened; then it says so and waits for its end. */
typedef void child_fn(struct op25b_dataplane *dp, enum op25b_hook hook);

static pid_t start_child(child_fn *fn, enum op25b_hook hook)
{
	int ready[2];
	char byte;
	pid_t pid;

	assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct op25b_dataplane *dp = bed_open(&bed);

		bed_ok(op25b_generation_put(dp, &closed, &error), &error);
		bed_ok(op25b_attach(dp, BED_DEV, OP25B_SUBSCRIBER, hook, NULL, &error), &error);
		(void)!write(ready[1], "", 1);
		fn(dp, hook);
		_exit(1);
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	return pid;
}

static void kill_child(pid_t pid)
{
	int status;

	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
}

static void rest(struct op25b_dataplane *dp, enum op25b_hook hook)
{
	(void)dp;
	(void)hook;
	for (;;)
		pause();
}

static void switch_for_ever(struct op25b_dataplane *dp, enum op25b_hook hook)
{
	for (unsigned int i = 0;; i++) {
		op25b_generation_put(dp, i % 2 ? &closed : &twin, NULL);
		op25b_attach(dp, BED_DEV, i % 3 ? OP25B_SUBSCRIBER : OP25B_BOTH, hook, NULL, NULL);
	}
}

static uint64_t refused(const struct op25b_dataplane *dp)
{
	static struct op25b_counter sums;

	assert_int_equal(op25b_counters_read(dp, 1, 1, &sums), 0);
	return sums.packets[OP25B_V4][0][OP25B_FOREIGN_SERVER];
}

static void expect_enforced(void)
{
	assert_false(bed_passes(&bed, BED_LINE, BED_FOREIGN, 25));
	assert_true(bed_passes(&bed, BED_LINE, BED_RELAY, 25));
}

static void a_killed_process_leaves_enforcement_to_be_taken_over(void **state)
{
	(void)state;
	for (enum op25b_hook hook = OP25B_HOOK_XDP; hook <= OP25B_HOOK_TC; hook++) {
		struct op25b_attachment a;
		struct op25b_dataplane *dp;
		uint64_t digest, before;

		kill_child(start_child(rest, hook));
		expect_enforced();

		dp = bed_open(&bed);
		assert_int_equal(op25b_dataplane_state(dp), OP25B_LOAD_TAKEN_OVER);
		assert_int_equal(op25b_generation_digest(dp, &digest), 0);
		assert_int_equal(digest, closed.plan.head.digest);
		before = refused(dp);
		assert_true(before > 0);
		bed_ok(op25b_attach_find(dp, if_nametoindex(BED_DEV), &a, &error), &error);
		assert_int_equal(a.hook, hook);
		assert_false(a.current);
		bed_ok(op25b_attach(dp, BED_DEV, OP25B_SUBSCRIBER, hook, &a, &error), &error);
		assert_true(a.current);
		expect_enforced();
		assert_int_equal(refused(dp), before + 1);
		op25b_dataplane_close(&dp);
		expect_enforced();
	}
}

static void the_pin_folder_has_one_holder(void **state)
{
	const struct op25b_load_options options = { .pins = bed.pins };
	struct op25b_dataplane *dp = bed_open(&bed), *second = NULL;

	(void)state;
	assert_int_equal(op25b_dataplane_open(&options, &second, &error), -EBUSY);
	assert_non_null(strstr(error.text, bed.pins));
	assert_null(second);
	op25b_dataplane_close(&dp);
	bed_ok(op25b_dataplane_open(&options, &second, &error), &error);
	op25b_dataplane_close(&second);
}

static void pins_outside_a_bpf_file_system_are_refused(void **state)
{
	char empty[sizeof(bed.folder) + 8];
	const struct op25b_load_options options = { .pins = empty };
	struct op25b_load_options missing = { .pins = "/nowhere/op25b" };
	struct op25b_dataplane *dp = NULL;

	(void)state;
	snprintf(empty, sizeof(empty), "%s/empty", bed.folder);
	assert_int_equal(op25b_dataplane_open(&options, &dp, &error), -ENOTSUP);
	assert_int_equal(rmdir(empty), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(mkdir(empty, 0700), 0);
	assert_int_equal(op25b_dataplane_open(&options, &dp, &error), -ENOTSUP);
	assert_int_equal(rmdir(empty), 0); /* somebody else's is not removed */
	assert_int_equal(op25b_dataplane_open(&missing, &dp, &error), -ENOENT);
	assert_non_null(strstr(error.text, "/nowhere/op25b"));
}

static void leftovers_of_a_removal_that_was_killed_are_cleared(void **state)
{
	struct op25b_dataplane *dp = bed_open(&bed);

	(void)state;
	op25b_dataplane_close(&dp);
	bed_run("rm %s/now/control %s/now/rates", bed.pins, bed.pins);
	dp = bed_open(&bed);
	assert_int_equal(op25b_dataplane_state(dp), OP25B_LOAD_FRESH);
	op25b_dataplane_close(&dp);
	bed_run("rm %s/now/rates", bed.pins);
	dp = bed_open(&bed);
	assert_int_equal(op25b_dataplane_state(dp), OP25B_LOAD_UPGRADING);
	bed_ok(op25b_generation_put(dp, &closed, &error), &error);
	bed_ok(op25b_dataplane_commit(dp, &error), &error);
	op25b_dataplane_close(&dp);
	dp = bed_open(&bed);
	assert_int_equal(op25b_dataplane_state(dp), OP25B_LOAD_TAKEN_OVER);
	op25b_dataplane_close(&dp);
}

/* A frame to the foreign server after another, until told to stop. */
static pid_t start_flood(int *ret_stop)
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
		bed_syn(BED_LINE, BED_FOREIGN, 25, frame);
		while (poll(&told, 1, 0) == 0)
			(void)!send(bed.out, frame, sizeof(frame), 0);
		_exit(0);
	}
	close(stop[0]);
	*ret_stop = stop[1];
	return pid;
}

static void expect_nothing_came(int in)
{
	uint8_t frame[128];

	assert_int_equal(recv(in, frame, sizeof(frame), MSG_DONTWAIT), -1);
	assert_int_equal(errno, EAGAIN);
}

/* Frames sent between birth and death spread the moment of death over the steps of a switch. */
static void nothing_passes_while_the_holder_is_killed_in_the_middle_of_switches(void **state)
{
	(void)state;
	for (enum op25b_hook hook = OP25B_HOOK_XDP; hook <= OP25B_HOOK_TC; hook++) {
		OP25B_AUTO_CLOSE int in = -1;
		struct op25b_dataplane *dp;
		pid_t flood, child = start_child(switch_for_ever, hook);
		int stop;

		in = bed_listen(BED_DEV);
		flood = start_flood(&stop);
		for (long i = 0; i < KILLS; i++) {
			struct op25b_generation_difference d;

			for (long sent = 0; sent < 50 + i * 170; sent++)
				bed_send(&bed, BED_LINE, BED_FOREIGN, 25);
			kill_child(child);
			dp = bed_open(&bed);
			if (op25b_generation_verify(dp, &closed, &d, &error))
				assert_int_equal(op25b_generation_verify(dp, &twin, &d, &error), 0);
			op25b_dataplane_close(&dp);
			child = start_child(switch_for_ever, hook);
		}
		kill_child(child);
		close(stop);
		assert_int_equal(waitpid(flood, NULL, 0), flood);
		expect_nothing_came(in);
		dp = bed_open(&bed);
		assert_true(refused(dp) > KILLS);
		bed_ok(op25b_detach(dp, if_nametoindex(BED_DEV), &error), &error);
		op25b_dataplane_close(&dp);
	}
}

/* Make the pinned maps look like those of another version. */
static void age_pins(void)
{
	struct op25b_dataplane *dp = bed_open(&bed);
	struct op25b_control control;
	__u32 zero = 0;
	int fd = op25b_dataplane_map_fd(dp, "control");

	assert_int_equal(bpf_map_lookup_elem(fd, &zero, &control), 0);
	control.abi = OP25B_ABI + 1000;
	assert_int_equal(bpf_map_update_elem(fd, &zero, &control, BPF_ANY), 0);
	op25b_dataplane_close(&dp);
}

static void an_upgrade_to_another_abi_keeps_counters_and_lets_nothing_pass(void **state)
{
	(void)state;
	for (enum op25b_hook hook = OP25B_HOOK_XDP; hook <= OP25B_HOOK_TC; hook++) {
		OP25B_AUTO_CLOSE int in = -1;
		struct op25b_dataplane *dp;
		uint64_t before;
		pid_t flood;
		int stop;

		kill_child(start_child(rest, hook));
		expect_enforced();
		dp = bed_open(&bed);
		before = refused(dp);
		op25b_dataplane_close(&dp);
		age_pins();

		in = bed_listen(BED_DEV);
		flood = start_flood(&stop);
		dp = bed_open(&bed);
		assert_int_equal(op25b_dataplane_state(dp), OP25B_LOAD_UPGRADING);
		assert_true(refused(dp) >= before);
		assert_int_equal(op25b_dataplane_commit(dp, &error), -ENODATA);
		bed_ok(op25b_generation_put(dp, &closed, &error), &error);
		assert_int_equal(op25b_dataplane_commit(dp, &error), -EBUSY);
		assert_non_null(strstr(error.text, BED_DEV));

		/* Killed here, the next process goes on with it. */
		op25b_dataplane_close(&dp);
		dp = bed_open(&bed);
		assert_int_equal(op25b_dataplane_state(dp), OP25B_LOAD_UPGRADING);
		bed_ok(op25b_attach(dp, BED_DEV, OP25B_SUBSCRIBER, hook, NULL, &error), &error);
		bed_ok(op25b_dataplane_commit(dp, &error), &error);
		assert_int_equal(op25b_dataplane_state(dp), OP25B_LOAD_TAKEN_OVER);
		op25b_dataplane_close(&dp);
		close(stop);
		assert_int_equal(waitpid(flood, NULL, 0), flood);
		expect_nothing_came(in);

		dp = bed_open(&bed);
		assert_int_equal(op25b_dataplane_state(dp), OP25B_LOAD_TAKEN_OVER);
		assert_true(refused(dp) >= before);
		bed_run("test ! -e %s/next", bed.pins);
		bed_ok(op25b_detach(dp, if_nametoindex(BED_DEV), &error), &error);
		op25b_dataplane_close(&dp);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_killed_process_leaves_enforcement_to_be_taken_over),
		TEST(the_pin_folder_has_one_holder),
		TEST(pins_outside_a_bpf_file_system_are_refused),
		TEST(leftovers_of_a_removal_that_was_killed_are_cleared),
		TEST(nothing_passes_while_the_holder_is_killed_in_the_middle_of_switches),
		TEST(an_upgrade_to_another_abi_keeps_counters_and_lets_nothing_pass),
	};
	int failed;

	bed_enter(&bed);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	bed_leave(&bed);
	return failed;
}
