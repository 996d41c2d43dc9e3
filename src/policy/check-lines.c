/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lines, up to millions: the same prefix twice by a hash set, and lines outside every pool by a
 * search in the merged pools, the last answer kept since neighbours follow each other.
 */
#include "policy/prefix.h"
#include "policy/reader.h"
#include "policy/spans.h"

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

static void check_twins(struct op25b_reader *r)
{
	const struct op25b_policy *p = r->policy;
	struct slot *slots;
	size_t size = 16;

	while (size < 2 * p->n_lines)
		size *= 2;
	slots = op25b_arena_alloc(r->scratch, size * sizeof(*slots));
	for (size_t i = 0; i < p->n_lines; i++) {
		uint32_t hash = hash_prefix(&p->lines[i].prefix);
		size_t at = (hash >> 1) & (size - 1);

		while (slots[at].hash && (slots[at].hash != hash ||
					  op25b_prefix_compare(&p->lines[slots[at].index].prefix,
							       &p->lines[i].prefix)))
			at = (at + 1) & (size - 1);
		if (slots[at].hash)
			report_twin(r, &p->lines[slots[at].index], &p->lines[i]);
		else
			slots[at] = (struct slot){ .hash = hash, .index = (uint32_t)i };
	}
}

static void check_outside(struct op25b_reader *r)
{
	const struct op25b_policy *p = r->policy;
	struct op25b_spans spans = op25b_spans_of_pools(r, /* dynamic_only= */ false);
	char buffer[OP25B_PREFIX_TEXT];

	for (size_t i = 0; i < p->n_lines; i++) {
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
	check_twins(r);
	check_outside(r);
}
