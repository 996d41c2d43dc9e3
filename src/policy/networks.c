/* SPDX-License-Identifier: BSD-2-Clause */
/* See networks.h. */
#include "policy/networks.h"

#include <string.h>

#include "policy/prefix.h"

static bool holds(const uint8_t *network, uint8_t len, const uint8_t *address)
{
	uint8_t rest = len % 8;

	return !memcmp(network, address, len / 8) &&
	       (!rest || !((network[len / 8] ^ address[len / 8]) >> (8 - rest)));
}

const struct op25b_network *op25b_network_find(const struct op25b_networks *networks,
					       const struct op25b_prefix *address)
{
	const struct op25b_network_table *table = address->family == OP25B_V4 ? &networks->v4 :
										&networks->v6;
	size_t width = op25b_prefix_whole(address->family) / 8, low = 0, high = table->n;
	size_t at;

	/* The last that begins at the address or before it: the longest there is, or inside it. */
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (memcmp(table->addresses + middle * width, address->addr, width) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (at = low ? low - 1 : UINT32_MAX; at != UINT32_MAX; at = table->list[at].outer) {
		if (holds(table->addresses + at * width, table->list[at].len, address->addr))
			return &table->list[at];
	}
	return NULL;
}
