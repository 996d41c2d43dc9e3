/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The global functions. The verifier checks each once, with arguments it knows nothing about,
 * instead of once for each path that leads to it: inlined, the programs pass a million
 * instructions. Each exists twice, because the context of XDP and of tc are different types; `skb`
 * is a constant, so one of the two calls is dropped.
 */
#pragma once

#include "bpf/frame.h"

/* Not static, which makes it global. */
#define OP25B_GLOBAL __attribute__((noinline))

#define OP25B_XDP_FRAME(c)                                                                       \
	{                                                                                        \
		.ctx = (c), .data = (void *)(long)(c)->data, .end = (void *)(long)(c)->data_end, \
		.skb = 0, .l2 = 1                                                                \
	}
#define OP25B_TC_FRAME(c, begins)                                                                \
	{                                                                                        \
		.ctx = (c), .data = (void *)(long)(c)->data, .end = (void *)(long)(c)->data_end, \
		.skb = 1, .l2 = (begins)                                                         \
	}

OP25B_GLOBAL int xdp_walk(struct xdp_md *ctx, struct op25b_walk *w)
{
	struct op25b_frame f = OP25B_XDP_FRAME(ctx);

	if (w)
		op25b_walk(&f, w);
	return 0;
}

OP25B_GLOBAL int tc_walk(struct __sk_buff *skb, struct op25b_walk *w)
{
	struct op25b_frame f = OP25B_TC_FRAME(skb, 1);

	if (w)
		op25b_walk(&f, w);
	return 0;
}

OP25B_INLINE void op25b_call_walk(struct op25b_frame *f, struct op25b_walk *w)
{
	if (f->skb)
		tc_walk(f->ctx, w);
	else
		xdp_walk(f->ctx, w);
}

OP25B_GLOBAL int xdp_tunnel(struct xdp_md *ctx, struct op25b_packet *p, __u32 side, __u32 next)
{
	struct op25b_frame f = OP25B_XDP_FRAME(ctx);

	if (p)
		op25b_tunnel(&f, p, side, (__u8)next);
	return 0;
}

OP25B_GLOBAL int tc_tunnel(struct __sk_buff *skb, struct op25b_packet *p, __u32 side, __u32 next)
{
	struct op25b_frame f = OP25B_TC_FRAME(skb, 1);

	if (p)
		op25b_tunnel(&f, p, side, (__u8)next);
	return 0;
}

OP25B_INLINE void op25b_call_tunnel(struct op25b_frame *f, struct op25b_packet *p,
				    enum op25b_side side, __u8 next)
{
	if (f->skb)
		tc_tunnel(f->ctx, p, side, next);
	else
		xdp_tunnel(f->ctx, p, side, next);
}
