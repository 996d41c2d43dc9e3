/* SPDX-License-Identifier: BSD-2-Clause */
/* See flow.h: the whole flow as rows. */
#include "web/flow.h"

struct rows {
	const struct op25b_flow_ask *ask;
	struct op25b_flow_row *list;
	size_t n;
};

static void walk(struct rows *rows, const struct op25b_flow_state *state, size_t depth);

/* The verdict that a service leads to from here, before anything asks on. */
static enum op25b_outcome verdict_of(const struct op25b_flow_ask *ask, size_t node,
				     enum op25b_use use, const struct op25b_service *service)
{
	struct op25b_flow_state state = { .node = node, .use = use };

	op25b_flow_go(ask, &state, 0, service);
	return state.judged ? state.verdict : state.outcome;
}

bool op25b_flow_row_has(const struct op25b_flow_ask *ask, const struct op25b_flow_row *row,
			const struct op25b_service *service)
{
	return row->services && service->tenant == ask->tenant &&
	       verdict_of(ask, row->node, row->use, service) == row->verdict;
}

static void put(struct rows *rows, struct op25b_flow_row row, const struct op25b_flow_state *then,
		size_t depth)
{
	if (rows->n == OP25B_FLOW_ROWS)
		return;
	row.depth = depth;
	row.ends = then->ended;
	row.outcome = then->outcome;
	row.asks = then->node;
	rows->list[rows->n++] = row;
	if (!then->ended)
		walk(rows, then, depth + 1);
}

/* Each verdict once, in the order in which services have them. */
static void put_services(struct rows *rows, const struct op25b_flow_state *state, size_t depth)
{
	const struct op25b_policy *policy = rows->ask->judge->policy;
	bool seen[OP25B_OUTCOME_COUNT] = { false };

	for (size_t i = 0; i < policy->n_services; i++) {
		const struct op25b_service *service = &policy->services[i];
		struct op25b_flow_state then = *state;
		enum op25b_outcome verdict;

		if (service->tenant != rows->ask->tenant)
			continue;
		verdict = verdict_of(rows->ask, state->node, state->use, service);
		if (seen[verdict])
			continue;
		seen[verdict] = true;
		op25b_flow_go(rows->ask, &then, 0, service);
		put(rows,
		    (struct op25b_flow_row){ .node = state->node,
					     .services = true,
					     .use = state->use,
					     .verdict = verdict },
		    &then, depth);
	}
}

static bool lead_alike(const struct op25b_flow_answer *one, const struct op25b_flow_answer *other)
{
	return one->use == other->use && one->to.way == other->to.way &&
	       (one->to.way != OP25B_FLOW_NODE || one->to.node == other->to.node) &&
	       (one->to.way != OP25B_FLOW_OUTCOME || one->to.outcome == other->to.outcome);
}

/* The answers from @i on that lead where it leads, as bits; 0: an earlier one leads there too. */
static uint32_t alike(const struct op25b_flow_node *node, size_t i)
{
	uint32_t bits = 0;

	for (size_t j = 0; j < node->n; j++) {
		if (!lead_alike(&node->answers[i], &node->answers[j]))
			continue;
		if (j < i)
			return 0;
		bits |= 1U << j;
	}
	return bits;
}

static void walk(struct rows *rows, const struct op25b_flow_state *state, size_t depth)
{
	const struct op25b_flow_node *node = &rows->ask->flow->nodes[state->node];

	if (node->has_services)
		put_services(rows, state, depth);
	for (size_t i = 0; i < node->n; i++) {
		struct op25b_flow_row row = { .node = state->node, .answers = alike(node, i) };
		struct op25b_flow_state then = *state;

		if (!row.answers || !op25b_flow_applies(rows->ask, &node->answers[i]))
			continue;
		op25b_flow_go(rows->ask, &then, i, NULL);
		put(rows, row, &then, depth);
	}
}

size_t op25b_flow_rows(const struct op25b_flow_ask *ask,
		       struct op25b_flow_row rows[static OP25B_FLOW_ROWS])
{
	struct rows to = { .ask = ask, .list = rows };
	struct op25b_flow_state state;

	op25b_flow_begin(ask, &state);
	walk(&to, &state, 0);
	return to.n;
}
