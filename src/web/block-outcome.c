/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The body of an outcome, always built the same way: the verdict, that receiving goes on, what to
 * do, why, whom to ask, a code for support, and where to go next. Nothing ends without a way on.
 */
#include "web/page.h"

/* Where to go next; in the order in which they are shown. */
enum next {
	LINE = 1 << 0,
	HELP = 1 << 1,
	SETTINGS = 1 << 2,
	PROVIDER = 1 << 3,
	ADDRESSES = 1 << 4,
	CHECK = 1 << 5,
	ERROR = 1 << 6,
	STATUS = 1 << 7,
	TABLE = 1 << 8,
	FAQ = 1 << 9,
};

static const struct {
	const char *path;
	op25b_phrase word;
} nexts[] = {
	{ "/line", OP25B_PAGE_O_NEXT_LINE },           { "/help", OP25B_PAGE_O_NEXT_HELP },
	{ "/settings", OP25B_PAGE_O_NEXT_SETTINGS },   { "/provider", OP25B_PAGE_O_NEXT_PROVIDER },
	{ "/addresses", OP25B_PAGE_O_NEXT_ADDRESSES }, { "/check", OP25B_PAGE_O_NEXT_CHECK },
	{ "/error", OP25B_PAGE_O_NEXT_ERROR },         { "/status", OP25B_PAGE_O_NEXT_STATUS },
	{ "/table", OP25B_PAGE_O_NEXT_TABLE },         { "/faq", OP25B_PAGE_O_NEXT_FAQ },
};

static unsigned int nexts_of(enum op25b_outcome outcome)
{
	switch (outcome) {
	case OP25B_O_OK_LINE:
	case OP25B_O_OK_ALREADY_SUBMISSION:
		return HELP | CHECK | FAQ;
	case OP25B_O_OK_BROWSER:
		return LINE | HELP | TABLE;
	case OP25B_O_OK_EXEMPT:
	case OP25B_O_OK_UNTIL_START:
	case OP25B_O_OK_COUNTED:
	case OP25B_O_OK_DESIGNATED:
		return SETTINGS | ADDRESSES | CHECK | FAQ;
	case OP25B_O_CANNOT_TELL_ELSEWHERE:
	case OP25B_O_CANNOT_TELL_SHARED:
	case OP25B_O_CANNOT_TELL_FAMILY:
		return LINE | SETTINGS | TABLE | HELP;
	case OP25B_O_OUTAGE:
		return STATUS | HELP;
	case OP25B_O_ACCOUNT_STOPPED:
	case OP25B_O_ACCOUNT_HELD:
	case OP25B_O_LIMIT_REACHED:
	case OP25B_O_FIRST_PASSWORD:
		return SETTINGS | CHECK | FAQ;
	case OP25B_O_LIMIT_MESSAGE:
	case OP25B_O_ABROAD_CLOSED:
	case OP25B_O_SENDER_CONFIRM:
		return CHECK | FAQ;
	case OP25B_O_SUSPECT:
		return LINE | FAQ;
	case OP25B_O_NO_MAIL_ACCOUNT:
		return SETTINGS | FAQ;
	case OP25B_O_PROVIDER_NO_SUBMISSION:
		return PROVIDER | SETTINGS | CHECK;
	case OP25B_O_UNKNOWN:
		return LINE | ERROR | STATUS | TABLE | HELP;
	default:
		return SETTINGS | PROVIDER | ADDRESSES | CHECK;
	}
}

void op25b_block_why(struct op25b_page *page, enum op25b_outcome outcome)
{
	const int situation = op25b_outcome_situation(outcome);
	const bool own = outcome == OP25B_O_AFFECTED_OWN_SERVER;
	struct op25b_html *h = page->html;

	op25b_html_raw(h, "<p>");
	op25b_html_say(h, op25b_outcome_why(outcome), NULL);
	if ((own || outcome == OP25B_O_AFFECTED_HOSTING_SERVER) &&
	    op25b_page_submits(page, op25b_page_service(page), (enum op25b_situation)situation)) {
		op25b_html_raw(h, page->lang == OP25B_JA ? "" : " ");
		op25b_html_say(h, own ? OP25B_PAGE_O_SUBMITS_OWN : OP25B_PAGE_O_SUBMITS_HOSTING,
			       NULL);
	}
	op25b_html_raw(h, "</p>\n");
}

void op25b_block_next(struct op25b_page *page, enum op25b_outcome outcome)
{
	const unsigned int mask = nexts_of(outcome);

	op25b_html_element(page->html, "h2", OP25B_PAGE_O_NEXT, NULL);
	op25b_html_raw(page->html, "<ul class=\"next\">\n");
	for (size_t i = 0; i < sizeof(nexts) / sizeof(nexts[0]); i++) {
		if (!(mask & 1U << i))
			continue;
		op25b_html_raw(page->html, "<li>");
		op25b_page_link(page, nexts[i].path, nexts[i].word, NULL);
		op25b_html_raw(page->html, "</li>\n");
	}
	/* Where services are changed and passwords asked for (001-27). */
	op25b_block_portal(page, "li");
	op25b_html_raw(page->html, "</ul>\n");
}

void op25b_block_outcome(struct op25b_page *page, enum op25b_outcome outcome,
			 const struct op25b_finding_of_use *of)
{
	op25b_block_verdict(page, outcome, of);
	op25b_block_outcome_rest(page, outcome);
}

void op25b_block_outcome_rest(struct op25b_page *page, enum op25b_outcome outcome)
{
	struct op25b_html *h = page->html;

	if (op25b_outcome_receives(outcome))
		op25b_block_receiving(page);
	op25b_block_do(page, outcome);
	if (page->head.evidence)
		page->head.evidence(page, page->head.evidence_arg);
	op25b_html_element(h, "h2", OP25B_PAGE_O_WHY, NULL);
	op25b_block_why(page, outcome);
	if (op25b_outcome_verdict(outcome) != OP25B_NOT_AFFECTED) {
		op25b_html_element(h, "h2", OP25B_PAGE_O_ASK, NULL);
		op25b_block_contact(page, op25b_outcome_contact(outcome));
		op25b_block_code(page, outcome);
	}
	op25b_block_next(page, outcome);
}
