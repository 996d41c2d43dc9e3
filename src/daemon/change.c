/* SPDX-License-Identifier: BSD-2-Clause */
/* What clients ask to change, see change.h; what time and the kernel change is upkeep.c's. */
#include "daemon/change.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "daemon/bundle.h"
#include "daemon/change-steps.h"
#include "daemon/notice.h"
#include "serve/log.h"
#include "daemon/slots.h"
#include "daemon/witness.h"
#include "dataplane/counters.h"

#define NSEC 1000000000LL

static int clear_slots(struct op25b_daemon *d, const uint32_t *fresh, size_t n,
		       struct op25b_error *error)
{
	for (size_t i = 0; i < n; i++) {
		int r = op25b_counters_clear(d->dp, fresh[i]);

		if (r)
			return op25b_error_set(error, r, "can't clear a counter: %s", strerror(-r));
	}
	op25b_witness_forget_slots(d->witness, fresh, n);
	return 0;
}

int op25b_change_load(struct op25b_daemon *d, const json_t *files, struct op25b_state *state,
		      struct op25b_ruleset *ret_ruleset, struct op25b_error *error)
{
	struct op25b_ruleset ruleset = { 0 };
	uint32_t fresh[OP25B_COUNTER_SLOTS];
	size_t n_fresh = 0;
	int r = op25b_bundle_load(files, op25b_clock_wall(), &ruleset.policy, error);

	if (r)
		return r;
	ruleset.slots = calloc(ruleset.policy->n_services + 1, sizeof(*ruleset.slots));
	r = ruleset.slots ?
		    op25b_slots_assign(state->slots, ruleset.policy, d->enforcer.ruleset.policy,
				       ruleset.slots, fresh, &n_fresh) :
		    -ENOMEM;
	r = r ? r : op25b_owner_index_make(ruleset.policy, &ruleset.owners);
	if (r)
		op25b_error_set(error, r, "out of memory");
	else
		r = clear_slots(d, fresh, n_fresh, error);
	if (r) {
		op25b_ruleset_done(&ruleset);
		return r;
	}
	*ret_ruleset = ruleset;
	return 0;
}

/* For status and, once, for the log. */
static void tell(char problem[static OP25B_PROBLEM], const char *what, const char *why)
{
	snprintf(problem, OP25B_PROBLEM, "%s: %.900s", what, why);
	op25b_log(OP25B_LOG_ERROR, "%s", problem);
}

void op25b_change_release(struct op25b_daemon *d)
{
	struct op25b_error error = { "" };

	op25b_enforcer_clear(&d->enforcer);
	d->release_problem[0] = '\0';
	if (op25b_ports_release(&d->ports, &error))
		tell(d->release_problem,
		     "no policy is in force, but our program can't be taken off everywhere",
		     error.text);
	op25b_notice_reconcile(d->notice);
}

void op25b_change_finish(struct op25b_daemon *d)
{
	struct op25b_error error = { "" };

	if (*d->release_problem && !op25b_ports_release(&d->ports, &error)) {
		d->release_problem[0] = '\0';
		op25b_log(OP25B_LOG_NOTICE, "our program is off every interface now");
	}
	if (*d->sync_problem && !op25b_store_write(d->store, &d->state, &error)) {
		d->sync_problem[0] = '\0';
		op25b_store_sweep(d->store, d->state.current, d->state.previous);
		op25b_log(OP25B_LOG_NOTICE, "the state folder says what is in force now");
	}
}

/* The state could not be written: back to what it still says. */
static void undo_put(struct op25b_daemon *d, struct op25b_ruleset *before, bool was_enforcing,
		     struct op25b_error *error)
{
	struct op25b_error undo = { "" };
	int r = 0;

