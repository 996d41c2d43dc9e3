/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A generation with the live sessions in it: made as a whole, and changed session by session with
 * the same functions, so that both come to the same.
 *
 * Where no prefix of `lines` holds an address, the longest live session that does gives its service
 * and its line (design section 4, step 1). A unit of a dense pool has the service of the longest
 * session that covers it, or asks the exceptions: where a session is longer than the unit, where
 * its line has a grant in force, and where the plan says so. Sessions that touch such a unit, or
 * reach beyond dense pools, are exceptions.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "policy/compile.h"
#include "policy/granted.h"
#include "session/live.h"

struct op25b_live_tables {
	struct op25b_tables tables;
	struct op25b_granted granted; /* the lines that grants in force name */
	uint64_t *fixed; /* a bit a unit: `lines` or a grant of the plan say all of it */
	struct op25b_prefix_table finer; /* by a unit's prefix: sessions that are longer than it */
	bool has_len[2][129];            /* lengths that lookups of exceptions try */
};

/*
 * Who else keeps the tables: each function returns 0, or anything else if it can't. Called in an
 * order that lets a packet in between get the answer of before or after, never a third.
 */
struct op25b_live_sink {
	int (*unit)(void *arg, uint32_t unit, uint16_t value);
	int (*exception)(void *arg, const struct op25b_exception_key *key,
			 const struct op25b_exception *value); /* NULL: take it out */
	void *arg;
};

/**
 * op25b_live_tables_make() - a generation with all live sessions.
 * @policy, @now, @counters: as op25b_plan_make()
 * @live:       NULL: there are no sessions, and never will be in these tables
 * @ret_tables: written on success; op25b_live_tables_done() frees
 *
 * Returns 0 or an error of op25b_tables_make(). Cost: that, and 0.6 to
 * 0.9 us for each prefix held (docs/design/006-live-sessions.md).
 */
int op25b_live_tables_make(const struct op25b_policy *policy, int64_t now, const uint32_t *counters,
			   const struct op25b_live *live, struct op25b_live_tables *ret_tables);

/* Leaves it zeroed. */
void op25b_live_tables_done(struct op25b_live_tables *lt);

/**
 * op25b_live_tables_set() - op25b_live_set() of the table that they were made with, and what it
 * makes of these tables.
 * @sink: NULL: nobody
 *
 * Returns 0; 1: the table has it, but these tables have no place for it (a length that lookups do
 * not try, the first exception outside every pool, the sink can't, no memory): make new ones, and
 * change these no more; -ENOMEM: nothing is changed. Cost: 2 us and the sink's; a prefix that
 * covers many units stores, and looks for longer sessions in, each of them: 1.5 us a unit.
 */
int op25b_live_tables_set(struct op25b_live_tables *lt, struct op25b_live *live,
			  const struct op25b_prefix *prefix, const struct op25b_holder *holder,
			  const struct op25b_live_sink *sink);

/* The same for op25b_live_clear(); returns 0 or 1. */
int op25b_live_tables_clear(struct op25b_live_tables *lt, struct op25b_live *live,
			    const struct op25b_prefix *prefix, const struct op25b_live_sink *sink);
