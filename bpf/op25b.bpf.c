/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The programs. Each is one line: what the frame begins with, which side the interface is on. XDP
 * and tc share everything but the two functions that return an action. The explain programs take
 * the same decision, return it as one word (OP25B_PACK) and leave no trace: no counter, no event,
 * no answer.
 *
 * A packet that is passed goes on untouched, to other programs on the hook too.
 */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>

#include "bpf/frame.h"
#include "bpf/calls.h"
#include "bpf/report.h"
#include "bpf/answer.h"
#include "bpf/notice.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

enum op25b_outcome { OP25B_GO, OP25B_DIE, OP25B_ANSWER, OP25B_TO_DOOR, OP25B_GIVEN };

/*
 * After a verdict that is not pass: report. OP25B_ANSWER: an answer is asked for and allowed,
 * OP25B_TO_DOOR: to the door.
 */
OP25B_INLINE enum op25b_outcome op25b_act(struct op25b_frame *f, __u32 ifindex,
					  const struct op25b_judged *j, enum op25b_way way)
{
	int refused = j->decision.verdict == OP25B_REFUSE, due = 0;
	struct op25b_allowed ask = {}, may = {};
	const __u32 zero = 0;
	const struct op25b_control *c = bpf_map_lookup_elem(&control, &zero);

	if (!c)
		return refused ? OP25B_DIE : OP25B_GO;
	if (refused && j->decision.how != OP25B_DROP) {
		struct op25b_reply reply = {};

		due = !op25b_reply_read(f, j, &reply) && !(reply.tcp.flags & OP25B_TCP_RST);
	}
	ask.answer = due && c->answer_rate;
	ask.event = c->event_rate && way != OP25B_WAY_RESET && op25b_is_attempt(f, &j->packet);
	ask.notice = way == OP25B_WAY_NOTICE && c->notice_rate;
	/* Where nothing is to be sent a flood pays for no bucket, and turns none out. */
	if (ask.answer || ask.event || ask.notice)
		may = op25b_limit(&j->line, c, &ask);
	if (may.event)
		op25b_emit(ifindex, j);
	if (!refused)
		return OP25B_GO;
	if (may.notice)
		return OP25B_TO_DOOR;
	if (way == OP25B_WAY_NOTICE)
		op25b_tally(OP25B_NOTICE_LIMITED);
	if (!due) {
		op25b_tally(OP25B_ANSWER_NOT_DUE);
		return OP25B_DIE;
	}
	if (!may.answer) {
		op25b_tally(OP25B_ANSWER_LIMITED);
		return OP25B_DIE;
	}
	return way == OP25B_WAY_DOOR ? OP25B_TO_DOOR : OP25B_ANSWER;
}

OP25B_INLINE enum op25b_outcome op25b_answer(struct op25b_frame *f, const struct op25b_judged *j,
					     int quoted)
{
	if (op25b_answer_make(f, j, quoted)) {
		op25b_tally(OP25B_ANSWER_FAILED);
		return OP25B_DIE;
	}
	op25b_tally(OP25B_ANSWERED);
	return OP25B_ANSWER;
}

/*
 * Deciding, acting and the two steps of an answer are global functions as those in calls.h are:
 * inlined, the programs pass what the verifier is ready to walk and the stack it grants. None calls
 * another, because stacks add up along calls.
 */
OP25B_GLOBAL int xdp_judge(struct xdp_md *ctx, struct op25b_judged *j, __u32 side)
{
	struct op25b_frame f = OP25B_XDP_FRAME(ctx);

	if (j)
		op25b_judge(&f, side, j);
	return 0;
}

OP25B_GLOBAL int tc_judge(struct __sk_buff *skb, struct op25b_judged *j, __u32 side)
{
	struct op25b_frame f = OP25B_TC_FRAME(skb, 1);

	if (j)
		op25b_judge(&f, side, j);
	return 0;
}

/* Of XDP and tc alike: reads nothing of the packet. */
OP25B_GLOBAL int op25b_shared_ask(struct op25b_judged *j)
{
	if (j)
		op25b_judge_shared(0, j);
	return 0;
}

