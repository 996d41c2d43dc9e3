/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * "I suddenly cannot send": what is known is looked at first, then one question a page. Answers
 * stand in the query string, as in the flow; each that a fact gave can be changed.
 */
#include <stdio.h>
#include <string.h>

#include "web/forms.h"
#include "web/help-parts.h"
#include "web/route.h"
#include "web/status-parts.h"

/* "help-ONE-OTHER"; OP25B_NO_PHRASE: the catalogue has none. */
static op25b_phrase phrase_of(const char *one, const char *other)
{
	char key[64];

	snprintf(key, sizeof(key), "help-%s-%s", one, other);
	return op25b_phrase_find(key);
}

static op25b_phrase ask_phrase(enum op25b_help_ask ask)
{
	return phrase_of("ask", op25b_help_ask_name(ask));
}

op25b_phrase op25b_help_answer_phrase(enum op25b_help_answer answer)
{
	return phrase_of(op25b_help_ask_name(op25b_help_answer_of(answer)),
			 op25b_help_answer_name(answer));
}

static const char *text_of(const struct op25b_page *page, op25b_phrase phrase)
{
	return op25b_phrase_text(page->html->own, phrase, page->lang);
}

static void take_said(const struct op25b_page *page, struct op25b_help_said *ret)
{
	for (int ask = 0; ask < OP25B_HELP_ASK_COUNT; ask++) {
		const char *value = op25b_web_field(&page->request->query,
						    op25b_help_ask_name((enum op25b_help_ask)ask));

		ret->list[ask] = value ? op25b_help_answer_find((enum op25b_help_ask)ask, value) :
					 OP25B_HELP_NO_ANSWER;
	}
}

/* Answers that were said, of questions before @end, into a link or a form. */
typedef void (*write_answer_fn)(struct op25b_page *page, const char *name, const char *value,
				bool first);

static void write_said(struct op25b_page *page, const struct op25b_help_result *result, int end,
		       write_answer_fn write)
{
	bool first = true;

	for (int ask = 0; ask < end; ask++) {
		if (result->answers[ask] < 0 || result->by_fact[ask])
			continue;
		write(page, op25b_help_ask_name((enum op25b_help_ask)ask),
		      op25b_help_answer_name((enum op25b_help_answer)result->answers[ask]), first);
		first = false;
	}
}

static void write_in_link(struct op25b_page *page, const char *name, const char *value, bool first)
{
	op25b_html_raw(page->html, first ? "?" : "&amp;");
	op25b_html_raw(page->html, name);
	op25b_html_raw(page->html, "=");
	op25b_html_raw(page->html, value);
}

static void write_in_form(struct op25b_page *page, const char *name, const char *value, bool first)
{
	(void)first;
	op25b_form_hidden(page, name, value);
}

/* To where @ask is asked (again); with @no, to where it is answered so. */
static void write_href(struct op25b_page *page, const struct op25b_help_result *result, int ask,
		       bool no)
{
	bool first = true;

	op25b_page_href(page, "/help");
	write_said(page, result, ask, write_in_link);
	for (int i = 0; i < ask; i++)
		first = first && (result->answers[i] < 0 || result->by_fact[i]);
	write_in_link(page, no ? op25b_help_ask_name((enum op25b_help_ask)ask) : "ask",
		      no ? "no" : op25b_help_ask_name((enum op25b_help_ask)ask), first);
}

/* Facts that end the search are not asked for; one says that it is not that, and goes on. */
static bool is_certain(int ask)
{
	return ask <= OP25B_HELP_SUSPECT;
}

static void write_answer(struct op25b_page *page, const struct op25b_help_result *result, int ask)
{
	const char *question = text_of(page, ask_phrase((enum op25b_help_ask)ask));
	struct op25b_html *h = page->html;

	op25b_form_answer(page, question,
			  text_of(page, op25b_help_answer_phrase(
						(enum op25b_help_answer)result->answers[ask])));
	if (result->by_fact[ask])
		op25b_html_say(h, OP25B_PAGE_HELP_SEEN, NULL);
	op25b_html_raw(h, " <a href=\"");
	write_href(page, result, ask, false);
	op25b_html_raw(h, "\">");
	op25b_html_say(h, OP25B_PAGE_FORM_CHANGE, OP25B_VALUES({ "question", question }));
	op25b_html_raw(h, "</a></li>\n");
}

