/* SPDX-License-Identifier: BSD-2-Clause */
/* See commit.h. */
#include "radiusd/commit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "radiusd/arrive.h"
#include "serve/clock.h"
#include "serve/log.h"

/*
 * A NAS waits with 256 identifiers, so a commit is to take about 5 ms. So many records may be in a
 * batch in any case; more as long as they take less: most are interims that write nothing.
 */
#define BATCH_LEAST 200U
#define COMMIT_NS   5000000

static void fit_batch(struct op25b_radiusd *d, const struct op25b_task *task)
{
	if (task->n < d->most)
		return; /* there were no more */
	d->most = task->took_ns < COMMIT_NS ? d->most * 5 / 4 : d->most * 4 / 5;
	d->most = d->most < BATCH_LEAST        ? BATCH_LEAST :
		  d->most > OP25B_KEEPER_BATCH ? OP25B_KEEPER_BATCH :
						 d->most;
}

static void begin_batch(struct op25b_radiusd *d, struct op25b_task *task)
{
	struct op25b_request *request;

	task->kind = OP25B_TASK_APPLY;
	task->n = 0;
	while (task->n < d->most && (request = op25b_queue_pop(d->queue))) {
		d->batch[task->n] = request;
		task->batch[task->n++] = request->acct;
	}
	d->n_batch = task->n;
}

void op25b_commit_next(struct op25b_radiusd *d)
{
	struct op25b_task *task = op25b_keeper_task(d->keeper);

	if (!task)
		return;
	if (d->open_due) {
		task->kind = OP25B_TASK_OPEN;
		task->settings = d->collector->settings;
		d->open_due = false;
	} else if (d->upkeep_due) {
		task->kind = OP25B_TASK_UPKEEP;
		d->upkeep_due = false;
	} else if (op25b_queue_waiting(d->queue)) {
		begin_batch(d, task);
	} else {
		return;
	}
	task->now = op25b_clock_wall();
	op25b_keeper_begin(d->keeper);
}

/*
 * A damaged row is met by upkeep, and by the packets that need it; whatever else fails, fails for
 * all of them.
 */
static bool is_away(const struct op25b_task *task)
{
	const bool records = task->kind == OP25B_TASK_APPLY;

	if (!task->result)
		return false;
	if (task->result == -EBADMSG && task->opened)
		return records && task->n > 1 && task->n_failed == task->n;
	return !records || task->n_failed == task->n;
}

static void note_damage(struct op25b_radiusd *d, const struct op25b_task *task)
{
	if (*d->damage)
		return;
	snprintf(
		d->damage, sizeof(d->damage),
		"a row of the store is damaged: upkeep stops there, and no record that needs it is "
		"taken: %s",
		task->error.text);
	op25b_log(OP25B_LOG_ERROR, "%s", d->damage);
}

/*
 * Said once when it begins and once when it ends; status shows the last words meanwhile. That a
 * full disk has room again only a record tells that was taken: looking at the store writes nothing.
 */
static void note_store(struct op25b_radiusd *d, const struct op25b_task *task)
{
	bool was_away = op25b_store_away(d), away = is_away(task);

	if (task->kind == OP25B_TASK_APPLY)
		d->refuses = away;
	else
		d->unreachable = away;
	if (away) {
		d->refused_at = op25b_clock_boot_ns();
		snprintf(d->store_problem, sizeof(d->store_problem), "%s", task->error.text);
	} else if (task->result) {
		note_damage(d, task);
	}
	if (!was_away && away)
		op25b_log(OP25B_LOG_ERROR, "%s\nno record is answered until the store is back",
			  task->error.text);
	if (was_away && !op25b_store_away(d)) {
		d->store_problem[0] = '\0';
		op25b_log(OP25B_LOG_NOTICE, "the store is back, records are answered again");
	}
}

static void add_tally(struct op25b_sessions_tally *all, const struct op25b_sessions_tally *more)
{
	all->changed += more->changed;
	all->unchanged += more->unchanged;
	all->late += more->late;
	all->unusable += more->unusable;
	all->left_out += more->left_out;
}

static void end_batch(struct op25b_radiusd *d, const struct op25b_task *task)
{
	for (size_t i = 0; i < task->n; i++) {
		struct op25b_request *request = d->batch[i];

		op25b_seen_settle(d->seen, request->seen, !task->failed[i]);
		if (!task->failed[i]) {
			op25b_answer_to(d, &request->datagram);
		} else {
			int client =
				op25b_collector_sender(d->collector, &request->datagram.address);

			if (client >= 0)
				d->counts[client].failed++;
		}
	}
	op25b_answer_flush(d);
	for (size_t i = 0; i < task->n; i++)
		op25b_queue_give(d->queue, d->batch[i]);
	d->n_batch = 0;
	add_tally(&d->tally, &task->tally);
	d->batches++;
	d->batched += task->n;
	fit_batch(d, task);
	d->commit_last_ns = task->took_ns;
	if (task->took_ns > d->commit_most_ns)
		d->commit_most_ns = task->took_ns;
}

/* The list changes places with the one before, whose memory the next is written to. */
static void note_health(struct op25b_radiusd *d, struct op25b_task *task)
{
	struct op25b_nas_seen *before = d->nases;

	d->nases = task->nases;
	d->n_nases = task->n_nases;
	task->nases = before;
	d->health = task->health;
	d->known = true;
}

void op25b_commit_done(struct op25b_radiusd *d)
{
	struct op25b_task *task = op25b_keeper_end(d->keeper);

	if (task->kind == OP25B_TASK_APPLY)
		end_batch(d, task);
	else if (task->kind == OP25B_TASK_UPKEEP && task->looked)
		note_health(d, task);
	note_store(d, task);
	/* A backlog of upkeep is worked off while nobody waits. */
	if (task->kind == OP25B_TASK_UPKEEP && task->more && !op25b_queue_waiting(d->queue))
		d->upkeep_due = true;
	op25b_commit_next(d);
}

static bool may_mend_itself(int r)
{
	return r == -ENOTCONN || r == -EBUSY || r == -EIO || r == -ENOSPC || r == -ENOMEM;
}

int op25b_commit_open(struct op25b_radiusd *d, struct op25b_error *error)
{
	const struct op25b_task *task;

	d->open_due = true;
	d->most = BATCH_LEAST;
	op25b_commit_next(d);
	task = op25b_keeper_end(d->keeper);
	if (task->result && !may_mend_itself(task->result)) {
		*error = task->error;
		return task->result;
	}
	note_store(d, task);
	return 0;
}
