/* SPDX-License-Identifier: BSD-2-Clause */
/* See evidence.h. */
#include "policy/evidence.h"

#include <string.h>

#include "policy/prefix.h"

/* Pools of a service may nest: not only the one that was found may hold a session's prefix. */
static bool has_pool(const struct op25b_service *service, const struct op25b_prefix *prefix)
{
	for (size_t i = 0; i < service->n_pools; i++) {
		if (op25b_prefix_holds(&service->pools[i].prefix, prefix))
			return true;
	}
	return false;
}

/* Where no line holds the address: the session, its service and what names its line. */
static void find_session(const struct op25b_policy *policy, const struct op25b_prefix *address,
			 const struct op25b_evidence_sessions *sessions, struct op25b_evidence *e)
{
	uint32_t service = OP25B_NO_SERVICE;

	if (e->owner.line || !sessions || !sessions->find ||
	    !sessions->find(sessions->table, address, &e->session))
		return;
	e->has_session = true;
	e->session_rule = op25b_session_match(policy, &e->session);
	if (e->session_rule) {
		service = e->session_rule->service;
		e->owner.service = &policy->services[service];
	} else if (e->owner.pool && has_pool(e->owner.service, &e->session.prefix)) {
		service = (uint32_t)(e->owner.service - policy->services);
	}
	op25b_session_line_id(policy, &e->session, service, e->session_line);
}

const char *op25b_evidence_line(const struct op25b_policy *policy,
				const struct op25b_evidence *evidence)
{
	return *evidence->session_line ? evidence->session_line :
					 op25b_owner_line(policy, &evidence->owner);
}

int op25b_evidence_covers(const struct op25b_grant *grant, const struct op25b_evidence *evidence)
{
	const struct op25b_owner *owner = &evidence->owner;
	const char *session_line = evidence->session_line;

	for (size_t i = 0; i < grant->n_lines; i++) {
		if (owner->line ? grant->line_indices[i] == owner->line->line :
				  *session_line && !strcmp(grant->lines[i], session_line))
			return 3;
	}
	for (size_t i = 0; i < grant->n_prefixes; i++) {
		if (op25b_prefix_holds(&grant->prefixes[i], &owner->address))
			return 2;
	}
	for (size_t i = 0; i < grant->n_prefixes; i++) {
		if (op25b_prefix_holds(&grant->prefixes[i], &owner->asked))
			return 1;
	}
	return 0;
}

bool op25b_evidence_names(const struct op25b_grant *grant, const char *line)
{
	for (size_t i = 0; i < grant->n_lines; i++) {
		if (strcmp(grant->lines[i], line) == 0)
			return true;
	}
	return false;
}

/* Of several in force: one that names the line, then its prefix, then the first of the file. */
static const struct op25b_grant *find_grant(const struct op25b_grant *grants, size_t n, int64_t now,
					    const struct op25b_evidence *e)
{
	const struct op25b_grant *best = NULL;
	int best_covers = 0;

	for (size_t i = 0; i < n; i++) {
		int covers;

		if (grants[i].from > now || grants[i].until <= now)
			continue;
		covers = op25b_evidence_covers(&grants[i], e);
		if (covers > best_covers) {
			best = &grants[i];
			best_covers = covers;
		}
	}
	return best;
}

static bool group_holds(const struct op25b_peer_group *group, const struct op25b_prefix *peer)
{
	for (size_t i = 0; i < group->n_prefixes; i++) {
		if (op25b_prefix_holds(&group->prefixes[i], peer))
			return true;
	}
	return false;
}

static const struct op25b_peer_group *find_named(const struct op25b_peer_group *groups,
						 const uint32_t *list, size_t n,
						 const struct op25b_prefix *peer)
{
	for (size_t i = 0; peer && i < n; i++) {
		if (group_holds(&groups[list[i]], peer))
			return &groups[list[i]];
	}
	return NULL;
}

static const struct op25b_peer_group *find_any(const struct op25b_peer_group *groups, size_t n,
					       const struct op25b_prefix *peer)
{
	for (size_t i = 0; peer && i < n; i++) {
		if (group_holds(&groups[i], peer))
			return &groups[i];
	}
	return NULL;
}

