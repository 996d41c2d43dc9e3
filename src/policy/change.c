/* SPDX-License-Identifier: BSD-2-Clause */
/* When a policy's verdicts change by themselves. */
#include "policy/policy.h"

static int64_t sooner(int64_t best, int64_t now, int64_t date)
{
	return date > now && date < best ? date : best;
}

static int64_t next_of_grants(const struct op25b_grant *grants, size_t n, int64_t now, int64_t best)
{
	for (size_t i = 0; i < n; i++) {
		best = sooner(best, now, grants[i].from);
		best = sooner(best, now, grants[i].until);
	}
	return best;
}

int64_t op25b_policy_next_change(const struct op25b_policy *policy, int64_t now)
{
	int64_t best = INT64_MAX;

	for (size_t i = 0; i < policy->n_services; i++) {
		const struct op25b_service *service = &policy->services[i];

		for (size_t j = 0; j < service->n_rules; j++)
			best = sooner(best, now, service->rules[j].from);
	}
	best = next_of_grants(policy->exemptions, policy->n_exemptions, now, best);
	return next_of_grants(policy->holds, policy->n_holds, now, best);
}
