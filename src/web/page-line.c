/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * "Am I affected?", answered for the line that asks: the verdict first, then what to do, then why,
 * then every way of sending. What the pages say is what the packet filter does: both ask judge.h.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "policy/prefix.h"
#include "policy/words.h"
#include "web/line-parts.h"
#include "web/route.h"

#define COUNT_TEXT 16U

static void judge_uses(const struct op25b_page *page, const struct op25b_line *line,
		       struct op25b_finding_of_use uses[OP25B_USE_COUNT],
		       struct op25b_line_answer *ret)
{
	for (int use = 0; use < OP25B_USE_COUNT; use++)
		op25b_judge_use(&page->site->judge, line, (enum op25b_use)use, page->request->now,
				&uses[use]);
	op25b_judge_answer(uses, ret);
}

static void write_uses(struct op25b_page *page,
		       const struct op25b_finding_of_use uses[OP25B_USE_COUNT])
{
	struct op25b_html *h = page->html;

	op25b_html_element(h, "h2", OP25B_PAGE_LINE_USES, NULL);
	op25b_html_raw(h, "<ul class=\"uses\">\n");
	for (int use = 0; use < OP25B_USE_COUNT; use++) {
		if (uses[use].asked)
			op25b_line_use(page, (enum op25b_use)use, &uses[use]);
	}
	op25b_html_raw(h, "</ul>\n");
}

/* Of a line that many servers were tried from: neutral, as it may well be meant so (002-04). */
static void write_suspect(struct op25b_page *page)
{
	const struct op25b_line_facts *facts = &page->facts->line;
	struct op25b_html *h = page->html;
	char n[COUNT_TEXT], span[OP25B_PAGE_TIME];

	if (!facts->known || !facts->suspect)
		return;
	snprintf(n, sizeof(n), "%u", facts->destinations);
	op25b_html_raw(h, "<section class=\"suspect\" data-suspect>\n");
	op25b_html_element(h, "h2", OP25B_PAGE_LINE_SUSPECT, NULL);
	op25b_html_element(
		h, "p", OP25B_PAGE_LINE_SUSPECT_TEXT,
		OP25B_VALUES({ "span", op25b_page_span(page, facts->since, span) }, { "n", n }));
	op25b_html_raw(h, "<p>");
	op25b_page_link(page, "/o/suspect", OP25B_PAGE_LINE_SUSPECT_DO, NULL);
	op25b_html_raw(h, "</p>\n</section>\n");
}

/* A mailbox of the line whose mail is held, or that is stopped (4b.8): without its name, as who is
 * on a line need not be who has the mailbox. */
static void write_account(struct op25b_page *page)
{
	const struct op25b_caller_facts *mail = &page->facts->mail;
	const enum op25b_outcome outcome = mail->stopped ? OP25B_O_ACCOUNT_STOPPED :
							   OP25B_O_ACCOUNT_HELD;
	struct op25b_html *h = page->html;
	char path[64];

	if (!mail->known || (!mail->stopped && !mail->held))
		return;
	snprintf(path, sizeof(path), "/o/%s", op25b_outcome_id(outcome));
	op25b_html_rawf(h, "<section class=\"suspect\" data-account=\"%s\">\n",
			op25b_outcome_id(outcome));
	op25b_html_element(h, "h2", op25b_outcome_title(outcome), NULL);
	op25b_html_element(h, "p", op25b_outcome_sentence(outcome), NULL);
	op25b_html_raw(h, "<p>");
	op25b_page_link(page, path, OP25B_PAGE_LINE_ACCOUNT_DO, NULL);
	op25b_html_raw(h, "</p>\n</section>\n");
}

/* IPv4 and IPv6 of one home are often different services: one is answered, or both (6b.4). */
static void write_other_family(struct op25b_page *page)
{
	struct op25b_finding_of_use uses[OP25B_USE_COUNT];
	const bool v6 = page->line.other.family == OP25B_V6;
	struct op25b_line_answer answer;
	struct op25b_line other;

	op25b_judge_line(&page->site->judge, &page->line.other, 0, page->request->now, &other);
	judge_uses(page, &other, uses, &answer);
	op25b_html_rawf(page->html, "<section data-family=\"%s\">\n", v6 ? "v6" : "v4");
	op25b_html_element(page->html, "h2",
			   v6 ? OP25B_PAGE_LINE_FAMILY_OTHER_V6 : OP25B_PAGE_LINE_FAMILY_OTHER_V4,
			   NULL);
	op25b_block_verdict(page, answer.outcome, &uses[answer.use]);
	op25b_html_raw(page->html, "</section>\n");
}

/* The link to a name that has addresses of one family only, where the operator has such names. */
static void write_ask_family(struct op25b_page *page, bool v6)
{
	const struct op25b_web_file *file = page->site->file;
	const char *host = file ? (v6 ? file->host6 : file->host4) : NULL;
	char href[512];

	if (host && snprintf(href, sizeof(href), "https://%s/%s/line", host,
			     op25b_lang_names[page->lang]) < (int)sizeof(href))
		op25b_html_link(page->html, href,
				v6 ? OP25B_PAGE_LINE_FAMILY_ASK_V6 : OP25B_PAGE_LINE_FAMILY_ASK_V4,
				NULL);
}

