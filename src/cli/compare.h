/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whose answer differs between two policies at one instant. A change is a difference of verdict or
 * of how; another reason alone is none. Sessions that only a gateway knows aren't in it.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "cli/peers.h"
#include "op25b/abi.h"

struct op25b_change {
	const char *service[2]; /* old, new; NULL: the address belongs to none */
	size_t peer;            /* index in peers */
	enum op25b_side side;
	struct op25b_decision decision[2];
	uint64_t lines; /* of `lines`, and of pools as far as their line length tells them apart */
	uint64_t addresses; /* IPv4 */
	uint64_t networks;  /* IPv6, /64 or touched ones */
};

struct op25b_changes {
	struct op25b_peers peers;
	struct op25b_change *list; /* by service, peer, side */
	size_t n;
};

/**
 * op25b_compare() - find the changes from one policy to another.
 * @at:          instant at which both are asked
 * @ret_changes: written on success; op25b_changes_done() frees it; points into both policies
 *
 * The upstream side is told only where it doesn't follow from the subscriber side: where one of
 * the policies has `reverse_path: off`.
 *
 * Returns 0, -ENOMEM, -E2BIG: tables too large. Cost: some lookups for each line, pool and peer.
 */
int op25b_compare(const struct op25b_policy *old, const struct op25b_policy *new, int64_t at,
		  struct op25b_changes *ret_changes);

/**
 * op25b_changes_done() - free what comparing made.
 */
void op25b_changes_done(struct op25b_changes *changes);
