/* SPDX-License-Identifier: BSD-2-Clause */
/* How many connections a line may have. */
#include "tests/unit/test.h"

#include <arpa/inet.h>
#include <errno.h>

#include "notice/lines.h"

static struct op25b_exception_key key_of(const char *address, uint8_t v6_len)
{
	struct sockaddr_storage peer = { .ss_family = AF_INET };
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&peer;

	if (!inet_pton(AF_INET, address, &((struct sockaddr_in *)&peer)->sin_addr)) {
		peer.ss_family = AF_INET6;
		assert_int_equal(inet_pton(AF_INET6, address, &v6->sin6_addr), 1);
	}
	((struct sockaddr_in *)&peer)->sin_port = 40000;
	return op25b_lines_key(&peer, v6_len);
}

static int enter(struct op25b_lines *lines, const char *address, uint8_t v6_len)
{
	const struct op25b_exception_key key = key_of(address, v6_len);

	return op25b_lines_enter(lines, &key);
}

static void leave(struct op25b_lines *lines, const char *address, uint8_t v6_len)
{
	const struct op25b_exception_key key = key_of(address, v6_len);

	op25b_lines_leave(lines, &key);
}

static void a_line_has_its_own_limit(void **state)
{
	struct op25b_lines lines;

	(void)state;
	op25b_lines_init(&lines);
	lines.most = 2;
	assert_int_equal(enter(&lines, "192.0.2.1", 64), 0);
	assert_int_equal(enter(&lines, "192.0.2.1", 64), 0);
	assert_int_equal(enter(&lines, "192.0.2.1", 64), -EBUSY);
	assert_int_equal(enter(&lines, "192.0.2.2", 64), 0);
	leave(&lines, "192.0.2.1", 64);
	assert_int_equal(enter(&lines, "192.0.2.1", 64), 0);
	assert_int_equal(enter(&lines, "192.0.2.1", 64), -EBUSY);
	op25b_lines_done(&lines);
}

static void an_ipv6_line_is_a_prefix(void **state)
{
	struct op25b_lines lines;

	(void)state;
	op25b_lines_init(&lines);
	lines.most = 1;
	assert_int_equal(enter(&lines, "2001:db8:0:1::1", 64), 0);
	assert_int_equal(enter(&lines, "2001:db8:0:1:ffff::2", 64), -EBUSY);
	assert_int_equal(enter(&lines, "2001:db8:0:2::1", 64), 0);
	assert_int_equal(enter(&lines, "2001:db8:1:ff::1", 56), 0);
	assert_int_equal(enter(&lines, "2001:db8:1:1::1", 56), -EBUSY);
	assert_int_equal(enter(&lines, "2001:db8:1:100::1", 56), 0);
	/* The same bits, of another length: another line. */
	assert_int_equal(enter(&lines, "2001:db8:0:1::", 128), 0);
	op25b_lines_done(&lines);
}

static void who_left_is_forgotten(void **state)
{
	struct op25b_lines lines;
	char address[INET6_ADDRSTRLEN];

	(void)state;
	op25b_lines_init(&lines);
	lines.most = 3;
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 5000; i++) {
			snprintf(address, sizeof(address), "10.0.%d.%d", i >> 8, i & 255);
			assert_int_equal(enter(&lines, address, 64), 0);
			assert_int_equal(enter(&lines, address, 64), 0);
		}
		assert_int_equal(lines.table.n, 5000);
		for (int i = 0; i < 5000; i++) {
			snprintf(address, sizeof(address), "10.0.%d.%d", i >> 8, i & 255);
			leave(&lines, address, 64);
			leave(&lines, address, 64);
		}
		assert_int_equal(lines.table.n, 0);
	}
	op25b_lines_done(&lines);
}

static void a_lowered_limit_is_for_who_comes(void **state)
{
	struct op25b_lines lines;

	(void)state;
	op25b_lines_init(&lines);
	assert_int_equal(enter(&lines, "192.0.2.1", 64), -EBUSY);
	assert_int_equal(lines.table.n, 0);
	lines.most = 3;
	for (int i = 0; i < 3; i++)
		assert_int_equal(enter(&lines, "192.0.2.1", 64), 0);
	lines.most = 1;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(enter(&lines, "192.0.2.1", 64), -EBUSY);
		leave(&lines, "192.0.2.1", 64);
	}
	leave(&lines, "192.0.2.1", 64);
	assert_int_equal(enter(&lines, "192.0.2.1", 64), 0);
	op25b_lines_done(&lines);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_has_its_own_limit),
		cmocka_unit_test(an_ipv6_line_is_a_prefix),
		cmocka_unit_test(who_left_is_forgotten),
		cmocka_unit_test(a_lowered_limit_is_for_who_comes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
