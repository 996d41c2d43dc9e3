/* SPDX-License-Identifier: BSD-2-Clause */
/* Attempts by day (000-25) as they are told: op25b.days/1, with means before and after refusing. */
#include "tests/unit/test.h"

#include <stdio.h>
#include <string.h>

#include "daemon/days.h"

#define HOUR  3600
#define DAY   86400
#define APRIL 1806505200 /* 2027-04-01 00:00 in Tokyo */

#define RULE(from, action) "{from: " from ", action: " action "}"
#define COUNT              RULE("2027-03-01", "count")
#define REFUSE             RULE("2027-04-01", "refuse, how: drop")

/* 30 March to 3 April; the 31st in part, and on the 2nd another service came within the day. */
static const char DAYS[] =
	"{\"schema\":\"op25b.days-file/1\",\"boot_id\":\"x\",\"at\":1,\"day\":\"2027-04-03\","
	"\"seen\":{},\"days\":["
	"{\"day\":\"2027-03-29\",\"partly\":false,\"services\":{\"a\":[0,10,0]}},"
	"{\"day\":\"2027-03-30\",\"partly\":false,\"services\":{\"a\":[0,25,0]}},"
	"{\"day\":\"2027-03-31\",\"partly\":true,\"services\":{\"a\":[3,900,0]}},"
	"{\"day\":\"2027-04-01\",\"partly\":false,\"services\":{\"a\":[8,0,0],\"(none)\":[1,0,0]}},"
	"{\"day\":\"2027-04-02\",\"partly\":false,\"services\":{\"a\":[4,0,0],\"b\":[5,0,1]}},"
	"{\"day\":\"2027-04-03\",\"partly\":false,\"services\":{\"a\":[100,0,0],\"b\":[0,0,0]}},"
	"{\"day\":\"2127-04-03\",\"partly\":false,\"services\":{\"a\":[7,0,0]}}]}";

/* At 2027-04-03 12:00; @rules of the service a. */
static json_t *ask(const char *rules, unsigned int n, bool services)
{
	static const char policy_of[] =
		"op25b: 1\ntimezone: Asia/Tokyo\n"
		"destinations: [{id: some, addresses: [192.0.2.0/24]}]\nservices:\n"
		"  - {id: a, addressing: dynamic, pools: [10.1.0.0/24], port25: [%s]}\n"
		"  - {id: b, addressing: dynamic, pools: [10.2.0.0/24], port25: []}\n"
		"  - {id: c, addressing: fixed, pools: [10.3.0.0/24], port25: []}\n";
	struct op25b_days_question question = { .now = APRIL + 2 * DAY + 12 * HOUR,
						.n = n,
						.services = services };
	struct op25b_findings findings;
	struct op25b_policy *policy = NULL;
	struct op25b_wall wall;
	struct op25b_days days;
	json_t *json = json_loads(DAYS, 0, NULL);
	char text[1000];

	snprintf(text, sizeof(text), policy_of, rules);
	if (op25b_policy_load_buffer("p", text, strlen(text), APRIL, &policy, &findings))
		op25b_findings_print(&findings, stderr);
	assert_non_null(policy);
	op25b_findings_free(&findings);
	assert_int_equal(op25b_days_init(&days), 0);
	assert_int_equal(op25b_days_unpack(json, &days), 0);
	json_decref(json);
	assert_int_equal(op25b_wall_make("Asia/Tokyo", &wall), 0);
	question.policy = policy;
	question.wall = &wall;
	json = op25b_days_answer(&days, &question);
	assert_non_null(json);
	op25b_days_done(&days);
	op25b_policy_free(&policy);
	return json;
}

static void is(json_t *json, const char *expected)
{
	char *text = json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(4));

	assert_string_equal(text, expected);
	free(text);
}

