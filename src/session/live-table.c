/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of live sessions: prefixes with their holders. See live.h. */
#include "session/live-table.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "policy/prefix.h"

int op25b_live_make(struct op25b_live **ret_live)
{
	struct op25b_live *live = calloc(1, sizeof(*live));

	if (!live)
		return -ENOMEM;
	live->bindings.record = sizeof(struct op25b_live_binding);
	*ret_live = live;
	return 0;
}

void op25b_live_free(struct op25b_live **live)
{
	if (*live) {
		op25b_prefix_table_done(&(*live)->bindings);
		op25b_live_holders_done(&(*live)->holders);
		free((*live)->ends);
	}
	op25b_cleanup_free(live);
}

static struct op25b_exception_key checked_key(const struct op25b_prefix *prefix)
{
	struct op25b_prefix cut = *prefix;

	assert(prefix->family == OP25B_V4 || prefix->family == OP25B_V6);
	assert(prefix->len <= op25b_prefix_whole(prefix->family));
	op25b_prefix_cut(&cut, prefix->len);
	assert(memcmp(cut.addr, prefix->addr, sizeof(cut.addr)) == 0);
	return op25b_prefix_key(&cut);
}

void op25b_live_keep_other(struct op25b_live *live)
{
	assert(!live->bindings.n);
	live->keeps_ends = true;
}

/* Room for as many as there are holders' places. */
static int grow_ends(struct op25b_live *live)
{
	struct op25b_live_ends *ends;

	if (!live->keeps_ends || live->n_ends >= live->holders.max)
		return 0;
	ends = reallocarray(live->ends, live->holders.max, sizeof(*ends));
	if (!ends)
		return -ENOMEM;
	memset(ends + live->n_ends, 0, (live->holders.max - live->n_ends) * sizeof(*ends));
	live->ends = ends;
	live->n_ends = live->holders.max;
	return 0;
}

static void set_end(struct op25b_live *live, uint32_t holder, const struct op25b_prefix *prefix)
{
	if (live->keeps_ends)
		live->ends[holder].of[prefix->family == OP25B_V6] = *prefix;
}

/* So a holder that holds nothing has none, and its place can be another's. */
static void forget_end(struct op25b_live *live, uint32_t holder, const struct op25b_prefix *prefix)
{
	struct op25b_prefix *end;

	if (!live->keeps_ends)
		return;
	end = &live->ends[holder].of[prefix->family == OP25B_V6];
	if (end->family && !op25b_prefix_compare(end, prefix))
		*end = (struct op25b_prefix){ 0 };
}

int op25b_live_set(struct op25b_live *live, const struct op25b_prefix *prefix,
		   const struct op25b_holder *holder)
{
	struct op25b_exception_key key = checked_key(prefix);
	struct op25b_live_binding *binding;
	uint32_t number;
	size_t n = live->bindings.n;
	int r = op25b_live_holders_take(&live->holders, holder, &number);

	if (r < 0)
		return r;
	binding = grow_ends(live) ? NULL : op25b_prefix_table_add(&live->bindings, &key);
	if (!binding) {
		op25b_live_holders_leave(&live->holders, number);
		return -ENOMEM;
	}
	if (live->bindings.n == n) {
		forget_end(live, binding->holder, prefix);
		op25b_live_holders_leave(&live->holders, binding->holder);
	} else {
		live->lens[key.family == OP25B_V6][key.len]++;
	}
	binding->holder = number;
	set_end(live, number, prefix);
	return live->bindings.n != n;
}

int op25b_live_clear(struct op25b_live *live, const struct op25b_prefix *prefix)
{
	struct op25b_exception_key key = checked_key(prefix);
	struct op25b_live_binding *binding = op25b_prefix_table_find(&live->bindings, &key);

	if (!binding)
		return 0;
	live->lens[key.family == OP25B_V6][key.len]--;
	forget_end(live, binding->holder, prefix);
	op25b_live_holders_leave(&live->holders, binding->holder);
	op25b_prefix_table_remove(&live->bindings, binding);
	return 1;
}

