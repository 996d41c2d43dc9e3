/* SPDX-License-Identifier: BSD-2-Clause */
/* What answers beside pages of content: the other language, short links, codes, errors. */
#include "tests/unit/web-world.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/code.h"

static void the_other_language_keeps_the_page_and_its_query(void **state)
{
	const char *page = web_world_get(*state,
					 "/ja/o/affected-device?service=fibre&x=%22%3E%3Cscript%3E",
					 POOL, "", START + DAY);

	page_has(page, "<link rel=\"alternate\" hreflang=\"en\" "
		       "href=\"/en/o/affected-device?service=fibre&amp;x=%22%3E%3Cscript%3E\">");
	page_has(page,
		 "lang=\"en\" hreflang=\"en\" href=\"/en/o/affected-device?service=fibre&amp;");
	page_has_not(page, "<script");
}

static void short_links_lead_to_the_page_with_the_code(void **state)
{
	struct web_world *w = *state;

	web_world_get(w, "/e/suspect", POOL, "", START + DAY);
	assert_int_equal(w->response.status, 302);
	assert_string_equal(w->response.location, "/ja/o/suspect");
	assert_true(w->response.vary_language);
	web_world_get(w, "/e/affected-other-server/1000-000-017", POOL, "", START + DAY);
	assert_int_equal(w->response.status, 302);
	web_world_get(w, "/e/nothing", POOL, "", START + DAY);
	assert_int_equal(w->response.status, 404);
	page_has(web_world_get(w, "/en/o/suspect?code=1234", POOL, "", START + DAY),
		 "data-outcome");
}

static void a_short_link_leaves_a_mistyped_code_out(void **state)
{
	struct web_world *w = *state;
	char path[64], shown[OP25B_CODE_TEXT];

	op25b_code_format(op25b_code_of(OP25B_CODE_NOTICE, 4711), shown);
	snprintf(path, sizeof(path), "/e/suspect/%s", shown);
	web_world_get(w, path, POOL, "", START + DAY);
	assert_non_null(strstr(w->response.location, "/ja/o/suspect?code=1"));
	path[strlen(path) - 1] = path[strlen(path) - 1] == '0' ? '1' : '0';
	web_world_get(w, path, POOL, "", START + DAY);
	assert_string_equal(w->response.location, "/ja/o/suspect");
}

struct drawn {
	char line[64];
	enum op25b_outcome outcome;
	char answers[64];
	bool ours;
	int result;
};

static int draw(void *arg, const struct op25b_page_code *of, char ret[static 13])
{
	struct drawn *drawn = arg;

	if (drawn->result)
		return drawn->result;
	snprintf(drawn->line, sizeof(drawn->line), "%s", of->line);
	snprintf(drawn->answers, sizeof(drawn->answers), "%s", of->answers);
	drawn->outcome = of->outcome;
	drawn->ours = of->ours;
	memcpy(ret, "2123-456-789", 13);
	return 0;
}

static void a_code_is_drawn_for_the_line_and_no_stranger(void **state)
{
	struct web_world *w = *state;
	struct drawn drawn = { .result = 0 };
	const char *page;

	w->calls = (struct op25b_site_calls){ .draw_code = draw, .arg = &drawn };
	page = web_world_post(w, "/en/code", "outcome=unknown&answers=where%3Dhome", NAMED,
			      START + DAY);
	assert_int_equal(w->response.status, 200);
	assert_true(w->response.no_store);
	page_has(page, "data-code>2123-456-789</p>");
	assert_string_equal(drawn.line, "L-1");
	assert_string_equal(drawn.answers, "where=home");
	assert_int_equal(drawn.outcome, OP25B_O_UNKNOWN);
	web_world_post(w, "/en/code", "outcome=unknown", STRANGER, START + DAY);
	assert_string_equal(drawn.line, "");
	assert_false(drawn.ours);
	web_world_post(w, "/en/code", "outcome=unknown", SHARED, START + DAY);
	assert_string_equal(drawn.line, "");
	assert_true(drawn.ours);
	/* Of a pool the line, not the address: who has a prefix has one code. */
	web_world_post(w, "/en/code", "outcome=unknown", POOL, START + DAY);
	assert_string_equal(drawn.line, POOL "/32");
	web_world_post(w, "/en/code", "outcome=unknown", "2001:db8:a000:2aa:1:2:3:4", START + DAY);
	assert_string_equal(drawn.line, "2001:db8:a000:200::/56");
	web_world_post(w, "/en/code", "outcome=nonsense", NAMED, START + DAY);
	assert_int_equal(w->response.status, 400);
}

