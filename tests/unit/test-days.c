/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Attempts by day (000-25): readings of counters become days of a time zone, whatever became of the
 * clock, the counters and the file in between.
 */
#include "tests/unit/test.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/days.h"

#define HOUR   3600
#define DAY    86400
#define APRIL  1806505200 /* 2027-04-01 00:00 in Tokyo */
#define MINUTE 60

struct world {
	struct op25b_days days;
	struct op25b_wall wall;
	const char *boot_id;
};

static int set_up_in(void **state, const char *zone)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	assert_int_equal(op25b_days_init(&w->days), 0);
	assert_int_equal(op25b_wall_make(zone, &w->wall), 0);
	w->boot_id = "one";
	*state = w;
	return 0;
}

static int set_up(void **state)
{
	return set_up_in(state, "Asia/Tokyo");
}

static int tear_down(void **state)
{
	struct world *w = *state;

	op25b_days_done(&w->days);
	free(w);
	return 0;
}

static int take_list(struct world *w, int64_t now, const struct op25b_days_counter *list, size_t n)
{
	const struct op25b_days_reading reading = {
		.now = now, .wall = &w->wall, .boot_id = w->boot_id, .list = list, .n = n
	};

	return op25b_days_take(&w->days, &reading);
}

/* Of one service, "a", that a rule limits. */
static int take(struct world *w, int64_t now, uint64_t refused, uint64_t counted)
{
	const struct op25b_days_counter a = { "a", refused, counted, true };

	return take_list(w, now, &a, 1);
}

static json_t *record_of(const struct world *w, const char *day)
{
	json_t *record;
	size_t i;

	json_array_foreach(w->days.days, i, record)
	{
		if (!strcmp(json_string_value(json_object_get(record, "day")), day))
			return record;
	}
	return NULL;
}

static json_int_t number(const struct world *w, const char *day, const char *service, size_t at)
{
	json_t *services = json_object_get(record_of(w, day), "services");
	json_t *entry = json_object_get(services, service);

	return entry ? json_integer_value(json_array_get(entry, at)) : -1;
}

#define REFUSED(day) number(w, day, "a", 0)
#define COUNTED(day) number(w, day, "a", 1)

static bool is_partly(const struct world *w, const char *day)
{
	assert_non_null(record_of(w, day));
	return json_is_true(json_object_get(record_of(w, day), "partly"));
}

static void the_first_reading_is_only_compared_with(void **state)
{
	struct world *w = *state;

	assert_int_equal(take(w, APRIL + HOUR, 1000, 2000), 1);
	assert_int_equal(take(w, APRIL + HOUR + MINUTE, 1000, 2000), 0);
	assert_int_equal(REFUSED("2027-04-01"), 0);
	assert_int_equal(take(w, APRIL + HOUR + 2 * MINUTE, 1003, 2001), 1);
	assert_int_equal(REFUSED("2027-04-01"), 3);
	assert_int_equal(COUNTED("2027-04-01"), 1);
	assert_true(is_partly(w, "2027-04-01"));
}

/* The minute about midnight is the old day's, and a day between two midnights is whole. */
static void a_day_is_one_of_the_zones_clock(void **state)
{
	struct world *w = *state;

	take(w, APRIL - 30, 10, 0);
	take(w, APRIL + 30, 14, 0);
	take(w, APRIL + 90, 15, 0);
	take(w, APRIL + DAY - 30, 16, 0);
	take(w, APRIL + DAY + 30, 17, 0);
	assert_int_equal(json_array_size(w->days.days), 3);
	assert_int_equal(REFUSED("2027-03-31"), 4);
	assert_int_equal(REFUSED("2027-04-01"), 3);
	assert_int_equal(REFUSED("2027-04-02"), 0);
	assert_true(is_partly(w, "2027-03-31"));
	assert_false(is_partly(w, "2027-04-01"));
	assert_false(is_partly(w, "2027-04-02"));
}

static int set_up_in_summer(void **state)
{
	return set_up_in(state, "America/New_York");
}

/* 2027-03-14 has 23 hours there, 2027-11-07 has 25. */
static void days_of_other_lengths_begin_and_end_at_midnight(void **state)
{
	static const struct {
		int64_t first, last;
		const char *day, *next;
	} cases[] = {
		{ 1805000400, 1805000400 + 23 * HOUR, "2027-03-14", "2027-03-15" },
		{ 1825560000, 1825560000 + 25 * HOUR, "2027-11-07", "2027-11-08" },
	};
	struct world *w = *state;
	char day[OP25B_DAYS_TEXT];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_string_equal(op25b_days_of(&w->wall, cases[i].first, day), cases[i].day);
		assert_string_not_equal(op25b_days_of(&w->wall, cases[i].first - 1, day),
					cases[i].day);
		assert_string_equal(op25b_days_of(&w->wall, cases[i].last - 1, day), cases[i].day);
		assert_string_equal(op25b_days_of(&w->wall, cases[i].last, day), cases[i].next);
	}
}

