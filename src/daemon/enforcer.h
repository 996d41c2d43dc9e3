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
#include "policy/owner.h"
#include "policy/policy.h"
#include "session/live-tables.h"

/* A policy with the counter slots of its services, n_services of them. All is owned. */
struct op25b_ruleset {
	struct op25b_policy *policy;
	uint32_t *slots;
	struct op25b_owner_index *owners; /* of the policy */
};

/* NULL-safe; leaves it zeroed. */
void op25b_ruleset_done(struct op25b_ruleset *ruleset);

enum op25b_enforcer_sessions {
	OP25B_ENFORCER_NO_SESSIONS, /* the gateway follows no store */
	OP25B_ENFORCER_AWAITED,     /* it does, but does not know yet who is there */
	OP25B_ENFORCER_KNOWN,
};

/* Who must know when generations come and go. */
struct op25b_enforcer_calls {
	/* The generation of this plan is about to be put in force. */
	void (*coming)(const struct op25b_plan *plan, void *context);
	/* It is, or it could not be: no packet is in any generation but the kernel's. */
	void (*settled)(void *context);
};

struct op25b_enforcer {
	struct op25b_dataplane *dp;               /* borrowed */
	const struct op25b_enforcer_calls *calls; /* may be NULL */
	void *calls_context;
	struct op25b_ruleset ruleset; /* policy NULL: none is in force */
	struct op25b_live_tables gen; /* of the ruleset; made if policy is not NULL */
	enum op25b_enforcer_sessions sessions;
	struct op25b_live *live; /* owned; NULL unless KNOWN */
	bool rebuild;            /* a change waits for op25b_enforcer_sessions_settle() */
	uint64_t n_rebuilt;      /* times that settling put a generation */
	int64_t switched_at;     /* wall clock seconds of the last put */
	int64_t checked_at;      /* of the last comparison; 0: none yet */
	int64_t differed_at;     /* of the last one that found a difference */
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
 * op25b_enforcer_verify() - compare the kernel with the tables; put them again where they differ.
 * Returns 1: differed and was mended; 0: the same, or no policy; errors of the kernel.
 */
int op25b_enforcer_verify(struct op25b_enforcer *e, int64_t now, struct op25b_error *error);

/*
 * Live sessions. A daemon that follows a store sets e->sessions to AWAITED before the first put.
 * What the kernel enforces then may hold sessions that nobody knows yet, at whatever stage.
 */

/**
 * op25b_enforcer_waits() - whether it does: sessions are awaited, and the kernel has a generation
 * that is not of this process. A lazy put, a tick and a verify leave it alone until
 * op25b_enforcer_sessions_replace().
 */
bool op25b_enforcer_waits(const struct op25b_enforcer *e);

/**
 * op25b_enforcer_sessions_replace() - a whole snapshot: these are the live sessions, and no other.
 * @live: taken over on success (then *live is NULL); on failure it is still the caller's
 *
 * One put, if a policy is in force; e->sessions becomes KNOWN. Errors as put: what was in force,
 * with the sessions of before, still is.
 */
int op25b_enforcer_sessions_replace(struct op25b_enforcer *e, struct op25b_live **live, int64_t now,
				    struct op25b_error *error);

/**
 * op25b_enforcer_session_set() - one change, in the table and in what the kernel enforces.
 * @prefix, @holder: as op25b_live_set()
 *
 * Sessions are KNOWN. A packet after it returned gets the new answer, unless the tables have no
 * place for it: then the kernel stays as it is until op25b_enforcer_sessions_settle(), which builds
 * anew; so call that after each batch of changes. Returns 0; -ENOMEM: the table is as it was, so
 * take a snapshot or try again.
 */
int op25b_enforcer_session_set(struct op25b_enforcer *e, const struct op25b_prefix *prefix,
			       const struct op25b_holder *holder);

/* The same for a prefix that nobody holds any more. Never fails. */
void op25b_enforcer_session_clear(struct op25b_enforcer *e, const struct op25b_prefix *prefix);

/**
 * op25b_enforcer_sessions_settle() - put anew if one of the changes before asked for it.
 * Returns 1: done; 0: nothing to do; errors as put: still to do, call again.
 */
int op25b_enforcer_sessions_settle(struct op25b_enforcer *e, struct op25b_error *error);

/**
 * op25b_enforcer_sessions_drop() - no store is followed any more, so no session counts.
 * One put, if a policy is in force; if that fails op25b_enforcer_verify() makes up for it.
 */
int op25b_enforcer_sessions_drop(struct op25b_enforcer *e, int64_t now, struct op25b_error *error);

/* When op25b_enforcer_tick() is next due; INT64_MAX: never. */
int64_t op25b_enforcer_due(const struct op25b_enforcer *e);

/* Forget the policy; the kernel is not touched, sessions stay known. */
void op25b_enforcer_clear(struct op25b_enforcer *e);

/* Free all that it owns; the kernel is not touched. */
void op25b_enforcer_done(struct op25b_enforcer *e);
