/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The policy in force and its generation in the kernel: put another one in, follow the clock from
 * stage to stage, find out that the kernel differs and mend it. Knows nothing of files, sockets or
 * interfaces.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "dataplane/generation.h"
#include "dataplane/load.h"
#include "policy/compile.h"
#include "policy/policy.h"

/* A policy with the counter slots of its services, n_services of them. Both are owned. */
struct op25b_ruleset {
	struct op25b_policy *policy;
	uint32_t *slots;
};

/* NULL-safe; leaves it zeroed. */
void op25b_ruleset_done(struct op25b_ruleset *ruleset);

struct op25b_enforcer {
	struct op25b_dataplane *dp;   /* borrowed */
	struct op25b_ruleset ruleset; /* policy NULL: none is in force */
	struct op25b_plan plan;       /* of the ruleset; made if policy is not NULL */
	int64_t switched_at;          /* wall clock seconds of the last put */
	int64_t checked_at;           /* of the last comparison; 0: none yet */
	int64_t differed_at;          /* of the last one that found a difference */
	uint64_t n_mended;
	char difference[160]; /* what it was, "" if there never was one */
};

/**
 * op25b_enforcer_put() - put a ruleset in force, as at @now.
 * @ruleset: on success the one that was in force before stands there; on failure as it was
 * @lazily:  leave the kernel alone if it enforces exactly this already (a start after a crash)
 *
 * Returns 0; -ENOMEM, -E2BIG or an error of the kernel: what was in force still is.
 */
int op25b_enforcer_put(struct op25b_enforcer *e, struct op25b_ruleset *ruleset, int64_t now,
		       bool lazily, struct op25b_error *error);

/**
 * op25b_enforcer_tick() - put the stage in force that holds at @now, if it is another one.
 * The clock may have gone either way. Returns 1: switched; 0: nothing to do; errors as put.
 */
int op25b_enforcer_tick(struct op25b_enforcer *e, int64_t now, struct op25b_error *error);

/**
 * op25b_enforcer_verify() - compare the kernel with the plan; put it again where they differ.
 * Returns 1: differed and was mended; 0: the same, or no policy; errors of the kernel.
 */
int op25b_enforcer_verify(struct op25b_enforcer *e, int64_t now, struct op25b_error *error);

/* When op25b_enforcer_tick() is next due; INT64_MAX: never. */
int64_t op25b_enforcer_due(const struct op25b_enforcer *e);

/* Forget the policy; the kernel is not touched. */
void op25b_enforcer_clear(struct op25b_enforcer *e);
