/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The mailbox that goes with a line, claimed by the code of a letter (001-27). What was typed comes
 * back but for passwords; whose line it is, op25b-maild looks at.
 */
#include <stdio.h>
#include <string.h>

#include "web/forms.h"
#include "web/route.h"
#include "web/self.h"

/* What is wrong, and where it was typed; @field NULL: nothing that another try would mend. */
struct problem {
	const char *word; /* of op25b-maild */
	const char *field;
	op25b_phrase phrase;
};

static const struct problem problems[] = {
	{ "malformed", "code", OP25B_PAGE_SELF_MAILBOX_CODE_BAD },
	{ "wrong", "code", OP25B_PAGE_SELF_MAILBOX_CODE_WRONG },
	{ "taken", "name", OP25B_PAGE_SELF_MAILBOX_NAME_TAKEN },
	{ "not-here", NULL, OP25B_PAGE_SELF_MAILBOX_NOT_HERE },
	{ "unknown-line", NULL, OP25B_PAGE_SELF_MAILBOX_UNKNOWN_LINE },
	{ "spent", NULL, OP25B_PAGE_SELF_MAILBOX_SPENT },
	{ "expired", NULL, OP25B_PAGE_SELF_MAILBOX_EXPIRED },
	{ "used", NULL, OP25B_PAGE_SELF_MAILBOX_USED },
	{ "full", NULL, OP25B_PAGE_SELF_MAILBOX_FULL },
};

static const struct problem faults[] = {
	[OP25B_CLAIM_NO_CODE] = { "", "code", OP25B_PAGE_SELF_MAILBOX_CODE_NONE },
	[OP25B_CLAIM_BAD_CODE] = { "", "code", OP25B_PAGE_SELF_MAILBOX_CODE_BAD },
	[OP25B_CLAIM_NO_NAME] = { "", "name", OP25B_PAGE_SELF_MAILBOX_NAME_NONE },
	[OP25B_CLAIM_BAD_NAME] = { "", "name", OP25B_PAGE_SELF_MAILBOX_NAME_BAD },
	[OP25B_CLAIM_BAD_PASSWORD] = { "", "password", OP25B_PAGE_SELF_MAILBOX_PASSWORD_BAD },
	[OP25B_CLAIM_OTHER_PASSWORD] = { "", "password", OP25B_PAGE_SELF_MAILBOX_PASSWORD_DIFFERS },
};

/* NULL: the mailbox is made, or nobody knows. */
static const struct problem *problem_of(const struct op25b_page *page)
{
	const struct op25b_desk_facts *desk = &page->facts->desk;
	const enum op25b_claim_fault fault = op25b_self_claim_fault(&page->request->form);

	if (fault)
		return &faults[fault];
	if (!strcmp(desk->outcome, "unusable"))
		return &faults[strcmp(desk->fault, "name") ? OP25B_CLAIM_BAD_PASSWORD :
							     OP25B_CLAIM_BAD_NAME];
	for (size_t i = 0; desk->known && i < sizeof(problems) / sizeof(problems[0]); i++) {
		if (!strcmp(desk->outcome, problems[i].word))
			return &problems[i];
	}
	return NULL;
}

/* What matters to the next try; of five wrong ones the last ends the code. */
static bool is_last(const struct problem *problem, const struct op25b_desk_facts *desk)
{
	return (!strcmp(problem->word, "wrong") || !strcmp(problem->word, "taken")) && !desk->left;
}

static void write_field(struct op25b_page *page, const char *name, op25b_phrase label,
			const char *attributes, const struct problem *problem)
{
	const bool kept = !strcmp(name, "code") || !strcmp(name, "name");
	const char *typed = kept ? op25b_web_field(&page->request->form, name) : NULL;
	const bool wrong = problem && problem->field && !strcmp(problem->field, name);
	struct op25b_html *h = page->html;

	op25b_html_rawf(h, "<p><label for=\"%s\">", name);
	op25b_html_say(h, label, NULL);
	op25b_html_rawf(h, "</label><br>\n<input id=\"%s\" name=\"%s\" required %s", name, name,
			attributes);
	if (typed) {
		op25b_html_raw(h, " value=\"");
		op25b_html_text(h, typed);
		op25b_html_raw(h, "\"");
	}
	op25b_html_raw(h, wrong ? " aria-invalid=\"true\"></p>\n" : "></p>\n");
}

