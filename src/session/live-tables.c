/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See live-tables.h. The order of a change: first the exceptions that units will ask, then the
 * units, then what no unit asks any more. An exception of a session stays as long as the session,
 * even if its units stopped asking: a packet that has read the unit before may still look for it.
 */
#include "session/live-tables.h"

#include <errno.h>
#include <stdlib.h>

#include "session/live-inside.h"

/* Sessions that become exceptions are put in place up to this many, without a new generation. */
#define ROOM_LEAST 65536U

/* Every live session is an exception, or may be one by and by: lookups try its length. */
static void make_place(struct op25b_live_tables *lt, const struct op25b_live *live)
{
	struct op25b_front *front = lt->tables.front;
	const struct op25b_live_binding *binding = NULL;

	for (int f = 0; f < 2; f++) {
		const struct op25b_exception_len *lens = lt->tables.plan.front->lens[f];

		for (int len = 0; len <= 128; len++)
			lt->has_len[f][len] = live->lens[f][len] > 0;
		for (; lens->len != OP25B_LEN_END; lens++)
			lt->has_len[f][lens->len] = true;
	}
	op25b_lens_write(front, lt->has_len);
	while ((binding = op25b_prefix_table_next(&live->bindings, binding))) {
		struct op25b_prefix prefix = op25b_prefix_of_key(&binding->key);

		if (op25b_live_place(&lt->tables.plan, &prefix).outside)
			front->head.flags |= prefix.family == OP25B_V4 ? OP25B_FRONT_OUTSIDE4 :
									 OP25B_FRONT_OUTSIDE6;
	}
}

/* Whether a live session has to be an exception, as its units are now. */
static bool is_exception(const struct op25b_live_tables *lt, const struct op25b_prefix *prefix)
{
	struct op25b_live_place place = op25b_live_place(&lt->tables.plan, prefix);

	return !place.dense || op25b_live_asks(lt, prefix, &place);
}

static int write_all(struct op25b_live_tables *lt, const struct op25b_live *live)
{
	const struct op25b_prefix all[] = { { .family = OP25B_V4 }, { .family = OP25B_V6 } };
	const struct op25b_live_binding *b = NULL;
	struct op25b_live_walk walk;
	struct op25b_prefix prefix;
	int r = 0;

	while (!r && (b = op25b_prefix_table_next(&live->bindings, b))) {
		prefix = op25b_prefix_of_key(&b->key);
		r = op25b_live_count(lt, &prefix, 1);
	}
	op25b_live_walk_begin(live, &walk);
	while (!r && (b = op25b_live_walk_next(live, &walk))) {
		prefix = op25b_prefix_of_key(&b->key);
		r = op25b_live_units(lt, live, &prefix, NULL);
		if (!r && is_exception(lt, &prefix))
			r = op25b_live_entry(lt, live, &prefix, NULL);
	}
	for (int f = 0; f < 2 && !r; f++)
		r = op25b_live_entries_inside(lt, live, &all[f], NULL);
	return r;
}

int op25b_live_tables_make(const struct op25b_policy *policy, int64_t now, const uint32_t *counters,
			   const struct op25b_live *live, struct op25b_live_tables *ret_tables)
{
	struct op25b_live_tables lt = { 0 };
	int r = op25b_tables_make(policy, now, counters, &lt.tables);

	if (r < 0 || !live)
		goto out;
	r = op25b_granted_make(policy, now, &lt.granted);
	if (!r)
		r = op25b_live_fix(&lt);
	if (r < 0)
		goto out;
	make_place(&lt, live);
	r = write_all(&lt, live);
	lt.tables.room = ROOM_LEAST + op25b_tables_exceptions(&lt.tables) / 4;
out:
	if (r < 0) {
		op25b_live_tables_done(&lt);
		return r;
	}
	*ret_tables = lt;
	return 0;
}

void op25b_live_tables_done(struct op25b_live_tables *lt)
{
	op25b_tables_done(&lt->tables);
	op25b_granted_done(&lt->granted);
	free(lt->fixed);
	op25b_prefix_table_done(&lt->finer);
	*lt = (struct op25b_live_tables){ 0 };
}

/* Whether a unit may begin to ask because of this prefix, which is held or not any more. */
static bool may_mark(const struct op25b_live_tables *lt, const struct op25b_live *live,
		     const struct op25b_prefix *prefix, bool held)
{
	const struct op25b_plan *plan = &lt->tables.plan;
	struct op25b_live_place place = op25b_live_place(plan, prefix);

	if (place.finer)
		return held &&
		       !op25b_live_fixed(lt, op25b_units_of(plan, place.first, prefix).first);
	return op25b_live_resolve(lt, live, op25b_live_longest(live, prefix)).flags;
}

/* @by: 1, 0, -1: prefixes more than before; -1: it is held no more. */
static int change(struct op25b_live_tables *lt, const struct op25b_live *live,
		  const struct op25b_prefix *prefix, int by, const struct op25b_live_sink *sink)
{
	struct op25b_exception_key key = op25b_prefix_key(prefix);
	bool held = by >= 0;
	int r = op25b_live_count(lt, prefix, by);

	if (!r && may_mark(lt, live, prefix, held))
		r = op25b_live_entries_around(lt, live, prefix, sink);
	else if (!r && held &&
		 (op25b_tables_exception(&lt->tables, &key) || is_exception(lt, prefix)))
		r = op25b_live_entry(lt, live, prefix, sink);
	if (!r)
		r = op25b_live_entries_inside(lt, live, prefix, sink);
	if (!r)
		r = op25b_live_units(lt, live, prefix, sink);
	if (!r && !held)
		r = op25b_live_entry_remove(lt, live, prefix, sink);
	return r ? 1 : 0;
}

int op25b_live_tables_set(struct op25b_live_tables *lt, struct op25b_live *live,
			  const struct op25b_prefix *prefix, const struct op25b_holder *holder,
			  const struct op25b_live_sink *sink)
{
	int r = op25b_live_set(live, prefix, holder);

	return r < 0 ? r : change(lt, live, prefix, r, sink);
}

int op25b_live_tables_clear(struct op25b_live_tables *lt, struct op25b_live *live,
			    const struct op25b_prefix *prefix, const struct op25b_live_sink *sink)
{
	return op25b_live_clear(live, prefix) ? change(lt, live, prefix, -1, sink) : 0;
}
