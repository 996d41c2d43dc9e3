/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes as what a follower sends. What must hold: a frame that is taken is sound in every field
 * and is the same after another encoding; what is accepted comes in an order that a table can be
 * made of; and nothing crashes.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "policy/prefix.h"
#include "session/follow-wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(const char *text, size_t most)
{
	size_t n = strnlen(text, most);

	assert(n < most);
	for (size_t i = 0; i < n; i++)
		assert(text[i] >= 0x20 && text[i] <= 0x7e);
}

static void check_prefix(const struct op25b_prefix *prefix)
{
	struct op25b_prefix cut = *prefix;

	assert(prefix->family == OP25B_V4 || prefix->family == OP25B_V6);
	assert(prefix->len && prefix->len <= op25b_prefix_whole(prefix->family));
	op25b_prefix_cut(&cut, cut.len);
	assert(!memcmp(&cut, prefix, sizeof(cut)));
}

static void check_holder(const struct op25b_holder *holder)
{
	assert(holder->id > 0);
	check_text(holder->nas, OP25B_ACCT_TEXT);
	check_text(holder->session, OP25B_ACCT_TEXT);
	check_text(holder->user_name, OP25B_ACCT_TEXT);
	check_text(holder->class_, OP25B_ACCT_TEXT);
	check_text(holder->filter_id, OP25B_ACCT_TEXT);
	check_text(holder->framed_pool, OP25B_ACCT_TEXT);
}

static void check_frame(const struct op25b_follow_frame *frame)
{
	switch (frame->kind) {
	case OP25B_FOLLOW_HOLDING:
		check_prefix(&frame->holding.prefix);
		check_holder(&frame->holding.holder);
		break;
	case OP25B_FOLLOW_CHANGE:
		check_prefix(&frame->change.prefix);
		check_holder(&frame->change.holder);
		assert(frame->change.seq > 0 && (frame->change.op == OP25B_CHANGE_SET ||
						 frame->change.op == OP25B_CHANGE_CLEAR));
		break;
	case OP25B_FOLLOW_NAS:
		check_text(frame->nas.name, OP25B_ACCT_TEXT);
		break;
	case OP25B_FOLLOW_PROBLEM:
		check_text(frame->problem, sizeof(((struct op25b_error *)NULL)->text));
		break;
	default:
		assert(frame->kind == OP25B_FOLLOW_BEGIN || frame->kind == OP25B_FOLLOW_END ||
		       frame->kind == OP25B_FOLLOW_HEALTH);
	}
}

/* The position never goes back, but by a snapshot. */
static void check_order(const struct op25b_follow_order *before,
			const struct op25b_follow_order *after, enum op25b_follow_kind kind)
{
	assert(kind == OP25B_FOLLOW_END || after->position.seq >= before->position.seq);
	assert(kind == OP25B_FOLLOW_END || after->position.origin == before->position.origin);
	assert(kind != OP25B_FOLLOW_CHANGE ||
	       (after->known && !after->snapshot && after->position.seq > before->position.seq));
	assert(after->n_nas <= OP25B_FOLLOW_NAS_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t again[OP25B_FOLLOW_FRAME];
	struct op25b_follow_order order = { 0 };
	struct op25b_follow_frame frame;
	size_t at = 0;
	int n;

	for (;;) {
		struct op25b_follow_order before = order;
		struct op25b_error error = { "" };

		n = op25b_follow_decode(data + at, size - at, &frame, &error);
		assert(n >= 0 || *error.text);
		if (n <= 0)
			return 0;
		assert((size_t)n <= size - at && (size_t)n <= OP25B_FOLLOW_FRAME);
		check_frame(&frame);
		assert(op25b_follow_encode(&frame, again) == (size_t)n &&
		       !memcmp(again, data + at, (size_t)n));
		if (op25b_follow_accept(&order, &frame, &error)) {
			assert(*error.text);
			return 0;
		}
		check_order(&before, &order, frame.kind);
		at += (size_t)n;
	}
}
