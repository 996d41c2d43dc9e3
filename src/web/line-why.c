/* SPDX-License-Identifier: BSD-2-Clause */
/* Why a line got its answer: conditions, what was counted, and details for a member of staff. */
#include <stdio.h>

#include "policy/prefix.h"
#include "policy/words.h"
#include "web/line-parts.h"

#define MINUTE 60

/* A condition: whether it holds, in a word; nobody knows of an address that many lines share. */
static void open_condition(struct op25b_page *page, const struct op25b_finding_of_use *of,
			   bool holds, bool later)
{
	const bool known = op25b_outcome_verdict(of->outcome) != OP25B_CANNOT_TELL;
	struct op25b_html *h = page->html;

	op25b_html_rawf(h, "<li data-holds=\"%s\"><strong>",
			!known ? "unknown" :
			holds  ? "yes" :
				 "no");
	op25b_html_say(h,
		       !known ? OP25B_PAGE_LINE_NOT_KNOWN :
		       holds  ? OP25B_PAGE_LINE_YES :
		       later  ? OP25B_PAGE_LINE_NOT_YET_TRUE :
				OP25B_PAGE_LINE_NO,
		       NULL);
	op25b_html_raw(h, "</strong> ");
}

/* That the line is limited: the service, and how its address is known to be of it. */
static void write_first(struct op25b_page *page, const struct op25b_finding_of_use *of)
{
	const bool later = !of->restricted && of->from != INT64_MAX;
	char day[OP25B_PAGE_TIME], address[OP25B_PREFIX_TEXT];
	struct op25b_html *h = page->html;

	open_condition(page, of, of->restricted, later);
	if (later)
		op25b_html_say(h, OP25B_PAGE_LINE_ONE_LATER,
			       OP25B_VALUES({ "date", op25b_page_day(page, of->from, day) }));
	else
		op25b_html_say(h, OP25B_PAGE_LINE_ONE, NULL);
	op25b_html_raw(h, "<br>");
	op25b_html_say(
		h, OP25B_PAGE_LINE_ONE_SERVICE,
		OP25B_VALUES({ "service", op25b_page_service_name(page, page->line.service) }));
	op25b_html_raw(h, " ");
	op25b_address_format(page->line.address.family, page->line.address.addr, address);
	if (page->line.evidence.owner.line)
		op25b_html_say(h, OP25B_PAGE_LINE_ONE_NAMED, NULL);
	else if (page->line.evidence.has_session)
		op25b_html_say(h, OP25B_PAGE_LINE_ONE_SESSION,
			       OP25B_VALUES({ "address", address }));
	else
		op25b_html_say(h, OP25B_PAGE_LINE_ONE_POOL, OP25B_VALUES({ "address", address }));
	op25b_html_raw(h, "</li>\n");
}

/* That the server is one of those that are limited: nobody sees which a customer uses, so it is
 * said for which it was judged. */
static void write_second(struct op25b_page *page, enum op25b_use use,
			 const struct op25b_finding_of_use *of)
{
	struct op25b_html *h = page->html;
	const char *name = op25b_phrase_text(h->own, op25b_use_name(use), page->lang);

	open_condition(page, of, of->foreign, false);
	op25b_html_say(h, OP25B_PAGE_LINE_TWO, NULL);
	op25b_html_raw(h, "<br>");
	op25b_html_say(h, OP25B_PAGE_LINE_TWO_EVIDENCE, OP25B_VALUES({ "use", name }));
	op25b_html_raw(h, "</li>\n");
}

/* That none was refused holds for whole minutes that were counted, and not for what is older. */
static void write_none(struct op25b_page *page, const struct op25b_line_facts *facts)
{
	char text[OP25B_PAGE_TIME];

	if (facts->last)
		op25b_html_element(
			page->html, "p data-seen", OP25B_PAGE_LINE_SEEN_LAST,
			OP25B_VALUES({ "time", op25b_page_time(page, facts->last, text) }));
	else if (facts->since >= MINUTE)
		op25b_html_element(
			page->html, "p data-seen", OP25B_PAGE_LINE_SEEN_NONE,
			OP25B_VALUES({ "span", op25b_page_span(page, facts->since / MINUTE * MINUTE,
							       text) }));
}

