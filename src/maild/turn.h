/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A turn of the loop: whatever was asked since the last one, on all connections, is found out in
 * one transaction of the state, and answered when that is kept. Nothing is answered that is not.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct op25b_maild;

/* Something asked; part of who asks, and in the queue until .done was called. */
struct op25b_item {
	struct op25b_item *next;
	/*
	 * Inside the turn: find the answer, and say nothing yet. Returns 0 or -errno. May be called
	 * a second time: what the first did was given up with its turn.
	 */
	int (*ask)(struct op25b_maild *d, struct op25b_item *item, int64_t now,
		   struct op25b_error *error);
	/* The turn is over. @r: 0: answer; -errno: nothing is known, and nothing may be said. */
	void (*done)(struct op25b_maild *d, struct op25b_item *item, int r);
};

struct op25b_turn {
	struct op25b_item *first, **end; /* in the order they came */
	size_t waiting;
	uint64_t turns, asked, failed; /* since the start; failed: of asked */
	int64_t last_ns, most_ns;      /* how long a turn took */
	int64_t failed_at;             /* seconds UTC; 0: never */
	char problem[1100];            /* what a turn failed for lately; "" */
};

/* Ask in the next turn. */
void op25b_turn_add(struct op25b_turn *turn, struct op25b_item *item);

/**
 * op25b_turn_run() - a turn of at most OP25B_TURN_MOST items.
 *
 * An item that fails for what is its own (a damaged record) fails alone; what all need (room on the
 * disk, the account base) fails the turn. Cost: linear, and one commit unless something failed.
 */
void op25b_turn_run(struct op25b_maild *d);

/* Whether items wait for another turn. */
static inline bool op25b_turn_waits(const struct op25b_turn *turn)
{
	return turn->first;
}

#define OP25B_TURN_MOST  256U
#define OP25B_TURN_QUIET 5 /* seconds without a failed turn, after which a problem is over */

/* What a turn that was not an item's came to, e.g. the upkeep's; keeps .problem. */
void op25b_turn_note(struct op25b_turn *turn, int r, const struct op25b_error *error);
