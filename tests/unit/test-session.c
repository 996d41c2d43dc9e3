/* SPDX-License-Identifier: BSD-2-Clause */
/* What a policy makes of RADIUS sessions. Reading the keys: tests/policy. */
#include "tests/unit/test.h"

#include <stdio.h>
#include <string.h>

#include "policy/prefix.h"
#include "policy/session.h"

#define NOW    1798761600
#define ROUNDS 400
#define RULES  6
#define ASKED  60

static const char begin[] = "op25b: 1\n"
			    "services:\n"
			    "  - {id: s0, addressing: fixed, port25: []}\n"
			    "  - {id: s1, addressing: fixed, port25: []}\n"
			    "  - {id: s2, addressing: fixed, port25: []}\n";

static struct op25b_policy *load_files(const struct op25b_policy_file *files, size_t n)
{
	struct op25b_findings findings;
	struct op25b_policy *policy = NULL;
	int r = op25b_policy_load_files(files, n, NOW, &policy, &findings);

	if (r)
		op25b_findings_print(&findings, stderr);
	op25b_findings_free(&findings);
	assert_int_equal(r, 0);
	return policy;
}

static struct op25b_policy *load(const char *sessions)
{
	char text[8192];
	struct op25b_policy_file file = { "policy.yaml", text, 0 };

	file.size = (size_t)snprintf(text, sizeof(text), "%s%s\n", begin, sessions);
	assert_true(file.size < sizeof(text));
	return load_files(&file, 1);
}

static struct op25b_session_facts nobody(void)
{
	return (struct op25b_session_facts){ "", "", "", "", "", { 0 }, NULL, 0 };
}

static void assert_service(const struct op25b_policy *policy,
			   const struct op25b_session_facts *facts, const char *expected)
{
	uint32_t index = op25b_session_service(policy, facts);

	if (!expected) {
		assert_int_equal(index, OP25B_NO_SERVICE);
		return;
	}
	assert_true(index < policy->n_services);
	assert_string_equal(policy->services[index].id, expected);
}

static void the_first_rule_that_holds_counts(void **state)
{
	struct op25b_policy *policy = load("sessions:\n"
					   "  rules:\n"
					   "    - {match: {class: a, nas: bng1}, service: s0}\n"
					   "    - {match: {class: [a, b]}, service: s1}\n"
					   "    - {match: {nas: bng1}, service: s2}\n");
	struct op25b_session_facts facts = nobody();

	(void)state;
	assert_service(policy, &facts, NULL);
	facts.class_ = "b";
	assert_service(policy, &facts, "s1");
	facts.nas = "bng1";
	assert_service(policy, &facts, "s1");
	facts.class_ = "a";
	assert_service(policy, &facts, "s0");
	facts.class_ = "c";
	assert_service(policy, &facts, "s2");
	facts.nas = "bng10";
	assert_service(policy, &facts, NULL);
	op25b_policy_free(&policy);
}

static void each_key_looks_at_its_own_attribute(void **state)
{
	static const char *const keys[] = { "user_name", "class", "filter_id", "framed_pool",
					    "nas" };

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		char text[128];
		struct op25b_policy *policy;

		snprintf(text, sizeof(text), "sessions: {rules: [{match: {%s: x}, service: s1}]}",
			 keys[i]);
		policy = load(text);
		for (size_t j = 0; j < 5; j++) {
			struct op25b_session_facts facts = nobody();
			const char **members[] = { &facts.user_name, &facts.class_,
						   &facts.filter_id, &facts.framed_pool,
						   &facts.nas };

			*members[j] = "x";
			assert_service(policy, &facts, i == j ? "s1" : NULL);
		}
		op25b_policy_free(&policy);
	}
}

static void a_realm_is_what_follows_the_last_at_sign_in_any_case(void **state)
{
	struct op25b_policy *policy =
		load("sessions:\n"
		     "  rules:\n"
		     "    - {match: {realm: Fixed.example.net}, service: s0}\n"
		     "    - {match: {realm: \"fix*\"}, service: s1}\n"
		     "    - {match: {user_name: \"Ann*\"}, service: s2}\n");
	struct op25b_session_facts facts = nobody();

	(void)state;
	facts.user_name = "ann@fixed.EXAMPLE.net";
	assert_service(policy, &facts, "s0");
	facts.user_name = "ann@fixed.example.net@other";
	assert_service(policy, &facts, NULL);
	facts.user_name = "ann@FIXtures";
	assert_service(policy, &facts, "s1");
	facts.user_name = "Ann@fixed.example.net@x";
	assert_service(policy, &facts, "s2");
	facts.user_name = "fixed.example.net";
	assert_service(policy, &facts, NULL);
	facts.user_name = "ann@";
	assert_service(policy, &facts, NULL);
	op25b_policy_free(&policy);
}

