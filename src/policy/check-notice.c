/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a policy should have where it says `how: notice`: a name under which refusals speak, a page
 * that tells more, and, with `manner: helo`, no family left open. A mail server that is refused in
 * answer to EHLO bounces the mail at once, though another address of the destination, of the other
 * family, would have taken it.
 */
#include <string.h>

#include "policy/contact.h"
#include "policy/reader.h"

enum { IN_V4 = 1 << OP25B_V4, IN_V6 = 1 << OP25B_V6, IN_BOTH = IN_V4 | IN_V6 };

static const char *family_name(unsigned int family)
{
	return family & IN_V4 ? "IPv4" : "IPv6";
}

static unsigned int families_of(const struct op25b_prefix *prefixes, size_t n)
{
	unsigned int families = 0;

	for (size_t i = 0; i < n; i++)
		families |= 1U << prefixes[i].family;
	return families;
}

/* Of each service's pools and lines: enum above. In scratch. */
static uint8_t *find_families(struct op25b_reader *r)
{
	const struct op25b_policy *p = r->policy;
	uint8_t *families = op25b_arena_alloc(r->scratch, p->n_services);

	for (size_t i = 0; i < p->n_services; i++) {
		for (size_t k = 0; k < p->services[i].n_pools; k++)
			families[i] |= (uint8_t)(1U << p->services[i].pools[k].prefix.family);
	}
	for (size_t i = 0; i < p->n_lines; i++)
		families[p->lines[i].service] |= (uint8_t)(1U << p->lines[i].prefix.family);
	return families;
}

/* Step 2 of the decision for a peer in one group of destinations, or in none (UINT32_MAX). */
static const struct op25b_rule *rule_towards(const struct op25b_service *service, int64_t at,
					     uint32_t group)
{
	const struct op25b_rule *best = NULL;

	for (size_t i = 0; i < service->n_rules; i++) {
		const struct op25b_rule *rule = &service->rules[i];
		bool meant = !rule->n_to;

		for (size_t k = 0; k < rule->n_to && !meant; k++)
			meant = rule->to[k] == group;
		if (meant && rule->from <= at && (!best || rule->from >= best->from))
			best = rule;
	}
	return best;
}

static bool refuses(const struct op25b_rule *rule)
{
	return rule && rule->action == OP25B_REFUSE;
}

/*
 * Whether at some date @rule refuses one family of a destination while the other is open: the
 * destination is in @group with addresses of one family only, so those of the other are in none.
 */
static bool leaves_open(const struct op25b_service *service, const struct op25b_rule *rule,
			uint32_t group)
{
	for (size_t i = 0; i < service->n_rules; i++) {
		int64_t at = service->rules[i].from;
		const struct op25b_rule *inside = rule_towards(service, at, group);
		const struct op25b_rule *outside = rule_towards(service, at, UINT32_MAX);

		if ((inside == rule && !refuses(outside)) || (outside == rule && !refuses(inside)))
			return true;
	}
	return false;
}

static void warn_half(struct op25b_reader *r, const struct op25b_service *service,
		      const struct op25b_rule *rule)
{
	for (size_t i = 0; i < service->n_rules; i++) {
		for (size_t k = 0; k < service->rules[i].n_to; k++) {
			uint32_t group = service->rules[i].to[k];
			const struct op25b_peer_group *to = &r->policy->destinations[group];
			unsigned int has = families_of(to->prefixes, to->n_prefixes);

			if (has == IN_BOTH || !has || !leaves_open(service, rule, group))
				continue;
			op25b_find_warning(
				r->finder, &rule->place,
				"'manner: helo' bounces mail at once, and '%s' names %s "
				"only: one family of it is refused, the other open; name "
				"both there, or write 'manner: greeting'",
				to->id, family_name(has));
			return;
		}
	}
}

static void check_helo(struct op25b_reader *r, const struct op25b_service *service,
		       const struct op25b_rule *rule, unsigned int families)
{
	if (families != IN_BOTH) {
		op25b_find_warning(
			r->finder, &rule->place,
			"'manner: helo' bounces mail at once, and service '%s' has no %s "
			"prefix: a line with %s of another service may have port 25 open "
			"there; add its pools, or write 'manner: greeting'",
			service->id, family_name(IN_BOTH & ~families),
			family_name(IN_BOTH & ~families));
		return;
	}
	warn_half(r, service, rule);
}

