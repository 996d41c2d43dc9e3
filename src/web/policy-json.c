/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * /policy.json, schema op25b.policy/1: what is limited, for programs. No pool and no line is in it:
 * a customer's address is nobody else's to look up.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "policy/granted.h"
#include "policy/mail.h"
#include "policy/words.h"
#include "serve/clock.h"
#include "web/page.h"
#include "web/route.h"

static json_t *text_of(const struct op25b_text *text)
{
	return json_pack("{s:s?, s:s?}", "en", text->en, "ja", text->ja);
}

/* Hosts of servers, or ids where they have none. */
static json_t *names_of(const struct op25b_peer_group *groups, const uint32_t *list, size_t n)
{
	json_t *names = json_array();

	for (size_t i = 0; i < n; i++) {
		const struct op25b_peer_group *group = &groups[list[i]];

		for (size_t k = 0; k < group->n_hosts; k++)
			json_array_append_new(names, json_string(group->hosts[k]));
		if (!group->n_hosts)
			json_array_append_new(names, json_string(group->id));
	}
	return names;
}

static json_t *stage_of(const struct op25b_policy *policy, const struct op25b_rule *rule)
{
	const char *action = rule->action == OP25B_PASS ?
				     "allow" :
				     op25b_words_name(&op25b_words_verdict, rule->action);
	const char *how =
		rule->action == OP25B_REFUSE ? op25b_words_name(&op25b_words_how, rule->how) : NULL;
	char from[OP25B_STAMP];

	return json_pack("{s:s, s:s, s:s?, s:o, s:o?}", "from", op25b_clock_stamp(rule->from, from),
			 "action", action, "how", how, "open",
			 names_of(policy->servers, rule->except, rule->n_except), "only_to",
			 rule->n_to ? names_of(policy->destinations, rule->to, rule->n_to) : NULL);
}

static json_t *service_of(const struct op25b_policy *policy, const struct op25b_service *service)
{
	json_t *stages = json_array();

	for (size_t i = 0; i < service->n_rules; i++)
		json_array_append_new(stages, stage_of(policy, &service->rules[i]));
	return json_pack(
		"{s:s, s:o, s:s, s:s, s:o}", "id", service->id, "name", text_of(&service->name),
		"access", op25b_words_name(&op25b_words_access, service->access), "addressing",
		op25b_words_name(&op25b_words_addressing, service->addressing), "stages", stages);
}

/* Of a catalogue, in both languages. */
static json_t *said(const struct op25b_page *page, op25b_phrase phrase)
{
	return json_pack("{s:s, s:s}", "en", op25b_phrase_text(page->html->own, phrase, OP25B_EN),
			 "ja", op25b_phrase_text(page->html->own, phrase, OP25B_JA));
}

/* The ports that customers use instead, and since when (004-22); null: since always. */
static json_t *ways_of(const struct op25b_page *page)
{
	const struct op25b_mail *mail =
		op25b_mail_of(page->site->judge.policy, page->speaker.tenant);
	const struct op25b_mail_settings *settings = mail ? mail->settings : NULL;
	json_t *ways = json_array();
	char since[OP25B_STAMP];

	for (size_t i = 0; settings && i < settings->n_outgoing; i++) {
		const struct op25b_mail_server *server = &settings->outgoing[i];

		json_array_append_new(ways,
				      json_pack("{s:i, s:s?}", "port", (int)server->port, "since",
						server->since == INT64_MIN ?
							NULL :
							op25b_clock_stamp(server->since, since)));
	}
	return ways;
}

/* Whether rules of the provider's services open port 25 to servers of others. */
static bool opens_destinations(const struct op25b_policy *policy, uint32_t tenant)
{
	for (size_t i = 0; i < policy->n_services; i++) {
		const struct op25b_service *service = &policy->services[i];

		for (size_t k = 0; service->tenant == tenant && k < service->n_rules; k++) {
			if (service->rules[k].action == OP25B_PASS && service->rules[k].n_to)
				return true;
		}
	}
	return false;
}

static json_t *whole(const struct op25b_page *page)
{
	const struct op25b_policy *policy = page->site->judge.policy;
	json_t *services = json_array();
	char now[OP25B_STAMP], digest[17];

	for (size_t i = 0; i < policy->n_services; i++) {
		if (policy->services[i].tenant == page->speaker.tenant)
			json_array_append_new(services, service_of(policy, &policy->services[i]));
	}
	snprintf(digest, sizeof(digest), "%016llx", (unsigned long long)policy->digest);
	return json_pack(
		"{s:s, s:s, s:s, s:o, s:{s:i, s:s, s:s, s:[s,s]}, s:o, s:[i,i,i,i,i,i,i], s:o, "
		"s:b, s:b, s:o}",
		"schema", "op25b.policy/1", "at", op25b_clock_stamp(page->request->now, now),
		"digest", digest, "provider", text_of(&op25b_page_tenant(page)->provider),
		"limited", "port", 25, "transport", "tcp", "direction", "outgoing", "families",
		"IPv4", "IPv6", "reason", said(page, OP25B_PAGE_POLICY_REASON_TEXT),
		"never_limited", 465, 587, 110, 143, 993, 995, 443, "ways", ways_of(page),
		"line_exemptions",
		op25b_granted_exempts(policy, page->speaker.tenant, page->request->now),
		"destination_exemptions", opens_destinations(policy, page->speaker.tenant),
		"services", services);
}

void op25b_page_policy_json(struct op25b_page *page)
{
	json_t *json = whole(page);
	char *text = json ? json_dumps(json, JSON_INDENT(2)) : NULL;

	page->response->content_type = "application/json";
	if (text)
		op25b_html_raw(page->html, text);
	op25b_html_raw(page->html, "\n");
	if (!text)
		page->response->status = 500;
	free(text);
	json_decref(json);
}
