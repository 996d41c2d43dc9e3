/* SPDX-License-Identifier: BSD-2-Clause */
/* A pool's mapping rule, as map.h wants it. */
#pragma once

#include "op25b/abi.h"
#include "policy/policy.h"

/**
 * op25b_map_rule_put() - write net and rule of a pool into its record; nothing if it has no rule.
 */
void op25b_map_rule_put(const struct op25b_pool_prefix *from, struct op25b_pool *pool);

/**
 * op25b_map_rule_ask() - the IPv6 address of whoever uses a port of a shared address.
 * @from:    the pool that holds @address; without a rule nobody is told
 * @port:    host order; 0: not known
 * @ret:     a whole address, written on success only
 *
 * Returns 1; 0: no line's. Never fails.
 */
int op25b_map_rule_ask(const struct op25b_pool_prefix *from, const struct op25b_prefix *address,
		       uint16_t port, struct op25b_prefix *ret);