static void after_a_reboot_all_that_was_counted_is_new(void **state)
{
	struct world *w = *state;

	take(w, APRIL - 30, 100, 50);
	take(w, APRIL + 30, 100, 50);
	take(w, APRIL + HOUR, 110, 50);
	w->boot_id = "two";
	assert_int_equal(take(w, APRIL + 2 * HOUR, 120, 51), 1);
	assert_int_equal(REFUSED("2027-04-01"), 130);
	assert_int_equal(COUNTED("2027-04-01"), 51);
	assert_true(is_partly(w, "2027-04-01"));
	/* Over a midnight too: what was counted before it is lost with the boot. */
	take(w, APRIL + DAY - 30, 121, 51);
	take(w, APRIL + DAY + 30, 121, 51);
	assert_false(is_partly(w, "2027-04-02"));
	w->boot_id = "three";
	take(w, APRIL + 2 * DAY + 30, 7, 0);
	assert_int_equal(REFUSED("2027-04-03"), 7);
	assert_true(is_partly(w, "2027-04-02") && is_partly(w, "2027-04-03"));
}

/* Pins that were removed, and made again: `op25bd --detach`. */
static void a_counter_that_is_less_began_anew(void **state)
{
	struct world *w = *state;

	take(w, APRIL + HOUR, 100, 50);
	take(w, APRIL + 2 * HOUR, 3, 60);
	assert_int_equal(REFUSED("2027-04-01"), 3);
	assert_int_equal(COUNTED("2027-04-01"), 60);
}

static void over_a_night_without_op25bd_days_are_left_out(void **state)
{
	struct world *w = *state;

	take(w, APRIL - 30, 10, 0);
	take(w, APRIL + 30, 10, 0);
	take(w, APRIL + HOUR, 11, 0);
	/* Away for some hours of one day: all that came is of it. */
	take(w, APRIL + 20 * HOUR, 50, 0);
	assert_int_equal(REFUSED("2027-04-01"), 40);
	assert_false(is_partly(w, "2027-04-01"));
	take(w, APRIL + 3 * DAY + HOUR, 1050, 0);
	take(w, APRIL + 3 * DAY + 2 * HOUR, 1052, 0);
	assert_true(is_partly(w, "2027-04-01") && is_partly(w, "2027-04-04"));
	assert_null(record_of(w, "2027-04-02"));
	assert_null(record_of(w, "2027-04-03"));
	assert_int_equal(REFUSED("2027-04-01"), 40);
	assert_int_equal(REFUSED("2027-04-04"), 2);
	/* A restart about midnight is no night. */
	take(w, APRIL + 4 * DAY - 100, 1052, 0);
	take(w, APRIL + 4 * DAY + 100, 1060, 0);
	assert_int_equal(REFUSED("2027-04-04"), 10);
	assert_false(is_partly(w, "2027-04-05"));
}

static void a_clock_that_is_set_destroys_no_day(void **state)
{
	struct world *w = *state;

	for (int day = 0; day < 5; day++) {
		take(w, APRIL + day * DAY - 30, 10 * (uint64_t)day, 0);
		take(w, APRIL + day * DAY + 30, 10 * (uint64_t)day, 0);
		take(w, APRIL + day * DAY + 12 * HOUR, 10 * (uint64_t)day + 10, 0);
		take(w, APRIL + (day + 1) * DAY - 30, 10 * (uint64_t)day + 10, 0);
	}
	assert_false(is_partly(w, "2027-04-02"));
	/* Back by three days, on by a century, and right again. */
	take(w, APRIL + DAY + HOUR, 51, 0);
	take(w, APRIL + DAY + 2 * HOUR, 52, 0);
	assert_int_equal(REFUSED("2027-04-02"), 11);
	assert_true(is_partly(w, "2027-04-02") && is_partly(w, "2027-04-05"));
	take(w, APRIL + 25569 * (int64_t)DAY, 53, 0);
	take(w, APRIL + 5 * DAY - 20, 54, 0);
	take(w, APRIL + 5 * DAY - 10, 55, 0);
	assert_int_equal(REFUSED("2027-04-05"), 11);
	for (int day = 0; day < 5; day++) {
		char text[OP25B_DAYS_TEXT];

		assert_true(REFUSED(op25b_days_of(&w->wall, APRIL + day * DAY, text)) >= 10);
	}
	/* A second back in the same day is nothing. */
	assert_false(is_partly(w, "2027-04-04"));
	take(w, APRIL + 5 * DAY - 11, 56, 0);
	assert_int_equal(REFUSED("2027-04-05"), 12);
}

