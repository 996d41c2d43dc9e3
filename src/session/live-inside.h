/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Inside live-tables.h: what the right content of a unit and of an exception is. Each is worked out
 * from the plan and the table of live sessions alone, never from what stood there before.
 */
#pragma once

#include "policy/units.h"
#include "session/live-table.h"
#include "session/live-tables.h"

/* ---- live-resolve.c ------------------------------------------------------------------------ */

/* What a policy makes of one session. */
struct op25b_live_say {
	uint16_t service; /* index in the generation; 0: the pool's default */
	uint8_t flags;    /* enum op25b_exception_flag: grants in force to its line */
	const struct op25b_grant *hold;
};

/* NULL has nothing to say. Cost: rules, and a probe if grants name lines. */
struct op25b_live_say op25b_live_resolve(const struct op25b_live_tables *lt,
					 const struct op25b_live *live,
					 const struct op25b_live_binding *binding);

/* ---- live-units.c -------------------------------------------------------------------------- */

/* Where a prefix lies. */
struct op25b_live_place {
	uint32_t first, n; /* pools that it touches */
	bool dense;        /* it lies in one, which has units */
	bool finer;        /* and is longer than they are */
	bool outside;      /* some of its addresses may be of no pool */
};

/* Cost: log of pools. */
struct op25b_live_place op25b_live_place(const struct op25b_plan *plan,
					 const struct op25b_prefix *prefix);

/* Marks the units of which the plan says all. -ENOMEM. */
int op25b_live_fix(struct op25b_live_tables *lt);

/* Whether sessions say nothing of a unit. */
static inline bool op25b_live_fixed(const struct op25b_live_tables *lt, uint32_t unit)
{
	return lt->fixed[unit / 64] >> unit % 64 & 1;
}

/* Counts a prefix at its unit if it is finer: @by more, or less. -ENOMEM if more. */
int op25b_live_count(struct op25b_live_tables *lt, const struct op25b_prefix *prefix, int by);

/* Stores the right value of every unit that @prefix touches. 0, or what the sink returned. */
int op25b_live_units(struct op25b_live_tables *lt, const struct op25b_live *live,
		     const struct op25b_prefix *prefix, const struct op25b_live_sink *sink);

/* Whether a unit that @prefix touches asks the exceptions. Cost: linear in its units. */
bool op25b_live_asks(const struct op25b_live_tables *lt, const struct op25b_prefix *prefix,
		     const struct op25b_live_place *place);

/* ---- live-entries.c ------------------------------------------------------------------------ */

/* Puts the right exception of @prefix. 0; 1: no place; -ENOMEM; what the sink returned. */
int op25b_live_entry(struct op25b_live_tables *lt, const struct op25b_live *live,
		     const struct op25b_prefix *prefix, const struct op25b_live_sink *sink);

/* The same for every exception of the plan inside @prefix, where sessions have a say. */
int op25b_live_entries_inside(struct op25b_live_tables *lt, const struct op25b_live *live,
			      const struct op25b_prefix *prefix,
			      const struct op25b_live_sink *sink);

/* The same for every session that holds @prefix. */
int op25b_live_entries_around(struct op25b_live_tables *lt, const struct op25b_live *live,
			      const struct op25b_prefix *prefix,
			      const struct op25b_live_sink *sink);

/* Takes out the exception of a session that is no more; one of the plan stays. */
int op25b_live_entry_remove(struct op25b_live_tables *lt, const struct op25b_live *live,
			    const struct op25b_prefix *prefix, const struct op25b_live_sink *sink);
