/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which lines the exemptions and holds name: the join of line ids, made by hashing the few ids that
 * are named, not the many lines.
 */
#pragma once

#include "policy/policy.h"

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