OP25B_GLOBAL int xdp_act(struct xdp_md *ctx, const struct op25b_judged *j)
{
	struct op25b_frame f = OP25B_XDP_FRAME(ctx);

	return j ? (int)op25b_act(&f, ctx->ingress_ifindex, j, OP25B_WAY_ANSWER) : OP25B_DIE;
}

OP25B_GLOBAL int tc_act(struct __sk_buff *skb, const struct op25b_judged *j, __u32 l2, __u32 way)
{
	struct op25b_frame f = OP25B_TC_FRAME(skb, l2);

	return j ? (int)op25b_act(&f, skb->ifindex, j, way) : OP25B_DIE;
}

OP25B_GLOBAL int xdp_notice(struct xdp_md *ctx, const struct op25b_judged *j)
{
	struct op25b_frame f = OP25B_XDP_FRAME(ctx);

	return j ? op25b_notice_below(&f, j) : 0;
}

OP25B_GLOBAL int tc_notice(struct __sk_buff *skb, const struct op25b_judged *j, __u32 l2)
{
	struct op25b_frame f = OP25B_TC_FRAME(skb, l2);

	return j ? (int)op25b_notice_way(&f, j) : OP25B_WAY_ANSWER;
}

OP25B_GLOBAL int tc_door(struct __sk_buff *skb, const struct op25b_judged *j, __u32 l2, __u32 way)
{
	return j ? op25b_notice_door(skb, j, l2, way) : 0;
}

OP25B_GLOBAL int xdp_quote(struct xdp_md *ctx, const struct op25b_judged *j)
{
	struct op25b_frame f = OP25B_XDP_FRAME(ctx);

	return j ? op25b_quote_seal(&f, &j->packet) : -1;
}

OP25B_GLOBAL int tc_quote(struct __sk_buff *skb, const struct op25b_judged *j)
{
	struct op25b_frame f = OP25B_TC_FRAME(skb, 0);

	return j ? op25b_quote_seal(&f, &j->packet) : -1;
}

OP25B_GLOBAL int xdp_answer(struct xdp_md *ctx, const struct op25b_judged *j, int quoted)
{
	struct op25b_frame f = OP25B_XDP_FRAME(ctx);

	return j ? (int)op25b_answer(&f, j, quoted) : OP25B_DIE;
}

OP25B_GLOBAL int tc_answer(struct __sk_buff *skb, const struct op25b_judged *j, int quoted)
{
	struct op25b_frame f = OP25B_TC_FRAME(skb, 1);

	return j ? (int)op25b_answer(&f, j, quoted) : OP25B_DIE;
}

OP25B_GLOBAL int tc_answer_l3(struct __sk_buff *skb, const struct op25b_judged *j, int quoted)
{
	struct op25b_frame f = OP25B_TC_FRAME(skb, 0);

	return j ? (int)op25b_answer(&f, j, quoted) : OP25B_DIE;
}

OP25B_INLINE int op25b_quotes(const struct op25b_judged *j)
{
	return j->decision.how == OP25B_UNREACHABLE;
}

/* All but the packet: most packets end before this, and the stack has no place for two. */
OP25B_INLINE void op25b_clear(struct op25b_judged *j)
{
	__builtin_memset((char *)j + sizeof(j->packet), 0, sizeof(*j) - sizeof(j->packet));
}

/* What the short way (op25b_settle()) does not settle. */
OP25B_GLOBAL int xdp_rest(struct xdp_md *ctx, const struct op25b_link *link, __u32 side)
{
	struct op25b_frame f = OP25B_XDP_FRAME(ctx);
	struct op25b_judged j;
	int outcome = OP25B_GO;

	if (!link)
		return XDP_PASS;
	op25b_parse_rest(&f, link, side, &j.packet);
	op25b_clear(&j);
	xdp_judge(ctx, &j, side);
	if (j.shared)
		op25b_shared_ask(&j);
	op25b_count(&j);
	if (j.decision.how == OP25B_NOTICE && xdp_notice(ctx, &j))
		return XDP_PASS;
	if (j.decision.verdict != OP25B_PASS)
		outcome = xdp_act(ctx, &j);
	if (outcome == OP25B_ANSWER)
		outcome = xdp_answer(ctx, &j, op25b_quotes(&j) ? xdp_quote(ctx, &j) : 0);
	return outcome == OP25B_GO ? XDP_PASS : outcome == OP25B_ANSWER ? XDP_TX : XDP_DROP;
}

