/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The decision flow, one question a page. Answers stand in the query string under their question's
 * name, so each step is a link, and the browser's Back works. `ask` shows a question again that
 * answers itself; `sent` says which one a form was for.
 */
#include <stdio.h>
#include <string.h>

#include "web/flow-parts.h"
#include "web/forms.h"
#include "web/route.h"

/* Answers on the way to where one is. */
struct way {
	struct op25b_flow_ask ask;
	struct op25b_flow_state state;
	size_t nodes[OP25B_FLOW_QUESTIONS];
	const char *values[OP25B_FLOW_QUESTIONS];
	bool by_fact[OP25B_FLOW_QUESTIONS];
	size_t n;
};

void op25b_flow_ask_of(const struct op25b_page *page, struct op25b_flow_ask *ret)
{
	*ret = (struct op25b_flow_ask){
		.flow = page->site->data->flow,
		.judge = &page->site->judge,
		.tenant = page->speaker.tenant,
		.line = page->line.service && !page->line.waiting ? &page->line : NULL,
		.now = page->request->now,
	};
}

/* What the caller's own line answers; NULL: nothing, or the question is asked for. */
static const char *fact_of(const struct op25b_page *page, const struct way *way,
			   const struct op25b_flow_node *node)
{
	const char *asked = op25b_web_field(&page->request->query, "ask");
	const struct op25b_line *line = way->ask.line;

	if (!node->has_services || !line || line->shared || (asked && !strcmp(asked, node->id)))
		return NULL;
	return op25b_flow_service(&way->ask, line->service->id) ? line->service->id : NULL;
}

/* Goes as far as there are answers. */
static void follow(const struct op25b_page *page, struct way *way)
{
	op25b_flow_ask_of(page, &way->ask);
	op25b_flow_begin(&way->ask, &way->state);
	while (!way->state.ended && way->n < OP25B_FLOW_QUESTIONS) {
		const size_t at = way->state.node;
		const struct op25b_flow_node *node = &way->ask.flow->nodes[at];
		const char *said = op25b_web_field(&page->request->query, node->id);
		const char *value = said ? said : fact_of(page, way, node);

		if (!value || !op25b_flow_answer(&way->ask, &way->state, value))
			return;
		way->nodes[way->n] = at;
		way->values[way->n] = value;
		way->by_fact[way->n++] = !said;
	}
}

/* "/ja/flow?a=b&amp;c=d" of the first @n answers; the next is asked, even if a fact answers it. */
static void write_href(struct op25b_page *page, const struct way *way, size_t n, bool ask_next)
{
	struct op25b_html *h = page->html;
	const char *sign = "?";

	op25b_page_href(page, "/flow");
	for (size_t i = 0; i < n; i++) {
		if (way->by_fact[i])
			continue;
		op25b_html_raw(h, sign);
		op25b_html_query(h, way->ask.flow->nodes[way->nodes[i]].id);
		op25b_html_raw(h, "=");
		op25b_html_query(h, way->values[i]);
		sign = "&amp;";
	}
	if (ask_next && way->by_fact[n]) {
		op25b_html_raw(h, sign);
		op25b_html_raw(h, "ask=");
		op25b_html_query(h, way->ask.flow->nodes[way->nodes[n]].id);
	}
}

static void write_text(struct op25b_page *page, const struct op25b_data_text *text)
{
	op25b_html_text(page->html, op25b_data_text_in(page->html->own, text, page->lang));
}

static const char *answer_text(const struct op25b_page *page, const struct way *way, size_t i)
{
	const struct op25b_flow_node *node = &way->ask.flow->nodes[way->nodes[i]];
	const struct op25b_service *service;

	for (size_t j = 0; j < node->n; j++) {
		if (!strcmp(node->answers[j].id, way->values[i]))
			return op25b_data_text_in(page->html->own, &node->answers[j].text,
						  page->lang);
	}
	service = op25b_flow_service(&way->ask, way->values[i]);
	return service ? op25b_page_service_name(page, service) : "";
}

/* The answers so far, each with a link to change it. */
static void write_answers(struct op25b_page *page, const struct way *way)
{
	struct op25b_html *h = page->html;

	if (!way->n)
		return;
	op25b_html_element(h, "h2", OP25B_PAGE_FLOW_ANSWERS, NULL);
	op25b_html_raw(h, "<ol class=\"answers\">\n");
	for (size_t i = 0; i < way->n; i++) {
		const struct op25b_flow_node *node = &way->ask.flow->nodes[way->nodes[i]];
		const char *question = op25b_data_text_in(h->own, &node->question, page->lang);

		op25b_form_answer(page, question, answer_text(page, way, i));
		op25b_html_raw(h, "<a href=\"");
		write_href(page, way, i, true);
		op25b_html_raw(h, "\">");
		op25b_html_say(h, OP25B_PAGE_FORM_CHANGE, OP25B_VALUES({ "question", question }));
		op25b_html_raw(h, "</a>");
		if (way->by_fact[i])
			op25b_html_element(h, "p", OP25B_PAGE_FLOW_LINE_SEEN,
					   OP25B_VALUES({ "line", answer_text(page, way, i) }));
		op25b_html_raw(h, "</li>\n");
	}
	op25b_html_raw(h, "</ol>\n");
}

