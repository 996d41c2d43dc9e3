/* SPDX-License-Identifier: BSD-2-Clause */
/* See granted.h. Open addressing, half full at most; an id named twice stands in two places. */
#include "policy/granted.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct named {
	const char *id;
	const struct op25b_grant *grant;
	bool hold;
};

struct table {
	struct named *slots;
	size_t mask;
};

/* FNV-1a, 64 bits. */
static size_t id_hash(const char *id)
{
	uint64_t h = 0xcbf29ce484222325;

	for (; *id; id++)
		h = (h ^ (uint8_t)*id) * 0x100000001b3;
	return (size_t)(h ^ h >> 32);
}

static bool in_force(const struct op25b_grant *grant, int64_t now)
{
	return grant->from <= now && now < grant->until;
}

static void table_add(struct table *table, const struct op25b_grant *grant, bool hold)
{
	for (size_t i = 0; i < grant->n_lines; i++) {
		size_t at = id_hash(grant->lines[i]) & table->mask;

		while (table->slots[at].id)
			at = (at + 1) & table->mask;
		table->slots[at] = (struct named){ grant->lines[i], grant, hold };
	}
}

static int table_make(const struct op25b_policy *policy, int64_t now, struct table *ret_table)
{
	size_t n = 0, size = 2;

	for (size_t i = 0; i < policy->n_exemptions; i++)
		n += in_force(&policy->exemptions[i], now) ? policy->exemptions[i].n_lines : 0;
	for (size_t i = 0; i < policy->n_holds; i++)
		n += in_force(&policy->holds[i], now) ? policy->holds[i].n_lines : 0;
	if (!n)
		return 0;
	while (size < 2 * n)
		size *= 2;
	ret_table->slots = calloc(size, sizeof(*ret_table->slots));
	if (!ret_table->slots)
		return -ENOMEM;
	ret_table->mask = size - 1;
	for (size_t i = 0; i < policy->n_exemptions; i++) {
		if (in_force(&policy->exemptions[i], now))
			table_add(ret_table, &policy->exemptions[i], false);
	}
	for (size_t i = 0; i < policy->n_holds; i++) {
		if (in_force(&policy->holds[i], now))
			table_add(ret_table, &policy->holds[i], true);
	}
	return 0;
}

int op25b_granted_lines(const struct op25b_policy *policy, int64_t now, op25b_granted_fn *fn,
			void *arg)
{
	struct table table = { 0 };
	int r = table_make(policy, now, &table);

	for (size_t i = 0; table.slots && r >= 0 && i < policy->n_lines; i++) {
		const char *id = policy->line_ids[policy->lines[i].line];
		size_t at = id_hash(id) & table.mask;

		for (; table.slots[at].id && r >= 0; at = (at + 1) & table.mask) {
			const struct named *named = &table.slots[at];

			if (!strcmp(named->id, id))
				r = fn(arg, &policy->lines[i], named->grant, named->hold);
		}
	}
	free(table.slots);
	return r < 0 ? r : 0;
}
