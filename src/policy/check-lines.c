/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lines, up to millions: the same prefix twice by a hash set, unless they are in order; and lines
 * outside every pool by a search in the merged pools, the last answer kept since neighbours follow
 * each other.
 */
#include "policy/prefix.h"
#include "policy/reader.h"
#include "policy/spans.h"

#define AHEAD 16 /* lines between hashing one and putting it: its slot comes from memory */

struct slot {
	uint32_t hash; /* 0: empty */
	uint32_t index;
};

static uint32_t hash_prefix(const struct op25b_prefix *prefix)
{
	return (uint32_t)op25b_table_hash(prefix, sizeof(*prefix), 0) | 1U;
}

static void report_twin(struct op25b_reader *r, const struct op25b_line_prefix *first,
			const struct op25b_line_prefix *twin)
{
	char buffer[OP25B_PREFIX_TEXT];

	op25b_find_error(r->finder, &twin->place,
			 "prefix %s is a line's already, '%s' (%s:%u); "
			 "remove one",
			 op25b_prefix_format(&twin->prefix, buffer),
			 r->policy->line_ids[first->line], r->policy->files[first->place.file],
			 first->place.line);
}

/* Put line @i into the set; the line already there with its prefix, or NULL. */
static const struct op25b_line_prefix *put_line(const struct op25b_policy *p, struct slot *slots,
						size_t mask, size_t i, uint32_t hash)
{
	size_t at = hash >> 1 & mask;

	for (; slots[at].hash; at = (at + 1) & mask) {
		const struct op25b_line_prefix *other = &p->lines[slots[at].index];

		if (slots[at].hash == hash &&
		    !op25b_prefix_compare(&other->prefix, &p->lines[i].prefix))
			return other;
	}
	slots[at] = (struct slot){ .hash = hash, .index = (uint32_t)i };
	return NULL;
}

/* Databases export in order: then neighbours tell that no prefix comes twice. */
static bool is_ascending(const struct op25b_policy *p)
{
	for (size_t i = 1; i < p->n_lines; i++) {
		if (op25b_prefix_compare(&p->lines[i - 1].prefix, &p->lines[i].prefix) >= 0)
			return false;
	}
	return true;
}

static void check_twins(struct op25b_reader *r)
{
	const struct op25b_policy *p = r->policy;
	uint32_t hashes[AHEAD] = { 0 };
	struct slot *slots;
	size_t size = 16;

	while (size < 2 * p->n_lines)
		size *= 2;
	slots = op25b_arena_alloc(r->scratch, size * sizeof(*slots));
	for (size_t i = 0; i < p->n_lines + AHEAD; i++) {
		const struct op25b_line_prefix *first = NULL;

		if (i >= AHEAD && i - AHEAD < p->n_lines)
			first = put_line(p, slots, size - 1, i - AHEAD, hashes[i % AHEAD]);
		if (first)
			report_twin(r, first, &p->lines[i - AHEAD]);
		if (i < p->n_lines) {
			hashes[i % AHEAD] = hash_prefix(&p->lines[i].prefix);
			__builtin_prefetch(&slots[hashes[i % AHEAD] >> 1 & (size - 1)], 1);
		}
	}
}

static void check_outside(struct op25b_reader *r)
{
	const struct op25b_policy *p = r->policy;
	struct op25b_spans spans = op25b_spans_of_pools(r, /* dynamic_only= */ false);
	char buffer[OP25B_PREFIX_TEXT];

	for (size_t i = 0; i < p->n_lines && !op25b_find_is_over(r->finder, OP25B_WARNING); i++) {
		const struct op25b_line_prefix *line = &p->lines[i];

		if (!op25b_spans_find(&spans, &line->prefix))
			op25b_find_warning(r->finder, &line->place,
					   "%s of line '%s' is outside "
					   "every pool",
					   op25b_prefix_format(&line->prefix, buffer),
					   p->line_ids[line->line]);
	}
}

void op25b_check_lines(struct op25b_reader *r)
{
	if (!is_ascending(r->policy))
		check_twins(r);
	check_outside(r);
}
