/* SPDX-License-Identifier: BSD-2-Clause */
/* Pages about these pages: contact, other providers' pages, privacy, accessibility. */
#include "web/links.h"
#include "web/page.h"
#include "web/route.h"
#include "web/self.h"

/* Who helps with what: each desk that the speaker names (002-30). */
void op25b_page_contact(struct op25b_page *page)
{
	static const struct {
		enum op25b_contact contact;
		op25b_phrase head, text;
	} desks[] = {
		{ OP25B_CONTACT_SUPPORT, OP25B_PAGE_ABOUT_SUPPORT, OP25B_PAGE_ABOUT_SUPPORT_TEXT },
		{ OP25B_CONTACT_SALES, OP25B_PAGE_ABOUT_SALES, OP25B_PAGE_ABOUT_SALES_TEXT },
		{ OP25B_CONTACT_ABUSE, OP25B_PAGE_ABOUT_ABUSE, OP25B_PAGE_ABOUT_ABUSE_TEXT },
	};
	const struct op25b_tenant *tenant = op25b_page_tenant(page);
	const char *const given[] = { tenant->support, tenant->sales, tenant->abuse };
	struct op25b_html *h = page->html;

	op25b_page_begin(page, OP25B_PAGE_ABOUT_CONTACT, NULL);
	op25b_html_element(h, "p class=\"lead\"", OP25B_PAGE_ABOUT_CONTACT_LEAD, NULL);
	for (size_t i = 0; i < sizeof(desks) / sizeof(desks[0]); i++) {
		if (!given[i])
			continue;
		op25b_html_element(h, "h2", desks[i].head, NULL);
		op25b_html_element(h, "p", desks[i].text, NULL);
		op25b_block_contact(page, desks[i].contact);
	}
	op25b_html_element(h, "h2", OP25B_PAGE_ABOUT_READY, NULL);
	op25b_html_raw(h, "<ul>\n");
	op25b_html_element(h, "li", OP25B_PAGE_ABOUT_READY_CODE, NULL);
	op25b_html_element(h, "li", OP25B_PAGE_ABOUT_READY_ERROR, NULL);
	op25b_html_element(h, "li", OP25B_PAGE_ABOUT_READY_PROGRAM, NULL);
	op25b_html_element(h, "li", OP25B_PAGE_ABOUT_READY_PASSWORD, NULL);
	op25b_html_raw(h, "</ul>\n<p>");
	op25b_page_link(page, "/line", OP25B_PAGE_FAQ_TO_LINE, NULL);
	op25b_html_raw(h, "</p>\n<p>");
	op25b_page_link(page, "/error", OP25B_PAGE_FAQ_TO_ERROR, NULL);
	op25b_html_raw(h, "</p>\n");
	op25b_page_end(page);
}

static void write_links(struct op25b_page *page, const struct op25b_links_data *data, bool industry,
			op25b_phrase head)
{
	struct op25b_html *h = page->html;
	bool any = false;

	for (size_t i = 0; data && i < data->n; i++) {
		const struct op25b_outside_link *link = &data->list[i];

		if (link->industry != industry)
			continue;
		if (!any) {
			op25b_html_element(h, "h2", head, NULL);
			op25b_html_raw(h, "<ul>\n");
		}
		any = true;
		op25b_html_raw(h, "<li>");
		op25b_html_link_text(h, link->url,
				     op25b_data_text_in(h->own, &link->name, page->lang));
		op25b_html_raw(h, "</li>\n");
	}
	op25b_html_raw(h, any ? "</ul>\n" : "");
}

void op25b_page_links(struct op25b_page *page)
{
	const struct op25b_links_data *data = page->site->data->links;

	op25b_page_begin(page, OP25B_PAGE_ABOUT_LINKS, NULL);
	op25b_html_element(page->html, "p class=\"lead\"", OP25B_PAGE_ABOUT_LINKS_LEAD, NULL);
	write_links(page, data, false, OP25B_PAGE_ABOUT_LINKS_PROVIDERS);
	write_links(page, data, true, OP25B_PAGE_ABOUT_LINKS_INDUSTRY);
	if (!data || !data->n)
		op25b_html_element(page->html, "p", OP25B_PAGE_ABOUT_LINKS_NONE, NULL);
	op25b_html_raw(page->html, "<p>");
	op25b_page_link(page, "/provider", OP25B_PAGE_FAQ_TO_PROVIDER, NULL);
	op25b_html_raw(page->html, "</p>\n");
	op25b_page_end(page);
}

static void kept(struct op25b_page *page, op25b_phrase what, int64_t seconds)
{
	char span[OP25B_PAGE_TIME];

	op25b_html_element(page->html, "li", what,
			   OP25B_VALUES({ "span", op25b_page_span(page, seconds, span) }));
}

