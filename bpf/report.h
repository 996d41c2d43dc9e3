/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What is left behind of a packet: a counter for each, and for refused or counted connection
 * attempts (SYN) an event. Answers, events and notices of one line are limited by three token
 * buckets; the limits stand in `control`.
 */
#pragma once

#include "bpf/frame.h"
#include "bpf/judge.h"

OP25B_INLINE void op25b_count_at(__u32 slot, __u32 family, __u32 counted, __u32 reason)
{
	__u32 at = (family * 2 + counted) * OP25B_REASON_SLOTS + reason;
	struct op25b_counter *c = bpf_map_lookup_elem(&counters, &slot);

	OP25B_OPAQUE(at);
	if (c && at < sizeof(*c) / sizeof(__u64))
		((__u64 *)c)[at]++;
}

/* For what the parse alone settles; the family is a constant on every path. */
OP25B_INLINE void op25b_count_settled(enum op25b_family family)
{
	const __u32 none = OP25B_COUNTER_NONE;
	struct op25b_counter *c = bpf_map_lookup_elem(&counters, &none);

	if (c)
		c->packets[family][0][OP25B_OTHER_PORT]++;
}

OP25B_INLINE void op25b_count(const struct op25b_judged *j)
{
	__u32 slot = j->counter < OP25B_COUNTER_SLOTS ? j->counter : OP25B_COUNTER_OTHER;

	op25b_count_at(slot, j->packet.family, j->decision.verdict == OP25B_COUNT,
		       j->decision.reason);
}

OP25B_INLINE void op25b_tally(__u32 what)
{
	__u64 *n = bpf_map_lookup_elem(&answers, &what);

	if (n)
		(*n)++;
}

/* Refills *tokens (thousandths) for `ms`, and takes one if asked to; 1 if it did. */
OP25B_INLINE int op25b_take(__u32 *tokens, __u64 ms, __u32 rate, __u32 burst, int asked)
{
	__u64 full = (__u64)burst * 1000, now = *tokens + ms * rate;
	int taken;

	if (now > full)
		now = full;
	taken = asked && now >= 1000;
	*tokens = (__u32)(taken ? now - 1000 : now);
	return taken;
}

/* What is asked of a line's buckets, and what they grant. */
struct op25b_allowed {
	int answer, event, notice;
};

/* A line's buckets, as they are or `fresh`; NULL: no room. */
OP25B_INLINE struct op25b_rate *op25b_rate_of(const struct op25b_rate_key *key,
					      const struct op25b_rate *fresh)
{
	struct op25b_rate *r = bpf_map_lookup_elem(&rates, key);

	if (r)
		return r;
	bpf_map_update_elem(&rates, key, fresh, BPF_NOEXIST);
	return bpf_map_lookup_elem(&rates, key);
}

/*
 * The span to refill for. Whole milliseconds only, and the rest stays: a flood must not round the
 * refill away.
 */
OP25B_INLINE __u64 op25b_rate_ms(struct op25b_rate *r, __u64 now)
{
	__u64 ms = now > r->time_ns ? (now - r->time_ns) / 1000000 : 0;

	r->time_ns += ms * 1000000;
	return ms > 60000 ? 60000 : ms;
}

/*
 * Asks the line's buckets; an answer only where no notice is granted. Two CPUs may both take the
 * last token: a limit, not an account.
 */
OP25B_INLINE struct op25b_allowed op25b_limit(const struct op25b_addr *line,
					      const struct op25b_control *c,
					      const struct op25b_allowed *asked)
{
	struct op25b_rate_key key = { .family = line->family };
	struct op25b_rate fresh = { .time_ns = bpf_ktime_get_ns(),
				    .answers = c->answer_burst * 1000,
				    .events = c->event_burst * 1000,
				    .notices = c->notice_burst * 1000 };
	struct op25b_rate *r;
	struct op25b_allowed ret = {};
	__u64 now = fresh.time_ns, ms;

	__builtin_memcpy(key.addr, line->bytes, 8); /* v4 whole, v6 its /64 */
	r = op25b_rate_of(&key, &fresh);
	if (!r)
		return ret;
	ms = op25b_rate_ms(r, now);
	/* All are refilled by the same span. */
	ret.notice = op25b_take(&r->notices, ms, c->notice_rate, c->notice_burst, asked->notice);
	ret.answer = op25b_take(&r->answers, ms, c->answer_rate, c->answer_burst,
				asked->answer && !ret.notice);
	ret.event = op25b_take(&r->events, ms, c->event_rate, c->event_burst, asked->event);
	return ret;
}

/* 1 for the first packet of a connection. */
OP25B_INLINE int op25b_is_attempt(struct op25b_frame *f, const struct op25b_packet *p)
{
	__u8 flags;

	return p->seen == OP25B_SEEN_PORTS && p->l4 + 14 <= p->end &&
	       !op25b_copy(f, p->l4 + 13, &flags, 1) && (flags & 0x12) == 0x02;
}

OP25B_INLINE void op25b_emit(__u32 ifindex, const struct op25b_judged *j)
{
	struct op25b_event *e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);

	if (!e) {
		op25b_tally(OP25B_EVENT_LOST);
		return;
	}
	e->time_ns = bpf_ktime_get_boot_ns();
	e->ifindex = ifindex;
	e->service = j->decision.service;
	e->peer_port = j->upstream ? j->packet.sport : j->packet.dport;
	e->digest = j->digest;
	__builtin_memcpy(e->line, j->line.bytes, 16);
	__builtin_memcpy(e->peer, j->peer.bytes, 16);
	e->line_family = j->line.family;
	e->peer_family = j->peer.family;
	e->side = j->upstream ? OP25B_UPSTREAM : OP25B_SUBSCRIBER;
	e->verdict = j->decision.verdict;
	e->reason = j->decision.reason;
	e->how = j->decision.how;
	e->line_port = op25b_line_port(j);
	bpf_ringbuf_submit(e, 0);
}
