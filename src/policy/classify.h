/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * From two addresses to the facts op25b_decide() needs, by walking the tables of one generation (abi.h).
 * Compiled by the BPF programs and by user space; each brings its own three lookups before it
 * includes this file:
 *
 *   const void *op25b_block(const struct op25b_gen *g, __u32 block)
 *   const __u32 *op25b_prefix(const struct op25b_gen *g, const struct op25b_prefix_key *key)   longest match
 *   const struct op25b_exception *op25b_exception(const struct op25b_gen *g, const struct op25b_exception_key *key)
 *
 * each NULL where there is none. struct op25b_gen names a generation and has the member `head`, block 0.
 *
 * Cost for a v4 line in a pool that owns its /16: five block reads, no hash and no trie, whatever the number of
 * lines (bench rows b.*).
 */
#pragma once

#include "op25b/abi.h"

/* An address as a lookup wants it: network order bytes, and the top 64 bits (v4: the address) in host order. */
struct op25b_addr {
	__u8 bytes[16];
	__u64 top;
	__u8 family;
};

/*
 * Keeps the compiler from proving a range the verifier then cannot see: clang 14 drops `& 31` where it knows
 * the value is small, and the load is rejected with "unbounded memory access".
 */
#define OP25B_OPAQUE(v) __asm__ volatile("" : "+r"(v))

/* The longest exception that holds the address; NULL if none. `lens` is the head's list for the family. */
static inline __attribute__((always_inline)) const struct op25b_exception *
op25b_exception_find(const struct op25b_gen *g, const struct op25b_addr *a)
{
	__u32 v4 = a->family == OP25B_V4;
	__u32 lens = v4 ? g->head->lens4 : g->head->lens6;
	struct op25b_exception_key key = {.family = a->family};
	const struct op25b_exception *found;
	const __u8 *block = 0;

	if (!lens)
		return 0;
	for (__u32 i = 0; i < 130; i++) {
		__u32 at = i % OP25B_BLOCK, len, bits;

		if (!at)
			block = op25b_block(g, lens + i / OP25B_BLOCK);
		if (!block)
			return 0;
		OP25B_OPAQUE(at);
		len = block[at % OP25B_BLOCK];
		if (len > 128)
			return 0;
		key.len = (__u8)len;
		for (__u32 j = 0; j < 16; j++) {
			bits = len > 8 * j ? len - 8 * j : 0;
			key.addr[j] = a->bytes[j] & (bits >= 8 ? 0xff : (__u8)(0xff00U >> bits));
		}
		found = op25b_exception(g, &key);
		if (found)
			return found;
	}
	return 0;
}
