/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * autodiscover.xml, which Outlook posts to. Of outgoing servers 465 alone: Outlook takes <SSL>on
 * with STARTTLS for a server that can't be reached, so there is no true answer about 587.
 */
#include <string.h>

#include "web/autodiscover-read.h"
#include "web/route.h"
#include "web/setup.h"

#define RESPONSE "http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006"
#define OUTLOOK  "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a"

static const char begin[] = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
			    "<Autodiscover xmlns=\"" RESPONSE "\">\n";

/* 600: what came is no request (MS-OXDSCLI 2.2.4). */
static void write_error(struct op25b_page *page)
{
	op25b_html_raw(page->html, begin);
	op25b_html_raw(page->html, "<Response><Error><ErrorCode>600</ErrorCode>"
				   "<Message>Invalid Request</Message><DebugData/></Error>"
				   "</Response>\n</Autodiscover>\n");
}

static void write_server(struct op25b_page *page, const struct op25b_setup *setup,
			 const struct op25b_mail_server *server, const char *type,
			 const char *address)
{
	struct op25b_html *h = page->html;
	bool sends = !strcmp(type, "SMTP");
	char host[OP25B_SETUP_NAME];
	const char *at = strrchr(address, '@');

	if (server->tls != OP25B_MAIL_IMPLICIT || !op25b_setup_host(setup, server, NULL, host))
		return;
	op25b_html_rawf(h, "<Protocol>\n<Type>%s</Type>\n<Server>", type);
	op25b_html_text(h, host);
	op25b_html_rawf(h, "</Server>\n<Port>%u</Port>\n", server->port);
	if (setup->settings->username != OP25B_MAIL_USER_LOGIN) {
		op25b_html_raw(h, "<LoginName>");
		if (setup->settings->username == OP25B_MAIL_USER_LOCAL_PART && at)
			op25b_html_text_n(h, address, (size_t)(at - address));
		else
			op25b_html_text(h, address);
		op25b_html_raw(h, "</LoginName>\n");
	}
	op25b_html_raw(h, "<DomainRequired>off</DomainRequired>\n<SPA>off</SPA>\n<SSL>on</SSL>\n"
			  "<AuthRequired>on</AuthRequired>\n");
	if (sends)
		op25b_html_raw(h, "<UsePOPAuth>on</UsePOPAuth>\n<SMTPLast>off</SMTPLast>\n");
	op25b_html_raw(h, "</Protocol>\n");
}

void op25b_page_autodiscover(struct op25b_page *page)
{
	const struct op25b_web_request *request = page->request;
	char address[OP25B_AUTODISCOVER_ADDRESS];
	struct op25b_html *h = page->html;
	const struct op25b_mail_server *server;
	struct op25b_setup setup;
	const char *domain;
	size_t at = 0;

	page->response->content_type = "text/xml; charset=utf-8";
	if (!request->body || op25b_autodiscover_read(request->body, request->body_size, address)) {
		write_error(page);
		return;
	}
	domain = op25b_setup_domain(address);
	if (!domain || !op25b_setup_find(page, domain, &setup) ||
	    op25b_setup_is_early(page, &setup)) {
		write_error(page);
		return;
	}
	op25b_html_raw(h, begin);
	op25b_html_raw(h, "<Response xmlns=\"" OUTLOOK "\">\n<Account>\n"
			  "<AccountType>email</AccountType>\n<Action>settings</Action>\n");
	for (size_t i = 0; i < setup.settings->n_incoming; i++) {
		server = &setup.settings->incoming[i];
		write_server(page, &setup, server,
			     server->kind == OP25B_MAIL_IMAP ? "IMAP" : "POP3", address);
	}
	while ((server = op25b_mail_outgoing_next(setup.settings, page->request->now, &at)))
		write_server(page, &setup, server, "SMTP", address);
	op25b_html_raw(h, "</Account>\n</Response>\n</Autodiscover>\n");
}
