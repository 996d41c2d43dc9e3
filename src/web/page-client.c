/* SPDX-License-Identifier: BSD-2-Clause */
/* The card of a mail program: the policy's servers in its words, and where to click. */
#include <stdio.h>

#include "web/block-servers.h"
#include "web/recipes.h"
#include "web/route.h"

static const char *text_in(const struct op25b_page *page, const struct op25b_data_text *text)
{
	return op25b_data_text_in(page->html->own, text, page->lang);
}

static void write_list(struct op25b_page *page, const char *tag, const struct op25b_data_text *list,
		       size_t n)
{
	op25b_html_rawf(page->html, "<%s>\n", tag);
	for (size_t i = 0; i < n; i++) {
		op25b_html_raw(page->html, "<li>");
		op25b_html_text(page->html, text_in(page, &list[i]));
		op25b_html_raw(page->html, "</li>\n");
	}
	op25b_html_rawf(page->html, "</%s>\n", tag);
}

static void write_automatic(struct op25b_page *page, const struct op25b_setup *setup,
			    const struct op25b_mail_client *client)
{
	struct op25b_html *h = page->html;

	/* Before the servers' day nothing is fetched, and an account must not be taken away. */
	if (client->automatic == OP25B_AUTOMATIC_NONE || op25b_setup_is_early(page, setup))
		return;
	op25b_html_element(h, "h2", OP25B_PAGE_SET_AUTOMATIC, NULL);
	if (client->automatic == OP25B_AUTOMATIC_FETCHED) {
		op25b_html_element(h, "p", OP25B_PAGE_SET_FETCHED, NULL);
		return;
	}
	op25b_html_element(h, "p", OP25B_PAGE_SET_PROFILE, NULL);
	op25b_html_raw(h, "<p><a href=\"");
	op25b_page_href(page, "/settings/apple.mobileconfig");
	if (*setup->domain) {
		op25b_html_raw(h, "?domain=");
		op25b_html_query(h, setup->domain);
	}
	op25b_html_raw(h, "\">");
	op25b_html_say(h, OP25B_PAGE_SET_PROFILE_GET, NULL);
	op25b_html_raw(h, "</a></p>\n");
}

void op25b_page_client(struct op25b_page *page)
{
	const struct op25b_mail_client *client =
		op25b_clients_find(page->site->data->clients, page->rest);
	struct op25b_html *h = page->html;
	struct op25b_setup setup;
	char path[OP25B_WEB_PATH];

	if (!client) {
		op25b_page_error(page, 404);
		return;
	}
	snprintf(path, sizeof(path), "/settings/%s", client->id);
	if (op25b_servers_lead_on(page, path))
		return;
	page->head.parent = "/settings";
	page->head.parent_word = OP25B_PAGE_SET_TITLE;
	if (client->recipe != OP25B_RECIPE_NONE) {
		op25b_page_recipe(page, client);
		return;
	}
	op25b_page_begin(page, OP25B_PAGE_SET_CARD,
			 OP25B_VALUES({ "client", text_in(page, &client->name) }));
	if (!op25b_servers_find(page, &setup)) {
		op25b_block_no_servers(page);
	} else {
		op25b_block_servers_lead(page, &setup);
		write_automatic(page, &setup, client);
		op25b_block_outgoing(page, &setup, client);
		op25b_block_incoming(page, &setup, client);
	}
	op25b_html_element(h, "h2", OP25B_PAGE_SET_WHERE, NULL);
	write_list(page, "ol", client->steps, client->n_steps);
	if (client->n_notes) {
		op25b_html_element(h, "h2", OP25B_PAGE_SET_NOTES, NULL);
		write_list(page, "ul", client->notes, client->n_notes);
	}
	op25b_block_settings_after(page);
	op25b_page_end(page);
}
