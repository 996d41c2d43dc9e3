/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Opening sending from abroad by oneself: a letter to one's own mailbox, which webmail reads from
 * anywhere, and the button behind its link. What is said of an address is the same whether there is
 * such an account or not.
 */
#include <string.h>

#include "web/forms.h"
#include "web/route.h"
#include "web/self.h"

static void begin(struct op25b_page *page, op25b_phrase title)
{
	page->head.parent = "/o/abroad-closed";
	page->head.parent_word = op25b_outcome_title(OP25B_O_ABROAD_CLOSED);
	op25b_page_begin(page, title, NULL);
}

/* Where the letter can be read from abroad. */
static void write_webmail(struct op25b_page *page)
{
	const struct op25b_mail *mail =
		op25b_mail_of(page->site->judge.policy, page->speaker.tenant);

	if (!mail->settings || !mail->settings->webmail)
		return;
	op25b_html_raw(page->html, "<p>");
	op25b_html_link(page->html, mail->settings->webmail, OP25B_PAGE_REM_TO_WEBMAIL,
			OP25B_VALUES({ "provider", op25b_page_provider_said(page) }));
	op25b_html_raw(page->html, "</p>\n");
}

static void write_form(struct op25b_page *page, bool wrong)
{
	struct op25b_html *h = page->html;

	if (wrong)
		op25b_form_problem(page, "login", OP25B_PAGE_SELF_ABROAD_BAD);
	op25b_html_raw(h, "<form method=\"post\" action=\"");
	op25b_page_href(page, "/abroad");
	op25b_html_raw(h, "\">\n<p><label for=\"login\">");
	op25b_html_say(h, OP25B_PAGE_SELF_ABROAD_LABEL, NULL);
	op25b_html_raw(h, "</label><br>\n<input id=\"login\" name=\"login\" required "
			  "autocomplete=\"email\" autocapitalize=\"none\" spellcheck=\"false\" "
			  "maxlength=\"254\"");
	op25b_html_raw(h, wrong ? " aria-invalid=\"true\"></p>\n" : "></p>\n");
	op25b_html_element(h, "button", OP25B_PAGE_SELF_ABROAD_SEND, NULL);
	op25b_html_raw(h, "</form>\n");
}

void op25b_page_abroad(struct op25b_page *page)
{
	if (!op25b_self_abroad(page)) {
		op25b_page_error(page, 404);
		return;
	}
	begin(page, OP25B_PAGE_SELF_ABROAD_TITLE);
	op25b_html_element(page->html, "p class=\"lead\"", OP25B_PAGE_SELF_ABROAD_LEAD, NULL);
	write_form(page, false);
	write_webmail(page);
	op25b_page_end(page);
}

static void write_sent(struct op25b_page *page)
{
	begin(page, OP25B_PAGE_SELF_ABROAD_SENT_TITLE);
	op25b_html_element(page->html, "p class=\"lead\" data-answer=\"sent\"",
			   OP25B_PAGE_SELF_ABROAD_SENT, NULL);
	op25b_html_element(page->html, "p", OP25B_PAGE_SELF_ABROAD_SENT_NONE, NULL);
	write_webmail(page);
	op25b_block_contact(page, OP25B_CONTACT_SUPPORT);
	op25b_page_end(page);
}

/* Nothing was sent: what is wrong, and the form again. */
static void write_again(struct op25b_page *page, bool good)
{
	const bool many = !strcmp(page->facts->desk.outcome, "many");

	page->response->status = good ? 503 : 200;
	begin(page, good && !many ? OP25B_PAGE_SELF_AWAY_TITLE : OP25B_PAGE_SELF_ABROAD_TITLE);
	if (good)
		op25b_html_element(page->html, "p class=\"lead\" role=\"alert\"",
				   many ? OP25B_PAGE_SELF_ABROAD_MANY : OP25B_PAGE_SELF_ABROAD_AWAY,
				   NULL);
	write_form(page, !good);
	op25b_page_end(page);
}

void op25b_page_abroad_sent(struct op25b_page *page)
{
	const char *login = op25b_web_field(&page->request->form, "login");
	const bool good = login && op25b_self_is_login(login);

	if (!op25b_self_abroad(page))
		op25b_page_error(page, 404);
	else if (good && !strcmp(page->facts->desk.outcome, "sent"))
		write_sent(page);
	else
		write_again(page, good);
}

static void write_over(struct op25b_page *page)
{
	begin(page, OP25B_PAGE_SELF_OVER_TITLE);
	op25b_html_element(page->html, "p class=\"lead\" data-answer=\"over\"",
			   OP25B_PAGE_SELF_OPEN_OVER, NULL);
	op25b_html_raw(page->html, "<p>");
	op25b_page_link(page, "/abroad", OP25B_PAGE_SELF_ABROAD_TITLE, NULL);
	op25b_html_raw(page->html, "</p>\n");
	op25b_page_end(page);
}

static void write_button(struct op25b_page *page)
{
	op25b_form_button(page, "/abroad/", page->rest, OP25B_PAGE_SELF_OPEN_BUTTON);
}

void op25b_page_open(struct op25b_page *page)
{
	char span[OP25B_PAGE_TIME];

	if (!op25b_self_abroad(page)) {
		op25b_page_error(page, 404);
		return;
	}
	if (!op25b_self_is_token(page->rest)) {
		write_over(page);
		return;
	}
	begin(page, OP25B_PAGE_SELF_OPEN_TITLE);
	op25b_html_element(
		page->html, "p class=\"lead\"", OP25B_PAGE_SELF_OPEN_LEAD,
		OP25B_VALUES({ "span", op25b_page_span(page, op25b_self_abroad(page), span) }));
	write_button(page);
	op25b_html_element(page->html, "p", OP25B_PAGE_SELF_OPEN_STOP, NULL);
	op25b_page_end(page);
}

static void write_opened(struct op25b_page *page, const struct op25b_desk_facts *desk)
{
	char time[OP25B_PAGE_TIME];

	begin(page, OP25B_PAGE_SELF_OPEN_DONE_TITLE);
	op25b_html_element(page->html, "p class=\"lead\" data-answer=\"done\"",
			   OP25B_PAGE_SELF_OPEN_DONE,
			   OP25B_VALUES({ "account", desk->account },
					{ "time", op25b_page_time(page, desk->until, time) }));
	op25b_html_raw(page->html, "<ul class=\"next\">\n<li>");
	op25b_page_link(page, "/check", OP25B_PAGE_FAQ_TO_CHECK, NULL);
	op25b_html_raw(page->html, "</li>\n</ul>\n");
	op25b_page_end(page);
}

void op25b_page_open_done(struct op25b_page *page)
{
	const struct op25b_desk_facts *desk = &page->facts->desk;

	if (!op25b_self_abroad(page)) {
		op25b_page_error(page, 404);
	} else if (!op25b_self_is_token(page->rest) || !strcmp(desk->outcome, "over")) {
		write_over(page);
	} else if (desk->known) {
		write_opened(page, desk);
	} else {
		page->response->status = 503;
		begin(page, OP25B_PAGE_SELF_AWAY_TITLE);
		op25b_self_away(page);
		write_button(page);
		op25b_page_end(page);
	}
}
