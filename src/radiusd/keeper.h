/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A thread of its own for the session store, so that packets are taken in, and questions answered,
 * while a commit waits for the disk or for a database that is away.
 *
 * One task at a time. Whoever owns the struct op25b_task may touch it: its caller while the keeper
 * is idle, the thread from op25b_keeper_begin() until the event descriptor becomes readable.
 */
#pragma once

#include "base/error.h"
#include "session/store.h"

#define OP25B_KEEPER_BATCH 1000 /* records of a task at most */

enum op25b_task_kind {
	OP25B_TASK_APPLY,
	OP25B_TASK_UPKEEP, /* sweep, then look at the store's health */
	OP25B_TASK_OPEN,   /* open the store, or open it again with other settings */
};

#define OP25B_NASES_SHOWN 1000U

/* One NAS, in memory of the task. */
struct op25b_nas_seen {
	char name[OP25B_ACCT_TEXT];
	int64_t last; /* packet, within 10 s of the truth */
};

struct op25b_task {
	enum op25b_task_kind kind;
	int64_t now; /* seconds UTC */
	/* apply */
	struct op25b_acct batch[OP25B_KEEPER_BATCH];
	size_t n;
	/* open */
	struct op25b_sessions_settings settings;

	/* What came of it: 0 or the first error, with its text. */
	int result;
	bool opened; /* the store is open: an error is of what was done with it */
	struct op25b_error error;
	int64_t took_ns;
	/* apply */
	bool failed[OP25B_KEEPER_BATCH]; /* not recorded; all are, if the store is away */
	size_t n_failed;
	struct op25b_sessions_tally tally;
	/* upkeep */
	bool more;   /* work is left over */
	bool looked; /* what follows was read */
	struct op25b_sessions_health health;
	struct op25b_nas_seen
		*nases; /* by name, the first OP25B_NASES_SHOWN; the thread's to allocate */
	size_t n_nases;
};

struct op25b_keeper;

/**
 * op25b_keeper_new() - start the thread.
 * @location: of the store; copied. It is not opened yet: that is a task
 * @ret:      op25b_keeper_free()
 */
int op25b_keeper_new(const char *location, struct op25b_keeper **ret, struct op25b_error *error);

/* Waits for the task that runs, and closes the store. NULL-safe; sets *keeper to NULL. */
void op25b_keeper_free(struct op25b_keeper **keeper);

/* The one task; NULL while the thread has it. */
struct op25b_task *op25b_keeper_task(struct op25b_keeper *keeper);

/* Hand the task over. */
void op25b_keeper_begin(struct op25b_keeper *keeper);

/* Readable when a task has been done; op25b_keeper_end() takes it back, and waits if need be. */
int op25b_keeper_fd(const struct op25b_keeper *keeper);
struct op25b_task *op25b_keeper_end(struct op25b_keeper *keeper);
