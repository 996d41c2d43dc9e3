/* SPDX-License-Identifier: BSD-2-Clause */
/* What the collector has in hand, and the way of a packet through it. */
#pragma once

#include "radiusd/collector.h"
#include "radiusd/counts.h"
#include "radiusd/keeper.h"
#include "radiusd/queue.h"
#include "radiusd/seen.h"
#include "radiusd/udp.h"

struct op25b_radiusd {
	const char *path;                        /* of the collector file */
	const struct op25b_collector *first;     /* what it said at the start */
	const struct op25b_collector *collector; /* what it says now */
	struct op25b_collector *reloaded;        /* owns `collector`, if it is not `first` */
	int64_t started_at;

	struct op25b_udp sockets[OP25B_COLLECTOR_LISTEN];
	size_t n_sockets;
	struct op25b_radius *radius;
	struct op25b_seen *seen;
	struct op25b_queue *queue;
	struct op25b_request *inbox[OP25B_UDP_BATCH]; /* places for what comes next */
	struct op25b_keeper *keeper;
	/* The batch that the keeper has; the i-th is its batch[i]. */
	struct op25b_request *batch[OP25B_KEEPER_BATCH];
	size_t n_batch;
	size_t most; /* records in the next */
	bool upkeep_due, open_due;

	struct op25b_counts *counts; /* by client */
	uint64_t unknown;            /* packets of nobody's address */
	int64_t unknown_at;
	uint64_t unsent; /* answers the kernel did not take */
	struct op25b_sessions_tally tally;
	uint64_t batches, batched; /* commits, and records in them */
	int64_t commit_last_ns, commit_most_ns;

	/* Of the store, as it was when it was last looked at. */
	struct op25b_sessions_health health;
	bool known; /* health was read */
	struct op25b_nas_seen *nases;
	size_t n_nases;
	bool refuses;       /* the last batch failed as a whole */
	bool unreachable;   /* the last upkeep did, or opening it */
	int64_t refused_at; /* of the boot clock, ns */
	char store_problem[1100], damage[1200], reload_problem[4096];
};

/* Whether records go unanswered. */
static inline bool op25b_store_away(const struct op25b_radiusd *d)
{
	return d->refuses || d->unreachable;
}