	if (before->policy)
		r = op25b_enforcer_put(&d->enforcer, before, op25b_clock_wall(), false, &undo);
	else if (was_enforcing)
		r = op25b_error_set(&undo, -ENODATA, "what was in force before is not known");
	else
		op25b_change_release(d);
	if (!before->policy && *d->release_problem)
		op25b_error_add(error, 0, "\nand %s", d->release_problem);
	if (r)
		op25b_error_add(error, r, "\nand the new policy stays in force until a restart: %s",
				undo.text);
}

/* For who asks later what was done. The enforcer has @next's policy already, if there is one. */
static void note_change(const struct op25b_daemon *d, struct op25b_state *next, bool due)
{
	const struct op25b_policy *policy = next->current ? d->enforcer.ruleset.policy : NULL;
	const char *what = due                               ? "not-confirmed" :
			   next->next > d->state.next        ? "applied" :
			   next->current == d->state.current ? "confirmed" :
							       "rolled-back";

	op25b_state_note(next, what, policy ? policy->digest : 0, op25b_clock_wall());
}

/*
 * Write @next and take it. On failure all is as it was; but where it is @due it is taken unwritten:
 * what is on disk then comes to the same at the next start.
 */
static int enter_state(struct op25b_daemon *d, struct op25b_state *next, bool due,
		       struct op25b_error *error)
{
	int r;

	note_change(d, next, due);
	r = op25b_store_write(d->store, next, error);
	if (r < 0 && !due)
		return r;
	op25b_state_done(&d->state);
	d->state = *next;
	*next = (struct op25b_state){ 0 };
	d->state_problem[0] = '\0';
	d->stage_problem[0] = '\0';
	d->sync_problem[0] = '\0';
	if (r < 0)
		tell(d->sync_problem,
		     "what was not confirmed is no longer in force, but the state folder can't "
		     "take that yet",
		     error->text);
	else if (r == OP25B_STORE_UNSYNCED)
		tell(d->sync_problem,
		     "this may not survive a reboot, the state before may come back", error->text);
	else
		op25b_store_sweep(d->store, d->state.current, d->state.previous);
	op25b_change_arm(d);
	return 0;
}

/* Kernel, then state. @ruleset and @next are taken on success. */
static int switch_to(struct op25b_daemon *d, struct op25b_ruleset *ruleset,
		     struct op25b_state *next, bool due, struct op25b_error *error)
{
	bool was_enforcing = d->ports.enforcing;
	int r = op25b_enforcer_put(&d->enforcer, ruleset, op25b_clock_wall(), false, error);

	if (r)
		return r;
	if (!was_enforcing)
		op25b_ports_enforce(&d->ports);
	r = enter_state(d, next, due, error);
	if (r)
		undo_put(d, ruleset, was_enforcing, error);
	else
		d->release_problem[0] = '\0';
	op25b_notice_reconcile(d->notice); /* another policy may need less of the host */
	return r;
}

/* The other order than a switch: killed in between, the next start finishes it. */
static int end_enforcement(struct op25b_daemon *d, struct op25b_state *next, bool due,
			   struct op25b_error *error)
{
	int r = enter_state(d, next, due, error);

	if (!r)
		op25b_change_release(d);
	return r;
}

static void set_deadline(struct op25b_state *state, int64_t confirm)
{
	state->pending = confirm > 0;
	state->confirm_seconds = confirm;
	state->deadline_wall = op25b_clock_wall() + confirm;
	state->deadline_boot_ns = op25b_clock_boot_ns() + confirm * NSEC;
	op25b_clock_boot_id(state->boot_id);
}

static int apply_files(struct op25b_daemon *d, const json_t *files, struct op25b_state *next,
		       enum op25b_control_code *ret_code, struct op25b_error *error)
{
	struct op25b_ruleset ruleset = { 0 };
	int r = op25b_change_load(d, files, next, &ruleset, error);

	if (r) {
		*ret_code = r == -EINVAL  ? OP25B_CONTROL_INVALID_POLICY :
			    r == -EBADMSG ? OP25B_CONTROL_BAD_REQUEST :
					    OP25B_CONTROL_FAILED;
		return r;
	}
	*ret_code = OP25B_CONTROL_FAILED;
	r = op25b_store_put(d->store, next->current, files, error);
	if (!r)
		r = switch_to(d, &ruleset, next, /* due= */ false, error);
	op25b_ruleset_done(&ruleset);
	return r;
}

