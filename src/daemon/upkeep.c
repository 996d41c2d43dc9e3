/* SPDX-License-Identifier: BSD-2-Clause */
/* What the start, the clock and the kernel change, see change.h. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "daemon/alarm.h"
#include "daemon/change-steps.h"
#include "daemon/feed.h"
#include "daemon/links.h"
#include "daemon/notice.h"
#include "serve/log.h"

#define NSEC 1000000000LL

void op25b_change_arm(struct op25b_daemon *d)
{
	int r = op25b_alarm_set_wall(d->wall_fd, op25b_enforcer_due(&d->enforcer));

	if (!r)
		r = op25b_alarm_set_boot(d->boot_fd,
					 d->state.pending ? d->state.deadline_boot_ns : 0);
	if (r)
		op25b_log(OP25B_LOG_ERROR, "can't set a timer: %s", strerror(-r));
}

int op25b_change_check(const struct op25b_daemon *d, struct op25b_error *error)
{
	char problem[OP25B_PROBLEM];

	if (!op25b_enforcer_waits(&d->enforcer))
		return 0;
	op25b_feed_problem(d->feed, problem);
	return op25b_error_set(
		error, -EAGAIN,
		"the sessions in force are not known yet, and would be lost: %s; mend "
		"the session store, or take 'sessions' out of the gateway file and "
		"reload op25bd",
		*problem ? problem : "the session store is being read");
}

int64_t op25b_change_seconds_left(const struct op25b_daemon *d)
{
	int64_t left = d->state.deadline_boot_ns - op25b_clock_boot_ns();

	return left <= 0 ? 0 : (left + NSEC - 1) / NSEC;
}

static void note_problem(char *problem, size_t size, const char *what, const char *why)
{
	char text[1024];

	snprintf(text, sizeof(text), "%s: %s", what, why);
	if (strncmp(problem, text, size - 1) != 0)
		op25b_log(OP25B_LOG_ERROR, "%s", text);
	snprintf(problem, size, "%s", text);
}

void op25b_change_stage(struct op25b_daemon *d)
{
	struct op25b_error error = { "" };
	char stamp[OP25B_STAMP];
	int r;

	if (op25b_enforcer_waits(&d->enforcer))
		return;
	r = op25b_enforcer_tick(&d->enforcer, op25b_clock_wall(), &error);
	if (r < 0)
		note_problem(d->stage_problem, sizeof(d->stage_problem),
			     "the stage due now is not in force, the one before stays", error.text);
	else
		d->stage_problem[0] = '\0';
	if (r > 0)
		op25b_log(
			OP25B_LOG_NOTICE, "the stage of %s is in force",
			op25b_clock_stamp(op25b_policy_last_change(d->enforcer.ruleset.policy,
								   d->enforcer.gen.tables.plan.now),
					  stamp));
	/* After a failure the instant is past: the next reconcile tries again, not the timer. */
	if (r >= 0)
		op25b_change_arm(d);
}

void op25b_change_deadline(struct op25b_daemon *d)
{
	struct op25b_error error = { "" };
	uint64_t number = d->state.current;

	if (!d->state.pending || op25b_change_seconds_left(d) > 0)
		return;
	if (op25b_change_go_back(d, &error))
		note_problem(d->stage_problem, sizeof(d->stage_problem),
			     "the apply was not confirmed and can't be rolled back, it stays",
			     error.text);
	else
		op25b_log(OP25B_LOG_WARNING,
			  "policy %" PRIu64 " was not confirmed in time: policy %" PRIu64
			  " is in force again",
			  number, d->state.current);
}

/* One part of a comparison: its fault, if it has one, behind those of the parts before. */
static void add_fault(struct op25b_error *all, int r, struct op25b_error *error)
{
	if (r < 0)
		op25b_error_add(all, r, "%s%s", *all->text ? "; " : "",
				*error->text ? error->text : strerror(-r));
	error->text[0] = '\0';
}