static void days_are_told_up_to_today_the_newest_first(void **state)
{
	json_t *json = ask(COUNT "," REFUSE, 3, true);

	(void)state;
	is(json_object_get(json, "days"),
	   "[{\"day\":\"2027-04-03\",\"whole\":false,\"refused\":100,\"counted\":0,\"services\":["
	   "{\"service\":\"a\",\"refused\":100,\"counted\":0,\"whole\":false},"
	   "{\"service\":\"b\",\"refused\":0,\"counted\":0,\"whole\":false}]},"
	   "{\"day\":\"2027-04-02\",\"whole\":false,\"refused\":9,\"counted\":0,\"services\":["
	   "{\"service\":\"a\",\"refused\":4,\"counted\":0,\"whole\":true},"
	   "{\"service\":\"b\",\"refused\":5,\"counted\":0,\"whole\":false}]},"
	   "{\"day\":\"2027-04-01\",\"whole\":true,\"refused\":9,\"counted\":0,\"services\":["
	   "{\"service\":\"a\",\"refused\":8,\"counted\":0,\"whole\":true},"
	   "{\"service\":null,\"refused\":1,\"counted\":0,\"whole\":true}]}]");
	assert_string_equal(json_string_value(json_object_get(json, "today")), "2027-04-03");
	assert_string_equal(json_string_value(json_object_get(json, "timezone")), "Asia/Tokyo");
	json_decref(json);
	json = ask(COUNT, 400, false);
	assert_int_equal(json_array_size(json_object_get(json, "days")), 6);
	is(json_array_get(json_object_get(json, "days"), 5),
	   "{\"day\":\"2027-03-29\",\"whole\":true,\"refused\":0,\"counted\":10}");
	json_decref(json);
}

/* What is said of a, by its rules: of the days that are shown or not. */
static void means_are_of(const char *rules, const char *expected)
{
	json_t *json = ask(rules, 1, false);

	is(json_object_get(json, "services"), expected);
	json_decref(json);
}

#define B                                                                                    \
	",{\"service\":\"b\",\"refuses_from\":null,\"before\":{\"days\":0,\"refused\":null," \
	"\"counted\":null},\"after\":{\"days\":0,\"refused\":null,\"counted\":null}}]"
#define MEANS(from, before, after)                                                   \
	"[{\"service\":\"a\",\"refuses_from\":" from ",\"before\":{\"days\":" before \
	"},\"after\":{\"days\":" after "}}" B
#define NO_MEAN "0,\"refused\":null,\"counted\":null"

static void means_are_of_whole_days_before_and_after_refusing_began(void **state)
{
	(void)state;
	means_are_of(COUNT "," REFUSE, MEANS("\"2027-04-01\"", "2,\"refused\":0.0,\"counted\":17.5",
					     "2,\"refused\":6.0,\"counted\":0.0"));
	/* A day that it began in the midst of is neither. */
	means_are_of(RULE("2027-04-01T09:00:00", "refuse, how: drop"),
		     MEANS("\"2027-04-01\"", "2,\"refused\":0.0,\"counted\":17.5",
			   "1,\"refused\":4.0,\"counted\":0.0"));
	/* It will, but does not yet. */
	means_are_of(COUNT "," RULE("2027-04-04", "refuse, how: drop"),
		     MEANS("null", "4,\"refused\":3.0,\"counted\":8.75", NO_MEAN));
	/* What was refused once, and then opened, does not begin before it was refused again. */
	means_are_of(RULE("2027-01-01", "refuse, how: drop") "," COUNT "," REFUSE,
		     MEANS("\"2027-04-01\"", "2,\"refused\":0.0,\"counted\":17.5",
			   "2,\"refused\":6.0,\"counted\":0.0"));
	/* What opens some destinations does not end it. */
	means_are_of(COUNT "," REFUSE "," RULE("2027-04-02", "allow, to: [some]"),
		     MEANS("\"2027-04-01\"", "2,\"refused\":0.0,\"counted\":17.5",
			   "2,\"refused\":6.0,\"counted\":0.0"));
	means_are_of(RULE("2027-01-01", "refuse, how: drop"),
		     MEANS("\"2027-01-01\"", NO_MEAN, "4,\"refused\":3.0,\"counted\":8.75"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(days_are_told_up_to_today_the_newest_first),
		cmocka_unit_test(means_are_of_whole_days_before_and_after_refusing_began),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
