/* SPDX-License-Identifier: BSD-2-Clause */
/* What src/base/error.h promises: the code comes back, the text is bounded, errno stays. */
#include "tests/unit/test.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"

static void setting_gives_back_the_code_and_replaces_the_text(void **state)
{
	struct op25b_error error = { .text = "before" };

	(void)state;
	assert_int_equal(op25b_error_set(&error, -ENOENT, "no %s", "policy"), -ENOENT);
	assert_string_equal(error.text, "no policy");
}

static void adding_appends_and_gives_back_the_code(void **state)
{
	struct op25b_error error = { .text = "attach" };

	(void)state;
	assert_int_equal(op25b_error_add(&error, -EBUSY, ": %s is %d", "eth0", 2), -EBUSY);
	assert_string_equal(error.text, "attach: eth0 is 2");
}

static void without_a_place_for_the_text_only_the_code_comes_back(void **state)
{
	(void)state;
	assert_int_equal(op25b_error_set(NULL, -EPERM, "x"), -EPERM);
	assert_int_equal(op25b_error_add(NULL, -EPERM, "x"), -EPERM);
}

static void long_texts_are_cut_and_stay_terminated(void **state)
{
	struct op25b_error error;
	const int wide = 2 * (int)sizeof(error.text);

	(void)state;
	op25b_error_set(&error, -EIO, "%*s", wide, "end");
	assert_int_equal(strlen(error.text), sizeof(error.text) - 1);
	op25b_error_add(&error, -EIO, "more");
	assert_int_equal(strlen(error.text), sizeof(error.text) - 1);
}

static void errno_stays_as_it_was(void **state)
{
	struct op25b_error error = { .text = "" };

	(void)state;
	errno = ENOTDIR;
	op25b_error_set(&error, -EIO, "%m");
	op25b_error_add(&error, -EIO, "%s", "");
	assert_int_equal(errno, ENOTDIR);
	assert_string_equal(error.text, strerror(ENOTDIR));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(setting_gives_back_the_code_and_replaces_the_text),
		cmocka_unit_test(adding_appends_and_gives_back_the_code),
		cmocka_unit_test(without_a_place_for_the_text_only_the_code_comes_back),
		cmocka_unit_test(long_texts_are_cut_and_stay_terminated),
		cmocka_unit_test(errno_stays_as_it_was),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