static void find_rule(const struct op25b_policy *policy, int64_t now,
		      const struct op25b_prefix *peer, struct op25b_evidence *e)
{
	for (size_t i = 0; i < e->owner.service->n_rules; i++) {
		const struct op25b_rule *rule = &e->owner.service->rules[i];

		if (rule->from > now) {
			if (!e->upcoming || rule->from < e->upcoming->from)
				e->upcoming = rule;
			continue;
		}
		if (rule->n_to && !find_named(policy->destinations, rule->to, rule->n_to, peer))
			continue;
		if (!e->rule || rule->from >= e->rule->from)
			e->rule = rule;
	}
}

void op25b_evidence_whose(const struct op25b_policy *policy, const struct op25b_owner_index *index,
			  const struct op25b_prefix *line, uint16_t line_port,
			  const struct op25b_evidence_sessions *sessions,
			  struct op25b_evidence *ret_evidence)
{
	struct op25b_evidence e = { 0 };

	op25b_owner_find(policy, index, line, line_port, &e.owner);
	find_session(policy, &e.owner.address, sessions, &e);
	*ret_evidence = e;
}

void op25b_evidence_at(const struct op25b_policy *policy, int64_t now,
		       const struct op25b_prefix *peer, struct op25b_evidence *e)
{
	e->hold = find_grant(policy->holds, policy->n_holds, now, e);
	e->exemption = find_grant(policy->exemptions, policy->n_exemptions, now, e);
	e->rule = e->upcoming = NULL;
	e->server = e->destination = NULL;
	if (e->owner.service)
		find_rule(policy, now, peer, e);
	if (e->rule) {
		e->server = find_named(policy->servers, e->rule->except, e->rule->n_except, peer);
		e->destination = find_named(policy->destinations, e->rule->to, e->rule->n_to, peer);
	}
	e->excepted = e->server;
	if (!e->server)
		e->server = find_any(policy->servers, policy->n_servers, peer);
	if (!e->destination)
		e->destination = find_any(policy->destinations, policy->n_destinations, peer);
}

void op25b_evidence_find(const struct op25b_policy *policy, int64_t now,
			 const struct op25b_prefix *line, uint16_t line_port,
			 const struct op25b_prefix *peer,
			 const struct op25b_evidence_sessions *sessions,
			 struct op25b_evidence *ret_evidence)
{
	op25b_evidence_whose(policy, NULL, line, line_port, sessions, ret_evidence);
	op25b_evidence_at(policy, now, peer, ret_evidence);
}

/* A pool's word for lines that can't be told goes before the rule's, where one is in force. */
static enum op25b_verdict action_of(const struct op25b_evidence *e)
{
	static const enum op25b_verdict untold[] = { [OP25B_UNKNOWN_PASS] = OP25B_PASS,
						     [OP25B_UNKNOWN_COUNT] = OP25B_COUNT,
						     [OP25B_UNKNOWN_REFUSE] = OP25B_REFUSE };
	const struct op25b_service *service = e->owner.service;

	if (service->unknown_line == OP25B_UNKNOWN_RULE || e->owner.line || e->session_rule ||
	    !e->owner.pool)
		return e->rule->action;
	return untold[service->unknown_line];
}

enum op25b_verdict op25b_evidence_verdict(const struct op25b_evidence *e)
{
	if (e->owner.service && e->hold)
		return OP25B_REFUSE;
	if (!e->owner.service || e->exemption || !e->rule || e->excepted)
		return OP25B_PASS;
	return action_of(e);
}

static void earliest(int64_t date, int64_t after, int64_t *found)
{
	if (date > after && date < *found)
		*found = date;
}

static void earliest_grant(const struct op25b_grant *grants, size_t n,
			   const struct op25b_evidence *e, int64_t after, int64_t *found)
{
	for (size_t i = 0; i < n; i++) {
		if (!op25b_evidence_covers(&grants[i], e))
			continue;
		earliest(grants[i].from, after, found);
		earliest(grants[i].until, after, found);
	}
}

int64_t op25b_evidence_next_date(const struct op25b_policy *policy,
				 const struct op25b_evidence *evidence, int64_t after)
{
	int64_t found = INT64_MAX;

	if (!evidence->owner.service)
		return found;
	for (size_t i = 0; i < evidence->owner.service->n_rules; i++)
		earliest(evidence->owner.service->rules[i].from, after, &found);
	earliest_grant(policy->holds, policy->n_holds, evidence, after, &found);
	earliest_grant(policy->exemptions, policy->n_exemptions, evidence, after, &found);
	return found;
}
