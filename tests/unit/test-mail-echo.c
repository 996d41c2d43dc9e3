/* SPDX-License-Identifier: BSD-2-Clause */
/* Codes of test mails: however many are drawn, nobody's is taken away while he writes to it. */
#include "tests/unit/mail-state.h"

#include "mail/echo.h"

#define NOW 1830000000

static void nobodys_code_is_pushed_out_within_its_hour(void **state)
{
	static const char fill[] = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
				   " WHERE i < ?1) INSERT INTO echo SELECT i, ?2, 0, 0, 0, 0, 0, 0,"
				   " 0 FROM n";
	struct fixture *f = *state;
	struct op25b_echo echo;
	sqlite3_stmt *statement;
	uint64_t mine = 0, other = 0;

	begin(f);
	assert_int_equal(op25b_echo_new(f->state, NOW, &mine), 0);
	statement = op25b_state_statement(f->state, fill);
	sqlite3_bind_int64(statement, 1, OP25B_ECHO_CODES - 1);
	sqlite3_bind_int64(statement, 2, NOW + 1);
	assert_int_equal(op25b_state_step(statement), 0);
	assert_int_equal(op25b_echo_new(f->state, NOW + 2, &other), -ENOSPC);
	assert_int_equal(op25b_echo_find(f->state, mine, NOW, &echo), 0);
	/* After it the oldest goes. */
	assert_int_equal(op25b_echo_new(f->state, NOW + OP25B_ECHO_SURE, &other), 0);
	assert_int_equal(op25b_echo_find(f->state, mine, NOW, &echo), -ENOENT);
	assert_int_equal(op25b_echo_find(f->state, other, NOW, &echo), 0);
	assert_int_equal(op25b_echo_new(f->state, NOW + OP25B_ECHO_SURE, &other), -ENOSPC);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nobodys_code_is_pushed_out_within_its_hour, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
