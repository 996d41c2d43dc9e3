/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Error texts: the form they are matched in, what a line makes of a sign of a closed port 25, codes
 * in a text, and the limits. Which texts are known: tests/pages/error-texts; our own answers:
 * test-web-errors-own.c.
 */
#include "tests/unit/web-world.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "web/errors.h"

static struct op25b_errors_data *errors;

static int open_errors(void **state)
{
	(void)state;
	return op25b_errors_built_in(&errors);
}

static int close_errors(void **state)
{
	(void)state;
	op25b_errors_free(&errors);
	return 0;
}

static void expect_plain(const char *text, const char *plain)
{
	char *got;

	assert_int_equal(op25b_errors_plain(text, strlen(text), &got), 0);
	assert_string_equal(got, plain);
	free(got);
}

static void texts_come_to_one_form(void **state)
{
	char *got;

	(void)state;
	expect_plain("", "");
	expect_plain("  \r\n\t ", "");
	expect_plain("ｴﾗｰ番号：０ｘ８００ＣＣＣ０Ｅ", "エラー番号:0x800CCC0E");
	expect_plain("サーバーへの\r\n接続は　失敗", "サーバーへの接続は失敗");
	expect_plain("SMTP\nサーバー", "SMTP サーバー");
	expect_plain("> > couldn’t “connect”\r\n> to\xc2\xa0host", "couldn't \"connect\" to host");
	expect_plain("a\u200b\u00adb\u2013c\ufeff", "ab-c");
	expect_plain("It failed. Host a.example, 5.7.1. End",
		     "It failed.\nHost a.example, 5.7.1.\nEnd");
	expect_plain("失敗しました。再度\r\nどうぞ。", "失敗しました。\n再度どうぞ。");
	expect_plain("a\x01\x7f"
		     "b",
		     "a b");
	assert_int_equal(op25b_errors_plain("\xff", 1, &got), -EILSEQ);
	assert_int_equal(op25b_errors_plain("\xed\xa0\x80", 3, &got), -EILSEQ);
}

static struct op25b_causes find(const char *text, enum op25b_errors_line line, enum op25b_how how)
{
	const struct op25b_errors_seen seen = { line, how };
	struct op25b_causes causes;

	assert_int_equal(op25b_errors_find(errors, text, strlen(text), &seen, &causes), 0);
	return causes;
}

static void expect(const char *text, enum op25b_errors_line line, enum op25b_how how,
		   enum op25b_outcome outcome, enum op25b_confidence confidence)
{
	const struct op25b_causes causes = find(text, line, how);

	assert_true(causes.n > 0);
	assert_string_equal(op25b_outcome_id(causes.list[0].outcome), op25b_outcome_id(outcome));
	assert_int_equal(causes.list[0].confidence, confidence);
}

#define TIMEOUT "smtp.example.jp port 25: Connection timed out"
#define REFUSED "smtp.example.jp port 25: Connection refused"

/* The way of refusing decides which error is seen (ux.md 3.2). */
static void a_line_says_how_much_a_sign_says(void **state)
{
	(void)state;
	expect(TIMEOUT, OP25B_ERRORS_ANY, 0, OP25B_O_AFFECTED_OTHER_SERVER, OP25B_MEDIUM);
	expect(TIMEOUT, OP25B_ERRORS_REFUSED, OP25B_DROP, OP25B_O_AFFECTED_OTHER_SERVER,
	       OP25B_HIGH);
	expect(TIMEOUT, OP25B_ERRORS_REFUSED, OP25B_RESET, OP25B_O_AFFECTED_OTHER_SERVER,
	       OP25B_LOW);
	expect(REFUSED, OP25B_ERRORS_REFUSED, OP25B_RESET, OP25B_O_AFFECTED_OTHER_SERVER,
	       OP25B_HIGH);
	expect(REFUSED, OP25B_ERRORS_REFUSED, OP25B_DROP, OP25B_O_AFFECTED_OTHER_SERVER, OP25B_LOW);
	expect(TIMEOUT, OP25B_ERRORS_ELSEWHERE, 0, OP25B_O_ELSEWHERE_BLOCKED, OP25B_MEDIUM);
	/* On a line that is open it is no sign at all. */
	assert_int_equal(find(TIMEOUT, OP25B_ERRORS_OPEN, 0).n, 0);
	expect("535 5.7.8 authentication failed", OP25B_ERRORS_OPEN, 0, OP25B_O_SETTINGS_PASSWORD,
	       OP25B_HIGH);
}

