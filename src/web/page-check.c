/* SPDX-License-Identifier: BSD-2-Clause */
/* Did it work? A test address, and what came of a mail to it (6b.6). */
#include <stdio.h>

#include "base/code.h"
#include "web/by-hand.h"
#include "web/forms.h"
#include "web/route.h"

static void begin(struct op25b_page *page, op25b_phrase title)
{
	page->head.parent = "/settings";
	page->head.parent_word = OP25B_PAGE_SET_TITLE;
	op25b_page_begin(page, title, NULL);
}

/* A mail to oneself tests the same, without any server of ours that reads it. */
static void write_self(struct op25b_page *page)
{
	static const struct op25b_form_link links[] = {
		{ "/error", OP25B_PAGE_O_NEXT_ERROR },
		{ "/help", OP25B_PAGE_O_NEXT_HELP },
		{ NULL, OP25B_NO_PHRASE },
	};
	struct op25b_html *h = page->html;

	op25b_html_raw(h, "<ol class=\"steps\">\n");
	op25b_html_element(h, "li", OP25B_PAGE_CHECK_SELF_SEND, NULL);
	op25b_html_element(h, "li", OP25B_PAGE_CHECK_SELF_CAME, NULL);
	op25b_html_element(h, "li", OP25B_PAGE_CHECK_SELF_ERROR, NULL);
	op25b_html_raw(h, "</ol>\n");
	op25b_form_links(page, "ul", links);
}

/* Test addresses are op25b-maild's: without it none is offered. */
static bool has_test_address(const struct op25b_page *page)
{
	return page->site->file && page->site->file->maild;
}

void op25b_page_check(struct op25b_page *page)
{
	begin(page, OP25B_PAGE_CHECK_TITLE);
	if (has_test_address(page)) {
		op25b_html_element(page->html, "p class=\"lead\"", OP25B_PAGE_CHECK_LEAD, NULL);
		op25b_form_button(page, "/check", "", OP25B_PAGE_CHECK_DRAW);
	} else {
		op25b_html_element(page->html, "p class=\"lead\"", OP25B_PAGE_CHECK_SELF, NULL);
		write_self(page);
	}
	op25b_block_by_hand(page);
	op25b_page_end(page);
}

static void write_result_link(struct op25b_page *page, const char *code, op25b_phrase word)
{
	struct op25b_html *h = page->html;

	op25b_html_raw(h, "<p><a href=\"");
	op25b_page_href(page, "/check/");
	op25b_html_text(h, code);
	op25b_html_raw(h, "\">");
	op25b_html_say(h, word, NULL);
	op25b_html_raw(h, "</a></p>\n");
}

/* A new test: where to write to. */
void op25b_page_check_new(struct op25b_page *page)
{
	const struct op25b_echo_facts *echo = &page->facts->echo;
	struct op25b_html *h = page->html;

	begin(page, OP25B_PAGE_CHECK_TITLE);
	if (!echo->known || !*echo->address) {
		op25b_html_element(h, "p class=\"lead\"",
				   has_test_address(page) ? OP25B_PAGE_CHECK_AWAY :
							    OP25B_PAGE_CHECK_SELF,
				   NULL);
		write_self(page);
		op25b_block_by_hand(page);
		op25b_page_end(page);
		return;
	}
	op25b_html_element(h, "p class=\"lead\"", OP25B_PAGE_CHECK_WRITE, NULL);
	op25b_html_raw(h, "<p class=\"address\"><a href=\"mailto:");
	op25b_html_text(h, echo->address);
	op25b_html_raw(h, "\">");
	op25b_html_text(h, echo->address);
	op25b_html_raw(h, "</a></p>\n");
	op25b_html_element(h, "p", OP25B_PAGE_CHECK_CONTENT, NULL);
	write_result_link(page, echo->code, OP25B_PAGE_CHECK_RESULT);
	op25b_page_end(page);
}

static void fact(struct op25b_page *page, op25b_phrase word, const struct op25b_value *values)
{
	op25b_html_element(page->html, "li", word, values);
}

void op25b_block_arrived(struct op25b_page *page)
{
	const struct op25b_echo_facts *echo = &page->facts->echo;
	struct op25b_html *h = page->html;
	char when[OP25B_PAGE_TIME], port[8];

	op25b_html_element(h, "p class=\"lead\"", OP25B_PAGE_CHECK_ARRIVED,
			   OP25B_VALUES({ "time", op25b_page_time(page, echo->at, when) }));
	if (!echo->told)
		return;
	op25b_html_raw(h, "<ul>\n");
	fact(page, echo->tls ? OP25B_PAGE_CHECK_TLS : OP25B_PAGE_CHECK_NO_TLS, NULL);
	if (!echo->port) {
		fact(page, OP25B_PAGE_CHECK_BROUGHT, NULL);
	} else {
		snprintf(port, sizeof(port), "%u", echo->port);
		fact(page, echo->auth ? OP25B_PAGE_CHECK_AUTH : OP25B_PAGE_CHECK_NO_AUTH, NULL);
		fact(page, OP25B_PAGE_CHECK_PORT, OP25B_VALUES({ "port", port }));
	}
	op25b_html_raw(h, "</ul>\n");
	if (echo->port == 25)
		op25b_html_element(h, "p class=\"note\"", OP25B_PAGE_CHECK_PORT_25, NULL);
}

void op25b_page_check_result(struct op25b_page *page)
{
	const struct op25b_echo_facts *echo = &page->facts->echo;
	struct op25b_html *h = page->html;
	char text[OP25B_CODE_TEXT];
	uint64_t code;

	if (op25b_code_parse(page->rest, &code)) {
		op25b_page_error(page, 404);
		return;
	}
	begin(page, OP25B_PAGE_CHECK_RESULT_TITLE);
	if (!echo->known)
		op25b_html_element(h, "p class=\"lead\"", OP25B_PAGE_CHECK_UNKNOWN, NULL);
	else if (echo->arrived)
		op25b_block_arrived(page);
	else
		op25b_html_element(h, "p class=\"lead\"", OP25B_PAGE_CHECK_NOT_YET, NULL);
	if (!echo->known || !echo->arrived) {
		write_result_link(page, op25b_code_format(code, text), OP25B_PAGE_CHECK_AGAIN);
		op25b_html_raw(h, "<p>");
		op25b_page_link(page, "/help", OP25B_PAGE_FAQ_TO_HELP, NULL);
		op25b_html_raw(h, "</p>\n");
	}
	if (has_test_address(page))
		op25b_form_button(page, "/check", "", OP25B_PAGE_CHECK_DRAW_AGAIN);
	op25b_html_raw(h, "<p>");
	op25b_page_link(page, "/addresses", OP25B_PAGE_FAQ_TO_ADDRESSES, NULL);
	op25b_html_raw(h, "</p>\n");
	op25b_page_end(page);
}
