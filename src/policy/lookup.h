/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What classify.h wants of its includer, over tables in user memory: binary searches where the
 * kernel has a trie and a hash. For flow.c and the native engine only.
 */
#pragma once

#include <stdlib.h>
#include <string.h>

#include "policy/compile.h"

struct op25b_gen {
	const struct op25b_front *front;
	const struct op25b_tables *tables;
};

#include "policy/exception.h"

static inline const struct op25b_exception *op25b_exception(const struct op25b_gen *g,
							    const struct op25b_exception_key *key)
{
	return op25b_tables_exception(g->tables, key);
}

#include "policy/classify.h"

static inline const void *op25b_block(const struct op25b_gen *g, __u32 block)
{
	return block < g->front->head.n_blocks ? g->tables->image + (size_t)block * OP25B_BLOCK :
						 NULL;
}

static inline const __u32 *op25b_prefix(const struct op25b_gen *g,
					const struct op25b_prefix_key *key)
{
	const struct op25b_plan *plan = &g->tables->plan;
	const uint8_t *lens = g->tables->lens[key->kind];

	for (size_t i = 0; lens[i] <= 128; i++) {
		struct op25b_prefix_key k = { .prefixlen = 32U + lens[i], .kind = key->kind };
		const struct op25b_prefix_entry *e;

		memcpy(k.addr, key->addr, lens[i] / 8);
		if (lens[i] % 8)
			k.addr[lens[i] / 8] =
				(uint8_t)(key->addr[lens[i] / 8] & 0xff00 >> lens[i] % 8);
		e = bsearch(&k, plan->prefixes, plan->n_prefixes, sizeof(*plan->prefixes),
			    op25b_prefix_key_order);
		if (e)
			return &e->value;
	}
	return NULL;
}

static inline int op25b_exception_find(const struct op25b_gen *g, const struct op25b_addr *a,
				       struct op25b_exception *to)
{
	const struct op25b_exception *found = op25b_exception_walk(g, a);

	if (found)
		*to = *found;
	return found != NULL;
}

static inline struct op25b_gen op25b_lookup_gen(const struct op25b_tables *tables)
{
	return (struct op25b_gen){ tables->front, tables };
}
