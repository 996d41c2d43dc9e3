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
	op25b_owner_index_done(&ruleset->owners);
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

static int put_tables(struct op25b_enforcer *e, const struct op25b_live_tables *gen,
		      struct op25b_error *error)
{
	int r;

	if (e->calls)
		e->calls->coming(&gen->tables.plan, e->calls_context);
	r = op25b_generation_put(e->dp, &gen->tables, error);
	/* It is in force. What can't be released now goes with the next put. */
	if (!r && op25b_generation_release(e->dp, NULL))
		return 0;
	if (e->calls)
		e->calls->settled(e->calls_context);
	return r;
}

bool op25b_enforcer_waits(const struct op25b_enforcer *e)
{
	uint64_t digest;

	return e->sessions == OP25B_ENFORCER_AWAITED && !e->switched_at &&
	       !op25b_generation_digest(e->dp, &digest);
}

static bool is_in_kernel(struct op25b_enforcer *e, const struct op25b_live_tables *gen)
{
	struct op25b_generation_difference ignored;

	return op25b_enforcer_waits(e) ||
	       op25b_generation_verify(e->dp, &gen->tables, &ignored, NULL) == 0;
}

/* The ruleset with these sessions in force, and its tables as those of the enforcer. */
static int enforce(struct op25b_enforcer *e, const struct op25b_ruleset *ruleset,
		   const struct op25b_live *live, int64_t now, bool lazily,
		   struct op25b_error *error)
{
	struct op25b_live_tables gen = { 0 };
	int r = op25b_live_tables_make(ruleset->policy, now, ruleset->slots, live, &gen);

	if (r)
		return op25b_error_set(error, r, "%s",
				       r == -E2BIG ? "more services, or services times classes of "
						     "peers, than the tables hold" :
						     "out of memory for the policy's tables");
	if (!lazily || !is_in_kernel(e, &gen)) {
		r = put_tables(e, &gen, error);
		if (!r)
			e->switched_at = now;
	}
	if (r) {
		op25b_live_tables_done(&gen);
		return r;
	}
	op25b_live_tables_done(&e->gen);
	e->gen = gen;
	e->rebuild = false;
	return 0;
}

int op25b_enforcer_put(struct op25b_enforcer *e, struct op25b_ruleset *ruleset, int64_t now,
		       bool lazily, struct op25b_error *error)
{
	struct op25b_ruleset old = e->ruleset;
	int r = enforce(e, ruleset, e->live, now, lazily, error);

	if (r)
		return r;
	e->ruleset = *ruleset;
	*ruleset = old;
	return 0;
}

int op25b_enforcer_tick(struct op25b_enforcer *e, int64_t now, struct op25b_error *error)
{
	int r;

	if (!e->ruleset.policy || op25b_enforcer_waits(e) ||
	    op25b_policy_last_change(e->ruleset.policy, now) ==
		    op25b_policy_last_change(e->ruleset.policy, e->gen.tables.plan.now))
		return 0;
	r = enforce(e, &e->ruleset, e->live, now, /* lazily= */ false, error);
	return r ? r : 1;
}

int op25b_enforcer_verify(struct op25b_enforcer *e, int64_t now, struct op25b_error *error)
{
	struct op25b_generation_difference difference = { 0 };
	int r;

	if (!e->ruleset.policy || op25b_enforcer_waits(e))
		return 0;
	/* A change that found no place is no difference of the kernel's. */
	r = op25b_enforcer_sessions_settle(e, error);
	if (r >= 0)
		r = op25b_generation_verify(e->dp, &e->gen.tables, &difference, error);
	if (r < 0)
		return r;
	e->checked_at = now;
	if (!r)
		return 0;
	note_difference(e, now, &difference);
	r = put_tables(e, &e->gen, error);
	if (r)
		return r;
	e->n_mended++;
	return 1;
}

int op25b_enforcer_sessions_replace(struct op25b_enforcer *e, struct op25b_live **live, int64_t now,
				    struct op25b_error *error)
{
	int r = 0;

	if (e->ruleset.policy)
		r = enforce(e, &e->ruleset, *live, now, /* lazily= */ false, error);
	if (r)
		return r;
	op25b_live_free(&e->live);
	e->live = OP25B_TAKE_PTR(*live);
	e->sessions = OP25B_ENFORCER_KNOWN;
	return 0;
}

static int store_unit(void *arg, uint32_t unit, uint16_t value)
{
	return op25b_generation_unit(arg, unit, value);
}

static int store_exception(void *arg, const struct op25b_exception_key *key,
			   const struct op25b_exception *value)
{
	return op25b_generation_exception(arg, key, value);
}

int op25b_enforcer_session_set(struct op25b_enforcer *e, const struct op25b_prefix *prefix,
			       const struct op25b_holder *holder)
{
	const struct op25b_live_sink kernel = { store_unit, store_exception, e->dp };
	int r;

	if (!e->ruleset.policy || e->rebuild)
		r = op25b_live_set(e->live, prefix, holder);
	else
		r = op25b_live_tables_set(&e->gen, e->live, prefix, holder, &kernel);
	if (r < 0)
		return r;
	e->rebuild |= e->ruleset.policy && r;
	return 0;
}

void op25b_enforcer_session_clear(struct op25b_enforcer *e, const struct op25b_prefix *prefix)
{
	const struct op25b_live_sink kernel = { store_unit, store_exception, e->dp };

	if (!e->ruleset.policy || e->rebuild)
		(void)op25b_live_clear(e->live, prefix);
	else if (op25b_live_tables_clear(&e->gen, e->live, prefix, &kernel))
		e->rebuild = true;
}

int op25b_enforcer_sessions_settle(struct op25b_enforcer *e, struct op25b_error *error)
{
	int r;

	if (!e->rebuild)
		return 0;
	r = enforce(e, &e->ruleset, e->live, e->gen.tables.plan.now, /* lazily= */ false, error);
	if (r)
		return r;
	e->n_rebuilt++;
	return 1;
}

int64_t op25b_enforcer_due(const struct op25b_enforcer *e)
{
	if (!e->ruleset.policy)
		return INT64_MAX;
	return op25b_policy_next_change(e->ruleset.policy, e->gen.tables.plan.now);
}

void op25b_enforcer_clear(struct op25b_enforcer *e)
{
	op25b_live_tables_done(&e->gen);
	op25b_ruleset_done(&e->ruleset);
	e->rebuild = false;
}

void op25b_enforcer_done(struct op25b_enforcer *e)
{
	op25b_enforcer_clear(e);
	op25b_live_free(&e->live);
}

int op25b_enforcer_sessions_drop(struct op25b_enforcer *e, int64_t now, struct op25b_error *error)
{
	int r = 0;

	if (e->ruleset.policy)
		r = enforce(e, &e->ruleset, NULL, now, /* lazily= */ false, error);
	e->sessions = OP25B_ENFORCER_NO_SESSIONS;
	op25b_live_free(&e->live);
	e->rebuild = r != 0;
	return r;
}
