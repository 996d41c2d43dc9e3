/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Peers that two policies can tell apart: an address for each combination of mail servers and
 * destinations that hold it in the one and in the other.
 */
#pragma once

#include <stddef.h>

#include "policy/policy.h"

struct op25b_peer {
	char *name; /* "other servers", "mail server relay", "destination x (new)" */
	struct op25b_prefix address[2]; /* v4, v6; family OP25B_NO_FAMILY: there is none */
};

struct op25b_peers {
	struct op25b_peer *list; /* [0] is the peer in no list */
	size_t n;
};

/**
 * op25b_peers_find() - the peers of two policies.
 * @ret_peers: written also on failure; op25b_peers_done() frees it
 *
 * Returns 0 or -ENOMEM. Cost: number of groups times number of their prefixes.
 */
int op25b_peers_find(const struct op25b_policy *old, const struct op25b_policy *new,
		     struct op25b_peers *ret_peers);

/**
 * op25b_peers_done() - free the list and its names.
 */
void op25b_peers_done(struct op25b_peers *peers);
