/* SPDX-License-Identifier: BSD-2-Clause */
/* From a request to the page that answers it: whose line it is, who speaks, which page. */
#include <string.h>
#include <strings.h>

#include "web/brand.h"
#include "web/route.h"

void op25b_web_response_done(struct op25b_web_response *response)
{
	if (response)
		op25b_html_done(&response->html);
}

unsigned int op25b_web_wants(const struct op25b_web_request *request)
{
	enum op25b_lang lang = OP25B_JA;
	const char *rest, *allowed;
	const struct op25b_route *route = op25b_route_find(request, &lang, &rest, &allowed);

	return route ? route->wants : 0;
}

/* Whose pages a host name shows; a port behind the name counts nothing. */
static uint32_t tenant_of_host(const struct op25b_site *site, const char *host)
{
	const size_t n = strcspn(host, ":");

	for (size_t i = 0; site->file && i < site->file->n_hosts; i++) {
		const struct op25b_web_host *known = &site->file->hosts[i];

		if (strlen(known->name) == n && !strncasecmp(known->name, host, n))
			return known->tenant;
	}
	return 0;
}

/*
 * Of a line that is ours its provider speaks, whatever the host name is: its words, its servers,
 * its contact (6b.2).
 */
static void find_speaker(struct op25b_page *page)
{
	const uint32_t hosts = tenant_of_host(page->site, page->request->host);

	page->speaker.tenant = hosts;
	/* As while sessions are not known: nobody can say whose line it is. */
	page->line.waiting = page->request->caller_unread;
	if (page->request->caller.family == OP25B_NO_FAMILY)
		return;
	op25b_judge_line(&page->site->judge, &page->request->caller, page->request->caller_port,
			 page->request->now, &page->line);
	if (!page->line.service)
		return;
	page->speaker.tenant = page->line.tenant;
	page->speaker.not_hosts = page->line.tenant != hosts;
}

static void make(struct op25b_page *page)
{
	const char *allowed = "";
	const struct op25b_route *route =
		op25b_route_find(page->request, &page->lang, &page->rest, &allowed);
	struct op25b_web_response *response = page->response;

	response->status = 200;
	response->html.lang = page->lang;
	response->html.own = &op25b_brand_of(page->site->data, page->speaker.tenant)->own;
	if (!route) {
		op25b_page_error(page, *allowed ? 405 : 404);
		return;
	}
	response->no_store = route->no_store;
	route->make(page);
}

void op25b_web_answer(const struct op25b_site *site, const struct op25b_web_request *request,
		      const struct op25b_web_facts *facts, const struct op25b_site_calls *calls,
		      struct op25b_web_response *response)
{
	struct op25b_page page = {
		.site = site,
		.request = request,
		.facts = facts,
		.calls = calls,
		.response = response,
		.html = &response->html,
		.lang = op25b_web_language(request->accept_language),
		.rest = "",
	};

	find_speaker(&page);
	make(&page);
	if (response->html.failed) {
		/* Without memory: a status without a page. */
		op25b_html_done(&response->html);
		response->status = 503;
		response->content_type = NULL;
		*response->location = '\0';
	}
}

void op25b_web_refuse(const struct op25b_site *site, enum op25b_lang lang, int status,
		      struct op25b_web_response *response)
{
	static const struct op25b_web_request none = { .path = "/",
						       .host = "",
						       .accept_language = "",
						       .accept = "",
						       .user = "",
						       .origin = "" };
	static const struct op25b_web_facts nothing;
	struct op25b_page page = {
		.site = site,
		.request = &none,
		.facts = &nothing,
		.response = response,
		.html = &response->html,
		.lang = lang,
		.rest = "",
	};

	response->html.lang = lang;
	response->html.own = &op25b_brand_of(site->data, 0)->own;
	op25b_page_error(&page, status == 500                                   ? 500 :
				status == 413 || status == 414 || status == 431 ? 413 :
										  400);
	response->status = status;
}
