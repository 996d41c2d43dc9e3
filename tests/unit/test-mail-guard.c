/* SPDX-License-Identifier: BSD-2-Clause */
/* Guessing of passwords: what counts, where, for how long, and whom it never touches. */
#include "tests/unit/test.h"

#include <stdio.h>

#include "mail/guard.h"
#include "policy/prefix.h"

#define NOW 1798761600

/* "*192.0.2.1" is an address of many. */
static struct op25b_guard_place at(const char *text)
{
	struct op25b_guard_place place = { .many = *text == '*' };

	assert_int_equal(op25b_prefix_parse(text + place.many, &place.address), OP25B_PREFIX_FINE);
	return place;
}

static int set_up(void **state)
{
	return op25b_guard_make((struct op25b_guard **)state);
}

static int tear_down(void **state)
{
	op25b_guard_free((struct op25b_guard **)state);
	return 0;
}

/* So many different wrong passwords of one login. */
static void fail_at(struct op25b_guard *guard, int64_t now, const char *remote, const char *login,
		    int n)
{
	const struct op25b_guard_place from = at(remote);
	char hash[16];

	for (int i = 0; i < n; i++) {
		snprintf(hash, sizeof(hash), "%04x", (unsigned int)i);
		op25b_guard_failed(guard, now, &from, login, hash);
	}
}

static int ask(struct op25b_guard *guard, int64_t now, const char *remote, const char *login)
{
	const struct op25b_guard_place from = at(remote);

	return op25b_guard_ask(guard, now, &from, login);
}

static void an_old_telephone_counts_once(void **state)
{
	const struct op25b_guard_place from = at("203.0.113.9");

	for (int i = 0; i < 500; i++)
		op25b_guard_failed(*state, NOW + i, &from, "alice", "0abc");
	assert_int_equal(ask(*state, NOW + 500, "203.0.113.9", "alice"), 0);
}

static void who_guesses_waits_and_is_then_refused(void **state)
{
	fail_at(*state, NOW, "203.0.113.9", "alice", 4);
	assert_int_equal(ask(*state, NOW, "203.0.113.9", "alice"), 0);
	fail_at(*state, NOW, "203.0.113.9", "alice", 5);
	assert_int_equal(ask(*state, NOW, "203.0.113.9", "alice"), 2);
	fail_at(*state, NOW, "203.0.113.9", "alice", 11);
	assert_int_equal(ask(*state, NOW, "203.0.113.9", "alice"), 6);
	fail_at(*state, NOW, "203.0.113.9", "alice", 12);
	assert_int_equal(ask(*state, NOW, "203.0.113.9", "alice"), -1);
	assert_int_equal(ask(*state, NOW, "203.0.113.9", "ALICE"), -1);
}

static void the_owner_elsewhere_gets_in(void **state)
{
	fail_at(*state, NOW, "203.0.113.9", "alice", 100);
	assert_int_equal(ask(*state, NOW, "203.0.113.9", "alice"), -1);
	assert_int_equal(ask(*state, NOW, "203.0.113.10", "alice"), 0);
	assert_int_equal(ask(*state, NOW, "2001:db8::1", "alice"), 0);
}

static void an_hour_later_it_is_forgiven(void **state)
{
	fail_at(*state, NOW, "203.0.113.9", "alice", 12);
	assert_int_equal(ask(*state, NOW + 3000, "203.0.113.9", "alice"), -1);
	assert_int_equal(ask(*state, NOW + 3600, "203.0.113.9", "alice"), 0);
}

static void one_address_guesses_at_many_logins(void **state)
{
	char login[16];

	for (int i = 0; i < 32; i++) {
		snprintf(login, sizeof(login), "user%d", i);
		fail_at(*state, NOW, "203.0.113.9", login, 1);
	}
	assert_int_equal(ask(*state, NOW, "203.0.113.9", "somebody"), -1);
	assert_int_equal(ask(*state, NOW, "203.0.113.10", "user1"), 0);
}

