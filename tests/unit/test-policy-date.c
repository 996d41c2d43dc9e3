/* SPDX-License-Identifier: BSD-2-Clause */
/* Dates to instants; the expected ones were worked out with another zone library. */
#include "tests/unit/test.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "policy/date.h"
#include "policy/duration.h"

#define HOUR 3600
#define DAY  86400

struct sample {
	const char *zone, *text;
	int64_t from, until;
};

static void check_samples(const struct sample *samples, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct sample *s = &samples[i];
		struct op25b_zone zone = { 0 };
		int64_t from = -1, until = -1;

		if (s->zone)
			assert_int_equal(op25b_zone_enter(&zone, s->zone), 0);
		assert_int_equal(op25b_date_parse(s->text, &zone, false, &from), OP25B_DATE_FINE);
		assert_int_equal(op25b_date_parse(s->text, &zone, true, &until), OP25B_DATE_FINE);
		op25b_zone_leave(&zone);
		assert_true(from == s->from);
		assert_true(until == s->until);
	}
}

#define CHECK(samples) check_samples(samples, sizeof(samples) / sizeof((samples)[0]))

static void a_bare_date_begins_at_midnight_and_until_includes_its_day(void **state)
{
	static const struct sample samples[] = {
		{ "Asia/Tokyo", "2027-04-01", 1806505200, 1806505200 + DAY },
		{ "Asia/Kathmandu", "2027-01-01", 1798740900, 1798740900 + DAY },
		{ "Pacific/Kiritimati", "2027-01-01", 1798711200, 1798711200 + DAY },
		{ "Pacific/Pago_Pago", "2027-01-01", 1798801200, 1798801200 + DAY },
		{ "UTC", "1970-01-01", 0, DAY },
		{ "UTC", "9999-12-31", 253402214400, 253402214400 + DAY },
	};

	(void)state;
	CHECK(samples);
}

static void leap_days_exist_in_leap_years_only(void **state)
{
	static const struct sample samples[] = {
		{ "UTC", "2028-02-29", 1835395200, 1835481600 },
		{ "UTC", "2100-03-01", 4107542400, 4107542400 + DAY },
		{ "UTC", "2000-02-29", 951782400, 951782400 + DAY },
	};
	int64_t t;

	(void)state;
	CHECK(samples);
	assert_int_equal(op25b_date_parse("2027-02-29Z", NULL, false, &t), OP25B_DATE_NO_SUCH_DAY);
	assert_int_equal(op25b_date_parse("2100-02-29Z", NULL, false, &t), OP25B_DATE_NO_SUCH_DAY);
}

static void days_of_clock_changes_have_23_and_25_hours(void **state)
{
	static const struct sample samples[] = {
		{ "Europe/Berlin", "2027-03-28", 1806188400, 1806188400 + 23 * HOUR },
		{ "Europe/Berlin", "2027-10-31", 1824933600, 1824933600 + 25 * HOUR },
	};

	(void)state;
	CHECK(samples);
}

static void a_day_without_midnight_begins_with_its_first_instant(void **state)
{
	static const struct sample samples[] = {
		{ "Africa/Cairo", "2024-04-26", 1714082400, 1714165200 },
		{ "Africa/Cairo", "2024-04-25", 1713996000, 1714082400 },
		{ "America/Sao_Paulo", "2018-11-04", 1541300400, 1541300400 + 23 * HOUR },
		{ "America/Sao_Paulo", "2018-02-17", 1518832800, 1518922800 },
	};

	(void)state;
	CHECK(samples);
}

static void a_day_that_a_zone_skipped_does_not_exist(void **state)
{
	static const struct sample before = { "Pacific/Apia", "2011-12-29", 1325152800,
					      1325239200 };
	struct op25b_zone zone = { 0 };
	int64_t t = 7;

	(void)state;
	check_samples(&before, 1);
	assert_int_equal(op25b_zone_enter(&zone, "Pacific/Apia"), 0);
	assert_int_equal(op25b_date_parse("2011-12-30", &zone, false, &t), OP25B_DATE_SKIPPED);
	assert_int_equal(t, 7);
	op25b_zone_leave(&zone);
}

