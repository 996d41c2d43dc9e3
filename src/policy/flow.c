/* SPDX-License-Identifier: BSD-2-Clause */
/* See flow.h. The port test stands here as it stands in bpf/judge.h: before any lookup. */
#include "policy/flow.h"
#include "policy/lookup.h"
#include "policy/shared.h"

#define SMTP 25

static struct op25b_addr addr_of(const struct op25b_prefix *p)
{
	struct op25b_addr a = { .family = p->family };

	memcpy(a.bytes, p->addr, sizeof(a.bytes));
	return a;
}

void op25b_flow_decide(const struct op25b_tables *tables, const struct op25b_flow *flow,
		       struct op25b_decision *ret_decision)
{
	const struct op25b_gen g = op25b_lookup_gen(tables);
	const struct op25b_addr line = addr_of(&flow->line), peer = addr_of(&flow->peer);
	struct op25b_facts facts = { .upstream = flow->side == OP25B_UPSTREAM }, told = { 0 };
	uint32_t shared;

	*ret_decision = (struct op25b_decision){ .reason = OP25B_OTHER_PORT };
	if (flow->peer_port != SMTP ||
	    (facts.upstream && !(g.front->head.flags & OP25B_FRONT_REVERSE_PATH)))
		return;
	op25b_classify(&g, &line, &peer, &facts, &shared);
	*ret_decision = op25b_decide(&facts);
	if (shared) {
		told.upstream = facts.upstream;
		op25b_shared_decide(&g, shared, &line, flow->line_port, &peer, &told, ret_decision);
	}
}

const struct op25b_service *op25b_tables_service(const struct op25b_tables *tables,
						 uint16_t service)
{
	const struct op25b_plan *plan = &tables->plan;

	if (!service || service > plan->head.n_services)
		return NULL;
	return &plan->policy->services[plan->services[service]];
}