static void a_star_holds_for_what_is_there(void **state)
{
	struct op25b_policy *policy = load("sessions:\n"
					   "  rules:\n"
					   "    - {match: {class: \"gold-*\"}, service: s0}\n"
					   "    - {match: {class: \"*\"}, service: s1}\n"
					   "    - {match: {realm: \"*\"}, service: s2}\n");
	struct op25b_session_facts facts = nobody();

	(void)state;
	assert_service(policy, &facts, NULL);
	facts.class_ = "gold-";
	assert_service(policy, &facts, "s0");
	facts.class_ = "gold";
	assert_service(policy, &facts, "s1");
	facts.class_ = "Gold-1";
	assert_service(policy, &facts, "s1");
	facts.class_ = "";
	facts.user_name = "ann";
	assert_service(policy, &facts, NULL);
	facts.user_name = "ann@x";
	assert_service(policy, &facts, "s2");
	op25b_policy_free(&policy);
}

static void prefixes_hold_what_lies_in_them(void **state)
{
	static const struct {
		const char *prefix, *service;
	} asked[] = {
		{ "198.51.100.7", "s0" },    { "198.51.100.0/24", "s0" },
		{ "198.51.0.0/16", NULL },   { "198.51.101.0", NULL },
		{ "2001:db8:1::/56", "s0" }, { "2001:db8:1:ff00::/56", "s0" },
		{ "2001:db8:2::/56", NULL }, { "198.51.100.192/26", "s0" },
		{ "203.0.113.1", "s1" },     { "203.0.113.0/30", NULL },
		{ "2001:db8::/32", NULL },
	};
	struct op25b_policy *policy =
		load("sessions:\n"
		     "  rules:\n"
		     "    - match: {prefix: [198.51.100.64/26, \"2001:db8:1::/48\",\n"
		     "                       198.51.100.0/24]}\n"
		     "      service: s0\n"
		     "    - {match: {prefix: 203.0.113.1}, service: s1}\n");
	struct op25b_session_facts facts = nobody();

	(void)state;
	assert_service(policy, &facts, NULL);
	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
		assert_int_equal(op25b_prefix_parse(asked[i].prefix, &facts.prefix), 0);
		assert_service(policy, &facts, asked[i].service);
	}
	op25b_policy_free(&policy);
}

static void a_line_has_the_first_name_that_is_there(void **state)
{
	struct op25b_policy *plain = load("");
	struct op25b_policy *both = load("sessions: {line_id: [Class, User-Name]}");
	struct op25b_session_facts facts = nobody();

	(void)state;
	assert_string_equal(op25b_session_line(plain, &facts), "");
	assert_string_equal(op25b_session_line(both, &facts), "");
	facts.user_name = "ann@x";
	assert_string_equal(op25b_session_line(plain, &facts), "ann@x");
	assert_string_equal(op25b_session_line(both, &facts), "ann@x");
	facts.class_ = "L-7";
	assert_string_equal(op25b_session_line(plain, &facts), "ann@x");
	assert_string_equal(op25b_session_line(both, &facts), "L-7");
	op25b_policy_free(&plain);
	op25b_policy_free(&both);
}

static void a_tenants_line_has_the_id_that_its_exemptions_name(void **state)
{
	static const char root[] = "op25b: 1\n"
				   "include: [tenant.yaml]\n"
				   "services: [{id: own, addressing: fixed, port25: []}]\n"
				   "sessions:\n"
				   "  rules:\n"
				   "    - {match: {realm: t.example}, service: t/fixed}\n"
				   "    - {match: {realm: example.net}, service: own}\n";
	static const char tenant[] = "tenant: t\n"
				     "services: [{id: fixed, addressing: fixed, port25: []}]\n"
				     "exemptions: [{id: x, lines: [ann@t.example]}]\n";
	const struct op25b_policy_file files[] = { { "root.yaml", root, sizeof(root) - 1 },
						   { "tenant.yaml", tenant, sizeof(tenant) - 1 } };
	struct op25b_policy *policy = load_files(files, 2);
	struct op25b_session_facts facts = nobody();
	char id[OP25B_SESSION_LINE_ID];

	(void)state;
	facts.user_name = "ann@t.example";
	assert_service(policy, &facts, "t/fixed");
	op25b_session_line_id(policy, &facts, op25b_session_service(policy, &facts), id);
	assert_string_equal(id, policy->exemptions[0].lines[0]);
	op25b_session_line_id(policy, &facts, OP25B_NO_SERVICE, id);
	assert_string_equal(id, "ann@t.example");
	facts.user_name = "ann@example.net";
	op25b_session_line_id(policy, &facts, op25b_session_service(policy, &facts), id);
	assert_string_equal(id, "ann@example.net");
	/* A name that would be its line's, of a session that is not the tenant's. */
	facts.user_name = "t/ann@t.example";
	op25b_session_line_id(policy, &facts, OP25B_NO_SERVICE, id);
	assert_string_equal(id, "");
	facts.user_name = "tt/ann@t.example";
	op25b_session_line_id(policy, &facts, OP25B_NO_SERVICE, id);
	assert_string_equal(id, "tt/ann@t.example");
	facts.user_name = "";
	op25b_session_line_id(policy, &facts, 1, id);
	assert_string_equal(id, "");
	op25b_policy_free(&policy);
}

/* ---- random rules over a small alphabet --------------------------------------------------- */

static uint32_t seed;

static uint32_t draw(uint32_t below)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % below;
}

