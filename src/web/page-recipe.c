/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A card for a mail server of the customer's own: the recipes that the policy lets it use, with the
 * provider's server filled in.
 */
#include <string.h>

#include "policy/mail-decide.h"
#include "web/clients.h"
#include "web/recipes.h"
#include "web/route.h"

/* The mail section that the caller's provider has, or the root's for it. */
static const struct op25b_mail *mail_of(const struct op25b_page *page)
{
	const struct op25b_policy *policy = page->site->judge.policy;
	const struct op25b_mail *own = op25b_mail_of(policy, page->speaker.tenant);

	return own ? own : op25b_mail_of(policy, 0);
}

/* The name of the first of its servers that offers this and has one without a '*'; NULL: none. */
static const char *host_of(const struct op25b_page *page, uint32_t offer)
{
	const struct op25b_policy *policy = page->site->judge.policy;
	const struct op25b_mail *mail = mail_of(page);

	for (size_t i = 0; mail && i < policy->n_servers; i++) {
		const struct op25b_peer_group *server = &policy->servers[i];

		if (server->tenant != mail->tenant || !(server->offers & offer))
			continue;
		for (size_t k = 0; k < server->n_hosts; k++) {
			if (!strchr(server->hosts[k], '*'))
				return server->hosts[k];
		}
	}
	return NULL;
}

static const char *host_for(const struct op25b_page *page, enum op25b_recipe_manner manner)
{
	return host_of(page,
		       manner == OP25B_RECIPE_LINE ? OP25B_OFFER_RELAY : OP25B_OFFER_SUBMISSION);
}

/* Whether customers of a service are told to send so: who says nothing forbids nothing. */
static bool is_told(const struct op25b_service *service)
{
	const struct op25b_remedies *remedies = &service->remedies[OP25B_HOME_SERVER];
	bool told = !service->has_remedies;

	for (size_t i = 0; i < remedies->n; i++)
		told = told || remedies->list[i] == OP25B_REMEDY_RELAY ||
		       remedies->list[i] == OP25B_REMEDY_ISP_SERVER;
	return told;
}

/* Whether a service's servers may send so now. Of who is known to have another service of the same
 * provider, only that one counts. */
static bool lets_service(const struct op25b_page *page, size_t index,
			 enum op25b_recipe_manner manner)
{
	const struct op25b_service *service = &page->site->judge.policy->services[index];
	const struct op25b_mail *mail = mail_of(page);
	const struct op25b_mail_stage *stage;

	if (!mail || service->tenant != page->speaker.tenant || !is_told(service) ||
	    (page->line.service && page->line.tenant == page->speaker.tenant &&
	     page->line.service != service))
		return false;
	if (manner == OP25B_RECIPE_ACCOUNT)
		return mail->server_accounts;
	stage = op25b_mail_stage_of(mail, OP25B_MAIL_LINE25, (uint32_t)index, page->request->now);
	return stage && stage->action != OP25B_REFUSE;
}

static bool is_let(const struct op25b_page *page, enum op25b_recipe_manner manner)
{
	bool any = false;

	for (size_t i = 0; i < page->site->judge.policy->n_services; i++)
		any = any || lets_service(page, i, manner);
	return any && host_for(page, manner);
}

bool op25b_recipes_any(const struct op25b_page *page)
{
	return is_let(page, OP25B_RECIPE_LINE) || is_let(page, OP25B_RECIPE_ACCOUNT);
}

/* A text with our server's name in place of the recipe's. */
static void write_named(struct op25b_html *h, const char *text, size_t n, const char *host)
{
	const char *end = text + n;

	while (text < end) {
		const char *at = strstr(text, OP25B_RECIPE_HOST);
		const char *stop = at && at < end ? at : end;

		op25b_html_text_n(h, text, (size_t)(stop - text));
		if (stop == end)
			return;
		op25b_html_text(h, host);
		text = stop + strlen(OP25B_RECIPE_HOST);
	}
}

/* A paragraph: what stands between two backquotes is code. */
static void write_paragraph(struct op25b_html *h, const char *text, const char *host)
{
	bool code = false;

	op25b_html_raw(h, "<p>");
	for (;;) {
		const size_t n = strcspn(text, "`");

		write_named(h, text, n, host);
		if (!text[n])
			break;
		code = !code;
		op25b_html_raw(h, code ? "<code>" : "</code>");
		text += n + 1;
	}
	op25b_html_raw(h, "</p>\n");
}

static void write_rows(struct op25b_page *page, enum op25b_recipe program,
		       enum op25b_recipe_manner manner)
{
	const char *host = host_for(page, manner);
	struct op25b_html *h = page->html;
	size_t n;
	const struct op25b_recipe_row *rows = op25b_recipe_rows(&n);

