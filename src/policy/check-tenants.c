/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tenants keep to themselves: what a tenant's file says of addresses touches no pool and no line
 * of another's. Lines and grants are sorted by address, so that one pass with a stack of the
 * prefixes that are open finds what nests, as in check-pools.c.
 */
#include <stdlib.h>

#include "policy/prefix.h"
#include "policy/reader.h"
#include "policy/spans.h"

/* A prefix of a line, a mapping rule, an exemption or a hold. */
struct item {
	const struct op25b_prefix *prefix;
	const struct op25b_place *place;
	const char *what, *id;
	uint32_t owner; /* the tenant whose file says it */
	bool is_line;
	bool strays; /* into what is another's, which was said: once is enough */
};

struct items {
	struct item *list;
	size_t n;
	bool of_tenants; /* some are */
};

/* The tenant of each file; in r->scratch. */
static uint32_t *find_owners(struct op25b_reader *r)
{
	uint32_t *owners = op25b_arena_alloc(r->scratch, r->policy->n_files * sizeof(*owners));

	for (size_t i = 0; i < r->n_docs; i++)
		owners[r->docs[i].file] = r->docs[i].tenant;
	for (size_t i = 0; i < r->n_csv_files; i++)
		owners[r->csv_files[i].file] = r->csv_files[i].tenant;
	return owners;
}

static void add_item(struct items *items, struct item item)
{
	items->of_tenants |= item.owner != 0;
	items->list[items->n++] = item;
}

static void add_grants(struct items *items, const uint32_t *owners, const char *what,
		       const struct op25b_grant *grants, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < grants[i].n_prefixes; j++)
			add_item(items, (struct item){ .prefix = &grants[i].prefixes[j],
						       .place = &grants[i].place,
						       .what = what,
						       .id = grants[i].id,
						       .owner = owners[grants[i].place.file] });
	}
}

static void add_maps(struct items *items, const struct op25b_service *service)
{
	for (size_t i = 0; i < service->n_pools; i++) {
		const struct op25b_map_rule *map = &service->pools[i].map;

		if (map->ea)
			add_item(items, (struct item){ .prefix = &map->v6,
						       .place = &map->place,
						       .what = "the map of service",
						       .id = service->id,
						       .owner = service->tenant });
	}
}

static struct items collect(struct op25b_reader *r)
{
	const struct op25b_policy *p = r->policy;
	const uint32_t *owners = find_owners(r);
	struct items items = { 0 };
	size_t room = p->n_lines;

	for (size_t i = 0; i < p->n_exemptions; i++)
		room += p->exemptions[i].n_prefixes;
	for (size_t i = 0; i < p->n_holds; i++)
		room += p->holds[i].n_prefixes;
	for (size_t i = 0; i < p->n_services; i++)
		room += p->services[i].n_pools;
	items.list = op25b_arena_alloc(r->scratch, room * sizeof(*items.list));
	for (size_t i = 0; i < p->n_lines; i++)
		add_item(&items, (struct item){ .prefix = &p->lines[i].prefix,
						.place = &p->lines[i].place,
						.what = "line",
						.id = p->line_ids[p->lines[i].line],
						.owner = owners[p->lines[i].place.file],
						.is_line = true });
	for (size_t i = 0; i < p->n_services; i++)
		add_maps(&items, &p->services[i]);
	add_grants(&items, owners, "exemption", p->exemptions, p->n_exemptions);
	add_grants(&items, owners, "hold", p->holds, p->n_holds);
	return items;
}

/* A pool of another's that @item touches. A tenant's line may be one single line of the root's. */
static const struct op25b_span *find_pool(struct op25b_spans *pools, const struct item *item)
{
	const struct op25b_span *outer = op25b_spans_find(pools, item->prefix);

	if (outer) {
		uint32_t owner = outer->service->tenant;
		bool single = item->is_line && !owner && item->prefix->len >= outer->line;

		return owner == item->owner || single ? NULL : outer;
	}
	for (size_t i = op25b_spans_before(pools, item->prefix);
	     i < pools->n && op25b_prefix_holds(item->prefix, &pools->list[i].prefix); i++) {
		if (pools->list[i].service->tenant != item->owner)
			return &pools->list[i];
	}
	return NULL;
}

