/* SPDX-License-Identifier: BSD-2-Clause */
/* The body of an outcome: it says as much as is known, promises no more, and leads on. */
#include "tests/unit/web-world.h"

#include <stdio.h>
#include <string.h>

#define MAIL                                                                                \
	"op25b: 1\ntimezone: Asia/Tokyo\n"                                                  \
	"provider: {contact: {support: \"tel:+81-3-0000-0009\"}}\n"                         \
	"mail_servers: [{id: relay, addresses: [192.0.2.25], hosts: [mail.example.net],"    \
	" offers: [relay, submission, submissions, pop, imap]}]\n"                          \
	"services: [{id: fibre, addressing: dynamic, pools: [198.51.100.0/24], port25: "    \
	"[{from: 2027-04-01, action: refuse, how: reset, except: [relay]}]}]\n"             \
	"mail:\n  domains: [example.net]\n  ways: {}\n"                                     \
	"  limits: {person: {account: {burst: 100, hour: 300, day: 1000}, message: 100}}\n" \
	"  stolen: {steps: [hold], hold_for: 48h}\n"                                        \
	"  settings: {username: address, outgoing: [{host: mail.example.net, port: 465, "   \
	"tls: implicit}], incoming: [{kind: imap, host: mail.example.net, port: 993, "      \
	"tls: implicit}]}\n"

/* Page and letter say the same of mail that is held: it comes back, unread by whom it was for. */
static void held_mail_is_told_as_in_the_letter(void **state)
{
	struct web_world w;
	const char *page;

	(void)state;
	web_world_make(&w, MAIL, NULL, START + DAY);
	page = web_world_get(&w, "/en/o/account-held", POOL, "", START + DAY);
	page_has(page, "It is not deleted.");
	page_has(page, "comes back to your mailbox after 48 hours");
	page_has(page, "have not received what comes back");
	page_has_not(page, "need not send it again");
	page = web_world_get(&w, "/ja/o/account-held", POOL, "", START + DAY);
	page_has(page, "48時間を過ぎるとメールボックスへお返しします");
	page_has_not(page, "送り直す必要はありません");
	web_world_done(&w);
}

/* Until when a limit holds is said where the mail server says it. */
static void a_limit_says_until_when(void **state)
{
	struct web_world *w = *state;
	const int64_t now = START + DAY;

	w->facts.mail = (struct op25b_caller_facts){ .known = true,
						     .line_known = true,
						     .limit_until = now + 5400 };
	page_has(web_world_get(w, "/en/help", POOL, "", now),
		 "You can send again from 2 April 2027, 01:30");
	page_has(web_world_get(w, "/ja/help", POOL, "", now), "から、また送れるようになります。");
	page_has_not(web_world_get(w, "/en/o/limit-reached", POOL, "", now + DAY), "data-term");
	memset(&w->facts.mail, 0, sizeof(w->facts.mail));
	page_has_not(web_world_get(w, "/en/o/limit-reached", POOL, "", now), "data-term");
}

/* What a code keeps, and what staff's log does, is what the page of privacy says. */
static void privacy_says_what_a_code_keeps(void **state)
{
	const char *page = web_world_get(*state, "/en/privacy", POOL, "", START + DAY);

	page_has_not(page, "It is not stored with what you saw");
	page_has(page, "which line of ours you are on");
	page_has(page, "its IP address is kept, or the beginning of it");
	page_has(page, "who, when, why, and which address, line or code");
	page = web_world_get(*state, "/ja/privacy", POOL, "", START + DAY);
	page_has(page, "当社のどの回線か");
	page_has(page, "IPアドレス（またはその先頭部分）で記録します");
	page = web_world_get(*state, "/en/o/unknown", POOL, "", START + DAY);
	page_has(page, "which line of ours you are on");
	page_has_not(page, "It holds what this page says");
}

