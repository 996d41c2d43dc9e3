/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What one verdict costs, rivals side by side. Every program takes one frame, gives it ROUNDS times
 * another source and destination and decides it, in one run, so that neither the system call nor a
 * warm cache hides the cost. They differ in one call only: how the line's service is found.
 *
 *   bench_parse   no lookup at all: the base the others are compared with
 *   bench_dense   op25b: two bytes a line (src/policy/classify.h)
 *   bench_hash    BPF_MAP_TYPE_HASH, address to service
 *   bench_lpm     BPF_MAP_TYPE_LPM_TRIE, the same content as /32 prefixes
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "bpf/calls.h"
#include "bpf/judge.h"
#include "bench/verdict.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u32);
	__type(value, __u32);
} rival_hash SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct bench_lpm_key);
	__type(value, __u32);
} rival_lpm SEC(".maps");

/* Set by user space before loading. */
const volatile __u32 n_lines = 1; /* addresses from 10.0.0.0 on */
const volatile __u32 relay = 0;   /* every eighth peer is this one; network order */

struct bench_state {
	__u32 random;
	__u32 refused; /* so that no work can be left out */
};

enum lookup { PARSE, DENSE, HASH, LPM };

OP25B_INLINE __u32 draw(struct bench_state *s)
{
	s->random ^= s->random << 13;
	s->random ^= s->random >> 17;
	s->random ^= s->random << 5;
	return s->random;
}

OP25B_INLINE void line_by_hash(const struct op25b_addr *a, struct op25b_facts *facts)
{
	__u32 key = (__u32)op25b_addr_top(a);
	__u32 *service = bpf_map_lookup_elem(&rival_hash, &key);

	if (service)
		facts->service = (__u16)*service;
}

OP25B_INLINE void line_by_lpm(const struct op25b_addr *a, struct op25b_facts *facts)
{
	struct bench_lpm_key key = { .prefixlen = 32, .addr = *(const __u32 *)a->bytes };
	__u32 *service = bpf_map_lookup_elem(&rival_lpm, &key);

	if (service)
		facts->service = (__u16)*service;
}

/* op25b_judge_asked() for a packet to port 25, with the lookup named. */
OP25B_INLINE void verdict(struct op25b_frame *f, struct op25b_judged *j, enum lookup lookup)
{
	struct op25b_facts facts = {};
	struct op25b_gen g;

	if (op25b_open(f, &j->packet, &g))
		return;
	op25b_load_ends(f, j);
	if (lookup == DENSE)
		op25b_line_find(&g, &j->line, &facts, &j->shared);
	else if (lookup == HASH)
		line_by_hash(&j->line, &facts);
	else
		line_by_lpm(&j->line, &facts);
	if (facts.service)
		op25b_cell_find(&g, &j->peer, &facts);
	j->decision = op25b_decide(&facts);
}

/* Another source among the lines, another destination; the frame is Ethernet, IPv4, TCP. */
OP25B_INLINE int readdress(struct xdp_md *ctx, struct bench_state *s)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	__u32 line = draw(s), peer = draw(s), *addresses = data + 26;

	if ((void *)(addresses + 2) > end)
		return -1;
	line = (__u32)((__u64)line * n_lines >> 32);
	addresses[0] = __builtin_bswap32(0x0a000000U + line);
	addresses[1] = peer % 8 ? peer | 0x80U : relay; /* 128.0.0.0 and above: no line */
	return 0;
}

/*
 * One verdict, in a global function: the verifier checks it once, not once a round. What the base
 * has too (drawing addresses, the parse, this call) is what the others are compared over.
 */
#define STEP(name, lookup)                                                             \
	__attribute__((noinline)) int name(struct xdp_md *ctx, struct bench_state *s)  \
	{                                                                              \
		struct op25b_frame f = OP25B_XDP_FRAME(ctx);                           \
		struct op25b_judged j = {};                                            \
                                                                                       \
		if (!s || readdress(ctx, s))                                           \
			return -1;                                                     \
		op25b_parse(&f, 1, OP25B_SUBSCRIBER, &j.packet);                       \
		if (j.packet.seen != OP25B_SEEN_PORTS || j.packet.dport != OP25B_SMTP) \
			return -1;                                                     \
		if (lookup != PARSE)                                                   \
			verdict(&f, &j, lookup);                                       \
		s->refused += j.decision.verdict == OP25B_REFUSE;                      \
		return 0;                                                              \
	}

STEP(step_parse, PARSE)
STEP(step_dense, DENSE)
STEP(step_hash, HASH)
STEP(step_lpm, LPM)

/* Returns how many were refused; -1 if a frame was not what it must be. */
#define BENCH(name, step)                                                                 \
	SEC("xdp") int name(struct xdp_md *ctx)                                           \
	{                                                                                 \
		struct bench_state s = { .random = 2463534242U ^ bpf_get_prandom_u32() }; \
                                                                                          \
		for (__u32 i = 0; i < BENCH_ROUNDS; i++) {                                \
			if (step(ctx, &s))                                                \
				return -1;                                                \
		}                                                                         \
		return (int)s.refused;                                                    \
	}

BENCH(bench_parse, step_parse)
BENCH(bench_dense, step_dense)
BENCH(bench_hash, step_hash)
BENCH(bench_lpm, step_lpm)

/* The base of the rows a: a program that does nothing. */
SEC("xdp") int bench_empty(struct xdp_md *ctx)
{
	(void)ctx;
	return XDP_PASS;
}
