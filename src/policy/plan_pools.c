/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pools of a plan. A pool gets two bytes for each line it can hold, unless that would be more than
 * 2^OP25B_POOL_LINES_LOG2, or OP25B_PLAN_MAX_UNITS in all: then its lines are exceptions.
 */
#include "policy/map-rule.h"
#include "policy/plan.h"

#define OP25B_PLAN_MAX_UNITS (1ULL << 28)

struct candidate {
	const struct op25b_pool_prefix *pool;
	uint16_t service;
};

static int candidate_order(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	return op25b_prefix_compare(&x->pool->prefix, &y->pool->prefix);
}

int op25b_plan_add_prefix(struct op25b_plan *plan, uint32_t kind, const struct op25b_prefix *prefix,
			  uint32_t value)
{
	struct op25b_prefix_entry *list =
		op25b_grow(plan->prefixes, plan->n_prefixes, &plan->max_prefixes, sizeof(*list));
	struct op25b_prefix_entry *e;

	if (!list)
		return -ENOMEM;
	plan->prefixes = list;
	e = &list[plan->n_prefixes++];
	*e = (struct op25b_prefix_entry){ .value = value };
	e->key.prefixlen = 32U + prefix->len;
	e->key.kind = kind;
	memcpy(e->key.addr, prefix->addr, sizeof(e->key.addr));
	return 0;
}

static void pool_size(struct op25b_plan *plan, struct op25b_pool *pool,
		      const struct op25b_pool_prefix *from)
{
	uint8_t bits = from->prefix.family == OP25B_V4 ? 32 : 64;
	uint64_t units;

	pool->net = op25b_prefix_top(&from->prefix);
	pool->len = from->prefix.len;
	pool->units = OP25B_POOL_SPARSE;
	/* Programs shift by less than the width: a line of the whole family gets no unit. */
	if (from->line == 0 || from->line > bits)
		return;
	pool->shift = (uint8_t)(bits - from->line);
	if (from->line - from->prefix.len > OP25B_POOL_LINES_LOG2)
		return;
	units = 1ULL << (from->line - from->prefix.len);
	if (plan->n_units + units > OP25B_PLAN_MAX_UNITS)
		return;
	pool->units = (uint32_t)plan->n_units;
	plan->n_units += units;
}

static int pool_reach(struct op25b_plan *plan, uint32_t index, const struct op25b_prefix *prefix)
{
	const struct op25b_pool *pool = &plan->pools[index];
	uint32_t first = (uint32_t)(pool->net >> 16), n;

	if (prefix->family == OP25B_V6)
		return op25b_plan_add_prefix(plan, OP25B_PREFIX_POOL6, prefix, index);
	n = prefix->len < 16 ? 1U << (16 - prefix->len) : 1;
	/* A pool with a rule has more to say than a root entry: its packets read it whole. */
	if (prefix->len > 16 || pool->psid_len) {
		for (uint32_t i = 0; i < n; i++)
			plan->front->root4[first + i].kind = OP25B_ROOT4_SPLIT;
		return op25b_plan_add_prefix(plan, OP25B_PREFIX_POOL4, prefix, index);
	}
	for (uint32_t i = 0; i < n; i++) {
		struct op25b_root4 *root = &plan->front->root4[first + i];

		*root = (struct op25b_root4){ .units = pool->units,
					      .service = pool->service,
					      .shift = pool->shift,
					      .kind = OP25B_ROOT4_POOL };
		if (pool->units != OP25B_POOL_SPARSE)
			root->units += (uint32_t)(((uint64_t)i << 16) >> pool->shift);
	}
	return 0;
}

/*
 * Leaves out pools inside others: they are of the same service, so that the outer one says the
 * same. What is left is apart. Returns how many.
 */
static size_t keep_outer(struct candidate *list, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		if (!kept ||
		    !op25b_prefix_holds(&list[kept - 1].pool->prefix, &list[i].pool->prefix))
			list[kept++] = list[i];
	}
	return kept;
}

