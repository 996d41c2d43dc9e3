/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The tc half below XDP: what src/dataplane/attach.h promises of it, on veth of a namespace of its
 * own.
 */
#include "tests/unit/test.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "dataplane/attach.h"
#include "dataplane/generation.h"
#include "dataplane/notice.h"
#include "dataplane/notice-port.h"
#include "tests/packet/dataplane-bed.h"

static struct bed bed;
static struct op25b_dataplane *dp;
static struct op25b_error error;

static void put(struct op25b_dataplane *to)
{
	struct op25b_tables tables;

	bed_tables(&bed, true, &tables);
	bed_ok(op25b_generation_put(to, &tables, &error), &error);
	bed_tables_done(&tables);
}

static void set_mark(uint32_t mark)
{
	op25b_dataplane_set(dp, &(struct op25b_settings){ .notice_mark = mark });
}

static int set_up(void **state)
{
	(void)state;
	bed_devices(&bed);
	dp = bed_open(&bed);
	put(dp);
	set_mark(0x25);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	bed_ok(op25b_dataplane_remove(dp, &error), &error);
	op25b_dataplane_close(&dp);
	assert_int_equal(access(bed.pins, F_OK), -1);
	return 0;
}

static struct op25b_attachment attach_side(enum op25b_hook hook, enum op25b_side side)
{
	struct op25b_attachment a = { 0 };

	bed_ok(op25b_attach(dp, BED_DEV, side, hook, &a, &error), &error);
	assert_true(a.current);
	assert_int_equal(a.hook, hook);
	assert_int_equal(a.side, side);
	return a;
}

static struct op25b_attachment attach(enum op25b_hook hook)
{
	return attach_side(hook, OP25B_SUBSCRIBER);
}

static struct op25b_attachment find(void)
{
	struct op25b_attachment a = { 0 };

	bed_ok(op25b_attach_find(dp, if_nametoindex(BED_DEV), &a, &error), &error);
	return a;
}

static bool has_filter(const char *handle)
{
	return bed_says("tc filter show dev " BED_DEV " ingress", handle);
}

/* The half stands, and XDP leaves packets to it; or neither. */
static void expect_half(bool stands)
{
	assert_int_equal(has_filter("handle 0x1a"), stands);
	assert_int_equal(op25b_notice_port_has(dp, if_nametoindex(BED_DEV), OP25B_NOTICE_BELOW),
			 stands);
}

static void expect_enforced(void)
{
	assert_false(bed_passes(&bed, BED_LINE, BED_FOREIGN, 25));
	assert_true(bed_passes(&bed, BED_LINE, BED_RELAY, 25));
	assert_true(bed_passes(&bed, BED_LINE, BED_FOREIGN, 465));
}

static void a_half_stands_below_xdp_and_only_there(void **state)
{
	static const enum op25b_hook hooks[] = { OP25B_HOOK_XDP, OP25B_HOOK_XDP_GENERIC,
						 OP25B_HOOK_TC,  OP25B_HOOK_XDP_GENERIC,
						 OP25B_HOOK_XDP, OP25B_HOOK_TC };

	(void)state;
	for (size_t i = 0; i < sizeof(hooks) / sizeof(hooks[0]); i++) {
		assert_int_equal(attach(hooks[i]).notes & OP25B_NOTE_NOTICE_HELD, 0);
		expect_half(hooks[i] != OP25B_HOOK_TC);
		assert_int_equal(has_filter("handle 0x19"), hooks[i] == OP25B_HOOK_TC);
		expect_enforced();
	}
}

static void all_is_gone_after_detaching(void **state)
{
	char path[128];

	(void)state;
	for (enum op25b_hook hook = OP25B_HOOK_XDP; hook <= OP25B_HOOK_TC; hook++) {
		attach(hook);
		bed_ok(op25b_detach(dp, if_nametoindex(BED_DEV), &error), &error);
		expect_half(false);
		assert_false(bed_says("ip link show dev " BED_DEV, "prog/xdp"));
		assert_false(bed_says("tc qdisc show dev " BED_DEV, "clsact"));
		snprintf(path, sizeof(path), "ls %s/links", bed.pins);
		assert_false(bed_says(path, "-"));
	}
}

static void no_half_stands_where_no_notices_are_given(void **state)
{
	(void)state;
	set_mark(0);
	attach(OP25B_HOOK_XDP);
	expect_half(false);
	set_mark(0x25);
	attach_side(OP25B_HOOK_XDP, OP25B_UPSTREAM);
	expect_half(false);
	attach_side(OP25B_HOOK_XDP, OP25B_BOTH);
	expect_half(true);
	attach_side(OP25B_HOOK_XDP, OP25B_UPSTREAM);
	expect_half(false);
}

