/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an outcome says to do, step by step: as many as the catalogue has, less those that what was
 * found makes untrue, or needless.
 */
#include <stdio.h>

#include "web/block-steps.h"
#include "web/self.h"

#define STEPS 4

/* "o-ID-do-1" and so on. */
static op25b_phrase in_catalogue(enum op25b_outcome outcome, int number)
{
	char key[64];

	snprintf(key, sizeof(key), "o-%s-do-%d", op25b_outcome_id(outcome), number);
	return op25b_phrase_find(key);
}

/* A slow account's number is smaller, and nothing makes it what it was but a release. */
static bool is_slow(const struct op25b_page *page)
{
	const struct op25b_caller_facts *mail = &page->facts->mail;

	return mail->known &&
	       (mail->slow || (mail->refused_at && mail->refused == OP25B_MAIL_ACCOUNT_SLOW));
}

/* Our server, which has no other port to change to. */
static bool is_ours_alone(const struct op25b_page *page, const struct op25b_finding_of_use *of)
{
	return of && of->server &&
	       !op25b_page_submits(page, op25b_page_service(page),
				   of->server->offers & OP25B_OFFER_RELAY ? OP25B_OWN_SERVER :
									    OP25B_HOSTING_SERVER);
}

/* An exemption that ends where nothing is limited afterwards asks for no change. */
static bool is_left_out(const struct op25b_page *page, enum op25b_outcome outcome, int number)
{
	const struct op25b_finding_of_use *of = page->head.of;

	switch (outcome) {
	case OP25B_O_OK_EXEMPT:
		return (of && of->from == INT64_MAX) || is_ours_alone(page, of);
	case OP25B_O_OK_UNTIL_START:
		return number == 1 ? is_ours_alone(page, of) : of && of->destination;
	case OP25B_O_OK_COUNTED:
		return is_ours_alone(page, of);
	case OP25B_O_OK_DESIGNATED:
		return !op25b_page_submits(page, op25b_page_service(page), OP25B_OWN_SERVER);
	default:
		return false;
	}
}

static op25b_phrase step_of(const struct op25b_page *page, enum op25b_outcome outcome, int number)
{
	const op25b_phrase step = in_catalogue(outcome, number);

	if (step == OP25B_NO_PHRASE || is_left_out(page, outcome, number))
		return OP25B_NO_PHRASE;
	if (outcome == OP25B_O_LIMIT_REACHED && number == 1 && is_slow(page))
		return OP25B_PAGE_O_LIMIT_REACHED_SLOW;
	return step;
}

bool op25b_block_has_steps(const struct op25b_page *page, enum op25b_outcome outcome)
{
	for (int i = 1; i <= STEPS; i++) {
		if (step_of(page, outcome, i) != OP25B_NO_PHRASE)
			return true;
	}
	return false;
}

/* Where customers can open it by themselves, that is the first way. */
static void write_opening(struct op25b_page *page)
{
	op25b_html_raw(page->html, "<li>");
	op25b_page_link(page, "/abroad", OP25B_PAGE_SELF_ABROAD_TITLE, NULL);
	op25b_html_raw(page->html, "</li>\n");
}

void op25b_block_steps(struct op25b_page *page, enum op25b_outcome outcome)
{
	op25b_html_raw(page->html, "<ol class=\"steps\">\n");
	for (int i = 1; i <= STEPS; i++) {
		const op25b_phrase step = step_of(page, outcome, i);

		if (i == 1 && outcome == OP25B_O_ABROAD_CLOSED && op25b_self_abroad(page))
			write_opening(page);
		else if (step != OP25B_NO_PHRASE)
			op25b_html_element(page->html, "li", step, NULL);
	}
	op25b_html_raw(page->html, "</ol>\n");
}
