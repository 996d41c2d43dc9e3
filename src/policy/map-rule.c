/* SPDX-License-Identifier: BSD-2-Clause */
/* See map-rule.h. */
#include "policy/map-rule.h"

#include <string.h>

#include "policy/map.h"
#include "policy/plan.h"

void op25b_map_rule_put(const struct op25b_pool_prefix *from, struct op25b_pool *pool)
{
	const struct op25b_map_rule *map = &from->map;

	if (!map->ea)
		return;
	pool->net = op25b_prefix_top(&from->prefix);
	pool->map_net = op25b_prefix_top(&map->v6);
	pool->map_shift = (uint8_t)(64 - map->v6.len - map->ea);
	pool->psid_offset = map->psid_offset;
	pool->psid_len = (uint8_t)(map->ea - (32 - from->prefix.len));
}

int op25b_map_rule_ask(const struct op25b_pool_prefix *from, const struct op25b_prefix *address,
		       uint16_t port, struct op25b_prefix *ret)
{
	struct op25b_pool pool = { 0 };
	__u64 addr[2];

	op25b_map_rule_put(from, &pool);
	if (!pool.psid_len ||
	    !op25b_map_line(&pool, (uint32_t)op25b_prefix_top(address), port, addr))
		return 0;
	*ret = (struct op25b_prefix){ .family = OP25B_V6, .len = 128 };
	memcpy(ret->addr, addr, sizeof(ret->addr));
	return 1;
}
