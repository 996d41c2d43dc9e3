/* SPDX-License-Identifier: BSD-2-Clause */
/* Sets of at most OP25B_SESSION_CLAIMS prefixes: small enough for plain loops. */
#include "session/claims.h"

#include <string.h>

#include "policy/prefix.h"

struct op25b_claims op25b_claims_of(const struct op25b_session *session)
{
	struct op25b_claims claims;

	claims.n = session->n_claims;
	memcpy(claims.list, session->claims, claims.n * sizeof(claims.list[0]));
	return claims;
}

void op25b_claims_put(struct op25b_session *session, const struct op25b_claims *claims)
{
	session->n_claims = claims->n;
	memcpy(session->claims, claims->list, claims->n * sizeof(claims->list[0]));
}

static bool have(const struct op25b_prefix *list, size_t n, const struct op25b_prefix *prefix)
{
	for (size_t i = 0; i < n; i++)
		if (op25b_prefix_compare(&list[i], prefix) == 0)
			return true;
	return false;
}

bool op25b_claims_have(const struct op25b_claims *claims, const struct op25b_prefix *prefix)
{
	return have(claims->list, claims->n, prefix);
}

bool op25b_claims_equal(const struct op25b_claims *claims, const struct op25b_session *session)
{
	if (claims->n != session->n_claims)
		return false;
	for (size_t i = 0; i < claims->n; i++)
		if (op25b_prefix_compare(&claims->list[i], &session->claims[i]) != 0)
			return false;
	return true;
}

/* Returns false if there is no room. */
static bool insert(struct op25b_claims *claims, const struct op25b_prefix *prefix)
{
	size_t at = claims->n;

	if (op25b_claims_have(claims, prefix))
		return true;
	if (claims->n == OP25B_SESSION_CLAIMS)
		return false;
	while (at > 0 && op25b_prefix_compare(&claims->list[at - 1], prefix) > 0)
		at--;
	memmove(&claims->list[at + 1], &claims->list[at],
		(claims->n - at) * sizeof(claims->list[0]));
	claims->list[at] = *prefix;
	claims->n++;
	return true;
}

size_t op25b_claims_next(struct op25b_claims *ret, const struct op25b_session *session,
			 const struct op25b_acct *acct, bool add_only)
{
	size_t left_out = 0;

	ret->n = 0;
	for (size_t i = 0; i < session->n_claims; i++) {
		const struct op25b_prefix *claim = &session->claims[i];
		bool whole = claim->family == OP25B_V4 ? acct->has_v4 : acct->has_v6;

		if (add_only || !whole || have(acct->prefixes, acct->n_prefixes, claim))
			ret->list[ret->n++] = *claim;
	}
	for (size_t i = 0; i < acct->n_prefixes; i++)
		left_out += !insert(ret, &acct->prefixes[i]);
	return left_out;
}
