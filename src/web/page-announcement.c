/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Before a limit begins: a page for each service that has a date to come, and the same as a letter
 * (text). Consequence, date, how long the change takes (001-17); in Japanese the customary closing
 * (004-19). Nothing is announced that the policy does not have.
 */
#include <stdlib.h>
#include <string.h>

#include "policy/remedy.h"
#include "web/announcements.h"
#include "web/page.h"
#include "web/route.h"

/* The first stage to come by which something more is refused; NULL: none. */
static const struct op25b_rule *coming(const struct op25b_page *page,
				       const struct op25b_service *service)
{
	const struct op25b_rule *first = NULL;
	const int64_t now = page->request->now;

	for (size_t i = 0; i < service->n_rules; i++) {
		const struct op25b_rule *rule = &service->rules[i];

		if (rule->action == OP25B_REFUSE && rule->from > now &&
		    (!first || rule->from < first->from) &&
		    op25b_judge_begins(&page->site->judge, service, rule->from))
			first = rule;
	}
	return first;
}

/* What is announced of a service: one of the speaker's own. NULL: nothing. */
static const struct op25b_rule *announced(const struct op25b_page *page,
					  const struct op25b_service *service)
{
	return service->tenant == page->speaker.tenant ? coming(page, service) : NULL;
}

int64_t op25b_announcement_next(const struct op25b_page *page)
{
	const struct op25b_policy *policy = page->site->judge.policy;
	int64_t next = INT64_MAX;

	for (size_t i = 0; i < policy->n_services; i++) {
		const struct op25b_rule *rule = announced(page, &policy->services[i]);

		if (rule && rule->from < next)
			next = rule->from;
	}
	return next;
}

/* One paragraph of page or letter. */
static void say(struct op25b_page *page, op25b_phrase word, const struct op25b_value *values)
{
	if (!page->html->plain) {
		op25b_html_element(page->html, "p", word, values);
		return;
	}
	op25b_html_say(page->html, word, values);
	op25b_html_raw(page->html, "\n\n");
}

static void say_own(struct op25b_page *page, const struct op25b_service *service)
{
	const struct op25b_announcements_data *data = page->site->data->announcements;
	struct op25b_html *h = page->html;

	for (size_t i = 0; data && i < data->n; i++) {
		const struct op25b_announcement *one = &data->list[i];

		for (size_t k = 0; !strcmp(one->service, service->id) && k < one->n_texts; k++) {
			op25b_html_raw(h, h->plain ? "" : "<p>");
			op25b_html_text(h, op25b_data_text_in(h->own, &one->texts[k], page->lang));
			op25b_html_raw(h, h->plain ? "\n\n" : "</p>\n");
		}
	}
}

/* Which mail servers it is about, asked of the judge at the first instant of the limit. */
static op25b_phrase concerns(const struct op25b_page *page, const struct op25b_service *service,
			     const struct op25b_rule *rule)
{
	bool own_stays = false;

	if (rule->n_to)
		return OP25B_PAGE_ANNOUNCE_SOME;
	for (int family = OP25B_V4; family < OP25B_FAMILY_COUNT; family++) {
		struct op25b_finding_of_use own;

		op25b_judge_service(&page->site->judge, service, OP25B_USE_OWN_SERVER,
				    (uint8_t)family, rule->from, &own);
		if (own.asked && own.verdict == OP25B_REFUSE)
			return OP25B_PAGE_ANNOUNCE_ALL;
		own_stays = own_stays || own.asked;
	}
	return own_stays ? OP25B_PAGE_ANNOUNCE_OTHERS : OP25B_PAGE_ANNOUNCE_ANY;
}

/* How long the change takes, where the provider says so of the first remedy. */
static void say_takes(struct op25b_page *page, const struct op25b_service *service)
{
	const struct op25b_remedies *remedies = &service->remedies[OP25B_OTHER_SERVER];
	const struct op25b_remedy_terms *terms =
		remedies->n ?
			op25b_remedy_terms(page->site->judge.policy, service, remedies->list[0]) :
			NULL;
	char span[OP25B_PAGE_TIME];

	if (terms && terms->takes)
		say(page, OP25B_PAGE_ANNOUNCE_TAKES,
		    OP25B_VALUES({ "span", op25b_page_span(page, terms->takes, span) }));
}

