/* SPDX-License-Identifier: BSD-2-Clause */
/* Exceptions that live sessions add, and those of the plan that they change: see live-inside.h. */
#include <errno.h>

#include "policy/prefix.h"
#include "session/live-inside.h"

/* The longest exception of the plan that holds a prefix. */
static const struct op25b_exception_entry *plan_longest(const struct op25b_plan *plan,
							struct op25b_prefix prefix)
{
	const struct op25b_exception_len *lens = plan->front->lens[prefix.family == OP25B_V6];

	for (size_t i = 0; lens[i].len != OP25B_LEN_END; i++) {
		const struct op25b_exception_entry *found;
		struct op25b_exception_key key;

		if (lens[i].len > prefix.len)
			continue;
		op25b_prefix_cut(&prefix, (uint8_t)lens[i].len);
		key = op25b_prefix_key(&prefix);
		found = op25b_plan_exception(plan, &key);
		if (found)
			return found;
	}
	return NULL;
}

/*
 * What addresses get whose longest exception is this one. Inside a prefix of `lines` the plan says
 * all of it. Elsewhere its exceptions come from grants by prefix, and the session adds its service
 * and what is granted to its line; a hold of the line goes before one by prefix.
 */
static struct op25b_exception entry_value(const struct op25b_live_tables *lt,
					  const struct op25b_live *live,
					  const struct op25b_prefix *prefix)
{
	const struct op25b_exception_entry *around = plan_longest(&lt->tables.plan, *prefix);
	struct op25b_exception value = around ? around->value : (struct op25b_exception){ 0 };
	struct op25b_live_say say;

	if (around && around->in_line)
		return value;
	say = op25b_live_resolve(lt, live, op25b_live_longest(live, prefix));
	value.service = say.service;
	value.flags |= say.flags;
	if (say.hold) {
		value.hold_how = (uint8_t)say.hold->how;
		value.hold_manner = (uint8_t)say.hold->manner;
	}
	return value;
}

/* Whether a lookup of an address of this prefix would come to its exception. */
static bool has_place(const struct op25b_live_tables *lt, const struct op25b_prefix *prefix)
{
	uint32_t outside = prefix->family == OP25B_V4 ? OP25B_FRONT_OUTSIDE4 : OP25B_FRONT_OUTSIDE6;

	if (!lt->has_len[prefix->family == OP25B_V6][prefix->len])
		return false;
	return (lt->tables.front->head.flags & outside) ||
	       !op25b_live_place(&lt->tables.plan, prefix).outside;
}

static int store(struct op25b_live_tables *lt, const struct op25b_exception_key *key,
		 const struct op25b_exception *value)
{
	const struct op25b_exception_entry *planned = op25b_plan_exception(&lt->tables.plan, key);
	struct op25b_exception_entry *entry;

	if (planned && memcmp(&planned->value, value, sizeof(*value)) == 0) {
		entry = op25b_prefix_table_find(&lt->tables.live, key);
		if (entry)
			op25b_prefix_table_remove(&lt->tables.live, entry);
		return 0;
	}
	entry = op25b_prefix_table_add(&lt->tables.live, key);
	if (!entry)
		return -ENOMEM;
	entry->value = *value;
	return 0;
}

int op25b_live_entry(struct op25b_live_tables *lt, const struct op25b_live *live,
		     const struct op25b_prefix *prefix, const struct op25b_live_sink *sink)
{
	struct op25b_exception_key key = op25b_prefix_key(prefix);
	const struct op25b_exception *before = op25b_tables_exception(&lt->tables, &key);
	struct op25b_exception value = entry_value(lt, live, prefix);
	int r;

	if (before && memcmp(before, &value, sizeof(value)) == 0)
		return 0;
	if (!has_place(lt, prefix))
		return 1;
	r = store(lt, &key, &value);
	if (r < 0 || !sink)
		return r;
	return sink->exception(sink->arg, &key, &value);
}

int op25b_live_entries_inside(struct op25b_live_tables *lt, const struct op25b_live *live,
			      const struct op25b_prefix *prefix, const struct op25b_live_sink *sink)
{
	const struct op25b_plan *plan = &lt->tables.plan;
	struct op25b_exception_key key = op25b_prefix_key(prefix);
	size_t low = 0, high = plan->n_exceptions;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (op25b_exception_key_order(&plan->exceptions[middle].key, &key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < plan->n_exceptions; low++) {
		const struct op25b_exception_entry *entry = &plan->exceptions[low];
		struct op25b_prefix inner = op25b_prefix_of_key(&entry->key);
		int r = 0;

		if (!op25b_prefix_holds(prefix, &inner))
			break;
		if (!entry->in_line)
			r = op25b_live_entry(lt, live, &inner, sink);
		if (r)
			return r;
	}
	return 0;
}

int op25b_live_entries_around(struct op25b_live_tables *lt, const struct op25b_live *live,
			      const struct op25b_prefix *prefix, const struct op25b_live_sink *sink)
{
	const struct op25b_live_binding *binding = op25b_live_longest(live, prefix);

	while (binding) {
		struct op25b_prefix around = op25b_prefix_of_key(&binding->key);
		int r = op25b_live_entry(lt, live, &around, sink);

		if (r || !around.len)
			return r;
		op25b_prefix_cut(&around, (uint8_t)(around.len - 1));
		binding = op25b_live_longest(live, &around);
	}
	return 0;
}

int op25b_live_entry_remove(struct op25b_live_tables *lt, const struct op25b_live *live,
			    const struct op25b_prefix *prefix, const struct op25b_live_sink *sink)
{
	struct op25b_exception_key key = op25b_prefix_key(prefix);
	struct op25b_exception_entry *entry = op25b_prefix_table_find(&lt->tables.live, &key);

	if (op25b_plan_exception(&lt->tables.plan, &key))
		return op25b_live_entry(lt, live, prefix, sink);
	if (!entry)
		return 0;
	op25b_prefix_table_remove(&lt->tables.live, entry);
	return sink ? sink->exception(sink->arg, &key, NULL) : 0;
}
