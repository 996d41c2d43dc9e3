/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * op25b.lines/1 and op25b.line/1: what the policy in force says of one address or line, see
 * answer.h. Walks the policy, not the tables: an operator asks seldom, and wants the names that
 * tables do not have.
 */
#include <string.h>

#include "daemon/answer.h"
#include "policy/evidence.h"
#include "policy/prefix.h"
#include "policy/words.h"

static json_t *prefix_text(const struct op25b_prefix *prefix)
{
	char text[OP25B_PREFIX_TEXT];

	return json_string(op25b_prefix_format(prefix, text));
}

static json_t *date_text(int64_t wall)
{
	char text[OP25B_STAMP];

	if (wall == INT64_MIN || wall == INT64_MAX)
		return json_null();
	return json_string(op25b_clock_stamp(wall, text));
}

static json_t *describe_grant(const struct op25b_grant *grant, int64_t now)
{
	return json_pack("{s:s, s:b, s:o, s:o, s:s?, s:s?, s:s?}", "id", grant->id, "in_force",
			 (int)(grant->from <= now && now < grant->until), "from",
			 date_text(grant->from), "until", date_text(grant->until), "how",
			 op25b_words_name(&op25b_words_how, grant->how), "reason", grant->reason,
			 "approved_by", grant->approved_by);
}

static json_t *list_grants(const struct op25b_grant *grants, size_t n,
			   const struct op25b_evidence *e, int64_t now)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++) {
		if (op25b_evidence_covers(&grants[i], e))
			json_array_append_new(list, describe_grant(&grants[i], now));
	}
	return list;
}

static json_t *list_naming(const struct op25b_grant *grants, size_t n, const char *line,
			   int64_t now)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++) {
		if (op25b_evidence_names(&grants[i], line))
			json_array_append_new(list, describe_grant(&grants[i], now));
	}
	return list;
}

/* The dated rules, with those in force marked; which of them rules a peer is explain's to say. */
static json_t *list_rules(const struct op25b_policy *policy, const struct op25b_service *service,
			  int64_t now)
{
	json_t *list = json_array();

	for (size_t i = 0; i < service->n_rules; i++) {
		const struct op25b_rule *rule = &service->rules[i];
		json_t *except = json_array(), *to = json_array();

		for (size_t j = 0; j < rule->n_except; j++)
			json_array_append_new(except,
					      json_string(policy->servers[rule->except[j]].id));
		for (size_t j = 0; j < rule->n_to; j++)
			json_array_append_new(to,
					      json_string(policy->destinations[rule->to[j]].id));
		json_array_append_new(
			list,
			json_pack("{s:o, s:b, s:s, s:s?, s:o, s:o}", "from", date_text(rule->from),
				  "begun", (int)(rule->from <= now), "action",
				  op25b_words_name(&op25b_words_action, rule->action), "how",
				  op25b_words_name(&op25b_words_how, rule->how), "except", except,
				  "to", to));
	}
	return list;
}

/* A table of one session, which holds whatever is asked for. */
static bool find_one(const void *table, const struct op25b_prefix *address,
		     struct op25b_session_facts *ret_facts)
{
	(void)address;
	*ret_facts = *(const struct op25b_session_facts *)table;
	return true;
}

/* Who holds the address, as a NAS told of it, and since when it does with these attributes. */
static json_t *describe_session(const struct op25b_session_facts *session)
{
	return json_pack("{s:o, s:s, s:s?, s:s, s:s, s:s, s:s, s:o}", "prefix",
			 prefix_text(&session->prefix), "nas", session->nas, "session",
			 session->session, "user_name", session->user_name, "class",
			 session->class_, "filter_id", session->filter_id, "framed_pool",
			 session->framed_pool, "since",
			 date_text(session->since ? session->since : INT64_MIN));
}

static const char *line_of(const struct op25b_policy *policy, const struct op25b_evidence *e)
{
	if (e->owner.line)
		return policy->line_ids[e->owner.line->line];
	return *e->session_line ? e->session_line : NULL;
}

json_t *op25b_answer_resolve(const struct op25b_daemon *d, const struct op25b_session_facts *facts)
{
	const struct op25b_policy *policy = d->enforcer.ruleset.policy;
	const struct op25b_evidence_sessions one = { find_one, facts };
	struct op25b_evidence e;

	op25b_evidence_find(policy, d->enforcer.gen.tables.plan.now, &facts->prefix, 0, NULL, &one,
			    &e);
	return json_pack("{s:s, s:s?, s:s?}", "schema", "op25b.resolve/1", "service",
			 e.owner.service ? e.owner.service->id : NULL, "line", line_of(policy, &e));
}

json_t *op25b_answer_lines(const struct op25b_daemon *d, const struct op25b_prefix *address)
{
	const struct op25b_policy *policy = d->enforcer.ruleset.policy;
	int64_t now = d->enforcer.gen.tables.plan.now;
	const struct op25b_evidence_sessions sessions = op25b_live_evidence(d->enforcer.live);
	struct op25b_evidence e;
	char text[OP25B_PREFIX_TEXT];

	op25b_evidence_find(policy, now, address, 0, NULL, &sessions, &e);
	return json_pack("{s:s, s:s, s:s?, s:s?, s:s?, s:o, s:s?, s:o, s:o, s:o, s:o, s:o, s:o}",
			 "schema", "op25b.lines/1", "address",
			 op25b_address_format(address->family, address->addr, text), "service",
			 e.owner.service ? e.owner.service->id : NULL, "addressing",
			 e.owner.service ? op25b_words_name(&op25b_words_addressing,
							    e.owner.service->addressing) :
					   NULL,
			 "found_by",
			 e.owner.line  ? "line" :
			 e.has_session ? "session" :
			 e.owner.pool  ? "pool" :
					 NULL,
			 "pool", e.owner.pool ? prefix_text(&e.owner.pool->prefix) : json_null(),
			 "line", line_of(policy, &e), "line_prefix",
			 e.owner.line ? prefix_text(&e.owner.line->prefix) : json_null(), "session",
			 e.has_session ? describe_session(&e.session) : json_null(), "exemptions",
			 list_grants(policy->exemptions, policy->n_exemptions, &e, now), "holds",
			 list_grants(policy->holds, policy->n_holds, &e, now), "port25",
			 e.owner.service ? list_rules(policy, e.owner.service, now) : json_array(),
			 "facts", op25b_answer_facts(d, address, 0));
}

static json_t *list_static(const struct op25b_policy *policy, const char *line)
{
	json_t *list = json_array();

	for (size_t i = 0; i < policy->n_lines; i++) {
		const struct op25b_line_prefix *entry = &policy->lines[i];

		if (strcmp(policy->line_ids[entry->line], line) == 0)
			json_array_append_new(list, json_pack("{s:o, s:s, s:s}", "prefix",
							      prefix_text(&entry->prefix), "line",
							      line, "service",
							      policy->services[entry->service].id));
	}
	return list;
}

json_t *op25b_answer_line(const struct op25b_daemon *d, const char *line)
{
	const struct op25b_policy *policy = d->enforcer.ruleset.policy;
	int64_t now = d->enforcer.gen.tables.plan.now;

	return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o}", "schema", "op25b.line/1", "line", line,
			 "static", list_static(policy, line), "exemptions",
			 list_naming(policy->exemptions, policy->n_exemptions, line, now), "holds",
			 list_naming(policy->holds, policy->n_holds, line, now), "facts",
			 op25b_answer_facts_of(d, line));
}
