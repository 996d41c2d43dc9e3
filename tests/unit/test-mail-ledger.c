/* SPDX-License-Identifier: BSD-2-Clause */
/* Limits by worked examples: a bucket of 10 that is refilled by 60 an hour, and a day of 30. */
#include "tests/unit/mail-state.h"

#include "mail/ledger.h"

#define NOON 1800014400 /* an hour's first second */

static const struct op25b_prefix client = { .family = OP25B_V4,
					    .len = 32,
					    .addr = { 192, 0, 2, 1 } };
static const struct op25b_mail_bucket ten = { .burst = 10, .hour = 60, .day = 30 };
static const struct op25b_mail_bucket wide = { .burst = 1000, .hour = 1000, .day = 1000 };

static struct op25b_ledger_full full;

/* Reserve for an account and, unless NULL, a line. */
static int reserve(struct fixture *f, int64_t now, const char *instance, const char *account,
		   struct op25b_mail_bucket of_account, const char *line,
		   struct op25b_mail_bucket of_line, uint32_t recipients)
{
	const struct op25b_ledger_ask ask = {
		.instance = instance,
		.client = &client,
		.keys = { { OP25B_LEDGER_ACCOUNT, account, of_account },
			  { OP25B_LEDGER_LINE, line, of_line } },
		.n_keys = line ? 2 : 1,
		.recipients = recipients,
	};

	begin(f);
	return op25b_ledger_reserve(f->state, now, &ask, &full);
}

static int taro(struct fixture *f, int64_t now, const char *instance, uint32_t recipients)
{
	return reserve(f, now, instance, "taro", ten, NULL, ten, recipients);
}

static struct op25b_ledger_use look(struct fixture *f, int64_t now, enum op25b_ledger_kind kind,
				    const char *name, struct op25b_mail_bucket bucket)
{
	const struct op25b_ledger_key key = { kind, name, bucket };
	struct op25b_ledger_use use;

	begin(f);
	assert_int_equal(op25b_ledger_look(f->state, now, &key, &use), 0);
	return use;
}

static uint32_t taro_has(struct fixture *f, int64_t now)
{
	return look(f, now, OP25B_LEDGER_ACCOUNT, "taro", ten).free;
}

static void a_bucket_holds_its_burst_and_is_refilled_by_the_hour(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(taro(f, NOON, "11.1", 10), 0);
	assert_int_equal(taro(f, NOON, "12.1", 1), 1);
	assert_int_equal(full.kind, OP25B_LEDGER_ACCOUNT);
	assert_int_equal(full.until, NOON + 60); /* 60 an hour are one a minute */
	assert_int_equal(taro(f, NOON + 59, "12.1", 1), 1);
	assert_int_equal(full.until, NOON + 60);
	assert_int_equal(taro(f, NOON + 60, "12.1", 1), 0);
	assert_int_equal(taro(f, NOON + 60, "13.1", 3), 1);
	assert_int_equal(full.until, NOON + 240);
	assert_int_equal(taro(f, NOON + 3600, "13.1", 11), 1);
	assert_int_equal(full.until, INT64_MAX); /* more than it ever holds */
}

static void a_refill_in_small_steps_is_what_it_is_in_one(void **state)
{
	struct fixture *f = *state;
	const struct op25b_mail_bucket seven = { .burst = 100, .hour = 7, .day = 1000 };

	/* 7 an hour: one in 514.28... seconds. */
	assert_int_equal(reserve(f, NOON, "11.1", "a", seven, NULL, seven, 100), 0);
	for (int i = 1; i < 3600; i++)
		assert_int_equal(reserve(f, NOON + i, "12.1", "a", seven, NULL, seven,
					 (uint32_t)(i * 7 / 3600) + 1),
				 1);
	assert_int_equal(reserve(f, NOON + 3600, "12.1", "a", seven, NULL, seven, 7), 0);
	assert_int_equal(reserve(f, NOON + 3600, "13.1", "a", seven, NULL, seven, 1), 1);
	assert_int_equal(full.until, NOON + 3600 + 515);
}