static void say_all(struct op25b_page *page, const struct op25b_service *service)
{
	const struct op25b_rule *rule = coming(page, service);
	const char *help = op25b_page_tenant(page)->help_url;
	char day[OP25B_PAGE_TIME];

	say(page, OP25B_PAGE_ANNOUNCE_WHAT,
	    OP25B_VALUES({ "date", op25b_page_day(page, rule->from, day) },
			 { "service", op25b_page_service_name(page, service) }));
	say(page, concerns(page, service, rule), NULL);
	say(page, OP25B_PAGE_ANNOUNCE_RECEIVING, NULL);
	say(page, OP25B_PAGE_ANNOUNCE_DO, NULL);
	say_takes(page, service);
	say(page, OP25B_PAGE_ANNOUNCE_NOT,
	    OP25B_VALUES({ "date", op25b_page_day(page, rule->from, day) }));
	say(page, OP25B_PAGE_ANNOUNCE_WHY, NULL);
	say_own(page, service);
	if (page->html->plain && help)
		say(page, OP25B_PAGE_ANNOUNCE_MORE, OP25B_VALUES({ "help", help }));
	say(page, OP25B_PAGE_ANNOUNCE_CLOSING, NULL);
}

static void write_letter(struct op25b_page *page, const struct op25b_service *service)
{
	const char *provider = op25b_page_provider(page);

	page->response->content_type = "text/plain; charset=utf-8";
	page->html->plain = true;
	say(page, OP25B_PAGE_ANNOUNCE_TITLE,
	    OP25B_VALUES({ "service", op25b_page_service_name(page, service) }));
	say_all(page, service);
	if (provider)
		op25b_html_text(page->html, provider);
	op25b_html_raw(page->html, "\n");
}

/* The service of the last part of the path, and whether the letter was asked for: ID.txt. */
static const struct op25b_service *asked_for(const struct op25b_page *page, bool *ret_letter)
{
	const struct op25b_policy *policy = page->site->judge.policy;
	size_t n = strlen(page->rest);

	*ret_letter = n > 4 && !strcmp(page->rest + n - 4, ".txt");
	n -= *ret_letter ? 4 : 0;
	for (size_t i = 0; i < policy->n_services; i++) {
		const struct op25b_service *service = &policy->services[i];

		if (strlen(service->id) == n && !memcmp(service->id, page->rest, n) &&
		    announced(page, service))
			return service;
	}
	return NULL;
}

void op25b_page_announcement(struct op25b_page *page)
{
	bool letter;
	const struct op25b_service *service = asked_for(page, &letter);
	struct op25b_html *h = page->html;

	if (!service) {
		op25b_page_error(page, 404);
		return;
	}
	if (letter) {
		write_letter(page, service);
		return;
	}
	page->head.parent = "/announcement";
	page->head.parent_word = OP25B_PAGE_ANNOUNCE_LIST;
	op25b_page_begin(page, OP25B_PAGE_ANNOUNCE_TITLE,
			 OP25B_VALUES({ "service", op25b_page_service_name(page, service) }));
	say_all(page, service);
	op25b_html_raw(h, "<ul class=\"next\">\n<li>");
	op25b_page_link(page, "/line", OP25B_PAGE_FAQ_TO_LINE, NULL);
	op25b_html_raw(h, "</li>\n<li>");
	op25b_page_link(page, "/settings", OP25B_PAGE_FAQ_TO_SETTINGS, NULL);
	op25b_html_raw(h, "</li>\n<li><a href=\"");
	op25b_page_href(page, "/announcement/");
	op25b_html_text(h, service->id);
	op25b_html_raw(h, ".txt\">");
	op25b_html_say(h, OP25B_PAGE_ANNOUNCE_LETTER, NULL);
	op25b_html_raw(h, "</a></li>\n</ul>\n");
	op25b_page_end(page);
}

void op25b_page_announcements(struct op25b_page *page)
{
	const struct op25b_policy *policy = page->site->judge.policy;
	struct op25b_html *h = page->html;
	char day[OP25B_PAGE_TIME];
	bool any = false;

	op25b_page_begin(page, OP25B_PAGE_ANNOUNCE_LIST, NULL);
	op25b_html_raw(h, "<ul>\n");
	for (size_t i = 0; i < policy->n_services; i++) {
		const struct op25b_service *service = &policy->services[i];
		const struct op25b_rule *rule = announced(page, service);

		if (!rule)
			continue;
		any = true;
		op25b_html_raw(h, "<li><a href=\"");
		op25b_page_href(page, "/announcement/");
		op25b_html_text(h, service->id);
		op25b_html_raw(h, "\">");
		op25b_html_say(h, OP25B_PAGE_ANNOUNCE_ENTRY,
			       OP25B_VALUES({ "service", op25b_page_service_name(page, service) },
					    { "date", op25b_page_day(page, rule->from, day) }));
		op25b_html_raw(h, "</a></li>\n");
	}
	if (!any)
		op25b_html_element(h, "li", OP25B_PAGE_ANNOUNCE_NONE, NULL);
	op25b_html_raw(h, "</ul>\n<p>");
	op25b_page_link(page, "/policy", OP25B_PAGE_FAQ_TO_POLICY, NULL);
	op25b_html_raw(h, "</p>\n");
	op25b_page_end(page);
}