static const struct op25b_form_link links[] = {
	{ "/flow", OP25B_PAGE_FLOW_AGAIN },
	{ "/flow/list", OP25B_PAGE_FLOW_TO_LIST },
	{ "/flow.svg", OP25B_PAGE_FLOW_TO_CHART },
	{ NULL, OP25B_NO_PHRASE },
};

static void write_radios(struct op25b_page *page, const struct way *way,
			 const struct op25b_flow_node *node)
{
	const struct op25b_policy *policy = page->site->judge.policy;
	bool first = true;

	for (size_t i = 0; node->has_services && i < policy->n_services; i++) {
		const struct op25b_service *service = &policy->services[i];

		if (service->tenant != way->ask.tenant)
			continue;
		op25b_form_radio(page, node->id, service->id,
				 op25b_page_service_name(page, service), first);
		first = false;
	}
	for (size_t i = 0; i < node->n; i++) {
		if (!op25b_flow_applies(&way->ask, &node->answers[i]))
			continue;
		op25b_form_radio(
			page, node->id, node->answers[i].id,
			op25b_data_text_in(page->html->own, &node->answers[i].text, page->lang),
			first);
		first = false;
	}
}

/* The form was sent, and this question still has no answer. */
static bool is_left_out(const struct op25b_page *page, const struct op25b_flow_node *node)
{
	const char *sent = op25b_web_field(&page->request->query, "sent");

	return (sent && !strcmp(sent, node->id)) ||
	       op25b_web_field(&page->request->query, node->id);
}

static void write_form(struct op25b_page *page, const struct way *way,
		       const struct op25b_flow_node *node)
{
	struct op25b_html *h = page->html;

	op25b_html_raw(h, "<form method=\"get\" action=\"");
	op25b_page_href(page, "/flow");
	op25b_html_raw(h, "\">\n");
	for (size_t i = 0; i < way->n; i++) {
		if (!way->by_fact[i])
			op25b_form_hidden(page, way->ask.flow->nodes[way->nodes[i]].id,
					  way->values[i]);
	}
	op25b_form_hidden(page, "sent", node->id);
	op25b_html_raw(h, "<fieldset>\n<legend><h1>");
	write_text(page, &node->question);
	op25b_html_raw(h, "</h1></legend>\n");
	write_radios(page, way, node);
	op25b_html_raw(h, "</fieldset>\n");
	op25b_html_element(h, "button", OP25B_PAGE_FORM_CONTINUE, NULL);
	op25b_html_raw(h, "</form>\n");
}

static void write_question(struct op25b_page *page, const struct way *way)
{
	const struct op25b_flow_node *node = &way->ask.flow->nodes[way->state.node];
	struct op25b_html *h = page->html;

	page->head.own_title = true;
	op25b_page_begin(page, OP25B_PAGE_FLOW_QUESTION,
			 OP25B_VALUES({ "question",
					op25b_data_text_in(h->own, &node->question, page->lang) }));
	if (is_left_out(page, node))
		op25b_form_problem(page, "answer", OP25B_PAGE_FORM_CHOOSE);
	op25b_html_raw(h, "<p><a href=\"");
	if (way->n)
		write_href(page, way, way->n - 1, true);
	else
		op25b_page_href(page, "/");
	op25b_html_raw(h, "\">");
	op25b_html_say(h, OP25B_PAGE_FORM_BACK, NULL);
	op25b_html_raw(h, "</a></p>\n");
	if (node->has_hint) {
		op25b_html_raw(h, "<p class=\"hint\">");
		write_text(page, &node->hint);
		op25b_html_raw(h, "</p>\n");
	}
	write_form(page, way, node);
	write_answers(page, way);
	op25b_form_links(page, "ul", links);
	op25b_page_end(page);
}

void op25b_page_flow(struct op25b_page *page)
{
	struct way way = { .n = 0 };
	enum op25b_outcome outcome;

	follow(page, &way);
	page->head.parent = "/flow/list";
	page->head.parent_word = OP25B_PAGE_FLOW_LIST_TITLE;
	if (!way.state.ended) {
		write_question(page, &way);
		return;
	}
	outcome = way.state.outcome;
	page->head.has_outcome = true;
	page->head.outcome = outcome;
	page->head.use = way.state.use;
	page->head.of = way.state.judged && outcome == way.state.verdict ? &way.state.finding :
									   NULL;
	op25b_page_begin(page, op25b_outcome_title(outcome), NULL);
	op25b_block_outcome(page, outcome, page->head.of);
	write_answers(page, &way);
	op25b_form_links(page, "ul", links);
	op25b_page_end(page);
}