int op25b_plan_pools(struct op25b_plan *plan)
{
	const struct op25b_policy *policy = plan->policy;
	struct candidate *list;
	size_t n = 0, k = 0;
	int r = -ENOMEM;

	for (size_t i = 0; i < policy->n_services; i++)
		n += policy->services[i].n_pools;
	list = calloc(n + 1, sizeof(*list));
	plan->pools = calloc(n + 1, sizeof(*plan->pools));
	plan->pool_family = calloc(n + 1, 1);
	if (!list || !plan->pools || !plan->pool_family)
		goto out;

	/* Services stand in plan->services by their first index, the one of unknown lines last. */
	for (uint32_t s = 1; s <= plan->head.n_services; s++) {
		const struct op25b_service *service = &policy->services[plan->services[s]];
		bool unknown = service->unknown_line != OP25B_UNKNOWN_RULE;

		if (unknown && s <= policy->n_services)
			continue;
		for (size_t i = 0; i < service->n_pools; i++)
			list[k++] = (struct candidate){ &service->pools[i], (uint16_t)s };
	}
	qsort(list, k, sizeof(*list), candidate_order);
	k = keep_outer(list, k);
	plan->head.n_pools = (uint32_t)k;
	for (uint32_t i = 0; i < k; i++) {
		plan->pools[i].service = list[i].service;
		plan->pool_family[i] = list[i].pool->prefix.family;
		pool_size(plan, &plan->pools[i], list[i].pool);
		op25b_map_rule_put(list[i].pool, &plan->pools[i]);
		r = pool_reach(plan, i, &list[i].pool->prefix);
		if (r < 0)
			goto out;
	}
	r = 0;
out:
	free(list);
	return r;
}

/* The first pool that does not stand before (family, top, len). */
static uint32_t pool_bound(const struct op25b_plan *plan, uint8_t family, uint64_t top, uint8_t len)
{
	uint32_t low = 0, high = plan->head.n_pools;

	while (low < high) {
		uint32_t at = low + (high - low) / 2;
		const struct op25b_pool *p = &plan->pools[at];
		bool before = plan->pool_family[at] != family ? plan->pool_family[at] < family :
			      p->net != top                   ? p->net < top :
								p->len < len;

		if (before)
			low = at + 1;
		else
			high = at;
	}
	return low;
}

bool op25b_plan_pool_holds(const struct op25b_plan *plan, uint32_t at,
			   const struct op25b_prefix *prefix)
{
	const struct op25b_pool *p = &plan->pools[at];
	uint8_t bits = prefix->family == OP25B_V4 ? 32 : 64;

	if (at >= plan->head.n_pools || plan->pool_family[at] != prefix->family ||
	    p->len > prefix->len)
		return false;
	if (p->len == 0)
		return true;
	return (op25b_prefix_top(prefix) ^ p->net) >> (p->len < bits ? bits - p->len : 0) == 0;
}

uint32_t op25b_plan_pool_of(const struct op25b_plan *plan, const struct op25b_prefix *prefix)
{
	uint32_t at;

	/* Pools do not overlap, so only the last one that begins at or before it can hold it. */
	at = pool_bound(plan, prefix->family, op25b_prefix_top(prefix), prefix->len);
	if (op25b_plan_pool_holds(plan, at, prefix))
		return at;
	if (at > 0 && op25b_plan_pool_holds(plan, at - 1, prefix))
		return at - 1;
	return plan->head.n_pools;
}

uint32_t op25b_plan_pools_in(const struct op25b_plan *plan, const struct op25b_prefix *prefix,
			     uint32_t *ret_first)
{
	uint8_t bits = prefix->family == OP25B_V4 ? 32 : 64;
	uint64_t top = op25b_prefix_top(prefix), last;
	uint32_t first, n = 0;

	last = top | (prefix->len == 0    ? ~0ULL :
		      prefix->len >= bits ? 0 :
					    (1ULL << (bits - prefix->len)) - 1);
	if (prefix->family == OP25B_V4)
		last &= 0xffffffff;
	first = pool_bound(plan, prefix->family, top, prefix->len);
	while (first + n < plan->head.n_pools && plan->pool_family[first + n] == prefix->family &&
	       plan->pools[first + n].net <= last && plan->pools[first + n].len >= prefix->len)
		n++;
	*ret_first = first;
	return n;
}