/* 30 a day: 10 in each of three hours; the first leaves 24 full hours after its own. */
static void a_day_is_the_running_hour_and_24_full_ones(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(taro(f, NOON + 3599, "11.1", 10), 0);
	assert_int_equal(taro(f, NOON + 7200, "12.1", 10), 0);
	assert_int_equal(taro(f, NOON + 10800, "13.1", 10), 0);
	assert_int_equal(taro(f, NOON + 50000, "14.1", 1), 1);
	assert_int_equal(full.until, NOON + 25 * 3600);
	assert_int_equal(taro(f, NOON + 25 * 3600 - 1, "14.1", 1), 1);
	assert_int_equal(full.until, NOON + 25 * 3600);
	assert_int_equal(taro(f, NOON + 25 * 3600, "14.1", 10), 0);
	assert_int_equal(taro(f, NOON + 26 * 3600, "15.1", 1), 1); /* that hour was not used */
	assert_int_equal(full.until, NOON + 27 * 3600);
	assert_int_equal(taro(f, NOON + 27 * 3600, "15.1", 10), 0);
}

static void what_a_day_has_no_room_for_waits_for_hours_enough(void **state)
{
	struct fixture *f = *state;
	const struct op25b_mail_bucket five = { .burst = 5, .hour = 3600, .day = 5 };

	for (int i = 0; i < 5; i++)
		assert_int_equal(reserve(f, NOON + i * 3600, "11.1", "a", five, NULL, five, 1) ||
					 op25b_ledger_charge(f->state, NOON, "11.1", "Q"),
				 0);
	assert_int_equal(reserve(f, NOON + 5 * 3600, "12.1", "a", five, NULL, five, 3), 1);
	assert_int_equal(full.until, NOON + 27 * 3600);
	assert_int_equal(reserve(f, NOON + 5 * 3600, "12.1", "a", five, NULL, five, 6), 1);
	assert_int_equal(full.until, INT64_MAX);
}

static void a_mail_that_one_key_has_no_room_for_costs_the_other_nothing(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(reserve(f, NOON, "11.1", "taro", wide, "L1", ten, 8), 0);
	assert_int_equal(reserve(f, NOON, "12.1", "taro", wide, "L1", ten, 3), 1);
	assert_int_equal(full.kind, OP25B_LEDGER_LINE);
	assert_int_equal(full.until, NOON + 60);
	assert_int_equal(look(f, NOON, OP25B_LEDGER_ACCOUNT, "taro", wide).free, 992);
	assert_int_equal(look(f, NOON, OP25B_LEDGER_LINE, "L1", ten).free, 2);
	/* An account and a line of one name are two keys. */
	assert_int_equal(look(f, NOON, OP25B_LEDGER_ACCOUNT, "L1", ten).free, 10);
	assert_int_equal(reserve(f, NOON, "13.1", "taro", wide, "L1", ten, 2), 0);
}

static void of_two_keys_without_room_the_last_to_have_it_is_told(void **state)
{
	struct fixture *f = *state;
	const struct op25b_mail_bucket slow = { .burst = 10, .hour = 6, .day = 30 };

	assert_int_equal(reserve(f, NOON, "11.1", "taro", slow, "L1", ten, 10), 0);
	assert_int_equal(reserve(f, NOON, "12.1", "taro", slow, "L1", ten, 1), 1);
	assert_int_equal(full.kind, OP25B_LEDGER_ACCOUNT);
	assert_int_equal(full.until, NOON + 600);
}

static void the_same_instance_begins_anew(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(taro(f, NOON, "11.1", 10), 0);
	assert_int_equal(taro(f, NOON, "11.1", 10), 0);
	assert_int_equal(taro_has(f, NOON), 0);
	assert_int_equal(taro(f, NOON, "11.1", 2), 0);
	assert_int_equal(taro_has(f, NOON), 8);
	/* What it wants now has no room: it holds nothing. */
	assert_int_equal(taro(f, NOON, "11.1", 11), 1);
	assert_int_equal(taro_has(f, NOON), 10);
	/* What it was charged is another mail's. */
	assert_int_equal(taro(f, NOON, "11.1", 4), 0);
	assert_int_equal(op25b_ledger_charge(f->state, NOON, "11.1", "Q1"), 0);
	assert_int_equal(taro(f, NOON, "11.1", 4), 0);
	assert_int_equal(taro_has(f, NOON), 2);
}

