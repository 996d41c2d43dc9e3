/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Answers, byte by byte: the acting programs' frame against one put together from layers.
 */
#include "tests/unit/test.h"

#include "tests/packet/judge.h"

#include <arpa/inet.h>
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <string.h>

#include "tests/packet/answers.h"

static void answer_on(const char *program, uint32_t action, const struct answer_case *c)
{
	static struct frame in, found, expected;
	uint32_t value = ~0U;

	frame_build(&in, c->in);
	assert_int_equal(world_run(&world, program, in.data, in.length, 0, &value, &found), 0);
	if (value != action) {
		print_error("%s: action %d, expected %d\n  because %s\n", program, (int)value,
			    (int)action, c->why);
		fail();
	}
	answer_expected(c->out, &found, &expected);
	answer_compare(program, c, &expected, &found);
}

void answer_case(void **state)
{
	const struct answer_case *c = *state;
	struct op25b_settings settings = { .answer_rate = WORLD_PLENTY,
					   .answer_burst = WORLD_PLENTY };

	if (c->icmp_source) {
		assert_int_equal(inet_pton(AF_INET, ICMP_SOURCE, settings.icmp4), 1);
		assert_int_equal(inet_pton(AF_INET6, ICMP_SOURCE6, settings.icmp6), 1);
	}
	world_choose(&world, false);
	world_set(&world, &settings);
	if (c->hooks != ON_TC)
		answer_on("xdp_subscriber", XDP_TX, c);
	if (c->hooks != ON_XDP)
		answer_on("tc_subscriber", TC_ACT_REDIRECT, c);
	world_reset(&world);
}

/* Addresses, ports and numbers from a fixed sequence. */
static uint32_t next_number(uint32_t *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 8;
}

static void reset_checksums_hold_for_any_numbers(void **state)
{
	static struct frame in, found, expected;
	uint32_t seed = 25, value, port, number;
	char peer[INET_ADDRSTRLEN];
	struct layer layers[] = {
		BACK, V4(NULL, LINE, .df = 1), RESET_SEQ(0), PADDING(6), { .kind = LAYER_END }
	};
	struct layer question[] = { ETH(),
				    V4(LINE, NULL),
				    TCP(0, 25, .flags = TCP_ACK, .options = 20),
				    { .kind = LAYER_END } };
	struct in_addr address;

	(void)state;
	world_choose(&world, false);
	for (int i = 0; i < 3000; i++) {
		address.s_addr = htonl(0x0b000000 | next_number(&seed));
		inet_ntop(AF_INET, &address, peer, sizeof(peer));
		port = next_number(&seed) & 0xffff;
		number = next_number(&seed) << 8 | (uint32_t)i;
		question[1].dst = layers[1].src = peer;
		question[2].sport = layers[2].dport = port;
		question[2].ack = layers[2].seq = number;
		frame_build(&in, question);
		assert_int_equal(
			world_run(&world, "xdp_subscriber", in.data, in.length, 0, &value, &found),
			0);
		assert_int_equal(value, XDP_TX);
		answer_expected(layers, &found, &expected);
		assert_int_equal(found.length, expected.length);
		assert_memory_equal(found.data, expected.data, expected.length);
		answer_check_seal(layers, &found);
	}
}

/* For bypass 12: an answer that cannot be made is no reason to pass. */
static void drops(const struct layer *layers)
{
	static struct frame in;
	uint32_t value = 0;

	world_choose(&world, false);
	frame_build(&in, layers);
	assert_int_equal(world_run(&world, "xdp_subscriber", in.data, in.length, 0, &value, NULL),
			 0);
	assert_int_equal(value, XDP_DROP);
	assert_int_equal(world_run(&world, "tc_subscriber", in.data, in.length, 0, &value, NULL),
			 0);
	assert_int_equal(value, TC_ACT_SHOT);
}

static void a_chain_too_long_to_quote_is_dropped(void **state)
{
	(void)state;
	drops(FRAME(ETH(), V6(LINE_U6, PEER6), EXT(60, .size = 1176), TCP(40000, 25)));
}

/* What stands before the quoted packet would have to shrink; nothing sends such a header. */
static void an_outer_header_too_long_to_reuse_is_dropped(void **state)
{
	(void)state;
	drops(FRAME(ETH(), V4(LINE_U, END_4IN4, .options = 40), V4("192.168.1.5", PEER),
		    TCP(40000, 25)));
}

const struct CMUnitTest tests_answers[] = {
	cmocka_unit_test(reset_checksums_hold_for_any_numbers),
	cmocka_unit_test(a_chain_too_long_to_quote_is_dropped),
	cmocka_unit_test(an_outer_header_too_long_to_reuse_is_dropped),
	{ 0 },
};