static void write_answers(struct op25b_page *page, const struct op25b_help_result *result)
{
	bool any = false;

	for (int ask = OP25B_HELP_WHERE; ask < OP25B_HELP_ASK_COUNT; ask++) {
		if (result->answers[ask] < 0)
			continue;
		if (!any) {
			op25b_html_element(page->html, "h2", OP25B_PAGE_HELP_ANSWERS, NULL);
			op25b_html_raw(page->html, "<ol class=\"answers\">\n");
		}
		any = true;
		write_answer(page, result, ask);
	}
	op25b_html_raw(page->html, any ? "</ol>\n" : "");
}

static const struct op25b_form_link links[] = {
	{ "/help", OP25B_PAGE_HELP_AGAIN },
	{ "/error", OP25B_PAGE_HELP_TO_ERROR },
	{ "/flow", OP25B_PAGE_HELP_TO_FLOW },
	{ "/check#by-hand", OP25B_PAGE_HELP_TO_HAND },
	{ NULL, OP25B_NO_PHRASE },
};

static void write_radios(struct op25b_page *page, enum op25b_help_ask ask)
{
	bool first = true;

	for (int i = 0; i < OP25B_HELP_ANSWER_COUNT; i++) {
		const enum op25b_help_answer answer = (enum op25b_help_answer)i;

		if (op25b_help_answer_of(answer) != ask)
			continue;
		op25b_form_radio(page, op25b_help_ask_name(ask), op25b_help_answer_name(answer),
				 text_of(page, op25b_help_answer_phrase(answer)), first);
		first = false;
	}
}

static void write_form(struct op25b_page *page, const struct op25b_help_result *result)
{
	const enum op25b_help_ask ask = result->question;
	struct op25b_html *h = page->html;

	op25b_html_raw(h, "<form method=\"get\" action=\"");
	op25b_page_href(page, "/help");
	op25b_html_raw(h, "\">\n");
	write_said(page, result, (int)ask, write_in_form);
	op25b_form_hidden(page, "sent", op25b_help_ask_name(ask));
	op25b_html_raw(h, "<fieldset>\n");
	op25b_html_raw(h, "<legend>");
	op25b_html_element(h, "h1", ask_phrase(ask), NULL);
	op25b_html_raw(h, "</legend>\n");
	write_radios(page, ask);
	op25b_html_raw(h, "</fieldset>\n");
	op25b_html_element(h, "button", OP25B_PAGE_FORM_CONTINUE, NULL);
	op25b_html_raw(h, "</form>\n");
}

/* The question before this one, or the first page. */
static void write_back(struct op25b_page *page, const struct op25b_help_result *result)
{
	int last = (int)result->question - 1;

	while (last >= OP25B_HELP_WHERE && result->answers[last] < 0)
		last--;
	op25b_html_raw(page->html, "<p><a href=\"");
	if (last >= OP25B_HELP_WHERE)
		write_href(page, result, last, false);
	else
		op25b_page_href(page, "/");
	op25b_html_raw(page->html, "\">");
	op25b_html_say(page->html, OP25B_PAGE_FORM_BACK, NULL);
	op25b_html_raw(page->html, "</a></p>\n");
}

/* An outage of one port, which need not be that of the visitor. */
static const struct op25b_status_entry *partly_out(const struct op25b_page *page)
{
	const int64_t now = page->request->now;

	return op25b_status_partly(
		page->site->data->status,
		op25b_status_ways(page->site->judge.policy, page->speaker.tenant, now),
		page->line.waiting ? NULL : page->line.service, now);
}

/* What was looked at silently, so that nobody asks whether it was. */
static void write_looked(struct op25b_page *page, const struct op25b_help_known *known)
{
	const enum op25b_probed sending =
		op25b_status_sending(&page->facts->probe, page->request->now);
	const bool probed = sending == OP25B_PROBE_GOOD;
	const struct op25b_status_entry *partly = partly_out(page);

	if (partly && !known->outage) {
		op25b_status_write(page, partly);
		return;
	}
	if (sending == OP25B_PROBE_PARTLY && !known->outage)
		op25b_status_write_probe(page);
	if (sending == OP25B_PROBE_PARTLY || known->outage || (!probed && !page->facts->mail.known))
		return;
	op25b_html_element(page->html, "p",
			   probed && page->facts->mail.line_known && known->mail < 0 ?
				   OP25B_PAGE_HELP_NOTHING_KNOWN :
				   OP25B_PAGE_HELP_NO_OUTAGE,
			   NULL);
}