static void a_network_of_ipv6_is_one_place(void **state)
{
	char remote[32];

	for (int i = 0; i < 12; i++) {
		const struct op25b_guard_place from =
			(snprintf(remote, sizeof(remote), "2001:db8::%x", (unsigned int)i),
			 at(remote));

		op25b_guard_failed(*state, NOW, &from, "alice", remote);
	}
	assert_int_equal(ask(*state, NOW, "2001:db8::ffff", "alice"), -1);
	assert_int_equal(ask(*state, NOW, "2001:db8:0:1::1", "alice"), 0);
}

static void where_many_are_it_is_judged_by_login_alone(void **state)
{
	char login[16];

	for (int i = 0; i < 64; i++) {
		snprintf(login, sizeof(login), "user%d", i);
		fail_at(*state, NOW, "*192.0.2.130", login, 2);
		fail_at(*state, NOW, "*2001:db8::1", login, 2);
	}
	assert_int_equal(ask(*state, NOW, "*192.0.2.130", "alice"), 0);
	assert_int_equal(ask(*state, NOW, "*2001:db8::1", "alice"), 0);
	fail_at(*state, NOW, "*192.0.2.130", "alice", 5);
	assert_int_equal(ask(*state, NOW, "*192.0.2.130", "alice"), 2);
	fail_at(*state, NOW, "*192.0.2.130", "alice", 12);
	assert_int_equal(ask(*state, NOW, "*192.0.2.130", "alice"), -1);
	assert_int_equal(ask(*state, NOW, "*192.0.2.130", "bob"), 0);
	assert_int_equal(ask(*state, NOW, "192.0.2.130", "bob"), 0);
	/* What was counted while it was thought to be somebody's own. */
	for (int i = 0; i < 64; i++) {
		snprintf(login, sizeof(login), "user%d", i);
		fail_at(*state, NOW, "192.0.2.131", login, 1);
	}
	assert_int_equal(ask(*state, NOW, "192.0.2.131", "bob"), -1);
	assert_int_equal(ask(*state, NOW, "*192.0.2.131", "bob"), 0);
}

static void the_right_password_forgets_that_login_only(void **state)
{
	const struct op25b_guard_place from = at("203.0.113.9");

	fail_at(*state, NOW, "203.0.113.9", "alice", 8);
	fail_at(*state, NOW, "203.0.113.9", "bob", 8);
	op25b_guard_passed(*state, &from.address, "alice");
	/* By address there are 16. */
	assert_int_equal(ask(*state, NOW, "203.0.113.9", "alice"), 4);
	assert_int_equal(ask(*state, NOW, "203.0.113.9", "bob"), 6);
}

static void a_flood_of_addresses_costs_no_memory(void **state)
{
	char remote[32];

	fail_at(*state, NOW + 5, "203.0.113.9", "alice", 12);
	for (unsigned int i = 0; i < 100000; i++) {
		snprintf(remote, sizeof(remote), "10.%u.%u.%u", i >> 16, (i >> 8) & 255, i & 255);
		fail_at(*state, NOW, remote, "alice", 1);
	}
	/* The newest of each set stayed. */
	assert_int_equal(ask(*state, NOW + 5, "203.0.113.9", "alice"), -1);
}

static void an_address_that_nobody_knows_is_not_judged(void **state)
{
	const struct op25b_guard_place nowhere = { .address.family = OP25B_NO_FAMILY };

	for (int i = 0; i < 100; i++)
		op25b_guard_failed(*state, NOW + 600L * i, &nowhere, "alice", "");
	assert_int_equal(op25b_guard_ask(*state, NOW, &nowhere, "alice"), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_old_telephone_counts_once),
		TEST(who_guesses_waits_and_is_then_refused),
		TEST(the_owner_elsewhere_gets_in),
		TEST(an_hour_later_it_is_forgiven),
		TEST(one_address_guesses_at_many_logins),
		TEST(a_network_of_ipv6_is_one_place),
		TEST(where_many_are_it_is_judged_by_login_alone),
		TEST(the_right_password_forgets_that_login_only),
		TEST(a_flood_of_addresses_costs_no_memory),
		TEST(an_address_that_nobody_knows_is_not_judged),
	};

	return cmocka_run_group_tests_name("mail-guard", tests, NULL, NULL);
}
