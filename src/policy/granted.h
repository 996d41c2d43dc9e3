/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which lines the exemptions and holds name: the join of line ids, made by hashing the few ids that
 * are named, not the many lines.
 */
#pragma once

#include "policy/policy.h"

struct op25b_granted_name;

/* The line ids that grants in force name. Empty (slots NULL): none. */
struct op25b_granted {
	struct op25b_granted_name *slots;
	size_t mask;
};

/**
 * op25b_granted_make() - those of one instant.
 * @now:         grants with from <= now < until count
 * @ret_granted: points into the policy; op25b_granted_done() frees
 *
 * Returns 0 or -ENOMEM. Cost: linear in the ids named.
 */
int op25b_granted_make(const struct op25b_policy *policy, int64_t now,
		       struct op25b_granted *ret_granted);

/* Leaves it empty. */
void op25b_granted_done(struct op25b_granted *granted);

/**
 * op25b_granted_find() - what is granted to one line.
 * @id:       as seen from the root
 * @ret_hold: the first hold of the file that names it; NULL: none
 *
 * Returns enum op25b_exception_flag bits. Cost: a probe.
 */
uint8_t op25b_granted_find(const struct op25b_granted *granted, const char *id,
			   const struct op25b_grant **ret_hold);

/**
 * op25b_granted_exempts() - whether a provider has an exemption that has not ended.
 * @tenant: index into policy->tenants; 0: the root
 */
bool op25b_granted_exempts(const struct op25b_policy *policy, uint32_t tenant, int64_t now);

typedef int op25b_granted_fn(void *arg, const struct op25b_line_prefix *line,
			     const struct op25b_grant *grant, bool hold);

/**
 * op25b_granted_lines() - call @fn for each prefix of a line and each grant in force that names it.
 * @now: grants with from <= now < until count
 * @fn:  a negative value stops the walk
 *
 * Returns 0, -ENOMEM, or what @fn returned. Cost: one probe a line; nothing if no grant names one.
 */
int op25b_granted_lines(const struct op25b_policy *policy, int64_t now, op25b_granted_fn *fn,
			void *arg);
