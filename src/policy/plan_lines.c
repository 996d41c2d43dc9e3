/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lines, exemptions and holds of a plan.
 *
 * A line that is no finer than its pool's unit is painted: its units name its service. Everything
 * else is an exception: finer lines, lines outside dense pools, exemptions, holds. A unit an
 * exception touches is marked, so that its packets ask the exceptions; there the longest entry
 * answers, so it must say all that shorter ones say. Painted lines therefore join the exceptions
 * where they lie inside an exemption or a hold, or around an exception: for every address that
 * asks, the longest line that holds it is then among the entries, or no line holds it at all.
 */
#include "policy/plan.h"
#include "policy/granted.h"

enum entry_kind { ENTRY_LINE, ENTRY_EXEMPTION, ENTRY_HOLD };

struct entry {
	struct op25b_prefix prefix;
	uint8_t kind;
	uint16_t service;               /* ENTRY_LINE: index in the generation */
	bool of_line;                   /* a grant: it names the line, not the prefix */
	const struct op25b_grant *hold; /* ENTRY_HOLD */
	uint32_t order;                 /* later in the file: later */
	int64_t up;                     /* index of the next entry that holds this one; -1: none */
};

struct entries {
	struct entry *list;
	size_t n, max;
};

static int entry_order(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int order = op25b_prefix_compare(&x->prefix, &y->prefix);

	return order ? order : x->order < y->order ? -1 : x->order > y->order;
}

static int entries_add(struct entries *entries, struct entry entry)
{
	struct entry *list = op25b_grow(entries->list, entries->n, &entries->max, sizeof(*list));

	if (!list)
		return -ENOMEM;
	entries->list = list;
	entry.order = (uint32_t)entries->n;
	list[entries->n++] = entry;
	return 0;
}

