/* SPDX-License-Identifier: BSD-2-Clause */
/* See ranges.h. */
#include "cli/ranges.h"

#include <errno.h>
#include <stdlib.h>

static unsigned int bits_of(uint8_t family)
{
	return family == OP25B_V4 ? 32 : 128;
}

/* How many addresses a prefix has, less one. */
static op25b_number span_of(uint8_t family, unsigned int len)
{
	unsigned int host = bits_of(family) - len;

	return host == 128 ? ~(op25b_number)0 : ((op25b_number)1 << host) - 1;
}

op25b_number op25b_range_first(const struct op25b_prefix *prefix)
{
	op25b_number number = 0;

	for (unsigned int i = 0; i < bits_of(prefix->family) / 8; i++)
		number = number << 8 | prefix->addr[i];
	return number;
}

op25b_number op25b_range_last(const struct op25b_prefix *prefix)
{
	return op25b_range_first(prefix) + span_of(prefix->family, prefix->len);
}

struct op25b_prefix op25b_range_address(uint8_t family, op25b_number number)
{
	unsigned int bits = bits_of(family);
	struct op25b_prefix prefix = { .family = family, .len = (uint8_t)bits };

	for (unsigned int i = bits / 8; i-- > 0; number >>= 8)
		prefix.addr[i] = (uint8_t)number;
	return prefix;
}

int op25b_edges_add(struct op25b_edges *edges, const struct op25b_prefix *prefix)
{
	op25b_number last = op25b_range_last(prefix), *grown;

	if (prefix->family != edges->family)
		return 0;
	if (edges->n + 2 > edges->max) {
		edges->max = edges->max ? edges->max * 2 : 256;
		grown = reallocarray(edges->list, edges->max, sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		edges->list = grown;
	}
	edges->list[edges->n++] = op25b_range_first(prefix);
	if (last != span_of(edges->family, 0))
		edges->list[edges->n++] = last + 1;
	return 0;
}

static int order_numbers(const void *left, const void *right)
{
	op25b_number a = *(const op25b_number *)left, b = *(const op25b_number *)right;

	return a < b ? -1 : a > b;
}

int op25b_edges_ranges(struct op25b_edges *edges, struct op25b_range **ret_ranges, size_t *ret_n)
{
	struct op25b_range *ranges = calloc(edges->n + 1, sizeof(*ranges));
	size_t n = 0;

	if (!ranges)
		return -ENOMEM;
	if (edges->n)
		qsort(edges->list, edges->n, sizeof(*edges->list), order_numbers);
	for (size_t i = 0; i < edges->n; i++) {
		if (edges->list[i] == ranges[n].first)
			continue;
		ranges[n].last = edges->list[i] - 1;
		ranges[++n].first = edges->list[i];
	}
	ranges[n].last = span_of(edges->family, 0);
	*ret_ranges = ranges;
	*ret_n = n + 1;
	return 0;
}

void op25b_edges_done(struct op25b_edges *edges)
{
	free(edges->list);
	edges->list = NULL;
}

int op25b_sweep_add(struct op25b_sweep *sweep, const struct op25b_prefix *prefix, const void *owner)
{
	struct op25b_sweep_item *grown;

	if (prefix->family != sweep->family)
		return 0;
	if (sweep->n == sweep->max) {
		sweep->max = sweep->max ? sweep->max * 2 : 256;
		grown = reallocarray(sweep->items, sweep->max, sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		sweep->items = grown;
	}
	sweep->items[sweep->n++] = (struct op25b_sweep_item){
		.first = op25b_range_first(prefix),
		.last = op25b_range_last(prefix),
		.len = prefix->len,
		.owner = owner,
	};
	return 0;
}

static int order_items(const void *left, const void *right)
{
	const struct op25b_sweep_item *a = left, *b = right;

	if (a->first != b->first)
		return a->first < b->first ? -1 : 1;
	return (int)a->len - (int)b->len;
}

void op25b_sweep_sort(struct op25b_sweep *sweep)
{
	if (sweep->n)
		qsort(sweep->items, sweep->n, sizeof(*sweep->items), order_items);
}

const struct op25b_sweep_item *op25b_sweep_find(struct op25b_sweep *sweep, op25b_number address)
{
	for (; sweep->at < sweep->n && sweep->items[sweep->at].first <= address; sweep->at++) {
		const struct op25b_sweep_item *item = &sweep->items[sweep->at];

		while (sweep->n_open && sweep->open[sweep->n_open - 1]->last < item->first)
			sweep->n_open--;
		sweep->open[sweep->n_open++] = item;
	}
	while (sweep->n_open && sweep->open[sweep->n_open - 1]->last < address)
		sweep->n_open--;
	return sweep->n_open ? sweep->open[sweep->n_open - 1] : NULL;
}

void op25b_sweep_done(struct op25b_sweep *sweep)
{
	free(sweep->items);
	sweep->items = NULL;
}
