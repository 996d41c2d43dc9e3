/* SPDX-License-Identifier: BSD-2-Clause */
/* What src/dataplane/attach.h promises, on veth and tun of a namespace of its own. */
#include "tests/unit/test.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/if_link.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "dataplane/attach.h"
#include "dataplane/device.h"
#include "dataplane/generation.h"
#include "tests/packet/dataplane-bed.h"

static struct bed bed;
static struct op25b_dataplane *dp;
static struct op25b_error error;

static int set_up(void **state)
{
	struct op25b_tables tables;

	(void)state;
	bed_devices(&bed);
	dp = bed_open(&bed);
	bed_tables(&bed, true, &tables);
	bed_ok(op25b_generation_put(dp, &tables, &error), &error);
	bed_tables_done(&tables);
	return 0;
}

/* Whatever a test did, nothing of ours may stay. */
static int tear_down(void **state)
{
	(void)state;
	bed_ok(op25b_dataplane_remove(dp, &error), &error);
	op25b_dataplane_close(&dp);
	assert_int_equal(access(bed.pins, F_OK), -1);
	return 0;
}

static struct op25b_attachment attach(enum op25b_hook hook)
{
	struct op25b_attachment a = { 0 };

	bed_ok(op25b_attach(dp, BED_DEV, OP25B_SUBSCRIBER, hook, &a, &error), &error);
	return a;
}

static void expect_enforced(void)
{
	assert_false(bed_passes(&bed, BED_LINE, BED_FOREIGN, 25));
	assert_true(bed_passes(&bed, BED_LINE, BED_RELAY, 25));
	assert_true(bed_passes(&bed, BED_LINE, BED_FOREIGN, 465));
	assert_true(bed_passes(&bed, BED_FIXED, BED_FOREIGN, 25));
}

static void nothing_is_enforced_before_a_program_is_attached(void **state)
{
	struct op25b_attachment a;

	(void)state;
	assert_true(bed_passes(&bed, BED_LINE, BED_FOREIGN, 25));
	assert_int_equal(op25b_attach_find(dp, if_nametoindex(BED_DEV), &a, NULL), -ENOENT);
}

static void auto_takes_tc_on_veth(void **state)
{
	struct op25b_attachment a = attach(OP25B_HOOK_AUTO);

	(void)state;
	assert_int_equal(a.hook, OP25B_HOOK_TC);
	assert_false(a.layer3);
	assert_true(a.current);
	assert_int_equal(a.notes, 0);
	expect_enforced();
}

static void every_hook_enforces(void **state)
{
	static const enum op25b_hook hooks[] = { OP25B_HOOK_TC, OP25B_HOOK_XDP,
						 OP25B_HOOK_XDP_GENERIC };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(attach(hooks[i]).hook, hooks[i]);
		expect_enforced();
		bed_ok(op25b_detach(dp, if_nametoindex(BED_DEV), &error), &error);
		assert_true(bed_passes(&bed, BED_LINE, BED_FOREIGN, 25));
	}
}

static void a_change_of_hook_leaves_one_program(void **state)
{
	static const enum op25b_hook hooks[] = { OP25B_HOOK_TC, OP25B_HOOK_XDP,
						 OP25B_HOOK_XDP_GENERIC, OP25B_HOOK_XDP,
						 OP25B_HOOK_TC };

	(void)state;
	for (size_t i = 0; i < sizeof(hooks) / sizeof(hooks[0]); i++) {
		bool xdp = hooks[i] != OP25B_HOOK_TC;

		assert_int_equal(attach(hooks[i]).hook, hooks[i]);
		expect_enforced();
		assert_int_equal(bed_says("ip link show dev " BED_DEV, "prog/xdp"), xdp);
		assert_int_equal(bed_says("tc filter show dev " BED_DEV " ingress", "bpf"), !xdp);
	}
}

static void another_side_replaces_the_program_in_place(void **state)
{
	struct op25b_attachment a;

	(void)state;
	for (enum op25b_hook hook = OP25B_HOOK_XDP; hook <= OP25B_HOOK_TC; hook++) {
		attach(hook);
		bed_ok(op25b_attach(dp, BED_DEV, OP25B_BOTH, hook, &a, &error), &error);
		assert_int_equal(a.side, OP25B_BOTH);
		assert_int_equal(a.hook, hook);
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
		assert_false(bed_says("ip link show dev " BED_DEV, "prog/xdp"));
		assert_false(bed_says("tc qdisc show dev " BED_DEV, "clsact"));
		snprintf(path, sizeof(path), "ls %s/links", bed.pins);
		assert_false(bed_says(path, "-"));
	}
}

