/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whose an address is, in terms of the policy file: step 1 of the decision (design section 4) once
 * more, for what tables do not keep: which line, which pool.
 */
#pragma once

#include "policy/policy.h"

/* Everything points into the policy; NULL: there is none. */
struct op25b_owner {
	const struct op25b_service *service;
	const struct op25b_line_prefix *line; /* the longest of `lines` that holds the address */
	const struct op25b_pool_prefix *pool; /* of any service, that holds the address */
	struct op25b_prefix asked;
	struct op25b_prefix address; /* by which it was found; in a shared pool another */
	const struct op25b_pool_prefix *shared; /* whose rule told it */
};

/* Lines and pools of a policy in order, for many questions. */
struct op25b_owner_index;

/**
 * op25b_owner_index_make() - sort a policy, which must outlive the index.
 * Returns 0 or -ENOMEM. Cost: linear.
 */
int op25b_owner_index_make(const struct op25b_policy *policy, struct op25b_owner_index **ret_index);

/**
 * op25b_owner_index_done() - NULL-safe; sets *index to NULL.
 */
void op25b_owner_index_done(struct op25b_owner_index **index);

/**
 * op25b_owner_find() - look an address up.
 * @index:   of this policy; NULL: walk it
 * @address: a whole address
 * @port:    of the line, host order; 0: not known. Where many lines share the address, it may tell
 *           the IPv6 address of one, and if that is somebody's it is looked up instead.
 *
 * Never fails. Cost: with an index a search for each prefix length in use, else linear in lines and
 * pools; no allocation.
 */
void op25b_owner_find(const struct op25b_policy *policy, const struct op25b_owner_index *index,
		      const struct op25b_prefix *address, uint16_t port,
		      struct op25b_owner *ret_owner);

/**
 * op25b_owner_line() - the line, as explain says it.
 * Returns its id; OP25B_LINE_UNKNOWN where the pool's addresses are shared and no line can be told;
 * NULL where there is none to tell.
 */
const char *op25b_owner_line(const struct op25b_policy *policy, const struct op25b_owner *owner);

#define OP25B_LINE_UNKNOWN "unknown"
