/* SPDX-License-Identifier: BSD-2-Clause */
/* See granted.h. Open addressing, half full at most; an id named twice stands in two places. */
#include "policy/granted.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct op25b_granted_name {
	const char *id;
	const struct op25b_grant *grant;
	bool hold;
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

static void add_names(struct op25b_granted *table, const struct op25b_grant *grant, bool hold)
{
	for (size_t i = 0; i < grant->n_lines; i++) {
		size_t at = id_hash(grant->lines[i]) & table->mask;

		while (table->slots[at].id)
			at = (at + 1) & table->mask;
		table->slots[at] = (struct op25b_granted_name){ grant->lines[i], grant, hold };
	}
}

int op25b_granted_make(const struct op25b_policy *policy, int64_t now,
		       struct op25b_granted *ret_granted)
{
	size_t n = 0, size = 2;

	*ret_granted = (struct op25b_granted){ 0 };
	for (size_t i = 0; i < policy->n_exemptions; i++)
		n += in_force(&policy->exemptions[i], now) ? policy->exemptions[i].n_lines : 0;
	for (size_t i = 0; i < policy->n_holds; i++)
		n += in_force(&policy->holds[i], now) ? policy->holds[i].n_lines : 0;
	if (!n)
		return 0;
	while (size < 2 * n)
		size *= 2;
	ret_granted->slots = calloc(size, sizeof(*ret_granted->slots));
	if (!ret_granted->slots)
		return -ENOMEM;
	ret_granted->mask = size - 1;
	for (size_t i = 0; i < policy->n_exemptions; i++) {
		if (in_force(&policy->exemptions[i], now))
			add_names(ret_granted, &policy->exemptions[i], false);
	}
	for (size_t i = 0; i < policy->n_holds; i++) {
		if (in_force(&policy->holds[i], now))
			add_names(ret_granted, &policy->holds[i], true);
	}
	return 0;
}

void op25b_granted_done(struct op25b_granted *granted)
{
	free(granted->slots);
	*granted = (struct op25b_granted){ 0 };
}

uint8_t op25b_granted_find(const struct op25b_granted *granted, const char *id,
			   const struct op25b_grant **ret_hold)
{
	uint8_t flags = 0;

	*ret_hold = NULL;
	if (!granted->slots)
		return 0;
	for (size_t at = id_hash(id) & granted->mask; granted->slots[at].id;
	     at = (at + 1) & granted->mask) {
		const struct op25b_granted_name *named = &granted->slots[at];

		if (strcmp(named->id, id) != 0)
			continue;
		flags |= named->hold ? OP25B_HELD : OP25B_EXEMPT;
		if (named->hold && (!*ret_hold || named->grant < *ret_hold))
			*ret_hold = named->grant;
	}
	return flags;
}

bool op25b_granted_exempts(const struct op25b_policy *policy, uint32_t tenant, int64_t now)
{
	const char *scope = policy->tenants[tenant].id;
	const size_t n = strlen(scope);

	for (size_t i = 0; i < policy->n_exemptions; i++) {
		const struct op25b_grant *grant = &policy->exemptions[i];

		if (grant->until > now &&
		    (n ? !strncmp(grant->id, scope, n) && grant->id[n] == '/' :
			 !strchr(grant->id, '/')))
			return true;
	}
	return false;
}

int op25b_granted_lines(const struct op25b_policy *policy, int64_t now, op25b_granted_fn *fn,
			void *arg)
{
	struct op25b_granted table;
	int r = op25b_granted_make(policy, now, &table);

	for (size_t i = 0; table.slots && r >= 0 && i < policy->n_lines; i++) {
		const char *id = policy->line_ids[policy->lines[i].line];
		size_t at = id_hash(id) & table.mask;

		for (; table.slots[at].id && r >= 0; at = (at + 1) & table.mask) {
			const struct op25b_granted_name *named = &table.slots[at];

			if (!strcmp(named->id, id))
				r = fn(arg, &policy->lines[i], named->grant, named->hold);
		}
	}
	op25b_granted_done(&table);
	return r < 0 ? r : 0;
}
