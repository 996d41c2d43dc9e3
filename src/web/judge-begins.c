/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether a date of a service begins a limit, or changes but how one answers. */
#include "web/judge-inside.h"
#include "web/judge-peer.h"

/* Whether the peer is let through until the instant, and refused from it on. */
static bool is_closed_at(struct op25b_asking *asking, const struct op25b_prefix *peer, int64_t at)
{
	struct op25b_decision before, then;

	asking->now = at - 1;
	op25b_asking_decide(asking, peer, &before);
	asking->now = at;
	op25b_asking_decide(asking, peer, &then);
	return before.verdict != OP25B_REFUSE && then.verdict == OP25B_REFUSE;
}

static bool is_one_closed_at(struct op25b_asking *asking, const struct op25b_peer_group *groups,
			     size_t n, int64_t at)
{
	struct op25b_prefix peer;

	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; op25b_judge_next(&groups[i], asking->family, &k, &peer);) {
			if (is_closed_at(asking, &peer, at))
				return true;
		}
	}
	return false;
}

bool op25b_judge_begins(const struct op25b_judge *judge, const struct op25b_service *service,
			int64_t at)
{
	const struct op25b_policy *policy = judge->policy;

	for (int family = OP25B_V4; family < OP25B_FAMILY_COUNT; family++) {
		struct op25b_asking asking = { .judge = judge,
					       .evidence.owner.service = service,
					       .family = (uint8_t)family };
		struct op25b_prefix peer;

		op25b_judge_foreign(policy, asking.family, &peer);
		if (is_closed_at(&asking, &peer, at) ||
		    is_one_closed_at(&asking, policy->servers, policy->n_servers, at) ||
		    is_one_closed_at(&asking, policy->destinations, policy->n_destinations, at))
			return true;
	}
	return false;
}
