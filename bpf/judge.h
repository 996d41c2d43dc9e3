/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * From a frame to a decision: parse, port test, classify, decide. Shared by XDP, tc and user space.
 * The port test comes before any lookup: a packet that is not port 25 costs the parse and nothing
 * else.
 */
#pragma once

#include "bpf/parse.h"
#include "policy/classify.h"
#include "policy/decide.h"
#include "policy/shared.h"

/* The generation this packet uses, chosen once; not 0 while nothing has been applied. */
OP25B_INLINE int op25b_open(struct op25b_frame *f, struct op25b_packet *p, struct op25b_gen *g);

/* Everything known of one frame; also what answering and reporting need. */
struct op25b_judged {
	struct op25b_packet packet;
	struct op25b_addr line, peer;
	struct op25b_decision decision;
	__u32 counter; /* slot of the service; OP25B_COUNTER_NONE if none */
	__u64 digest;  /* of the generation that decided */
	__u8 upstream;
	__u32 shared; /* as op25b_classify() says; not 0: op25b_judge_shared() is to be asked too */
};

OP25B_INLINE int op25b_load_addr(struct op25b_frame *f, __u8 family, __u32 off,
				 struct op25b_addr *a)
{
	op25b_word8 *to = (op25b_word8 *)a->bytes;
	__u64 spare[2];
	const void *at;

	a->family = family;
	if (family == OP25B_V4) {
		at = op25b_at(f, off, 4, spare);
		if (!at)
			return -1;
		*(op25b_word4 *)to = *(const op25b_word4 *)at;
		return 0;
	}
	at = op25b_at(f, off, 16, spare);
	if (!at)
		return -1;
	to[0] = ((const op25b_word8 *)at)[0];
	to[1] = ((const op25b_word8 *)at)[1];
	return 0;
}

/* Line and peer: the outer address of the subscriber, the inner one of the other end. */
OP25B_INLINE void op25b_load_ends(struct op25b_frame *f, struct op25b_judged *j)
{
	const struct op25b_packet *p = &j->packet;
	__u8 peer = p->inner ? p->inner : p->family;
	__u32 src = p->family == OP25B_V4 ? 12 : 8, dst = p->family == OP25B_V4 ? 16 : 24;

	op25b_load_addr(f, p->family, p->l3 + (j->upstream ? dst : src), &j->line);
	src = peer == OP25B_V4 ? 12 : 8;
	dst = peer == OP25B_V4 ? 16 : 24;
	if (op25b_load_addr(f, peer, p->l3_inner + (j->upstream ? src : dst), &j->peer))
		j->peer.family = OP25B_NO_FAMILY;
}

/* Which way is asked about. Returns 0 if there is nothing to ask: *ret_reason then says why. */
OP25B_INLINE int op25b_question(const struct op25b_packet *p, enum op25b_side side,
				__u8 *ret_upstream, __u8 *ret_hidden)
{
	*ret_upstream = side == OP25B_UPSTREAM || (p->inner && p->from_tunnel);
	*ret_hidden = 0;
	switch (p->seen) {
	case OP25B_SEEN_PORTS:
		if (side != OP25B_UPSTREAM && !(p->inner && p->from_tunnel) &&
		    p->dport == OP25B_SMTP) {
			*ret_upstream = 0;
			return 1;
		}
		*ret_upstream = 1;
		return side != OP25B_SUBSCRIBER && !(p->inner && !p->from_tunnel) &&
		       p->sport == OP25B_SMTP;
	case OP25B_SEEN_SHORT_FRAGMENT:
		*ret_hidden = OP25B_SHORT_FRAGMENT;
		return 1;
	case OP25B_SEEN_NO_TRANSPORT:
		*ret_hidden = OP25B_HIDDEN_TRANSPORT;
		return 1;
	default:
		return 0;
	}
}

/* Steps 1 to 4 for one direction, in generation g. */
OP25B_INLINE void op25b_judge_one(struct op25b_frame *f, const struct op25b_gen *g, __u8 hidden,
				  struct op25b_judged *j)
{
	struct op25b_facts facts = { .upstream = j->upstream, .hidden = hidden };

