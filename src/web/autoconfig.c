/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * config-v1.1.xml, which Thunderbird and others fetch (draft-ietf-mailmaint-autoconfig): servers in
 * the order of the policy, 465 before 587. Where the address is nobody's, its domain stands as
 * %EMAILDOMAIN%.
 */
#include <string.h>

#include "web/route.h"
#include "web/setup.h"

static const char *const names[] = {
	[OP25B_MAIL_USER_ADDRESS] = "%EMAILADDRESS%",
	[OP25B_MAIL_USER_LOCAL_PART] = "%EMAILLOCALPART%",
	[OP25B_MAIL_USER_LOGIN] = "", /* nobody but the customer knows it: asked for */
};

static void element(struct op25b_html *h, const char *name, const char *text)
{
	op25b_html_rawf(h, "      <%s>", name);
	op25b_html_text(h, text);
	op25b_html_rawf(h, "</%s>\n", name);
}

static void write_server(struct op25b_page *page, const struct op25b_setup *setup,
			 const struct op25b_mail_server *server, const char *which,
			 const char *type)
{
	struct op25b_html *h = page->html;
	char host[OP25B_SETUP_NAME];
	const char *user = names[setup->settings->username];

	if (!op25b_setup_host(setup, server, "%EMAILDOMAIN%", host))
		return;
	op25b_html_rawf(h, "    <%s type=\"%s\">\n", which, type);
	element(h, "hostname", host);
	op25b_html_rawf(h, "      <port>%u</port>\n", server->port);
	element(h, "socketType", server->tls == OP25B_MAIL_IMPLICIT ? "SSL" : "STARTTLS");
	element(h, "authentication", "password-cleartext");
	if (*user)
		element(h, "username", user);
	op25b_html_rawf(h, "    </%s>\n", which);
}

/* Page that explains it, in both languages. */
static void write_documentation(struct op25b_page *page)
{
	char site[OP25B_SETUP_NAME + 8];
	struct op25b_html *h = page->html;

	for (int lang = 0; lang < OP25B_LANGS; lang++) {
		op25b_html_raw(h, "    <documentation url=\"");
		op25b_html_text(h, op25b_setup_site(page, site));
		op25b_html_rawf(h, "/%s/settings\">\n      <descr lang=\"%s\">",
				op25b_lang_names[lang], op25b_lang_names[lang]);
		op25b_html_text(
			h, op25b_phrase_text(h->own, OP25B_PAGE_SET_TITLE, (enum op25b_lang)lang));
		op25b_html_raw(h, "</descr>\n    </documentation>\n");
	}
}

static void write_names(struct op25b_page *page, const struct op25b_setup *setup)
{
	const struct op25b_tenant *tenant = &page->site->judge.policy->tenants[setup->tenant];
	const char *name = tenant->provider.en ? tenant->provider.en : tenant->provider.ja;
	const char *first = setup->mail->domains[0];
	const char *id = *setup->domain ? setup->domain : first[0] == '*' ? first + 2 : first;
	struct op25b_html *h = page->html;

	op25b_html_raw(h, "  <emailProvider id=\"");
	op25b_html_text(h, id);
	op25b_html_raw(h, "\">\n");
	if (*setup->domain)
		element(h, "domain", setup->domain);
	for (size_t i = 0; i < setup->mail->n_domains; i++) {
		const char *domain = setup->mail->domains[i];

		if (domain[0] != '*' && strcmp(domain, setup->domain) != 0)
			element(h, "domain", domain);
	}
	element(h, "displayName", name ? name : id);
	element(h, "displayShortName", name ? name : id);
}

void op25b_page_autoconfig(struct op25b_page *page)
{
	const char *address = op25b_web_field(&page->request->query, "emailaddress");
	const char *domain = address ? op25b_setup_domain(address) : NULL;
	struct op25b_html *h = page->html;
	const struct op25b_mail_server *server;
	struct op25b_setup setup;
	size_t at = 0;

	if (!op25b_setup_find(page, domain, &setup) || op25b_setup_is_early(page, &setup)) {
		op25b_page_error(page, 404);
		return;
	}
	page->response->content_type = "text/xml; charset=utf-8";
	op25b_html_raw(
		h, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<clientConfig version=\"1.1\">\n");
	write_names(page, &setup);
	for (size_t i = 0; i < setup.settings->n_incoming; i++) {
		server = &setup.settings->incoming[i];
		write_server(page, &setup, server, "incomingServer",
			     server->kind == OP25B_MAIL_IMAP ? "imap" : "pop3");
	}
	while ((server = op25b_mail_outgoing_next(setup.settings, page->request->now, &at)))
		write_server(page, &setup, server, "outgoingServer", "smtp");
	write_documentation(page);
	op25b_html_raw(h, "  </emailProvider>\n</clientConfig>\n");
}