static int paint_add(struct op25b_paint **list, size_t *n, size_t *max, struct op25b_paint paint)
{
	struct op25b_paint *grown = op25b_grow(*list, *n, max, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	*list = grown;
	grown[(*n)++] = paint;
	return 0;
}

/* The units of pool `at` that `prefix` touches. */
static struct op25b_paint units_of(const struct op25b_plan *plan, uint32_t at,
				   const struct op25b_prefix *prefix)
{
	const struct op25b_pool *pool = &plan->pools[at];
	uint8_t bits = prefix->family == OP25B_V4 ? 32 : 64, line = (uint8_t)(bits - pool->shift);
	struct op25b_paint paint = { .first = pool->units, .count = 1, .len = prefix->len };

	if (prefix->len <= pool->len) {
		paint.count = 1U << (line - pool->len);
		return paint;
	}
	paint.first += (uint32_t)((op25b_prefix_top(prefix) - pool->net) >> pool->shift);
	if (prefix->len < line)
		paint.count = 1U << (line - prefix->len);
	return paint;
}

/* Marks the units `prefix` touches, in whatever dense pools. */
static int mark_units(struct op25b_plan *plan, const struct op25b_prefix *prefix)
{
	uint32_t first = op25b_plan_pool_of(plan, prefix), n = 1;
	int r = 0;

	if (first == plan->head.n_pools)
		n = op25b_plan_pools_in(plan, prefix, &first);
	for (uint32_t i = first; i < first + n && r >= 0; i++) {
		if (plan->pools[i].units != OP25B_POOL_SPARSE)
			r = paint_add(&plan->marks, &plan->n_marks, &plan->max_marks,
				      units_of(plan, i, prefix));
	}
	return r;
}

/* Packets of no pool must ask the exceptions too. */
static void mark_outside(struct op25b_plan *plan, const struct op25b_prefix *prefix)
{
	plan->head.flags |= prefix->family == OP25B_V4 ? OP25B_FRONT_OUTSIDE4 :
							 OP25B_FRONT_OUTSIDE6;
}

static int line_paint(struct op25b_plan *plan, uint32_t at, const struct op25b_prefix *prefix,
		      uint16_t service)
{
	struct op25b_paint paint;

	if (plan->pools[at].units == OP25B_POOL_SPARSE)
		return 0;
	paint = units_of(plan, at, prefix);
	paint.service = service;
	return paint_add(&plan->paints, &plan->n_paints, &plan->max_paints, paint);
}

/* Paints the line, or makes it an exception, or both where it reaches beyond a pool. */
static int line_place(struct op25b_plan *plan, const struct op25b_line_prefix *line,
		      struct entries *entries)
{
	const struct op25b_prefix *prefix = &line->prefix;
	const struct entry entry = { .prefix = *prefix, .service = (uint16_t)(line->service + 1) };
	uint32_t at = op25b_plan_pool_of(plan, prefix), n;
	uint8_t bits = prefix->family == OP25B_V4 ? 32 : 64;
	int r;

	if (at < plan->head.n_pools) {
		const struct op25b_pool *pool = &plan->pools[at];

		if (pool->len > bits)
			mark_outside(plan, prefix); /* only the top 64 bits were compared */
		if (pool->units == OP25B_POOL_SPARSE)
			return entries_add(entries, entry);
		if (prefix->len <= bits - pool->shift)
			return line_paint(plan, at, prefix, entry.service);
		r = mark_units(plan, prefix);
		return r < 0 ? r : entries_add(entries, entry);
	}
	mark_outside(plan, prefix);
	n = op25b_plan_pools_in(plan, prefix, &at);
	for (uint32_t i = at; i < at + n; i++) {
		r = line_paint(plan, i, prefix, entry.service);
		if (r < 0)
			return r;
	}
	return entries_add(entries, entry);
}

static int grant_place(struct op25b_plan *plan, const struct op25b_prefix *prefix, bool of_line,
		       const struct op25b_grant *grant, bool hold, struct entries *entries)
{
	uint32_t at = op25b_plan_pool_of(plan, prefix);
	int r = mark_units(plan, prefix);

	if (r < 0)
		return r;
	if (at == plan->head.n_pools || plan->pools[at].len > 64)
		mark_outside(plan, prefix);
	return entries_add(entries, (struct entry){ .prefix = *prefix,
						    .kind = hold ? ENTRY_HOLD : ENTRY_EXEMPTION,
						    .of_line = of_line,
						    .hold = hold ? grant : NULL });
}

struct placing {
	struct op25b_plan *plan;
	struct entries *entries;
};

static int grant_line(void *arg, const struct op25b_line_prefix *line,
		      const struct op25b_grant *grant, bool hold)
{
	struct placing *placing = arg;

	return grant_place(placing->plan, &line->prefix, true, grant, hold, placing->entries);
}

static int grants_place(struct op25b_plan *plan, struct entries *entries)
{
	const struct op25b_policy *policy = plan->policy;
	struct placing placing = { plan, entries };

	for (size_t i = 0; i < policy->n_exemptions + policy->n_holds; i++) {
		bool hold = i >= policy->n_exemptions;
		const struct op25b_grant *grant = hold ? &policy->holds[i - policy->n_exemptions] :
							 &policy->exemptions[i];

		if (plan->now < grant->from || plan->now >= grant->until)
			continue;
		for (size_t k = 0; k < grant->n_prefixes; k++) {
			int r = grant_place(plan, &grant->prefixes[k], false, grant, hold, entries);

			if (r < 0)
				return r;
		}
	}
	return op25b_granted_lines(policy, plan->now, grant_line, &placing);
}

/* Sorts, and links each entry to the next one up. */
static void entries_link(struct entries *entries)
{
	if (entries->n)
		qsort(entries->list, entries->n, sizeof(*entries->list), entry_order);
	for (size_t i = 0; i < entries->n; i++) {
		int64_t up = (int64_t)i - 1;

		while (up >= 0 &&
		       !op25b_prefix_holds(&entries->list[up].prefix, &entries->list[i].prefix))
			up = entries->list[up].up;
		entries->list[i].up = up;
	}
}

/* True if a painted line must be an exception too: see the head of this file. */
static bool is_related(const struct entries *entries, size_t n, const struct op25b_prefix *prefix)
{
	size_t low = 0, high = n;
	int64_t at;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (op25b_prefix_compare(&entries->list[middle].prefix, prefix) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < n && op25b_prefix_holds(prefix, &entries->list[low].prefix))
		return true;
	for (at = (int64_t)low - 1; at >= 0; at = entries->list[at].up) {
		if (entries->list[at].kind != ENTRY_LINE &&
		    op25b_prefix_holds(&entries->list[at].prefix, prefix))
			return true;
	}
	return false;
}

static int related_add(struct op25b_plan *plan, struct entries *entries)
{
	const struct op25b_policy *policy = plan->policy;
	size_t n = entries->n;

	for (size_t i = 0; n && i < policy->n_lines; i++) {
		const struct op25b_line_prefix *line = &policy->lines[i];
		int r;

		if (!is_related(entries, n, &line->prefix))
			continue;
		r = entries_add(entries,
				(struct entry){ .prefix = line->prefix,
						.service = (uint16_t)(line->service + 1) });
		if (r < 0)
			return r;
	}
	return 0;
}

/* What grants say of an address: those of its line, and those by prefix. */
struct granted {
	uint8_t flags;
	uint32_t order; /* of the hold: the first in the file counts */
	const struct op25b_grant *hold;
};

struct level {
	struct op25b_prefix prefix;
	uint16_t service;
	bool is_line; /* a line has this very prefix */
	struct granted by_prefix, by_line;
};

static void granted_add(struct granted *granted, const struct entry *entry)
{
	granted->flags |= entry->kind == ENTRY_HOLD ? OP25B_HELD : OP25B_EXEMPT;
	if (entry->kind == ENTRY_HOLD && (!granted->hold || entry->order < granted->order)) {
		granted->hold = entry->hold;
		granted->order = entry->order;
	}
}

/*
 * What the entry says by itself, on top of what the ones around it said. A line inside another
 * line's prefix is a line of its own: what was granted to the outer one isn't granted to it.
 */
static void level_merge(struct level *level, const struct entry *entry)
{
	if ((entry->kind == ENTRY_LINE || entry->of_line) && !level->is_line) {
		level->is_line = true;
		level->by_line = (struct granted){ 0 };
	}
	if (entry->kind == ENTRY_LINE)
		level->service = entry->service;
	else
		granted_add(entry->of_line ? &level->by_line : &level->by_prefix, entry);
}

static struct op25b_exception level_exception(const struct level *level)
{
	const struct op25b_grant *hold = level->by_line.hold ? level->by_line.hold :
							       level->by_prefix.hold;

	return (struct op25b_exception){ .service = level->service,
					 .flags = level->by_line.flags | level->by_prefix.flags,
					 .hold_how = hold ? (uint8_t)hold->how : 0,
					 .hold_manner = hold ? (uint8_t)hold->manner : 0 };
}

static int exceptions_make(struct op25b_plan *plan, const struct entries *entries)
{
	struct op25b_exception_entry *list = calloc(entries->n + 1, sizeof(*list));
	struct level stack[130];
	size_t depth = 0, n = 0;

	if (!list)
		return -ENOMEM;
	for (size_t i = 0; i < entries->n; i++) {
		const struct entry *entry = &entries->list[i];

		while (depth && !op25b_prefix_holds(&stack[depth - 1].prefix, &entry->prefix))
			depth--;
		if (!depth || stack[depth - 1].prefix.len != entry->prefix.len) {
			stack[depth] = depth ? stack[depth - 1] : (struct level){ 0 };
			stack[depth].is_line = false;
			stack[depth++].prefix = entry->prefix;
			memcpy(list[n].key.addr, entry->prefix.addr, sizeof(list[n].key.addr));
			list[n].key.family = entry->prefix.family;
			list[n++].key.len = entry->prefix.len;
		}
		level_merge(&stack[depth - 1], entry);
		list[n - 1].value = level_exception(&stack[depth - 1]);
	}
	qsort(list, n, sizeof(*list), op25b_exception_key_order);
	plan->exceptions = list;
	plan->n_exceptions = n;
	return 0;
}

static void lens_make(struct op25b_plan *plan)
{
	bool used[2][129] = { 0 };

	for (size_t i = 0; i < plan->n_exceptions; i++) {
		const struct op25b_exception_key *key = &plan->exceptions[i].key;

		used[key->family == OP25B_V6][key->len] = true;
	}
	for (int f = 0; f < 2; f++) {
		size_t n = 0;

		for (int len = 128; len >= 0; len--) {
			uint8_t mask[16] = { 0 };

			if (!used[f][len])
				continue;
			memset(mask, 0xff, (size_t)len / 8);
			if (len % 8)
				mask[len / 8] = (uint8_t)(0xff00 >> len % 8);
			memcpy(plan->front->lens[f][n].mask, mask, sizeof(mask));
			plan->front->lens[f][n++].len = (uint32_t)len;
		}
		plan->front->lens[f][n].len = OP25B_LEN_END;
	}
}

static int paint_order(const void *a, const void *b)
{
	const struct op25b_paint *x = a, *y = b;

	return (int)x->len - (int)y->len;
}

/* Longer prefixes last. One pass tells whether there is anything to do: mostly all are as long. */
static void paints_sort(struct op25b_plan *plan)
{
	for (size_t i = 1; i < plan->n_paints; i++) {
		if (plan->paints[i].len < plan->paints[i - 1].len) {
			qsort(plan->paints, plan->n_paints, sizeof(*plan->paints), paint_order);
			return;
		}
	}
}

int op25b_plan_lines(struct op25b_plan *plan)
{
	const struct op25b_policy *policy = plan->policy;
	struct entries entries = { 0 };
	int r = 0;

	for (size_t i = 0; i < policy->n_lines && r >= 0; i++)
		r = line_place(plan, &policy->lines[i], &entries);
	if (r >= 0)
		r = grants_place(plan, &entries);
	if (r >= 0) {
		entries_link(&entries);
		r = related_add(plan, &entries);
	}
	if (r >= 0) {
		entries_link(&entries);
		r = exceptions_make(plan, &entries);
	}
	if (r >= 0) {
		lens_make(plan);
		paints_sort(plan);
	}
	free(entries.list);
	return r;
}
