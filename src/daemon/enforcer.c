/* SPDX-License-Identifier: BSD-2-Clause */
/* See enforcer.h. */
#include "daemon/enforcer.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"

void op25b_ruleset_done(struct op25b_ruleset *ruleset)
{
	if (!ruleset)
		return;
	op25b_policy_free(&ruleset->policy);
	op25b_cleanup_free(&ruleset->slots);
}

static void note_difference(struct op25b_enforcer *e, int64_t now,
			    const struct op25b_generation_difference *d)
{
	e->differed_at = now;
	if (d->none_in_force)
		snprintf(e->difference, sizeof(e->difference), "no generation was in force");
	else if (d->head)
		snprintf(e->difference, sizeof(e->difference), "another generation was in force");
	else
		snprintf(e->difference, sizeof(e->difference),
			 "%s%" PRIu64 " blocks, %" PRIu64 " prefixes and %" PRIu64
			 " exceptions differed",
			 d->front ? "the front, " : "", d->blocks, d->prefixes, d->exceptions);
}

static int put_plan(struct op25b_enforcer *e, const struct op25b_plan *plan,
		    struct op25b_error *error)
{
	int r = op25b_generation_put(e->dp, plan, error);

	/* It is in force. What can't be released now goes with the next put. */
	if (!r)
		(void)op25b_generation_release(e->dp, NULL);
	return r;
}

static int is_in_kernel(struct op25b_enforcer *e, const struct op25b_plan *plan)
{
	struct op25b_generation_difference ignored;

	return op25b_generation_verify(e->dp, plan, &ignored, NULL) == 0;
}

static int put_ruleset(struct op25b_enforcer *e, const struct op25b_ruleset *ruleset, int64_t now,
		       bool lazily, struct op25b_plan *ret_plan, struct op25b_error *error)
{
	struct op25b_plan plan = { 0 };
	int r = op25b_plan_make(ruleset->policy, now, ruleset->slots, &plan);

	if (r)
		return op25b_error_set(error, r, "%s",
				       r == -E2BIG ? "more services, or services times classes of "
						     "peers, than the tables hold" :
						     "out of memory for the policy's tables");
	if (!lazily || !is_in_kernel(e, &plan)) {
		r = put_plan(e, &plan, error);
		if (!r)
			e->switched_at = now;
	}
	if (r) {
		op25b_plan_done(&plan);
		return r;
	}
	*ret_plan = plan;
	return 0;
}

int op25b_enforcer_put(struct op25b_enforcer *e, struct op25b_ruleset *ruleset, int64_t now,
		       bool lazily, struct op25b_error *error)
{
	struct op25b_ruleset old = e->ruleset;
	struct op25b_plan plan = { 0 };
	int r = put_ruleset(e, ruleset, now, lazily, &plan, error);

	if (r)
		return r;
	op25b_plan_done(&e->plan);
	e->plan = plan;
	e->ruleset = *ruleset;
	*ruleset = old;
	return 0;
}

int op25b_enforcer_tick(struct op25b_enforcer *e, int64_t now, struct op25b_error *error)
{
	struct op25b_plan plan = { 0 };
	int r;

	if (!e->ruleset.policy || op25b_policy_last_change(e->ruleset.policy, now) ==
					  op25b_policy_last_change(e->ruleset.policy, e->plan.now))
		return 0;
	r = put_ruleset(e, &e->ruleset, now, /* lazily= */ false, &plan, error);
	if (r)
		return r;
	op25b_plan_done(&e->plan);
	e->plan = plan;
	return 1;
}

int op25b_enforcer_verify(struct op25b_enforcer *e, int64_t now, struct op25b_error *error)
{
	struct op25b_generation_difference difference = { 0 };
	int r;

	if (!e->ruleset.policy)
		return 0;
	r = op25b_generation_verify(e->dp, &e->plan, &difference, error);
	if (r < 0)
		return r;
	e->checked_at = now;
	if (!r)
		return 0;
	note_difference(e, now, &difference);
	r = put_plan(e, &e->plan, error);
	if (r)
		return r;
	e->n_mended++;
	return 1;
}

int64_t op25b_enforcer_due(const struct op25b_enforcer *e)
{
	if (!e->ruleset.policy)
		return INT64_MAX;
	return op25b_policy_next_change(e->ruleset.policy, e->plan.now);
}

void op25b_enforcer_clear(struct op25b_enforcer *e)
{
	op25b_plan_done(&e->plan);
	op25b_ruleset_done(&e->ruleset);
}
