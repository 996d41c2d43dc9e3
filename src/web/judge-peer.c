/* SPDX-License-Identifier: BSD-2-Clause */
/* See judge-peer.h. */
#include "web/judge-peer.h"

#include <string.h>

#include "policy/prefix.h"

bool op25b_judge_next(const struct op25b_peer_group *group, uint8_t family, size_t *at,
		      struct op25b_prefix *ret)
{
	while (*at < group->n_prefixes) {
		const struct op25b_prefix *prefix = &group->prefixes[(*at)++];

		if (prefix->family != family)
			continue;
		*ret = *prefix;
		ret->len = op25b_prefix_whole(family);
		return true;
	}
	return false;
}

bool op25b_judge_first(const struct op25b_peer_group *group, uint8_t family,
		       struct op25b_prefix *ret)
{
	size_t at = 0;

	return op25b_judge_next(group, family, &at, ret);
}

static bool has_offer(const struct op25b_policy *policy, uint32_t tenant, uint32_t offer)
{
	for (size_t i = 0; i < policy->n_servers; i++) {
		if (policy->servers[i].tenant == tenant && policy->servers[i].offers & offer)
			return true;
	}
	return false;
}

uint32_t op25b_judge_whose(const struct op25b_policy *policy, uint32_t tenant, uint32_t offer)
{
	return has_offer(policy, tenant, offer) ? tenant : 0;
}

const struct op25b_peer_group *op25b_judge_server(const struct op25b_policy *policy,
						  uint32_t tenant, uint32_t offer, uint8_t family,
						  struct op25b_prefix *ret)
{
	uint32_t whose = op25b_judge_whose(policy, tenant, offer);

	for (size_t i = 0; i < policy->n_servers; i++) {
		const struct op25b_peer_group *server = &policy->servers[i];

		if (server->tenant == whose && server->offers & offer &&
		    op25b_judge_first(server, family, ret))
			return server;
	}
	return NULL;
}

/* The widest prefix of the groups that holds the address; NULL: none does. */
static const struct op25b_prefix *widest(const struct op25b_peer_group *groups, size_t n,
					 const struct op25b_prefix *address)
{
	const struct op25b_prefix *found = NULL;

	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < groups[i].n_prefixes; k++) {
			const struct op25b_prefix *prefix = &groups[i].prefixes[k];

			if (op25b_prefix_holds(prefix, address) &&
			    (!found || prefix->len < found->len))
				found = prefix;
		}
	}
	return found;
}

/* The first address behind the prefix; false: the family ends there. */
static bool step_over(const struct op25b_prefix *prefix, struct op25b_prefix *address)
{
	int at = (prefix->len - 1) / 8;
	unsigned int carry = prefix->len ? 1U << (7 - (prefix->len - 1) % 8) : 0;

	memcpy(address->addr, prefix->addr, sizeof(address->addr));
	for (; carry && at >= 0; at--) {
		carry += address->addr[at];
		address->addr[at] = (uint8_t)carry;
		carry >>= 8;
	}
	return prefix->len && !carry;
}

static bool outside(const struct op25b_policy *policy, bool destinations, struct op25b_prefix *at)
{
	const struct op25b_prefix *holds;

	while (1) {
		holds = widest(policy->servers, policy->n_servers, at);
		if (!holds && destinations)
			holds = widest(policy->destinations, policy->n_destinations, at);
		if (!holds)
			return true;
		if (!step_over(holds, at))
			return false;
	}
}

void op25b_judge_foreign(const struct op25b_policy *policy, uint8_t family,
			 struct op25b_prefix *ret)
{
	static const struct op25b_prefix nobodys[] = {
		{ .family = OP25B_V4, .len = 32, .addr = { 192, 0, 2, 1 } },
		{ .family = OP25B_V6, .len = 128, .addr = { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 } },
	};
	struct op25b_prefix lowest = { .family = family, .len = op25b_prefix_whole(family) };

	for (int destinations = 1; destinations >= 0; destinations--) {
		*ret = nobodys[family == OP25B_V6];
		if (outside(policy, destinations, ret))
			return;
		*ret = lowest;
		if (outside(policy, destinations, ret))
			return;
	}
	*ret = nobodys[family == OP25B_V6];
}
