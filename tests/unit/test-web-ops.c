/* SPDX-License-Identifier: BSD-2-Clause */
/* Counters once a minute, and what /ops makes of them: charts with the same figures as tables. */
#include "tests/unit/web-world.h"

#include <string.h>

#include "web/samples.h"

#define NOW (START - START % 60)

static void add(struct op25b_samples *samples, int64_t now, int refused, int counted, int open)
{
	json_t *answer = json_pack(
		"{s:[{s:s, s:s, s:s, s:i}, {s:s, s:s, s:s, s:i}, {s:s, s:s, s:s, s:i},"
		" {s:s, s:s, s:s, s:i}, {s:s, s:s, s:s, s:i}, {s:i}]}",
		"counters", "service", "a", "verdict", "refuse", "reason", "foreign-server",
		"packets", refused - 1, "service", "b", "verdict", "refuse", "reason", "hold",
		"packets", 1, "service", "a", "verdict", "count", "reason", "foreign-server",
		"packets", counted, "service", "a", "verdict", "pass", "reason",
		"designated-server", "packets", open, "service", "a", "verdict", "pass", "reason",
		"unrestricted", "packets", 1000, "packets", 7);

	assert_non_null(answer);
	op25b_samples_add(samples, now, answer);
	json_decref(answer);
}

static void one_sample_is_taken_a_minute(void **state)
{
	struct op25b_samples samples = { .n = 0 };

	(void)state;
	add(&samples, NOW + 59, 10, 20, 30);
	add(&samples, NOW + 60, 11, 21, 31);
	add(&samples, NOW + 119, 12, 22, 32);
	assert_int_equal(samples.n, 2);
	assert_int_equal(samples.list[0].refused, 10);
	assert_int_equal(samples.list[1].at, NOW + 60);
	assert_int_equal(samples.list[1].refused, 11);
	assert_int_equal(samples.list[1].counted, 21);
	assert_int_equal(samples.list[1].open, 31);
}

static void the_oldest_go_when_there_is_no_room(void **state)
{
	struct op25b_samples samples = { .n = 0 };

	(void)state;
	for (int i = 0; i < (int)OP25B_SAMPLES + 5; i++)
		add(&samples, NOW + 60 * i, 10 + i, 0, 0);
	assert_int_equal(samples.n, OP25B_SAMPLES);
	assert_int_equal(samples.list[0].at, NOW + 60 * 5);
	assert_int_equal(samples.list[0].refused, 15);
	assert_int_equal(samples.list[OP25B_SAMPLES - 1].refused, 10 + OP25B_SAMPLES + 4);
}

