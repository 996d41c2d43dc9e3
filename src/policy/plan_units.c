/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Units of the dense pools: which are painted with a line's service, and which are marked, so that
 * their packets ask the exceptions. Pools without units are passed over.
 */
#include "policy/plan.h"
#include "policy/sort.h"

struct op25b_units op25b_units_of(const struct op25b_plan *plan, uint32_t at,
				  const struct op25b_prefix *prefix)
{
	const struct op25b_pool *pool = &plan->pools[at];
	uint8_t line = (uint8_t)(op25b_top_bits(prefix->family) - pool->shift);
	struct op25b_units units = { .first = pool->units, .count = 1 };

	if (prefix->len <= pool->len) {
		units.count = 1U << (line - pool->len);
		return units;
	}
	units.first += (uint32_t)((op25b_prefix_top(prefix) - pool->net) >> pool->shift);
	if (prefix->len < line)
		units.count = 1U << (line - prefix->len);
	return units;
}

int op25b_units_paint(struct op25b_plan *plan, uint32_t at, uint32_t line)
{
	const struct op25b_line_prefix *from = &plan->policy->lines[line];
	struct op25b_paint *list;

	if (plan->pools[at].units == OP25B_POOL_SPARSE)
		return 0;
	list = op25b_grow(plan->paints, plan->n_paints, &plan->max_paints, sizeof(*list));
	if (!list)
		return -ENOMEM;
	plan->paints = list;
	list[plan->n_paints++] = (struct op25b_paint){
		.units = op25b_units_of(plan, at, &from->prefix),
		.line = line,
		.service = (uint16_t)(from->service + 1),
		.len = from->prefix.len,
	};
	return 0;
}

static int mark_add(struct op25b_plan *plan, struct op25b_units units)
{
	struct op25b_units *list =
		op25b_grow(plan->marks, plan->n_marks, &plan->max_marks, sizeof(*list));

	if (!list)
		return -ENOMEM;
	plan->marks = list;
	list[plan->n_marks++] = units;
	return 0;
}

int op25b_units_mark(struct op25b_plan *plan, const struct op25b_prefix *prefix)
{
	uint32_t first = op25b_plan_pool_of(plan, prefix), n = 1;
	int r = 0;

	if (first == plan->head.n_pools)
		n = op25b_plan_pools_in(plan, prefix, &first);
	for (uint32_t i = first; i < first + n && r >= 0; i++) {
		if (plan->pools[i].units != OP25B_POOL_SPARSE)
			r = mark_add(plan, op25b_units_of(plan, i, prefix));
	}
	return r;
}

static int mark_order(const void *a, const void *b)
{
	const struct op25b_units *x = a, *y = b;

	return x->first < y->first ? -1 : x->first > y->first;
}

static void join_marks(struct op25b_plan *plan)
{
	size_t kept = 0;

	if (plan->n_marks)
		qsort(plan->marks, plan->n_marks, sizeof(*plan->marks), mark_order);
	for (size_t i = 0; i < plan->n_marks; i++) {
		struct op25b_units *last = kept ? &plan->marks[kept - 1] : NULL;
		struct op25b_units mark = plan->marks[i];

		if (!last || mark.first > last->first + last->count)
			plan->marks[kept++] = mark;
		else if (mark.first + mark.count > last->first + last->count)
			last->count = mark.first + mark.count - last->first;
	}
	plan->n_marks = kept;
}

int op25b_units_settle(struct op25b_plan *plan)
{
	static const uint8_t key[] = { offsetof(struct op25b_paint, len) };

	join_marks(plan);
	return op25b_sort(plan->paints, plan->n_paints, sizeof(*plan->paints), key, sizeof(key));
}

bool op25b_units_marked(const struct op25b_plan *plan, const struct op25b_units *units)
{
	size_t low = 0, high = plan->n_marks;

	/* The first mark that ends beyond the units' beginning. */
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct op25b_units *mark = &plan->marks[middle];

		if (mark->first + mark->count <= units->first)
			low = middle + 1;
		else
			high = middle;
	}
	return low < plan->n_marks && plan->marks[low].first < units->first + units->count;
}