	for (size_t i = 0; i < n; i++) {
		const char *text = rows[i].texts[page->lang];

		if (rows[i].program != program || rows[i].manner != manner)
			continue;
		if (!rows[i].pasted) {
			write_paragraph(h, text, host);
			continue;
		}
		op25b_html_raw(h, "<pre tabindex=\"0\"><code>");
		write_named(h, text, strlen(text), host);
		op25b_html_raw(h, "</code></pre>\n");
	}
}

/* Whose lines may do without a login. */
static void write_services(struct op25b_page *page)
{
	const struct op25b_policy *policy = page->site->judge.policy;
	struct op25b_html *h = page->html;

	op25b_html_element(h, "p", OP25B_PAGE_RECIPE_LINE_TEXT, NULL);
	op25b_html_raw(h, "<ul>\n");
	for (size_t i = 0; i < policy->n_services; i++) {
		if (!lets_service(page, i, OP25B_RECIPE_LINE))
			continue;
		op25b_html_raw(h, "<li>");
		op25b_html_text(h, op25b_page_service_name(page, &policy->services[i]));
		op25b_html_raw(h, "</li>\n");
	}
	op25b_html_raw(h, "</ul>\n");
}

static void write_manner(struct op25b_page *page, enum op25b_recipe program,
			 enum op25b_recipe_manner manner)
{
	const bool line = manner == OP25B_RECIPE_LINE;
	struct op25b_html *h = page->html;

	if (!is_let(page, manner))
		return;
	op25b_html_rawf(h, "<section data-manner=\"%s\">\n", line ? "line" : "account");
	op25b_html_element(h, "h2", line ? OP25B_PAGE_RECIPE_LINE : OP25B_PAGE_RECIPE_ACCOUNT,
			   NULL);
	if (line)
		write_services(page);
	else
		op25b_html_element(h, "p", OP25B_PAGE_RECIPE_ACCOUNT_TEXT, NULL);
	write_rows(page, program, manner);
	op25b_html_raw(h, "</section>\n");
}

/* What to know before: whose names to put in, and what else the domain needs (001-24). */
static void write_before(struct op25b_page *page)
{
	struct op25b_html *h = page->html;

	op25b_html_element(h, "p class=\"lead\"", OP25B_PAGE_RECIPE_LEAD, NULL);
	op25b_html_element(h, "p", OP25B_PAGE_RECIPE_DEBIAN, NULL);
	op25b_html_raw(h, "<ul>\n");
	op25b_html_element(h, "li", OP25B_PAGE_RECIPE_DOMAIN, NULL);
	if (is_let(page, OP25B_RECIPE_ACCOUNT))
		op25b_html_element(h, "li", OP25B_PAGE_RECIPE_LOGIN, NULL);
	op25b_html_raw(h, "</ul>\n");
	op25b_html_element(h, "p class=\"note\" data-warning=\"spf\"", OP25B_PAGE_RECIPE_SPF, NULL);
}

void op25b_page_recipe(struct op25b_page *page, const struct op25b_mail_client *client)
{
	const struct op25b_service *service = op25b_page_service(page);
	struct op25b_html *h = page->html;

	op25b_page_begin(
		page, OP25B_PAGE_RECIPE_TITLE,
		OP25B_VALUES({ "program", op25b_data_text_in(h->own, &client->name, page->lang) }));
	if (op25b_recipes_any(page)) {
		write_before(page);
		write_manner(page, client->recipe, OP25B_RECIPE_ACCOUNT);
		write_manner(page, client->recipe, OP25B_RECIPE_LINE);
		op25b_html_element(h, "h2", OP25B_PAGE_SET_AFTER, NULL);
		op25b_html_element(h, "p", OP25B_PAGE_RECIPE_TRY, NULL);
	} else {
		op25b_html_element(h, "p class=\"lead\"", OP25B_PAGE_RECIPE_NONE, NULL);
		op25b_block_remedies(page, service, OP25B_HOME_SERVER);
	}
	if (service && op25b_recipes_any(page))
		op25b_block_help(page, service, OP25B_HOME_SERVER);
	op25b_html_raw(h, "<ul class=\"next\">\n<li>");
	op25b_page_link(page, "/error", OP25B_PAGE_FAQ_TO_ERROR, NULL);
	op25b_html_raw(h, "</li>\n<li>");
	op25b_page_link(page, "/settings", OP25B_PAGE_SET_ALL, NULL);
	op25b_html_raw(h, "</li>\n</ul>\n");
	op25b_page_end(page);
}
