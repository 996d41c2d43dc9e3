/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A plan from a policy, and an image from a plan. The steps of the plan are in plan_*.c; here they
 * are put in order, and the parts of the image get their places.
 */
#include "policy/plan.h"

static uint32_t blocks_for(uint64_t n, uint64_t size)
{
	return (uint32_t)((n * size + OP25B_BLOCK - 1) / OP25B_BLOCK);
}

static uint32_t part_place(struct op25b_front_head *head, uint32_t blocks)
{
	uint32_t at = head->n_blocks;

	head->n_blocks += blocks;
	return at;
}

/* Small and busy parts first, the units, which may be gigabytes, last. */
static void parts_place(struct op25b_plan *plan)
{
	struct op25b_front_head *head = &plan->head;

	head->pools = part_place(head, blocks_for(head->n_pools, sizeof(struct op25b_pool)));
	head->cells = part_place(head, blocks_for((head->n_services + 1ULL) * head->n_classes,
						  sizeof(struct op25b_cell)));
	head->units = part_place(head, blocks_for(plan->n_units, sizeof(uint16_t)));
}

int op25b_prefix_key_order(const void *a, const void *b)
{
	const struct op25b_prefix_key *x = a, *y = b;
	int order = x->kind < y->kind ? -1 : x->kind > y->kind;

	if (!order)
		order = memcmp(x->addr, y->addr, sizeof(x->addr));
	return order ? order : (int)x->prefixlen - (int)y->prefixlen;
}

int op25b_exception_key_order(const void *a, const void *b)
{
	const struct op25b_exception_key *x = a, *y = b;
	int order = (int)x->family - (int)y->family;

	if (!order)
		order = memcmp(x->addr, y->addr, sizeof(x->addr));
	return order ? order : (int)x->len - (int)y->len;
}

static int tunnels_add(struct op25b_plan *plan)
{
	for (size_t i = 0; i < plan->policy->n_tunnels; i++) {
		const struct op25b_tunnel *tunnel = &plan->policy->tunnels[i];
		int r = op25b_plan_add_prefix(plan, OP25B_PREFIX_TUNNEL + tunnel->kind,
					      &tunnel->endpoint, 1);

		if (r < 0)
			return r;
	}
	return 0;
}

/*
 * Names the policy and the span between two dates in which its verdicts stay: a plan made twice in
 * one span has the same digest. splitmix64's finisher.
 */
static uint64_t plan_digest(const struct op25b_policy *policy, int64_t now)
{
	uint64_t x = policy->digest ^ (uint64_t)op25b_policy_next_change(policy, now);

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
	x = (x ^ x >> 27) * 0x94d049bb133111eb;
	x ^= x >> 31;
	return x ? x : 1;
}

static int plan_steps(struct op25b_plan *plan, const uint32_t *counters)
{
	struct op25b_classes classes = { 0 };
	int r;

	plan->head.abi = OP25B_ABI;
	plan->head.flags = plan->policy->reverse_path ? OP25B_FRONT_REVERSE_PATH : 0;
	plan->head.digest = plan_digest(plan->policy, plan->now);
	plan->front = calloc(1, sizeof(*plan->front));
	if (!plan->front)
		return -ENOMEM;
	r = op25b_plan_peers(plan, &classes);
	if (r < 0)
		return r;
	r = op25b_plan_cells(plan, &classes, counters);
	op25b_classes_done(&classes);
	if (r < 0)
		return r;
	r = op25b_plan_pools(plan);
	if (r < 0)
		return r;
	r = op25b_plan_lines(plan);
	if (r < 0)
		return r;
	r = tunnels_add(plan);
	if (r < 0)
		return r;
	if (plan->n_prefixes)
		qsort(plan->prefixes, plan->n_prefixes, sizeof(*plan->prefixes),
		      op25b_prefix_key_order);
	parts_place(plan);
	return 0;
}

int op25b_plan_make(const struct op25b_policy *policy, int64_t now, const uint32_t *counters,
		    struct op25b_plan *ret_plan)
{
	struct op25b_plan plan = { .policy = policy, .now = now };
	int r = plan_steps(&plan, counters);

	if (r < 0) {
		op25b_plan_done(&plan);
		return r;
	}
	*ret_plan = plan;
	return 0;
}

void op25b_plan_done(struct op25b_plan *plan)
{
	free(plan->services);
	free(plan->pools);
	free(plan->pool_family);
	free(plan->cells);
	free(plan->prefixes);
	free(plan->exceptions);
	free(plan->front);
	free(plan->paints);
	free(plan->marks);
	*plan = (struct op25b_plan){ 0 };
}

static void part_copy(uint8_t *image, uint32_t block, const void *from, size_t size)
{
	if (size)
		memcpy(image + (size_t)block * OP25B_BLOCK, from, size);
}

static void units_set(uint16_t *all, struct op25b_units units, uint16_t value)
{
	for (uint32_t k = 0; k < units.count; k++)
		all[units.first + k] = value;
}

void op25b_plan_fill(const struct op25b_plan *plan, struct op25b_front *front, uint8_t *image)
{
	const struct op25b_front_head *head = &plan->head;
	size_t n_cells = (head->n_services + 1ULL) * head->n_classes;
	uint16_t *units = (uint16_t *)(void *)(image + (size_t)head->units * OP25B_BLOCK);

	memcpy(front, plan->front, sizeof(*front));
	front->head = *head;
	memcpy(front->near, plan->cells,
	       (n_cells < OP25B_NEAR ? n_cells : OP25B_NEAR) * sizeof(*front->near));
	part_copy(image, head->pools, plan->pools, head->n_pools * sizeof(*plan->pools));
	part_copy(image, head->cells, plan->cells, n_cells * sizeof(*plan->cells));
	for (size_t i = 0; i < plan->n_paints; i++)
		units_set(units, plan->paints[i].units, plan->paints[i].service);
	for (size_t i = 0; i < plan->n_marks; i++)
		units_set(units, plan->marks[i], OP25B_UNIT_EXCEPTION);
}
