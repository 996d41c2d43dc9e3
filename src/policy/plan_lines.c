/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where lines, exemptions and holds of a plan go.
 *
 * A line that is no finer than its pool's unit is painted: its units name its service. Everything
 * else is an exception: finer lines, lines outside dense pools, exemptions, holds. A unit an
 * exception touches is marked, so that its packets ask the exceptions; there the longest one
 * answers. Painted lines with a marked unit therefore join the exceptions: for every address that
 * asks, the longest line that holds it is then among them, or no line holds it at all.
 */
#include "policy/plan.h"
#include "policy/granted.h"

/* Packets of no pool must ask the exceptions too. */
static void mark_outside(struct op25b_plan *plan, const struct op25b_prefix *prefix)
{
	plan->head.flags |= prefix->family == OP25B_V4 ? OP25B_FRONT_OUTSIDE4 :
							 OP25B_FRONT_OUTSIDE6;
}

static int line_claim(struct op25b_claims *claims, const struct op25b_line_prefix *line)
{
	return op25b_claims_add(claims,
				(struct op25b_claim){ .prefix = line->prefix,
						      .kind = OP25B_CLAIM_LINE,
						      .service = (uint16_t)(line->service + 1) });
}

/* A line inside pool `at`. */
static int line_inside(struct op25b_plan *plan, uint32_t index, uint32_t at,
		       struct op25b_claims *claims)
{
	const struct op25b_line_prefix *line = &plan->policy->lines[index];
	uint8_t bits = line->prefix.family == OP25B_V4 ? 32 : 64;
	const struct op25b_pool *pool = &plan->pools[at];
	int r;

	if (pool->len > bits)
		mark_outside(plan, &line->prefix); /* only the top 64 bits were compared */
	if (pool->units == OP25B_POOL_SPARSE)
		return line_claim(claims, line);
	if (line->prefix.len <= bits - pool->shift)
		return op25b_units_paint(plan, at, index);
	r = op25b_units_mark(plan, &line->prefix);
	return r < 0 ? r : line_claim(claims, line);
}

/* A line in no pool; pools may lie in it. */
static int line_outside(struct op25b_plan *plan, uint32_t index, struct op25b_claims *claims)
{
	const struct op25b_line_prefix *line = &plan->policy->lines[index];
	uint32_t at, n = op25b_plan_pools_in(plan, &line->prefix, &at);

	mark_outside(plan, &line->prefix);
	for (uint32_t i = at; i < at + n; i++) {
		int r = op25b_units_paint(plan, i, index);

		if (r < 0)
			return r;
	}
	return line_claim(claims, line);
}

static int lines_place(struct op25b_plan *plan, struct op25b_claims *claims)
{
	const struct op25b_policy *policy = plan->policy;
	uint32_t at = 0; /* neighbours in the file are often in one pool */
	int r = 0;

	for (uint32_t i = 0; i < policy->n_lines && r >= 0; i++) {
		const struct op25b_prefix *prefix = &policy->lines[i].prefix;

		if (!op25b_plan_pool_holds(plan, at, prefix))
			at = op25b_plan_pool_of(plan, prefix);
		r = at < plan->head.n_pools ? line_inside(plan, i, at, claims) :
					      line_outside(plan, i, claims);
	}
	return r;
}

static int grant_place(struct op25b_plan *plan, const struct op25b_prefix *prefix, bool of_line,
		       const struct op25b_grant *grant, bool hold, struct op25b_claims *claims)
{
	uint32_t at = op25b_plan_pool_of(plan, prefix);
	int r = op25b_units_mark(plan, prefix);

	if (r < 0)
		return r;
	if (at == plan->head.n_pools || plan->pools[at].len > 64)
		mark_outside(plan, prefix);
	return op25b_claims_add(claims, (struct op25b_claim){ .prefix = *prefix,
							      .kind = hold ? OP25B_CLAIM_HOLD :
									     OP25B_CLAIM_EXEMPTION,
							      .of_line = of_line,
							      .hold = hold ? grant : NULL });
}

struct placing {
	struct op25b_plan *plan;
	struct op25b_claims *claims;
};

static int grant_line(void *arg, const struct op25b_line_prefix *line,
		      const struct op25b_grant *grant, bool hold)
{
	struct placing *placing = arg;

	return grant_place(placing->plan, &line->prefix, true, grant, hold, placing->claims);
}

static int grants_place(struct op25b_plan *plan, struct op25b_claims *claims)
{
	const struct op25b_policy *policy = plan->policy;
	struct placing placing = { plan, claims };

	for (size_t i = 0; i < policy->n_exemptions + policy->n_holds; i++) {
		bool hold = i >= policy->n_exemptions;
		const struct op25b_grant *grant = hold ? &policy->holds[i - policy->n_exemptions] :
							 &policy->exemptions[i];

		if (plan->now < grant->from || plan->now >= grant->until)
			continue;
		for (size_t k = 0; k < grant->n_prefixes; k++) {
			int r = grant_place(plan, &grant->prefixes[k], false, grant, hold, claims);

			if (r < 0)
				return r;
		}
	}
	return op25b_granted_lines(policy, plan->now, grant_line, &placing);
}

/* Painted lines whose packets ask the exceptions: see the head of this file. */
static int painted_claim(struct op25b_plan *plan, struct op25b_claims *claims)
{
	for (size_t i = 0; i < plan->n_paints && plan->n_marks; i++) {
		const struct op25b_paint *paint = &plan->paints[i];
		int r;

		if (!op25b_units_marked(plan, &paint->units))
			continue;
		r = line_claim(claims, &plan->policy->lines[paint->line]);
		if (r < 0)
			return r;
	}
	return 0;
}

int op25b_plan_lines(struct op25b_plan *plan)
{
	struct op25b_claims claims = { 0 };
	int r = lines_place(plan, &claims);

	if (r >= 0)
		r = grants_place(plan, &claims);
	if (r >= 0)
		r = op25b_units_settle(plan);
	if (r >= 0)
		r = painted_claim(plan, &claims);
	if (r >= 0)
		r = op25b_plan_exceptions(plan, &claims);
	free(claims.list);
	return r;
}
