/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What questions of flow.yaml say of each other: every name is one, every question is reached, none
 * comes twice on a way, no way is longer than OP25B_FLOW_QUESTIONS and each ends in an outcome.
 */
#include <string.h>

#include "web/flow.h"

#define VERDICT "verdict"

struct check {
	struct op25b_conf *c;
	struct op25b_flow_data *flow;
	bool *reached;
	bool failed;
};

#define COMPLAIN(check, ...)                                        \
	do {                                                        \
		op25b_find_error(&(check)->c->finder, __VA_ARGS__); \
		(check)->failed = true;                             \
	} while (0)

static void find_node(struct check *check, const char *id, const struct op25b_place *place,
		      size_t *ret)
{
	for (size_t i = 0; id && i < check->flow->n; i++) {
		if (check->flow->nodes[i].id && !strcmp(check->flow->nodes[i].id, id)) {
			*ret = i;
			return;
		}
	}
	if (id)
		COMPLAIN(check, place, "there is no question '%s'; name one of 'nodes'", id);
	else
		check->failed = true; /* said by the reader */
}

static void find_to(struct check *check, const char *next, const struct op25b_place *place,
		    struct op25b_flow_to *to)
{
	if (!next)
		return; /* an outcome, or said by the reader */
	to->way = strcmp(next, VERDICT) ? OP25B_FLOW_NODE : OP25B_FLOW_VERDICT;
	if (to->way == OP25B_FLOW_NODE)
		find_node(check, next, place, &to->node);
}

static void find_ids(struct check *check)
{
	struct op25b_flow_data *flow = check->flow;

	for (size_t i = 0; i < flow->n; i++) {
		struct op25b_flow_node *node = &flow->nodes[i];
		size_t first = i;

		if (node->id)
			find_node(check, node->id, &node->place, &first);
		if (first != i)
			COMPLAIN(check, &node->place,
				 "there is a question '%s' already; name this one otherwise",
				 node->id);
		find_to(check, node->services_next, &node->place, &node->services);
		for (size_t j = 0; j < node->n; j++)
			find_to(check, node->answers[j].next, &node->answers[j].place,
				&node->answers[j].to);
	}
	find_node(check, flow->first_id, &flow->first_place, &flow->first);
	for (size_t i = 0; i < OP25B_OUTCOME_COUNT; i++) {
		if (flow->ask_on[i])
			find_node(check, flow->ask_on[i], &flow->ask_on_place[i],
				  &flow->ask_on_node[i]);
	}
}

static void walk(struct check *check, size_t at, size_t depth, bool judged);

static void walk_to(struct check *check, const struct op25b_flow_to *to, size_t depth, bool judged)
{
	if (to->way == OP25B_FLOW_NODE)
		walk(check, to->node, depth, judged);
	for (size_t i = 0; to->way == OP25B_FLOW_VERDICT && !judged && i < OP25B_OUTCOME_COUNT;
	     i++) {
		if (check->flow->ask_on[i])
			walk(check, check->flow->ask_on_node[i], depth, true);
	}
}

/* A circle is a way that is too long, too. */
static void walk(struct check *check, size_t at, size_t depth, bool judged)
{
	const struct op25b_flow_node *node = &check->flow->nodes[at];

	if (check->failed)
		return;
	if (depth == OP25B_FLOW_QUESTIONS) {
		COMPLAIN(check, &node->place,
			 "the question '%s' is the sixth of a way, or comes again on it; five "
			 "questions are the most",
			 node->id);
		return;
	}
	check->reached[at] = true;
	if (node->has_services)
		walk_to(check, &node->services, depth + 1, judged);
	for (size_t i = 0; i < node->n; i++)
		walk_to(check, &node->answers[i].to, depth + 1, judged);
}

void op25b_flow_check(struct op25b_data_load *load)
{
	struct check check = { .c = &load->c, .flow = load->data->flow };

	if (!check.flow)
		return;
	check.failed = load->c.finder.kept[OP25B_ERROR];
	check.reached = op25b_arena_alloc(load->c.arena, check.flow->n * sizeof(bool));
	find_ids(&check);
	if (!check.failed)
		walk(&check, check.flow->first, 0, false);
	for (size_t i = 0; !check.failed && i < check.flow->n; i++) {
		if (!check.reached[i])
			op25b_find_error(&load->c.finder, &check.flow->nodes[i].place,
					 "no way leads to the question '%s'; remove it, or lead an "
					 "answer to it",
					 check.flow->nodes[i].id);
	}
}