static void write_families(struct op25b_page *page)
{
	const bool v6 = page->line.address.family == OP25B_V6;
	struct op25b_html *h = page->html;

	if (page->line.has_other) {
		write_other_family(page);
		return;
	}
	op25b_html_rawf(h, "<p class=\"note\" data-family=\"%s\">", v6 ? "v6" : "v4");
	op25b_html_say(h, v6 ? OP25B_PAGE_LINE_FAMILY_V6 : OP25B_PAGE_LINE_FAMILY_V4, NULL);
	op25b_html_raw(h, " ");
	op25b_html_say(h, OP25B_PAGE_LINE_FAMILY_WHY, NULL);
	op25b_html_raw(h, " ");
	write_ask_family(page, !v6);
	op25b_html_raw(h, "</p>\n");
}

/* By the name that has only addresses of the family that the caller's is not of: something between
 * us, as a proxy or a VPN, took the other. */
static bool is_asked_of_other(const struct op25b_page *page)
{
	const struct op25b_web_file *file = page->site->file;
	const bool v6 = page->line.address.family == OP25B_V6;
	const char *other = file ? (v6 ? file->host4 : file->host6) : NULL;
	const size_t n = strcspn(page->request->host, ":");

	return other && strlen(other) == n && !strncasecmp(other, page->request->host, n);
}

/* The family that was asked for has not been seen, and no line says what it is (6b.1). */
static void write_unseen(struct op25b_page *page)
{
	const enum op25b_outcome outcome = OP25B_O_CANNOT_TELL_FAMILY;

	page->head = (struct op25b_page_head){ .has_outcome = true, .outcome = outcome };
	op25b_page_begin(page, OP25B_PAGE_LINE_TITLE, NULL);
	op25b_block_verdict(page, outcome, NULL);
	op25b_html_raw(page->html, "<p>");
	write_ask_family(page, page->line.address.family == OP25B_V6);
	op25b_html_raw(page->html, "</p>\n");
	op25b_block_outcome_rest(page, outcome);
	op25b_page_end(page);
}

/* Other access lines have pages of their own (003-15). */
static void write_info(struct op25b_page *page)
{
	const struct op25b_service *service = page->line.service;

	if (!service || !service->info_url)
		return;
	op25b_html_raw(page->html, "<p>");
	op25b_html_link(page->html, service->info_url, OP25B_PAGE_LINE_INFO,
			OP25B_VALUES({ "service", op25b_page_service_name(page, service) }));
	op25b_html_raw(page->html, "</p>\n");
}

/* Whom to ask, where that is not the contact at the foot of every page. */
static void write_ask(struct op25b_page *page, enum op25b_outcome outcome)
{
	const enum op25b_contact contact = op25b_outcome_contact(outcome);

	if (contact == OP25B_CONTACT_SUPPORT)
		return;
	op25b_html_element(page->html, "h2", OP25B_PAGE_O_ASK, NULL);
	op25b_block_contact(page, contact);
}

/* Before a start, the ways out are already told: they work today (000-10). */
static void write_later(struct op25b_page *page, enum op25b_use use,
			const struct op25b_finding_of_use *of)
{
	const int situation = op25b_use_situation(use);
	char day[OP25B_PAGE_TIME];

	if (of->from == INT64_MAX || situation < 0 || op25b_outcome_situation(of->outcome) >= 0)
		return;
	op25b_html_element(page->html, "h2", OP25B_PAGE_LINE_DO_LATER,
			   OP25B_VALUES({ "date", op25b_page_day(page, of->from, day) }));
	op25b_block_remedies(page, page->line.service, (enum op25b_situation)situation);
}

static void write_answer(struct op25b_page *page,
			 const struct op25b_finding_of_use uses[OP25B_USE_COUNT],
			 const struct op25b_line_answer *answer)
{
	const struct op25b_finding_of_use *of = &uses[answer->use];

	op25b_block_verdict(page, answer->outcome, of);
	op25b_block_receiving(page);
	write_account(page);
	if (of->reason == OP25B_HOLD)
		op25b_html_element(page->html, "p class=\"note\"", OP25B_PAGE_LINE_HOLD, NULL);
	write_suspect(page);
	op25b_block_do(page, answer->outcome);
	write_later(page, answer->use, of);
	write_ask(page, answer->outcome);
	if (page->line.service) {
		op25b_line_why(page, answer->use, of);
		write_uses(page, uses);
	} else {
		op25b_html_element(page->html, "h2", OP25B_PAGE_O_WHY, NULL);
		op25b_block_why(page, answer->outcome);
	}
	write_families(page);
	write_info(page);
	if (page->line.service)
		op25b_line_details(page, of);
	op25b_block_code(page, answer->outcome);
	op25b_block_next(page, answer->outcome);
}

void op25b_page_line(struct op25b_page *page)
{
	struct op25b_finding_of_use uses[OP25B_USE_COUNT];
	struct op25b_line_answer answer;

	/* Until the sessions are known nobody can say whose address it is. */
	if (page->line.waiting) {
		op25b_page_error(page, 503);
		return;
	}
	if (is_asked_of_other(page)) {
		const struct op25b_prefix other = page->line.other;

		if (!page->line.has_other) {
			write_unseen(page);
			return;
		}
		op25b_judge_line(&page->site->judge, &other, 0, page->request->now, &page->line);
	}
	judge_uses(page, &page->line, uses, &answer);
	page->head = (struct op25b_page_head){ .has_outcome = true,
					       .outcome = answer.outcome,
					       .use = answer.use,
					       .of = &uses[answer.use] };
	op25b_page_begin(page, OP25B_PAGE_LINE_TITLE, NULL);
	write_answer(page, uses, &answer);
	op25b_page_end(page);
}
