/* SPDX-License-Identifier: BSD-2-Clause */
/* What holds now where a page speaks in general: on the reader's line, and of receiving. */
#include "tests/unit/web-world.h"

#include <stdio.h>
#include <string.h>

#include "policy/prefix.h"
#include "web/status.h"

#define FIXED "203.0.113.5"

/* The outcome that leads on /line. */
static void lead_of(struct web_world *w, const char *address, int64_t now, char ret[64])
{
	const char *page = web_world_get(w, "/en/line", address, "", now);
	const char *found = strstr(page, "data-outcome=\"");

	assert_non_null(found);
	assert_int_equal(sscanf(found, "data-outcome=\"%63[a-z-]", ret), 1);
}

/* Every outcome that says how a line is, on every kind of line. */
static void check_lines(struct web_world *w, int64_t now)
{
	static const char *const lines[] = { POOL, SIX, EXEMPT, HELD, DIALUP, SHARED, FIXED };
	static const char *const outcomes[] = { "ok-line",
						"ok-exempt",
						"ok-until-start",
						"ok-counted",
						"affected-some-destinations",
						"cannot-tell-elsewhere",
						"cannot-tell-shared" };
	char lead[64], path[80], note[96];

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		lead_of(w, lines[i], now, lead);
		snprintf(note, sizeof(note), "data-now=\"%s\"", lead);
		for (size_t j = 0; j < sizeof(outcomes) / sizeof(outcomes[0]); j++) {
			const char *page;

			snprintf(path, sizeof(path), "/en/o/%s", outcomes[j]);
			page = web_world_get(w, path, lines[i], "", now);
			if (strcmp(outcomes[j], lead))
				page_has(page, note);
			else
				page_has_not(page, "data-now");
			page_has_not(web_world_get(w, path, STRANGER, "", now), "data-now");
		}
	}
}

static void who_reads_what_is_not_so_of_the_line_is_told(void **state)
{
	const char *page;

	check_lines(*state, START + DAY);
	page = web_world_get(*state, "/en/o/ok-line", POOL, "", START + DAY);
	page_has(page, "On the line you are on now it is otherwise: From this line you cannot");
	page = web_world_get(*state, "/ja/o/ok-line", POOL, "", START + DAY);
	page_has(page, "今お使いの回線では、結果が異なります。");
}

static void before_the_start_too(void **state)
{
	check_lines(*state, START - DAY);
}

/* Of a server that stays open, and of one that takes mail on port 25 alone, one use decides. */
static void what_is_about_one_server_is_compared_with_that(void **state)
{
	struct web_world *w = *state;
	const int64_t now = START + DAY;

	page_has_not(web_world_get(w, "/en/o/ok-designated", POOL, "", now), "data-now");
	page_has(web_world_get(w, "/en/o/ok-designated", DIALUP, "", now),
		 "data-now=\"affected-own-server\"");
	page_has_not(web_world_get(w, "/en/o/ok-designated", FIXED, "", now), "data-now");
	page_has(web_world_get(w, "/en/o/provider-no-submission", FIXED, "", now),
		 "data-now=\"ok-line\"");
	page_has_not(web_world_get(w, "/en/o/provider-no-submission", POOL, "", now), "data-now");
	page_has_not(web_world_get(w, "/en/o/ok-browser", POOL, "", now), "data-now");
}

/* A line is not called closed when it is open and nothing unusual was seen of it. */
static void suspect_is_compared_with_what_was_seen(void **state)
{
	struct web_world *w = *state;
	const char *page;

	w->facts.line.known = true;
	page = web_world_get(w, "/en/o/suspect", FIXED, "", START + DAY);
	page_has(page, "data-now=\"ok-line\"");
	page = web_world_get(w, "/en/o/suspect", HELD, "", START + DAY);
	page_has_not(page, "data-now");
	w->facts.line.suspect = true;
	page = web_world_get(w, "/en/o/suspect", FIXED, "", START + DAY);
	page_has_not(page, "data-now");
	memset(&w->facts.line, 0, sizeof(w->facts.line));
	page_has_not(web_world_get(w, "/en/o/suspect", FIXED, "", START + DAY), "data-now");
}

#define RECEIVES "class=\"receiving\""