/* The form of who is not affected stands on /line alone, for what leads there. */
static void a_code_is_of_what_a_page_shows(void **state)
{
	static const struct {
		const char *address, *form;
		int status;
	} cases[] = {
		{ POOL, "outcome=ok-line", 400 },
		{ POOL, "outcome=ok-exempt", 400 },
		{ STRANGER, "outcome=ok-line", 400 },
		{ EXEMPT, "outcome=ok-exempt", 200 },
		{ EXEMPT, "outcome=ok-line", 400 },
		{ EXEMPT, "outcome=affected-other-server", 200 },
		{ "203.0.113.5", "outcome=ok-line", 200 },
		{ POOL, "outcome=ok-browser", 400 },
		{ STRANGER, "outcome=cannot-tell-elsewhere", 200 },
	};
	struct web_world *w = *state;
	struct drawn drawn = { .result = 0 };

	w->calls = (struct op25b_site_calls){ .draw_code = draw, .arg = &drawn };
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		web_world_post(w, "/en/code", cases[i].form, cases[i].address, START + DAY);
		if (w->response.status != cases[i].status)
			fail_msg("%s of %s: %d", cases[i].form, cases[i].address,
				 w->response.status);
	}
	w->calls = (struct op25b_site_calls){ 0 };
}

/* Support reads them: a visitor's own words must not get there. */
static void answers_are_words_of_our_pages_alone(void **state)
{
	static const char *const cases[][2] = {
		{ "where=home&server=other-server", "where=home&server=other-server" },
		{ "where=home&where=office", "" },
		{ "where=nonsense&server=other-server", "server=other-server" },
		{ "call=%2B81-3-0000-1234&where=home", "where=home" },
		{ "service=fibre", "service=fibre" },
		{ "service=nonsense", "" },
		{ "code=2123-456-789&where=home", "code=2123-456-789&where=home" },
		{ "code=2123-456-781", "" },
		{ "code=please call me", "" },
		{ "%ff", "" },
		{ "", "" },
	};
	static char body[4096] = "outcome=unknown&answers=";
	struct web_world *w = *state;
	struct drawn drawn = { .result = 0 };

	w->calls = (struct op25b_site_calls){ .draw_code = draw, .arg = &drawn };
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t used = strlen("outcome=unknown&answers=");

		for (const char *at = cases[i][0]; *at; at++)
			used += (size_t)snprintf(body + used, sizeof(body) - used, "%%%02X",
						 (unsigned char)*at);
		body[used] = '\0';
		web_world_post(w, "/en/code", body, NAMED, START + DAY);
		if (strcmp(drawn.answers, cases[i][1]) != 0)
			fail_msg("%s: '%s' is kept", cases[i][0], drawn.answers);
	}
	/* What the page itself writes into its form. */
	page_has(web_world_get(w, "/en/o/unknown?where=home&x=y&server=device", NAMED, "",
			       START + DAY),
		 "name=\"answers\" value=\"where=home&amp;server=device\">");
}

static void without_a_code_the_page_says_what_to_do(void **state)
{
	struct web_world *w = *state;
	struct drawn drawn = { .result = -EIO };
	const char *page = web_world_post(w, "/en/code", "outcome=unknown", NAMED, START + DAY);

	assert_int_equal(w->response.status, 503);
	page_has(page, "We can&#39;t tell yet");
	page_has(page, "tel:+81-3-0000-0009");
	w->calls = (struct op25b_site_calls){ .draw_code = draw, .arg = &drawn };
	web_world_post(w, "/en/code", "outcome=unknown", NAMED, START + DAY);
	assert_int_equal(w->response.status, 503);
}

/* An allocation of a page that fails. */
static size_t countdown; /* 0: nothing fails */

void *__real_realloc(void *old, size_t size);
void *__wrap_realloc(void *old, size_t size);

void *__wrap_realloc(void *old, size_t size)
{
	return countdown && !--countdown ? NULL : __real_realloc(old, size);
}

static void a_page_without_memory_is_a_status(void **state)
{
	struct web_world *w = *state;

	countdown = 1;
	web_world_get(w, "/ja/table", POOL, "", START + DAY);
	assert_int_equal(countdown, 0);
	assert_int_equal(w->response.status, 503);
	assert_null(w->response.content_type);
	page_has(web_world_get(w, "/ja/table", POOL, "", START + DAY), "data-use");
}

static void errors_are_pages_with_a_way_on(void **state)
{
	struct web_world *w = *state;
	const char *page = web_world_get(w, "/en/o/no-such", POOL, "", START + DAY);

	assert_int_equal(w->response.status, 404);
	page_has(page, "<a href=\"/en/help\">");
	web_world_get(w, "/en/code", POOL, "", START + DAY);
	assert_int_equal(w->response.status, 405);
	web_world_get(w, "/nowhere/<b>", POOL, "", START + DAY);
	assert_int_equal(w->response.status, 404);
}

int main(void)
{
#define AT(make, test) cmocka_unit_test_setup_teardown(test, make, web_world_teardown)
	const struct CMUnitTest tests[] = {
		AT(web_world_setup, the_other_language_keeps_the_page_and_its_query),
		AT(web_world_setup, short_links_lead_to_the_page_with_the_code),
		AT(web_world_setup, a_short_link_leaves_a_mistyped_code_out),
		AT(web_world_setup, a_code_is_drawn_for_the_line_and_no_stranger),
		AT(web_world_setup, a_code_is_of_what_a_page_shows),
		AT(web_world_setup, answers_are_words_of_our_pages_alone),
		AT(web_world_setup, without_a_code_the_page_says_what_to_do),
		AT(web_world_setup, a_page_without_memory_is_a_status),
		AT(web_world_setup, errors_are_pages_with_a_way_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
