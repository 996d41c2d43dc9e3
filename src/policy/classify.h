/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * From two addresses to the facts op25b_decide() needs, by walking the tables of one generation
 * (abi.h). Compiled by the BPF programs and by user space; each brings what exception.h wants, and
 * the lookups declared here.
 *
 * Cost for a v4 line in a pool that owns its /16: one block read, no hash and no trie, whatever the
 * number of lines (bench rows b.*).
 */
#pragma once

#include "op25b/abi.h"
#include "policy/decide.h"
#include "policy/exception.h"
#include "policy/opaque.h"

/* A block of the image; NULL past the end. */
static inline const void *op25b_block(const struct op25b_gen *g, __u32 block);
/* The value of the longest prefix that holds the key's address; NULL if none. */
static inline const __u32 *op25b_prefix(const struct op25b_gen *g,
					const struct op25b_prefix_key *key);
/* 1 and *to if there is one, else 0; by way of op25b_exception_walk(). */
static inline int op25b_exception_find(const struct op25b_gen *g, const struct op25b_addr *a,
				       struct op25b_exception *to);

/* What the pool of an address says of it. */
struct op25b_spot {
	__u32 unit;    /* index of the address's unit; OP25B_POOL_SPARSE: it has none */
	__u32 shared;  /* 1 + index of the pool, if it has a mapping rule; else 0 */
	__u16 service; /* the pool's default; 0: no pool */
};

static inline __attribute__((always_inline)) struct op25b_spot
op25b_pool_ask(const struct op25b_gen *g, const struct op25b_addr *a, __u32 kind)
{
	struct op25b_prefix_key key = { .prefixlen = 32 + 128, .kind = kind };
	struct op25b_spot spot = { .unit = OP25B_POOL_SPARSE };
	const struct op25b_pool *pool;
	const __u32 *index;
	__u32 at;

	if (kind == OP25B_PREFIX_POOL4)
		key.prefixlen = 32 + 32;
	__builtin_memcpy(key.addr, a->bytes, sizeof(key.addr));
	index = op25b_prefix(g, &key);
	if (!index)
		return spot;
	at = *index % 2;
	pool = op25b_block(g, g->front->head.pools + *index / 2);
	if (!pool)
		return spot;
	OP25B_OPAQUE(at);
	pool += at % 2;
	spot.service = pool->service;
	if (kind == OP25B_PREFIX_POOL4 && pool->psid_len)
		spot.shared = *index + 1;
	if (pool->units != OP25B_POOL_SPARSE)
		spot.unit = pool->units +
			    (__u32)((op25b_addr_top(a) - pool->net) >> (pool->shift & 63));
	return spot;
}

static inline __attribute__((always_inline)) struct op25b_spot
op25b_pool_find(const struct op25b_gen *g, const struct op25b_addr *a)
{
	struct op25b_spot spot = { .unit = OP25B_POOL_SPARSE };
	const struct op25b_root4 *root;
	__u32 top, at;

	if (a->family != OP25B_V4)
		return op25b_pool_ask(g, a, OP25B_PREFIX_POOL6);
	top = (__u32)op25b_addr_top(a);
	at = top >> 16;
	OP25B_OPAQUE(at);
	root = &g->front->root4[at % OP25B_ROOT4];
	if (root->kind == OP25B_ROOT4_SPLIT)
		return op25b_pool_ask(g, a, OP25B_PREFIX_POOL4);
	if (root->kind == OP25B_ROOT4_NONE)
		return spot;
	spot.service = root->service;
	if (root->units != OP25B_POOL_SPARSE)
		spot.unit = root->units + ((top & 0xffff) >> (root->shift & 31));
	return spot;
}

/* Two bytes of a unit; OP25B_UNIT_EXCEPTION where there is none. */
static inline __attribute__((always_inline)) __u32 op25b_unit(const struct op25b_gen *g, __u32 unit)
{
	__u32 at = unit % 32;
	const __u16 *units;

	if (unit == OP25B_POOL_SPARSE)
		return OP25B_UNIT_EXCEPTION;
	units = op25b_block(g, g->front->head.units + unit / 32);
	if (!units)
		return OP25B_UNIT_EXCEPTION;
	OP25B_OPAQUE(at);
	return units[at % 32];
}

