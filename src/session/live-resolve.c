/* SPDX-License-Identifier: BSD-2-Clause */
/* What a policy makes of one live session: see live-inside.h. */
#include <string.h>

#include "policy/prefix.h"
#include "session/live-inside.h"

/* The service of the pool that holds a whole prefix. */
static uint32_t pool_service(const struct op25b_plan *plan, const struct op25b_prefix *prefix)
{
	const struct op25b_policy *policy = plan->policy;
	uint32_t at = op25b_plan_pool_of(plan, prefix);

	if (at == plan->head.n_pools)
		return OP25B_NO_SERVICE;
	if (plan->pools[at].len <= op25b_top_bits(prefix->family))
		return plan->services[plan->pools[at].service];
	/* Of pools that differ below the top 64 bits the plan can't tell which one it is. */
	for (uint32_t s = 0; s < policy->n_services; s++) {
		const struct op25b_service *service = &policy->services[s];

		for (size_t i = 0; i < service->n_pools; i++) {
			if (op25b_prefix_holds(&service->pools[i].prefix, prefix))
				return s;
		}
	}
	return OP25B_NO_SERVICE;
}

/* The same as op25b_session_line_id(), without a copy where no tenant's name stands before it. */
static const char *line_id(const struct op25b_policy *policy,
			   const struct op25b_session_facts *facts, uint32_t service,
			   char buffer[static OP25B_SESSION_LINE_ID])
{
	const bool root = service == OP25B_NO_SERVICE || !policy->services[service].tenant;
	const char *text = op25b_session_line(policy, facts);

	if (root && !strchr(text, '/'))
		return text;
	return op25b_session_line_id(policy, facts, service, buffer);
}

struct op25b_live_say op25b_live_resolve(const struct op25b_live_tables *lt,
					 const struct op25b_live *live,
					 const struct op25b_live_binding *binding)
{
	const struct op25b_plan *plan = &lt->tables.plan;
	struct op25b_live_say say = { 0 };
	struct op25b_session_facts facts;
	char buffer[OP25B_SESSION_LINE_ID];
	const char *id;
	uint32_t service;

	if (!binding || (!plan->policy->n_session_rules && !lt->granted.slots))
		return say;
	facts = op25b_live_facts(live, binding);
	service = op25b_session_service(plan->policy, &facts);
	if (service != OP25B_NO_SERVICE)
		say.service = (uint16_t)(service + 1);
	if (!lt->granted.slots)
		return say;
	if (service == OP25B_NO_SERVICE && plan->policy->n_tenants > 1)
		service = pool_service(plan, &facts.prefix);
	id = line_id(plan->policy, &facts, service, buffer);
	if (*id)
		say.flags = op25b_granted_find(&lt->granted, id, &say.hold);
	return say;
}
