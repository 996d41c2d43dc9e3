/* SPDX-License-Identifier: BSD-2-Clause */
/* Settings: the policy's own servers, and which programs have a card. */
#include "web/block-servers.h"
#include "web/recipes.h"
#include "web/route.h"

static const char *text_in(const struct op25b_page *page, const struct op25b_data_text *text)
{
	return op25b_data_text_in(page->html->own, text, page->lang);
}

static void write_group(struct op25b_page *page, enum op25b_platform platform)
{
	static const op25b_phrase heads[OP25B_PLATFORMS] = {
		[OP25B_PLATFORM_COMPUTER] = OP25B_PAGE_SET_COMPUTER,
		[OP25B_PLATFORM_PHONE] = OP25B_PAGE_SET_PHONE,
		[OP25B_PLATFORM_DEVICE] = OP25B_PAGE_SET_DEVICE,
		[OP25B_PLATFORM_SERVER] = OP25B_PAGE_SET_HOME_SERVER,
	};
	const struct op25b_clients_data *data = page->site->data->clients;
	struct op25b_html *h = page->html;
	bool any = false;

	for (size_t i = 0; data && i < data->n; i++) {
		if (data->list[i].platform != platform ||
		    (data->list[i].recipe != OP25B_RECIPE_NONE && !op25b_recipes_any(page)))
			continue;
		if (!any) {
			op25b_html_element(
				h, platform == OP25B_PLATFORM_SERVER ? "h2 id=\"server\"" : "h2",
				heads[platform], NULL);
			op25b_html_raw(h, "<ul>\n");
		}
		any = true;
		op25b_html_raw(h, "<li><a href=\"");
		op25b_page_href(page, "/settings/");
		op25b_html_text(h, data->list[i].id);
		op25b_html_raw(h, "\">");
		op25b_html_text(h, text_in(page, &data->list[i].name));
		op25b_html_raw(h, "</a></li>\n");
	}
	op25b_html_raw(h, any ? "</ul>\n" : "");
}

/* Whose address is another company's is who a limit most often touches: so this is said first. */
static void write_others(struct op25b_page *page)
{
	struct op25b_html *h = page->html;

	op25b_html_raw(h, "<p>");
	op25b_html_say(h, OP25B_PAGE_SET_OTHERS_TEXT, NULL);
	op25b_html_raw(h, " ");
	op25b_page_link(page, "/provider", OP25B_PAGE_FAQ_TO_PROVIDER, NULL);
	op25b_html_raw(h, "</p>\n");
}

static void write_qr(struct op25b_page *page)
{
	struct op25b_html *h = page->html;

	op25b_html_element(h, "h2", OP25B_PAGE_SET_QR, NULL);
	op25b_html_element(h, "p", OP25B_PAGE_SET_QR_TEXT, NULL);
	op25b_html_raw(h, "<p><img class=\"qr\" width=\"185\" height=\"185\" src=\"");
	op25b_page_href(page, "/settings/qr.svg");
	op25b_html_raw(h, "\" alt=\"");
	op25b_html_say(h, OP25B_PAGE_SET_QR_ALT, NULL);
	op25b_html_raw(h, "\"></p>\n");
}

void op25b_page_settings(struct op25b_page *page)
{
	struct op25b_setup setup;
	bool found;

	if (op25b_servers_lead_on(page, "/settings"))
		return;
	op25b_page_begin(page, OP25B_PAGE_SET_TITLE, NULL);
	found = op25b_servers_find(page, &setup);
	if (found) {
		op25b_block_servers_lead(page, &setup);
		write_others(page);
		op25b_block_outgoing(page, &setup, NULL);
	} else {
		op25b_block_no_servers(page);
	}
	for (int platform = 0; platform < OP25B_PLATFORMS; platform++)
		write_group(page, (enum op25b_platform)platform);
	if (found) {
		op25b_block_incoming(page, &setup, NULL);
		write_qr(page);
	}
	op25b_block_settings_after(page);
	op25b_page_end(page);
}
