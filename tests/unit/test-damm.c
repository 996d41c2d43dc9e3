/* SPDX-License-Identifier: BSD-2-Clause */
/* Check digits: what is read out wrongly is found. */
#include "tests/unit/test.h"

#include <stdio.h>
#include <string.h>

#include "base/damm.h"

/* The thesis's own example, and that zeros in front change nothing. */
static void digits_have_their_published_check_digit(void **state)
{
	(void)state;
	assert_int_equal(op25b_damm("572", 3), 4);
	assert_int_equal(op25b_damm("5724", 4), 0);
	assert_int_equal(op25b_damm("000572", 6), 4);
	assert_int_equal(op25b_damm("", 0), 0);
}

/* All interim digits come up: what holds after each of them holds for numbers of any length. */
static void every_wrong_digit_and_every_swap_of_neighbours_is_found(void **state)
{
	char digits[6];

	(void)state;
	for (unsigned int number = 0; number < 10000; number++) {
		snprintf(digits, sizeof(digits), "%04u", number);
		digits[4] = (char)('0' + op25b_damm(digits, 4));
		assert_int_equal(op25b_damm(digits, 5), 0);
		for (size_t i = 0; i < 5; i++) {
			char was = digits[i];

			for (int wrong = '0'; wrong <= '9'; wrong++) {
				digits[i] = (char)wrong;
				assert_int_equal(op25b_damm(digits, 5) == 0, wrong == was);
			}
			digits[i] = was;
			if (i == 4 || digits[i + 1] == was)
				continue;
			digits[i] = digits[i + 1];
			digits[i + 1] = was;
			assert_int_not_equal(op25b_damm(digits, 5), 0);
			digits[i + 1] = digits[i];
			digits[i] = was;
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(digits_have_their_published_check_digit),
		cmocka_unit_test(every_wrong_digit_and_every_swap_of_neighbours_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