static void what_is_to_be_mended_is_not_current(void **state)
{
	(void)state;
	attach(OP25B_HOOK_XDP);
	assert_true(find().current);
	set_mark(0);
	assert_false(find().current);
	attach(OP25B_HOOK_XDP);
	expect_half(false);
	set_mark(0x25);
	assert_false(find().current);
	attach(OP25B_HOOK_XDP);
	expect_half(true);
}

static void a_half_that_somebody_took_off_is_missed_and_made_anew(void **state)
{
	(void)state;
	attach(OP25B_HOOK_XDP);
	bed_run("tc qdisc del dev " BED_DEV " clsact");
	assert_int_equal(find().hook, OP25B_HOOK_XDP);
	assert_false(find().current);
	attach(OP25B_HOOK_XDP);
	expect_half(true);
	bed_run("tc filter del dev " BED_DEV " ingress");
	assert_false(find().current);
	attach(OP25B_HOOK_XDP_GENERIC);
	expect_half(true);
}

static void a_half_alone_is_no_attachment_and_goes_with_the_rest(void **state)
{
	char path[128];
	struct op25b_attachment a = attach(OP25B_HOOK_XDP);
	int link;

	(void)state;
	snprintf(path, sizeof(path), "%s/links/xdp-%u", bed.pins, a.ifindex);
	link = bpf_obj_get(path);
	assert_int_equal(bpf_link_detach(link), 0);
	close(link);
	assert_int_equal(op25b_attach_find(dp, a.ifindex, &a, NULL), -ENOENT);
	expect_half(true);
	bed_ok(op25b_dataplane_remove(dp, &error), &error);
	assert_false(bed_says("tc qdisc show dev " BED_DEV, "clsact"));
	op25b_dataplane_close(&dp);
	dp = bed_open(&bed);
}

static int load_foreign(void)
{
	const struct bpf_insn code[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = -1 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	int fd = bpf_prog_load(BPF_PROG_TYPE_SCHED_CLS, "somebody", "GPL", code, 2, NULL);

	assert_true(fd >= 0);
	return fd;
}

static void add_foreign(uint32_t handle)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = (int)if_nametoindex(BED_DEV),
		    .attach_point = BPF_TC_INGRESS);
	LIBBPF_OPTS(bpf_tc_opts, place, .handle = handle, .priority = OP25B_TC_PRIORITY);
	OP25B_AUTO_CLOSE int fd = load_foreign();

	place.prog_fd = fd;
	assert_int_equal(bpf_tc_attach(&hook, &place), 0);
}

static void a_filter_of_others_at_the_half_s_place_stays_and_xdp_answers_alone(void **state)
{
	struct op25b_attachment a;

	(void)state;
	bed_run("tc qdisc add dev " BED_DEV " clsact");
	add_foreign(OP25B_TC_HALF);
	a = attach(OP25B_HOOK_XDP);
	assert_int_equal(a.notes & OP25B_NOTE_NOTICE_HELD, OP25B_NOTE_NOTICE_HELD);
	assert_false(op25b_notice_port_has(dp, a.ifindex, OP25B_NOTICE_BELOW));
	expect_enforced();
	bed_ok(op25b_detach(dp, a.ifindex, &error), &error);
	assert_true(has_filter("somebody"));

	attach(OP25B_HOOK_TC);
	bed_ok(op25b_detach(dp, a.ifindex, &error), &error);
	assert_true(has_filter("somebody"));

	/* Gone, it leaves the place to the half. */
	attach(OP25B_HOOK_XDP);
	bed_run("tc filter del dev " BED_DEV " ingress");
	assert_false(find().current);
	assert_int_equal(attach(OP25B_HOOK_XDP).notes & OP25B_NOTE_NOTICE_HELD, 0);
	expect_half(true);
}

static void a_filter_before_the_half_is_noted(void **state)
{
	(void)state;
	attach(OP25B_HOOK_XDP);
	assert_int_equal(find().notes & OP25B_NOTE_NOTICE_BEHIND, 0);
	add_foreign(99); /* the newest sees packets first */
	assert_int_equal(find().notes & OP25B_NOTE_NOTICE_BEHIND, OP25B_NOTE_NOTICE_BEHIND);
	assert_true(find().current);
	assert_int_equal(find().notes & OP25B_NOTE_TC_BEFORE, 0);
}

/* Attach type 46, BPF_TCX_INGRESS, is there from Linux 6.6 on. */
static void a_tcx_program_before_the_half_is_noted(void **state)
{
	OP25B_AUTO_CLOSE int fd = load_foreign();
	unsigned int ifindex = attach(OP25B_HOOK_XDP).ifindex;
	int link = bpf_link_create(fd, (int)ifindex, (enum bpf_attach_type)46, NULL);

	(void)state;
	if (link < 0)
		skip();
	assert_int_equal(find().notes & OP25B_NOTE_NOTICE_BEHIND, OP25B_NOTE_NOTICE_BEHIND);
	close(link);
	assert_int_equal(find().notes & OP25B_NOTE_NOTICE_BEHIND, 0);
}