static void check_hold(struct op25b_reader *r, const struct op25b_grant *hold)
{
	unsigned int families = families_of(hold->prefixes, hold->n_prefixes);

	if (hold->manner == OP25B_HELO && !hold->n_lines && families != IN_BOTH)
		op25b_find_warning(r->finder, &hold->place,
				   "'manner: helo' bounces mail at once, and hold '%s' names %s "
				   "only: the line may have port 25 open in the other family; name "
				   "the line, or both families, or write 'manner: greeting'",
				   hold->id, family_name(families));
}

static void check_link(struct op25b_reader *r, const struct op25b_tenant *tenant,
		       const struct op25b_place *place)
{
	const char *outcome = op25b_contact_outcome(OP25B_FOREIGN_SERVER);
	char link[OP25B_CONTACT_LINK + 1];
	const char *url = tenant->help_url;

	if (!url)
		op25b_find_warning(r->finder, place,
				   "notices%s%s have no link to a page that tells more; add "
				   "'help_url' to 'provider'",
				   *tenant->id ? " of tenant " : "", tenant->id);
	else if (!op25b_contact_extends(url))
		op25b_find_warning(r->finder, &tenant->help_place,
				   "'/e/%s' can't stand behind '%s' in a notice; write a URL that "
				   "begins with 'https://', in ASCII, without blank, '?' and '#'",
				   outcome, url);
	else if (!op25b_contact_link(tenant, outcome, NULL, link) || !strstr(link, outcome))
		op25b_find_warning(r->finder, &tenant->help_place,
				   "'%s/e/%s' is longer than the %d characters of a link in a "
				   "notice, which will name no page of its own; write a shorter "
				   "'help_url'",
				   url, outcome, OP25B_CONTACT_LINK);
}

/* @place: where a notice of the tenant's is written first. */
static void check_tenant(struct op25b_reader *r, uint32_t index, const struct op25b_place *place)
{
	const struct op25b_tenant *tenant = &r->policy->tenants[index];
	char room[OP25B_CONTACT_HOST + 1];

	if (!op25b_contact_host(r->policy, index, room))
		op25b_find_warning(r->finder, place,
				   "notices%s%s have no name to speak under; add 'hosts' to a mail "
				   "server that offers submission or relay, a name of at most %d "
				   "letters, digits, '-' and '.'",
				   *tenant->id ? " of tenant " : "", tenant->id,
				   OP25B_CONTACT_HOST);
	check_link(r, tenant, place);
}

void op25b_check_notice(struct op25b_reader *r)
{
	const struct op25b_policy *p = r->policy;
	const struct op25b_place **first;
	uint8_t *families;

	if (!p->uses_notice)
		return;
	first = op25b_arena_alloc(r->scratch, p->n_tenants * sizeof(void *));
	families = find_families(r);
	for (size_t i = 0; i < p->n_services; i++) {
		const struct op25b_service *service = &p->services[i];

		for (size_t k = 0; k < service->n_rules; k++) {
			const struct op25b_rule *rule = &service->rules[k];

			if (rule->how != OP25B_NOTICE)
				continue;
			if (!first[service->tenant])
				first[service->tenant] = &rule->place;
			if (rule->manner == OP25B_HELO)
				check_helo(r, service, rule, families[i]);
		}
	}
	for (size_t i = 0; i < p->n_holds; i++) {
		if (p->holds[i].how != OP25B_NOTICE)
			continue;
		/* A line that only a session can tell may be of any service. */
		for (size_t k = 0; k < p->n_services; k++) {
			if (!first[p->services[k].tenant])
				first[p->services[k].tenant] = &p->holds[i].place;
		}
		check_hold(r, &p->holds[i]);
	}
	for (uint32_t i = 0; i < p->n_tenants; i++) {
		if (first[i])
			check_tenant(r, i, first[i]);
	}
}
