/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The link of the letter to a foreign address. Programs follow links of mails, so asking for it
 * changes nothing: the button does.
 */
#include <string.h>

#include "web/forms.h"
#include "web/route.h"
#include "web/self.h"

static void write_next(struct op25b_page *page, bool done)
{
	struct op25b_html *h = page->html;

	op25b_html_raw(h, "<ul class=\"next\">\n<li>");
	op25b_page_link(page, "/check", OP25B_PAGE_FAQ_TO_CHECK, NULL);
	op25b_html_raw(h, "</li>\n<li>");
	op25b_page_link(page, "/settings", OP25B_PAGE_O_NEXT_SETTINGS, NULL);
	op25b_html_raw(h, "</li>\n");
	if (!done)
		op25b_block_portal(page, "li");
	op25b_html_raw(h, "</ul>\n");
}

static void write_over(struct op25b_page *page)
{
	op25b_page_begin(page, OP25B_PAGE_SELF_OVER_TITLE, NULL);
	op25b_html_element(page->html, "p class=\"lead\" data-answer=\"over\"",
			   OP25B_PAGE_SELF_CONFIRM_OVER, NULL);
	op25b_html_element(page->html, "p", OP25B_PAGE_SELF_CONFIRM_OVER_DO, NULL);
	write_next(page, false);
	op25b_page_end(page);
}

static void write_done(struct op25b_page *page, const struct op25b_desk_facts *desk)
{
	op25b_page_begin(page, OP25B_PAGE_SELF_CONFIRM_DONE_TITLE, NULL);
	op25b_html_element(
		page->html, "p class=\"lead\" data-answer=\"done\"", OP25B_PAGE_SELF_CONFIRM_DONE,
		OP25B_VALUES({ "account", desk->account }, { "address", desk->address }));
	op25b_html_element(page->html, "p class=\"note\"", OP25B_PAGE_SELF_CONFIRM_SPF, NULL);
	write_next(page, true);
	op25b_page_end(page);
}

static void write_button(struct op25b_page *page)
{
	op25b_form_button(page, "/confirm/", page->rest, OP25B_PAGE_SELF_CONFIRM_BUTTON);
}

void op25b_page_confirm(struct op25b_page *page)
{
	if (!op25b_self_has_desk(page)) {
		op25b_page_error(page, 404);
		return;
	}
	if (!op25b_self_is_token(page->rest)) {
		write_over(page);
		return;
	}
	op25b_page_begin(page, OP25B_PAGE_SELF_CONFIRM_TITLE, NULL);
	op25b_html_element(page->html, "p class=\"lead\"", OP25B_PAGE_SELF_CONFIRM_LEAD, NULL);
	write_button(page);
	op25b_html_element(page->html, "p", OP25B_PAGE_SELF_CONFIRM_STOP, NULL);
	op25b_page_end(page);
}

void op25b_page_confirm_done(struct op25b_page *page)
{
	const struct op25b_desk_facts *desk = &page->facts->desk;

	if (!op25b_self_has_desk(page)) {
		op25b_page_error(page, 404);
	} else if (!op25b_self_is_token(page->rest) || !strcmp(desk->outcome, "over")) {
		write_over(page);
	} else if (desk->known) {
		write_done(page, desk);
	} else {
		page->response->status = 503;
		op25b_page_begin(page, OP25B_PAGE_SELF_AWAY_TITLE, NULL);
		op25b_self_away(page);
		write_button(page);
		op25b_page_end(page);
	}
}