static void check_pool(struct op25b_reader *r, struct op25b_spans *pools, struct item *item)
{
	const struct op25b_span *pool = find_pool(pools, item);
	char text[OP25B_PREFIX_TEXT], pool_text[OP25B_PREFIX_TEXT];

	if (!pool)
		return;
	item->strays = true;
	op25b_prefix_format(item->prefix, text);
	op25b_prefix_format(&pool->prefix, pool_text);
	if (item->is_line && !pool->service->tenant)
		op25b_find_error(r->finder, item->place,
				 "%s of %s '%s' is more than a single line of pool %s of the "
				 "root's service '%s'; name single lines (/%u or longer) there, or "
				 "let the root's file name it",
				 text, item->what, item->id, pool_text, pool->service->id,
				 pool->line);
	else
		op25b_find_error(r->finder, item->place,
				 "%s of %s '%s' overlaps pool %s of service '%s', which is not the "
				 "tenant's; keep to the tenant's own addresses",
				 text, item->what, item->id, pool_text, pool->service->id);
}

static int compare_items(const void *left, const void *right)
{
	const struct item *a = left, *b = right;
	int order = op25b_prefix_compare(a->prefix, b->prefix);

	if (order)
		return order;
	if (a->owner != b->owner)
		return a->owner < b->owner ? -1 : 1;
	return (int)a->is_line - (int)b->is_line;
}

/*
 * Which of two that nest reaches into what is another's line, or NULL. The root may say something
 * of a tenant's line. A line within another is the one that takes its addresses, unless the other
 * is where it shouldn't be.
 */
static struct item *find_intruder(struct item *outer, struct item *inner)
{
	if (outer->owner == inner->owner)
		return NULL;
	if (outer->is_line && !outer->strays)
		return inner->owner ? inner : NULL;
	return inner->is_line && outer->owner ? outer : NULL;
}

static void check_pair(struct op25b_reader *r, struct item *outer, struct item *inner)
{
	struct item *intruder = find_intruder(outer, inner);
	const struct item *line = intruder == outer ? inner : outer;
	char text[OP25B_PREFIX_TEXT];

	if (!intruder || intruder->strays)
		return;
	intruder->strays = true;
	op25b_find_error(r->finder, intruder->place,
			 "%s of %s '%s' overlaps line '%s' (%s:%u), which is not the tenant's; "
			 "keep to the tenant's own addresses",
			 op25b_prefix_format(intruder->prefix, text), intruder->what, intruder->id,
			 line->id, r->policy->files[line->place->file], line->place->line);
}

static void check_nests(struct op25b_reader *r, struct items *items)
{
	size_t *open = op25b_arena_alloc(r->scratch, items->n * sizeof(*open));
	struct item *list = items->list;
	size_t depth = 0;

	qsort(list, items->n, sizeof(*list), compare_items);
	for (size_t i = 0; i < items->n && !op25b_find_is_over(r->finder, OP25B_ERROR); i++) {
		while (depth && !op25b_prefix_holds(list[open[depth - 1]].prefix, list[i].prefix))
			depth--;
		for (size_t j = depth; j > 0; j--)
			check_pair(r, &list[open[j - 1]], &list[i]);
		/* One more of the same finds no more. */
		if (!depth || compare_items(&list[open[depth - 1]], &list[i]) != 0)
			open[depth++] = i;
	}
}

void op25b_check_tenants(struct op25b_reader *r)
{
	struct op25b_spans pools;
	struct items items;

	if (r->policy->n_tenants == 1)
		return;
	items = collect(r);
	if (!items.of_tenants)
		return;
	pools = op25b_spans_of_pools(r, /* dynamic_only= */ false);
	for (size_t i = 0; i < items.n; i++) {
		if (items.list[i].owner)
			check_pool(r, &pools, &items.list[i]);
	}
	check_nests(r, &items);
}
