/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From a policy and an instant to a generation: the front, the image, the prefixes and the
 * exceptions of abi.h, as plain memory. What is made here is the same whether it goes into BPF maps
 * or is looked up in user space. Pure: no I/O, no clock.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "op25b/abi.h"
#include "policy/policy.h"
#include "policy/prefix-table.h"

/* A pool of at most 2^24 lines has a unit for each, and its packets the flat cost. */
#define OP25B_POOL_LINES_LOG2 24

struct op25b_prefix_entry {
	struct op25b_prefix_key key;
	uint32_t value;
};

struct op25b_exception_entry {
	struct op25b_exception_key key;
	struct op25b_exception value;
	bool in_line; /* inside a prefix of `lines`: sessions say nothing there. Not the kernel's */
};

/*
 * The order of each list, for qsort() and bsearch(): by kind (of exceptions: family), address,
 * length. Both arguments point to a key, or to an entry, which begins with its key.
 */
int op25b_prefix_key_order(const void *a, const void *b);
int op25b_exception_key_order(const void *a, const void *b);

struct op25b_units {
	uint32_t first, count;
};

/* A line in the units: they belong to its service. */
struct op25b_paint {
	struct op25b_units units;
	uint32_t line; /* index into policy->lines */
	uint16_t service;
	uint8_t len; /* of the line's prefix: longer ones are painted later */
};

/*
 * Sizes and small parts of a generation; the image itself is written by op25b_plan_fill(). Indices
 * of services: 1 to head.n_services; services[index] is the one of the policy. A shared service
 * with its own answer for unknown lines has a second index, which its pools use.
 */
struct op25b_plan {
	const struct op25b_policy *policy; /* borrowed; must outlive the plan */
	int64_t now;
	struct op25b_front_head head;
	uint32_t *services; /* head.n_services + 1 indices into policy->services; [0] unused */
	uint64_t n_units;   /* lines the pools' units can tell apart */
	struct op25b_pool *pools; /* head.n_pools; sorted by family, address */
	uint8_t *pool_family;
	struct op25b_cell *cells; /* (head.n_services + 1) * head.n_classes; row 0 unused */
	struct op25b_prefix_entry *prefixes; /* in the order of their keys */
	size_t n_prefixes, max_prefixes;
	struct op25b_exception_entry *exceptions; /* the same */
	size_t n_exceptions;
	struct op25b_front *front;  /* but for its head */
	struct op25b_paint *paints; /* in the order of painting */
	size_t n_paints, max_paints;
	struct op25b_units *marks; /* units that ask the exceptions: sorted, apart; painted last */
	size_t n_marks, max_marks;
};

/**
 * op25b_plan_make() - work out a generation.
 * @policy:   loaded without errors; borrowed
 * @now:      seconds UTC; rules, exemptions and holds in force then
 * @counters: slot of each service, n_services entries, or NULL for (index + 1), capped at
 *            OP25B_COUNTER_OTHER
 * @ret_plan: zeroed by the caller; written only on success; op25b_plan_done() frees
 *
 * Returns 0; -ENOMEM; -E2BIG: more than OP25B_SERVICE_MAX services, those that answer for unknown
 * lines counted twice, or cells beyond 1 GiB. Units are never too many: a pool of more than
 * 2^OP25B_POOL_LINES_LOG2 lines, or beyond 2^28 units in all pools, gets none, and each of its
 * packets asks the exceptions. Cost: linear in lines.
 */
int op25b_plan_make(const struct op25b_policy *policy, int64_t now, const uint32_t *counters,
		    struct op25b_plan *ret_plan);

/**
 * op25b_plan_done() - free the parts of a plan, NULL-safe, and leave it zeroed.
 */
void op25b_plan_done(struct op25b_plan *plan);

/**
 * op25b_plan_fill() - write front and image.
 * @plan:  from op25b_plan_make()
 * @front: written whole
 * @image: plan->head.n_blocks * OP25B_BLOCK bytes, zeroed; e.g. a mapped BPF array
 *
 * Touches only pages of the image that hold something. Never fails.
 */
void op25b_plan_fill(const struct op25b_plan *plan, struct op25b_front *front, uint8_t *image);

/* The plan's exception of exactly this key; NULL if none. Cost: log of exceptions. */
const struct op25b_exception_entry *op25b_plan_exception(const struct op25b_plan *plan,
							 const struct op25b_exception_key *key);

#define OP25B_PREFIX_KINDS (OP25B_PREFIX_TUNNEL + 4U)

/*
 * A generation in user memory: what the kernel is given and compared with, and what is looked up
 * without one. Made of a plan; live sessions are written into it later (session/live-tables.h),
 * into front and image, and as exceptions beside the plan's.
 */
struct op25b_tables {
	struct op25b_plan plan; /* its front, paints and marks are as made */
	struct op25b_front *front;
	uint8_t *image;
	uint8_t lens[OP25B_PREFIX_KINDS]
		    [130]; /* of prefixes of a kind: longest first, ended by 255 */
	/* struct op25b_exception_entry: further exceptions, and what goes before the plan's. */
	struct op25b_prefix_table live;
	size_t room; /* exceptions that the kernel's table can take besides */
};

/**
 * op25b_tables_make() - op25b_plan_make() and op25b_plan_fill() into fresh memory.
 * @counters: as op25b_plan_make(), whose errors it has
 */
int op25b_tables_make(const struct op25b_policy *policy, int64_t now, const uint32_t *counters,
		      struct op25b_tables *ret_tables);

/**
 * op25b_tables_done() - free what op25b_tables_make() made, and leave it zeroed.
 */
void op25b_tables_done(struct op25b_tables *tables);

/* The exception of exactly this key; NULL if none. Cost: a probe, and log of the plan's. */
const struct op25b_exception *op25b_tables_exception(const struct op25b_tables *tables,
						     const struct op25b_exception_key *key);

/* How many there are. Cost: that of looking up each in .live. */
size_t op25b_tables_exceptions(const struct op25b_tables *tables);

/* The units of the image, plan.n_units of them. */
static inline uint16_t *op25b_tables_units(const struct op25b_tables *tables)
{
	return (uint16_t *)(void *)(tables->image + (size_t)tables->plan.head.units * OP25B_BLOCK);
}

/* Writes which lengths the exceptions of [0] v4 and [1] v6 have, as lookups want them. */
void op25b_lens_write(struct op25b_front *front, const bool used[2][129]);