/* What is recorded, and how long: the policy's own figures. */
void op25b_page_privacy(struct op25b_page *page)
{
	const struct op25b_retention *keep = &page->site->judge.policy->retention;
	struct op25b_html *h = page->html;

	op25b_page_begin(page, OP25B_PAGE_PRIVACY_TITLE, NULL);
	op25b_html_element(h, "p class=\"lead\"", OP25B_PAGE_PRIVACY_LEAD, NULL);
	op25b_html_element(h, "h2", OP25B_PAGE_PRIVACY_LIMIT, NULL);
	op25b_html_raw(h, "<ul>\n");
	op25b_html_element(h, "li", OP25B_PAGE_PRIVACY_CONTENT, NULL);
	kept(page, OP25B_PAGE_PRIVACY_ATTEMPTS, 3600);
	kept(page, OP25B_PAGE_PRIVACY_LINES, keep->lines);
	op25b_html_raw(h, "</ul>\n");
	op25b_html_element(h, "h2", OP25B_PAGE_PRIVACY_PAGES, NULL);
	op25b_html_raw(h, "<ul>\n");
	op25b_html_element(h, "li", OP25B_PAGE_PRIVACY_ADDRESS, NULL);
	op25b_html_element(h, "li", OP25B_PAGE_PRIVACY_LOG, NULL);
	op25b_html_element(h, "li", OP25B_PAGE_PRIVACY_COOKIES, NULL);
	op25b_html_element(h, "li", OP25B_PAGE_PRIVACY_ERROR, NULL);
	if (op25b_self_mailbox(page))
		op25b_html_element(h, "li", OP25B_PAGE_PRIVACY_SELF, NULL);
	kept(page, OP25B_PAGE_PRIVACY_CODE, keep->codes ? keep->codes : OP25B_KEEP_CODES);
	kept(page, OP25B_PAGE_PRIVACY_STAFF,
	     keep->staff_log ? keep->staff_log : OP25B_KEEP_STAFF_LOG);
	op25b_html_element(h, "li", OP25B_PAGE_PRIVACY_ECHO, NULL);
	op25b_html_raw(h, "</ul>\n");
	if (keep->mail_log) {
		op25b_html_element(h, "h2", OP25B_PAGE_PRIVACY_MAIL, NULL);
		op25b_html_raw(h, "<ul>\n");
		kept(page, OP25B_PAGE_PRIVACY_MAIL_LOG, keep->mail_log);
		op25b_html_raw(h, "</ul>\n");
	}
	op25b_html_raw(h, "<p>");
	op25b_page_link(page, "/contact", OP25B_PAGE_FAQ_TO_CONTACT, NULL);
	op25b_html_raw(h, "</p>\n");
	op25b_page_end(page);
}

void op25b_page_accessibility(struct op25b_page *page)
{
	static const op25b_phrase tested[] = {
		OP25B_PAGE_ACCESS_AXE,    OP25B_PAGE_ACCESS_KEYBOARD, OP25B_PAGE_ACCESS_NO_SCRIPT,
		OP25B_PAGE_ACCESS_NARROW, OP25B_PAGE_ACCESS_TEXT,
	};
	struct op25b_html *h = page->html;

	op25b_page_begin(page, OP25B_PAGE_ACCESS_TITLE, NULL);
	op25b_html_element(h, "p class=\"lead\"", OP25B_PAGE_ACCESS_LEAD, NULL);
	op25b_html_element(h, "h2", OP25B_PAGE_ACCESS_AIM, NULL);
	op25b_html_element(h, "p", OP25B_PAGE_ACCESS_AIM_TEXT, NULL);
	op25b_html_element(h, "h2", OP25B_PAGE_ACCESS_TESTED, NULL);
	op25b_html_raw(h, "<ul>\n");
	for (size_t i = 0; i < sizeof(tested) / sizeof(tested[0]); i++)
		op25b_html_element(h, "li", tested[i], NULL);
	op25b_html_raw(h, "</ul>\n");
	op25b_html_element(h, "h2", OP25B_PAGE_ACCESS_LIMITS, NULL);
	op25b_html_element(h, "p", OP25B_PAGE_ACCESS_LIMITS_TEXT, NULL);
	op25b_html_element(h, "p", OP25B_PAGE_ACCESS_TELL, NULL);
	op25b_html_raw(h, "<p>");
	op25b_page_link(page, "/contact", OP25B_PAGE_FAQ_TO_CONTACT, NULL);
	op25b_html_raw(h, "</p>\n");
	op25b_page_end(page);
}
