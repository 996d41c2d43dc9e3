/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading and checking words/flow.yaml; see flow.h. */
#include <string.h>

#include "web/flow.h"

static int read_outcome_id(struct op25b_conf *c, const struct op25b_node *node, const char *id)
{
	int outcome = op25b_outcome_find(id);

	if (outcome < 0)
		op25b_find_error(&c->finder, &node->place,
				 "'%s' is no outcome; see op25b-web-data(5)", id);
	return outcome;
}

static void read_answer_id(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	((struct op25b_flow_answer *)to)->id = op25b_conf_text(c, value, "id");
}

static void read_answer_text(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	op25b_data_text_read(c, value, "text", &((struct op25b_flow_answer *)to)->text);
}

static void read_use(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	const char *word = op25b_conf_text(c, value, "use");
	int use = word ? op25b_use_find(word) : -1;

	if (word && use < 0)
		op25b_find_error(&c->finder, &value->place,
				 "'%s' is no way of using mail; see op25b-web-data(5)", word);
	((struct op25b_flow_answer *)to)->use = use;
}

static void read_next(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	((struct op25b_flow_answer *)to)->next = op25b_conf_text(c, value, "next");
}

static void read_answer_outcome(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	struct op25b_flow_answer *answer = to;
	const char *id = op25b_conf_text(c, value, "outcome");
	int outcome = id ? read_outcome_id(c, value, id) : -1;

	answer->to.way = OP25B_FLOW_OUTCOME;
	if (outcome >= 0)
		answer->to.outcome = (enum op25b_outcome)outcome;
}

static const struct op25b_conf_field answer_fields[] = {
	{ "id", read_answer_id, "name the answer, as it stands in links" },
	{ "text", read_answer_text, "say the answer" },
	{ "use", read_use, NULL },
	{ "next", read_next, NULL },
	{ "outcome", read_answer_outcome, NULL },
	{ NULL, NULL, NULL },
};

static bool has_answer(const struct op25b_flow_node *node, const char *id)
{
	for (size_t i = 0; id && i + 1 < node->n; i++) {
		if (node->answers[i].id && !strcmp(node->answers[i].id, id))
			return true;
	}
	return false;
}

static void read_answer(struct op25b_conf *c, const struct op25b_node *item,
			struct op25b_flow_node *node)
{
	struct op25b_flow_answer *answer = OP25B_PUSH(c->arena, node->answers, node->n);

	answer->use = -1;
	answer->text.word = OP25B_NO_PHRASE;
	answer->place = item->place;
	op25b_conf_map(c, item, "an answer", answer_fields, answer);
	if (has_answer(node, answer->id))
		op25b_find_error(&c->finder, &item->place,
				 "the question has an answer '%s' already; name this one otherwise",
				 answer->id);
	if (!answer->next == (answer->to.way != OP25B_FLOW_OUTCOME))
		op25b_find_error(
			&c->finder, &item->place,
			"an answer leads to one place; give it either 'next' or 'outcome'");
}

static void read_answers(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	if (!op25b_data_is_filled(c, value, "answers", "begin each answer with '- '"))
		return;
	if (value->n > OP25B_FLOW_ANSWERS)
		op25b_find_error(&c->finder, &value->place, "a question has at most %u answers",
				 OP25B_FLOW_ANSWERS);
	for (const struct op25b_node *item = value->first; item; item = item->next)
		read_answer(c, item, to);
}

static void read_node_id(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	((struct op25b_flow_node *)to)->id = op25b_conf_text(c, value, "id");
}

static void read_question(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	op25b_data_text_read(c, value, "question", &((struct op25b_flow_node *)to)->question);
}

static void read_hint(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	struct op25b_flow_node *node = to;

	op25b_data_text_read(c, value, "hint", &node->hint);
	node->has_hint = true;
}

static void read_services(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	struct op25b_flow_node *node = to;

	node->services_next = op25b_conf_text(c, value, "services");
	node->has_services = node->services_next;
}

static const struct op25b_conf_field node_fields[] = {
	{ "id", read_node_id, "name the question, as it stands in links" },
	{ "question", read_question, "say the question" },
	{ "hint", read_hint, NULL },
	{ "services", read_services, NULL },
	{ "answers", read_answers, "list its answers" },
	{ NULL, NULL, NULL },
};

static void read_nodes(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	struct op25b_flow_data *flow = to;

	if (!op25b_data_is_list(c, value, "nodes", "begin each question with '- '"))
		return;
	for (const struct op25b_node *item = value->first; item; item = item->next) {
		struct op25b_flow_node *node = OP25B_PUSH(c->arena, flow->nodes, flow->n);

		node->question.word = node->hint.word = OP25B_NO_PHRASE;
		node->place = item->place;
		op25b_conf_map(c, item, "a question", node_fields, node);
	}
}

static void read_first(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	struct op25b_flow_data *flow = to;

	flow->first_id = op25b_conf_text(c, value, "first");
	flow->first_place = value->place;
}

static void read_verdicts(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	struct op25b_flow_data *flow = to;

	if (value->kind != OP25B_MAP) {
		op25b_find_error(&c->finder, &value->place,
				 "'verdict' is a map; write 'OUTCOME: QUESTION' pairs");
		return;
	}
	for (const struct op25b_node *key = value->first; key; key = key->next) {
		int outcome = read_outcome_id(c, key, key->text);

		if (outcome < 0)
			continue;
		flow->ask_on[outcome] = op25b_conf_text(c, key->value, key->text);
		flow->ask_on_place[outcome] = key->value->place;
	}
}

void op25b_flow_read(struct op25b_data_load *load, const struct op25b_node *root)
{
	static const struct op25b_conf_field fields[] = {
		{ "first", read_first, "name the first question" },
		{ "verdict", read_verdicts, NULL },
		{ "nodes", read_nodes, "list the questions" },
		{ NULL, NULL, NULL },
	};

	load->data->flow = op25b_arena_alloc(load->c.arena, sizeof(*load->data->flow));
	op25b_conf_map(&load->c, root, "flow.yaml", fields, load->data->flow);
}
