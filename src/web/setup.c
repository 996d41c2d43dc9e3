/* SPDX-License-Identifier: BSD-2-Clause */
/* See setup.h. */
#include "web/setup.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define PLACE "{domain}"

const char *op25b_setup_domain(const char *address)
{
	const char *at = strrchr(address, '@');
	const char *domain = at ? at + 1 : address;
	size_t n = strlen(domain);

	if (!n || n >= OP25B_SETUP_NAME || domain[0] == '.' || domain[0] == '-')
		return NULL;
	for (const char *c = domain; *c; c++) {
		if (!isalnum((unsigned char)*c) && *c != '.' && *c != '-')
			return NULL;
	}
	return domain;
}

static void take_domain(struct op25b_setup *setup, const char *domain)
{
	size_t n = strlen(domain);

	for (size_t i = 0; i <= n && i < sizeof(setup->domain); i++)
		setup->domain[i] = (char)tolower((unsigned char)domain[i]);
	setup->domain[sizeof(setup->domain) - 1] = '\0';
}

static bool use(const struct op25b_page *page, uint32_t tenant, struct op25b_setup *ret)
{
	const struct op25b_mail *mail = op25b_mail_of(page->site->judge.policy, tenant);

	if (!mail || !mail->settings)
		return false;
	*ret = (struct op25b_setup){ .mail = mail, .settings = mail->settings, .tenant = tenant };
	return true;
}

bool op25b_setup_find(const struct op25b_page *page, const char *domain, struct op25b_setup *ret)
{
	const struct op25b_policy *policy = page->site->judge.policy;

	for (uint32_t i = 0; domain && i < policy->n_tenants; i++) {
		if (use(page, i, ret) && op25b_mail_is_own(ret->mail, domain)) {
			take_domain(ret, domain);
			return true;
		}
	}
	if (domain || !use(page, page->speaker.tenant, ret))
		return false;
	for (size_t i = 0; i < ret->mail->n_domains && !*ret->domain; i++) {
		if (!strchr(ret->mail->domains[i], '*'))
			take_domain(ret, ret->mail->domains[i]);
	}
	return true;
}

const char *op25b_setup_host(const struct op25b_setup *setup,
			     const struct op25b_mail_server *server, const char *instead,
			     char room[static OP25B_SETUP_NAME])
{
	const char *brace = strstr(server->host, PLACE);
	const char *domain = *setup->domain ? setup->domain : instead;
	int n;

	if (brace && !domain)
		return NULL;
	if (brace)
		n = snprintf(room, OP25B_SETUP_NAME, "%.*s%s%s", (int)(brace - server->host),
			     server->host, domain, brace + strlen(PLACE));
	else
		n = snprintf(room, OP25B_SETUP_NAME, "%s", server->host);
	return n > 0 && n < (int)OP25B_SETUP_NAME ? room : NULL;
}

const struct op25b_mail_server *op25b_setup_sends(const struct op25b_page *page,
						  const struct op25b_setup *setup)
{
	size_t at = 0;

	return op25b_mail_outgoing_next(setup->settings, page->request->now, &at);
}

bool op25b_setup_is_early(const struct op25b_page *page, const struct op25b_setup *setup)
{
	return setup->settings->n_outgoing && !op25b_setup_sends(page, setup);
}

const struct op25b_mail_server *op25b_setup_port(const struct op25b_page *page,
						 const struct op25b_setup *setup, uint16_t port)
{
	const struct op25b_mail_server *server;
	size_t at = 0;

	while ((server = op25b_mail_outgoing_next(setup->settings, page->request->now, &at))) {
		if (server->port == port)
			return server;
	}
	return NULL;
}

const char *op25b_setup_site(const struct op25b_page *page, char room[static OP25B_SETUP_NAME + 8])
{
	const struct op25b_web_file *file = page->site->file;
	const struct op25b_web_request *request = page->request;
	const char *host = file && file->host ? file->host : request->host;
	bool secure = (file && file->host) || request->https;

	snprintf(room, OP25B_SETUP_NAME + 8, "%s%s", secure ? "https://" : "http://",
		 *host ? host : "localhost");
	return room;
}
