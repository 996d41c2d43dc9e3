/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One case on every engine: the explain programs on XDP and tc, the decision in user space, and the
 * acting programs, whose action, frame and counters are looked at.
 */
#include "tests/unit/test.h"

#include "tests/packet/judge.h"

#include <errno.h>
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <stdio.h>
#include <string.h>

#include "dataplane/native.h"
#include "dataplane/testrun.h"

static const char *const reasons[] = {
#define REASON_WORD(tail, word) [OP25B_##tail] = (word),
	OP25B_REASONS(REASON_WORD)
#undef REASON_WORD
};

static uint32_t word_of(const struct op25b_decision *d)
{
	return OP25B_PACK(d->verdict, d->reason, d->how, d->manner, d->service);
}

static uint32_t decide_natively(const struct packet_case *c, bool skb, const struct frame *frame)
{
	struct op25b_decision d;

	op25b_native_frame(&world.tables[c->one_way], skb, c->side, frame->data, frame->length, &d);
	return word_of(&d);
}

static void check_word(const struct packet_case *c, const char *engine, uint32_t word)
{
	uint32_t reason = OP25B_PACKED_REASON(word);

	if (OP25B_PACKED_VERDICT(word) == c->verdict && reason == c->reason &&
	    OP25B_PACKED_HOW(word) == c->how)
		return;
	fprintf(stderr, "%s: verdict %u, reason %s, how %u; expected %u, %s, %u\n  because %s\n",
		engine, OP25B_PACKED_VERDICT(word),
		reason < OP25B_REASON_COUNT ? reasons[reason] : "?", OP25B_PACKED_HOW(word),
		c->verdict, reasons[c->reason], c->how, c->why);
	fail();
}

/* The word of a hook: the kernel's, which must be user space's too. */
static uint32_t explain(const struct packet_case *c, bool tc, const struct frame *frame)
{
	const char *engine = tc ? "tc" : "xdp";
	uint32_t native = decide_natively(c, tc, frame), word = ~0U;
	struct op25b_error error = { 0 };
	int code;

	check_word(c, tc ? "native as tc" : "native as xdp", native);
	if (c->side == OP25B_BOTH) /* nobody asks which side of an uplink: no program explains it */
		return native;
	code = op25b_testrun(world.dp, tc ? OP25B_HOOK_TC : OP25B_HOOK_XDP, c->side, frame->data,
			     frame->length, &word, &error);
	if (code < 0)
		print_error("%s: %s\n", engine, error.text);
	assert_int_equal(code, 0);
	check_word(c, engine, word);
	assert_int_equal(word, native);
	return word;
}

static enum op25b_family outer_family(const struct packet_case *c)
{
	const struct layer *layer = c->frame;

	while (layer->kind != LAYER_V4 && layer->kind != LAYER_V6 && layer->kind != LAYER_END)
		layer++;
	if (c->not_ip || layer->kind == LAYER_END)
		return OP25B_NO_FAMILY;
	return layer->kind == LAYER_V4 ? OP25B_V4 : OP25B_V6;
}

static uint32_t expected_action(const struct packet_case *c, bool tc)
{
	if (c->verdict != OP25B_REFUSE)
		return tc ? (uint32_t)TC_ACT_UNSPEC : (uint32_t)XDP_PASS;
	if (c->how == OP25B_DROP || c->silent)
		return tc ? TC_ACT_SHOT : XDP_DROP;
	return tc ? TC_ACT_REDIRECT : XDP_TX;
}

static void check_tallies(const struct packet_case *c, uint32_t word, const struct tallies *before)
{
	struct tallies after, expected = *before;
	uint32_t service = OP25B_PACKED_SERVICE(word);
	enum op25b_answer answer = c->how == OP25B_DROP || c->silent ? OP25B_ANSWER_NOT_DUE :
								       OP25B_ANSWERED;

	/* Lines that cannot be told have an index of their own, and their service's counter. */
	if (service)
		service = 1 + world.tables[c->one_way].plan.services[service];
	expected.services[service].packets[outer_family(c)][c->verdict == OP25B_COUNT][c->reason]++;
	if (c->verdict == OP25B_REFUSE)
		expected.answers[answer]++;
	world_tallies(&world, &after);
	assert_memory_equal(after.answers, expected.answers, sizeof(after.answers));
	assert_memory_equal(after.services, expected.services, sizeof(after.services));
}

/* Run an acting program; a frame that passes must come out as it went in. */
static void act(const struct packet_case *c, uint32_t word, const char *program, bool tc,
		const uint8_t *data, size_t length)
{
	static struct frame out;
	struct tallies before;
	uint32_t action = ~0U, wanted = expected_action(c, tc);

	world_tallies(&world, &before);
	assert_int_equal(world_run(&world, program, data, length, 0, &action, &out), 0);
	if (action != wanted) {
		print_error("%s: action %d, expected %d\n  because %s\n", program, (int)action,
			    (int)wanted, c->why);
		fail();
	}
	check_tallies(c, word, &before);
	if (c->verdict != OP25B_REFUSE) {
		assert_int_equal(out.length, length);
		assert_memory_equal(out.data, data, length);
	}
}

/* Without its Ethernet header, a plain frame is what a tun or ppp interface carries. */
static bool has_layer3(const struct packet_case *c)
{
	const struct layer *second = c->frame + 1;

	return !c->no_layer3 && !c->not_ip && c->how != OP25B_UNREACHABLE &&
	       (second->kind == LAYER_V4 || second->kind == LAYER_V6);
}

void judge_case(void **state)
{
	static struct frame frame;
	const struct packet_case *c = *state;
	const char *side = c->side == OP25B_BOTH     ? "both" :
			   c->side == OP25B_UPSTREAM ? "upstream" :
						       "subscriber";
	char program[32];
	uint32_t word = 0;

	world_choose(&world, c->one_way);
	frame_build(&frame, c->frame);
	if (c->hooks != ON_TC) {
		word = explain(c, false, &frame);
		snprintf(program, sizeof(program), "xdp_%s", side);
		act(c, word, program, false, frame.data, frame.length);
	}
	if (c->hooks != ON_XDP) {
		word = explain(c, true, &frame);
		snprintf(program, sizeof(program), "tc_%s", side);
		act(c, word, program, true, frame.data, frame.length);
	}
	if (c->hooks != ON_XDP && has_layer3(c)) {
		snprintf(program, sizeof(program), "tc_%s_l3", side);
		act(c, word, program, true, frame.data + 14, frame.length - 14);
	}
}
