/* SPDX-License-Identifier: BSD-2-Clause */
/* See block-servers.h. */
#include "web/block-servers.h"

#include <stdio.h>
#include <string.h>

static const char *text_in(const struct op25b_page *page, const struct op25b_data_text *text)
{
	return op25b_data_text_in(page->html->own, text, page->lang);
}

/* Of the customer's own domain, where the query names one (004-21). */
bool op25b_servers_find(const struct op25b_page *page, struct op25b_setup *ret)
{
	const char *asked = op25b_web_field(&page->request->query, "domain");

	return op25b_setup_find(page, asked && *asked ? op25b_setup_domain(asked) : NULL, ret);
}

bool op25b_servers_lead_on(struct op25b_page *page, const char *path)
{
	const char *asked = op25b_web_field(&page->request->query, "domain");
	const char *domain = asked && *asked ? op25b_setup_domain(asked) : NULL;
	char to[OP25B_SETUP_NAME + OP25B_WEB_PATH];
	struct op25b_setup setup;
	bool ours;

	if (!domain)
		return false;
	ours = op25b_setup_find(page, domain, &setup);
	if (ours && !strchr(asked, '@'))
		return false;
	snprintf(to, sizeof(to), "/%s%s?domain=%s", op25b_lang_names[page->lang],
		 ours ? path : "/provider", ours ? setup.domain : domain);
	op25b_page_redirect(page, to);
	return true;
}

/* Servers are named after the customer's domain, and nobody has said which it is. */
static bool asks_domain(const struct op25b_setup *setup)
{
	for (size_t i = 0; i < setup->settings->n_outgoing; i++) {
		if (strstr(setup->settings->outgoing[i].host, "{domain}"))
			return true;
	}
	return false;
}

static void write_domain_form(struct op25b_page *page, const struct op25b_setup *setup)
{
	struct op25b_html *h = page->html;

	op25b_html_raw(h, "<form method=\"get\">\n<p><label for=\"domain\">");
	op25b_html_say(h, OP25B_PAGE_SET_DOMAIN, NULL);
	op25b_html_raw(h, "</label><br>\n<input id=\"domain\" name=\"domain\" value=\"");
	op25b_html_text(h, setup->domain);
	op25b_html_raw(h, "\" autocomplete=\"off\" spellcheck=\"false\">\n<button>");
	op25b_html_say(h, OP25B_PAGE_SET_DOMAIN_SHOW, NULL);
	op25b_html_raw(h, "</button></p>\n</form>\n");
}

static void row(struct op25b_page *page, op25b_phrase head, const char *text, bool copied)
{
	struct op25b_html *h = page->html;

	op25b_html_raw(h, "<tr><th scope=\"row\">");
	op25b_html_say(h, head, NULL);
	op25b_html_raw(h, copied ? "</th><td><code>" : "</th><td>");
	op25b_html_text(h, text);
	op25b_html_raw(h, copied ? "</code></td></tr>\n" : "</td></tr>\n");
}

static op25b_phrase user_word(const struct op25b_setup *setup)
{
	switch (setup->settings->username) {
	case OP25B_MAIL_USER_LOCAL_PART:
		return OP25B_PAGE_SET_USER_LOCAL;
	case OP25B_MAIL_USER_LOGIN:
		return OP25B_PAGE_SET_USER_LOGIN;
	default:
		return OP25B_PAGE_SET_USER_ADDRESS;
	}
}

/* What the program calls the encryption; else what everybody does. */
static const char *encryption(const struct op25b_page *page, const struct op25b_mail_client *client,
			      enum op25b_mail_tls tls)
{
	if (client && tls == OP25B_MAIL_IMPLICIT && client->has_implicit)
		return text_in(page, &client->implicit);
	if (client && tls == OP25B_MAIL_STARTTLS && client->has_starttls)
		return text_in(page, &client->starttls);
	return tls == OP25B_MAIL_IMPLICIT ? "SSL/TLS" : "STARTTLS";
}

static void write_server(struct op25b_page *page, const struct op25b_setup *setup,
			 const struct op25b_mail_client *client,
			 const struct op25b_mail_server *server, op25b_phrase caption, bool sends)
{
	struct op25b_html *h = page->html;
	char host[OP25B_SETUP_NAME], port[8];
	const char *instead = op25b_phrase_text(h->own, OP25B_PAGE_SET_YOUR_DOMAIN, page->lang);
	const char *name = op25b_setup_host(setup, server, instead, host);

	snprintf(port, sizeof(port), "%u", server->port);
	op25b_html_rawf(h, "<table data-port=\"%u\">\n<caption>", server->port);
	op25b_html_say(h, caption, NULL);
	op25b_html_raw(h, "</caption>\n");
	row(page, OP25B_PAGE_SET_SERVER, name ? name : server->host, true);
	row(page, OP25B_PAGE_SET_PORT, port, true);
	row(page, OP25B_PAGE_SET_ENCRYPTION, encryption(page, client, server->tls), false);
	if (sends)
		row(page, OP25B_PAGE_SET_AUTH,
		    client && client->has_auth ?
			    text_in(page, &client->auth) :
			    op25b_phrase_text(h->own, OP25B_PAGE_SET_AUTH_ON, page->lang),
		    false);
	row(page, OP25B_PAGE_SET_USER, op25b_phrase_text(h->own, user_word(setup), page->lang),
	    false);
	row(page, OP25B_PAGE_SET_PASSWORD,
	    op25b_phrase_text(h->own, OP25B_PAGE_SET_PASSWORD_OWN, page->lang), false);
	op25b_html_raw(h, "</table>\n");
}