	op25b_load_ends(f, j);
	op25b_classify(g, &j->line, &j->peer, &facts, &j->shared);
	j->decision = op25b_decide(&facts);
	j->counter = facts.service ? facts.cell.counter : OP25B_COUNTER_NONE;
	j->digest = g->front->head.digest;
}

/* The line's own port; 0 if it can't be seen: of a tunnel's outer address there is none. */
OP25B_INLINE __u16 op25b_line_port(const struct op25b_judged *j)
{
	const struct op25b_packet *p = &j->packet;

	if (p->seen != OP25B_SEEN_PORTS || p->inner)
		return 0;
	return j->upstream ? p->dport : p->sport;
}

/**
 * op25b_judge_shared() - after op25b_judge(), where j->shared is not 0: decide for the one line
 * among those that share the address, if its port tells it.
 * @j: as op25b_judge() left it; decision and counter may be replaced
 */
OP25B_INLINE void op25b_judge_shared(struct op25b_frame *f, struct op25b_judged *j)
{
	struct op25b_facts facts = { .upstream = j->upstream };
	struct op25b_gen g;

	if (op25b_open(f, &j->packet, &g))
		return;
	if (op25b_shared_decide(&g, j->shared, &j->line, op25b_line_port(j), &j->peer, &facts,
				&j->decision))
		j->counter = facts.cell.counter;
}

/* For a packet that its parse alone does not settle; j->decision.reason is other-port. */
OP25B_INLINE void op25b_judge_asked(struct op25b_frame *f, enum op25b_side side,
				    struct op25b_judged *j)
{
	struct op25b_packet *p = &j->packet;
	struct op25b_gen g;
	__u8 hidden, asked = (__u8)op25b_question(p, side, &j->upstream, &hidden);

	if (!asked && p->seen == OP25B_SEEN_PORTS)
		return; /* from port 25 on the subscriber side, or the like */
	if (op25b_open(f, p, &g)) {
		if (asked)
			j->decision.reason = OP25B_NOT_A_SUBSCRIBER;
		return;
	}
	if ((j->upstream || side == OP25B_UPSTREAM) &&
	    !(g.front->head.flags & OP25B_FRONT_REVERSE_PATH))
		return;
	if (!asked) {
		j->decision.reason = p->seen == OP25B_SEEN_MALFORMED ? OP25B_MALFORMED :
								       OP25B_LATER_FRAGMENT;
		return;
	}
	for (int turn = 0; turn < 2; turn++) {
		op25b_judge_one(f, &g, hidden, j);
		if (side != OP25B_BOTH || j->upstream ||
		    j->decision.reason != OP25B_NOT_A_SUBSCRIBER || p->inner ||
		    !(g.front->head.flags & OP25B_FRONT_REVERSE_PATH) ||
		    (!hidden && p->sport != OP25B_SMTP))
			return;
		j->upstream = 1;
	}
}

/* True if the parse alone settles it: neither port 25 nor a packet that hides its ports. */
OP25B_INLINE int op25b_is_other(const struct op25b_packet *p)
{
	return p->seen == OP25B_SEEN_OTHER ||
	       (p->seen == OP25B_SEEN_PORTS && p->dport != OP25B_SMTP && p->sport != OP25B_SMTP);
}

/**
 * op25b_judge() - decide a frame that op25b_parse() has filled j->packet from.
 * @f:    the frame
 * @side: of the interface it came in on; with OP25B_BOTH the upstream question is asked where the
 *        source is no subscriber's, or the packet is not to port 25
 * @j:    zeroed but for `packet`; filled
 */
OP25B_INLINE void op25b_judge(struct op25b_frame *f, enum op25b_side side, struct op25b_judged *j)
{
	j->decision.reason = OP25B_OTHER_PORT;
	if (!op25b_is_other(&j->packet))
		op25b_judge_asked(f, side, j);
}
