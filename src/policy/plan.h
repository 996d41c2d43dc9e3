/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Inside the making of a plan: the steps of op25b_plan_make(), one file each, and the arithmetic
 * of prefixes they share. Not for users of compile.h.
 */
#pragma once

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "policy/compile.h"
#include "policy/prefix.h"

#define OP25B_PLAN_MAX_BYTES (1ULL << 30)

/* Pools of the policy, with root4 and the trie's entries; head.n_pools, n_units. -ENOMEM. */
int op25b_plan_pools(struct op25b_plan *plan);

/* Classes of peers: trie entries, bits, and for each class the groups it is in. -ENOMEM. */
struct op25b_classes {
	uint32_t **groups; /* of class c: sorted; servers first, destinations from n_servers on */
	size_t *n_groups;
	size_t n; /* class 0 has no group */
};
int op25b_plan_peers(struct op25b_plan *plan, struct op25b_classes *ret_classes);
void op25b_classes_done(struct op25b_classes *classes);

/* Steps 2 to 4 for every service and class; plan->services is set. -ENOMEM, -E2BIG. */
int op25b_plan_cells(struct op25b_plan *plan, const struct op25b_classes *classes,
		     const uint32_t *counters);

/* Lines, exemptions and holds: paints, marks, exceptions, lens. -ENOMEM. */
int op25b_plan_lines(struct op25b_plan *plan);

/* Appends one entry of the trie; -ENOMEM. */
int op25b_plan_add_prefix(struct op25b_plan *plan, uint32_t kind, const struct op25b_prefix *prefix,
			  uint32_t value);

/* The pool that holds all of `prefix`; head.n_pools if none. Cost: log of pools. */
uint32_t op25b_plan_pool_of(const struct op25b_plan *plan, const struct op25b_prefix *prefix);

/* Pools that lie inside `prefix`: *ret_first on, returns how many. */
uint32_t op25b_plan_pools_in(const struct op25b_plan *plan, const struct op25b_prefix *prefix,
			     uint32_t *ret_first);

/* v4: the address; v6: its top 64 bits; host order. */
static inline uint64_t op25b_prefix_top(const struct op25b_prefix *p)
{
	uint64_t top = 0;

	for (int i = 0; i < (p->family == OP25B_V4 ? 4 : 8); i++)
		top = top << 8 | p->addr[i];
	return top;
}

/*
 * Makes place for one more element. Returns the array, which may have moved, or NULL: then the old
 * one is untouched.
 */
static inline void *op25b_grow(void *array, size_t n, size_t *max, size_t size)
{
	size_t want = *max ? *max * 2 : 64;

	if (n < *max)
		return array;
	array = reallocarray(array, want, size);
	if (array)
		*max = want;
	return array;
}
