/* SPDX-License-Identifier: BSD-2-Clause */
/* Frames that end early, at every byte; and frames whose first buffer ends early. */
#include "tests/unit/test.h"

#include "tests/packet/judge.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dataplane/native.h"

static const struct packet_case *const tables[] = { cases_ports,  cases_policy, cases_upstream,
						    cases_link,   cases_v4,     cases_v6,
						    cases_tunnel, cases_silent };
#define TABLES (sizeof(tables) / sizeof(tables[0]))

enum { CUT_MAX = 260 }; /* longer frames are long in their payload only */

typedef void look_fn(const struct packet_case *c, const struct frame *frame);

static void each_case(look_fn *look)
{
	static struct frame frame;

	for (size_t i = 0; i < TABLES; i++)
		for (const struct packet_case *c = tables[i]; c->name; c++) {
			frame_build(&frame, c->frame);
			world_choose(&world, c->one_way);
			look(c, &frame);
		}
}

/* Where the outer packet ends, by its own length. */
static size_t packet_end(const struct packet_case *c, const struct frame *frame)
{
	const struct layer *layer = c->frame;
	size_t at;

	while (layer->kind != LAYER_V4 && layer->kind != LAYER_V6 && layer->kind != LAYER_END)
		layer++;
	if (layer->kind == LAYER_END || c->not_ip)
		return 0;
	at = frame_offset(c->frame, layer->kind, 0);
	if (layer->kind == LAYER_V4)
		return at + (size_t)(frame->data[at + 2] << 8 | frame->data[at + 3]);
	return at + 40 + (size_t)(frame->data[at + 4] << 8 | frame->data[at + 5]);
}

static uint32_t natively(const struct packet_case *c, bool skb, const uint8_t *data, size_t n)
{
	uint8_t *exact = malloc(n ? n : 1); /* so that ASan sees a read past the end */
	struct op25b_decision d;

	assert_non_null(exact);
	memcpy(exact, data, n);
	op25b_native_frame(&world.tables[c->one_way], skb, c->side, exact, n, &d);
	free(exact);
	return OP25B_PACK(d.verdict, d.reason, d.how, d.manner, d.service);
}

static const char *explainer(const struct packet_case *c, bool tc)
{
	if (tc)
		return c->side == OP25B_UPSTREAM ? "tc_explain_upstream" : "tc_explain_subscriber";
	return c->side == OP25B_UPSTREAM ? "xdp_explain_upstream" : "xdp_explain_subscriber";
}

static void check_cut(const struct packet_case *c, const struct frame *frame, size_t n, bool tc)
{
	uint32_t native = natively(c, tc, frame->data, n), word = native;
	int code = world_run(&world, explainer(c, tc), frame->data, n, 0, &word, NULL);

	/* The kernel's test run wants an Ethernet header, on tc an IP header behind it too. */
	assert_true(code == 0 || (code == -EOPNOTSUPP && n < (tc ? 14 + 40 : 14)));
	if (word != native || (n < packet_end(c, frame) && OP25B_PACKED_VERDICT(native))) {
		print_error("%s, cut to %zu bytes: kernel %#x, native %#x\n", c->name, n, word,
			    native);
		fail();
	}
}

static void cut_everywhere(const struct packet_case *c, const struct frame *frame)
{
	for (size_t n = 0; n < frame->length && n < CUT_MAX; n++) {
		if (c->hooks != ON_TC)
			check_cut(c, frame, n, false);
		if (c->hooks == ON_ALL)
			check_cut(c, frame, n, true);
	}
}

static void a_packet_cut_at_any_byte_is_never_refused(void **state)
{
	(void)state;
	each_case(cut_everywhere);
}

static unsigned int splits;

/* The same verdict wherever the first buffer ends; the kernel wants 14 bytes in it. */
static void split_everywhere(const struct packet_case *c, const struct frame *frame)
{
	for (size_t linear = 14; linear < frame->length && linear < CUT_MAX; linear++) {
		uint32_t word = 0;
		int code = world_run(&world, explainer(c, false), frame->data, frame->length,
				     linear, &word, NULL);

		if (code == -EOPNOTSUPP)
			continue;
		assert_int_equal(code, 0);
		splits++;
		if (word != natively(c, false, frame->data, frame->length)) {
			print_error("%s, first buffer of %zu bytes: %#x\n", c->name, linear, word);
			fail();
		}
	}
}

static void headers_may_be_split_over_buffers_at_any_byte(void **state)
{
	(void)state;
	each_case(split_everywhere);
	if (!splits) {
		print_message("this kernel's test run fills the first buffer\n");
		skip();
	}
}

/*
 * BIG TCP joins more than IPv6's length field can say; it is 0 then. No test run makes such an skb,
 * so this is user space's half of the source only.
 */
static void what_gro_joined_beyond_the_length_field_is_judged(void **state)
{
	static const struct packet_case c = { .side = OP25B_SUBSCRIBER };
	static struct frame frame;
	uint32_t word;

	(void)state;
	frame_build(&frame, FRAME(ETH(), V6(LINE6, PEER6, .length = IS(0), .next = IS(6)),
				  TCP(40000, 25, .flags = TCP_ACK), DATA(66000)));
	word = natively(&c, true, frame.data, frame.length);
	assert_int_equal(OP25B_PACKED_REASON(word), OP25B_FOREIGN_SERVER);
	word = natively(&c, false, frame.data, frame.length);
	assert_int_equal(OP25B_PACKED_REASON(word), OP25B_MALFORMED);
	word = natively(&c, true, frame.data, 60000);
	assert_int_equal(OP25B_PACKED_REASON(word), OP25B_MALFORMED);
}

const struct CMUnitTest tests_cut[] = {
	cmocka_unit_test(a_packet_cut_at_any_byte_is_never_refused),
	cmocka_unit_test(headers_may_be_split_over_buffers_at_any_byte),
	cmocka_unit_test(what_gro_joined_beyond_the_length_field_is_judged),
	{ 0 },
};