/* Receiving is promised nowhere while the operator says that it does not work. */
static void receiving_is_not_promised_in_an_outage(void **state)
{
	static const char *const paths[] = { "/en/line", "/en/table", "/en/", "/en/o/ok-line",
					     "/en/o/affected-other-server" };
	struct web_world *w = *state;
	struct op25b_status_entry entry = { .id = "pop",
					    .from = 0,
					    .until = INT64_MAX,
					    .text = { "POP is down.", "POPの障害です。" } };
	struct op25b_status_data status = { &entry, 1 };

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		status.list->affects = 1U << OP25B_AFFECTS_BIT_POP;
		w->data->status = &status;
		page_has_not(web_world_get(w, paths[i], POOL, "", START + DAY), RECEIVES);
		status.list->affects = 0; /* all of mail */
		page_has_not(web_world_get(w, paths[i], POOL, "", START + DAY), RECEIVES);
		status.list->affects = 1U << OP25B_AFFECTS_BIT_WEB;
		page_has(web_world_get(w, paths[i], POOL, "", START + DAY), RECEIVES);
		w->data->status = NULL;
		page_has(web_world_get(w, paths[i], POOL, "", START + DAY), RECEIVES);
	}
}

/* Nor to who asks about an error in receiving, or has a mailbox that is stopped. */
static void receiving_is_not_promised_to_who_cannot(void **state)
{
	struct web_world *w = *state;
	const char *page;

	page = web_world_post(w, "/en/error", "text=0x80042108", POOL, START + DAY);
	page_has(page, "The message is about receiving mail");
	page_has_not(page, RECEIVES);
	page = web_world_post(w, "/en/error", "text=Your+account+is+suspended", POOL, START + DAY);
	page_has(page, "data-outcome=\"account-stopped\"");
	page_has_not(page, RECEIVES);
	page = web_world_post(w, "/en/error", "text=nobody+knows+this", POOL, START + DAY);
	page_has_not(page, RECEIVES);
	page = web_world_post(w, "/en/error", "text=535+5.7.8+Too+many+recipients", POOL,
			      START + DAY);
	page_has_not(page, RECEIVES);
	page = web_world_post(w, "/en/error", "text=port+25+is+blocked", POOL, START + DAY);
	page_has(page, RECEIVES);
}

/* That the probe sits on a line of ours is said where its report says so. */
static void a_probe_is_on_our_line_where_it_says_so(void **state)
{
	static const struct {
		const char *one, *two, *ops;
		bool said;
	} cases[] = {
		{ NULL, NULL, "Not known to be one of our lines", false },
		{ POOL, NULL, "where port 25 is limited", true },
		{ POOL, SIX, "where port 25 is limited", true },
		{ POOL, FIXED, "without a limit", true },
		{ STRANGER, NULL, "Not known to be one of our lines", false },
		{ POOL, STRANGER, "Not known to be one of our lines", false },
		{ DIALUP, NULL, "Not known to be one of our lines", false },
	};
	struct web_world *w = *state;
	struct op25b_probe_facts *probe = &w->facts.probe;
	const int64_t now = START + DAY;
	const char *page;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		*probe = (struct op25b_probe_facts){ .at = now, .port465 = OP25B_PROBE_GOOD };
		if (cases[i].one)
			op25b_prefix_parse(cases[i].one, &probe->from[probe->n_from++]);
		if (cases[i].two)
			op25b_prefix_parse(cases[i].two, &probe->from[probe->n_from++]);
		page = web_world_get(w, "/en/status", FIXED, "", now);
		page_has(page, "Sending works. We try it ourselves; last at");
		if (cases[i].said)
			page_has(page, "We try it from one of our own lines.");
		else
			page_has_not(page, "our own lines");
		page_has(web_world_staff(w, "/ops/?lang=en", now), cases[i].ops);
	}
	*probe = (struct op25b_probe_facts){ 0 };
}

#define AT(setup, test) cmocka_unit_test_setup_teardown(test, setup, web_world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		AT(web_world_setup, who_reads_what_is_not_so_of_the_line_is_told),
		AT(web_world_setup_before, before_the_start_too),
		AT(web_world_setup, what_is_about_one_server_is_compared_with_that),
		AT(web_world_setup, suspect_is_compared_with_what_was_seen),
		AT(web_world_setup, receiving_is_not_promised_in_an_outage),
		AT(web_world_setup, receiving_is_not_promised_to_who_cannot),
		AT(web_world_setup, a_probe_is_on_our_line_where_it_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
