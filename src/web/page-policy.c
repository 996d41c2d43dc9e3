/* SPDX-License-Identifier: BSD-2-Clause */
/* What exactly is limited, service by service; policy-json.c has it as data. */
#include <stdio.h>

#include "policy/granted.h"
#include "policy/mail.h"
#include "policy/remedy.h"
#include "web/page.h"
#include "web/route.h"

static void cell(struct op25b_page *page, op25b_phrase head, op25b_phrase word)
{
	op25b_html_raw(page->html, "<tr><th scope=\"row\">");
	op25b_html_say(page->html, head, NULL);
	op25b_html_raw(page->html, "</th><td>");
	op25b_html_say(page->html, word, NULL);
	op25b_html_raw(page->html, "</td></tr>\n");
}

/* What is the same for every limited line: port, transport, direction, reason (ux.md 2.3, 9). */
static void write_what(struct op25b_page *page)
{
	struct op25b_html *h = page->html;

	op25b_html_element(h, "h2", OP25B_PAGE_POLICY_WHAT, NULL);
	op25b_html_raw(h, "<table>\n");
	cell(page, OP25B_PAGE_POLICY_PORT, OP25B_PAGE_POLICY_PORT_25);
	cell(page, OP25B_PAGE_POLICY_TRANSPORT, OP25B_PAGE_POLICY_TRANSPORT_TCP);
	cell(page, OP25B_PAGE_POLICY_DIRECTION, OP25B_PAGE_POLICY_DIRECTION_OUT);
	cell(page, OP25B_PAGE_POLICY_FAMILIES, OP25B_PAGE_POLICY_FAMILIES_BOTH);
	cell(page, OP25B_PAGE_POLICY_REASON, OP25B_PAGE_POLICY_REASON_TEXT);
	cell(page, OP25B_PAGE_POLICY_NEVER, OP25B_PAGE_POLICY_NEVER_TEXT);
	op25b_html_raw(h, "</table>\n");
}

static op25b_phrase stage_word(const struct op25b_rule *rule, bool begun)
{
	switch (rule->action) {
	case OP25B_REFUSE:
		return begun ? OP25B_PAGE_POLICY_REFUSE_SINCE : OP25B_PAGE_POLICY_REFUSE_FROM;
	case OP25B_COUNT:
		return begun ? OP25B_PAGE_POLICY_COUNT_SINCE : OP25B_PAGE_POLICY_COUNT_FROM;
	default:
		return begun ? OP25B_PAGE_POLICY_ALLOW_SINCE : OP25B_PAGE_POLICY_ALLOW_FROM;
	}
}

static op25b_phrase how_word(enum op25b_how how)
{
	switch (how) {
	case OP25B_RESET:
		return OP25B_PAGE_POLICY_HOW_RESET;
	case OP25B_UNREACHABLE:
		return OP25B_PAGE_POLICY_HOW_UNREACHABLE;
	case OP25B_NOTICE:
		return OP25B_PAGE_POLICY_HOW_NOTICE;
	default:
		return OP25B_PAGE_POLICY_HOW_DROP;
	}
}

/* Names of servers, or of groups of addresses, as customers know them. */
static void write_names(struct op25b_page *page, const struct op25b_peer_group *groups,
			const uint32_t *list, size_t n)
{
	struct op25b_html *h = page->html;
	const char *between = "";

	for (size_t i = 0; i < n; i++) {
		const struct op25b_peer_group *group = &groups[list[i]];

		for (size_t k = 0; k < group->n_hosts; k++) {
			op25b_html_raw(h, between);
			op25b_html_text(h, group->hosts[k]);
			between = ", ";
		}
		if (group->n_hosts)
			continue;
		op25b_html_raw(h, between);
		op25b_html_text(h, group->id);
		between = ", ";
	}
}

/* A stage that counts, is towards some, or stands beside one that opens some, closes not all. */
static bool is_all_closed(const struct op25b_service *service, const struct op25b_rule *rule)
{
	for (size_t i = 0; i < service->n_rules; i++) {
		if (service->rules[i].action == OP25B_PASS && service->rules[i].n_to)
			return false;
	}
	return rule->action == OP25B_REFUSE && !rule->n_to;
}

static void write_stage(struct op25b_page *page, const struct op25b_service *service,
			const struct op25b_rule *rule)
{
	const struct op25b_policy *policy = page->site->judge.policy;
	struct op25b_html *h = page->html;
	char day[OP25B_PAGE_TIME];

	op25b_html_raw(h, "<li>");
	op25b_html_say(h, stage_word(rule, rule->from <= page->request->now),
		       OP25B_VALUES({ "date", op25b_page_day(page, rule->from, day) }));
	if (rule->n_to) {
		op25b_html_raw(h, " ");
		op25b_html_say(h, OP25B_PAGE_POLICY_TO, NULL);
		op25b_html_raw(h, " ");
		write_names(page, policy->destinations, rule->to, rule->n_to);
	}
	if (rule->action != OP25B_PASS && (rule->n_except || is_all_closed(service, rule))) {
		op25b_html_raw(h, "<br>");
		op25b_html_say(
			h, rule->n_except ? OP25B_PAGE_POLICY_OPEN : OP25B_PAGE_POLICY_OPEN_NONE,
			NULL);
		op25b_html_raw(h, " ");
		write_names(page, policy->servers, rule->except, rule->n_except);
	}
	if (rule->action == OP25B_REFUSE) {
		op25b_html_raw(h, "<br>");
		op25b_html_say(h, how_word(rule->how), NULL);
	}
	op25b_html_raw(h, "</li>\n");
}