/* Every part is done, whatever the others came to. */
void op25b_change_reconcile(struct op25b_daemon *d)
{
	struct op25b_error error = { "" }, all = { "" };
	int tables, ports, pins;

	op25b_change_deadline(d);
	op25b_change_stage(d);
	op25b_change_finish(d);
	pins = op25b_dataplane_repin(d->dp, &error);
	add_fault(&all, pins, &error);
	tables = op25b_enforcer_verify(&d->enforcer, op25b_clock_wall(), &error);
	add_fault(&all, tables, &error);
	add_fault(&all, op25b_links_sync(d->links, &error), &error);
	ports = op25b_ports_reconcile(&d->ports, &error);
	add_fault(&all, ports, &error);
	op25b_notice_reconcile(d->notice);
	if (*all.text)
		note_problem(d->reconcile_problem, sizeof(d->reconcile_problem),
			     "can't compare the kernel with the policy", all.text);
	else
		d->reconcile_problem[0] = '\0';
	if (pins > 0)
		op25b_log(OP25B_LOG_WARNING, "%s had lost our pins: pinned again",
			  d->first_gateway->pins);
	if (tables > 0)
		op25b_log(OP25B_LOG_WARNING,
			  "the kernel's tables were not the policy's (%s): mended",
			  d->enforcer.difference);
	if (ports > 0)
		op25b_log(OP25B_LOG_WARNING, "%d interfaces had lost our program: mended", ports);
}

/* After a reboot only the wall clock tells how long the operator meant to wait. */
static void carry_deadline_over_boot(struct op25b_daemon *d)
{
	char boot_id[OP25B_BOOT_ID];
	struct op25b_error error = { "" };
	int64_t left;

	op25b_clock_boot_id(boot_id);
	if (!d->state.pending || !strcmp(boot_id, d->state.boot_id))
		return;
	left = d->state.deadline_wall - op25b_clock_wall();
	if (left < 0)
		left = 0;
	if (left > d->state.confirm_seconds) /* a clock that lost the time */
		left = d->state.confirm_seconds;
	d->state.deadline_boot_ns = op25b_clock_boot_ns() + left * NSEC;
	memcpy(d->state.boot_id, boot_id, sizeof(boot_id));
	if (op25b_store_write(d->store, &d->state, &error))
		op25b_log(OP25B_LOG_ERROR, "%s", error.text);
}

/* The policy that state.current names, into the kernel unless it is there. */
static int resume_current(struct op25b_daemon *d, struct op25b_error *error)
{
	struct op25b_ruleset ruleset = { 0 };
	json_t *files = NULL;
	int r = op25b_store_get(d->store, d->state.current, &files, error);

	if (!r)
		r = op25b_change_load(d, files, &d->state, &ruleset, error);
	json_decref(files);
	if (r)
		return r;
	r = op25b_enforcer_put(&d->enforcer, &ruleset, op25b_clock_wall(), /* lazily= */ true,
			       error);
	op25b_ruleset_done(&ruleset);
	return r;
}

static void keep_as_it_is(struct op25b_daemon *d, const char *why)
{
	uint64_t digest;

	/* With no generation in the kernel there is nothing to keep, nor to attach. */
	bool enforcing = !op25b_generation_digest(d->dp, &digest);

	note_problem(d->state_problem, sizeof(d->state_problem),
		     enforcing ? "what the kernel enforces stays as it is" : "nothing is enforced",
		     why);
	if (enforcing)
		op25b_ports_enforce(&d->ports);
}

int op25b_change_resume(struct op25b_daemon *d)
{
	struct op25b_error error = { "" };
	uint64_t digest, highest;
	int r = op25b_store_read(d->store, &d->state, &error);

	if (r) {
		keep_as_it_is(d, error.text);
		r = op25b_state_init(&d->state);
		/* Past any number that a policy can have had: none is overwritten. */
		highest = op25b_store_highest(d->store);
		d->state.next = (uint64_t)op25b_clock_wall();
		if (d->state.next <= highest)
			d->state.next = highest + 1;
		return r;
	}
	carry_deadline_over_boot(d);
	if (!op25b_enforcer_waits(&d->enforcer))
		op25b_change_deadline(d);
	if (d->state.current && d->enforcer.ruleset.policy) {
		op25b_ports_enforce(&d->ports);
	} else if (d->state.current) {
		r = resume_current(d, &error);
		if (r)
			keep_as_it_is(d, error.text);
		else
			op25b_ports_enforce(&d->ports);
	} else if (d->state.fresh && !op25b_generation_digest(d->dp, &digest)) {
		keep_as_it_is(d, "the state folder is empty; apply a policy");
	} else {
		op25b_change_release(d);
	}
	op25b_change_arm(d);
	return 0;
}