static void a_time_that_comes_twice_is_its_first_and_one_jumped_over_is_none(void **state)
{
	static const struct sample twice[] = {
		{ "Europe/Berlin", "2027-10-31T02:30", 1824942600, 1824942600 },
		{ "Australia/Lord_Howe", "2027-04-04 01:45", 1806763500, 1806763500 },
	};
	struct op25b_zone zone = { 0 };
	int64_t t;

	(void)state;
	CHECK(twice);
	assert_int_equal(op25b_zone_enter(&zone, "Europe/Berlin"), 0);
	assert_int_equal(op25b_date_parse("2027-03-28T02:00", &zone, false, &t),
			 OP25B_DATE_SKIPPED);
	assert_int_equal(op25b_date_parse("2027-03-28T02:59:59", &zone, false, &t),
			 OP25B_DATE_SKIPPED);
	assert_int_equal(op25b_date_parse("2027-03-28T03:00", &zone, false, &t), OP25B_DATE_FINE);
	assert_true(t == 1806188400 + 2 * HOUR);
	op25b_zone_leave(&zone);
}

static void an_offset_needs_no_zone_and_beats_the_one_there_is(void **state)
{
	static const struct sample samples[] = {
		{ NULL, "2027-04-01T00:00:00+09:00", 1806505200, 1806505200 },
		{ NULL, "2027-04-01 00:00 +0900", 1806505200, 1806505200 },
		{ "Europe/Berlin", "2027-04-01t00:00+09", 1806505200, 1806505200 },
		{ "Europe/Berlin", "2027-03-28T02:30Z", 1806201000, 1806201000 },
		{ NULL, "2027-04-01+09:00", 1806505200, 1806505200 + DAY },
		{ NULL, "2027-03-31T11:30:15-03:30", 1806505215, 1806505215 },
	};
	int64_t t;

	(void)state;
	CHECK(samples);
	assert_int_equal(op25b_date_parse("2027-04-01", NULL, false, &t), OP25B_DATE_NO_ZONE);
}

static void what_is_no_date_is_refused(void **state)
{
	static const char *const malformed[] = {
		"",
		"2027",
		"2027-04",
		"27-04-01",
		"2027-4-1",
		"2027/04/01",
		"2027-04-01x",
		"2027-04-01T",
		"2027-04-01T9",
		"2027-04-01 ",
		"20270401",
		"2027-04-01T09:00x",
		"2027-04-01T09:00+",
		"-027-04-01",
		"2027-04-01T09:00+9",
		"2027-04-01T09:00+16:00",
		"2027-04-01T09:00+09:60",
		"2027-04-01T0900",
		"2027-04-01T09:00:0",
		"2027-04-01T09:00:00.5",
		"tomorrow",
	};
	int64_t t;

	(void)state;
	for (size_t i = 0; i < sizeof(malformed) / sizeof(malformed[0]); i++)
		assert_int_equal(op25b_date_parse(malformed[i], NULL, false, &t),
				 OP25B_DATE_MALFORMED);
	assert_int_equal(op25b_date_parse("2027-00-01Z", NULL, false, &t), OP25B_DATE_NO_SUCH_DAY);
	assert_int_equal(op25b_date_parse("2027-04-31Z", NULL, false, &t), OP25B_DATE_NO_SUCH_DAY);
	assert_int_equal(op25b_date_parse("2027-04-01T24:00Z", NULL, false, &t),
			 OP25B_DATE_NO_SUCH_TIME);
	assert_int_equal(op25b_date_parse("2027-04-01T23:59:60Z", NULL, false, &t),
			 OP25B_DATE_NO_SUCH_TIME);
	assert_int_equal(op25b_date_parse("1969-12-31Z", NULL, false, &t), OP25B_DATE_OUT_OF_RANGE);
}