/* Counters that begin anew, of any kind, and a clock that was set back. */
static void what_can_not_be_compared_begins_anew(void **state)
{
	static const struct {
		int64_t after;
		int refused, counted, open;
		size_t n;
	} cases[] = {
		{ 60, 10, 20, 30, 2 }, { 60, 9, 20, 30, 1 },     { 60, 10, 19, 30, 1 },
		{ 60, 10, 20, 29, 1 }, { -3600, 99, 99, 99, 1 }, { 7200, 10, 20, 30, 2 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct op25b_samples samples = { .n = 0 };

		add(&samples, NOW, 10, 20, 30);
		add(&samples, NOW + cases[i].after, cases[i].refused, cases[i].counted,
		    cases[i].open);
		assert_int_equal(samples.n, cases[i].n);
		assert_int_equal(samples.list[samples.n - 1].at, NOW + cases[i].after);
	}
}

static const char *ops(struct web_world *w, const struct op25b_samples *samples)
{
	w->facts.status.samples = samples;
	return web_world_staff(w, "/ops/?lang=en", NOW + 600);
}

static size_t times(const char *page, const char *text)
{
	size_t n = 0;

	for (const char *at = page; (at = strstr(at, text)); at++)
		n++;
	return n;
}

static void before_two_samples_there_is_no_chart(void **state)
{
	struct op25b_samples samples = { .n = 0 };

	page_has_not(ops(*state, NULL), "<svg");
	add(&samples, NOW, 10, 20, 30);
	page_has_not(ops(*state, &samples), "<svg");
	page_has(ops(*state, &samples), "No figures yet");
}

/* 000-05: the operator's graph of what was refused. */
static void charts_say_what_their_tables_say(void **state)
{
	struct op25b_samples samples = { .n = 0 };
	const char *page;

	add(&samples, NOW, 10, 20, 30);
	add(&samples, NOW + 60, 14, 20, 30);
	add(&samples, NOW + 120, 22, 20, 31);
	page = ops(*state, &samples);
	/* 4 and 8 of at most 8: half way up, then the top. */
	page_has(page, "points=\"0.0,80.0 720.0,0.0\"");
	page_has(page, "<svg class=\"chart\" viewBox=\"-4 -4 728 168\" role=\"img\" "
		       "aria-labelledby=\"refused-t refused-d\">\n"
		       "<title id=\"refused-t\">Refused</title>\n"
		       "<desc id=\"refused-d\">Most in a minute: 8; in the last minute: 8; since ");
	page_has(page, "</td><td>8</td></tr>\n<tr><td>");
	page_has(page, "</td><td>4</td></tr>\n</tbody>");
	/* Nothing at all is a line on the ground. */
	page_has(page, "points=\"0.0,160.0 720.0,160.0\"");
	assert_int_equal(times(page, "<svg"), 3);
	assert_int_equal(times(page, "<details>"), 3);
	page_has_not(page, "nan");
}

/* op25bd was away for ten minutes: the jump is spread over them. */
static void a_gap_is_no_peak(void **state)
{
	struct op25b_samples samples = { .n = 0 };
	const char *page;

	add(&samples, NOW, 10, 0, 0);
	add(&samples, NOW + 600, 110, 0, 0);
	page = ops(*state, &samples);
	page_has(page, "Most in a minute: 10; in the last minute: 10;");
	/* One value: no time to spread it over. */
	page_has(page, "points=\"0.0,0.0\"");
}

static void tables_have_the_newest_half_hour(void **state)
{
	struct op25b_samples samples = { .n = 0 };
	const char *page;

	for (int i = 0; i < 100; i++)
		add(&samples, NOW + 60 * i, 10 + i * i, 0, 0);
	page = ops(*state, &samples);
	page_has(page, "<td>197</td>");
	page_has(page, "<td>139</td>");
	page_has_not(page, "<td>137</td>");
}

static void the_history_is_told_in_words(void **state)
{
	struct web_world *w = *state;
	json_t *status = json_pack("{s:[{s:i, s:s, s:s, s:s}, {s:i, s:s, s:s, s:s}]}", "history",
				   "number", 7, "at", "2027-04-01T00:00:00Z", "digest",
				   "0123456789abcdef", "what", "rolled-back", "number", 8, "at",
				   "2027-03-01T00:00:00Z", "digest", "<b>", "what", "<i>");
	const char *page;

	w->facts.status.gateway = status;
	page = ops(w, NULL);
	page_has(page, "<tr><td>2027-04-01T00:00:00Z</td><td>Gone back, by hand</td><td>7</td>"
		       "<td>0123456789abcdef</td></tr>");
	/* Of an op25bd that knows more words: as it said it. */
	page_has(page, "<td>&lt;i&gt;</td><td>8</td><td>&lt;b&gt;</td>");
	w->facts.status.gateway = NULL;
	json_decref(status);
}

static json_t *some_days(void)
{
	static const char text[] =
		"{\"days\":["
		"{\"day\":\"2027-04-04\",\"whole\":false,\"refused\":1,\"counted\":90},"
		"{\"day\":\"2027-04-03\",\"whole\":true,\"refused\":6,\"counted\":80},"
		"{\"day\":\"2027-04-01\",\"whole\":true,\"refused\":12,\"counted\":70},"
		"{\"day\":\"2027-03-31\",\"whole\":true,\"refused\":0,\"counted\":60}],"
		"\"services\":["
		"{\"service\":\"a&b\",\"refuses_from\":\"2027-04-01\","
		"\"before\":{\"days\":1,\"refused\":0.0,\"counted\":60.0},"
		"\"after\":{\"days\":2,\"refused\":9.0,\"counted\":75.04}},"
		"{\"service\":\"c\",\"refuses_from\":null,"
		"\"before\":{\"days\":0,\"refused\":null,\"counted\":null},"
		"\"after\":{\"days\":0,\"refused\":null,\"counted\":null}}]}";
	json_t *json = json_loads(text, 0, NULL);

	assert_non_null(json);
	return json;
}

/* 000-25: attempts by day, before and after. */
static void days_are_shown_as_op25bd_has_them(void **state)
{
	struct web_world *w = *state;
	json_t *days = some_days();
	const char *page;

	w->facts.status.days = days;
	page = ops(w, NULL);
	page_has(page,
		 "<h2>Packets to port 25 per day</h2>\n<p>These are packets, not connections.");
	page_has(page, "<tr><td>4 April 2027 *</td><td>1</td><td>90</td></tr>\n"
		       "<tr><td>3 April 2027</td><td>6</td><td>80</td></tr>\n"
		       "<tr><td>1 April 2027</td><td>12</td><td>70</td></tr>\n");
	page_has(page, "<p>* The day is not over, or was watched in part only.");
	/* Whole days, at their place: a day that is missing takes its room. */
	page_has(page, "points=\"0.0,160.0 240.0,0.0 720.0,80.0\"");
	page_has(page, "Most on a day: 12; on the last whole day: 6; since 31 March 2027.");
	page_has(page, "<th scope=\"row\">a&amp;b</th><td>1 April 2027</td><td>1</td><td>0.0</td>"
		       "<td>60.0</td><td>2</td><td>9.0</td><td>75.0</td></tr>");
	page_has(page, "<th scope=\"row\">c</th><td>-</td><td>0</td><td>-</td><td>-</td>"
		       "<td>0</td><td>-</td><td>-</td></tr>");
	page = web_world_staff(w, "/ops/?lang=ja", NOW);
	page_has(page, "<h2>25番ポートへのパケット（1日ごと）</h2>");
	page_has(page, "<td>2027年4月4日 *</td>");
	page_has(page, "拒否の開始前と開始後");
	w->facts.status.days = NULL;
	page_has_not(ops(w, NULL), "per day");
	json_decref(days);
}

/* Of another op25bd, or of none: nothing is read that is not there. */
static void odd_days_are_shown_as_far_as_they_go(void **state)
{
	static const char *const odd[] = {
		"{}",
		"{\"days\":[]}",
		"{\"days\":7,\"services\":{}}",
		("{\"days\":[7,{\"day\":\"2027-13-01\",\"whole\":true},"
		 "{\"day\":\"<b>\"}],\"services\":[7]}"),
	};
	struct web_world *w = *state;

	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		json_t *days = json_loads(odd[i], 0, NULL);
		const char *page;

		assert_non_null(days);
		w->facts.status.days = days;
		page = ops(w, NULL);
		page_has(page, "No figures yet: a whole day is needed.");
		page_has_not(page, "<b>");
		json_decref(days);
	}
	w->facts.status.days = NULL;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_sample_is_taken_a_minute),
		cmocka_unit_test(the_oldest_go_when_there_is_no_room),
		cmocka_unit_test(what_can_not_be_compared_begins_anew),
		cmocka_unit_test_setup_teardown(before_two_samples_there_is_no_chart,
						web_world_setup, web_world_teardown),
		cmocka_unit_test_setup_teardown(charts_say_what_their_tables_say, web_world_setup,
						web_world_teardown),
		cmocka_unit_test_setup_teardown(a_gap_is_no_peak, web_world_setup,
						web_world_teardown),
		cmocka_unit_test_setup_teardown(tables_have_the_newest_half_hour, web_world_setup,
						web_world_teardown),
		cmocka_unit_test_setup_teardown(days_are_shown_as_op25bd_has_them, web_world_setup,
						web_world_teardown),
		cmocka_unit_test_setup_teardown(odd_days_are_shown_as_far_as_they_go,
						web_world_setup, web_world_teardown),
		cmocka_unit_test_setup_teardown(the_history_is_told_in_words, web_world_setup,
						web_world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
