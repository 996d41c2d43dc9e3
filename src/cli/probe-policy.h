/* SPDX-License-Identifier: BSD-2-Clause */
/* The provider's own servers, as targets of a probe. */
#pragma once

#include "policy/policy.h"
#include "probe/run.h"

/**
 * op25b_probe_control() - the server to compare with: the root's first that has a name and takes
 * mail of customers by port 25, or else by 587 or 465. NULL: there is none.
 */
const char *op25b_probe_control(const struct op25b_policy *policy);

/**
 * op25b_probe_servers() - every server that takes mail of customers, at the ports that it offers.
 * @ret: room for OP25B_PROBE_HOSTS - 1; hosts are borrowed from the policy
 * Returns how many; what has no place is left out.
 */
size_t op25b_probe_servers(const struct op25b_policy *policy,
			   struct op25b_probe_target ret[static OP25B_PROBE_HOSTS - 1]);