static void the_400_newest_days_are_kept(void **state)
{
	struct world *w = *state;

	for (int day = 0; day < 405; day++)
		take(w, APRIL + day * (int64_t)DAY, (uint64_t)day, 0);
	assert_int_equal(json_array_size(w->days.days), OP25B_DAYS_MOST);
	assert_null(record_of(w, "2027-04-05"));
	assert_non_null(record_of(w, "2027-04-06"));
	assert_non_null(record_of(w, "2028-05-09"));
	/* A clock without a battery: no newer day makes room for it. */
	take(w, 0, 405, 0);
	take(w, MINUTE, 406, 0);
	assert_null(record_of(w, "1970-01-01"));
	assert_non_null(record_of(w, "2027-04-06"));
}

static void services_come_and_go(void **state)
{
	const struct op25b_days_counter first[] = { { "a", 5, 0, true }, { "b", 7, 0, false } };
	const struct op25b_days_counter both[] = { { "a", 6, 0, true },
						   { "b", 7, 0, false },
						   { "c", 3, 0, true } };
	const struct op25b_days_counter less[] = { { "a", 6, 0, true }, { "b", 8, 0, false } };
	const struct op25b_days_counter again[] = { { "a", 6, 0, true },
						    { "b", 8, 0, false },
						    { "c", 4, 0, true } };
	struct world *w = *state;

	take_list(w, APRIL - 30, first, 2);
	take_list(w, APRIL + 30, first, 2);
	assert_int_equal(number(w, "2027-04-01", "b", 0), -1);
	/* New: its counter was cleared. */
	take_list(w, APRIL + 90, both, 3);
	assert_int_equal(number(w, "2027-04-01", "c", 0), 3);
	assert_int_equal(number(w, "2027-04-01", "c", 2), 1);
	assert_int_equal(number(w, "2027-04-01", "a", 2), 0);
	/* No rule limits b, but there are holds: that is told, and is all there was. */
	take_list(w, APRIL + HOUR, less, 2);
	assert_int_equal(number(w, "2027-04-01", "b", 0), 1);
	assert_int_equal(number(w, "2027-04-01", "b", 2), 0);
	/* Gone and back, with another counter. */
	take_list(w, APRIL + 2 * HOUR, again, 3);
	assert_int_equal(number(w, "2027-04-01", "c", 0), 7);
	assert_null(json_object_get(w->days.seen, "d"));
}

/* At midnight both days have their rule in whole; else the day has it in part. */
static void a_rule_begins_with_a_day_or_within_it(void **state)
{
	struct op25b_days_counter a = { "a", 0, 0, false };
	struct world *w = *state;

	take_list(w, APRIL - DAY - 30, &a, 1);
	take_list(w, APRIL - DAY + 30, &a, 1);
	take_list(w, APRIL - 30, &a, 1);
	a = (struct op25b_days_counter){ "a", 2, 0, true };
	assert_int_equal(take_list(w, APRIL, &a, 1), 1);
	/* What slipped in between does not make the day before one of refusals. */
	assert_int_equal(number(w, "2027-03-31", "a", 0), 2);
	assert_int_equal(number(w, "2027-03-31", "a", 2), 1);
	assert_int_equal(number(w, "2027-04-01", "a", 0), 0);
	assert_int_equal(number(w, "2027-04-01", "a", 2), 0);
	a.limited = false;
	assert_int_equal(take_list(w, APRIL + HOUR, &a, 1), 1);
	assert_int_equal(number(w, "2027-04-01", "a", 2), 1);
}

static void the_file_brings_all_of_it_back(void **state)
{
	struct world *w = *state;
	struct op25b_days read;
	json_t *json;

	take(w, APRIL - 30, 10, 20);
	take(w, APRIL + 30, 11, 21);
	json = op25b_days_pack(&w->days);
	assert_int_equal(op25b_days_init(&read), 0);
	assert_int_equal(op25b_days_unpack(json, &read), 0);
	json_decref(json);
	op25b_days_done(&w->days);
	w->days = read;
	/* Killed, and started again: the counters went on. */
	take(w, APRIL + HOUR, 15, 21);
	assert_int_equal(REFUSED("2027-03-31"), 1);
	assert_int_equal(REFUSED("2027-04-01"), 4);
	assert_false(is_partly(w, "2027-04-01"));
}