/* Servers of one kind of encryption. @any: one stands before them. */
static bool write_outgoing_by(struct op25b_page *page, const struct op25b_setup *setup,
			      const struct op25b_mail_client *client, enum op25b_mail_tls tls,
			      bool any)
{
	const struct op25b_mail_server *server;
	size_t at = 0;

	while ((server = op25b_mail_outgoing_next(setup->settings, page->request->now, &at))) {
		if (server->tls != tls)
			continue;
		write_server(page, setup, client, server,
			     any ? OP25B_PAGE_SET_SECOND : OP25B_PAGE_SET_FIRST, true);
		any = true;
	}
	return any;
}

/* Those that take no mail yet are named with their day, and nothing is there to type in. */
static void write_later(struct op25b_page *page, const struct op25b_setup *setup)
{
	char day[OP25B_PAGE_TIME], port[8];

	for (size_t i = 0; i < setup->settings->n_outgoing; i++) {
		const struct op25b_mail_server *server = &setup->settings->outgoing[i];

		if (server->since <= page->request->now)
			continue;
		snprintf(port, sizeof(port), "%u", server->port);
		op25b_html_element(
			page->html, "p class=\"note\"", OP25B_PAGE_POLICY_WAY_FROM,
			OP25B_VALUES({ "port", port },
				     { "date", op25b_page_day(page, server->since, day) }));
	}
}

/* TLS from the start first, in whatever order the policy has them. */
void op25b_block_outgoing(struct op25b_page *page, const struct op25b_setup *setup,
			  const struct op25b_mail_client *client)
{
	bool any;

	if (!setup->settings->n_outgoing)
		return;
	op25b_html_element(page->html, "h2", OP25B_PAGE_SET_OUTGOING, NULL);
	any = write_outgoing_by(page, setup, client, OP25B_MAIL_IMPLICIT, false);
	write_outgoing_by(page, setup, client, OP25B_MAIL_STARTTLS, any);
	write_later(page, setup);
}

void op25b_block_incoming(struct op25b_page *page, const struct op25b_setup *setup,
			  const struct op25b_mail_client *client)
{
	const struct op25b_mail_settings *settings = setup->settings;
	struct op25b_html *h = page->html;

	if (!settings->n_incoming)
		return;
	op25b_html_element(h, "h2", OP25B_PAGE_SET_INCOMING, NULL);
	op25b_html_element(h, "p", OP25B_PAGE_SET_INCOMING_TEXT, NULL);
	for (size_t i = 0; i < settings->n_incoming; i++)
		write_server(page, setup, client, &settings->incoming[i],
			     settings->incoming[i].kind == OP25B_MAIL_IMAP ? OP25B_PAGE_SET_IMAP :
									     OP25B_PAGE_SET_POP,
			     false);
}

/* Which port to set, of those that there are. */
void op25b_block_servers_lead(struct op25b_page *page, const struct op25b_setup *setup)
{
	const bool has_465 = op25b_setup_port(page, setup, 465);
	const bool has_587 = op25b_setup_port(page, setup, 587);

	if (has_465 || has_587)
		op25b_html_element(page->html, "p class=\"lead\"",
				   has_465 && has_587 ? OP25B_PAGE_SET_LEAD :
				   has_465            ? OP25B_PAGE_SET_LEAD_465 :
							OP25B_PAGE_SET_LEAD_587,
				   NULL);
	if (asks_domain(setup))
		write_domain_form(page, setup);
}

/* The policy has no settings: whoever gave the mail address has them. */
void op25b_block_no_servers(struct op25b_page *page)
{
	op25b_html_element(page->html, "p class=\"lead\"", OP25B_PAGE_SET_NONE, NULL);
	op25b_html_raw(page->html, "<p>");
	op25b_page_link(page, "/provider", OP25B_PAGE_FAQ_TO_PROVIDER, NULL);
	op25b_html_raw(page->html, "</p>\n");
}

void op25b_block_settings_after(struct op25b_page *page)
{
	struct op25b_html *h = page->html;

	op25b_html_element(h, "h2", OP25B_PAGE_SET_AFTER, NULL);
	op25b_html_raw(h, "<ul class=\"next\">\n<li>");
	op25b_page_link(page, "/check", OP25B_PAGE_FAQ_TO_CHECK, NULL);
	op25b_html_raw(h, "</li>\n<li>");
	op25b_page_link(page, "/addresses", OP25B_PAGE_FAQ_TO_ADDRESSES, NULL);
	op25b_html_raw(h, "</li>\n<li>");
	op25b_page_link(page, "/settings", OP25B_PAGE_SET_ALL, NULL);
	op25b_html_raw(h, "</li>\n</ul>\n");
}