static void write_form(struct op25b_page *page, const struct problem *problem)
{
	const struct op25b_mail_mailbox *mailbox = op25b_self_mailbox(page);
	struct op25b_html *h = page->html;

	op25b_html_raw(h, "<form method=\"post\" action=\"");
	op25b_page_href(page, "/mailbox");
	op25b_html_raw(h, "\">\n");
	write_field(page, "code", OP25B_PAGE_SELF_MAILBOX_CODE,
		    "inputmode=\"numeric\" autocomplete=\"one-time-code\" maxlength=\"40\" "
		    "aria-describedby=\"code-hint\"",
		    problem);
	op25b_html_element(h, "p class=\"hint\" id=\"code-hint\"",
			   OP25B_PAGE_SELF_MAILBOX_CODE_HINT, NULL);
	write_field(page, "name", OP25B_PAGE_SELF_MAILBOX_NAME,
		    "autocomplete=\"username\" autocapitalize=\"none\" spellcheck=\"false\" "
		    "maxlength=\"64\" aria-describedby=\"name-hint\"",
		    problem);
	op25b_html_element(h, "p class=\"hint\" id=\"name-hint\"",
			   OP25B_PAGE_SELF_MAILBOX_NAME_HINT,
			   OP25B_VALUES({ "domain", mailbox->domain }));
	write_field(page, "password", OP25B_PAGE_SELF_MAILBOX_PASSWORD,
		    "type=\"password\" autocomplete=\"new-password\" maxlength=\"127\" "
		    "aria-describedby=\"password-hint\"",
		    problem);
	op25b_html_element(h, "p class=\"hint\" id=\"password-hint\"",
			   OP25B_PAGE_SELF_MAILBOX_PASSWORD_HINT, NULL);
	write_field(page, "again", OP25B_PAGE_SELF_MAILBOX_AGAIN,
		    "type=\"password\" autocomplete=\"new-password\" maxlength=\"127\"", problem);
	op25b_html_element(h, "button", OP25B_PAGE_SELF_MAILBOX_BUTTON, NULL);
	op25b_html_raw(h, "</form>\n");
}

/* Whether the visitor's line is of a service that a mailbox goes with. */
static bool is_here(const struct op25b_page *page, const struct op25b_mail_mailbox *mailbox)
{
	const struct op25b_service *service = page->line.service;

	for (size_t i = 0; service && i < mailbox->n_services; i++) {
		if (&page->site->judge.policy->services[mailbox->services[i]] == service)
			return true;
	}
	return false;
}

static void begin(struct op25b_page *page, op25b_phrase title)
{
	page->head.parent = "/settings";
	page->head.parent_word = OP25B_PAGE_SET_TITLE;
	op25b_page_begin(page, title, NULL);
}

void op25b_page_mailbox(struct op25b_page *page)
{
	const struct op25b_mail_mailbox *mailbox = op25b_self_mailbox(page);
	struct op25b_html *h = page->html;

	if (!mailbox) {
		op25b_page_error(page, 404);
		return;
	}
	begin(page, OP25B_PAGE_SELF_MAILBOX_TITLE);
	op25b_html_element(h, "p class=\"lead\"", OP25B_PAGE_SELF_MAILBOX_LEAD, NULL);
	if (!page->line.waiting && !is_here(page, mailbox))
		op25b_html_element(h, "p class=\"note\" data-elsewhere",
				   OP25B_PAGE_SELF_MAILBOX_ELSEWHERE, NULL);
	op25b_html_element(h, "p", OP25B_PAGE_SELF_MAILBOX_HERE, NULL);
	write_form(page, NULL);
	op25b_page_end(page);
}