/* Of the limit alone, and no surer than we are. */
static void sentences_claim_no_more_than_is_known(void **state)
{
	struct web_world *w = *state;
	const int64_t now = START + DAY;
	const char *page = web_world_get(w, "/en/line", POOL, "", now);

	page_has(page, "The limit on port 25 keeps you from sending only when both of these");
	page_has(web_world_get(w, "/ja/line", POOL, "", now),
		 "25番ポートの制限で送れなくなるのは、次の2つがどちらも当てはまるときだけです。");
	page = web_world_post(w, "/en/error", "text=535+5.7.8+bad", POOL, now);
	page_has(page, "This is almost certainly the cause.");
	page_has_not(page, "This is certain");
	page_has_not(web_world_get(w, "/ja/line", STRANGER, "", now), "他社の回線から");
	page_has_not(web_world_get(w, "/ja/faq", POOL, "", now), "貴社");
	w->facts.line = (struct op25b_line_facts){ .known = true, .suspect = true };
	page_has_not(web_world_get(w, "/ja/help", POOL, "", now), "知らないうちに送信");
	memset(&w->facts.line, 0, sizeof(w->facts.line));
}

/* A step that says "change the password" leads to where it is changed, or to who knows. */
static void a_password_can_be_changed(void **state)
{
	static const char *const outcomes[] = { "account-stopped", "account-held", "limit-reached",
						"first-password" };
	struct web_world w;
	const char *page;
	char path[64];

	web_world_make(&w,
		       "op25b: 1\nprovider: {portal: \"https://my.example.net\"}\nservices: "
		       "[{id: a, addressing: fixed, pools: [198.51.100.0/25], port25: []}]\n",
		       NULL, START);
	for (size_t i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]); i++) {
		snprintf(path, sizeof(path), "/en/o/%s", outcomes[i]);
		page = web_world_get(*state, path, POOL, "", START + DAY);
		page_has(page, "<div data-password>\n<p>If you don&#39;t know where");
		page_has_not(page, "href=\"/en/provider\"");
		page = web_world_get(&w, path, POOL, "", START);
		page_has(page, "<div data-password>\n<p>The password is changed in the customer");
	}
	web_world_done(&w);
}

/* Who doesn't know the line has said nothing else: no cause was looked for. */
static void not_knowing_the_line_is_no_search_that_failed(void **state)
{
	const char *path = "/en/flow?use=other-server&port=25&service=unknown";
	const char *page = web_world_get(*state, path, STRANGER, "", START + DAY);

	page_has(page, "data-outcome=\"unknown\" data-verdict=\"cannot-tell\"");
	page_has(page, "from the line in question");
	page_has(page, "<a href=\"/en/line\">Am I affected?");
	page_has_not(page, "sending fails");
	page_has_not(page, "usual causes");
	page_has(web_world_get(*state, "/en/flow/list", STRANGER, "", START + DAY),
		 "/en/o/unknown");
}

static const char some_destinations[] =
	"op25b: 1\n"
	"destinations: [{id: far, addresses: [192.0.2.128/25]}]\n"
	"remedies: [{id: submission, takes: 10m}, {id: fixed_ip, takes: 14d}]\n"
	"services:\n"
	"  - {id: fibre, addressing: dynamic, pools: [198.51.100.0/24],\n"
	"     port25: [{from: 2027-04-01Z, action: refuse, how: reset, to: [far]}],\n"
	"     remedies: {other-server: [submission], home-server: [fixed_ip]}}\n"
	"  - {id: fixed, addressing: fixed, pools: [203.0.113.0/26], port25: []}\n";

/* One outcome, several uses: who runs a server is not told to change a mail program. */
static void some_destinations_are_answered_for_the_use(void **state)
{
	static const char *const paths[] = {
		"/en/flow?use=home-server&service=fibre",
		"/en/o/affected-some-destinations?use=home-server",
		"/en/help?where=line&server=home-server",
	};
	struct web_world w;
	const char *page;

	(void)state;
	web_world_make(&w, some_destinations, NULL, START + DAY);
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		page = web_world_get(&w, paths[i], POOL, "", START + DAY);
		page_has(page, "data-outcome=\"affected-some-destinations\"");
		page_has(page, "data-situation=\"home-server\"");
		page_has_not(page, "data-remedy=\"submission\"");
		page_has_not(page, "asked for it");
	}
	page = web_world_get(&w, "/en/line", POOL, "", START + DAY);
	page_has(page, "data-situation=\"other-server\"");
	page_has(page, "/en/o/affected-some-destinations?use=home-server");
	web_world_done(&w);
}