/* What op25bd counted of this very line lately; nothing where nobody could say. */
static void write_seen(struct op25b_page *page)
{
	const struct op25b_line_facts *facts = &page->facts->line;
	char time[OP25B_PAGE_TIME], span[OP25B_PAGE_TIME], n[16];

	if (!facts->known)
		return;
	if (!facts->attempts || !facts->last) {
		write_none(page, facts);
		return;
	}
	snprintf(n, sizeof(n), "%u", facts->attempts);
	op25b_page_span(page, facts->since, span);
	op25b_page_time(page, facts->last, time);
	if (facts->attempts == 1)
		op25b_html_element(page->html, "p data-seen", OP25B_PAGE_LINE_SEEN_ONE,
				   OP25B_VALUES({ "span", span }, { "time", time }));
	else
		op25b_html_element(page->html, "p data-seen", OP25B_PAGE_LINE_SEEN_REFUSED,
				   OP25B_VALUES({ "span", span }, { "n", n }, { "time", time }));
}

void op25b_line_why(struct op25b_page *page, enum op25b_use use,
		    const struct op25b_finding_of_use *of)
{
	op25b_html_element(page->html, "h2", OP25B_PAGE_LINE_WHY, NULL);
	op25b_html_element(page->html, "p", OP25B_PAGE_LINE_WHY_TEXT, NULL);
	op25b_html_raw(page->html, "<ol class=\"conditions\">\n");
	write_first(page, of);
	write_second(page, use, of);
	op25b_html_raw(page->html, "</ol>\n");
	write_seen(page);
	op25b_block_why(page, of->outcome);
	op25b_html_element(page->html, "p class=\"gloss\"", OP25B_PAGE_START_GLOSS, NULL);
}

static void write_detail(struct op25b_page *page, op25b_phrase word, const char *name,
			 const char *value)
{
	if (value && *value)
		op25b_html_element(page->html, "li", word, OP25B_VALUES({ name, value }));
}

/* The command that answers the same: of the policy, which the gateway has under its own name. */
static void write_command(struct op25b_page *page, const struct op25b_finding_of_use *of,
			  const char *address)
{
	char peer[OP25B_PREFIX_TEXT];
	struct op25b_html *h = page->html;

	if (of->peer.family == OP25B_NO_FAMILY)
		return;
	op25b_address_format(of->peer.family, of->peer.addr, peer);
	op25b_html_element(h, "p", OP25B_PAGE_LINE_DETAILS_COMMAND, NULL);
	op25b_html_raw(h, "<pre tabindex=\"0\"><code>op25b explain --live --src ");
	op25b_html_text(h, address);
	op25b_html_raw(h, " --dst ");
	op25b_html_text(h, peer);
	op25b_html_raw(h, "</code></pre>\n");
}

void op25b_line_details(struct op25b_page *page, const struct op25b_finding_of_use *of)
{
	const uint64_t digest = page->facts->line.digest;
	struct op25b_html *h = page->html;
	char address[OP25B_PREFIX_TEXT];

	op25b_address_format(page->line.address.family, page->line.address.addr, address);
	op25b_html_raw(h, "<details>\n<summary>");
	op25b_html_say(h, OP25B_PAGE_LINE_DETAILS, NULL);
	op25b_html_raw(h, "</summary>\n<ul>\n");
	write_detail(page, OP25B_PAGE_LINE_DETAILS_ADDRESS, "address", address);
	write_detail(page, OP25B_PAGE_LINE_DETAILS_LINE, "line", page->line.line);
	write_detail(page, OP25B_PAGE_LINE_DETAILS_SERVICE, "service", page->line.service->id);
	write_detail(page, OP25B_PAGE_LINE_DETAILS_REASON, "reason",
		     op25b_words_name(&op25b_words_reason, of->reason));
	write_detail(page, OP25B_PAGE_LINE_DETAILS_HOW, "how",
		     op25b_words_name(&op25b_words_how, of->how));
	op25b_html_raw(h, "</ul>\n");
	write_command(page, of, address);
	if (page->facts->line.known && digest && digest != page->site->judge.policy->digest)
		op25b_html_element(h, "p", OP25B_PAGE_LINE_DETAILS_DIGEST, NULL);
	op25b_html_raw(h, "</details>\n");
}
