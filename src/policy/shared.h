/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Addresses that many lines share, told apart by port: the IPv6 address of the line (map.h) decides
 * as if it had been seen. Compiled by the BPF programs and by user space.
 */
#pragma once

#include "policy/classify.h"
#include "policy/map.h"

/* The pool op25b_classify() named; NULL: the tables have none. */
static inline __attribute__((always_inline)) const struct op25b_pool *
op25b_shared_pool(const struct op25b_gen *g, __u32 shared)
{
	__u32 at = (shared - 1) % 2;
	const struct op25b_pool *pool = op25b_block(g, g->front->head.pools + (shared - 1) / 2);

	if (!pool)
		return 0;
	OP25B_OPAQUE(at);
	return pool + at % 2;
}

/**
 * op25b_shared_decide() - decide for the line behind a shared address, if it can be told.
 * @g, @line, @peer: as for op25b_classify()
 * @shared:   what it said; not 0
 * @port:     of the line, host order; 0: it can't be seen
 * @facts:    zeroed but for `upstream`; filled
 * @decision: taken from the address alone; replaced if the line can be told
 *
 * A line that is nobody's IPv6 address cannot be told. A hold or an exemption of the shared address
 * is one of each of its lines; the line's own goes before.
 * Returns 1 if *decision was replaced.
 */
static inline __attribute__((always_inline)) int op25b_shared_decide(
	const struct op25b_gen *g, __u32 shared, const struct op25b_addr *line, __u16 port,
	const struct op25b_addr *peer, struct op25b_facts *facts, struct op25b_decision *decision)
{
	const struct op25b_pool *pool = op25b_shared_pool(g, shared);
	struct op25b_addr told = { .family = OP25B_V6 };
	__u64 addr[2];
	__u32 unused;

	if (!pool || !op25b_map_line(pool, (__u32)op25b_addr_top(line), port, addr))
		return 0;
	__builtin_memcpy(told.bytes, addr, sizeof(told.bytes));
	op25b_classify(g, &told, peer, facts, &unused);
	if (!facts->service)
		return 0;
	if (decision->reason == OP25B_EXEMPTION)
		facts->flags |= OP25B_EXEMPT;
	if (decision->reason == OP25B_HOLD && !(facts->flags & OP25B_HELD)) {
		facts->flags |= OP25B_HELD;
		facts->hold_how = decision->how;
		facts->hold_manner = decision->manner;
	}
	*decision = op25b_decide(facts);
	return 1;
}