/* Refused on tc: to its connection, to the door, or tell tc_rest to answer. */
OP25B_GLOBAL int tc_refuse(struct __sk_buff *skb, const struct op25b_judged *j, __u32 l2)
{
	int way = OP25B_WAY_ANSWER, outcome;

	if (!j)
		return OP25B_DIE;
	if (j->decision.how == OP25B_NOTICE)
		way = tc_notice(skb, j, l2);
	if (way == OP25B_WAY_GIVEN)
		return OP25B_GIVEN;
	outcome = tc_act(skb, j, l2, way);
	if (outcome != OP25B_TO_DOOR)
		return outcome;
	if (tc_door(skb, j, l2, way))
		return OP25B_GIVEN;
	/* Behind OP25B_WAY_DOOR an answer is paid for; a notice that was granted pays for none. */
	return way == OP25B_WAY_NOTICE ? tc_act(skb, j, l2, OP25B_WAY_RESET) : OP25B_ANSWER;
}

/* What the short way does not settle. @half: XDP has counted it, and done what isn't a notice. */
OP25B_GLOBAL int tc_rest(struct __sk_buff *skb, const struct op25b_link *link, __u32 side, int l2,
			 int half)
{
	struct op25b_frame f = OP25B_TC_FRAME(skb, (__u32)l2);
	struct op25b_judged j;
	int outcome = OP25B_GO, quoted;

	if (!link)
		return TC_ACT_UNSPEC;
	op25b_parse_rest(&f, link, side, &j.packet);
	op25b_clear(&j);
	tc_judge(skb, &j, side);
	if (j.shared)
		op25b_shared_ask(&j);
	if (half && j.decision.how != OP25B_NOTICE)
		return TC_ACT_UNSPEC;
	if (!half)
		op25b_count(&j);
	if (j.decision.verdict != OP25B_PASS)
		outcome = tc_refuse(skb, &j, (__u32)l2);
	if (outcome == OP25B_GIVEN)
		return TC_ACT_OK;
	if (outcome == OP25B_ANSWER) {
		quoted = op25b_quotes(&j) ? tc_quote(skb, &j) : 0;
		outcome = l2 ? tc_answer(skb, &j, quoted) : tc_answer_l3(skb, &j, quoted);
	}
	if (outcome == OP25B_ANSWER)
		return (int)bpf_redirect(skb->ifindex, 0);
	return outcome == OP25B_GO ? TC_ACT_UNSPEC : TC_ACT_SHOT;
}

/*
 * Most packets end here, so it is small: the link stays in registers, and what goes on gets a copy
 * of it.
 */
OP25B_INLINE int xdp_main(struct xdp_md *ctx, enum op25b_side side)
{
	struct op25b_frame f = OP25B_XDP_FRAME(ctx);
	struct op25b_link link = op25b_parse_link(&f, 1), copy;
	enum op25b_family settled = op25b_settle(&f, &link);

	if (settled != OP25B_FAMILY_COUNT) {
		op25b_count_settled(settled);
		return XDP_PASS;
	}
	copy = link;
	return xdp_rest(ctx, &copy, side);
}

OP25B_INLINE int tc_main(struct __sk_buff *skb, int l2, enum op25b_side side)
{
	struct op25b_frame f = OP25B_TC_FRAME(skb, (__u32)l2);
	struct op25b_link link = op25b_parse_link(&f, l2), copy;
	enum op25b_family settled = op25b_settle(&f, &link);

	if (settled != OP25B_FAMILY_COUNT) {
		op25b_count_settled(settled);
		return TC_ACT_UNSPEC;
	}
	copy = link;
	return tc_rest(skb, &copy, side, l2, 0);
}

/* The half that stands below XDP. */
OP25B_INLINE int tc_half(struct __sk_buff *skb, enum op25b_side side)
{
	struct op25b_frame f = OP25B_TC_FRAME(skb, 1);
	struct op25b_link link = { .l3 = 14, .type = op25b_notice_left(&f) };

	if (!link.type || op25b_settle(&f, &link) != OP25B_FAMILY_COUNT)
		return TC_ACT_UNSPEC;
	return tc_rest(skb, &link, side, 1, 1);
}

