/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where addresses are, in whose network and of what kind: the operator's import, a million prefixes
 * of which the longest counts. 16 bytes a prefix of IPv4 and 28 of IPv6.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "policy/policy.h"

enum op25b_network_kind { OP25B_NETWORK_PLAIN, OP25B_NETWORK_SHARED, OP25B_NETWORK_HOSTING };

struct op25b_network {
	uint32_t asn;    /* 0: not said */
	uint32_t outer;  /* the next longer that holds it; UINT32_MAX: none */
	char country[2]; /* upper case; NULs: not said */
	uint8_t kind;    /* enum op25b_network_kind */
	uint8_t len;
};

/* Of one family, sorted by address and length. */
struct op25b_network_table {
	uint8_t *addresses; /* n of 4 or 16 bytes, network order */
	struct op25b_network *list;
	size_t n;
};

struct op25b_networks {
	struct op25b_network_table v4, v6;
};

/**
 * op25b_network_find() - the longest prefix that holds an address.
 * @address: a whole address
 *
 * Returns NULL if none does. Cost: a binary search, and a step for each prefix that nests there.
 */
const struct op25b_network *op25b_network_find(const struct op25b_networks *networks,
					       const struct op25b_prefix *address);
