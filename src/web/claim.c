/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether a claim holds: asked of the judge. See faq.h. */
#include <string.h>

#include "web/faq.h"
#include "web/page.h"

static bool is_about(const struct op25b_claim *claim, const struct op25b_service *service)
{
	switch (claim->of) {
	case OP25B_CLAIM_ID:
		return !strcmp(claim->service, service->id);
	case OP25B_CLAIM_ACCESS:
		return (int)service->access == claim->value;
	case OP25B_CLAIM_ADDRESSING:
		return (int)service->addressing == claim->value;
	default:
		return true;
	}
}

static bool has_family(const struct op25b_service *service, uint8_t family)
{
	for (size_t i = 0; i < service->n_pools; i++) {
		if (service->pools[i].prefix.family == family)
			return true;
	}
	return !service->n_pools && family == OP25B_V4;
}

/* That sending that way stops at a date which is set; or that there is no date at all. */
static bool is_as_claimed(const struct op25b_claim *claim,
			  const struct op25b_finding_of_use *finding)
{
	switch (claim->upcoming) {
	case OP25B_CLAIM_IT_STOPS:
		return finding->from != INT64_MAX && !finding->destination;
	case OP25B_CLAIM_NO_DATE:
		return finding->from == INT64_MAX;
	default:
		return true;
	}
}

static bool does_submit(const struct op25b_policy *policy, const struct op25b_claim *claim,
			const struct op25b_service *service, int64_t at)
{
	return op25b_submits(policy, service->tenant, service,
			     claim->use == OP25B_USE_HOSTING_SERVER ? OP25B_HOSTING_SERVER :
								      OP25B_OWN_SERVER,
			     at);
}

/* -1: it is not asked there (no such server); 0, 1. */
static int holds_for(const struct op25b_judge *judge, const struct op25b_claim *claim,
		     const struct op25b_service *service, int64_t at)
{
	static const uint8_t families[] = { OP25B_V4, OP25B_V6 };
	int said = -1;

	for (size_t i = 0; i < 2; i++) {
		struct op25b_finding_of_use finding;

		if (!has_family(service, families[i]))
			continue;
		op25b_judge_service(judge, service, claim->use, families[i], at, &finding);
		if (!finding.asked)
			continue;
		if (!(claim->outcomes & UINT64_C(1) << finding.outcome) ||
		    !is_as_claimed(claim, &finding))
			return 0;
		said = 1;
	}
	return said;
}

bool op25b_claim_holds(const struct op25b_judge *judge, const struct op25b_claim *claim,
		       uint32_t tenant, int64_t now)
{
	const struct op25b_policy *policy = judge->policy;
	int64_t at = claim->at == INT64_MIN ? now : claim->at;
	bool any = false;

	for (size_t i = 0; i < policy->n_services; i++) {
		const struct op25b_service *service = &policy->services[i];
		int said = 0;

		if (service->tenant != tenant || !is_about(claim, service))
			continue;
		if (claim->submits && !does_submit(policy, claim, service, at))
			return false;
		said = holds_for(judge, claim, service, at);
		if (!said)
			return false;
		any = any || said > 0;
	}
	return any;
}

const struct op25b_faq_answer *op25b_faq_answer_of(const struct op25b_judge *judge,
						   const struct op25b_faq_entry *entry,
						   uint32_t tenant, int64_t now)
{
	for (size_t i = 0; i < entry->n_answers; i++) {
		const struct op25b_faq_answer *answer = &entry->answers[i];

		if (!answer->has_claim || op25b_claim_holds(judge, &answer->claim, tenant, now))
			return answer;
	}
	return NULL;
}
