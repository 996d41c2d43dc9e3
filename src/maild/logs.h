/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Following Postfix's logs: what became of messages, to the brain, a bounded piece a turn. A log
 * that grew is read at the beginning of the next turn of requests, whose commit keeps both; a turn
 * of its own for each line costs as much as answering does. Where nobody asks it has one after a
 * tenth of a second. A piece that can't be kept comes again; an event whose account is damaged is
 * left out, for it would keep back what became of everybody's mail.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "mail/settings.h"

struct event;
struct op25b_maild;
struct op25b_maillog_file;

struct op25b_log_follower {
	struct op25b_maild *maild;
	struct op25b_maillog_file *file;
	struct event *grew, *late;
	bool waits;              /* to be read: it grew, or has more than was read */
	bool taken, rest;        /* in this turn; and there is more */
	uint64_t events, so_far; /* since the start; in this turn */
	uint64_t damaged, left;  /* of them left out; in this turn */
	char problem[1100];
};

/**
 * op25b_logs_open() - begin with all of the settings' logs, where they were left.
 * Outside of a turn. After an error op25b_logs_close() all the same.
 */
int op25b_logs_open(struct op25b_maild *d, struct op25b_error *error);

/* For those that never were open, too. */
void op25b_logs_close(struct op25b_maild *d);

/* Whether a log has more to read at once; then op25b_logs_go_on(). */
bool op25b_logs_wait(const struct op25b_maild *d);

/* A piece of each that has more, in a turn; @all: of each, which is due once a second. */
void op25b_logs_go_on(struct op25b_maild *d, bool all);

/**
 * op25b_logs_take_in() - a piece of each that waits, inside the turn that has begun.
 *
 * What can't be read is left out and noted, and the turn begins anew. Returns 0, or -errno: there
 * is no turn.
 */
int op25b_logs_take_in(struct op25b_maild *d, struct op25b_error *error);

/* The turn was kept. */
void op25b_logs_kept(struct op25b_maild *d);
