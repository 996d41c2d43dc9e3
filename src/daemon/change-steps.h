/* SPDX-License-Identifier: BSD-2-Clause */
/* The steps that changes share; change.c and upkeep.c only. */
#pragma once

#include "daemon/change.h"

/**
 * op25b_change_load() - read a policy and give its services counter slots, cleared where new.
 * @state: its slots are written, also on failure
 */
int op25b_change_load(struct op25b_daemon *d, const json_t *files, struct op25b_state *state,
		      struct op25b_ruleset *ret_ruleset, struct op25b_error *error);

/**
 * op25b_change_go_back() - an apply was not confirmed in time: a rollback, which happens in the
 * kernel also where the state can't be written. That is then a problem of status, until
 * op25b_change_finish() has written it; a start before that goes back once more.
 */
int op25b_change_go_back(struct op25b_daemon *d, struct op25b_error *error);

/**
 * op25b_change_check() - whether a change may take the place of what is in force: not while there
 * may be sessions in it which nobody knows yet, or lines would lose theirs.
 * Returns 0, or -EAGAIN with the remedy.
 */
int op25b_change_check(const struct op25b_daemon *d, struct op25b_error *error);

/* Set both timers by what is in force and pending. */
void op25b_change_arm(struct op25b_daemon *d);

/* Take our programs off every interface; what that leaves undone is a problem of status. */
void op25b_change_release(struct op25b_daemon *d);

/* Try again what a change left undone: a state not written or synced, a program not taken off. */
void op25b_change_finish(struct op25b_daemon *d);
