/* SPDX-License-Identifier: BSD-2-Clause */
/* Sorted by address and length, a prefix inside another follows it and is dropped. */
#include "policy/spans.h"

#include <stdlib.h>

#include "policy/prefix.h"

static int compare_spans(const void *left, const void *right)
{
	const struct op25b_span *a = left, *b = right;

	return op25b_prefix_compare(&a->prefix, &b->prefix);
}

struct op25b_spans op25b_spans_of_pools(struct op25b_reader *r, bool dynamic_only)
{
	const struct op25b_policy *p = r->policy;
	struct op25b_spans spans = { 0 };
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < p->n_services; i++)
		n += p->services[i].n_pools;
	spans.list = op25b_arena_alloc(r->scratch, n * sizeof(*spans.list));
	for (size_t i = 0; i < p->n_services; i++) {
		const struct op25b_service *service = &p->services[i];

		if (dynamic_only && service->addressing != OP25B_DYNAMIC)
			continue;
		for (size_t j = 0; j < service->n_pools; j++)
			spans.list[spans.n++] =
				(struct op25b_span){ .prefix = service->pools[j].prefix,
						     .service = service,
						     .line = service->pools[j].line };
	}
	qsort(spans.list, spans.n, sizeof(*spans.list), compare_spans);
	for (size_t i = 0; i < spans.n; i++) {
		if (!kept ||
		    !op25b_prefix_holds(&spans.list[kept - 1].prefix, &spans.list[i].prefix))
			spans.list[kept++] = spans.list[i];
	}
	spans.n = kept;
	return spans;
}

size_t op25b_spans_before(const struct op25b_spans *spans, const struct op25b_prefix *prefix)
{
	size_t low = 0, high = spans->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (op25b_prefix_compare(&spans->list[middle].prefix, prefix) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct op25b_span *op25b_spans_find(struct op25b_spans *spans,
					  const struct op25b_prefix *prefix)
{
	size_t n;

	if (!spans->n)
		return NULL;
	if (op25b_prefix_holds(&spans->list[spans->last].prefix, prefix))
		return &spans->list[spans->last];
	n = op25b_spans_before(spans, prefix);
	if (!n || !op25b_prefix_holds(&spans->list[n - 1].prefix, prefix))
		return NULL;
	spans->last = n - 1;
	return &spans->list[n - 1];
}

const struct op25b_span *op25b_spans_touch(struct op25b_spans *spans,
					   const struct op25b_prefix *prefix)
{
	const struct op25b_span *outer = op25b_spans_find(spans, prefix);
	size_t n;

	if (outer || !spans->n)
		return outer;
	n = op25b_spans_before(spans, prefix);
	return n < spans->n && op25b_prefix_holds(prefix, &spans->list[n].prefix) ?
		       &spans->list[n] :
		       NULL;
}
