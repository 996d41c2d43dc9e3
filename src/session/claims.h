/* SPDX-License-Identifier: BSD-2-Clause */
/* The set of prefixes that a session claims, and what a packet makes of it. Sorted lists, pure. */
#pragma once

#include "session/merge.h"

struct op25b_claims {
	struct op25b_prefix list[OP25B_SESSION_CLAIMS];
	size_t n;
};

/* A copy of the session's, and the other way. */
struct op25b_claims op25b_claims_of(const struct op25b_session *session);
/* Replace the session's claims. */
void op25b_claims_put(struct op25b_session *session, const struct op25b_claims *claims);

/* Whether @prefix is one of them. */
bool op25b_claims_have(const struct op25b_claims *claims, const struct op25b_prefix *prefix);
/* Whether the session claims just these. */
bool op25b_claims_equal(const struct op25b_claims *claims, const struct op25b_session *session);

/**
 * op25b_claims_next() - what the session claims after the packet.
 * @add_only: nothing is released, as if the packet told no family as a whole
 *
 * Returns how many found no room.
 */
size_t op25b_claims_next(struct op25b_claims *ret, const struct op25b_session *session,
			 const struct op25b_acct *acct, bool add_only);
