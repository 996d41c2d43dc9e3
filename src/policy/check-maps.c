/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Mapping rules beside each other and beside the pools: no two may give lines of one IPv6 prefix,
 * and one whose lines are nobody's tells none.
 */
#include <stdlib.h>

#include "policy/prefix.h"
#include "policy/reader.h"
#include "policy/spans.h"

struct item {
	const struct op25b_map_rule *map;
};

static int compare_items(const void *left, const void *right)
{
	const struct item *a = left, *b = right;
	const struct op25b_place *x = &a->map->place, *y = &b->map->place;
	int order = op25b_prefix_compare(&a->map->v6, &b->map->v6);

	if (order)
		return order;
	if (x->file != y->file)
		return x->file < y->file ? -1 : 1;
	return x->line != y->line ? (x->line < y->line ? -1 : 1) :
				    (x->column > y->column) - (x->column < y->column);
}

static struct item *sort_maps(struct op25b_reader *r, size_t *ret_n)
{
	const struct op25b_policy *p = r->policy;
	struct item *list;
	size_t n = 0;

	for (size_t i = 0; i < p->n_services; i++)
		n += p->services[i].n_pools;
	list = op25b_arena_alloc(r->scratch, n * sizeof(*list));
	n = 0;
	for (size_t i = 0; i < p->n_services; i++) {
		for (size_t j = 0; j < p->services[i].n_pools; j++) {
			if (p->services[i].pools[j].map.ea)
				list[n++] = (struct item){ &p->services[i].pools[j].map };
		}
	}
	qsort(list, n, sizeof(*list), compare_items);
	*ret_n = n;
	return list;
}

static bool is_lines(const struct op25b_policy *p, const struct op25b_prefix *v6)
{
	for (size_t i = 0; i < p->n_lines; i++) {
		if (op25b_prefix_holds(v6, &p->lines[i].prefix) ||
		    op25b_prefix_holds(&p->lines[i].prefix, v6))
			return true;
	}
	return false;
}

void op25b_check_maps(struct op25b_reader *r)
{
	const struct op25b_policy *p = r->policy;
	struct op25b_spans pools = op25b_spans_of_pools(r, /* dynamic_only= */ false);
	const struct op25b_map_rule *outer = NULL;
	char text[OP25B_PREFIX_TEXT], outer_text[OP25B_PREFIX_TEXT];
	struct item *maps;
	size_t n;

	maps = sort_maps(r, &n);
	for (size_t i = 0; i < n; i++) {
		const struct op25b_map_rule *map = maps[i].map;

		op25b_prefix_format(&map->v6, text);
		if (outer && op25b_prefix_holds(&outer->v6, &map->v6))
			op25b_find_error(
				r->finder, &map->place,
				"v6 %s of this map overlaps that of another, %s (%s:%u); an "
				"IPv6 prefix follows from one rule: keep them apart",
				text, op25b_prefix_format(&outer->v6, outer_text),
				p->files[outer->place.file], outer->place.line);
		else
			outer = map;
		if (!op25b_spans_touch(&pools, &map->v6) && !is_lines(p, &map->v6))
			op25b_find_warning(
				r->finder, &map->place,
				"v6 %s of this map touches no pool and no line: it tells "
				"nobody apart, and 'unknown_line' is what all get; list "
				"the pool or the lines",
				text);
	}
}
