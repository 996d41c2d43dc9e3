/* SPDX-License-Identifier: BSD-2-Clause */
/* Which address stands for a way of using mail. For judge*.c only. */
#pragma once

#include "policy/policy.h"

/* Whose servers offer something to a provider's lines: its own, or the root's if it has none that
 * does, of whatever family. @offer: enum op25b_offer bits, one of which it has */
uint32_t op25b_judge_whose(const struct op25b_policy *policy, uint32_t tenant, uint32_t offer);

/**
 * op25b_judge_server() - the first address of a provider's servers that offer something.
 * @tenant, @offer: as for op25b_judge_whose()
 * @ret:    a whole address, written if there is one
 *
 * Returns the server; NULL: it has none of this family.
 */
const struct op25b_peer_group *op25b_judge_server(const struct op25b_policy *policy,
						  uint32_t tenant, uint32_t offer, uint8_t family,
						  struct op25b_prefix *ret);

/**
 * op25b_judge_foreign() - an address that is somebody else's mail server's: in no list.
 * @ret: a whole address, the first from 192.0.2.1 or 2001:db8::1 on, which are nobody's (RFC 5737,
 *       RFC 3849). Where destinations hold all there are, one of no mail server; where servers do,
 *       the first of all.
 *
 * Cost: linear in prefixes of servers and destinations, for each that it steps over.
 */
void op25b_judge_foreign(const struct op25b_policy *policy, uint8_t family,
			 struct op25b_prefix *ret);

/* The first address of a group's prefix of the family, from prefix *at on, which moves behind it;
 * false: there is no other. @ret: a whole address */
bool op25b_judge_next(const struct op25b_peer_group *group, uint8_t family, size_t *at,
		      struct op25b_prefix *ret);

/* The first address of a group of the family; false: it has none. */
bool op25b_judge_first(const struct op25b_peer_group *group, uint8_t family,
		       struct op25b_prefix *ret);