static void a_charge_is_given_back_once_and_not_when_settled(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(taro(f, NOON, "11.1", 4), 0);
	assert_int_equal(taro(f, NOON, "12.1", 4), 0);
	assert_int_equal(op25b_ledger_refund(f->state, NOON, "Q0"), 0);
	assert_int_equal(op25b_ledger_charge(f->state, NOON, "11.1", "Q1"), 0);
	/* Asked again it stays one; of another mail there is none. */
	assert_int_equal(op25b_ledger_charge(f->state, NOON, "11.1", "Q1"), 0);
	assert_int_equal(op25b_ledger_charge(f->state, NOON, "11.1", "Q9"), -ENOENT);
	assert_int_equal(op25b_ledger_charge(f->state, NOON, "13.1", "Q1"), -ENOENT);
	assert_int_equal(op25b_ledger_charge(f->state, NOON, "12.1", "Q2"), 0);
	assert_int_equal(taro_has(f, NOON), 2);
	assert_int_equal(op25b_ledger_refund(f->state, NOON, "Q1"), 0);
	assert_int_equal(op25b_ledger_refund(f->state, NOON, "Q1"), 0);
	assert_int_equal(taro_has(f, NOON), 6);
	assert_int_equal(look(f, NOON, OP25B_LEDGER_ACCOUNT, "taro", ten).day_used, 4);
	assert_int_equal(op25b_ledger_settle(f->state, "Q2"), 0);
	assert_int_equal(op25b_ledger_settle(f->state, "Q2"), 0);
	assert_int_equal(op25b_ledger_refund(f->state, NOON, "Q2"), 0);
	assert_int_equal(taro_has(f, NOON), 6);
}

/* cleanup may say so while the text is still coming, or has come and is asked for again. */
static void a_message_that_was_refused_before_its_end_is_not_charged(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(taro(f, NOON, "11.1", 4), 0);
	assert_int_equal(op25b_ledger_refund(f->state, NOON, "Q1"), 0);
	assert_int_equal(taro_has(f, NOON), 6);
	assert_int_equal(op25b_ledger_refused(f->state, "Q1"), 1);
	assert_int_equal(op25b_ledger_charge(f->state, NOON, "11.1", "Q1"), -ECANCELED);
	assert_int_equal(taro_has(f, NOON), 10);
	assert_int_equal(op25b_ledger_charge(f->state, NOON, "11.1", "Q1"), -ECANCELED);
	assert_int_equal(taro(f, NOON, "12.1", 4), 0);
	assert_int_equal(op25b_ledger_charge(f->state, NOON, "12.1", "Q2"), 0);
	assert_int_equal(op25b_ledger_refused(f->state, "Q2"), 0);
	assert_int_equal(op25b_ledger_refund(f->state, NOON, "Q2"), 0);
	assert_int_equal(op25b_ledger_charge(f->state, NOON, "12.1", "Q2"), -ECANCELED);
	assert_int_equal(taro_has(f, NOON), 10);
	/* Short queue ids come again; not within the hour. */
	assert_int_equal(op25b_ledger_sweep(f->state, NOON + 3600), 0);
	assert_int_equal(taro(f, NOON + 3600, "13.1", 4), 0);
	assert_int_equal(op25b_ledger_charge(f->state, NOON + 3600, "13.1", "Q1"), 0);
	assert_int_equal(taro_has(f, NOON + 3600), 6);
}

/* A queue id may come again once its message is gone. */
/* The account of a message that is remembered; NULL: it is not. */
static const char *whose_is(struct fixture *f, const char *key)
{
	static char account[OP25B_LEDGER_NAME];
	sqlite3_stmt *statement =
		op25b_state_statement(f->state, "SELECT account FROM ledger_mail WHERE key = ?1");
	int r;

	assert_int_equal(sqlite3_bind_text(statement, 1, key, -1, SQLITE_STATIC), SQLITE_OK);
	r = op25b_state_step(statement);
	if (r == 1)
		snprintf(account, sizeof(account), "%s", sqlite3_column_text(statement, 0));
	sqlite3_reset(statement);
	return r == 1 ? account : NULL;
}

static void a_queue_id_that_comes_again_is_the_new_message(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(taro(f, NOON, "11.1", 4), 0);
	assert_int_equal(op25b_ledger_charge(f->state, NOON, "11.1", "Q1"), 0);
	assert_int_equal(reserve(f, NOON, "12.1", "jiro", ten, NULL, ten, 3), 0);
	assert_int_equal(op25b_ledger_charge(f->state, NOON, "12.1", "Q1"), 0);
	assert_string_equal(whose_is(f, "qQ1"), "jiro");
	assert_int_equal(op25b_ledger_refund(f->state, NOON, "Q1"), 0);
	assert_int_equal(taro_has(f, NOON), 6);
	assert_int_equal(look(f, NOON, OP25B_LEDGER_ACCOUNT, "jiro", ten).free, 10);
}

