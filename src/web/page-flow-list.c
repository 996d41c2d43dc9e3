/* SPDX-License-Identifier: BSD-2-Clause */
/* The whole flow as nested lists: what a chart says, for who can't see one, and for paper. */
#include <stdio.h>
#include <string.h>

#include "web/flow-parts.h"
#include "web/route.h"

struct list {
	struct op25b_page *page;
	struct op25b_flow_ask ask;
	struct op25b_flow_row rows[OP25B_FLOW_ROWS];
	size_t n, at;
};

/* One more item of a list, if there is room. */
static void append(char *text, size_t size, const char *between, const char *item)
{
	const size_t n = strlen(text);

	if (n + strlen(between) + strlen(item) < size)
		snprintf(text + n, size - n, "%s%s", n ? between : "", item);
}

const char *op25b_flow_row_text(const struct op25b_page *page, const struct op25b_flow_ask *ask,
				const struct op25b_flow_row *row, char *text, size_t size)
{
	const struct op25b_policy *policy = page->site->judge.policy;
	const struct op25b_flow_node *node = &ask->flow->nodes[row->node];
	const char *comma = page->lang == OP25B_JA ? "、" : ", ";

	text[0] = '\0';
	for (size_t i = 0; row->services && i < policy->n_services; i++) {
		if (op25b_flow_row_has(ask, row, &policy->services[i]))
			append(text, size, comma,
			       op25b_page_service_name(page, &policy->services[i]));
	}
	for (size_t i = 0; !row->services && i < node->n; i++) {
		if (row->answers & 1U << i)
			append(text, size, " / ",
			       op25b_data_text_in(page->html->own, &node->answers[i].text,
						  page->lang));
	}
	return text;
}

static void write_answer(struct list *l, const struct op25b_flow_row *row)
{
	char text[4096];

	op25b_flow_row_text(l->page, &l->ask, row, text, sizeof(text));
	if (row->services)
		op25b_html_say(l->page->html, OP25B_PAGE_FLOW_LIST_ON,
			       OP25B_VALUES({ "lines", text }));
	else
		op25b_html_text(l->page->html, text);
}

static void write_end(struct list *l, const struct op25b_flow_row *row)
{
	struct op25b_html *h = l->page->html;

	op25b_html_rawf(h, " <span data-outcome=\"%s\">", op25b_outcome_id(row->outcome));
	op25b_block_mark(l->page, op25b_outcome_verdict(row->outcome));
	op25b_html_raw(h, " <a href=\"");
	op25b_page_href(l->page, "/o/");
	op25b_html_raw(h, op25b_outcome_id(row->outcome));
	op25b_html_raw(h, "\">");
	op25b_html_say(h, op25b_outcome_title(row->outcome), NULL);
	op25b_html_raw(h, "</a></span>");
}

/* The answers of one question; those of deeper ones are within. */
static void write_rows(struct list *l, size_t node, size_t depth)
{
	struct op25b_html *h = l->page->html;

	op25b_html_raw(h, "<p>");
	op25b_html_text(
		h, op25b_data_text_in(h->own, &l->ask.flow->nodes[node].question, l->page->lang));
	op25b_html_raw(h, "</p>\n<ul>\n");
	while (l->at < l->n && l->rows[l->at].depth == depth) {
		const struct op25b_flow_row *row = &l->rows[l->at++];

		op25b_html_raw(h, "<li>");
		write_answer(l, row);
		if (row->ends)
			write_end(l, row);
		else
			write_rows(l, row->asks, depth + 1);
		op25b_html_raw(h, "</li>\n");
	}
	op25b_html_raw(h, "</ul>\n");
}

static void write_chart(struct op25b_page *page)
{
	op25b_html_raw(page->html, "<p>");
	op25b_page_link(page, "/flow.svg", OP25B_PAGE_FLOW_TO_CHART, NULL);
	op25b_html_raw(page->html, " ");
	op25b_html_say(page->html, OP25B_PAGE_FLOW_LIST_CHART, NULL);
	op25b_html_raw(page->html, "</p>\n");
}

void op25b_page_flow_list(struct op25b_page *page)
{
	struct list l = { .page = page };

	op25b_flow_ask_of(page, &l.ask);
	l.ask.line = NULL; /* everybody's list, not the caller's */
	l.n = op25b_flow_rows(&l.ask, l.rows);
	op25b_page_begin(page, OP25B_PAGE_FLOW_LIST_TITLE, NULL);
	op25b_html_element(page->html, "p class=\"lead\"", OP25B_PAGE_FLOW_LIST_LEAD,
			   OP25B_VALUES({ "provider", op25b_page_provider_said(page) }));
	op25b_html_raw(page->html, "<p>");
	op25b_page_link(page, "/flow", OP25B_PAGE_FLOW_LIST_BEGIN, NULL);
	op25b_html_raw(page->html, "</p>\n<div class=\"tree\">\n");
	write_rows(&l, l.ask.flow->first, 0);
	op25b_html_raw(page->html, "</div>\n");
	write_chart(page);
	op25b_page_end(page);
}