static void write_service(struct op25b_page *page, const struct op25b_service *service)
{
	static const op25b_phrase addressing[] = {
		[OP25B_DYNAMIC] = OP25B_PAGE_POLICY_DYNAMIC,
		[OP25B_FIXED] = OP25B_PAGE_POLICY_FIXED,
		[OP25B_SHARED] = OP25B_PAGE_POLICY_SHARED,
	};
	struct op25b_html *h = page->html;

	op25b_html_raw(h, "<section data-service=\"");
	op25b_html_text(h, service->id);
	op25b_html_raw(h, "\">\n<h3>");
	op25b_html_text(h, op25b_page_service_name(page, service));
	op25b_html_raw(h, "</h3>\n<p>");
	op25b_html_say(h, addressing[service->addressing], NULL);
	op25b_html_raw(h, "</p>\n");
	if (!service->n_rules)
		op25b_html_element(h, "p", OP25B_PAGE_POLICY_UNLIMITED, NULL);
	op25b_html_raw(h, service->n_rules ? "<ul>\n" : "");
	for (size_t i = 0; i < service->n_rules; i++)
		write_stage(page, service, &service->rules[i]);
	op25b_html_raw(h, service->n_rules ? "</ul>\n" : "");
	if (service->info_url) {
		op25b_html_raw(h, "<p>");
		op25b_html_link(
			h, service->info_url, OP25B_PAGE_POLICY_INFO,
			OP25B_VALUES({ "service", op25b_page_service_name(page, service) }));
		op25b_html_raw(h, "</p>\n");
	}
	op25b_html_raw(h, "</section>\n");
}

static void write_services(struct op25b_page *page)
{
	const struct op25b_policy *policy = page->site->judge.policy;

	op25b_html_element(page->html, "h2", OP25B_PAGE_POLICY_LINES, NULL);
	op25b_html_element(page->html, "p", OP25B_PAGE_POLICY_LINES_TEXT, NULL);
	for (size_t i = 0; i < policy->n_services; i++) {
		if (policy->services[i].tenant == page->speaker.tenant)
			write_service(page, &policy->services[i]);
	}
}

/* Where something can be opened, and where not (000-18, 000-22). */
static void write_exemptions(struct op25b_page *page)
{
	struct op25b_html *h = page->html;
	bool fixed = op25b_remedy_fixed_is_open(page->site->judge.policy, page->speaker.tenant);

	op25b_html_element(h, "h2", OP25B_PAGE_POLICY_EXEMPTIONS, NULL);
	op25b_html_raw(h, "<ul>\n");
	if (fixed)
		op25b_html_element(h, "li", OP25B_PAGE_POLICY_EXEMPT_FIXED, NULL);
	if (op25b_granted_exempts(page->site->judge.policy, page->speaker.tenant,
				  page->request->now))
		op25b_html_element(h, "li", OP25B_PAGE_POLICY_EXEMPT_LINE, NULL);
	op25b_html_element(h, "li", OP25B_PAGE_POLICY_EXEMPT_SERVER, NULL);
	op25b_html_raw(h, "</ul>\n");
}

/* Since when customers could use other ports (004-22). */
static void write_ways(struct op25b_page *page)
{
	const struct op25b_mail *mail =
		op25b_mail_of(page->site->judge.policy, page->speaker.tenant);
	const struct op25b_mail_settings *settings = mail ? mail->settings : NULL;
	struct op25b_html *h = page->html;
	char day[OP25B_PAGE_TIME], port[8];

	if (!settings || !settings->n_outgoing)
		return;
	op25b_html_element(h, "h2", OP25B_PAGE_POLICY_WAYS, NULL);
	op25b_html_raw(h, "<ul>\n");
	for (size_t i = 0; i < settings->n_outgoing; i++) {
		const struct op25b_mail_server *server = &settings->outgoing[i];

		snprintf(port, sizeof(port), "%u", server->port);
		if (server->since == INT64_MIN)
			op25b_html_element(h, "li", OP25B_PAGE_POLICY_WAY,
					   OP25B_VALUES({ "port", port }));
		else
			op25b_html_element(
				h, "li",
				server->since <= page->request->now ? OP25B_PAGE_POLICY_WAY_SINCE :
								      OP25B_PAGE_POLICY_WAY_FROM,
				OP25B_VALUES({ "port", port },
					     { "date", op25b_page_day(page, server->since, day) }));
	}
	op25b_html_raw(h, "</ul>\n");
}

void op25b_page_policy(struct op25b_page *page)
{
	op25b_page_begin(page, OP25B_PAGE_POLICY_TITLE, NULL);
	op25b_html_element(page->html, "p class=\"lead\"", OP25B_PAGE_POLICY_LEAD, NULL);
	write_what(page);
	write_services(page);
	write_exemptions(page);
	write_ways(page);
	op25b_html_raw(page->html, "<p>");
	op25b_page_link(page, "/announcement", OP25B_PAGE_ANNOUNCE_LIST, NULL);
	op25b_html_raw(page->html, "</p>\n<p><a href=\"/policy.json\">");
	op25b_html_say(page->html, OP25B_PAGE_POLICY_JSON, NULL);
	op25b_html_raw(page->html, "</a></p>\n");
	op25b_page_end(page);
}