static void a_message_is_known_until_it_is_gone(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(taro(f, NOON, "11.1", 4), 0);
	assert_int_equal(op25b_ledger_charge(f->state, NOON, "11.1", "Q1"), 0);
	assert_int_equal(op25b_ledger_settle(f->state, "Q1"), 0);
	assert_string_equal(whose_is(f, "qQ1"), "taro");
	assert_int_equal(taro_has(f, NOON), 6);
	assert_int_equal(op25b_ledger_sweep(f->state, NOON + OP25B_LEDGER_MEMORY - 1), 0);
	assert_string_equal(whose_is(f, "qQ1"), "taro");
	assert_int_equal(op25b_ledger_gone(f->state, "Q1"), 0);
	assert_null(whose_is(f, "qQ1"));
}

static void after_ten_minutes_a_reservation_is_given_back(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(taro(f, NOON, "11.1", 4), 0);
	assert_int_equal(taro(f, NOON, "12.1", 4), 0);
	assert_int_equal(op25b_ledger_charge(f->state, NOON + 1, "12.1", "Q2"), 0);
	assert_int_equal(op25b_ledger_sweep(f->state, NOON + 599), 0);
	assert_int_equal(look(f, NOON, OP25B_LEDGER_ACCOUNT, "taro", ten).day_used, 8);
	assert_int_equal(op25b_ledger_sweep(f->state, NOON + 600), 0);
	assert_int_equal(look(f, NOON, OP25B_LEDGER_ACCOUNT, "taro", ten).day_used, 4);
	assert_int_equal(op25b_ledger_charge(f->state, NOON + 601, "11.1", "Q1"), -ENOENT);
	/* A charge that nobody ever said anything more of stays one, and is forgotten. */
	assert_int_equal(op25b_ledger_sweep(f->state, NOON + 1 + OP25B_LEDGER_MEMORY), 0);
	assert_int_equal(op25b_ledger_refund(f->state, NOON, "Q2"), 0);
}

static void a_connection_that_ends_gives_back_what_was_not_charged(void **state)
{
	struct fixture *f = *state;
	struct op25b_prefix other = client;

	other.addr[3] = 2;
	assert_int_equal(taro(f, NOON, "4d2.65.0.1", 2), 0);
	assert_int_equal(op25b_ledger_charge(f->state, NOON, "4d2.65.0.1", "Q1"), 0);
	assert_int_equal(taro(f, NOON, "4d2.65.0.2", 2), 0);
	assert_int_equal(taro(f, NOON, "4d21.65.0.1", 2), 0);
	assert_int_equal(taro(f, NOON, "4d.65.0.1", 2), 0);
	assert_int_equal(op25b_ledger_hung_up(f->state, 0x4d2, &other, 0), 0);
	assert_int_equal(taro_has(f, NOON), 2);
	assert_int_equal(op25b_ledger_hung_up(f->state, 0x4d2, &client, 0), 0);
	assert_int_equal(taro_has(f, NOON), 4);
	assert_int_equal(op25b_ledger_hung_up(f->state, 0x4d2, &client, 0), 0);
	assert_int_equal(taro_has(f, NOON), 4);
}

/* Two mail hosts, one process id, and one client at both. */
static void a_port_tells_connections_of_two_hosts_apart(void **state)
{
	struct fixture *f = *state;
	struct op25b_ledger_ask ask = {
		.client = &client,
		.keys = { { OP25B_LEDGER_ACCOUNT, "taro", ten } },
		.n_keys = 1,
		.recipients = 2,
	};

	begin(f);
	ask.instance = "4d2.65.0.1";
	ask.client_port = 4711;
	assert_int_equal(op25b_ledger_reserve(f->state, NOON, &ask, &full), 0);
	ask.instance = "4d2.66.0.1";
	ask.client_port = 4712;
	assert_int_equal(op25b_ledger_reserve(f->state, NOON, &ask, &full), 0);
	assert_int_equal(taro_has(f, NOON), 6);
	assert_int_equal(op25b_ledger_hung_up(f->state, 0x4d2, &client, 4713), 0);
	assert_int_equal(taro_has(f, NOON), 6);
	assert_int_equal(op25b_ledger_hung_up(f->state, 0x4d2, &client, 4711), 0);
	assert_int_equal(taro_has(f, NOON), 8);
	/* A log that tells no ports. */
	assert_int_equal(op25b_ledger_hung_up(f->state, 0x4d2, &client, 0), 0);
	assert_int_equal(taro_has(f, NOON), 10);
}

