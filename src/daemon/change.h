/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Everything that puts another policy in force: apply, confirm, rollback, the deadline, a stage's
 * date, and the start. Each either happens, in the kernel and in the state folder, or leaves both
 * as they were; store.h tells the order and what a crash in between leaves. A change that happened
 * though an interface could not be attached or detached, or the folder not synced, is a problem of
 * status, and reconciling tries that again.
 */
#pragma once

#include <jansson.h>

#include "daemon/daemon.h"
#include "op25b/control.h"

/* On failure of these, *ret_code is written and @error says what is in force now. */

/**
 * op25b_change_apply() - put a policy in force.
 * @files:   as in op25b/control.h
 * @confirm: seconds until it goes back unless confirmed; 0: it stays
 *
 * While another apply waits for its confirmation, this one takes its place; what either goes back
 * to is the last policy that stood by itself.
 * Returns 0 or -errno. Interfaces that could not be attached are not a failure: see status.
 */
int op25b_change_apply(struct op25b_daemon *d, const json_t *files, int64_t confirm,
		       enum op25b_control_code *ret_code, struct op25b_error *error);

/* Keep what was applied. */
int op25b_change_confirm(struct op25b_daemon *d, enum op25b_control_code *ret_code,
			 struct op25b_error *error);

/**
 * op25b_change_rollback() - put the policy before in force; the present one becomes the one before.
 * Where there was none before an apply that waits for its confirmation, enforcement ends.
 */
int op25b_change_rollback(struct op25b_daemon *d, enum op25b_control_code *ret_code,
			  struct op25b_error *error);

/**
 * op25b_change_resume() - at the start: bring the kernel to what the state folder says.
 * Interfaces were listed once. Returns 0, also if the state can't be used: then what the kernel
 * enforces stays as it is and d->state_problem says so. Errors: -ENOMEM.
 */
int op25b_change_resume(struct op25b_daemon *d);

/* The wall timer went off: put the stage in force that holds now. */
void op25b_change_stage(struct op25b_daemon *d);

/* The boot timer went off, or a rollback that failed is due again: go back if the time is over. */
void op25b_change_deadline(struct op25b_daemon *d);

/*
 * Compare kernel and policy, which interfaces there are and what stands on them, and mend; enforcer
 * and ports keep what was found.
 */
void op25b_change_reconcile(struct op25b_daemon *d);

/* Seconds until the pending apply goes back; at least 0. */
int64_t op25b_change_seconds_left(const struct op25b_daemon *d);
