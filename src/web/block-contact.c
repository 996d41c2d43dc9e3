/* SPDX-License-Identifier: BSD-2-Clause */
/* Whom to ask: the speaker's own support, sales and abuse desk, never another tenant's; and the
 * portal, where customers do things themselves. */
#include <string.h>

#include "policy/words.h"
#include "web/page.h"

static const char *uri_of(const struct op25b_tenant *tenant, enum op25b_contact contact)
{
	switch (contact) {
	case OP25B_CONTACT_SALES:
		return tenant->sales;
	case OP25B_CONTACT_ABUSE:
		return tenant->abuse;
	case OP25B_CONTACT_SUPPORT:
		break;
	}
	return tenant->support;
}

static bool is_page(const char *uri)
{
	return !strncmp(uri, "https://", 8) || !strncmp(uri, "http://", 7);
}

bool op25b_block_contact_link(struct op25b_page *page, enum op25b_contact contact)
{
	const char *uri = uri_of(op25b_page_tenant(page), contact);
	const char *colon;

	if (!uri)
		return false;
	if (is_page(uri)) {
		op25b_html_link(page->html, uri, OP25B_PAGE_SITE_CONTACT_FORM,
				OP25B_VALUES({ "provider", op25b_page_provider_said(page) }));
		return true;
	}
	colon = strchr(uri, ':');
	op25b_html_link_text(page->html, uri, colon ? colon + 1 : uri);
	return true;
}

void op25b_block_contact(struct op25b_page *page, enum op25b_contact contact)
{
	static const op25b_phrase words[] = { [OP25B_CONTACT_SUPPORT] = OP25B_PAGE_SITE_ASK_SUPPORT,
					      [OP25B_CONTACT_SALES] = OP25B_PAGE_SITE_ASK_SALES,
					      [OP25B_CONTACT_ABUSE] = OP25B_PAGE_SITE_ASK_ABUSE };
	struct op25b_html *h = page->html;

	if (!uri_of(op25b_page_tenant(page), contact))
		contact = OP25B_CONTACT_SUPPORT;
	op25b_html_rawf(h, "<p data-contact=\"%s\">",
			op25b_words_name(&op25b_words_contact, contact));
	if (uri_of(op25b_page_tenant(page), contact)) {
		op25b_html_say(h, words[contact], NULL);
		op25b_html_raw(h, " ");
		op25b_block_contact_link(page, contact);
	} else {
		op25b_html_say(h, OP25B_PAGE_SITE_CONTACT_NONE, NULL);
	}
	op25b_html_raw(h, "</p>\n");
}

void op25b_block_portal(struct op25b_page *page, const char *element)
{
	const char *portal = op25b_page_tenant(page)->portal;

	if (!portal)
		return;
	op25b_html_rawf(page->html, "<%s>", element);
	op25b_html_link(page->html, portal, OP25B_PAGE_START_PORTAL,
			OP25B_VALUES({ "provider", op25b_page_provider_said(page) }));
	op25b_html_rawf(page->html, "</%s>\n", element);
}
