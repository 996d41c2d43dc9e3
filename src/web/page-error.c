/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From an error text to its cause. The text comes by POST, is used for this one answer and is in no
 * link, log or state; what is said of it are sentences of ours, never the text itself.
 */
#include <errno.h>
#include <string.h>

#include "web/errors.h"
#include "web/forms.h"
#include "web/route.h"

static const op25b_phrase confidence_phrases[] = {
	[OP25B_LOW] = OP25B_PAGE_ERROR_LOW,
	[OP25B_MEDIUM] = OP25B_PAGE_ERROR_MEDIUM,
	[OP25B_HIGH] = OP25B_PAGE_ERROR_HIGH,
};

static const op25b_phrase how_phrases[] = {
	[OP25B_DROP] = OP25B_PAGE_ERROR_HOW_DROP,
	[OP25B_RESET] = OP25B_PAGE_ERROR_HOW_RESET,
	[OP25B_UNREACHABLE] = OP25B_PAGE_ERROR_HOW_UNREACHABLE,
	[OP25B_NOTICE] = OP25B_PAGE_ERROR_HOW_NOTICE,
};

/* What is known of the caller's line, by the decision that packets get. */
static void look_at_line(const struct op25b_page *page, struct op25b_errors_seen *ret)
{
	struct op25b_finding_of_use of;

	*ret = (struct op25b_errors_seen){ OP25B_ERRORS_ANY, OP25B_HOW_NONE };
	if (page->line.waiting)
		ret->line = OP25B_ERRORS_UNTOLD;
	if (page->line.waiting || !page->request->caller.family || page->line.shared)
		return;
	if (!page->line.service) {
		ret->line = OP25B_ERRORS_ELSEWHERE;
		return;
	}
	op25b_judge_use(&page->site->judge, &page->line, OP25B_USE_OTHER_SERVER, page->request->now,
			&of);
	ret->line = of.verdict == OP25B_REFUSE ? OP25B_ERRORS_REFUSED : OP25B_ERRORS_OPEN;
	ret->how = of.how;
}

static void write_line(struct op25b_page *page, const struct op25b_errors_seen *seen)
{
	struct op25b_html *h = page->html;

	if (seen->line == OP25B_ERRORS_ELSEWHERE)
		op25b_html_element(h, "p", OP25B_PAGE_ERROR_LINE_ELSEWHERE, NULL);
	else if (seen->line == OP25B_ERRORS_UNTOLD)
		op25b_html_element(h, "p", OP25B_PAGE_ERROR_LINE_UNTOLD, NULL);
	else if (seen->line == OP25B_ERRORS_OPEN)
		op25b_html_element(h, "p", OP25B_PAGE_ERROR_LINE_OPEN, NULL);
	else if (seen->line == OP25B_ERRORS_REFUSED && seen->how != OP25B_HOW_NONE)
		op25b_html_element(
			h, "p", OP25B_PAGE_ERROR_LINE_REFUSED,
			OP25B_VALUES({ "how", op25b_phrase_text(h->own, how_phrases[seen->how],
								page->lang) }));
}

/* The form; @problem stands on top and at the field. */
static void write_form(struct op25b_page *page, op25b_phrase problem)
{
	struct op25b_html *h = page->html;

	if (problem != OP25B_NO_PHRASE)
		op25b_form_problem(page, "text", problem);
	op25b_html_element(h, "p", OP25B_PAGE_ERROR_LEAD, NULL);
	op25b_html_raw(h, "<form method=\"post\" action=\"");
	op25b_page_href(page, "/error");
	op25b_html_raw(h, "\">\n");
	op25b_html_element(h, "label for=\"text\"", OP25B_PAGE_ERROR_LABEL, NULL);
	op25b_html_element(h, "p class=\"hint\" id=\"hint\"", OP25B_PAGE_ERROR_HINT, NULL);
	op25b_html_raw(h, "<textarea id=\"text\" name=\"text\" rows=\"8\" maxlength=\"16000\" "
			  "autocomplete=\"off\" spellcheck=\"false\" aria-describedby=\"hint\"");
	op25b_html_raw(h, problem == OP25B_NO_PHRASE ? "></textarea>\n" :
						       " aria-invalid=\"true\"></textarea>\n");
	op25b_html_element(h, "button", OP25B_PAGE_ERROR_SUBMIT, NULL);
	op25b_html_raw(h, "</form>\n");
	op25b_html_element(h, "p", OP25B_PAGE_ERROR_PRIVATE, NULL);
}

void op25b_page_error_form(struct op25b_page *page)
{
	op25b_page_begin(page, OP25B_PAGE_ERROR_TITLE, NULL);
	write_form(page, OP25B_NO_PHRASE);
	op25b_page_end(page);
}

/* A link to the outcome's page, which says what to do. */
static void write_read(struct op25b_page *page, const struct op25b_cause *cause)
{
	const char *title =
		op25b_phrase_text(page->html->own, op25b_cause_title(cause), page->lang);

	op25b_html_raw(page->html, "<p><a href=\"");
	op25b_page_href(page, "/o/");
	op25b_html_raw(page->html, op25b_outcome_id(cause->outcome));
	op25b_html_raw(page->html, "\">");
	op25b_html_say(page->html, OP25B_PAGE_ERROR_READ, OP25B_VALUES({ "title", title }));
	op25b_html_raw(page->html, "</a></p>\n");
}

