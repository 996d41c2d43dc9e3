/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Another company's settings, by the domain of an address: what the providers' pages leave to the
 * customer as "ask them" (001-18, 003-07). Where nothing is known, a text to ask by.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "policy/remedy.h"
#include "web/providers.h"
#include "web/route.h"
#include "web/setup.h"

static void write_form(struct op25b_page *page, const char *domain)
{
	struct op25b_html *h = page->html;

	op25b_html_raw(h, "<form method=\"get\">\n<p><label for=\"domain\">");
	op25b_html_say(h, OP25B_PAGE_SET_DOMAIN, NULL);
	op25b_html_raw(h, "</label><br>\n<input id=\"domain\" name=\"domain\" value=\"");
	op25b_html_text(h, domain);
	op25b_html_raw(h, "\" autocomplete=\"off\" spellcheck=\"false\">\n<button>");
	op25b_html_say(h, OP25B_PAGE_PROV_SHOW, NULL);
	op25b_html_raw(h, "</button></p>\n</form>\n");
}

static void row(struct op25b_page *page, op25b_phrase head, const char *text)
{
	struct op25b_html *h = page->html;

	op25b_html_raw(h, "<tr><th scope=\"row\">");
	op25b_html_say(h, head, NULL);
	op25b_html_raw(h, "</th><td>");
	op25b_html_text(h, text);
	op25b_html_raw(h, "</td></tr>\n");
}

static const char *say(const struct op25b_page *page, op25b_phrase word)
{
	return op25b_phrase_text(page->html->own, word, page->lang);
}

static const char *user_of(const struct op25b_page *page, const struct op25b_outside_server *server)
{
	if (server->user && !strcmp(server->user, "%EMAILADDRESS%"))
		return say(page, OP25B_PAGE_SET_USER_ADDRESS);
	if (server->user && !strcmp(server->user, "%EMAILLOCALPART%"))
		return say(page, OP25B_PAGE_SET_USER_LOCAL);
	return say(page, OP25B_PAGE_PROV_USER);
}

static void write_server(struct op25b_page *page, const struct op25b_outside_server *server)
{
	struct op25b_html *h = page->html;
	char port[8];

	snprintf(port, sizeof(port), "%u", server->port);
	op25b_html_rawf(h, "<table data-port=\"%u\">\n<caption>", server->port);
	op25b_html_say(h, OP25B_PAGE_SET_OUTGOING, NULL);
	op25b_html_raw(h, "</caption>\n");
	row(page, OP25B_PAGE_SET_SERVER, server->host);
	row(page, OP25B_PAGE_SET_PORT, port);
	row(page, OP25B_PAGE_SET_ENCRYPTION,
	    server->tls      ? "SSL/TLS" :
	    server->starttls ? "STARTTLS" :
			       say(page, OP25B_PAGE_PROV_PLAIN));
	row(page, OP25B_PAGE_SET_AUTH, say(page, OP25B_PAGE_SET_AUTH_ON));
	row(page, OP25B_PAGE_SET_USER, user_of(page, server));
	op25b_html_raw(h, "</table>\n");
}

/* 465 before 587 before others, and never 25, which is what does not work. */
static bool write_servers(struct op25b_page *page, const struct op25b_outside_provider *provider)
{
	static const uint16_t order[] = { 465, 587, 0 };
	bool any = false;

	for (size_t k = 0; k < sizeof(order) / sizeof(order[0]); k++) {
		for (size_t i = 0; i < provider->n_outgoing; i++) {
			const struct op25b_outside_server *server = &provider->outgoing[i];
			bool first = server->port == 465 || server->port == 587;

			if (server->port == 25 || (order[k] ? server->port != order[k] : first))
				continue;
			if (!any)
				op25b_html_element(page->html, "p class=\"lead\"",
						   OP25B_PAGE_PROV_KNOWN, NULL);
			any = true;
			write_server(page, server);
		}
	}
	return any;
}

static void write_question(struct op25b_page *page)
{
	op25b_html_element(page->html, "h2", OP25B_PAGE_PROV_ASK, NULL);
	op25b_html_element(page->html, "p", OP25B_PAGE_PROV_ASK_LEAD, NULL);
	op25b_html_element(page->html, "blockquote", OP25B_PAGE_FAQ_COMPANY_MAIL_TEXT, NULL);
}