static void draw_text(char *out, size_t least)
{
	size_t n = least + draw(3);

	for (size_t i = 0; i < n; i++)
		out[i] = (char)('a' + draw(2));
	out[n] = '\0';
}

struct value {
	char text[8];
	bool open;
};

/* A rule as written: of each key some values; n 0: it has no such key. */
struct written {
	struct value values[2][4]; /* class, nas */
	size_t n[2];
};

static void draw_rule(struct written *rule)
{
	*rule = (struct written){ 0 };
	for (size_t key = 0; key < 2; key++) {
		size_t wanted = draw(4);

		for (size_t tries = 0; tries < wanted; tries++) {
			struct value *value = &rule->values[key][rule->n[key]];
			bool twice = false;

			value->open = draw(2);
			draw_text(value->text, value->open ? 0 : 1);
			for (size_t i = 0; i < rule->n[key]; i++)
				twice |= value->open == rule->values[key][i].open &&
					 !strcmp(value->text, rule->values[key][i].text);
			rule->n[key] += !twice;
		}
	}
	if (!rule->n[0] && !rule->n[1]) {
		rule->n[0] = 1;
		rule->values[0][0] = (struct value){ "ab", false };
	}
}

static bool holds_by_definition(const struct written *rule, const char *const texts[2])
{
	for (size_t key = 0; key < 2; key++) {
		bool any = !rule->n[key];

		for (size_t i = 0; i < rule->n[key] && *texts[key]; i++) {
			const struct value *value = &rule->values[key][i];

			any |= value->open ?
				       !strncmp(texts[key], value->text, strlen(value->text)) :
				       !strcmp(texts[key], value->text);
		}
		if (!any)
			return false;
	}
	return true;
}

static void write_rule(FILE *out, const struct written *rule, size_t number)
{
	static const char *const keys[] = { "class", "nas" };

	fprintf(out, "    - {service: s%zu, match: {", number % 3);
	for (size_t key = 0; key < 2; key++) {
		if (rule->n[key])
			fprintf(out, "%s: [", keys[key]);
		for (size_t i = 0; i < rule->n[key]; i++)
			fprintf(out, "\"%s%s\"%s", rule->values[key][i].text,
				rule->values[key][i].open ? "*" : "",
				i + 1 < rule->n[key] ? ", " : "], ");
	}
	fprintf(out, "}}\n");
}

/* One session, asked of the rules and of the definition. */
static void compare_with_definition(const struct op25b_policy *policy, const struct written *rules)
{
	char class_[8], nas[8];
	const char *const texts[] = { class_, nas };
	struct op25b_session_facts facts = nobody();
	size_t first = 0;

	draw_text(class_, draw(3));
	draw_text(nas, draw(3));
	facts.class_ = class_;
	facts.nas = nas;
	while (first < RULES && !holds_by_definition(&rules[first], texts))
		first++;
	if (first == RULES)
		assert_null(op25b_session_match(policy, &facts));
	else
		assert_ptr_equal(op25b_session_match(policy, &facts),
				 &policy->session_rules[first]);
	for (size_t i = 0; i < RULES; i++) {
		for (size_t k = 0; k < RULES; k++) {
			if (op25b_session_covers(&policy->session_rules[i],
						 &policy->session_rules[k]) &&
			    holds_by_definition(&rules[k], texts))
				assert_true(holds_by_definition(&rules[i], texts));
		}
	}
}

static void random_rules_hold_as_written(void **state)
{
	size_t n_covered = 0;

	(void)state;
	for (uint32_t round = 0; round < ROUNDS; round++) {
		struct written rules[RULES];
		struct op25b_policy *policy;
		char text[4096] = { 0 };
		FILE *out = fmemopen(text, sizeof(text), "w");

		seed = round;
		assert_non_null(out);
		fputs("sessions:\n  rules:\n", out);
		for (size_t i = 0; i < RULES; i++) {
			draw_rule(&rules[i]);
			write_rule(out, &rules[i], i);
		}
		assert_int_equal(fclose(out), 0);
		policy = load(text);
		for (size_t i = 0; i < ASKED; i++)
			compare_with_definition(policy, rules);
		for (size_t i = 0; i < RULES; i++) {
			assert_true(op25b_session_covers(&policy->session_rules[i],
							 &policy->session_rules[i]));
			n_covered += op25b_session_covers(&policy->session_rules[i],
							  &policy->session_rules[(i + 1) % RULES]);
		}
		op25b_policy_free(&policy);
	}
	/* Else nothing was shown of the rules that cover others. */
	assert_true(n_covered > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_rule_that_holds_counts),
		cmocka_unit_test(each_key_looks_at_its_own_attribute),
		cmocka_unit_test(a_realm_is_what_follows_the_last_at_sign_in_any_case),
		cmocka_unit_test(a_star_holds_for_what_is_there),
		cmocka_unit_test(prefixes_hold_what_lies_in_them),
		cmocka_unit_test(a_line_has_the_first_name_that_is_there),
		cmocka_unit_test(a_tenants_line_has_the_id_that_its_exemptions_name),
		cmocka_unit_test(random_rules_hold_as_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