static int load_foreign(enum bpf_prog_type type, int verdict)
{
	const struct bpf_insn code[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = verdict },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	int fd = bpf_prog_load(type, "somebody", "GPL", code, 2, NULL);

	assert_true(fd >= 0);
	return fd;
}

static void add_filter(enum bpf_tc_attach_point point, uint32_t priority, int fd)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = (int)if_nametoindex(BED_DEV),
		    .attach_point = point);
	LIBBPF_OPTS(bpf_tc_opts, place, .handle = OP25B_TC_HANDLE, .priority = priority,
		    .prog_fd = fd);

	assert_int_equal(bpf_tc_attach(&hook, &place), 0);
}

/* Attach type 46, BPF_TCX_INGRESS, is there from Linux 6.6 on. */
static void a_tcx_program_comes_before_ours(void **state)
{
	OP25B_AUTO_CLOSE int fd = load_foreign(BPF_PROG_TYPE_SCHED_CLS, -1);
	struct op25b_attachment a = attach(OP25B_HOOK_TC);
	int link = bpf_link_create(fd, (int)a.ifindex, (enum bpf_attach_type)46, NULL);

	(void)state;
	if (link < 0)
		skip();
	bed_ok(op25b_attach_find(dp, a.ifindex, &a, &error), &error);
	assert_int_equal(a.notes, OP25B_NOTE_FOREIGN_TC | OP25B_NOTE_TC_BEFORE);
	close(link);
	bed_ok(op25b_attach_find(dp, a.ifindex, &a, &error), &error);
	assert_int_equal(a.notes, 0);
	bed_ok(op25b_detach(dp, a.ifindex, &error), &error);
}

static void a_qdisc_and_a_filter_of_others_stay(void **state)
{
	OP25B_AUTO_CLOSE int fd = load_foreign(BPF_PROG_TYPE_SCHED_CLS, -1);
	struct op25b_attachment a;

	(void)state;
	bed_run("tc qdisc add dev " BED_DEV " clsact");
	a = attach(OP25B_HOOK_TC);
	assert_int_equal(a.notes, 0);
	bed_ok(op25b_detach(dp, a.ifindex, &error), &error);
	assert_true(bed_says("tc qdisc show dev " BED_DEV, "clsact"));

	bed_run("tc qdisc del dev " BED_DEV " clsact");
	attach(OP25B_HOOK_TC);
	add_filter(BPF_TC_EGRESS, 7, fd);
	add_filter(BPF_TC_INGRESS, 9, fd);
	bed_ok(op25b_attach_find(dp, a.ifindex, &a, &error), &error);
	assert_int_equal(a.notes, OP25B_NOTE_FOREIGN_TC);
	bed_run("tc filter del dev " BED_DEV " ingress prio 9");
	bed_ok(op25b_detach(dp, a.ifindex, &error), &error);
	assert_true(bed_says("tc filter show dev " BED_DEV " egress", "somebody"));
	assert_false(bed_says("tc filter show dev " BED_DEV " ingress", "bpf"));
}

static uint32_t prog_id(int fd)
{
	struct bpf_prog_info info = { 0 };
	__u32 size = sizeof(info);

	assert_int_equal(bpf_obj_get_info_by_fd(fd, &info, &size), 0);
	return info.id;
}

static void expect_refusal_naming(enum op25b_hook hook, uint32_t id)
{
	char number[16];

	snprintf(number, sizeof(number), "%u", id);
	assert_int_equal(op25b_attach(dp, BED_DEV, OP25B_SUBSCRIBER, hook, NULL, &error), -EBUSY);
	assert_non_null(strstr(error.text, BED_DEV));
	assert_non_null(strstr(error.text, number));
	assert_non_null(strstr(error.text, "somebody"));
}

