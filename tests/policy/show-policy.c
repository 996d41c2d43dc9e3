/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The program under the golden files: prints what op25b_policy_load() finds in a policy at a
 * date, or with --dump what it loaded, every field of it, in the order of the struct.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/date.h"
#include "policy/policy.h"
#include "policy/prefix.h"
#include "policy/remedy.h"
#include "policy/words.h"
#include "tests/policy/show-mail.h"

static const char *or_none(const char *text)
{
	return text ? text : "-";
}

static void print_time(const char *label, int64_t t)
{
	if (t == INT64_MIN || t == INT64_MAX)
		printf(" %s=-", label);
	else
		printf(" %s=%" PRId64, label, t);
}

static void print_prefixes(const struct op25b_prefix *prefixes, size_t n)
{
	char text[OP25B_PREFIX_TEXT];

	for (size_t i = 0; i < n; i++)
		printf(" %s", op25b_prefix_format(&prefixes[i], text));
}

static void print_terms(const char *remedy, const struct op25b_remedy_terms *terms)
{
	printf("  remedy %s takes=%" PRId64 " cost en=%s ja=%s url=%s contact=%s process=%s",
	       remedy, terms->takes, or_none(terms->cost.en), or_none(terms->cost.ja),
	       or_none(terms->url), op25b_words_name(&op25b_words_contact, terms->contact),
	       or_none(op25b_words_name(&op25b_words_process, terms->process)));
	for (unsigned int bit = 0; bit < op25b_words_changes.n; bit++) {
		if (terms->changes & 1U << bit)
			printf(" changes=%s", op25b_words_name(&op25b_words_changes, bit));
	}
	printf("%s\n", terms->needs_account ? " needs=account" : "");
}

static void print_tenant(const struct op25b_tenant *tenant)
{
	printf("tenant '%s' en=%s ja=%s help=%s support=%s sales=%s abuse=%s portal=%s spam=%s%s\n",
	       tenant->id, or_none(tenant->provider.en), or_none(tenant->provider.ja),
	       or_none(tenant->help_url), or_none(tenant->support), or_none(tenant->sales),
	       or_none(tenant->abuse), or_none(tenant->portal), or_none(tenant->spam_help),
	       tenant->symptom_first ? "" : " line-first");
	for (unsigned int i = 0; i < OP25B_REMEDY_COUNT; i++) {
		if (tenant->terms[i].described)
			print_terms(op25b_words_name(&op25b_words_remedy, i), &tenant->terms[i]);
	}
}

static void print_groups(const char *what, const struct op25b_peer_group *groups, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		printf("%s %s tenant=%u", what, groups[i].id, groups[i].tenant);
		for (unsigned int bit = 0; bit < op25b_words_offer.n; bit++) {
			if (groups[i].offers & 1U << bit)
				printf(" %s", op25b_words_name(&op25b_words_offer, bit));
		}
		for (size_t k = 0; k < groups[i].n_hosts; k++)
			printf(" host=%s", groups[i].hosts[k]);
		print_prefixes(groups[i].prefixes, groups[i].n_prefixes);
		printf("\n");
	}
}

static void print_rule(const struct op25b_policy *p, const struct op25b_rule *rule)
{
	printf("  rule %s how=%s", op25b_words_name(&op25b_words_action, rule->action),
	       or_none(op25b_words_name(&op25b_words_how, rule->how)));
	if (rule->how == OP25B_NOTICE)
		printf(" manner=%s", op25b_words_name(&op25b_words_manner, rule->manner));
	print_time("from", rule->from);
	for (size_t i = 0; i < rule->n_except; i++)
		printf(" except=%s", p->servers[rule->except[i]].id);
	for (size_t i = 0; i < rule->n_to; i++)
		printf(" to=%s", p->destinations[rule->to[i]].id);
	printf("\n");
}

static void print_pool(const struct op25b_pool_prefix *pool)
{
	char text[OP25B_PREFIX_TEXT];

	printf("  pool %s line=%u", op25b_prefix_format(&pool->prefix, text), pool->line);
	if (pool->map.ea)
		printf(" map v6=%s ea=%u psid_offset=%u", op25b_prefix_format(&pool->map.v6, text),
		       pool->map.ea, pool->map.psid_offset);
	putchar('\n');
}

static void print_remedies(const struct op25b_service *service)
{
	if (!service->has_remedies)
		return;
	printf("  remedies");
	for (unsigned int s = 0; s < OP25B_SITUATION_COUNT; s++) {
		const struct op25b_remedies *remedies = &service->remedies[s];

		if (remedies->n)
			printf(" %s", op25b_words_name(&op25b_words_situation, s));
		for (unsigned int i = 0; i < remedies->n; i++)
			printf("%c%s", i ? ',' : '=',
			       op25b_words_name(&op25b_words_remedy, remedies->list[i]));
	}
	putchar('\n');
}

static void print_help(const struct op25b_service *service)
{
	for (unsigned int s = 0; s < OP25B_SITUATION_COUNT; s++) {
		if (service->help[s])
			printf("  support %s=%s\n", op25b_words_name(&op25b_words_situation, s),
			       op25b_words_name(&op25b_words_help, service->help[s]));
	}
	if (service->info_url)
		printf("  info %s\n", service->info_url);
}

