/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * When a policy's verdicts change by themselves: at the dates of rules, exemptions and holds.
 * Ends that are absent (INT64_MIN, INT64_MAX) are no such dates.
 */
#include "policy/policy.h"

struct neighbours {
	int64_t now, last, next;
};

static void look_at(struct neighbours *at, int64_t date)
{
	if (date == INT64_MIN || date == INT64_MAX)
		return;
	if (date <= at->now && date > at->last)
		at->last = date;
	if (date > at->now && date < at->next)
		at->next = date;
}

static void look_at_grants(struct neighbours *at, const struct op25b_grant *grants, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		look_at(at, grants[i].from);
		look_at(at, grants[i].until);
	}
}

static struct neighbours find_neighbours(const struct op25b_policy *policy, int64_t now)
{
	struct neighbours at = { .now = now, .last = INT64_MIN, .next = INT64_MAX };

	for (size_t i = 0; i < policy->n_services; i++) {
		const struct op25b_service *service = &policy->services[i];

		for (size_t j = 0; j < service->n_rules; j++)
			look_at(&at, service->rules[j].from);
	}
	look_at_grants(&at, policy->exemptions, policy->n_exemptions);
	look_at_grants(&at, policy->holds, policy->n_holds);
	return at;
}

int64_t op25b_policy_next_change(const struct op25b_policy *policy, int64_t now)
{
	return find_neighbours(policy, now).next;
}

int64_t op25b_policy_last_change(const struct op25b_policy *policy, int64_t now)
{
	return find_neighbours(policy, now).last;
}