static void an_xdp_program_of_others_is_named_and_left_alone(void **state)
{
	OP25B_AUTO_CLOSE int fd = load_foreign(BPF_PROG_TYPE_XDP, XDP_PASS);
	int ifindex = (int)if_nametoindex(BED_DEV);
	__u32 there = 0;

	(void)state;
	assert_int_equal(bpf_xdp_attach(ifindex, fd, XDP_FLAGS_DRV_MODE, NULL), 0);
	expect_refusal_naming(OP25B_HOOK_XDP, prog_id(fd));
	expect_refusal_naming(OP25B_HOOK_XDP_GENERIC, prog_id(fd));
	assert_int_equal(attach(OP25B_HOOK_AUTO).notes, OP25B_NOTE_FOREIGN_XDP);
	bed_ok(op25b_detach(dp, (unsigned int)ifindex, &error), &error);
	assert_int_equal(bpf_xdp_query_id(ifindex, 0, &there), 0);
	assert_int_equal(there, prog_id(fd));
	assert_int_equal(bpf_xdp_detach(ifindex, XDP_FLAGS_DRV_MODE, NULL), 0);
}

static void a_tc_program_of_others_at_our_place_is_named_and_left_alone(void **state)
{
	OP25B_AUTO_CLOSE int fd = load_foreign(BPF_PROG_TYPE_SCHED_CLS, -1);

	(void)state;
	bed_run("tc qdisc add dev " BED_DEV " clsact");
	add_filter(BPF_TC_INGRESS, OP25B_TC_PRIORITY, fd);
	expect_refusal_naming(OP25B_HOOK_TC, prog_id(fd));
	bed_ok(op25b_detach(dp, if_nametoindex(BED_DEV), &error), &error);
	assert_true(bed_says("tc filter show dev " BED_DEV " ingress", "somebody"));
}

static void what_somebody_took_off_is_missed(void **state)
{
	struct op25b_attachment a = attach(OP25B_HOOK_TC);
	struct op25b_attachment *list = NULL;
	size_t n = 0;

	(void)state;
	bed_run("tc qdisc del dev " BED_DEV " clsact");
	assert_int_equal(op25b_attach_find(dp, a.ifindex, &a, NULL), -ENOENT);

	attach(OP25B_HOOK_XDP);
	bed_ok(op25b_attach_list(dp, &list, &n, &error), &error);
	assert_int_equal(n, 1);
	assert_string_equal(list[0].name, BED_DEV);
	free(list);
	bed_run("ip link del " BED_DEV);
	bed_ok(op25b_attach_list(dp, &list, &n, &error), &error);
	assert_int_equal(n, 0);
	bed_run("test -z \"$(ls %s/links)\"", bed.pins);
}

static void a_link_that_somebody_detached_is_missed_and_made_anew(void **state)
{
	struct op25b_attachment a = attach(OP25B_HOOK_XDP);
	char path[128];
	int link;

	(void)state;
	snprintf(path, sizeof(path), "%s/links/xdp-%u", bed.pins, a.ifindex);
	link = bpf_obj_get(path);
	assert_true(link >= 0);
	assert_int_equal(bpf_link_detach(link), 0);
	close(link);
	assert_int_equal(op25b_attach_find(dp, a.ifindex, &a, NULL), -ENOENT);
	attach(OP25B_HOOK_XDP);
	expect_enforced();
}

static void an_interface_that_comes_back_is_attached_anew(void **state)
{
	(void)state;
	for (enum op25b_hook hook = OP25B_HOOK_XDP; hook <= OP25B_HOOK_TC; hook++) {
		attach(hook);
		bed_devices(&bed);
		assert_true(bed_passes(&bed, BED_LINE, BED_FOREIGN, 25));
		attach(hook);
		expect_enforced();
	}
}

static void no_program_is_attached_before_a_policy_is_in_force(void **state)
{
	const struct op25b_load_options options = { .programs = OP25B_LOAD_HOOKS };
	struct op25b_dataplane *private = NULL;

	(void)state;
	bed_ok(op25b_dataplane_open(&options, &private, &error), &error);
	assert_int_equal(
		op25b_attach(private, BED_DEV, OP25B_SUBSCRIBER, OP25B_HOOK_TC, NULL, &error),
		-ENODATA);
	op25b_dataplane_close(&private);
}

