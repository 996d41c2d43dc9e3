/* SPDX-License-Identifier: BSD-2-Clause */
/* See native.h. Gives bpf/judge.h a frame that is plain memory; calls are plain calls. */
#include "dataplane/native.h"

#include <string.h>

#include "policy/lookup.h"

struct op25b_frame {
	const struct op25b_policy *policy;
	const struct op25b_tables *tables; /* NULL: to be parsed only */
	const uint8_t *bytes;
	uint32_t len;
	int skb;
};

#include "bpf/parse.h"
#include "bpf/judge.h"

OP25B_INLINE int op25b_copy(struct op25b_frame *f, __u32 off, void *to, __u32 n)
{
	if (off > f->len || f->len - off < n)
		return -1;
	memcpy(to, f->bytes + off, n);
	return 0;
}

OP25B_INLINE const void *op25b_here(struct op25b_frame *f, __u32 off, __u32 n)
{
	return off > f->len || f->len - off < n ? NULL : f->bytes + off;
}

OP25B_INLINE const void *op25b_at(struct op25b_frame *f, __u32 off, __u32 n, void *spare)
{
	(void)spare;
	return op25b_here(f, off, n);
}

OP25B_INLINE int op25b_within(struct op25b_frame *f, __u32 end)
{
	return end <= f->len;
}

OP25B_INLINE __u32 op25b_length(struct op25b_frame *f)
{
	return f->len;
}

OP25B_INLINE int op25b_is_skb(struct op25b_frame *f)
{
	return f->skb;
}

OP25B_INLINE int op25b_is_tunnel(struct op25b_frame *f, struct op25b_packet *p, __u32 kind,
				 __u32 addr_off)
{
	__u32 n = kind == OP25B_6IN4 || kind == OP25B_4IN4 ? 4 : 16;
	const void *addr = op25b_here(f, addr_off, n);

	(void)p;
	for (size_t i = 0; addr && i < f->policy->n_tunnels; i++) {
		const struct op25b_tunnel *tunnel = &f->policy->tunnels[i];

		if (tunnel->kind == kind && !memcmp(tunnel->endpoint.addr, addr, n))
			return 1;
	}
	return 0;
}

OP25B_INLINE void op25b_call_walk(struct op25b_frame *f, struct op25b_walk *w)
{
	op25b_walk(f, w);
}

OP25B_INLINE void op25b_call_tunnel(struct op25b_frame *f, struct op25b_packet *p,
				    enum op25b_side side, __u8 next)
{
	op25b_tunnel(f, p, side, next);
}

OP25B_INLINE int op25b_open(struct op25b_frame *f, struct op25b_packet *p, struct op25b_gen *g)
{
	(void)p;
	*g = op25b_lookup_gen(f->tables);
	return 0;
}

void op25b_native_frame(const struct op25b_tables *tables, bool skb, enum op25b_side side,
			const uint8_t *frame, size_t len, struct op25b_decision *ret_decision)
{
	struct op25b_frame f = { .policy = tables->plan.policy,
				 .tables = tables,
				 .bytes = frame,
				 .len = (uint32_t)len,
				 .skb = skb };
	struct op25b_judged j = { 0 };

	op25b_parse(&f, 1, side, &j.packet);
	op25b_judge(&f, side, &j);
	if (j.shared)
		op25b_judge_shared(&f, &j);
	*ret_decision = j.decision;
}

int op25b_native_line(const struct op25b_policy *policy, bool skb, enum op25b_side side,
		      const uint8_t *frame, size_t len, struct op25b_prefix *ret_line,
		      uint16_t *ret_port)
{
	struct op25b_frame f = {
		.policy = policy, .bytes = frame, .len = (uint32_t)len, .skb = skb
	};
	struct op25b_judged j = { 0 };
	uint8_t hidden;

	op25b_parse(&f, 1, side, &j.packet);
	if (!op25b_question(&j.packet, side, &j.upstream, &hidden))
		return 0;
	op25b_load_ends(&f, &j);
	*ret_line = (struct op25b_prefix){ .family = j.line.family,
					   .len = j.line.family == OP25B_V4 ? 32 : 128 };
	memcpy(ret_line->addr, j.line.bytes, sizeof(ret_line->addr));
	*ret_port = op25b_line_port(&j);
	return 1;
}
