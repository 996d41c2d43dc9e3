/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One outcome on a page of its own, /l/o/OUTCOME, and the short links to it, /e/OUTCOME/CODE, that
 * stand in SMTP replies and letters. With ?service= the ways out are that service's.
 */
#include <stdio.h>
#include <string.h>

#include "base/code.h"
#include "web/route.h"
#include "web/self.h"

static bool refuses(const struct op25b_service *service)
{
	for (size_t i = 0; i < service->n_rules; i++) {
		if (service->rules[i].action == OP25B_REFUSE)
			return true;
	}
	return false;
}

/* The first of a tenant's services, if @restricted of those that refuse; NULL: it has none. */
static const struct op25b_service *first_of(const struct op25b_policy *policy, uint32_t tenant,
					    bool restricted)
{
	for (size_t i = 0; i < policy->n_services; i++) {
		const struct op25b_service *service = &policy->services[i];

		if (service->tenant == tenant && (!restricted || refuses(service)))
			return service;
	}
	return NULL;
}

/* That ?service= names, among those whose table the speaker shows. */
static const struct op25b_service *asked_service(const struct op25b_page *page)
{
	const struct op25b_policy *policy = page->site->judge.policy;
	const char *id = op25b_web_field(&page->request->query, "service");

	for (size_t i = 0; id && i < policy->n_services; i++) {
		if (!strcmp(policy->services[i].id, id) &&
		    policy->services[i].tenant == page->speaker.tenant)
			return &policy->services[i];
	}
	return NULL;
}

const struct op25b_service *op25b_page_service(const struct op25b_page *page)
{
	const struct op25b_policy *policy = page->site->judge.policy;
	const uint32_t tenant = page->speaker.tenant;
	const struct op25b_service *service = asked_service(page);

	if (!service && !page->line.waiting && page->line.tenant == tenant && page->line.service &&
	    refuses(page->line.service))
		service = page->line.service;
	if (!service)
		service = first_of(policy, tenant, true);
	if (!service)
		service = first_of(policy, 0, true);
	return service ? service : first_of(policy, tenant, false);
}

/* A code that came along from an SMTP reply: shown, so that it need not be copied from there. */
static void write_code(struct op25b_page *page)
{
	const char *text = op25b_web_field(&page->request->query, "code");
	char shown[OP25B_CODE_TEXT];
	uint64_t code;

	if (text && !op25b_code_parse(text, &code))
		op25b_html_element(page->html, "p class=\"note\"", OP25B_PAGE_O_CODE_GIVEN,
				   OP25B_VALUES({ "code", op25b_code_format(code, shown) }));
}

static void write_service(struct op25b_page *page)
{
	const struct op25b_service *service = asked_service(page);

	if (service)
		op25b_html_element(
			page->html, "p", OP25B_PAGE_O_SERVICE,
			OP25B_VALUES({ "service", op25b_page_service_name(page, service) }));
}

/* That ?use= names, of an outcome that several uses come to. */
static enum op25b_use asked_use(const struct op25b_page *page)
{
	const char *word = op25b_web_field(&page->request->query, "use");
	const int use = word ? op25b_use_find(word) : -1;

	return use < 0 ? OP25B_USE_BROWSER : (enum op25b_use)use;
}

void op25b_page_outcome(struct op25b_page *page)
{
	const int found = op25b_outcome_find(page->rest);
	const enum op25b_outcome outcome = (enum op25b_outcome)found;
	struct op25b_page_now now;

	if (found < 0) {
		op25b_page_error(page, 404);
		return;
	}
	page->head = (struct op25b_page_head){ .has_outcome = true,
					       .outcome = outcome,
					       .use = asked_use(page) };
	op25b_page_now(page, outcome, asked_service(page), &now);
	page->head.of = now.holds ? &now.of : NULL;
	op25b_page_begin(page, op25b_outcome_title(outcome), NULL);
	write_code(page);
	write_service(page);
	op25b_block_verdict(page, outcome, page->head.of);
	if (now.otherwise)
		op25b_block_now(page, asked_service(page), &now);
	op25b_block_outcome_rest(page, outcome);
	op25b_page_end(page);
}

/* Where the link of a letter leads that ends with a token; NULL: it is no such link. */
static const char *place_of_token(const struct op25b_page *page, const char *id, const char *end)
{
	const int outcome = op25b_outcome_find(id);

	if (!end || !op25b_self_has_desk(page) || !op25b_self_is_token(end))
		return NULL;
	return outcome == OP25B_O_SENDER_CONFIRM ? "confirm" :
	       outcome == OP25B_O_ABROAD_CLOSED  ? "abroad" :
						   NULL;
}

void op25b_page_short(struct op25b_page *page)
{
	const char *slash = strchr(page->rest, '/');
	const size_t n = slash ? (size_t)(slash - page->rest) : strlen(page->rest);
	char id[64], to[160], shown[OP25B_CODE_TEXT];
	const char *place;
	uint64_t code;

	if (n < sizeof(id)) {
		memcpy(id, page->rest, n);
		id[n] = '\0';
	}
	if (n >= sizeof(id) || op25b_outcome_find(id) < 0) {
		op25b_page_error(page, 404);
		return;
	}
	place = place_of_token(page, id, slash ? slash + 1 : NULL);
	if (place)
		snprintf(to, sizeof(to), "/%s/%s/%s", op25b_lang_names[page->lang], place,
			 slash + 1);
	/* A code that was mistyped is left out: the page is right without it. */
	else if (slash && !op25b_code_parse(slash + 1, &code))
		snprintf(to, sizeof(to), "/%s/o/%s?code=%s", op25b_lang_names[page->lang], id,
			 op25b_code_format(code, shown));
	else
		snprintf(to, sizeof(to), "/%s/o/%s", op25b_lang_names[page->lang], id);
	page->response->vary_language = true;
	op25b_page_redirect(page, to);
}