static void write_done(struct op25b_page *page, const struct op25b_desk_facts *desk)
{
	struct op25b_html *h = page->html;
	char time[OP25B_PAGE_TIME];

	begin(page, OP25B_PAGE_SELF_MAILBOX_DONE_TITLE);
	op25b_html_element(
		h, "p class=\"lead\" data-answer=\"done\"", OP25B_PAGE_SELF_MAILBOX_DONE,
		OP25B_VALUES({ "account", desk->account }, { "address", desk->address }));
	if (desk->seconds)
		op25b_html_element(
			h, "p", OP25B_PAGE_SELF_MAILBOX_READY,
			OP25B_VALUES({ "time", op25b_page_span(page, desk->seconds, time) }));
	op25b_html_raw(h, "<ul class=\"next\">\n<li>");
	op25b_page_link(page, "/settings", OP25B_PAGE_O_NEXT_SETTINGS, NULL);
	op25b_html_raw(h, "</li>\n<li>");
	op25b_page_link(page, "/check", OP25B_PAGE_FAQ_TO_CHECK, NULL);
	op25b_html_raw(h, "</li>\n</ul>\n");
	op25b_page_end(page);
}

/* Nothing that is typed differently would help. */
static void write_end(struct op25b_page *page, const struct problem *problem)
{
	struct op25b_html *h = page->html;

	begin(page, OP25B_PAGE_SELF_MAILBOX_NO_TITLE);
	op25b_html_rawf(h, "<p class=\"lead\" data-answer=\"%s\">", problem->word);
	op25b_html_say(h, problem->phrase, NULL);
	op25b_html_raw(h, "</p>\n");
	op25b_html_element(h, "p", OP25B_PAGE_SELF_MAILBOX_HERE, NULL);
	op25b_block_contact(page, OP25B_CONTACT_SUPPORT);
	op25b_html_raw(h, "<ul class=\"next\">\n<li>");
	op25b_page_link(page, "/mailbox", OP25B_PAGE_SELF_MAILBOX_TITLE, NULL);
	op25b_html_raw(h, "</li>\n");
	op25b_block_portal(page, "li");
	op25b_html_raw(h, "</ul>\n");
	op25b_page_end(page);
}

/* The form again, with what is wrong; nobody's fault where it can't be said whether it was done. */
static void write_again(struct op25b_page *page, const struct problem *problem)
{
	struct op25b_html *h = page->html;
	char left[16];

	page->response->status = problem ? 200 : 503;
	begin(page, problem ? OP25B_PAGE_SELF_MAILBOX_TITLE : OP25B_PAGE_SELF_AWAY_TITLE);
	if (problem)
		op25b_form_problem(page, problem->field, problem->phrase);
	else
		op25b_self_away(page);
	if (problem && page->facts->desk.left) {
		snprintf(left, sizeof(left), "%d", page->facts->desk.left);
		op25b_html_element(h, "p class=\"note\" data-left", OP25B_PAGE_SELF_MAILBOX_LEFT,
				   OP25B_VALUES({ "n", left }));
	}
	write_form(page, problem);
	op25b_page_end(page);
}

void op25b_page_mailbox_done(struct op25b_page *page)
{
	static const struct problem spent = { "spent", NULL, OP25B_PAGE_SELF_MAILBOX_SPENT };
	const struct op25b_desk_facts *desk = &page->facts->desk;
	const struct problem *problem = problem_of(page);

	if (!op25b_self_mailbox(page))
		op25b_page_error(page, 404);
	else if (problem && is_last(problem, desk))
		write_end(page, &spent);
	else if (problem && !problem->field)
		write_end(page, problem);
	else if (problem || strcmp(desk->outcome, "done") != 0)
		write_again(page, problem);
	else
		write_done(page, desk);
}
