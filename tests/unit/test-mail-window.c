/* SPDX-License-Identifier: BSD-2-Clause */
/* Windows of POP before SMTP: whom they are for, and how they end. */
#include "tests/unit/mail-state.h"

#include "mail/window.h"

#define NOON 1800014400

static const struct op25b_prefix v4 = { .family = OP25B_V4, .len = 32, .addr = { 192, 0, 2, 1 } };
/* The same first octets. */
static const struct op25b_prefix v6 = { .family = OP25B_V6, .len = 128, .addr = { 192, 0, 2, 1 } };

static char seen[256];
static int stop; /* what the callback returns */

static int see(void *arg, const struct op25b_window *window)
{
	const size_t used = strlen(seen);

	snprintf(seen + used, sizeof(seen) - used, "%s,%s,%d,%d ", window->account, window->line,
		 (int)window->serial, (int)(window->until - NOON));
	(void)arg;
	return stop;
}

static const char *find(struct fixture *f, int64_t now, const struct op25b_prefix *address)
{
	*seen = '\0';
	begin(f);
	assert_int_equal(op25b_window_find(f->state, now, address, see, NULL), 0);
	return seen;
}

static void open_for(struct fixture *f, const struct op25b_prefix *address, const char *account,
		     const char *line, int64_t serial, int64_t at)
{
	const struct op25b_window window = { *address, account, line, serial, at, at + 600 };

	begin(f);
	assert_int_equal(op25b_window_open(f->state, &window), 0);
}

static void a_window_is_of_one_address_until_its_end(void **state)
{
	struct fixture *f = *state;
	struct op25b_prefix next = v4;

	next.addr[3] = 2;
	open_for(f, &v4, "taro", "", 3, NOON);
	assert_string_equal(find(f, NOON, &v4), "taro,,3,600 ");
	assert_string_equal(find(f, NOON + 599, &v4), "taro,,3,600 ");
	assert_string_equal(find(f, NOON + 600, &v4), "");
	assert_string_equal(find(f, NOON, &next), "");
	assert_string_equal(find(f, NOON, &v6), "");
}

static void a_prefix_is_no_address(void **state)
{
	struct fixture *f = *state;
	struct op25b_window window = { v4, "taro", "", 1, NOON, NOON + 600 };

	window.address.len = 24;
	begin(f);
	assert_int_equal(op25b_window_open(f->state, &window), -EINVAL);
	assert_int_equal(op25b_window_find(f->state, NOON, &window.address, see, NULL), -EINVAL);
}

static void another_login_makes_it_last_longer(void **state)
{
	struct fixture *f = *state;
	struct op25b_window shorter = { v4, "taro", "", 3, NOON + 200, NOON + 260 };

	open_for(f, &v4, "taro", "", 3, NOON);
	open_for(f, &v4, "taro", "", 3, NOON + 100);
	assert_string_equal(find(f, NOON + 100, &v4), "taro,,3,700 ");
	assert_int_equal(op25b_window_open(f->state, &shorter), 0);
	assert_string_equal(find(f, NOON + 200, &v4), "taro,,3,700 ");
	/* After a new password it is another's. */
	shorter.serial = 4;
	assert_int_equal(op25b_window_open(f->state, &shorter), 0);
	assert_string_equal(find(f, NOON + 200, &v4), "taro,,4,260 ");
}

static void several_accounts_are_told_the_newest_first(void **state)
{
	struct fixture *f = *state;

	open_for(f, &v4, "taro", "L1", 3, NOON);
	open_for(f, &v4, "jiro", "L1", 5, NOON + 2);
	open_for(f, &v4, "saburo", "L1", 1, NOON + 1);
	assert_string_equal(find(f, NOON + 2, &v4), "jiro,L1,5,602 saburo,L1,1,601 taro,L1,3,600 ");
	*seen = '\0';
	stop = 7;
	assert_int_equal(op25b_window_find(f->state, NOON + 2, &v4, see, NULL), 7);
	stop = 0;
	assert_string_equal(seen, "jiro,L1,5,602 ");
	assert_int_equal(op25b_window_close(f->state, "jiro"), 0);
	assert_string_equal(find(f, NOON + 2, &v4), "saburo,L1,1,601 taro,L1,3,600 ");
}

static int see_address(void *arg, const struct op25b_window *window)
{
	snprintf(seen + strlen(seen), sizeof(seen) - strlen(seen), "%s@%d/%d ", window->account,
		 window->address.addr[0], window->address.len);
	(void)arg;
	return stop;
}

static void windows_are_listed_by_account_or_all(void **state)
{
	struct fixture *f = *state;

	open_for(f, &v4, "taro", "L1", 3, NOON);
	open_for(f, &v6, "taro", "L1", 3, NOON + 1);
	open_for(f, &v4, "jiro", "", 3, NOON + 2);
	*seen = '\0';
	assert_int_equal(op25b_window_list(f->state, NOON + 2, "taro", see_address, NULL), 0);
	assert_string_equal(seen, "taro@192/128 taro@192/32 ");
	*seen = '\0';
	assert_int_equal(op25b_window_list(f->state, NOON + 600, NULL, see_address, NULL), 0);
	assert_string_equal(seen, "jiro@192/32 taro@192/128 ");
}

static void a_window_of_a_clock_that_went_back_is_none(void **state)
{
	struct fixture *f = *state;

	open_for(f, &v4, "taro", "", 3, NOON);
	assert_string_equal(find(f, NOON - 60, &v4), "taro,,3,600 ");
	assert_string_equal(find(f, NOON - 61, &v4), "");
	assert_int_equal(op25b_window_sweep(f->state, NOON - 61), 0);
	assert_string_equal(find(f, NOON, &v4), "");
}

static void what_has_ended_is_swept(void **state)
{
	struct fixture *f = *state;
	static const char sql[] = "SELECT count(*) FROM window";

	open_for(f, &v4, "taro", "", 3, NOON);
	open_for(f, &v6, "taro", "", 3, NOON + 1);
	assert_int_equal(op25b_window_sweep(f->state, NOON + 600), 0);
	sqlite3_stmt *statement = op25b_state_statement(f->state, sql);
	assert_int_equal(op25b_state_step(statement), 1);
	assert_int_equal(sqlite3_column_int(statement, 0), 1);
	assert_string_equal(find(f, NOON + 600, &v6), "taro,,3,601 ");
}

static void windows_survive(void **state)
{
	struct fixture *f = *state;

	open_for(f, &v4, "taro", "L1", 3, NOON);
	commit(f);
	open_for(f, &v4, "jiro", "L1", 3, NOON);
	reopen(f);
	assert_string_equal(find(f, NOON + 599, &v4), "taro,L1,3,600 ");
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_window_is_of_one_address_until_its_end),
		T(a_prefix_is_no_address),
		T(another_login_makes_it_last_longer),
		T(several_accounts_are_told_the_newest_first),
		T(windows_are_listed_by_account_or_all),
		T(a_window_of_a_clock_that_went_back_is_none),
		T(what_has_ended_is_swept),
		T(windows_survive),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