static void write_cause(struct op25b_page *page, const struct op25b_cause *cause)
{
	struct op25b_html *h = page->html;

	op25b_html_rawf(h, "<section class=\"cause\" data-outcome=\"%s\" data-confidence=\"%s\">\n",
			op25b_outcome_id(cause->outcome), op25b_confidence_word(cause->confidence));
	op25b_html_element(h, "h2", op25b_cause_title(cause), NULL);
	op25b_html_element(h, "p class=\"lead\"", confidence_phrases[cause->confidence], NULL);
	op25b_html_element(h, "h3", OP25B_PAGE_ERROR_WHY, NULL);
	op25b_html_raw(h, "<p>");
	op25b_html_text(h, op25b_cause_why(h->own, cause, page->lang));
	op25b_html_raw(h, "</p>\n");
	if (cause->outcome != OP25B_O_UNKNOWN) {
		op25b_html_element(h, "h3", OP25B_PAGE_ERROR_WHAT, NULL);
		write_read(page, cause);
	}
	op25b_html_raw(h, "</section>\n");
}

/* Where to go on, from the likeliest to find the cause. */
static const struct op25b_form_link steps[] = {
	{ "/help", OP25B_PAGE_ERROR_NEXT_HELP },
	{ "/line", OP25B_PAGE_ERROR_NEXT_LINE },
	{ "/settings", OP25B_PAGE_ERROR_NEXT_SETTINGS },
	{ "/check#by-hand", OP25B_PAGE_ERROR_NEXT_HAND },
	{ "/contact", OP25B_PAGE_ERROR_NEXT_CONTACT },
	{ NULL, OP25B_NO_PHRASE },
};

static void write_unknown(struct op25b_page *page)
{
	op25b_page_begin(page, OP25B_PAGE_ERROR_UNKNOWN_TITLE, NULL);
	op25b_html_raw(page->html, "<div data-outcome=\"unknown\" data-confidence=\"low\">\n");
	op25b_html_element(page->html, "p class=\"lead\"", OP25B_PAGE_ERROR_UNKNOWN, NULL);
	op25b_form_links(page, "ol", steps);
	op25b_html_raw(page->html, "</div>\n");
}

static void write_causes(struct op25b_page *page, const struct op25b_causes *causes)
{
	struct op25b_html *h = page->html;

	op25b_page_begin(page, OP25B_PAGE_ERROR_ANSWER_TITLE, NULL);
	write_cause(page, &causes->list[0]);
	if (causes->n > 1) {
		op25b_html_element(h, "h2", OP25B_PAGE_ERROR_OTHERS, NULL);
		op25b_html_raw(h, "<ul>\n");
		for (size_t i = 1; i < causes->n; i++) {
			op25b_html_raw(h, "<li>");
			write_read(page, &causes->list[i]);
			op25b_html_element(h, "p", confidence_phrases[causes->list[i].confidence],
					   NULL);
			op25b_html_raw(h, "</li>\n");
		}
		op25b_html_raw(h, "</ul>\n");
	}
	if (causes->list[0].outcome == OP25B_O_UNKNOWN || causes->list[0].confidence == OP25B_LOW) {
		op25b_html_element(h, "h2", OP25B_PAGE_ERROR_FURTHER, NULL);
		op25b_form_links(page, "ol", steps);
	}
}

/* Whether nothing in the text is about receiving, or may be. */
static bool is_received(const struct op25b_causes *causes)
{
	bool received = causes->n;

	for (size_t i = 0; i < causes->n; i++)
		received = received && op25b_outcome_receives(causes->list[i].outcome);
	return received;
}

static void write_answer(struct op25b_page *page, const struct op25b_errors_seen *seen,
			 const struct op25b_causes *causes)
{
	if (causes->n)
		write_causes(page, causes);
	else
		write_unknown(page);
	if (*causes->code)
		op25b_html_element(page->html, "p", OP25B_PAGE_ERROR_CODE,
				   OP25B_VALUES({ "code", causes->code }));
	write_line(page, seen);
	if (is_received(causes))
		op25b_block_receiving(page);
	op25b_html_raw(page->html, "<p>");
	op25b_page_link(page, "/error", OP25B_PAGE_ERROR_AGAIN, NULL);
	op25b_html_raw(page->html, "</p>\n");
	op25b_page_end(page);
}

static void write_problem(struct op25b_page *page, op25b_phrase problem)
{
	page->response->status = 400;
	op25b_page_begin(page, OP25B_PAGE_ERROR_TITLE, NULL);
	write_form(page, problem);
	op25b_page_end(page);
}

void op25b_page_error_answer(struct op25b_page *page)
{
	const char *text = op25b_web_field(&page->request->form, "text");
	struct op25b_errors_seen seen;
	struct op25b_causes causes;
	int r;

	if (!text || !text[strspn(text, " \t\r\n")]) {
		write_problem(page, OP25B_PAGE_ERROR_EMPTY);
		return;
	}
	look_at_line(page, &seen);
	r = op25b_errors_find(page->site->data->errors, text, strlen(text), &seen, &causes);
	if (r == -ENOMEM)
		op25b_page_error(page, 503);
	else if (r)
		write_problem(page, r == -E2BIG ? OP25B_PAGE_ERROR_LONG : OP25B_PAGE_ERROR_BROKEN);
	else
		write_answer(page, &seen, &causes);
}