/* Times and costs of a service are named as that service's to who has another, or none. */
static void remedies_say_whose_they_are(void **state)
{
	struct web_world *w = *state;
	const int64_t now = START + DAY;

	page_has(web_world_get(w, "/en/o/affected-other-server", STRANGER, "", now),
		 "data-whose>Times and costs are those of our service Fibre &lt;dynamic&gt;.");
	page_has_not(web_world_get(w, "/en/o/affected-other-server", POOL, "", now), "data-whose");
	page_has_not(
		web_world_get(w, "/en/o/affected-other-server?service=fibre", STRANGER, "", now),
		"data-whose");
}

/* What support helps with, wherever whom to ask is said; what the policy says of it first. */
static void support_says_what_it_helps_with(void **state)
{
	struct web_world *w = *state;
	const int64_t now = START + DAY;
	const char *page;

	page_has(web_world_get(w, "/en/line", SHARED, "", now), "data-help=\"full\">Our support");
	page_has(web_world_get(w, "/ja/o/elsewhere-blocked", POOL, "", now), "data-help=\"none\"");
	page_has(web_world_get(w, "/en/o/settings-tls", POOL, "", now), "data-help=\"guide\"");
	page = web_world_get(w, "/en/o/affected-home-server", POOL, "", now);
	page_has(page, "data-help=\"none\">How to set this up is outside");
	page_has_not(page, "data-help=\"guide\"");
	page_has_not(web_world_get(w, "/en/o/ok-line", STRANGER, "", now), "data-help");
}

/* Without op25b-maild, or where it takes no test mails, the test is a mail to oneself. */
static void the_test_of_sending_is_no_dead_end(void **state)
{
	struct web_world *w = *state;
	const int64_t now = START + DAY;
	const char *page = web_world_get(w, "/en/check", POOL, "", now);

	page_has(page, "<li>Send a mail to your own address");
	page_has(page, "href=\"/en/error\"");
	page_has_not(page, "<button>");
	page_has_not(web_world_get(w, "/en/check/4123-456-780", POOL, "", now), "<button>");
	w->file.maild = "/run/op25b-maild.sock";
	page_has(web_world_get(w, "/en/check", POOL, "", now), "<button>Show me a test address");
	page = web_world_post(w, "/en/check", "", POOL, now);
	page_has(page, "There is no test address right now.");
	page_has(page, "<li>Send a mail to your own address");
	page_has_not(page, "try again later");
	w->file.maild = NULL;
	page_has(web_world_post(w, "/ja/check", "", POOL, now), "ご自分のアドレス宛て");
}

/* What "Test the connection by hand" leads to is there, with settings of ours or without. */
static void the_lines_to_type_in_are_always_there(void **state)
{
	struct web_world *w = *state;
	const char *page = web_world_get(w, "/en/check", POOL, "", START + DAY);

	page_has(page, "<h2 id=\"by-hand\">Test the connection by hand");
	page_has(page, "Test-NetConnection mail.example.com -Port 465");
	page_has(page, "in the place of mail.example.com");
	page = web_world_get(w, "/en/help", STRANGER, "", START + DAY);
	page_has(page, "href=\"/en/check#by-hand\"");
}

#define AT(test) cmocka_unit_test_setup_teardown(test, web_world_setup, web_world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(held_mail_is_told_as_in_the_letter),
		AT(a_limit_says_until_when),
		AT(privacy_says_what_a_code_keeps),
		AT(sentences_claim_no_more_than_is_known),
		AT(a_password_can_be_changed),
		AT(not_knowing_the_line_is_no_search_that_failed),
		cmocka_unit_test(some_destinations_are_answered_for_the_use),
		AT(remedies_say_whose_they_are),
		AT(support_says_what_it_helps_with),
		AT(the_test_of_sending_is_no_dead_end),
		AT(the_lines_to_type_in_are_always_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