static void print_service(const struct op25b_policy *p, const struct op25b_service *service)
{
	printf("service %s tenant=%u en=%s ja=%s %s %s unknown=%s\n", service->id, service->tenant,
	       or_none(service->name.en), or_none(service->name.ja),
	       op25b_words_name(&op25b_words_access, service->access),
	       op25b_words_name(&op25b_words_addressing, service->addressing),
	       or_none(op25b_words_name(&op25b_words_unknown_line, service->unknown_line)));
	for (size_t i = 0; i < service->n_pools; i++)
		print_pool(&service->pools[i]);
	for (size_t i = 0; i < service->n_rules; i++)
		print_rule(p, &service->rules[i]);
	print_remedies(service);
	print_help(service);
}

static void print_grants(const char *what, const struct op25b_grant *grants, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct op25b_grant *grant = &grants[i];

		printf("%s %s", what, grant->id);
		for (size_t j = 0; j < grant->n_lines; j++)
			printf(" %s%s", grant->lines[j],
			       grant->line_indices[j] == UINT32_MAX ? "(session)" : "");
		print_prefixes(grant->prefixes, grant->n_prefixes);
		print_time("from", grant->from);
		print_time("until", grant->until);
		printf(" how=%s manner=%s reason=%s approved_by=%s\n",
		       or_none(op25b_words_name(&op25b_words_how, grant->how)),
		       op25b_words_name(&op25b_words_manner, grant->manner), or_none(grant->reason),
		       or_none(grant->approved_by));
	}
}

static void print_texts(const struct op25b_session_patterns *patterns, enum op25b_session_key key)
{
	if (patterns->n)
		printf(" %s", op25b_words_name(&op25b_words_session_key, key));
	for (size_t i = 0; i < patterns->n; i++)
		printf("%c%s%s", i ? ',' : '=', patterns->list[i].text,
		       patterns->list[i].open ? "*" : "");
}

static void print_sessions(const struct op25b_policy *p)
{
	printf("line_id");
	for (size_t i = 0; i < p->n_line_id; i++)
		printf(" %s", op25b_words_name(&op25b_words_line_attribute, p->line_id[i]));
	printf("\n");
	for (size_t i = 0; i < p->n_session_rules; i++) {
		const struct op25b_session_rule *rule = &p->session_rules[i];

		printf("session %s", p->services[rule->service].id);
		for (enum op25b_session_key key = 0; key < OP25B_SESSION_TEXTS; key++)
			print_texts(&rule->texts[key], key);
		print_prefixes(rule->prefixes, rule->n_prefixes);
		printf("\n");
	}
	printf("retention lines=%" PRId64 " mail_log=%" PRId64 " codes=%" PRId64
	       " staff_log=%" PRId64 "\n",
	       p->retention.lines, p->retention.mail_log, p->retention.codes,
	       p->retention.staff_log);
}

static void print_policy(const struct op25b_policy *p, int64_t now)
{
	char text[OP25B_PREFIX_TEXT];

	for (size_t i = 0; i < p->n_files; i++)
		printf("file %s\n", p->files[i]);
	printf("timezone %s reverse_path %s notice %s\n", or_none(p->timezone),
	       op25b_words_name(&op25b_words_reverse_path, p->reverse_path),
	       p->uses_notice ? "yes" : "no");
	for (size_t i = 0; i < p->n_tenants; i++)
		print_tenant(&p->tenants[i]);
	print_groups("server", p->servers, p->n_servers);
	print_groups("destination", p->destinations, p->n_destinations);
	for (size_t i = 0; i < p->n_tunnels; i++)
		printf("tunnel %s %s\n", op25b_words_name(&op25b_words_tunnel, p->tunnels[i].kind),
		       op25b_prefix_format(&p->tunnels[i].endpoint, text));
	for (size_t i = 0; i < p->n_services; i++)
		print_service(p, &p->services[i]);
	for (size_t i = 0; i < p->n_lines; i++)
		printf("line %s %s %s:%u\n", p->line_ids[p->lines[i].line],
		       op25b_prefix_format(&p->lines[i].prefix, text),
		       p->services[p->lines[i].service].id, p->lines[i].place.line);
	print_grants("exemption", p->exemptions, p->n_exemptions);
	print_grants("hold", p->holds, p->n_holds);
	print_sessions(p);
	show_mail(p);
	printf("next");
	print_time("change", op25b_policy_next_change(p, now));
	printf("\n");
}

int main(int argc, char **argv)
{
	bool dump = argc > 1 && !strcmp(argv[1], "--dump");
	struct op25b_policy *policy = NULL;
	struct op25b_findings findings;
	int64_t now;
	int r;

	if (argc != 3 + dump || op25b_date_parse_in(argv[1 + dump], NULL, &now)) {
		fprintf(stderr, "usage: %s [--dump] DATE-WITH-OFFSET POLICY\n", argv[0]);
		return 2;
	}
	r = op25b_policy_load(argv[2 + dump], now, &policy, &findings);
	if (!dump)
		op25b_findings_print(&findings, stdout);
	else if (!r)
		print_policy(policy, now);
	op25b_findings_free(&findings);
	op25b_policy_free(&policy);
	return r ? EXIT_FAILURE : EXIT_SUCCESS;
}
