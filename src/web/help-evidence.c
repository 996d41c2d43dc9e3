/* SPDX-License-Identifier: BSD-2-Clause */
/* "Why we think so" of "I suddenly cannot send": each with its time and where it is from. */
#include <stdio.h>

#include "web/help-parts.h"
#include "web/status-parts.h"

static void write_outage(struct op25b_page *page)
{
	const int64_t now = page->request->now;
	const struct op25b_status_entry *entry = op25b_status_outage(
		page->site->data->status,
		op25b_status_ways(page->site->judge.policy, page->speaker.tenant, now),
		page->line.waiting ? NULL : page->line.service, now);

	op25b_html_element(page->html, "p class=\"lead\"", OP25B_PAGE_HELP_NOTHING, NULL);
	if (entry) {
		op25b_html_element(page->html, "p", OP25B_PAGE_HELP_EVIDENCE_OUTAGE, NULL);
		op25b_status_write(page, entry);
	}
	op25b_status_write_probe(page);
}

/* A refusal has its time; a state is as of now. */
static void write_mail(struct op25b_page *page, enum op25b_outcome outcome)
{
	const struct op25b_caller_facts *mail = &page->facts->mail;
	bool refusal = mail->refused_at && op25b_outcome_of_mail(mail->refused) == (int)outcome;
	int64_t at = refusal ? mail->refused_at : page->request->now;
	char time[OP25B_PAGE_TIME];

	op25b_html_element(page->html, "li",
			   refusal ? OP25B_PAGE_HELP_EVIDENCE_MAIL_REFUSED :
				     OP25B_PAGE_HELP_EVIDENCE_MAIL,
			   OP25B_VALUES({ "time", op25b_page_time(page, at, time) }));
}

static void write_suspect(struct op25b_page *page)
{
	const struct op25b_line_facts *line = &page->facts->line;
	char n[16], span[OP25B_PAGE_TIME];

	snprintf(n, sizeof(n), "%u", line->destinations);
	op25b_html_element(
		page->html, "li", OP25B_PAGE_HELP_EVIDENCE_SUSPECT,
		OP25B_VALUES({ "span", op25b_page_span(page, line->since, span) }, { "n", n }));
}

/* Whose line asks; it need not be the one on which sending fails. */
static void write_line(struct op25b_page *page, const struct op25b_help_known *known,
		       const struct op25b_help_result *result)
{
	const int where = result->answers[OP25B_HELP_WHERE];

	if (known->ours)
		op25b_html_element(page->html, "li",
				   where < 0 || where == OP25B_HELP_WHERE_LINE ?
					   OP25B_PAGE_HELP_EVIDENCE_LINE :
					   OP25B_PAGE_HELP_EVIDENCE_LINE_NOW,
				   OP25B_VALUES({ "line", op25b_page_service_name(
								  page, page->line.service) }));
	else if (known->cannot_tell)
		op25b_html_element(page->html, "li", OP25B_PAGE_HELP_EVIDENCE_SHARED, NULL);
	else if (known->untold)
		op25b_html_element(page->html, "li", OP25B_PAGE_HELP_EVIDENCE_UNTOLD, NULL);
	else if (page->request->caller.family)
		op25b_html_element(page->html, "li", OP25B_PAGE_HELP_EVIDENCE_ELSEWHERE, NULL);
}

static void write_tried(struct op25b_page *page, const struct op25b_help_known *known)
{
	const struct op25b_line_facts *line = &page->facts->line;
	char time[OP25B_PAGE_TIME];

	if (known->tried_25)
		op25b_html_element(
			page->html, "li", OP25B_PAGE_HELP_EVIDENCE_TRIED,
			OP25B_VALUES({ "time", op25b_page_time(page, line->last, time) }));
}

/* What the policy says, where the line counted for the answer. */
static void write_rule(struct op25b_page *page, const struct op25b_help_known *known,
		       const struct op25b_help_result *result)
{
	if (result->of)
		op25b_html_element(page->html, "li", OP25B_PAGE_HELP_EVIDENCE_RULE, NULL);
	else if (known->ours && result->answers[OP25B_HELP_WHERE] == OP25B_HELP_WHERE_LINE &&
		 result->answers[OP25B_HELP_TROUBLE] >= 0 &&
		 result->answers[OP25B_HELP_PORT] != OP25B_HELP_PORT_SUBMISSION)
		op25b_html_element(page->html, "li", OP25B_PAGE_HELP_EVIDENCE_OPEN, NULL);
}

static void write_said(struct op25b_page *page, const struct op25b_help_result *result)
{
	for (int ask = OP25B_HELP_WHERE; ask < OP25B_HELP_ASK_COUNT; ask++) {
		const int answer = result->answers[ask];

		if (answer < 0 || result->by_fact[ask])
			continue;
		op25b_html_element(
			page->html, "li", OP25B_PAGE_HELP_EVIDENCE_SAID,
			OP25B_VALUES({ "answer",
				       op25b_phrase_text(page->html->own,
							 op25b_help_answer_phrase(
								 (enum op25b_help_answer)answer),
							 page->lang) }));
	}
}

void op25b_help_write_evidence(struct op25b_page *page, const struct op25b_help_known *known,
			       const struct op25b_help_result *result)
{
	op25b_html_element(page->html, "h2", OP25B_PAGE_HELP_EVIDENCE, NULL);
	if (result->answers[OP25B_HELP_OUTAGE] == OP25B_HELP_OUTAGE_YES) {
		write_outage(page);
		return;
	}
	op25b_html_raw(page->html, "<ul class=\"evidence\">\n");
	if (result->answers[OP25B_HELP_MAIL] == OP25B_HELP_MAIL_YES) {
		write_mail(page, result->outcome);
	} else if (result->answers[OP25B_HELP_SUSPECT] == OP25B_HELP_SUSPECT_YES) {
		write_suspect(page);
	} else {
		write_line(page, known, result);
		write_tried(page, known);
		write_rule(page, known, result);
		write_said(page, result);
	}
	op25b_html_raw(page->html, "</ul>\n");
}
