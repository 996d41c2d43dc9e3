/* SPDX-License-Identifier: BSD-2-Clause */
/* See answers.h. */
#include "web/answers.h"

#include <stdio.h>
#include <string.h>

#include "base/code.h"
#include "web/flow.h"
#include "web/help.h"

static const struct op25b_service *find_service(const struct op25b_policy *policy, const char *id)
{
	for (size_t i = 0; i < policy->n_services; i++) {
		if (!strcmp(policy->services[i].id, id))
			return &policy->services[i];
	}
	return NULL;
}

static const struct op25b_flow_node *find_node(const struct op25b_page *page, const char *id)
{
	const struct op25b_flow_data *flow = page->site->data->flow;

	for (size_t i = 0; flow && i < flow->n; i++) {
		if (!strcmp(flow->nodes[i].id, id))
			return &flow->nodes[i];
	}
	return NULL;
}

static const struct op25b_flow_answer *find_answer(const struct op25b_flow_node *node,
						   const char *id)
{
	for (size_t i = 0; i < node->n; i++) {
		if (!strcmp(node->answers[i].id, id))
			return &node->answers[i];
	}
	return NULL;
}

static bool is_of_flow(const struct op25b_page *page, const struct op25b_web_field *field)
{
	const struct op25b_flow_node *node = find_node(page, field->name);

	return node &&
	       (find_answer(node, field->value) ||
		(node->has_services && find_service(page->site->judge.policy, field->value)));
}

static bool is_of_help(const struct op25b_web_field *field)
{
	for (int ask = 0; ask < OP25B_HELP_ASK_COUNT; ask++) {
		if (!strcmp(op25b_help_ask_name((enum op25b_help_ask)ask), field->name))
			return op25b_help_answer_find((enum op25b_help_ask)ask, field->value) >= 0;
	}
	return false;
}

static const char *text_of(const struct op25b_page *page, const char *one, const char *other)
{
	char key[64];
	op25b_phrase phrase;

	snprintf(key, sizeof(key), "help-%s-%s", one, other);
	phrase = op25b_phrase_find(key);
	return phrase == OP25B_NO_PHRASE ? NULL :
					   op25b_phrase_text(page->html->own, phrase, page->lang);
}

static bool text_of_flow(const struct op25b_page *page, const struct op25b_web_field *field,
			 const char **ret_question, const char **ret_answer)
{
	const struct op25b_flow_node *node = find_node(page, field->name);
	const struct op25b_flow_answer *answer = node ? find_answer(node, field->value) : NULL;
	const struct op25b_service *service = find_service(page->site->judge.policy, field->value);

	if (!node || (!answer && !service))
		return false;
	*ret_question = op25b_data_text_in(page->html->own, &node->question, page->lang);
	*ret_answer = answer ? op25b_data_text_in(page->html->own, &answer->text, page->lang) :
			       op25b_page_service_name(page, service);
	return *ret_answer;
}

bool op25b_answers_text(const struct op25b_page *page, const struct op25b_web_field *field,
			const char **ret_question, const char **ret_answer)
{
	const char *question = NULL, *answer = NULL;

	if (is_of_help(field)) {
		question = text_of(page, "ask", field->name);
		answer = text_of(page, field->name, field->value);
	} else if (!text_of_flow(page, field, &question, &answer)) {
		return false;
	}
	if (!question || !answer)
		return false;
	*ret_question = question;
	*ret_answer = answer;
	return true;
}

static bool is_known(const struct op25b_page *page, const struct op25b_web_field *field)
{
	char shown[OP25B_CODE_TEXT];
	uint64_t code;

	if (!strcmp(field->name, "service") && find_service(page->site->judge.policy, field->value))
		return true;
	if (!strcmp(field->name, "code"))
		return !op25b_code_parse(field->value, &code) &&
		       !strcmp(op25b_code_format(code, shown), field->value);
	return is_of_flow(page, field) || is_of_help(field);
}

void op25b_answers_known(const struct op25b_page *page, const struct op25b_web_fields *fields,
			 char ret[static OP25B_ANSWERS])
{
	size_t used = 0;

	ret[0] = '\0';
	for (size_t i = 0; i < fields->n; i++) {
		const struct op25b_web_field *field = &fields->list[i];
		const size_t n = strlen(field->name) + strlen(field->value) + (used ? 2 : 1);

		if (!is_known(page, field) || used + n >= OP25B_ANSWERS)
			continue;
		used += (size_t)snprintf(ret + used, OP25B_ANSWERS - used, "%s%s=%s",
					 used ? "&" : "", field->name, field->value);
	}
}
