/* SPDX-License-Identifier: BSD-2-Clause */
/* Loading as callers see it: large policies, dates, memory. What is loaded: tests/policy. */
#include "tests/unit/test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/policy.h"

#define NOW 1798761600 /* 2027-01-01 UTC */

static struct op25b_policy *load_text(const char *text, size_t size)
{
	struct op25b_findings findings;
	struct op25b_policy *policy = NULL;
	int r = op25b_policy_load_buffer("policy.yaml", text, size, NOW, &policy, &findings);

	if (r)
		op25b_findings_print(&findings, stderr);
	op25b_findings_free(&findings);
	assert_int_equal(r, 0);
	return policy;
}

static void a_policy_of_100000_lines_loads(void **state)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	struct op25b_policy *policy;

	(void)state;
	assert_non_null(out);
	fprintf(out, "op25b: 1\ntimezone: Asia/Tokyo\nservices:\n");
	for (unsigned int i = 0; i < 16000; i++)
		fprintf(out,
			"  - id: s%u\n    addressing: dynamic\n    pools: [10.%u.%u.0/24]\n"
			"    port25:\n      - {from: 2027-04-01, action: refuse, how: drop}\n",
			i, i >> 8, i & 255U);
	fprintf(out, "exemptions:\n");
	for (unsigned int i = 0; i < 20000; i++)
		fprintf(out, "  - {id: X%u, lines: [L%u], until: 2027-09-30}\n", i, i);
	assert_int_equal(fclose(out), 0);
	policy = load_text(text, size);
	assert_int_equal(policy->n_services, 16000);
	assert_int_equal(policy->n_exemptions, 20000);
	assert_string_equal(policy->services[15999].id, "s15999");
	assert_int_equal(policy->exemptions[19999].until, 1822316400);
	op25b_policy_free(&policy);
	assert_null(policy);
	free(text);
}

static void the_next_change_is_the_nearest_date_ahead(void **state)
{
	static const char text[] =
		"op25b: 1\n"
		"services: [{id: s, addressing: fixed, port25: [\n"
		"  {from: 2027-05-01Z, action: count}, {from: 2027-03-01Z, action: count}]}]\n"
		"exemptions: [{id: x, lines: [a], from: 2027-02-01Z, until: 2027-06-01Z}]\n"
		"holds: [{id: h, lines: [a], from: 2027-04-01Z}]\n";
	static const int64_t dates[] = { 1801440000, 1803859200, 1806537600, 1809129600,
					 1811894400 };
	struct op25b_policy *policy = load_text(text, sizeof(text) - 1);

	(void)state;
	for (size_t i = 0; i < sizeof(dates) / sizeof(dates[0]); i++) {
		assert_true(op25b_policy_next_change(policy, dates[i] - 1) == dates[i]);
		assert_true(op25b_policy_next_change(policy, dates[i]) > dates[i]);
	}
	assert_true(op25b_policy_next_change(policy, dates[4]) == INT64_MAX);
	op25b_policy_free(&policy);
}

static void the_digest_is_of_every_byte(void **state)
{
	static const char text[] = "op25b: 1\nservices: []\n# a\n";
	char other[sizeof(text)];
	struct op25b_policy *policy = load_text(text, sizeof(text) - 1), *again, *changed;

	(void)state;
	memcpy(other, text, sizeof(other));
	other[sizeof(other) - 3] = 'b';
	again = load_text(text, sizeof(text) - 1);
	changed = load_text(other, sizeof(other) - 1);
	assert_true(policy->digest == again->digest);
	assert_true(policy->digest != changed->digest);
	assert_true(policy->digest != 0);
	op25b_policy_free(&policy);
	op25b_policy_free(&again);
	op25b_policy_free(&changed);
}

static void a_policy_from_memory_opens_no_file(void **state)
{
	static const char text[] = "op25b: 1\ninclude: [/dev/null]\nlines_from: [/dev/null]\n";
	struct op25b_policy *policy = NULL;
	struct op25b_findings findings;

	(void)state;
	assert_int_equal(
		op25b_policy_load_buffer("memory", text, sizeof(text) - 1, NOW, &policy, &findings),
		-EINVAL);
	assert_null(policy);
	assert_int_equal(findings.n_errors, 2);
	assert_string_equal(findings.list[0].file, "memory");
	assert_int_equal(findings.list[0].line, 2);
	assert_int_equal(findings.list[1].line, 3);
	op25b_findings_free(&findings);
	op25b_findings_free(&findings);
	assert_int_equal(findings.n, 0);
	op25b_policy_free(&policy);
}

static void a_file_that_is_not_there_is_a_finding(void **state)
{
	struct op25b_policy *policy = NULL;
	struct op25b_findings findings;

	(void)state;
	assert_int_equal(op25b_policy_load("/nonexistent/p.yaml", NOW, &policy, &findings),
			 -EINVAL);
	assert_int_equal(findings.n_errors, 1);
	assert_string_equal(findings.list[0].file, "/nonexistent/p.yaml");
	assert_non_null(strstr(findings.list[0].text, "No such file"));
	op25b_findings_free(&findings);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_policy_of_100000_lines_loads),
		cmocka_unit_test(the_next_change_is_the_nearest_date_ahead),
		cmocka_unit_test(the_digest_is_of_every_byte),
		cmocka_unit_test(a_policy_from_memory_opens_no_file),
		cmocka_unit_test(a_file_that_is_not_there_is_a_finding),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
