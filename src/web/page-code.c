/* SPDX-License-Identifier: BSD-2-Clause */
/* POST /l/code: ten digits to read out to support, and what to do where there are none. */
#include <stdio.h>
#include <string.h>

#include "base/code.h"
#include "policy/prefix.h"
#include "web/answers.h"
#include "web/route.h"

#define ONE_DAY 86400
#define SITE    64 /* bits: who has an address of IPv6 has them all */

/* Whose code it is: the line, or of a line without a name its prefix; of nobody else anything. */
static const char *line_of(const struct op25b_page *page, char room[static OP25B_PREFIX_TEXT])
{
	const struct op25b_pool_prefix *pool = page->line.evidence.owner.pool;
	struct op25b_prefix prefix = page->line.address;

	if (!page->line.service || page->line.shared)
		return "";
	if (*page->line.line)
		return page->line.line;
	if (pool || prefix.family == OP25B_V6)
		op25b_prefix_cut(&prefix, pool ? pool->line : SITE);
	return op25b_prefix_format(&prefix, room);
}

/* Of what a form brings only what our own pages wrote into it. */
static void read_answers(const struct op25b_page *page, char ret[static OP25B_ANSWERS])
{
	const char *text = op25b_web_field(&page->request->form, "answers");
	struct op25b_web_fields fields;

	ret[0] = '\0';
	if (!text || op25b_web_fields_read(text, strlen(text), &fields))
		return;
	op25b_answers_known(page, &fields, ret);
	op25b_web_fields_done(&fields);
}

static bool draw(const struct op25b_page *page, enum op25b_outcome outcome,
		 char ret[static OP25B_CODE_TEXT])
{
	const struct op25b_site_calls *calls = page->calls;
	char room[OP25B_PREFIX_TEXT], answers[OP25B_ANSWERS];
	const struct op25b_page_code of = {
		.line = line_of(page, room),
		.ours = page->line.service != NULL,
		.outcome = outcome,
		.answers = answers,
		.probe = "",
		.lang = page->lang,
		.at = page->request->now,
	};

	read_answers(page, answers);
	return calls && calls->draw_code && !calls->draw_code(calls->arg, &of, ret);
}

static void write_digits(struct op25b_page *page, const char *code)
{
	const int64_t kept = page->site->judge.policy->retention.codes;
	char time[OP25B_PAGE_TIME];

	op25b_html_element(page->html, "p", OP25B_PAGE_CODE_PAGE_TEXT, NULL);
	op25b_html_raw(page->html, "<p class=\"digits\" data-code>");
	op25b_html_text(page->html, code);
	op25b_html_raw(page->html, "</p>\n");
	op25b_html_element(
		page->html, "p", OP25B_PAGE_CODE_PAGE_LIFE,
		OP25B_VALUES({ "time",
			       op25b_page_time(page, page->request->now + (kept ? kept : ONE_DAY),
					       time) }));
}

/*
 * Whether a page of ours shows the form of it. Each outcome's own page does, but for those of who
 * is not affected: that form is on /line alone, where it leads. An answer of another family, or
 * before sessions are known, can't be told from one that was made up.
 */
static bool is_shown(const struct op25b_page *page, enum op25b_outcome outcome)
{
	const struct op25b_web_file *file = page->site->file;
	struct op25b_page_now now;

	if (op25b_outcome_verdict(outcome) != OP25B_NOT_AFFECTED || page->line.waiting ||
	    page->line.has_other || (file && (file->host4 || file->host6)))
		return true;
	op25b_page_now(page, outcome, NULL, &now);
	return now.holds;
}

void op25b_page_code(struct op25b_page *page)
{
	const char *id = op25b_web_field(&page->request->form, "outcome");
	const int found = id ? op25b_outcome_find(id) : -1;
	const enum op25b_outcome outcome = (enum op25b_outcome)found;
	struct op25b_html *h = page->html;
	char code[OP25B_CODE_TEXT], path[80];
	const char *title;
	bool drawn;

	if (found < 0 || !is_shown(page, outcome)) {
		op25b_page_error(page, 400);
		return;
	}
	title = op25b_phrase_text(h->own, op25b_outcome_title(outcome), page->lang);
	drawn = draw(page, outcome, code);
	page->response->status = drawn ? 200 : 503;
	op25b_page_begin(page, drawn ? OP25B_PAGE_CODE_PAGE_TITLE : OP25B_PAGE_CODE_NONE, NULL);
	if (drawn)
		write_digits(page, code);
	else
		op25b_html_element(h, "p", OP25B_PAGE_CODE_NONE_TEXT,
				   OP25B_VALUES({ "title", title }));
	op25b_block_contact(page, op25b_outcome_contact(outcome));
	op25b_html_raw(h, "<p>");
	snprintf(path, sizeof(path), "/o/%s", op25b_outcome_id(outcome));
	op25b_page_link(page, path, OP25B_PAGE_CODE_BACK, OP25B_VALUES({ "title", title }));
	op25b_html_raw(h, "</p>\n");
	op25b_page_end(page);
}