/* Too large a mail has no END-OF-MESSAGE: the next one of the connection shows that it is over. */
static void an_smtpd_has_one_mail_at_a_time(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(taro(f, NOON, "4d2.65.0.1", 8), 0);
	assert_int_equal(taro(f, NOON, "4d3.65.0.1", 1), 0);
	assert_int_equal(taro(f, NOON, "4d2.66.0.2", 9), 0);
	assert_int_equal(taro_has(f, NOON), 0);
	assert_int_equal(op25b_ledger_charge(f->state, NOON, "4d2.65.0.1", "Q1"), -ENOENT);
	assert_int_equal(op25b_ledger_charge(f->state, NOON, "4d2.66.0.2", "Q2"), 0);
	assert_int_equal(op25b_ledger_charge(f->state, NOON, "4d3.65.0.1", "Q3"), 0);
}

static void what_was_used_stays_used_under_another_policy(void **state)
{
	struct fixture *f = *state;
	const struct op25b_mail_bucket four = { .burst = 4, .hour = 60, .day = 30 };

	assert_int_equal(taro(f, NOON, "11.1", 6), 0);
	assert_int_equal(reserve(f, NOON, "12.1", "taro", four, NULL, four, 1), 1);
	assert_int_equal(full.until, NOON + 180);
	assert_int_equal(reserve(f, NOON, "12.1", "taro", wide, NULL, wide, 994), 0);
	assert_int_equal(reserve(f, NOON, "13.1", "taro", wide, NULL, wide, 1), 1);
	assert_int_equal(look(f, NOON, OP25B_LEDGER_ACCOUNT, "taro", ten).free, 0);
}

static void a_clock_that_goes_back_opens_nothing_and_locks_for_a_day_at_most(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(taro(f, NOON, "11.1", 10), 0);
	/* An hour back and there again: nothing was refilled. */
	assert_int_equal(taro(f, NOON - 3600, "12.1", 1), 1);
	assert_int_equal(full.until, NOON + 60);
	assert_int_equal(taro(f, NOON, "12.1", 1), 1);
	/* It was a year ahead: the bucket is as it was, and refilled from now on. */
	assert_int_equal(taro(f, NOON - 365 * 86400, "12.1", 1), 1);
	assert_int_equal(full.until, NOON - 365 * 86400 + 60);
	assert_int_equal(taro(f, NOON - 365 * 86400 + 60, "12.1", 1), 0);
	assert_int_equal(
		look(f, NOON - 365 * 86400 + 60, OP25B_LEDGER_ACCOUNT, "taro", ten).day_used, 11);
	assert_int_equal(look(f, NOON - 364 * 86400, OP25B_LEDGER_ACCOUNT, "taro", ten).day_used,
			 11);
	assert_int_equal(
		look(f, NOON - 364 * 86400 + 3600, OP25B_LEDGER_ACCOUNT, "taro", ten).day_used, 0);
}

static void a_clock_that_goes_anywhere_does_no_harm(void **state)
{
	struct fixture *f = *state;
	const struct op25b_mail_bucket most = { UINT32_MAX, UINT32_MAX, UINT32_MAX };
	const int64_t times[] = { INT64_MAX, INT64_MIN, 0, -1, NOON, INT64_MAX / 2, 1, NOON };

	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		assert_int_not_equal(taro(f, times[i], "11.1", 10), -1);
		assert_true(look(f, times[i], OP25B_LEDGER_ACCOUNT, "taro", ten).day_used <= 30);
	}
	assert_int_equal(reserve(f, NOON, "21.1", "most", most, NULL, most, UINT32_MAX), 0);
	assert_int_equal(reserve(f, NOON, "22.1", "most", most, NULL, most, UINT32_MAX), 1);
	assert_int_equal(full.until, NOON + 25 * 3600);
	assert_int_equal(look(f, NOON, OP25B_LEDGER_ACCOUNT, "most", most).free, 0);
}

