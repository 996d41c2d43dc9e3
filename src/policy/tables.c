/* SPDX-License-Identifier: BSD-2-Clause */
/* A generation in user memory, see compile.h. */
#include "policy/plan.h"

/* The prefix lengths in use, so that a lookup tries only those. */
static void tables_lens(struct op25b_tables *tables)
{
	bool used[OP25B_PREFIX_KINDS][129] = { 0 };

	for (size_t i = 0; i < tables->plan.n_prefixes; i++) {
		const struct op25b_prefix_key *key = &tables->plan.prefixes[i].key;

		used[key->kind][key->prefixlen - 32] = true;
	}
	for (uint32_t kind = 0; kind < OP25B_PREFIX_KINDS; kind++) {
		size_t n = 0;

		for (int len = 128; len >= 0; len--) {
			if (used[kind][len])
				tables->lens[kind][n++] = (uint8_t)len;
		}
		tables->lens[kind][n] = 255;
	}
}

int op25b_tables_make(const struct op25b_policy *policy, int64_t now, const uint32_t *counters,
		      struct op25b_tables *ret_tables)
{
	struct op25b_tables tables = { .live.record = sizeof(struct op25b_exception_entry) };
	int r = op25b_plan_make(policy, now, counters, &tables.plan);

	if (r < 0)
		return r;
	tables.front = malloc(sizeof(*tables.front));
	tables.image = calloc(tables.plan.head.n_blocks, OP25B_BLOCK);
	if (!tables.front || !tables.image) {
		op25b_tables_done(&tables);
		return -ENOMEM;
	}
	op25b_plan_fill(&tables.plan, tables.front, tables.image);
	tables_lens(&tables);
	*ret_tables = tables;
	return 0;
}

void op25b_tables_done(struct op25b_tables *tables)
{
	free(tables->front);
	free(tables->image);
	op25b_prefix_table_done(&tables->live);
	op25b_plan_done(&tables->plan);
	*tables = (struct op25b_tables){ 0 };
}

const struct op25b_exception_entry *op25b_plan_exception(const struct op25b_plan *plan,
							 const struct op25b_exception_key *key)
{
	if (!plan->n_exceptions)
		return NULL;
	return bsearch(key, plan->exceptions, plan->n_exceptions, sizeof(*plan->exceptions),
		       op25b_exception_key_order);
}

const struct op25b_exception *op25b_tables_exception(const struct op25b_tables *tables,
						     const struct op25b_exception_key *key)
{
	const struct op25b_exception_entry *e = op25b_prefix_table_find(&tables->live, key);

	if (!e)
		e = op25b_plan_exception(&tables->plan, key);
	return e ? &e->value : NULL;
}

size_t op25b_tables_exceptions(const struct op25b_tables *tables)
{
	const struct op25b_exception_entry *e = NULL;
	size_t n = tables->plan.n_exceptions;

	while ((e = op25b_prefix_table_next(&tables->live, e)))
		n += !op25b_plan_exception(&tables->plan, &e->key);
	return n;
}
