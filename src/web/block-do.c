/* SPDX-License-Identifier: BSD-2-Clause */
/* What to do about an outcome: steps, where they lead, the policy's ways out, who helps. */
#include <inttypes.h>
#include <stdio.h>

#include "policy/mail.h"
#include "policy/remedy.h"
#include "web/block-steps.h"
#include "web/block-way.h"

#define HOUR 3600

/* What becomes of mail that is held, as the letter says it; when a limit lets mail out again. */
static void write_term(struct op25b_page *page, enum op25b_outcome outcome)
{
	const struct op25b_mail *mail =
		op25b_mail_of(page->site->judge.policy, page->speaker.tenant);
	const struct op25b_caller_facts *facts = &page->facts->mail;
	char text[OP25B_PAGE_TIME];

	if (outcome == OP25B_O_ACCOUNT_HELD && mail && mail->stolen.hold_for >= HOUR) {
		snprintf(text, sizeof(text), "%" PRId64, mail->stolen.hold_for / HOUR);
		op25b_html_element(page->html, "p data-term", OP25B_PAGE_O_ACCOUNT_HELD_TERM,
				   OP25B_VALUES({ "hours", text }));
	} else if (outcome == OP25B_O_LIMIT_REACHED && facts->known &&
		   facts->limit_until > page->request->now) {
		op25b_page_time(page, facts->limit_until, text);
		op25b_html_element(page->html, "p data-term", OP25B_PAGE_O_LIMIT_REACHED_UNTIL,
				   OP25B_VALUES({ "time", text }));
	}
}

/* A mailbox for who has but an account of the connection, where the provider gives one (001-25). */
static void write_mailbox(struct op25b_page *page, const struct op25b_service *service)
{
	const struct op25b_policy *policy = page->site->judge.policy;
	const struct op25b_mail *mail = op25b_mail_of(policy, page->speaker.tenant);

	if (!service ||
	    !(op25b_remedy_terms(policy, service, OP25B_REMEDY_FREE_MAILBOX)->described ||
	      (mail && mail->mailbox))) {
		op25b_html_element(page->html, "p", OP25B_PAGE_REM_NONE, NULL);
		return;
	}
	op25b_html_raw(page->html, "<ol class=\"remedies\">\n");
	op25b_block_way(page, service, OP25B_OWN_SERVER, OP25B_REMEDY_FREE_MAILBOX);
	op25b_html_raw(page->html, "</ol>\n");
}

/* Whose remedies these are, where that is the reader's service only by chance. */
static void write_whose(struct op25b_page *page, const struct op25b_service *service)
{
	struct op25b_html *h = page->html;

	if (!service || service == page->line.service ||
	    op25b_web_field(&page->request->query, "service"))
		return;
	op25b_html_rawf(h, "<p class=\"note\" data-whose>");
	op25b_html_say(h, OP25B_PAGE_O_WHOSE,
		       OP25B_VALUES({ "service", op25b_page_service_name(page, service) }));
	op25b_html_raw(h, " ");
	op25b_page_link(page, "/table", OP25B_PAGE_O_NEXT_TABLE, NULL);
	op25b_html_raw(h, "</p>\n");
}

/* Where a password is changed: a step that says "change it" has to lead there. */
static void write_password(struct op25b_page *page, enum op25b_outcome outcome)
{
	const char *portal = op25b_page_tenant(page)->portal;

	if (outcome != OP25B_O_ACCOUNT_STOPPED && outcome != OP25B_O_ACCOUNT_HELD &&
	    outcome != OP25B_O_LIMIT_REACHED && outcome != OP25B_O_FIRST_PASSWORD)
		return;
	op25b_html_raw(page->html, "<div data-password>\n");
	op25b_html_element(page->html, "p",
			   portal ? OP25B_PAGE_O_PASSWORD_PORTAL : OP25B_PAGE_O_PASSWORD_ASK, NULL);
	if (portal)
		op25b_block_portal(page, "p");
	else
		op25b_block_contact(page, OP25B_CONTACT_SUPPORT);
	op25b_html_raw(page->html, "</div>\n");
}

/* The situation whose remedies help: the outcome's, or of the use that it was judged for. */
static int situation_of(const struct op25b_page *page, enum op25b_outcome outcome)
{
	const int of_use = op25b_use_situation(page->head.use);

	return outcome == OP25B_O_AFFECTED_SOME_DESTINATIONS && of_use >= 0 ?
		       of_use :
		       op25b_outcome_situation(outcome);
}

void op25b_block_do(struct op25b_page *page, enum op25b_outcome outcome)
{
	const struct op25b_service *service = op25b_page_service(page);
	const int situation = situation_of(page, outcome);
	const bool steps = op25b_block_has_steps(page, outcome);

	if (situation < 0 && !steps && outcome != OP25B_O_NO_MAIL_ACCOUNT)
		return;
	op25b_html_element(page->html, "h2", OP25B_PAGE_O_DO, NULL);
	if (steps)
		op25b_block_steps(page, outcome);
	write_password(page, outcome);
	write_term(page, outcome);
	if (situation >= 0) {
		write_whose(page, service);
		op25b_block_remedies(page, service, (enum op25b_situation)situation);
	} else if (outcome == OP25B_O_NO_MAIL_ACCOUNT) {
		write_mailbox(page, service);
	}
	if (situation < 0 || !service || service->help[situation] == OP25B_HELP_NOT_SAID)
		op25b_block_help_of(page, outcome, situation);
}