const struct op25b_live_binding *op25b_live_longest(const struct op25b_live *live,
						    const struct op25b_prefix *inside)
{
	struct op25b_prefix prefix = *inside;
	const uint64_t *lens = live->lens[inside->family == OP25B_V6];

	for (int len = inside->len; len >= 0; len--) {
		const struct op25b_live_binding *found;
		struct op25b_exception_key key;

		if (!lens[len])
			continue;
		op25b_prefix_cut(&prefix, (uint8_t)len);
		key = op25b_prefix_key(&prefix);
		found = op25b_prefix_table_find(&live->bindings, &key);
		if (found)
			return found;
	}
	return NULL;
}

struct op25b_session_facts op25b_live_facts(const struct op25b_live *live,
					    const struct op25b_live_binding *binding)
{
	struct op25b_session_facts facts = { .prefix = op25b_prefix_of_key(&binding->key) };

	op25b_live_holders_tell(&live->holders, binding->holder, &facts);
	return facts;
}

/* After the last it begins again with the first, which does no harm here. */
static const struct op25b_live_binding *advance(const struct op25b_live *live,
						const struct op25b_live_binding *from)
{
	return op25b_prefix_table_next(&live->bindings, from);
}

void op25b_live_walk_begin(const struct op25b_live *live, struct op25b_live_walk *walk)
{
	*walk = (struct op25b_live_walk){ 0 };
	for (int i = 0; i < 32; i++) {
		walk->later = advance(live, walk->later);
		if (i % 2)
			walk->soon = advance(live, walk->soon);
	}
}

const struct op25b_live_binding *op25b_live_walk_next(const struct op25b_live *live,
						      struct op25b_live_walk *walk)
{
	walk->later = advance(live, walk->later);
	walk->soon = advance(live, walk->soon);
	walk->now = advance(live, walk->now);
	if (walk->later)
		__builtin_prefetch(&live->holders.list[walk->later->holder]);
	if (walk->soon)
		__builtin_prefetch(live->holders.list[walk->soon->holder].texts);
	return walk->now;
}

bool op25b_live_find(const struct op25b_live *live, const struct op25b_prefix *inside,
		     struct op25b_session_facts *ret_facts)
{
	const struct op25b_live_binding *binding = op25b_live_longest(live, inside);

	if (binding)
		*ret_facts = op25b_live_facts(live, binding);
	return binding != NULL;
}

bool op25b_live_other(const struct op25b_live *live, const struct op25b_prefix *inside,
		      struct op25b_prefix *ret)
{
	const struct op25b_live_binding *binding = op25b_live_longest(live, inside);
	const struct op25b_prefix *other;

	if (!binding || !live->keeps_ends)
		return false;
	other = &live->ends[binding->holder].of[inside->family != OP25B_V6];
	if (!other->family)
		return false;
	*ret = *other;
	return true;
}

static bool find_evidence(const void *table, const struct op25b_prefix *address,
			  struct op25b_session_facts *ret_facts)
{
	return op25b_live_find(table, address, ret_facts);
}

struct op25b_evidence_sessions op25b_live_evidence(const struct op25b_live *live)
{
	return (struct op25b_evidence_sessions){ .find = live ? find_evidence : NULL,
						 .table = live };
}

struct op25b_live_size op25b_live_size(const struct op25b_live *live)
{
	const struct op25b_live_holders *holders = &live->holders;
	uint64_t v4 = 0;

	for (int len = 0; len <= 32; len++)
		v4 += live->lens[0][len];
	return (struct op25b_live_size){
		.prefixes = live->bindings.n,
		.v4 = v4,
		.v6 = live->bindings.n - v4,
		.holders = holders->used,
		.bytes = live->bindings.size * live->bindings.record +
			 holders->max * sizeof(*holders->list) +
			 holders->index_size * sizeof(*holders->index) + holders->bytes +
			 live->n_ends * sizeof(*live->ends),
	};
}
