/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Overlaps, by sorting: two prefixes either nest or are apart, and sorted by address and length
 * what holds another comes before it. So one pass with a stack of the prefixes that are open
 * finds every overlap. And pools too large for the flat cost.
 */
#include <stdlib.h>

#include "policy/compile.h"
#include "policy/prefix.h"
#include "policy/reader.h"

#define NEST_MAX 130

struct item {
	const struct op25b_pool_prefix *pool;
	const struct op25b_service *service;
};

static int compare_items(const void *left, const void *right)
{
	const struct item *a = left, *b = right;
	int order = op25b_prefix_compare(&a->pool->prefix, &b->pool->prefix);
	const struct op25b_place *x = &a->pool->place, *y = &b->pool->place;

	if (order)
		return order;
	if (x->file != y->file)
		return x->file < y->file ? -1 : 1;
	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	return x->column < y->column ? -1 : x->column > y->column;
}

static bool is_later(const struct op25b_place *a, const struct op25b_place *b)
{
	if (a->file != b->file)
		return a->file > b->file;
	return a->line != b->line ? a->line > b->line : a->column > b->column;
}

static void report_overlap(struct op25b_reader *r, const struct item *a, const struct item *b)
{
	const struct item *later = is_later(&a->pool->place, &b->pool->place) ? a : b;
	const struct item *first = later == a ? b : a;
	const char *file = r->policy->files[first->pool->place.file];
	char later_text[OP25B_PREFIX_TEXT], first_text[OP25B_PREFIX_TEXT];

	op25b_prefix_format(&later->pool->prefix, later_text);
	op25b_prefix_format(&first->pool->prefix, first_text);
	if (a->service == b->service && op25b_prefix_compare(&a->pool->prefix, &b->pool->prefix))
		op25b_find_error(
			r->finder, &later->pool->place,
			"pools %s and %s (%s:%u) overlap, and one has a 'map'; which line a "
			"port belongs to must be said once: keep them apart",
			later_text, first_text, file, first->pool->place.line);
	else if (a->service == b->service)
		op25b_find_error(r->finder, &later->pool->place,
				 "pool %s is here twice, first at "
				 "%s:%u; remove one",
				 later_text, file, first->pool->place.line);
	else
		op25b_find_error(r->finder, &later->pool->place,
				 "pool %s overlaps pool %s of "
				 "service '%s' (%s:%u); give each address to one service, or name "
				 "single lines in 'lines'",
				 later_text, first_text, first->service->id, file,
				 first->pool->place.line);
}

static void warn_if_large(struct op25b_reader *r, const struct op25b_pool_prefix *pool)
{
	char text[OP25B_PREFIX_TEXT];

	if (pool->line - pool->prefix.len > OP25B_POOL_LINES_LOG2)
		op25b_find_warning(r->finder, &pool->place,
				   "pool %s has more than %u lines of /%u: its packets are looked "
				   "up by search, which costs more; say in 'line' how long the "
				   "prefix of one line is, or list smaller pools",
				   op25b_prefix_format(&pool->prefix, text),
				   1U << OP25B_POOL_LINES_LOG2, pool->line);
}

static struct item *sort_pools(struct op25b_reader *r, size_t *ret_n)
{
	const struct op25b_policy *p = r->policy;
	struct item *items;
	size_t n = 0;

	for (size_t i = 0; i < p->n_services; i++)
		n += p->services[i].n_pools;
	items = op25b_arena_alloc(r->scratch, n * sizeof(*items));
	n = 0;
	for (size_t i = 0; i < p->n_services; i++) {
		for (size_t j = 0; j < p->services[i].n_pools; j++)
			items[n++] = (struct item){ .pool = &p->services[i].pools[j],
						    .service = &p->services[i] };
	}
	qsort(items, n, sizeof(*items), compare_items);
	*ret_n = n;
	return items;
}

void op25b_check_pools(struct op25b_reader *r)
{
	const struct item *open[NEST_MAX];
	size_t n, depth = 0;
	struct item *items = sort_pools(r, &n);

	for (size_t i = 0; i < n; i++) {
		const struct op25b_prefix *prefix = &items[i].pool->prefix;

		warn_if_large(r, items[i].pool);
		while (depth && !op25b_prefix_holds(&open[depth - 1]->pool->prefix, prefix))
			depth--;
		for (size_t j = depth; j > 0; j--) {
			const struct item *outer = open[j - 1];

			if (outer->service != items[i].service || outer->pool->map.ea ||
			    items[i].pool->map.ea ||
			    !op25b_prefix_compare(&outer->pool->prefix, prefix)) {
				report_overlap(r, outer, &items[i]);
				break;
			}
		}
		/* A twin holds no more than what is open already. */
		if (!depth || op25b_prefix_compare(&open[depth - 1]->pool->prefix, prefix))
			open[depth++] = &items[i];
	}
}
