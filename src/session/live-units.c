/* SPDX-License-Identifier: BSD-2-Clause */
/* Units of dense pools and what live sessions make of them: see live-inside.h. */
#include <errno.h>
#include <stdlib.h>

#include "session/live-inside.h"

static bool has_units(const struct op25b_plan *plan, uint32_t at)
{
	return plan->pools[at].units != OP25B_POOL_SPARSE;
}

struct op25b_live_place op25b_live_place(const struct op25b_plan *plan,
					 const struct op25b_prefix *prefix)
{
	uint8_t bits = op25b_top_bits(prefix->family);
	struct op25b_live_place place = { .first = op25b_plan_pool_of(plan, prefix), .n = 1 };
	const struct op25b_pool *pool = &plan->pools[place.first];

	if (place.first == plan->head.n_pools) {
		place.n = op25b_plan_pools_in(plan, prefix, &place.first);
		place.outside = true;
		return place;
	}
	place.outside = pool->len > bits; /* only the top 64 bits were compared */
	place.dense = has_units(plan, place.first);
	place.finer = place.dense && prefix->len > bits - pool->shift;
	return place;
}

static struct op25b_prefix unit_prefix(const struct op25b_plan *plan, uint32_t at, uint32_t unit)
{
	const struct op25b_pool *pool = &plan->pools[at];
	uint8_t bits = op25b_top_bits(plan->pool_family[at]);
	uint64_t top = pool->net + ((uint64_t)(unit - pool->units) << pool->shift);
	struct op25b_prefix prefix = { .family = plan->pool_family[at],
				       .len = (uint8_t)(bits - pool->shift) };

	top = htobe64(bits == 32 ? top << 32 : top);
	memcpy(prefix.addr, &top, sizeof(top));
	return prefix;
}

static void fix(uint64_t *fixed, const struct op25b_units *units)
{
	for (uint32_t unit = units->first; unit < units->first + units->count; unit++)
		fixed[unit / 64] |= 1ULL << unit % 64;
}

int op25b_live_fix(struct op25b_live_tables *lt)
{
	const struct op25b_plan *plan = &lt->tables.plan;

	lt->fixed = calloc(plan->n_units / 64 + 1, sizeof(*lt->fixed));
	if (!lt->fixed)
		return -ENOMEM;
	for (size_t i = 0; i < plan->n_paints; i++)
		fix(lt->fixed, &plan->paints[i].units);
	for (size_t i = 0; i < plan->n_marks; i++)
		fix(lt->fixed, &plan->marks[i]);
	return 0;
}

int op25b_live_count(struct op25b_live_tables *lt, const struct op25b_prefix *prefix, int by)
{
	const struct op25b_plan *plan = &lt->tables.plan;
	struct op25b_live_place place = op25b_live_place(plan, prefix);
	struct finer {
		struct op25b_exception_key key;
		uint32_t n;
	} * finer;
	struct op25b_prefix unit;
	struct op25b_exception_key key;

	if (!place.finer || !by)
		return 0;
	unit = unit_prefix(plan, place.first, op25b_units_of(plan, place.first, prefix).first);
	key = op25b_prefix_key(&unit);
	lt->finer.record = sizeof(*finer);
	finer = op25b_prefix_table_add(&lt->finer, &key);
	if (!finer)
		return -ENOMEM;
	finer->n += (uint32_t)by;
	if (!finer->n)
		op25b_prefix_table_remove(&lt->finer, finer);
	return 0;
}

/* The session looked at last: neighbouring units are often of one. */
struct memo {
	const struct op25b_live_binding *binding;
	struct op25b_live_say say;
};

static uint16_t unit_value(const struct op25b_live_tables *lt, const struct op25b_live *live,
			   uint32_t at, uint32_t unit, struct memo *memo)
{
	struct op25b_prefix prefix = unit_prefix(&lt->tables.plan, at, unit);
	struct op25b_exception_key key = op25b_prefix_key(&prefix);
	const struct op25b_live_binding *binding;

	if (op25b_live_fixed(lt, unit))
		return op25b_tables_units(&lt->tables)[unit];
	if (op25b_prefix_table_find(&lt->finer, &key))
		return OP25B_UNIT_EXCEPTION;
	binding = op25b_live_longest(live, &prefix);
	if (!binding)
		return OP25B_UNIT_DEFAULT;
	if (binding != memo->binding)
		*memo = (struct memo){ binding, op25b_live_resolve(lt, live, binding) };
	return memo->say.flags ? OP25B_UNIT_EXCEPTION : memo->say.service;
}

int op25b_live_units(struct op25b_live_tables *lt, const struct op25b_live *live,
		     const struct op25b_prefix *prefix, const struct op25b_live_sink *sink)
{
	const struct op25b_plan *plan = &lt->tables.plan;
	struct op25b_live_place place = op25b_live_place(plan, prefix);
	uint16_t *all = op25b_tables_units(&lt->tables);
	struct memo memo = { 0 };

	for (uint32_t at = place.first; at < place.first + place.n; at++) {
		struct op25b_units units = { 0 };

		if (has_units(plan, at))
			units = op25b_units_of(plan, at, prefix);
		for (uint32_t u = units.first; u < units.first + units.count; u++) {
			uint16_t value = unit_value(lt, live, at, u, &memo);
			int r = 0;

			if (value == all[u])
				continue;
			all[u] = value;
			if (sink)
				r = sink->unit(sink->arg, u, value);
			if (r)
				return r;
		}
	}
	return 0;
}

bool op25b_live_asks(const struct op25b_live_tables *lt, const struct op25b_prefix *prefix,
		     const struct op25b_live_place *place)
{
	const struct op25b_plan *plan = &lt->tables.plan;
	const uint16_t *all = op25b_tables_units(&lt->tables);

	for (uint32_t at = place->first; at < place->first + place->n; at++) {
		struct op25b_units units = { 0 };

		if (has_units(plan, at))
			units = op25b_units_of(plan, at, prefix);
		for (uint32_t u = units.first; u < units.first + units.count; u++) {
			if (all[u] == OP25B_UNIT_EXCEPTION)
				return true;
		}
	}
	return false;
}
