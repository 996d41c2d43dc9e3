/* SPDX-License-Identifier: BSD-2-Clause */
/* Pages of errors, each with a way on; and the answer that leads elsewhere. */
#include <stdio.h>

#include "web/page.h"

struct row {
	int status;
	op25b_phrase title, text;
};

static const struct row rows[] = {
	{ 400, OP25B_PAGE_SITE_BAD_REQUEST, OP25B_PAGE_SITE_BAD_REQUEST_TEXT },
	{ 404, OP25B_PAGE_SITE_NOT_FOUND, OP25B_PAGE_SITE_NOT_FOUND_TEXT },
	{ 405, OP25B_PAGE_SITE_NOT_SO, OP25B_PAGE_SITE_NOT_SO_TEXT },
	{ 413, OP25B_PAGE_SITE_TOO_LARGE, OP25B_PAGE_SITE_TOO_LARGE_TEXT },
	{ 503, OP25B_PAGE_SITE_SOON, OP25B_PAGE_SITE_SOON_TEXT },
	{ 500, OP25B_PAGE_SITE_BROKEN, OP25B_PAGE_SITE_BROKEN_TEXT },
};

#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

void op25b_page_error(struct op25b_page *page, int status)
{
	const struct row *row = rows;
	struct op25b_html *h = page->html;

	while (row->status != status && row < &rows[N_ROWS - 1])
		row++;
	page->response->status = row->status;
	page->response->no_store = true;
	op25b_page_begin(page, row->title, NULL);
	op25b_html_element(h, "p class=\"lead\"", row->text, NULL);
	if (!page->request->staff) {
		op25b_html_raw(h, "<ul>\n<li>");
		op25b_page_link(page, "/", OP25B_PAGE_SITE_TO_START, NULL);
		op25b_html_raw(h, "</li>\n<li>");
		op25b_page_link(page, "/help", OP25B_PAGE_SITE_TO_HELP, NULL);
		op25b_html_raw(h, "</li>\n</ul>\n");
	}
	op25b_page_end(page);
}

void op25b_page_redirect(struct op25b_page *page, const char *to)
{
	page->response->status = 302;
	snprintf(page->response->location, sizeof(page->response->location), "%s", to);
}
