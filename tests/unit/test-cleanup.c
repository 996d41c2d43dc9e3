/* SPDX-License-Identifier: BSD-2-Clause */
/* What src/base/cleanup.h promises: release once, keep errno, leave the variable empty. */
#include "tests/unit/test.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"

static int open_null(void)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	return fd;
}

static int is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

static void descriptor_is_closed_at_the_end_of_its_scope(void **state)
{
	int number;

	(void)state;
	{
		OP25B_AUTO_CLOSE int fd = open_null();

		number = fd;
		assert_true(is_open(number));
	}
	assert_false(is_open(number));
}

static void taken_descriptor_outlives_its_scope(void **state)
{
	int number;

	(void)state;
	{
		OP25B_AUTO_CLOSE int fd = open_null();

		number = OP25B_TAKE_FD(fd);
		assert_int_equal(fd, -1);
	}
	assert_true(is_open(number));
	op25b_cleanup_close(&number);
	assert_int_equal(number, -1);
}

static void closing_keeps_errno_and_an_empty_descriptor_is_left_alone(void **state)
{
	int fd = open_null();
	int twin = fd;

	(void)state;
	close(twin);
	errno = ENOENT;
	op25b_cleanup_close(&fd);
	assert_int_equal(errno, ENOENT);
	op25b_cleanup_close(&fd);
	assert_int_equal(errno, ENOENT);
}

/* A double free or a leak ends the program: the unit tests run under AddressSanitizer. */
static void taken_pointer_outlives_its_scope(void **state)
{
	char *kept;

	(void)state;
	{
		OP25B_AUTO_FREE char *text = strdup("port 25");

		kept = OP25B_TAKE_PTR(text);
		assert_null(text);
	}
	assert_string_equal(kept, "port 25");
	op25b_cleanup_free(&kept);
	assert_null(kept);
	op25b_cleanup_free(&kept);
}

static void stream_is_closed_at_the_end_of_its_scope(void **state)
{
	int number;

	(void)state;
	{
		OP25B_AUTO_FCLOSE FILE *file = fopen("/dev/null", "r");

		assert_non_null(file);
		number = fileno(file);
	}
	assert_false(is_open(number));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(descriptor_is_closed_at_the_end_of_its_scope),
		cmocka_unit_test(taken_descriptor_outlives_its_scope),
		cmocka_unit_test(closing_keeps_errno_and_an_empty_descriptor_is_left_alone),
		cmocka_unit_test(taken_pointer_outlives_its_scope),
		cmocka_unit_test(stream_is_closed_at_the_end_of_its_scope),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
