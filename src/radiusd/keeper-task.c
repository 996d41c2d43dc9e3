/* SPDX-License-Identifier: BSD-2-Clause */
/* See keeper-task.h. */
#include "radiusd/keeper-task.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

/* Rows looked at in a second, of each kind: a walk through 10 million sessions takes 3 hours. */
#define SWEEP_ROWS 1000

/*
 * A store that has a damaged row fails for each packet that needs it, and must fail for no other:
 * then halves are tried. Other errors are the store's as a whole.
 */
static void apply(struct op25b_kept *kept, struct op25b_task *task, size_t from, size_t n)
{
	struct op25b_error error = { "" };
	int r = op25b_sessions_apply(kept->store, task->batch + from, n, task->now, &task->tally,
				     &error);

	if (!r)
		return;
	if (r == -EBADMSG && n > 1) {
		apply(kept, task, from, n / 2);
		apply(kept, task, from + n / 2, n - n / 2);
		return;
	}
	if (!task->result) {
		task->result = r;
		task->error = error;
	}
	memset(task->failed + from, true, n * sizeof(task->failed[0]));
	task->n_failed += n;
}

static int add_nas(void *context, const struct op25b_nas_status *nas)
{
	struct op25b_task *task = context;
	struct op25b_nas_seen *list = task->nases, *seen;
	size_t n = task->n_nases;

	if (n == OP25B_NASES_SHOWN)
		return 0;
	/* Twice as much whenever it is a power of two. */
	if (!(n & (n - 1))) {
		list = reallocarray(list, n ? 2 * n : 1, sizeof(*list));
		if (!list)
			return -ENOMEM;
		task->nases = list;
	}
	seen = &list[task->n_nases++];
	seen->last = nas->last;
	snprintf(seen->name, sizeof(seen->name), "%s", nas->name);
	return 0;
}

static void keep_up(struct op25b_kept *kept, struct op25b_task *task)
{
	struct op25b_error error = { "" };
	int r = op25b_sessions_sweep(kept->store, task->now, SWEEP_ROWS, &task->error);

	task->more = r == 1;
	task->n_nases = 0;
	task->result = r < 0 ? r : 0;
	/* What a damaged row stops says nothing of the rest. */
	if (r < 0 && r != -EBADMSG)
		return;
	r = op25b_sessions_health(kept->store, &task->health, add_nas, task, &error);
	task->looked = r == 0;
	if (r < 0) {
		task->result = r;
		task->error = error;
	}
}

void op25b_keeper_perform(struct op25b_kept *kept, struct op25b_task *task)
{
	int r = 0;

	task->result = 0;
	task->error.text[0] = '\0';
	task->tally = (struct op25b_sessions_tally){ 0 };
	task->n_failed = 0;
	task->more = task->looked = false;
	memset(task->failed, 0, sizeof(task->failed));
	if (task->kind == OP25B_TASK_OPEN) {
		kept->settings = task->settings;
		op25b_sessions_close(&kept->store);
	}
	if (!kept->store)
		r = op25b_sessions_open(kept->location, OP25B_SESSIONS_WRITE, &kept->settings,
					&kept->store, &task->error);
	task->opened = kept->store;
	if (r) {
		task->result = r;
		memset(task->failed, true, task->n * sizeof(task->failed[0]));
		task->n_failed = task->kind == OP25B_TASK_APPLY ? task->n : 0;
	} else if (task->kind == OP25B_TASK_APPLY) {
		apply(kept, task, 0, task->n);
	} else if (task->kind == OP25B_TASK_UPKEEP) {
		keep_up(kept, task);
	}
	if (task->result && !*task->error.text)
		op25b_error_set(&task->error, 0, "session store: %s", strerror(-task->result));
}
