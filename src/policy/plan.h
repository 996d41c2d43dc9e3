/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Inside the making of a plan: the steps of op25b_plan_make(), one file each, and the arithmetic
 * of prefixes they share. Not for users of compile.h.
 */
#pragma once

#include <endian.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "policy/compile.h"
#include "policy/prefix.h"
#include "policy/units.h"

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

/* ---- plan_units.c -------------------------------------------------------------------------- */

/*
 * Paints what policy->lines[line] covers of pool `at`, which holds the line or lies in it. Nothing
 * if the pool is sparse. -ENOMEM.
 */
int op25b_units_paint(struct op25b_plan *plan, uint32_t at, uint32_t line);

/* Marks the units `prefix` touches, in whatever dense pools. -ENOMEM. */
int op25b_units_mark(struct op25b_plan *plan, const struct op25b_prefix *prefix);

/* When all is painted and marked: puts paints and marks in order. -ENOMEM. */
int op25b_units_settle(struct op25b_plan *plan);

/* Whether one of these units is marked; only after settling. Cost: log of marks. */
bool op25b_units_marked(const struct op25b_plan *plan, const struct op25b_units *units);

/* ---- plan_exceptions.c --------------------------------------------------------------------- */

enum op25b_claim_kind { OP25B_CLAIM_LINE, OP25B_CLAIM_EXEMPTION, OP25B_CLAIM_HOLD };

/* What one line or one grant says of a prefix. */
struct op25b_claim {
	struct op25b_prefix prefix;
	uint8_t kind;                   /* enum op25b_claim_kind */
	bool of_line;                   /* a grant: it names the line, not the prefix */
	uint16_t service;               /* of a line: index in the generation */
	const struct op25b_grant *hold; /* of a hold: one of policy->holds */
};

struct op25b_claims {
	struct op25b_claim *list;
	size_t n, max;
};

/* -ENOMEM. */
int op25b_claims_add(struct op25b_claims *claims, struct op25b_claim claim);

/* Sorts the claims, and makes exceptions and lens of them. -ENOMEM. */
int op25b_plan_exceptions(struct op25b_plan *plan, struct op25b_claims *claims);

/* ---- plan_pools.c -------------------------------------------------------------------------- */

/* Appends one entry of the trie; -ENOMEM. */
int op25b_plan_add_prefix(struct op25b_plan *plan, uint32_t kind, const struct op25b_prefix *prefix,
			  uint32_t value);

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