#define FILE_OF(seen, days)                                                                    \
	"{\"schema\":\"op25b.days-file/1\",\"boot_id\":\"x\",\"at\":1,\"day\":\"2027-04-01\"," \
	"\"seen\":" seen ",\"days\":" days "}"
#define ONE_DAY(day, services) "{\"day\":\"" day "\",\"partly\":false,\"services\":" services "}"

static void a_damaged_file_is_refused(void **state)
{
	static const char good[] = FILE_OF("{\"a\":[1,2,1]}", "[" ONE_DAY("2027-04-01", "{}") "]");
	static const char *const damaged[] = {
		"[]",
		"{}",
		FILE_OF("[]", "[]"),
		FILE_OF("{\"a\":[1,2]}", "[]"),
		FILE_OF("{\"a\":[1,2,2]}", "[]"),
		FILE_OF("{\"a\":[-1,2,0]}", "[]"),
		FILE_OF("{\"a\":[1.5,2,0]}", "[]"),
		FILE_OF("{}", "{}"),
		FILE_OF("{}", "[7]"),
		FILE_OF("{}", "[" ONE_DAY("2027-02-30", "{}") "]"),
		FILE_OF("{}", "[" ONE_DAY("2027-4-1", "{}") "]"),
		FILE_OF("{}", "[" ONE_DAY("2027-04-01", "{\"a\":7}") "]"),
		FILE_OF("{}", "[" ONE_DAY("2027-04-02", "{}") "," ONE_DAY("2027-04-01", "{}") "]"),
		FILE_OF("{}", "[" ONE_DAY("2027-04-01", "{}") "," ONE_DAY("2027-04-01", "{}") "]"),
	};
	struct world *w = *state;
	json_t *json = json_loads(good, 0, NULL);

	assert_int_equal(op25b_days_unpack(json, &w->days), 0);
	json_decref(json);
	for (size_t i = 0; i < sizeof(damaged) / sizeof(damaged[0]); i++) {
		json = json_loads(damaged[i], 0, NULL);
		assert_non_null(json);
		assert_int_equal(op25b_days_unpack(json, &w->days), -EBADMSG);
		json_decref(json);
	}
	assert_non_null(record_of(w, "2027-04-01"));
}

static int memory_left = -1;

static void *allocate(size_t size)
{
	if (!memory_left)
		return NULL;
	memory_left -= memory_left > 0;
	return malloc(size);
}

static void without_memory_nothing_counts_twice(void **state)
{
	const struct op25b_days_counter before[] = { { "a", 10, 0, true } };
	const struct op25b_days_counter after[] = { { "a", 13, 0, true }, { "b", 4, 1, true } };
	struct world *w = *state;

	json_set_alloc_funcs(allocate, free);
	for (int rebooted = 0; rebooted < 2; rebooted++) {
		int r = -ENOMEM;

		for (int left = 0; r < 0; left++) {
			op25b_days_done(&w->days);
			assert_int_equal(op25b_days_init(&w->days), 0);
			w->boot_id = "one";
			assert_true(take_list(w, APRIL + HOUR, before, 1) >= 0);
			w->boot_id = rebooted ? "two" : "one";
			memory_left = left;
			r = take_list(w, APRIL + 2 * HOUR, after, 2);
			memory_left = -1;
			assert_true(take_list(w, APRIL + 2 * HOUR, after, 2) >= 0);
			assert_int_equal(REFUSED("2027-04-01"), rebooted ? 13 : 3);
			assert_int_equal(number(w, "2027-04-01", "b", 0), 4);
			assert_true(left < 1000);
		}
	}
	json_set_alloc_funcs(malloc, free);
}

int main(void)
{
#define IN_TOKYO(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		IN_TOKYO(the_first_reading_is_only_compared_with),
		IN_TOKYO(a_day_is_one_of_the_zones_clock),
		cmocka_unit_test_setup_teardown(days_of_other_lengths_begin_and_end_at_midnight,
						set_up_in_summer, tear_down),
		IN_TOKYO(after_a_reboot_all_that_was_counted_is_new),
		IN_TOKYO(a_counter_that_is_less_began_anew),
		IN_TOKYO(over_a_night_without_op25bd_days_are_left_out),
		IN_TOKYO(a_clock_that_is_set_destroys_no_day),
		IN_TOKYO(the_400_newest_days_are_kept),
		IN_TOKYO(services_come_and_go),
		IN_TOKYO(a_rule_begins_with_a_day_or_within_it),
		IN_TOKYO(the_file_brings_all_of_it_back),
		IN_TOKYO(a_damaged_file_is_refused),
		IN_TOKYO(without_memory_nothing_counts_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