static void a_qdisc_that_holds_a_filter_of_others_at_our_place_stays(void **state)
{
	(void)state;
	attach(OP25B_HOOK_TC);
	bed_run("tc filter del dev " BED_DEV " ingress");
	add_foreign(OP25B_TC_HANDLE);
	bed_ok(op25b_detach(dp, if_nametoindex(BED_DEV), &error), &error);
	assert_true(has_filter("somebody"));
}

static void a_private_handle_takes_its_half_with_it(void **state)
{
	const struct op25b_load_options options = { .programs = OP25B_LOAD_HOOKS };
	struct op25b_dataplane *private = NULL;

	(void)state;
	bed_ok(op25b_dataplane_open(&options, &private, &error), &error);
	put(private);
	op25b_dataplane_set(private, &(struct op25b_settings){ .notice_mark = 0x25 });
	bed_ok(op25b_attach(private, BED_DEV, OP25B_SUBSCRIBER, OP25B_HOOK_XDP, NULL, &error),
	       &error);
	assert_true(has_filter("handle 0x1a"));
	op25b_dataplane_close(&private);
	assert_false(bed_says("tc qdisc show dev " BED_DEV, "clsact"));
}

/* As from another version: the programs of before are told by their maps. */
static void an_upgrade_replaces_the_half_too(void **state)
{
	struct op25b_control control;
	__u32 zero = 0;
	int fd;

	(void)state;
	attach(OP25B_HOOK_XDP);
	bed_send(&bed, BED_LINE, BED_FOREIGN, 25);
	expect_enforced();
	fd = op25b_dataplane_map_fd(dp, "control");
	assert_int_equal(bpf_map_lookup_elem(fd, &zero, &control), 0);
	control.abi = OP25B_ABI + 1000;
	assert_int_equal(bpf_map_update_elem(fd, &zero, &control, BPF_ANY), 0);
	op25b_dataplane_close(&dp);

	dp = bed_open(&bed);
	assert_int_equal(op25b_dataplane_state(dp), OP25B_LOAD_UPGRADING);
	put(dp);
	set_mark(0x25);
	assert_false(find().current);
	assert_int_equal(op25b_dataplane_commit(dp, &error), -EBUSY);
	attach(OP25B_HOOK_XDP);
	expect_half(true);
	expect_enforced();
	bed_ok(op25b_dataplane_commit(dp, &error), &error);
	assert_int_equal(op25b_dataplane_state(dp), OP25B_LOAD_TAKEN_OVER);
}

static void what_is_said_of_a_port_leaves_the_half_alone(void **state)
{
	unsigned int ifindex = attach(OP25B_HOOK_XDP).ifindex;

	(void)state;
	bed_ok(op25b_notice_port_set(dp, ifindex, true, &error), &error);
	bed_ok(op25b_notice_port_set(dp, ifindex, true, &error), &error);
	assert_true(op25b_notice_port_has(dp, ifindex, OP25B_NOTICE_BARRED));
	expect_half(true);
	assert_true(find().current);
	bed_ok(op25b_detach(dp, ifindex, &error), &error);
	assert_true(op25b_notice_port_has(dp, ifindex, OP25B_NOTICE_BARRED));
	bed_ok(op25b_notice_port_set(dp, ifindex, false, &error), &error);
	assert_false(op25b_notice_port_has(dp, ifindex, ~0U));
}

/* As where an interface is gone, and another gets its number. */
static void of_a_port_that_is_forgotten_nothing_stays(void **state)
{
	unsigned int ifindex = attach(OP25B_HOOK_XDP).ifindex;

	(void)state;
	bed_ok(op25b_notice_port_set(dp, ifindex, true, &error), &error);
	op25b_notice_port_forget(dp, ifindex);
	assert_false(op25b_notice_port_has(dp, ifindex, ~0U));
	assert_false(find().current);
	attach(OP25B_HOOK_XDP);
	expect_half(true);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_half_stands_below_xdp_and_only_there),
		TEST(all_is_gone_after_detaching),
		TEST(no_half_stands_where_no_notices_are_given),
		TEST(what_is_to_be_mended_is_not_current),
		TEST(a_half_that_somebody_took_off_is_missed_and_made_anew),
		TEST(a_half_alone_is_no_attachment_and_goes_with_the_rest),
		TEST(a_filter_of_others_at_the_half_s_place_stays_and_xdp_answers_alone),
		TEST(a_filter_before_the_half_is_noted),
		TEST(a_tcx_program_before_the_half_is_noted),
		TEST(a_qdisc_that_holds_a_filter_of_others_at_our_place_stays),
		TEST(a_private_handle_takes_its_half_with_it),
		TEST(an_upgrade_replaces_the_half_too),
		TEST(what_is_said_of_a_port_leaves_the_half_alone),
		TEST(of_a_port_that_is_forgotten_nothing_stays),
	};
	int failed;

	bed_enter(&bed);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	bed_leave(&bed);
	return failed;
}