/* Only port 25, as far as anybody knows: what the policy has for that (002-26). */
static void write_no_submission(struct op25b_page *page, const char *domain)
{
	struct op25b_html *h = page->html;

	op25b_html_raw(h, "<div data-outcome=\"provider-no-submission\">\n");
	op25b_html_element(h, "p class=\"lead\"", OP25B_PAGE_PROV_ONLY_25,
			   OP25B_VALUES({ "domain", domain }));
	op25b_block_remedies(page, op25b_page_service(page), OP25B_NO_SUBMISSION);
	op25b_html_raw(h, "</div>\n");
	write_question(page);
}

static void write_webmail(struct op25b_page *page, const char *domain)
{
	const char *url = op25b_webmail_find(page->site->data->webmail, domain);
	struct op25b_html *h = page->html;

	if (!url)
		return;
	op25b_html_element(h, "h2", OP25B_PAGE_PROV_WEBMAIL, NULL);
	op25b_html_element(h, "p", OP25B_PAGE_PROV_WEBMAIL_TEXT, NULL);
	op25b_html_raw(h, "<p>");
	op25b_html_link(h, url, OP25B_PAGE_PROV_WEBMAIL_LINK, OP25B_VALUES({ "domain", domain }));
	op25b_html_raw(h, "</p>\n");
}

static void write_answer(struct op25b_page *page, const char *domain)
{
	const struct op25b_outside_provider *provider =
		op25b_providers_find(page->site->data->providers, domain);
	struct op25b_html *h = page->html;
	struct op25b_setup setup;

	if (op25b_setup_find(page, domain, &setup) && !strcmp(setup.domain, domain)) {
		op25b_html_element(h, "p class=\"lead\"", OP25B_PAGE_PROV_OURS,
				   OP25B_VALUES({ "domain", domain }));
		op25b_html_raw(h, "<p><a href=\"");
		op25b_page_href(page, "/settings?domain=");
		op25b_html_query(h, domain);
		op25b_html_raw(h, "\">");
		op25b_html_say(h, OP25B_PAGE_ADDR_SETTINGS, OP25B_VALUES({ "domain", domain }));
		op25b_html_raw(h, "</a></p>\n");
		return;
	}
	if (!provider) {
		op25b_html_element(h, "p class=\"lead\"", OP25B_PAGE_PROV_UNKNOWN,
				   OP25B_VALUES({ "domain", domain }));
		write_question(page);
	} else if (!write_servers(page, provider)) {
		write_no_submission(page, domain);
	}
	write_webmail(page, domain);
}

/* The domain asked for, in lower case. False: there is none, or it is no domain. */
static bool read_domain(const char *asked, char domain[static OP25B_SETUP_NAME])
{
	const char *found = asked ? op25b_setup_domain(asked) : NULL;

	if (!found || !strchr(found, '.'))
		return false;
	for (size_t i = 0; i <= strlen(found); i++)
		domain[i] = (char)tolower((unsigned char)found[i]);
	return true;
}

void op25b_page_provider_of(struct op25b_page *page)
{
	const char *asked = op25b_web_field(&page->request->query, "domain");
	char domain[OP25B_SETUP_NAME] = "", to[OP25B_SETUP_NAME + 32];
	bool good = read_domain(asked, domain);
	struct op25b_html *h = page->html;

	if (good && strchr(asked, '@')) {
		/* A whole address does not stay in the address of a page. */
		snprintf(to, sizeof(to), "/%s/provider?domain=%s", op25b_lang_names[page->lang],
			 domain);
		op25b_page_redirect(page, to);
		return;
	}
	page->head.parent = "/settings";
	page->head.parent_word = OP25B_PAGE_SET_TITLE;
	op25b_page_begin(page, OP25B_PAGE_PROV_TITLE, NULL);
	if (good)
		write_answer(page, domain);
	else if (asked && *asked)
		op25b_html_element(h, "p class=\"note\" role=\"alert\"", OP25B_PAGE_ADDR_BAD, NULL);
	else
		op25b_html_element(h, "p class=\"lead\"", OP25B_PAGE_PROV_LEAD, NULL);
	write_form(page, domain);
	op25b_html_element(h, "p", OP25B_PAGE_PROV_DOMAIN_ONLY, NULL);
	op25b_html_raw(h, "<ul class=\"next\">\n<li>");
	op25b_page_link(page, "/settings", OP25B_PAGE_PROV_CARDS, NULL);
	op25b_html_raw(h, "</li>\n<li>");
	op25b_page_link(page, "/check", OP25B_PAGE_FAQ_TO_CHECK, NULL);
	op25b_html_raw(h, "</li>\n</ul>\n");
	op25b_page_end(page);
}