static void write_question(struct op25b_page *page, const struct op25b_help_known *known,
			   const struct op25b_help_result *result)
{
	const char *sent = op25b_web_field(&page->request->query, "sent");
	const char *name = op25b_help_ask_name(result->question);
	struct op25b_html *h = page->html;
	const op25b_phrase hint = phrase_of("hint", name);

	page->head.own_title = true;
	op25b_page_begin(page, ask_phrase(result->question), NULL);
	if ((sent && !strcmp(sent, name)) || op25b_web_field(&page->request->query, name))
		op25b_form_problem(page, "answer", OP25B_PAGE_FORM_CHOOSE);
	write_back(page, result);
	if (result->question <= OP25B_HELP_SERVER) {
		op25b_html_element(h, "p class=\"lead\"", OP25B_PAGE_HELP_LEAD, NULL);
		write_looked(page, known);
	}
	if (hint != OP25B_NO_PHRASE)
		op25b_html_element(h, "p class=\"hint\"", hint, NULL);
	write_form(page, result);
	write_answers(page, result);
	op25b_form_links(page, "ul", links);
	op25b_page_end(page);
}

/* "It is not that": on from what was known for certain. */
static void write_not_that(struct op25b_page *page, const struct op25b_help_result *result)
{
	for (int ask = 0; is_certain(ask); ask++) {
		if (result->answers[ask] < 0 || !result->by_fact[ask])
			continue;
		op25b_html_raw(page->html, "<p><a href=\"");
		write_href(page, result, ask, true);
		op25b_html_raw(page->html, "\">");
		op25b_html_say(page->html, OP25B_PAGE_HELP_NOT_THAT, NULL);
		op25b_html_raw(page->html, "</a></p>\n");
		return;
	}
}

struct seen {
	const struct op25b_help_known *known;
	const struct op25b_help_result *result;
};

static void write_seen(struct op25b_page *page, const void *arg)
{
	const struct seen *seen = arg;

	op25b_help_write_evidence(page, seen->known, seen->result);
	write_not_that(page, seen->result);
}

static void write_outcome(struct op25b_page *page, const struct op25b_help_known *known,
			  const struct op25b_help_result *result)
{
	const struct seen seen = { known, result };

	page->head.evidence = write_seen;
	page->head.evidence_arg = &seen;
	page->head.has_outcome = true;
	page->head.outcome = result->outcome;
	page->head.use = op25b_help_use(result->answers[OP25B_HELP_SERVER]);
	page->head.of = result->of;
	op25b_page_begin(page, op25b_outcome_title(result->outcome), NULL);
	op25b_block_outcome(page, result->outcome, result->of);
	write_answers(page, result);
	op25b_form_links(page, "ul", links);
	op25b_page_end(page);
}

/* A question that a fact answers is asked all the same where the visitor wants to change it. */
static void ask_again(const struct op25b_page *page, struct op25b_help_result *result)
{
	const char *name = op25b_web_field(&page->request->query, "ask");

	for (int ask = OP25B_HELP_WHERE; name && ask < OP25B_HELP_ASK_COUNT; ask++) {
		if (strcmp(name, op25b_help_ask_name((enum op25b_help_ask)ask)) ||
		    result->answers[ask] < 0 || !result->by_fact[ask])
			continue;
		result->asks = true;
		result->question = (enum op25b_help_ask)ask;
		for (int i = ask; i < OP25B_HELP_ASK_COUNT; i++)
			result->answers[i] = OP25B_HELP_NO_ANSWER;
	}
}

void op25b_page_help(struct op25b_page *page)
{
	struct op25b_finding_of_use uses[OP25B_USE_COUNT];
	struct op25b_help_known known;
	struct op25b_help_said said;
	struct op25b_help_result result;

	op25b_help_know(page, &known, uses);
	take_said(page, &said);
	op25b_help_decide(&known, &said, &result);
	ask_again(page, &result);
	page->head.parent = "/help";
	page->head.parent_word = OP25B_PAGE_HELP_TITLE;
	if (result.asks)
		write_question(page, &known, &result);
	else if (result.untold)
		op25b_page_error(page, 503);
	else
		write_outcome(page, &known, &result);
}