OP25B_INLINE int op25b_word(const struct op25b_decision *d)
{
	return (int)OP25B_PACK(d->verdict, d->reason, d->how, d->manner, d->service);
}

OP25B_INLINE int xdp_word(struct xdp_md *ctx, enum op25b_side side)
{
	struct op25b_frame f = OP25B_XDP_FRAME(ctx);
	struct op25b_judged j = {};

	op25b_parse(&f, 1, side, &j.packet);
	xdp_judge(ctx, &j, side);
	if (j.shared)
		op25b_shared_ask(&j);
	return op25b_word(&j.decision);
}

OP25B_INLINE int tc_word(struct __sk_buff *skb, enum op25b_side side)
{
	struct op25b_frame f = OP25B_TC_FRAME(skb, 1);
	struct op25b_judged j = {};

	op25b_parse(&f, 1, side, &j.packet);
	tc_judge(skb, &j, side);
	if (j.shared)
		op25b_shared_ask(&j);
	return op25b_word(&j.decision);
}

#define OP25B_PROGRAM(section, name, context, call) \
	SEC(section) int name(context)              \
	{                                           \
		return call;                        \
	}

OP25B_PROGRAM("xdp.frags", xdp_subscriber, struct xdp_md *ctx, xdp_main(ctx, OP25B_SUBSCRIBER))
OP25B_PROGRAM("xdp.frags", xdp_upstream, struct xdp_md *ctx, xdp_main(ctx, OP25B_UPSTREAM))
OP25B_PROGRAM("xdp.frags", xdp_both, struct xdp_md *ctx, xdp_main(ctx, OP25B_BOTH))
/*
 * For the generic hook, over the tc half: of a program that says "frags" Linux 6.9 to (at least)
 * 6.18 copies each packet and forgets how long its Ethernet header is, so that tc begins reading
 * behind it.
 */
OP25B_PROGRAM("xdp", xdp_subscriber_linear, struct xdp_md *ctx, xdp_main(ctx, OP25B_SUBSCRIBER))
OP25B_PROGRAM("xdp", xdp_both_linear, struct xdp_md *ctx, xdp_main(ctx, OP25B_BOTH))
OP25B_PROGRAM("tc", tc_subscriber, struct __sk_buff *skb, tc_main(skb, 1, OP25B_SUBSCRIBER))
OP25B_PROGRAM("tc", tc_upstream, struct __sk_buff *skb, tc_main(skb, 1, OP25B_UPSTREAM))
OP25B_PROGRAM("tc", tc_both, struct __sk_buff *skb, tc_main(skb, 1, OP25B_BOTH))
OP25B_PROGRAM("tc", tc_subscriber_l3, struct __sk_buff *skb, tc_main(skb, 0, OP25B_SUBSCRIBER))
OP25B_PROGRAM("tc", tc_upstream_l3, struct __sk_buff *skb, tc_main(skb, 0, OP25B_UPSTREAM))
OP25B_PROGRAM("tc", tc_both_l3, struct __sk_buff *skb, tc_main(skb, 0, OP25B_BOTH))
OP25B_PROGRAM("tc", tc_notice_subscriber, struct __sk_buff *skb, tc_half(skb, OP25B_SUBSCRIBER))
OP25B_PROGRAM("tc", tc_notice_both, struct __sk_buff *skb, tc_half(skb, OP25B_BOTH))
OP25B_PROGRAM("xdp.frags", xdp_explain_subscriber, struct xdp_md *ctx,
	      xdp_word(ctx, OP25B_SUBSCRIBER))
OP25B_PROGRAM("xdp.frags", xdp_explain_upstream, struct xdp_md *ctx, xdp_word(ctx, OP25B_UPSTREAM))
OP25B_PROGRAM("tc", tc_explain_subscriber, struct __sk_buff *skb, tc_word(skb, OP25B_SUBSCRIBER))
OP25B_PROGRAM("tc", tc_explain_upstream, struct __sk_buff *skb, tc_word(skb, OP25B_UPSTREAM))