static void causes_are_ordered_and_come_once(void **state)
{
	const struct op25b_causes causes =
		find("port 25: timed out. certificate verify failed. Username or password wrong. "
		     "Relay access denied. No such host",
		     OP25B_ERRORS_ANY, 0);

	(void)state;
	assert_int_equal(causes.n, OP25B_ERRORS_CAUSES);
	for (size_t i = 0; i < causes.n; i++) {
		for (size_t j = i + 1; j < causes.n; j++) {
			assert_true(causes.list[i].confidence >= causes.list[j].confidence);
			assert_int_not_equal(causes.list[i].outcome, causes.list[j].outcome);
		}
	}
	assert_int_equal(find("everything is fine", OP25B_ERRORS_ANY, 0).n, 0);
}

static void links_and_codes_of_ours_are_found(void **state)
{
	struct op25b_causes causes;

	(void)state;
	causes = find("see https://help.example/e/limit-reached/3123-456-787 there",
		      OP25B_ERRORS_ANY, 0);
	assert_int_equal(causes.list[0].outcome, OP25B_O_LIMIT_REACHED);
	assert_int_equal(causes.list[0].confidence, OP25B_HIGH);
	assert_null(causes.list[0].pattern);
	/* A check digit that is wrong is a mistyped code, and none. */
	assert_string_equal(find("Code for support: 1106-042-896", OP25B_ERRORS_ANY, 0).code,
			    "1106-042-896");
	assert_string_equal(find("Code for support: 1106-042-897", OP25B_ERRORS_ANY, 0).code, "");
	assert_string_equal(find("2106-042-896", OP25B_ERRORS_ANY, 0).code, "");
	assert_int_equal(find("https://help.example/e/no-such-thing", OP25B_ERRORS_ANY, 0).n, 0);
}

static void a_text_has_a_largest_size(void **state)
{
	const struct op25b_errors_seen seen = { OP25B_ERRORS_ANY, OP25B_HOW_NONE };
	char *text = malloc(OP25B_ERRORS_TEXT + 1);
	struct op25b_causes causes;

	(void)state;
	assert_non_null(text);
	memset(text, 'a', OP25B_ERRORS_TEXT + 1);
	assert_int_equal(op25b_errors_find(errors, text, OP25B_ERRORS_TEXT, &seen, &causes), 0);
	assert_int_equal(op25b_errors_find(errors, text, OP25B_ERRORS_TEXT + 1, &seen, &causes),
			 -E2BIG);
	free(text);
}

#define NOW 1811808000

static const char policy[] =
	"op25b: 1\ntimezone: Asia/Tokyo\nprovider: {contact: {support: \"tel:+81-3-0000-0009\"}}\n"
	"services: [{id: fibre, addressing: dynamic, pools: [198.51.100.0/24],"
	" port25: [{from: 2027-04-01, action: refuse, how: drop}]}]\n";

static void has(const char *page, const char *part)
{
	if (!strstr(page, part))
		fail_msg("'%s' is not in: %s", part, page);
}

static void the_page_answers_and_keeps_nothing(void **state)
{
	struct web_world w;
	const char *page;

	(void)state;
	web_world_make(&w, policy, NULL, NOW);
	page = web_world_get(&w, "/en/error", "198.51.100.7", "", NOW);
	has(page, "<form method=\"post\" action=\"/en/error\">");
	page = web_world_post(&w, "/en/error", "text=port+25%3A+connection+timed+out+xyzzy%3Cb%3E",
			      "198.51.100.7", NOW);
	has(page, "data-outcome=\"affected-other-server\" data-confidence=\"high\"");
	has(page, "/en/o/affected-other-server");
	has(page, "no answer, so that the program waits and gives up");
	assert_null(strstr(page, "xyzzy"));
	assert_true(w.response.no_store);
	page = web_world_post(&w, "/ja/error", "text=%E5%A4%A9%E6%B0%97", "192.0.2.200", NOW);
	has(page, "data-outcome=\"unknown\"");
	has(page, "/ja/help");
	page = web_world_post(&w, "/en/error", "text=+%0A", "192.0.2.200", NOW);
	assert_int_equal(w.response.status, 400);
	has(page, "Paste the error message first.");
	web_world_post(&w, "/en/error", "", "192.0.2.200", NOW);
	assert_int_equal(w.response.status, 400);
	web_world_done(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_come_to_one_form),
		cmocka_unit_test(a_line_says_how_much_a_sign_says),
		cmocka_unit_test(causes_are_ordered_and_come_once),
		cmocka_unit_test(links_and_codes_of_ours_are_found),
		cmocka_unit_test(a_text_has_a_largest_size),
		cmocka_unit_test(the_page_answers_and_keeps_nothing),
	};

	return cmocka_run_group_tests(tests, open_errors, close_errors);
}
