/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The exceptions of one generation: prefixes whose answer is not the pool's or the unit's. One hash
 * lookup for each prefix length in use, longest first. In a file of its own because the BPF side
 * compiles the walk as a global function, which the verifier checks once, not once for each path
 * that leads to it.
 *
 * The includer defines struct op25b_gen (with `front`) before, and the functions declared here.
 */
#pragma once

#include "op25b/abi.h"
#include "policy/order.h"

struct op25b_gen;
/* The entry of exactly this key; NULL if none. */
static inline __attribute__((always_inline)) const struct op25b_exception *
op25b_exception(const struct op25b_gen *g, const struct op25b_exception_key *key);

/* An address as a lookup wants it: network order, v4 in the first four bytes, the rest 0. */
struct op25b_addr {
	__u8 bytes[16] __attribute__((aligned(8)));
	__u8 family;
};

/*
 * v4: the address; v6: its top 64 bits; host order. Reads as many bytes as were written: a longer
 * read waits until the CPU has put the write away.
 */
static inline __attribute__((always_inline)) __u64 op25b_addr_top(const struct op25b_addr *a)
{
	__u64 top;
	__u32 v4;

	if (a->family == OP25B_V4) {
		__builtin_memcpy(&v4, a->bytes, sizeof(v4));
		return op25b_host32(v4);
	}
	__builtin_memcpy(&top, a->bytes, sizeof(top));
	return op25b_host64(top);
}

/*
 * The longest exception that holds the address, NULL if none. Cost: a hash lookup for each length
 * in use.
 */
static inline __attribute__((always_inline)) const struct op25b_exception *
op25b_exception_walk(const struct op25b_gen *g, const struct op25b_addr *a)
{
	const struct op25b_exception_len *lens = g->front->lens[a->family != OP25B_V4];
	struct op25b_exception_key key = { .family = a->family };
	const struct op25b_exception *found;
	__u64 addr[2];

	for (__u32 i = 0; i < OP25B_LENS; i++) {
		if (lens[i].len == OP25B_LEN_END)
			return 0;
		__builtin_memcpy(addr, a->bytes, sizeof(addr));
		addr[0] &= lens[i].mask[0];
		addr[1] &= lens[i].mask[1];
		__builtin_memcpy(key.addr, addr, sizeof(key.addr));
		key.len = (__u8)lens[i].len;
		found = op25b_exception(g, &key);
		if (found)
			return found;
	}
	return 0;
}
