/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See session.h. The values of a key are sorted and none holds another, so that the last one not
 * above what is looked for is the only one that can hold it.
 */
#include "policy/session.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "policy/prefix.h"

static const char *realm_of(const char *user_name)
{
	const char *at = strrchr(user_name, '@');

	return at ? at + 1 : "";
}

const char *op25b_session_text(const struct op25b_session_facts *facts, enum op25b_session_key key)
{
	switch (key) {
	case OP25B_SESSION_REALM:
		return realm_of(facts->user_name);
	case OP25B_SESSION_USER_NAME:
		return facts->user_name;
	case OP25B_SESSION_CLASS:
		return facts->class_;
	case OP25B_SESSION_FILTER_ID:
		return facts->filter_id;
	case OP25B_SESSION_FRAMED_POOL:
		return facts->framed_pool;
	case OP25B_SESSION_NAS:
		return facts->nas;
	case OP25B_SESSION_TEXTS:
		break;
	}
	return "";
}

/* Realms are domain names: their case means nothing. */
static int compare_texts(enum op25b_session_key key, const char *a, const char *b)
{
	return key == OP25B_SESSION_REALM ? strcasecmp(a, b) : strcmp(a, b);
}

static bool begins_with(enum op25b_session_key key, const char *text, const char *beginning)
{
	size_t n = strlen(beginning);

	return key == OP25B_SESSION_REALM ? !strncasecmp(text, beginning, n) :
					    !strncmp(text, beginning, n);
}

/* Whether one of the patterns holds @text, or with @open every text that begins so. */
static bool holds_text(const struct op25b_session_patterns *patterns, enum op25b_session_key key,
		       const char *text, bool open)
{
	const struct op25b_session_pattern *last;
	size_t low = 0, high = patterns->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_texts(key, patterns->list[middle].text, text) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low)
		return false;
	last = &patterns->list[low - 1];
	if (last->open)
		return begins_with(key, text, last->text);
	return !open && !compare_texts(key, last->text, text);
}

static bool holds_prefix(const struct op25b_session_rule *rule, const struct op25b_prefix *prefix)
{
	size_t low = 0, high = rule->n_prefixes;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (op25b_prefix_compare(&rule->prefixes[middle], prefix) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low && op25b_prefix_holds(&rule->prefixes[low - 1], prefix);
}

static bool holds(const struct op25b_session_rule *rule, const struct op25b_session_facts *facts)
{
	for (enum op25b_session_key key = 0; key < OP25B_SESSION_TEXTS; key++) {
		const char *text;

		if (!rule->texts[key].n)
			continue;
		text = op25b_session_text(facts, key);
		if (!*text || !holds_text(&rule->texts[key], key, text, /* open= */ false))
			return false;
	}
	return !rule->n_prefixes || holds_prefix(rule, &facts->prefix);
}

const struct op25b_session_rule *op25b_session_match(const struct op25b_policy *policy,
						     const struct op25b_session_facts *facts)
{
	for (size_t i = 0; i < policy->n_session_rules; i++) {
		if (holds(&policy->session_rules[i], facts))
			return &policy->session_rules[i];
	}
	return NULL;
}

uint32_t op25b_session_service(const struct op25b_policy *policy,
			       const struct op25b_session_facts *facts)
{
	const struct op25b_session_rule *rule = op25b_session_match(policy, facts);

	return rule ? rule->service : OP25B_NO_SERVICE;
}

const char *op25b_session_line(const struct op25b_policy *policy,
			       const struct op25b_session_facts *facts)
{
	for (size_t i = 0; i < policy->n_line_id; i++) {
		const char *text = op25b_session_text(facts, policy->line_id[i]);

		if (*text)
			return text;
	}
	return "";
}

/* Whether a name reads as that of a tenant's line. */
static bool is_of_a_tenant(const struct op25b_policy *policy, const char *text)
{
	const char *slash = strchr(text, '/');

	for (size_t i = 1; slash && i < policy->n_tenants; i++) {
		const char *id = policy->tenants[i].id;

		if (strlen(id) == (size_t)(slash - text) && !memcmp(id, text, strlen(id)))
			return true;
	}
	return false;
}

const char *op25b_session_line_id(const struct op25b_policy *policy,
				  const struct op25b_session_facts *facts, uint32_t service,
				  char buffer[static OP25B_SESSION_LINE_ID])
{
	uint32_t tenant = service == OP25B_NO_SERVICE ? 0 : policy->services[service].tenant;
	const char *text = op25b_session_line(policy, facts);

	/* A tenant's grants must not reach the root's lines, whatever a user is called there. */
	if (!tenant && is_of_a_tenant(policy, text))
		text = "";
	snprintf(buffer, OP25B_SESSION_LINE_ID, "%s%s%s", *text ? policy->tenants[tenant].id : "",
		 *text && tenant ? "/" : "", text);
	return buffer;
}

static bool covers_texts(const struct op25b_session_patterns *patterns,
			 const struct op25b_session_patterns *others, enum op25b_session_key key)
{
	for (size_t i = 0; i < others->n; i++) {
		if (!holds_text(patterns, key, others->list[i].text, others->list[i].open))
			return false;
	}
	return others->n;
}

bool op25b_session_covers(const struct op25b_session_rule *rule,
			  const struct op25b_session_rule *other)
{
	for (enum op25b_session_key key = 0; key < OP25B_SESSION_TEXTS; key++) {
		if (rule->texts[key].n && !covers_texts(&rule->texts[key], &other->texts[key], key))
			return false;
	}
	if (!rule->n_prefixes)
		return true;
	for (size_t i = 0; i < other->n_prefixes; i++) {
		if (!holds_prefix(rule, &other->prefixes[i]))
			return false;
	}
	return other->n_prefixes;
}
