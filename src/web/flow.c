/* SPDX-License-Identifier: BSD-2-Clause */
/* See flow.h: steps. */
#include "web/flow.h"

#include <string.h>

void op25b_flow_begin(const struct op25b_flow_ask *ask, struct op25b_flow_state *ret)
{
	*ret = (struct op25b_flow_state){ .node = ask->flow->first, .use = OP25B_USE_OTHER_SERVER };
}

static void judge(const struct op25b_flow_ask *ask, const struct op25b_service *service,
		  enum op25b_use use, struct op25b_finding_of_use *ret)
{
	const struct op25b_line *line = ask->line;

	if (line && line->service == service && !line->shared)
		op25b_judge_said(ask->judge, line, use, ask->now, ret);
	else
		op25b_judge_said_of(ask->judge, service, use, ask->now, ret);
}

static void end(struct op25b_flow_state *state, enum op25b_outcome outcome)
{
	state->ended = true;
	state->outcome = outcome;
}

/* To what the policy says; the first time it may ask on. */
static void go_to_verdict(const struct op25b_flow_ask *ask, struct op25b_flow_state *state)
{
	if (state->judged || !state->service) {
		end(state, state->judged ? state->verdict : OP25B_O_UNKNOWN);
		return;
	}
	judge(ask, state->service, state->use, &state->finding);
	state->judged = true;
	state->verdict = state->finding.outcome;
	if (ask->flow->ask_on[state->verdict])
		state->node = ask->flow->ask_on_node[state->verdict];
	else
		end(state, state->verdict);
}

void op25b_flow_go(const struct op25b_flow_ask *ask, struct op25b_flow_state *state, size_t answer,
		   const struct op25b_service *service)
{
	const struct op25b_flow_node *node = &ask->flow->nodes[state->node];
	const struct op25b_flow_to *to = service ? &node->services : &node->answers[answer].to;

	if (service)
		state->service = service;
	else if (node->answers[answer].use >= 0)
		state->use = (enum op25b_use)node->answers[answer].use;
	if (to->way == OP25B_FLOW_NODE)
		state->node = to->node;
	else if (to->way == OP25B_FLOW_OUTCOME)
		end(state, to->outcome);
	else
		go_to_verdict(ask, state);
}

bool op25b_flow_applies(const struct op25b_flow_ask *ask, const struct op25b_flow_answer *answer)
{
	return answer->use < 0 ||
	       op25b_judge_applies(ask->judge->policy, ask->tenant, (enum op25b_use)answer->use);
}

const struct op25b_service *op25b_flow_service(const struct op25b_flow_ask *ask, const char *id)
{
	const struct op25b_policy *policy = ask->judge->policy;

	for (size_t i = 0; i < policy->n_services; i++) {
		if (policy->services[i].tenant == ask->tenant &&
		    !strcmp(policy->services[i].id, id))
			return &policy->services[i];
	}
	return NULL;
}

bool op25b_flow_answer(const struct op25b_flow_ask *ask, struct op25b_flow_state *state,
		       const char *value)
{
	const struct op25b_flow_node *node = &ask->flow->nodes[state->node];
	const struct op25b_service *service = node->has_services ? op25b_flow_service(ask, value) :
								   NULL;

	/* The file's own answers come first: a service may not hide "elsewhere". */
	for (size_t i = 0; i < node->n; i++) {
		if (!strcmp(node->answers[i].id, value)) {
			op25b_flow_go(ask, state, i, NULL);
			return true;
		}
	}
	if (service)
		op25b_flow_go(ask, state, 0, service);
	return service;
}
