/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Answers on real devices: TCP clients that see them, frames read from a packet socket and their
 * checksums verified in full. Frames from veth arrive with a checksum still to be filled in; what
 * happens to that field on each path is what these tests are for.
 */
#include "tests/unit/test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dataplane/attach.h"
#include "tests/packet/answers.h"
#include "tests/packet/devices.h"

struct world world;
struct net net;

struct setting {
	const char *name;
	enum op25b_hook hook;
	const char *line_tx, *gate_tx; /* "off": sums are filled in before the wire */
};

static const struct setting settings[] = {
	{ "native XDP", OP25B_HOOK_XDP, "on", "on" },
	{ "native XDP, whole sums", OP25B_HOOK_XDP, "off", "on" },
	{ "generic XDP", OP25B_HOOK_XDP_GENERIC, "on", "on" },
	{ "generic XDP, whole sums", OP25B_HOOK_XDP_GENERIC, "off", "on" },
	{ "tc", OP25B_HOOK_TC, "on", "on" },
	{ "tc, whole sums", OP25B_HOOK_TC, "off", "on" },
	{ "tc, sums finished on the way out", OP25B_HOOK_TC, "on", "off" },
};

static uint32_t read16(const uint8_t *at)
{
	return (uint32_t)(at[0] << 8 | at[1]);
}

/* Every checksum of an untagged answer: IPv4 header, TCP, ICMP. Lengths are IP's. */
static void check_sums(const struct frame *frame)
{
	const uint8_t *ip = frame->data + 14;
	size_t header = ip[0] == 0x45 ? 20 : 40, n;
	uint32_t proto = ip[0] == 0x45 ? ip[9] : ip[6], pseudo;

	if (ip[0] == 0x45) {
		assert_int_equal(frame_sum(0, ip, 20), 0xffff);
		n = read16(ip + 2) - header;
		pseudo = frame_sum(proto + (uint32_t)n, ip + 12, 8);
	} else {
		n = read16(ip + 4);
		pseudo = frame_sum(proto + (uint32_t)n, ip + 8, 32);
	}
	assert_true(14 + header + n <= frame->length);
	if (proto == 1)
		pseudo = 0;
	assert_int_equal(frame_sum(pseudo, ip + header, n), 0xffff);
}

static void attach(const struct setting *s)
{
	struct op25b_error error = { 0 };
	int code;

	net_xdp_at_the_line(&net, s->hook == OP25B_HOOK_XDP);
	net_enter(&net, NET_LINE);
	assert_int_equal(net_run("ethtool -K line0 tx %s >/dev/null", s->line_tx), 0);
	net_enter(&net, NET_GATE);
	assert_int_equal(net_run("ethtool -K gate0 tx %s >/dev/null", s->gate_tx), 0);
	code = op25b_attach(world.dp, NET_GATE_DEVICE, OP25B_SUBSCRIBER, s->hook, NULL, &error);
	if (code < 0)
		print_error("%s: %s\n", s->name, error.text);
	assert_int_equal(code, 0);
	world_forget_rates(&world);
	net_drain(&net);
}

/* A client's error, and the frame that made it. */
static void connects_with(const char *source, const char *target, int error)
{
	static struct frame frame;

	net_drain(&net);
	assert_int_equal(net_connect(&net, source, target, 25), error);
	assert_int_equal(net_receive(&net, &frame), 0);
	check_sums(&frame);
}

/* The errors are Linux's: ICMP 3/13 is "no route to host", ICMPv6 1/1 "permission denied". */
static void clients_see_the_answer(void **state)
{
	attach(*state);
	connects_with(LINE, PEER, -ECONNREFUSED);
	connects_with(LINE6, PEER6, -ECONNREFUSED);
	connects_with(LINE_U, PEER, -EHOSTUNREACH);
	connects_with(LINE_U6, PEER6, -EACCES);
}

static void other_connections_are_made(void **state)
{
	attach(*state);
	assert_int_equal(net_connect(&net, LINE, RELAY, 25), 0);
	assert_int_equal(net_connect(&net, LINE6, RELAY6, 25), 0);
	assert_int_equal(net_connect(&net, LINE, PEER, 587), 0);
	assert_int_equal(net_connect(&net, LINE6, PEER6, 587), 0);
}

/* On tc the tag that the kernel took off doesn't count towards Ethernet's minimum: more padding. */
static void forget_padding(const struct frame *expected, struct frame *found)
{
	static const uint8_t zeros[6];
	size_t more = found->length - expected->length;

	if (found->length > expected->length && more <= sizeof(zeros) &&
	    !memcmp(found->data + expected->length, zeros, more))
		found->length = expected->length;
}

/* Sent as a raw frame, answered byte by byte as the frames without a device are. */
static void check_raw(const struct setting *s, const struct answer_case *c, bool partial)
{
	static struct frame frame, expected;
	size_t tcp;

	frame_build(&frame, c->in);
	net_drain(&net);
	if (partial) {
		tcp = make_partial(c, &frame);
		net_send_partial(&net, &frame, tcp, 16);
	} else {
		net_send(&net, &frame);
	}
	if (net_receive(&net, &frame) < 0) {
		print_error("%s: no answer: %s\n", s->name, c->name);
		fail();
	}
	answer_expected(c->out, &frame, &expected);
	forget_padding(&expected, &frame);
	answer_compare(s->name, c, &expected, &frame);
}

static void answer_raw(const struct setting *s, bool partial)
{
	static const struct answer_case *const tables[] = { answers_reset, answers_reset_framed,
							    answers_icmp };

	attach(s);
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		for (const struct answer_case *c = tables[i]; c->name; c++)
			if (!c->hooks && !c->icmp_source)
				check_raw(s, c, partial);
}

static void raw_frames_are_answered(void **state)
{
	answer_raw(*state, false);
}

/*
 * An answer that left more behind its IP packet would be as long as the mark wants, but its
 * receiver throws away a packet that ends before the mark.
 */
static void raw_frames_with_partial_sums_are_answered(void **state)
{
	answer_raw(*state, true);
}

static size_t add_tests(struct CMUnitTest *tests, size_t n, const char *what,
			CMUnitTestFunction function)
{
	static char names[64][80];

	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++, n++) {
		snprintf(names[n], sizeof(names[n]), "%s on %s", what, settings[i].name);
		tests[n] = (struct CMUnitTest){ .name = names[n],
						.test_func = function,
						.initial_state = (void *)&settings[i] };
	}
	return n;
}

static int run_all(void)
{
	static struct CMUnitTest tests[64];
	int servers[2] = { net_listen(&net, 25), net_listen(&net, 587) };
	size_t n = 0;
	int failed;

	n = add_tests(tests, n, "clients see the answer", clients_see_the_answer);
	n = add_tests(tests, n, "other connections are made", other_connections_are_made);
	n = add_tests(tests, n, "raw frames are answered", raw_frames_are_answered);
	n = add_tests(tests, n, "raw frames with partial sums are answered",
		      raw_frames_with_partial_sums_are_answered);
	for (const struct CMUnitTest *t = tests_tun; t->name; t++)
		tests[n++] = *t;
	failed = _cmocka_run_group_tests("devices", tests, n, NULL, NULL);
	close(servers[0]);
	close(servers[1]);
	return failed;
}

int main(void)
{
	int code = world_open(&world);

	if (!code)
		code = net_open(&net);
	if (code == -EPERM)
		printf("SKIP needs root: BPF programs, network namespaces\n");
	if (!code)
		code = run_all();
	world_close(&world);
	net_close(&net);
	return code == -EPERM ? 77 : code ? EXIT_FAILURE : EXIT_SUCCESS;
}
