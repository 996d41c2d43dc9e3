/* SPDX-License-Identifier: BSD-2-Clause */
/* /staff/log: who looked what up, and why. Reading it needs a reason, and is a line of it too. */
#include "web/route.h"

#define NEWEST 500

static void cell(struct op25b_page *page, const char *text)
{
	op25b_html_raw(page->html, "<td>");
	op25b_html_text(page->html, text);
	op25b_html_raw(page->html, "</td>");
}

static void write_note(void *arg, const struct op25b_staff_note *note)
{
	struct op25b_page *page = arg;
	char time[OP25B_PAGE_TIME];

	op25b_html_raw(page->html, "<tr>");
	cell(page, op25b_page_time(page, note->at, time));
	cell(page, note->user);
	cell(page, note->what);
	cell(page, note->reason);
	op25b_html_raw(page->html, "</tr>\n");
}

static void write_log(struct op25b_page *page)
{
	static const op25b_phrase heads[] = { OP25B_PAGE_STAFF_WHEN, OP25B_PAGE_STAFF_LOG_WHO,
					      OP25B_PAGE_STAFF_LOG_WHAT, OP25B_PAGE_STAFF_LOG_WHY };
	const struct op25b_site_calls *calls = page->calls;
	struct op25b_html *h = page->html;

	op25b_html_raw(h, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"");
	op25b_html_say(h, OP25B_PAGE_STAFF_LOG, NULL);
	op25b_html_raw(h, "\">\n<table>\n<thead><tr>");
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		op25b_html_element(h, "th scope=\"col\"", heads[i], NULL);
	op25b_html_raw(h, "</tr></thead>\n<tbody>\n");
	if (!calls->read_staff || calls->read_staff(calls->arg, NEWEST, write_note, page))
		page->response->status = 503;
	op25b_html_raw(h, "</tbody>\n</table>\n</div>\n");
	if (page->response->status == 503)
		op25b_html_element(h, "p class=\"note\" role=\"alert\"",
				   OP25B_PAGE_STAFF_LOG_UNREAD, NULL);
}

static void begin(struct op25b_page *page)
{
	op25b_staff_language(page);
	op25b_page_begin(page, OP25B_PAGE_STAFF_LOG, NULL);
	op25b_staff_places(page);
	op25b_html_element(page->html, "p class=\"lead\"", OP25B_PAGE_STAFF_LOG_LEAD, NULL);
}

static void end(struct op25b_page *page)
{
	struct op25b_html *h = page->html;

	op25b_html_rawf(h,
			"<form method=\"post\" action=\"/staff/log\">\n"
			"<input type=\"hidden\" name=\"lang\" value=\"%s\">\n",
			op25b_lang_names[page->lang]);
	op25b_staff_field(page, "reason", OP25B_PAGE_STAFF_REASON, true);
	op25b_html_raw(h, "<p><button>");
	op25b_html_say(h, OP25B_PAGE_STAFF_LOG_READ, NULL);
	op25b_html_raw(h, "</button></p>\n</form>\n");
	op25b_page_end(page);
}

void op25b_page_staff_log_form(struct op25b_page *page)
{
	begin(page);
	end(page);
}

void op25b_page_staff_log(struct op25b_page *page)
{
	begin(page);
	if (op25b_staff_noted(page, "/staff/log"))
		write_log(page);
	end(page);
}
