/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where a prefix lies in a plan: its pool, or the pools inside it, and the units it touches.
 */
#pragma once

#include <endian.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "policy/compile.h"

/* Whether there is a pool `at` and it holds all of `prefix`, as far as its top 64 bits tell. */
bool op25b_plan_pool_holds(const struct op25b_plan *plan, uint32_t at,
			   const struct op25b_prefix *prefix);

/* The pool that holds all of `prefix`, likewise; head.n_pools if none. Cost: log of pools. */
uint32_t op25b_plan_pool_of(const struct op25b_plan *plan, const struct op25b_prefix *prefix);

/* Pools that lie inside `prefix`: *ret_first on, returns how many. */
uint32_t op25b_plan_pools_in(const struct op25b_plan *plan, const struct op25b_prefix *prefix,
			     uint32_t *ret_first);

/*
 * The units of pool `at`, which has some, that touch `prefix`: one if it is no shorter than a
 * unit. One of the two holds the other.
 */
struct op25b_units op25b_units_of(const struct op25b_plan *plan, uint32_t at,
				  const struct op25b_prefix *prefix);

/* 32 or 64: the bits of an address that pools and units look at. */
static inline uint8_t op25b_top_bits(uint8_t family)
{
	return family == OP25B_V4 ? 32 : 64;
}

/* v4: the address; v6: its top 64 bits; host order. */
static inline uint64_t op25b_prefix_top(const struct op25b_prefix *p)
{
	uint64_t top;

	memcpy(&top, p->addr, sizeof(top));
	top = be64toh(top);
	return p->family == OP25B_V4 ? top >> 32 : top;
}