static void a_private_handle_takes_its_programs_with_it(void **state)
{
	const struct op25b_load_options options = { .programs = OP25B_LOAD_HOOKS };
	struct op25b_dataplane *private = NULL;
	struct op25b_tables tables;

	(void)state;
	bed_tables(&bed, true, &tables);
	for (enum op25b_hook hook = OP25B_HOOK_XDP; hook <= OP25B_HOOK_TC; hook++) {
		bed_ok(op25b_dataplane_open(&options, &private, &error), &error);
		bed_ok(op25b_generation_put(private, &tables, &error), &error);
		bed_ok(op25b_attach(private, BED_DEV, OP25B_SUBSCRIBER, hook, NULL, &error),
		       &error);
		expect_enforced();
		op25b_dataplane_close(&private);
		assert_true(bed_passes(&bed, BED_LINE, BED_FOREIGN, 25));
		assert_false(bed_says("tc qdisc show dev " BED_DEV, "clsact"));
	}
	bed_tables_done(&tables);
}

static void tun_gets_the_program_without_ethernet_header(void **state)
{
	OP25B_AUTO_CLOSE int tun = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
	OP25B_AUTO_CLOSE int in = -1;
	struct ifreq request = { .ifr_name = "op25b-tun", .ifr_flags = IFF_TUN | IFF_NO_PI };
	struct op25b_attachment a;
	uint8_t frame[BED_FRAME], got[128];

	(void)state;
	if (tun < 0)
		skip();
	assert_int_equal(ioctl(tun, TUNSETIFF, &request), 0);
	bed_run("ip link set op25b-tun up addrgenmode none");
	bed_ok(op25b_attach(dp, "op25b-tun", OP25B_SUBSCRIBER, OP25B_HOOK_AUTO, &a, &error),
	       &error);
	assert_int_equal(a.hook, OP25B_HOOK_TC);
	assert_true(a.layer3);
	assert_int_equal(
		op25b_attach(dp, "op25b-tun", OP25B_SUBSCRIBER, OP25B_HOOK_XDP, NULL, &error),
		-EOPNOTSUPP);

	in = bed_listen("op25b-tun");
	bed_syn(BED_LINE, BED_FOREIGN, 25, frame);
	assert_int_equal(write(tun, frame + 14, 40), 40);
	bed_syn(BED_LINE, BED_RELAY, 25, frame);
	assert_int_equal(write(tun, frame + 14, 40), 40);
	assert_int_equal(recv(in, got, sizeof(got), 0), 40);
	assert_memory_equal(got, frame + 14, 40);
}

static void stripped_tags_are_noted_on_xdp_only(void **state)
{
	struct op25b_device device;

	(void)state;
	bed_ok(op25b_device_read(BED_DEV, &device, &error), &error);
	assert_string_equal(device.driver, "veth");
	assert_true(device.ethernet);
	assert_int_equal(device.vlan_stripping,
			 bed_says("ethtool -k " BED_DEV, "rx-vlan-offload: on"));
	assert_true(device.vlan_stripping);
	assert_int_equal(attach(OP25B_HOOK_XDP).notes, OP25B_NOTE_VLAN_STRIPPED);
	assert_int_equal(attach(OP25B_HOOK_TC).notes, 0);
}

static void an_unknown_interface_is_named(void **state)
{
	(void)state;
	assert_int_equal(
		op25b_attach(dp, "op25b-none", OP25B_SUBSCRIBER, OP25B_HOOK_TC, NULL, &error),
		-ENODEV);
	assert_non_null(strstr(error.text, "op25b-none"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(nothing_is_enforced_before_a_program_is_attached),
		TEST(auto_takes_tc_on_veth),
		TEST(every_hook_enforces),
		TEST(a_change_of_hook_leaves_one_program),
		TEST(another_side_replaces_the_program_in_place),
		TEST(all_is_gone_after_detaching),
		TEST(a_tcx_program_comes_before_ours),
		TEST(a_qdisc_and_a_filter_of_others_stay),
		TEST(an_xdp_program_of_others_is_named_and_left_alone),
		TEST(a_tc_program_of_others_at_our_place_is_named_and_left_alone),
		TEST(what_somebody_took_off_is_missed),
		TEST(a_link_that_somebody_detached_is_missed_and_made_anew),
		TEST(an_interface_that_comes_back_is_attached_anew),
		TEST(no_program_is_attached_before_a_policy_is_in_force),
		TEST(a_private_handle_takes_its_programs_with_it),
		TEST(tun_gets_the_program_without_ethernet_header),
		TEST(stripped_tags_are_noted_on_xdp_only),
		TEST(an_unknown_interface_is_named),
	};
	int failed;

	bed_enter(&bed);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	bed_leave(&bed);
	return failed;
}
