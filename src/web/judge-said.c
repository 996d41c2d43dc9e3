/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a use comes to for who says that they send that way. Of IPv4 and IPv6 of one home a page
 * sees one; a provider's server may have the other alone, and is its server all the same.
 */
#include "web/judge-inside.h"
#include "web/judge-peer.h"

bool op25b_judge_applies(const struct op25b_policy *policy, uint32_t tenant, enum op25b_use use)
{
	const uint32_t offer = op25b_use_offer(use);
	struct op25b_prefix peer;

	return !offer || op25b_judge_server(policy, tenant, offer, OP25B_V4, &peer) ||
	       op25b_judge_server(policy, tenant, offer, OP25B_V6, &peer);
}

void op25b_judge_said(const struct op25b_judge *judge, const struct op25b_line *line,
		      enum op25b_use use, int64_t now, struct op25b_finding_of_use *ret)
{
	struct op25b_line other;

	if (!op25b_judge_applies(judge->policy, line->tenant, use))
		use = OP25B_USE_OTHER_SERVER;
	op25b_judge_use(judge, line, use, now, ret);
	if (!ret->asked && line->has_other) {
		op25b_judge_line(judge, &line->other, 0, now, &other);
		op25b_judge_use(judge, &other, use, now, ret);
	}
	if (!ret->asked)
		*ret = op25b_judge_untold(use, OP25B_O_CANNOT_TELL_FAMILY);
}

static uint8_t family_of(const struct op25b_service *service)
{
	for (size_t i = 0; i < service->n_pools; i++) {
		if (service->pools[i].prefix.family == OP25B_V4)
			return OP25B_V4;
	}
	return OP25B_V6;
}

void op25b_judge_said_of(const struct op25b_judge *judge, const struct op25b_service *service,
			 enum op25b_use use, int64_t now, struct op25b_finding_of_use *ret)
{
	const uint8_t family = family_of(service);

	if (!op25b_judge_applies(judge->policy, service->tenant, use))
		use = OP25B_USE_OTHER_SERVER;
	op25b_judge_service(judge, service, use, family, now, ret);
	if (!ret->asked)
		op25b_judge_service(judge, service, use, family == OP25B_V4 ? OP25B_V6 : OP25B_V4,
				    now, ret);
	if (!ret->asked)
		*ret = op25b_judge_untold(use, OP25B_O_CANNOT_TELL_FAMILY);
}
