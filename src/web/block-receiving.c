/* SPDX-License-Identifier: BSD-2-Clause */
/* "Receiving mail keeps working": of the limit that is always true, of today not. */
#include "web/page.h"
#include "web/status.h"

void op25b_block_receiving(struct op25b_page *page)
{
	const struct op25b_caller_facts *mail = &page->facts->mail;
	const struct op25b_service *service = page->line.waiting ? NULL : page->line.service;

	if (op25b_status_receiving(page->site->data->status, service, page->request->now) ||
	    (mail->known && mail->stopped))
		return;
	op25b_html_element(page->html, "p class=\"receiving\"", OP25B_PAGE_SITE_RECEIVING, NULL);
}