static void a_key_without_a_bucket_is_not_counted(void **state)
{
	struct fixture *f = *state;
	const struct op25b_mail_bucket none = { 0 };

	assert_int_equal(reserve(f, NOON, "11.1", "taro", none, "L1", ten, 10), 0);
	assert_int_equal(op25b_ledger_charge(f->state, NOON, "11.1", "Q1"), 0);
	assert_string_equal(whose_is(f, "qQ1"), "taro");
	assert_int_equal(taro_has(f, NOON), 10);
	assert_int_equal(op25b_ledger_refund(f->state, NOON, "Q1"), 0);
	assert_int_equal(look(f, NOON, OP25B_LEDGER_LINE, "L1", ten).free, 10);
}

static int64_t count(struct fixture *f, const char *sql)
{
	sqlite3_stmt *statement = op25b_state_statement(f->state, sql);

	assert_int_equal(op25b_state_step(statement), 1);
	return sqlite3_column_int64(statement, 0);
}

static void a_key_is_forgotten_when_no_limit_needs_it(void **state)
{
	static const char sql[] = "SELECT count(*) FROM ledger_use";
	struct fixture *f = *state;
	const struct op25b_mail_bucket slow = { .burst = 1000, .hour = 1, .day = 1000 };

	assert_int_equal(taro(f, NOON, "11.1", 10), 0);
	assert_int_equal(reserve(f, NOON, "12.1", "a", slow, NULL, slow, 720), 0);
	assert_int_equal(op25b_ledger_charge(f->state, NOON, "12.1", "Q2"), 0);
	assert_int_equal(op25b_ledger_sweep(f->state, NOON + 25 * 3600), 0);
	assert_int_equal(count(f, sql), 2);
	assert_int_equal(op25b_ledger_sweep(f->state, NOON + 3 * 86400), 0);
	assert_int_equal(count(f, sql), 1);
	assert_int_equal(look(f, NOON + 29 * 86400, OP25B_LEDGER_ACCOUNT, "a", slow).free, 976);
	assert_int_equal(op25b_ledger_sweep(f->state, NOON + 32 * 86400), 0);
	assert_int_equal(count(f, sql), 0);
}

static void names_that_are_too_long_are_refused(void **state)
{
	struct fixture *f = *state;
	char name[300];

	memset(name, 'x', sizeof(name));
	name[256] = '\0';
	assert_int_equal(reserve(f, NOON, "11.1", name, ten, NULL, ten, 1), -EINVAL);
	assert_int_equal(taro(f, NOON, name, 1), -EINVAL);
	name[255] = '\0';
	assert_int_equal(reserve(f, NOON, "11.1", name, ten, NULL, ten, 1), 0);
	assert_int_equal(op25b_ledger_charge(f->state, NOON, "11.1", name), -EINVAL);
}

static void what_was_committed_survives_and_nothing_else(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(taro(f, NOON, "11.1", 4), 0);
	commit(f);
	assert_int_equal(taro(f, NOON, "12.1", 4), 0);
	reopen(f);
	assert_int_equal(taro_has(f, NOON), 6);
	assert_int_equal(op25b_ledger_charge(f->state, NOON, "12.1", "Q2"), -ENOENT);
	assert_int_equal(op25b_ledger_charge(f->state, NOON, "11.1", "Q1"), 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_bucket_holds_its_burst_and_is_refilled_by_the_hour),
		T(a_refill_in_small_steps_is_what_it_is_in_one),
		T(a_day_is_the_running_hour_and_24_full_ones),
		T(what_a_day_has_no_room_for_waits_for_hours_enough),
		T(a_mail_that_one_key_has_no_room_for_costs_the_other_nothing),
		T(of_two_keys_without_room_the_last_to_have_it_is_told),
		T(the_same_instance_begins_anew),
		T(a_charge_is_given_back_once_and_not_when_settled),
		T(a_message_that_was_refused_before_its_end_is_not_charged),
		T(a_queue_id_that_comes_again_is_the_new_message),
		T(a_message_is_known_until_it_is_gone),
		T(after_ten_minutes_a_reservation_is_given_back),
		T(a_connection_that_ends_gives_back_what_was_not_charged),
		T(a_port_tells_connections_of_two_hosts_apart),
		T(an_smtpd_has_one_mail_at_a_time),
		T(what_was_used_stays_used_under_another_policy),
		T(a_clock_that_goes_back_opens_nothing_and_locks_for_a_day_at_most),
		T(a_clock_that_goes_anywhere_does_no_harm),
		T(a_key_without_a_bucket_is_not_counted),
		T(a_key_is_forgotten_when_no_limit_needs_it),
		T(names_that_are_too_long_are_refused),
		T(what_was_committed_survives_and_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
