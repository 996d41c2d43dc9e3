/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Running out of memory at every single allocation of the policy reader: -ENOMEM and nothing
 * left behind. malloc and its kin are wrapped by the linker in this program's own code, and one
 * of them fails on demand; leaks and double frees end the program (AddressSanitizer).
 */
#include "tests/unit/test.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/policy.h"

#define NOW 1798761600

static size_t countdown; /* 0: nothing fails */

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *old, size_t size);
char *__real_strdup(const char *text);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);
char *__wrap_strdup(const char *text);

static int is_refused(void)
{
	return countdown && !--countdown;
}

void *__wrap_malloc(size_t size)
{
	return is_refused() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return is_refused() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *old, size_t size)
{
	return is_refused() ? NULL : __real_realloc(old, size);
}

char *__wrap_strdup(const char *text)
{
	return is_refused() ? NULL : __real_strdup(text);
}

static size_t count_open_files(void)
{
	DIR *folder = opendir("/proc/self/fd");
	size_t n = 0;

	assert_non_null(folder);
	while (readdir(folder))
		n++;
	closedir(folder);
	return n;
}

/* Loads with each allocation failing in turn until none is left to fail. Returns how many did. */
static size_t starve(const char *path, int wanted)
{
	for (size_t n = 1;; n++) {
		struct op25b_findings findings;
		struct op25b_policy *policy = NULL;
		size_t files = count_open_files();
		int r;

		countdown = n;
		r = op25b_policy_load(path, NOW, &policy, &findings);
		if (countdown) {
			countdown = 0;
			assert_int_equal(r, wanted);
			op25b_policy_free(&policy);
			op25b_findings_free(&findings);
			return n - 1;
		}
		assert_int_equal(r, -ENOMEM);
		assert_null(policy);
		assert_int_equal(findings.n, 0);
		assert_int_equal(count_open_files(), files);
	}
}

static void every_failed_allocation_of_a_good_policy_is_survived(void **state)
{
	(void)state;
	setenv("TZ", "America/New_York", 1);
	assert_true(starve("tests/policy/cases/good/whole.yaml", 0) > 20);
	assert_true(starve("tests/policy/cases/good/include.yaml", 0) > 15);
	assert_true(starve("tests/policy/cases/good/tenants.yaml", 0) > 15);
	assert_true(starve("tests/policy/cases/good/sessions.yaml", 0) > 15);
	assert_true(starve("tests/policy/cases/good/mail.yaml", 0) > 20);
	assert_true(starve("tests/policy/cases/good/mail-tenants.yaml", 0) > 20);
	assert_string_equal(getenv("TZ"), "America/New_York");
}

static void every_failed_allocation_of_a_wrong_policy_is_survived(void **state)
{
	(void)state;
	assert_true(starve("tests/policy/cases/bad/several.yaml", -EINVAL) > 20);
	assert_true(starve("tests/policy/cases/bad/yaml-open-brace.yaml", -EINVAL) > 5);
	assert_true(starve("tests/policy/cases/bad/csv-many-faults.yaml", -EINVAL) > 100);
	assert_true(starve("tests/policy/cases/bad/mail-networks.yaml", -EINVAL) > 30);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_failed_allocation_of_a_good_policy_is_survived),
		cmocka_unit_test(every_failed_allocation_of_a_wrong_policy_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