/*
 * Step 1: fills service, flags and hold of *facts. *ret_shared: 1 + index of the pool whose mapping
 * rule may tell the line, else 0.
 */
static inline __attribute__((always_inline)) void op25b_line_find(const struct op25b_gen *g,
								  const struct op25b_addr *a,
								  struct op25b_facts *facts,
								  __u32 *ret_shared)
{
	__u32 outside = a->family == OP25B_V4 ? OP25B_FRONT_OUTSIDE4 : OP25B_FRONT_OUTSIDE6, unit;
	struct op25b_spot spot = op25b_pool_find(g, a);
	struct op25b_exception found;

	facts->service = spot.service;
	*ret_shared = spot.shared;
	if (spot.service) {
		unit = op25b_unit(g, spot.unit);
		if (unit != OP25B_UNIT_EXCEPTION) {
			if (unit) {
				facts->service = (__u16)unit;
				*ret_shared = 0;
			}
			return;
		}
	} else if (!(g->front->head.flags & outside)) {
		return;
	}
	if (!op25b_exception_find(g, a, &found))
		return;
	if (found.service) {
		facts->service = found.service;
		*ret_shared = 0;
	}
	facts->flags = found.flags;
	facts->hold_how = found.hold_how;
	facts->hold_manner = found.hold_manner;
}

/* Class of a peer; 0 if it is in no list. Most peers end at the bit: one read, no trie. */
static inline __attribute__((always_inline)) __u32 op25b_peer_find(const struct op25b_gen *g,
								   const struct op25b_addr *a)
{
	struct op25b_prefix_key key = { .prefixlen = 32 + 128, .kind = OP25B_PREFIX_PEER6 };
	__u32 bit = (__u32)(op25b_addr_top(a) >> 32), at, v6 = 1;
	const __u32 *class;

	bit = OP25B_PEER6_BIT(bit);
	if (a->family == OP25B_V4) {
		bit = (__u32)op25b_addr_top(a) >> 16;
		v6 = 0;
		key.kind = OP25B_PREFIX_PEER4;
		key.prefixlen = 32 + 32;
	}
	at = bit / 64;
	OP25B_OPAQUE(at);
	if (!(g->front->peers[v6][at % (OP25B_PEER_BITS / 64)] >> bit % 64 & 1))
		return 0;
	__builtin_memcpy(key.addr, a->bytes, sizeof(key.addr));
	class = op25b_prefix(g, &key);
	return class ? *class : 0;
}

/*
 * The cell of facts->service towards the peer; the service becomes 0 if the tables have no such
 * cell.
 */
static inline __attribute__((always_inline)) void op25b_cell_find(const struct op25b_gen *g,
								  const struct op25b_addr *peer,
								  struct op25b_facts *facts)
{
	const struct op25b_cell *cells;
	__u32 cell, at;

	cell = facts->service * g->front->head.n_classes +
	       (peer->family ? op25b_peer_find(g, peer) : 0);
	if (cell < OP25B_NEAR) {
		OP25B_OPAQUE(cell);
		facts->cell = g->front->near[cell % OP25B_NEAR];
		return;
	}
	at = cell % 8;
	cells = op25b_block(g, g->front->head.cells + cell / 8);
	if (!cells) {
		facts->service = 0;
		return;
	}
	OP25B_OPAQUE(at);
	facts->cell = cells[at % 8];
}

/**
 * op25b_classify() - facts of a line towards a peer.
 * @g:     generation; its head's abi is OP25B_ABI
 * @line:  address of the line
 * @peer:  address of the peer; family OP25B_NO_FAMILY if it cannot be seen: class 0
 * @facts: zeroed but for what the caller knows; service, flags, hold and cell are filled
 * @ret_shared: not 0: lines share the address; op25b_shared_decide() may tell one by its port
 */
static inline __attribute__((always_inline)) void op25b_classify(const struct op25b_gen *g,
								 const struct op25b_addr *line,
								 const struct op25b_addr *peer,
								 struct op25b_facts *facts,
								 __u32 *ret_shared)
{
	op25b_line_find(g, line, facts, ret_shared);
	if (facts->service)
		op25b_cell_find(g, peer, facts);
}
