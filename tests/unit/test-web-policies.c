/* SPDX-License-Identifier: BSD-2-Clause */
/* What op25b-webd knows of policies before the one in force: what codes of their notices mean. */
#include "tests/unit/codes-lab.h"

#include <errno.h>
#include <stdio.h>

#include "notice/code.h"
#include "policy/policy.h"
#include "webd/policies.h"

#define PER_SERVICE 9 /* codes: three reasons, three manners */

/* What a code of services a and b/c means: "service until", or "". */
static void say_notice(void *arg, const struct op25b_notice_of *of)
{
	snprintf(arg, 40, "%s %d", of->service, (int)of->until);
}

static const char *notice_of(uint64_t code)
{
	static char said[40];

	*said = '\0';
	if (op25b_policies_find(codes, code, say_notice, said, &error) != -ENOENT)
		assert_int_not_equal(*said, 0);
	return said;
}

/* The code of b/c's last text by a policy of this digest. */
static uint64_t put_policy(uint64_t digest, int64_t now)
{
	struct op25b_service services[] = { { .id = "a" }, { .id = "b/c" } };
	const struct op25b_policy policy = { .digest = digest,
					     .services = services,
					     .n_services = 2 };
	struct op25b_notice_codes all;
	uint64_t code;

	assert_int_equal(op25b_policies_keep(codes, &policy, now, &error), 0);
	assert_int_equal(op25b_notice_codes_make(&policy, &all), 0);
	assert_int_equal(all.n, 2 * PER_SERVICE);
	code = all.list[all.n - 1];
	op25b_notice_codes_done(&all);
	return code;
}

static void codes_of_earlier_policies_are_known(void **state)
{
	/* Digests are of 64 bits, SQLite's numbers have a sign. */
	uint64_t first = put_policy(UINT64_MAX, 1), second = put_policy(7, 5);

	(void)state;
	assert_int_not_equal(first, second);
	assert_string_equal(notice_of(first), "b/c 5");
	assert_string_equal(notice_of(second), "b/c 0");
	assert_string_equal(notice_of(1000000000), "");
	put_policy(7, 9);
	assert_string_equal(notice_of(first), "b/c 5");
	/* One that comes back is in force again, and once in the file. */
	put_policy(UINT64_MAX, 20);
	assert_string_equal(notice_of(first), "b/c 0");
	assert_string_equal(notice_of(second), "b/c 20");
	codes_lab_reopen();
	assert_string_equal(notice_of(second), "b/c 20");
	for (uint64_t i = 0; i < 18; i++)
		put_policy(100 + i, 30);
	assert_string_equal(notice_of(second), "b/c 20");
	put_policy(200, 30);
	assert_string_equal(notice_of(second), "");
	assert_string_equal(notice_of(first), "b/c 30");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codes_of_earlier_policies_are_known),
	};

	return cmocka_run_group_tests(tests, codes_lab_setup, codes_lab_teardown);
}