int op25b_change_apply(struct op25b_daemon *d, const json_t *files, int64_t confirm,
		       enum op25b_control_code *ret_code, struct op25b_error *error)
{
	struct op25b_state next;
	int r;

	*ret_code = OP25B_CONTROL_SESSIONS_UNKNOWN;
	if (op25b_change_check(d, error))
		return -EAGAIN;
	*ret_code = OP25B_CONTROL_FAILED;
	r = op25b_state_copy(&d->state, &next);
	if (r)
		return op25b_error_set(error, r, "out of memory");
	if (!d->state.pending)
		next.previous = d->state.current;
	next.current = next.next++;
	next.applied_at = op25b_clock_wall();
	next.fresh = false;
	set_deadline(&next, confirm);
	r = apply_files(d, files, &next, ret_code, error);
	if (r && !d->state_problem[0] && !d->sync_problem[0])
		op25b_store_sweep(d->store, d->state.current, d->state.previous);
	op25b_state_done(&next);
	return r;
}

int op25b_change_confirm(struct op25b_daemon *d, enum op25b_control_code *ret_code,
			 struct op25b_error *error)
{
	struct op25b_state next;
	int r;

	*ret_code = OP25B_CONTROL_NOTHING_PENDING;
	if (!d->state.pending)
		return op25b_error_set(error, -ENOENT,
				       "no apply waits for its confirmation; nothing changed");
	*ret_code = OP25B_CONTROL_FAILED;
	r = op25b_state_copy(&d->state, &next);
	if (r)
		return op25b_error_set(error, r, "out of memory");
	next.pending = false;
	r = enter_state(d, &next, /* due= */ false, error);
	op25b_state_done(&next);
	return r;
}

static int restore_previous(struct op25b_daemon *d, struct op25b_state *next, bool due,
			    struct op25b_error *error)
{
	struct op25b_ruleset ruleset = { 0 };
	json_t *files = NULL;
	int r;

	if (!next->current)
		return end_enforcement(d, next, due, error);
	r = op25b_store_get(d->store, next->current, &files, error);
	if (!r)
		r = op25b_change_load(d, files, next, &ruleset, error);
	if (!r)
		r = switch_to(d, &ruleset, next, due, error);
	op25b_ruleset_done(&ruleset);
	json_decref(files);
	return r;
}

static int go_back(struct op25b_daemon *d, bool due, enum op25b_control_code *ret_code,
		   struct op25b_error *error)
{
	struct op25b_state next;
	int r;

	*ret_code = OP25B_CONTROL_NO_PREVIOUS;
	if (!d->state.previous && !d->state.pending)
		return op25b_error_set(error, -ENOENT,
				       "there is no policy to go back to; nothing changed");
	*ret_code = OP25B_CONTROL_FAILED;
	r = op25b_state_copy(&d->state, &next);
	if (r)
		return op25b_error_set(error, r, "out of memory");
	next.current = d->state.previous;
	next.previous = d->state.current;
	next.applied_at = op25b_clock_wall();
	next.pending = false;
	r = restore_previous(d, &next, due, error);
	op25b_state_done(&next);
	return r;
}

int op25b_change_rollback(struct op25b_daemon *d, enum op25b_control_code *ret_code,
			  struct op25b_error *error)
{
	*ret_code = OP25B_CONTROL_SESSIONS_UNKNOWN;
	if (op25b_change_check(d, error))
		return -EAGAIN;
	return go_back(d, /* due= */ false, ret_code, error);
}

int op25b_change_go_back(struct op25b_daemon *d, struct op25b_error *error)
{
	enum op25b_control_code code;
	int r = op25b_change_check(d, error);

	return r ? r : go_back(d, /* due= */ true, &code, error);
}