static void entering_a_zone_leaves_the_process_as_it_was(void **state)
{
	struct op25b_zone zone = { 0 };
	time_t noon = 1806505200;
	struct tm before, after;
	int64_t t;

	(void)state;
	setenv("TZ", ":America/New_York", 1);
	tzset();
	localtime_r(&noon, &before);
	assert_int_equal(op25b_zone_enter(&zone, "Asia/Tokyo"), 0);
	op25b_zone_leave(&zone);
	assert_int_equal(op25b_date_parse_in("2027-04-01", "Asia/Tokyo", &t), 0);
	assert_true(t == noon);
	localtime_r(&noon, &after);
	assert_string_equal(getenv("TZ"), ":America/New_York");
	assert_int_equal(before.tm_hour, after.tm_hour);

	unsetenv("TZ");
	assert_int_equal(op25b_zone_enter(&zone, "Asia/Tokyo"), 0);
	op25b_zone_leave(&zone);
	assert_null(getenv("TZ"));
}

static void a_zone_that_is_not_in_the_database_is_not_utc(void **state)
{
	struct op25b_zone zone = { 0 };
	int64_t t;

	(void)state;
	assert_int_equal(op25b_zone_enter(&zone, "Asia/Tokio"), -ENOENT);
	assert_int_equal(op25b_zone_enter(&zone, "Asia"), -ENOENT);
	assert_int_equal(op25b_zone_enter(&zone, "tzdata.zi"), -EINVAL);
	assert_int_equal(op25b_zone_enter(&zone, "/etc/localtime"), -EINVAL);
	assert_int_equal(op25b_zone_enter(&zone, ""), -EINVAL);
	assert_false(zone.entered);
	assert_int_equal(op25b_date_parse_in("2027-04-01", "Asia/Tokio", &t), -EINVAL);
	assert_int_equal(op25b_date_parse_in("2027-04-01", NULL, &t), -EINVAL);
}

static void lengths_of_time_are_whole_numbers_with_a_unit(void **state)
{
	static const struct {
		const char *text;
		int64_t seconds;
	} good[] = { { "1s", 1 },
		     { "90s", 90 },
		     { "10m", 600 },
		     { "36h", 129600 },
		     { "180d", 15552000 },
		     { "007d", 604800 },
		     { "999999999d", INT64_C(86399999913600) } };
	static const char *const bad[] = { "",     "d",    "0s",          "000d", "1",  "-1d",
					   "+1d",  "1 d",  " 1d",         "1d ",  "1D", "1w",
					   "1.5h", "1d2h", "1000000000s", "s1" };
	int64_t seconds = 7;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(op25b_duration_parse(good[i].text, &seconds), 0);
		assert_true(seconds == good[i].seconds);
	}
	seconds = 7;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(op25b_duration_parse(bad[i], &seconds), -EINVAL);
	assert_true(seconds == 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bare_date_begins_at_midnight_and_until_includes_its_day),
		cmocka_unit_test(leap_days_exist_in_leap_years_only),
		cmocka_unit_test(days_of_clock_changes_have_23_and_25_hours),
		cmocka_unit_test(a_day_without_midnight_begins_with_its_first_instant),
		cmocka_unit_test(a_day_that_a_zone_skipped_does_not_exist),
		cmocka_unit_test(a_time_that_comes_twice_is_its_first_and_one_jumped_over_is_none),
		cmocka_unit_test(an_offset_needs_no_zone_and_beats_the_one_there_is),
		cmocka_unit_test(what_is_no_date_is_refused),
		cmocka_unit_test(entering_a_zone_leaves_the_process_as_it_was),
		cmocka_unit_test(a_zone_that_is_not_in_the_database_is_not_utc),
		cmocka_unit_test(lengths_of_time_are_whole_numbers_with_a_unit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
