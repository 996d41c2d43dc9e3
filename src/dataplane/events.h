/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Refused and counted connection attempts as they happen, from the programs' ring buffer. The ring
 * has one reader: a second one would take events away from the first.
 */
#pragma once

#include "base/error.h"
#include "dataplane/load.h"

struct op25b_events;

/* Called for each event, in order; @event is valid during the call only. */
typedef void op25b_events_fn(const struct op25b_event *event, void *context);

/**
 * op25b_events_open() - begin to read.
 * @dp:         must outlive the reader
 * @ret_events: op25b_events_close() frees it
 * Returns 0, -ENOMEM, errors of the kernel.
 */
int op25b_events_open(const struct op25b_dataplane *dp, op25b_events_fn *fn, void *context,
		      struct op25b_events **ret_events, struct op25b_error *error);

/* A descriptor that polls readable while events wait; owned by the reader. */
int op25b_events_fd(const struct op25b_events *events);

#define OP25B_EVENTS_AT_ONCE 1000

/**
 * op25b_events_consume() - call the function for every event that waits, up to
 * OP25B_EVENTS_AT_ONCE; never blocks.
 * While more wait, the descriptor stays readable. Returns how many, or -errno.
 */
int op25b_events_consume(struct op25b_events *events);

/* NULL-safe; sets *slot to NULL. */
void op25b_events_close(struct op25b_events **slot);
