/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Comparing an answer with the one put together. Two fields are chosen by the program: the window
 * of a reset, and the checksum of a quoted TCP header.
 */
#include "tests/unit/test.h"

#include "tests/packet/answers.h"

#include <string.h>

enum { LAYERS_MAX = 24 };

bool answer_is_reset(const struct layer *layers)
{
	while (layers->kind != LAYER_TCP)
		layers++;
	return layers->flags & TCP_RST;
}

static uint32_t read16(const uint8_t *at)
{
	return (uint32_t)(at[0] << 8 | at[1]);
}

void answer_expected(const struct layer *layers, const struct frame *found,
		     struct frame *ret_expected)
{
	const uint8_t *tcp = found->data + frame_offset(layers, LAYER_TCP, 0);
	struct layer copy[LAYERS_MAX];
	size_t n = 0;

	do {
		assert_true(n < LAYERS_MAX);
		copy[n] = layers[n];
		if (copy[n].kind == LAYER_TCP && answer_is_reset(layers))
			copy[n].window = read16(tcp + 14);
		else if (copy[n].kind == LAYER_TCP)
			copy[n].check = IS(read16(tcp + 16));
	} while (layers[n++].kind != LAYER_END);
	frame_build(ret_expected, copy);
}

/*
 * A device that finishes a partial checksum sums from the TCP header on, with what the field holds;
 * it must come to the same.
 */
void answer_check_seal(const struct layer *layers, const struct frame *found)
{
	const uint8_t *tcp = found->data + frame_offset(layers, LAYER_TCP, 0);
	uint16_t again = (uint16_t)~frame_sum(0, tcp, found->length - (size_t)(tcp - found->data));

	assert_int_equal(again ? again : 0xffff, read16(tcp + 16));
}

void answer_compare(const char *where, const struct answer_case *c, const struct frame *expected,
		    const struct frame *found)
{
	if (found->length == expected->length &&
	    !memcmp(expected->data, found->data, expected->length)) {
		answer_check_seal(c->out, found);
		return;
	}
	print_error("%s: %s: %zu bytes expected, %zu found\n  because %s\n", where, c->name,
		    expected->length, found->length, c->why);
	for (size_t i = 0; i < expected->length && i < found->length; i++)
		if (expected->data[i] != found->data[i])
			print_error("  byte %zu: %02x expected, %02x found\n", i, expected->data[i],
				    found->data[i]);
	fail();
}
