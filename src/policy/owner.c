/* SPDX-License-Identifier: BSD-2-Clause */
/* See owner.h. */
#include "policy/owner.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "policy/prefix.h"
#include "policy/map-rule.h"
#include "policy/sort.h"

/* A prefix as bytes in the order of op25b_prefix_compare(), and its place in a list. */
struct sorted {
	uint8_t key[OP25B_SORT_KEY_MAX];
	uint32_t index;
};

struct sorted_set {
	struct sorted *list;
	size_t n;
	uint8_t lens[2][130]; /* that a family has: longest first, ended by 255 */
};

struct pool_of_service {
	const struct op25b_pool_prefix *pool;
	const struct op25b_service *service;
};

struct op25b_owner_index {
	struct sorted_set lines, pools;
	struct pool_of_service *pool_list;
};

static void sorted_key(const struct op25b_prefix *prefix, uint8_t key[static OP25B_SORT_KEY_MAX])
{
	key[0] = prefix->family;
	memcpy(key + 1, prefix->addr, sizeof(prefix->addr));
	key[17] = prefix->len;
}

static int set_init(struct sorted_set *set, size_t room)
{
	set->list = calloc(room + 1, sizeof(*set->list));
	return set->list ? 0 : -ENOMEM;
}

static void set_add(struct sorted_set *set, const struct op25b_prefix *prefix)
{
	sorted_key(prefix, set->list[set->n].key);
	set->list[set->n].index = (uint32_t)set->n;
	set->n++;
}

static int set_sort(struct sorted_set *set)
{
	bool used[2][129] = { 0 };
	uint8_t key[OP25B_SORT_KEY_MAX];

	for (uint8_t i = 0; i < OP25B_SORT_KEY_MAX; i++)
		key[i] = i;
	for (size_t i = 0; i < set->n; i++)
		used[set->list[i].key[0] == OP25B_V6][set->list[i].key[17]] = true;
	for (int f = 0; f < 2; f++) {
		size_t n = 0;

		for (int len = 128; len >= 0; len--) {
			if (used[f][len])
				set->lens[f][n++] = (uint8_t)len;
		}
		set->lens[f][n] = 255;
	}
	return op25b_sort(set->list, set->n, sizeof(*set->list), key, sizeof(key));
}

static int sorted_order(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(((struct sorted *)NULL)->key));
}

/* The longest that holds the address. */
static const struct sorted *set_find(const struct sorted_set *set,
				     const struct op25b_prefix *address)
{
	const uint8_t *lens = set->lens[address->family == OP25B_V6];

	for (size_t i = 0; lens[i] <= 128; i++) {
		struct op25b_prefix wanted = *address;
		const struct sorted *found;
		uint8_t key[OP25B_SORT_KEY_MAX];

		op25b_prefix_cut(&wanted, lens[i]);
		sorted_key(&wanted, key);
		found = bsearch(key, set->list, set->n, sizeof(*set->list), sorted_order);
		if (found)
			return found;
	}
	return NULL;
}

static int index_fill(const struct op25b_policy *policy, struct op25b_owner_index *index)
{
	size_t n_pools = 0;

	for (size_t i = 0; i < policy->n_services; i++)
		n_pools += policy->services[i].n_pools;
	index->pool_list = calloc(n_pools + 1, sizeof(*index->pool_list));
	if (!index->pool_list || set_init(&index->pools, n_pools) ||
	    set_init(&index->lines, policy->n_lines))
		return -ENOMEM;
	for (size_t i = 0; i < policy->n_lines; i++)
		set_add(&index->lines, &policy->lines[i].prefix);
	for (size_t i = 0; i < policy->n_services; i++) {
		const struct op25b_service *service = &policy->services[i];

		for (size_t k = 0; k < service->n_pools; k++) {
			index->pool_list[index->pools.n] =
				(struct pool_of_service){ &service->pools[k], service };
			set_add(&index->pools, &service->pools[k].prefix);
		}
	}
	return set_sort(&index->lines) || set_sort(&index->pools) ? -ENOMEM : 0;
}

int op25b_owner_index_make(const struct op25b_policy *policy, struct op25b_owner_index **ret_index)
{
	struct op25b_owner_index *index = calloc(1, sizeof(*index));
	int r = index ? index_fill(policy, index) : -ENOMEM;

	if (r < 0)
		op25b_owner_index_done(&index);
	else
		*ret_index = index;
	return r;
}

void op25b_owner_index_done(struct op25b_owner_index **index)
{
	struct op25b_owner_index *old = OP25B_TAKE_PTR(*index);

	if (!old)
		return;
	free(old->lines.list);
	free(old->pools.list);
	free(old->pool_list);
	free(old);
}

static void look_up(const struct op25b_policy *policy, const struct op25b_owner_index *index,
		    const struct op25b_prefix *address, struct op25b_owner *h)
{
	const struct sorted *line = set_find(&index->lines, address);
	const struct sorted *pool = set_find(&index->pools, address);

	if (line)
		h->line = &policy->lines[line->index];
	if (pool) {
		h->pool = index->pool_list[pool->index].pool;
		h->service = index->pool_list[pool->index].service;
	}
}

static void walk(const struct op25b_policy *policy, const struct op25b_prefix *address,
		 struct op25b_owner *h)
{
	for (size_t i = 0; i < policy->n_lines; i++) {
		const struct op25b_line_prefix *line = &policy->lines[i];

		if (op25b_prefix_holds(&line->prefix, address) &&
		    (!h->line || line->prefix.len > h->line->prefix.len))
			h->line = line;
	}
	for (size_t i = 0; i < policy->n_services; i++) {
		const struct op25b_service *service = &policy->services[i];

		for (size_t k = 0; k < service->n_pools; k++) {
			const struct op25b_pool_prefix *pool = &service->pools[k];

			if (!op25b_prefix_holds(&pool->prefix, address) ||
			    (h->pool && pool->prefix.len <= h->pool->prefix.len))
				continue;
			h->pool = pool;
			h->service = service;
		}
	}
}

static struct op25b_owner find_one(const struct op25b_policy *policy,
				   const struct op25b_owner_index *index,
				   const struct op25b_prefix *address)
{
	struct op25b_owner h = { .asked = *address, .address = *address };

	if (index)
		look_up(policy, index, address, &h);
	else
		walk(policy, address, &h);
	if (h.line)
		h.service = &policy->services[h.line->service];
	return h;
}

void op25b_owner_find(const struct op25b_policy *policy, const struct op25b_owner_index *index,
		      const struct op25b_prefix *address, uint16_t port,
		      struct op25b_owner *ret_owner)
{
	struct op25b_owner h = find_one(policy, index, address), told;
	struct op25b_prefix v6;

	if (!h.line && h.pool && op25b_map_rule_ask(h.pool, address, port, &v6)) {
		told = find_one(policy, index, &v6);
		told.asked = *address;
		told.shared = h.pool;
		if (told.service)
			h = told;
	}
	*ret_owner = h;
}

const char *op25b_owner_line(const struct op25b_policy *policy, const struct op25b_owner *owner)
{
	if (owner->line)
		return policy->line_ids[owner->line->line];
	return owner->service && owner->service->addressing == OP25B_SHARED ? OP25B_LINE_UNKNOWN :
									      NULL;
}
