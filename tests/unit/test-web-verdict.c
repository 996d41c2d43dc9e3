/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A verdict claims no more than the policy keeps: what comes behind an exemption, what stays open,
 * which ports our server has, what is known of a hold. The other pages: test-web-pages.c.
 */
#include "tests/unit/web-world.h"

#include <stdio.h>

/* An exempted line, and what its service does before, at and after the last day. */
#define EXEMPTED(port25, more)                                                    \
	"op25b: 1\ntimezone: Asia/Tokyo\n"                                        \
	"mail_servers: [{id: relay, addresses: [192.0.2.25], offers: [relay]}]\n" \
	"destinations: [{id: far, addresses: [192.0.2.128/25]}]\n"                \
	"services: [{id: fibre, addressing: dynamic, pools: [198.51.100.0/24],"   \
	" port25: [" port25 "]}]\n"                                               \
	"lines: [{id: L, service: fibre, prefixes: [198.51.100.10/32]}]\n"        \
	"exemptions: [{id: X, lines: [L], from: 2027-04-01, until: 2027-09-30}]\n" more

#define REFUSE_UNTIL(day, next) \
	"{from: 2027-04-01, action: refuse, how: reset}, {from: " day ", " next "}"

/* That the limit applies after an exemption is said only where one does, and then at once. */
static void what_follows_an_exemption_is_what_the_policy_does(void **state)
{
	static const struct {
		const char *policy, *en, *ja;
	} cases[] = {
		{ EXEMPTED("{from: 2027-04-01, action: refuse, how: reset}", ""),
		  "up to and including 30 September 2027. After that the limit applies.",
		  "2027年9月30日まで制限の対象外です。その後は、制限の対象になります。" },
		{ EXEMPTED(REFUSE_UNTIL("2027-09-01", "action: allow"), ""),
		  "up to and including 30 September 2027.<", "9月30日まで制限の対象外です。<" },
		{ EXEMPTED(REFUSE_UNTIL("2027-09-01", "action: count"), ""),
		  "up to and including 30 September 2027.<", "9月30日まで制限の対象外です。<" },
		{ EXEMPTED(REFUSE_UNTIL("2027-09-01", "action: allow}, {from: 2027-12-01, "
						      "action: refuse, how: reset"),
			   ""),
		  "This changes on 1 December 2027: from then on",
		  "2027年12月1日から、25番ポートを制限します。" },
		{ EXEMPTED("{from: 2027-04-01, action: refuse, how: reset}",
			   "holds: [{id: H, lines: [L], from: 2027-07-05, how: reset}]\n"),
		  "This changes on 5 July 2027: from then on",
		  "2027年7月5日から、25番ポートを制限します。" },
		{ EXEMPTED("{from: 2027-04-01, action: refuse, how: reset, to: [far]}", ""),
		  "From 1 October 2027, port 25 is limited towards some mail servers.",
		  "2027年10月1日から、一部のメールサーバーへの25番ポートを制限します。" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct web_world w;
		const char *page;

		web_world_make(&w, cases[i].policy, NULL, START + DAY);
		page = web_world_get(&w, "/en/line", EXEMPT, "", START + DAY);
		page_has(page, "data-outcome=\"ok-exempt\"");
		page_has(page, cases[i].en);
		if (i)
			page_has_not(page, "After that the limit applies");
		page_has(web_world_get(&w, "/ja/line", EXEMPT, "", START + DAY), cases[i].ja);
		web_world_done(&w);
	}
}

/* A hold may have any reason: that there is one is said, and whom to ask, and no more. */
static void a_hold_claims_nothing_that_nobody_saw(void **state)
{
	const char *page = web_world_get(*state, "/en/line", HELD, "", START + DAY);

	page_has(page, "data-outcome=\"suspect\" data-verdict=\"affected\"");
	page_has(page, "For now port 25 of this line is closed to every mail server.");
	page_has(page, "mailto:abuse@root.example");
	page_has_not(page, "may be sending mail");
	page_has_not(page, "precaution");
	page_has_not(page, "went out to many");
}

static const char two_relays[] =
	"op25b: 1\n"
	"mail_servers:\n"
	"  - {id: one, addresses: [192.0.2.25], hosts: [mail.a.example], offers: [relay]}\n"
	"  - {id: two, addresses: [192.0.2.26], offers: [relay]}\n"
	"destinations: [{id: partner, addresses: [203.0.113.1]}]\n"
	"services:\n"
	"  - {id: fibre, addressing: dynamic, pools: [198.51.100.0/25],\n"
	"     port25: [{from: 2027-04-01Z, action: refuse, how: reset, except: [one]},\n"
	"              {from: 2027-04-01Z, action: allow, to: [partner]},\n"
	"              {from: 2030-01-01Z, action: allow}]}\n";

/* A sentence that is wider than the policy has its exceptions and its end beside it. */
static void what_stays_open_stands_by_the_verdict(void **state)
{
	struct web_world w;
	const char *page;

	(void)state;
	web_world_make(&w, two_relays, NULL, START + DAY);
	page = web_world_get(&w, "/en/line", POOL, "", START + DAY);
	page_has(page, "data-outcome=\"affected-own-server\"");
	page_has(page, "<ul data-open>\n<li>mail.a.example</li>\n</ul>");
	page_has(page, "From 1 January 2030 on, this is no longer limited.");
	page = web_world_get(&w, "/en/o/affected-other-server", POOL, "", START + DAY);
	page_has(page, "Port 25 to these mail servers stays open.");
	page_has(page, "<ul data-open>\n<li>partner</li>\n</ul>");
	page = web_world_get(&w, "/ja/line", POOL, "", START + DAY);
	page_has(page, "2030年1月1日からは、この制限はなくなります。");
	web_world_done(&w);
}

static const char closed_relay[] =
	"op25b: 1\n"
	"provider: {contact: {support: \"tel:+81-3-0000-0009\"}}\n"
	"mail_servers: [{id: relay, addresses: [192.0.2.25], offers: [relay]}]\n"
	"services:\n"
	"  - {id: fibre, addressing: dynamic, pools: [198.51.100.0/25],\n"
	"     port25: [{from: 2027-04-01Z, action: refuse, how: reset}]}\n";

static const char closed_submission[] =
	"op25b: 1\n"
	"mail_servers: [{id: relay, addresses: [192.0.2.25], offers: [relay, submission]}]\n"
	"services:\n"
	"  - {id: fibre, addressing: dynamic, pools: [198.51.100.0/25],\n"
	"     port25: [{from: 2027-04-01Z, action: refuse, how: reset}]}\n";

/* Ports 465 and 587 of our server are promised where it has them, a list where there is one. */
static void no_port_is_promised_that_our_server_lacks(void **state)
{
	static const char *const paths[] = { "/en/line", "/en/o/affected-own-server",
					     "/en/o/affected-hosting-server" };
	struct web_world w;
	const char *page;

	(void)state;
	web_world_make(&w, closed_relay, NULL, START + DAY);
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		page = web_world_get(&w, paths[i], POOL, "", START + DAY);
		page_has(page, "There is no ready-made way out for this.");
		page_has(page, "tel:+81-3-0000-0009");
		page_has_not(page, "takes your mail on");
		page_has_not(page, "one of these");
	}
	page = web_world_get(&w, "/en/o/affected-other-server", POOL, "", START + DAY);
	page_has(page, "data-remedy=\"submission\"");
	web_world_done(&w);
	web_world_make(&w, closed_submission, NULL, START + DAY);
	page = web_world_get(&w, "/en/line", POOL, "", START + DAY);
	page_has(page, "takes your mail on port 465 or 587 instead");
	page_has(page, "data-remedy=\"submission\"");
	page_has_not(page, "one of these");
	page_has(page, "<p class=\"next\"><a href=\"/en/contact\">");
	page = web_world_get(&w, "/en/o/affected-hosting-server", POOL, "", START + DAY);
	page_has_not(page, "takes your mail on");
	web_world_done(&w);
}

/* One port, which takes mail from a day to come on. */
static const char later_ports[] =
	"op25b: 1\n"
	"mail_servers: [{id: relay, addresses: [192.0.2.25], hosts: [mail.a.example],"
	" offers: [relay, submission]}]\n"
	"services:\n"
	"  - {id: fibre, addressing: dynamic, pools: [198.51.100.0/25],\n"
	"     port25: [{from: 2027-04-01Z, action: refuse, how: reset}]}\n"
	"mail: {domains: [a.example], settings: {outgoing: [{host: mail.a.example, port: 587,"
	" tls: starttls, since: 2028-01-01Z}], incoming: [{host: mail.a.example, port: 993,"
	" tls: implicit, kind: imap}]}}\n";

static void a_port_is_promised_from_its_day_on(void **state)
{
	static const char *const handed[] = { "/mail/config-v1.1.xml?emailaddress=x@a.example",
					      "/en/settings/apple.mobileconfig" };
	const int64_t then = START + 300 * DAY;
	struct web_world w;
	const char *page;

	(void)state;
	web_world_make(&w, later_ports, NULL, START + DAY);
	page = web_world_get(&w, "/en/o/affected-own-server", POOL, "", START + DAY);
	page_has_not(page, "takes your mail on port");
	page_has_not(page, "<ul class=\"servers\">");
	page = web_world_get(&w, "/en/faq", POOL, "", START + DAY);
	page_has_not(page, "on port 465 or 587 only");
	page_has_not(page, "already work");
	page_has(page, "on port 25 these servers, too, take no mail from there.");
	page = web_world_get(&w, "/en/settings", POOL, "", START + DAY);
	page_has(page, "Port 587 with a login, from 1 January 2028 on");
	page_has_not(page, "data-port=\"587\"");
	page_has(web_world_get(&w, "/en/settings", POOL, "", then), "data-port=\"587\"");
	page_has_not(w.response.html.bytes, "2028 on");
	page_has(web_world_get(&w, "/en/faq", POOL, "", then), "on port 465 or 587 only");
	page_has(web_world_get(&w, "/en/o/affected-own-server", POOL, "", then),
		 "takes your mail on port");
	for (size_t i = 0; i < sizeof(handed) / sizeof(handed[0]); i++) {
		page_has_not(web_world_get(&w, handed[i], POOL, "", START + DAY), "587");
		assert_int_equal(w.response.status, 404);
		page_has(web_world_get(&w, handed[i], POOL, "", then), "587");
	}
	web_world_done(&w);
	web_world_make(&w, later_ports, NULL, START - DAY);
	page = web_world_get(&w, "/en/line", POOL, "", START - DAY);
	page_has(page, "if your mail server takes mail there");
	page_has_not(page, "work already");
	page_has_not(web_world_get(&w, "/ja/line", POOL, "", START - DAY), "今でも使えます");
	page_has_not(web_world_get(&w, "/en/announcement/fibre", POOL, "", START - DAY),
		     "already work");
	web_world_done(&w);
}

static const char exempt_lines[] =
	"op25b: 1\n"
	"services:\n"
	"  - {id: open, addressing: fixed, pools: [198.51.100.0/25], port25: []}\n"
	"  - {id: later, addressing: fixed, pools: [198.51.100.128/25],"
	" port25: [{from: 2028-01-01Z, action: refuse, how: reset}]}\n"
	"  - {id: limited, addressing: fixed, pools: [203.0.113.0/25],"
	" port25: [{from: 2027-01-01Z, action: refuse, how: reset}]}\n"
	"exemptions:\n"
	"  - {id: X-1, prefixes: [198.51.100.0/24, 203.0.113.0/25],"
	" from: 2027-04-01Z, until: 2027-09-30Z}\n"
	"holds:\n"
	"  - {id: H-1, prefixes: [203.0.113.9], from: 2027-05-01Z, how: reset}\n";

/* "After that the limit applies" is said where it does, and no day that a hold forestalls. */
static void after_an_exemption_comes_what_the_policy_says(void **state)
{
	struct web_world w;
	const char *page;

	(void)state;
	web_world_make(&w, exempt_lines, NULL, START + DAY);
	page = web_world_get(&w, "/en/line", "203.0.113.7", "", START + DAY);
	page_has(page, "up to and including 30 September 2027. After that the limit applies.");
	page = web_world_get(&w, "/en/line", "198.51.100.7", "", START + DAY);
	page_has(page, "exempt up to and including 30 September 2027.</p>");
	page_has_not(page, "After that the limit applies");
	page_has_not(page, "This changes on");
	/* Nor that others are limited, nor a change that nothing asks for. */
	page_has(page, "no limit of its service applies to it");
	page_has_not(page, "of the same service are limited");
	page_has_not(page, "change to port 465 or 587");
	page = web_world_get(&w, "/ja/line", "198.51.100.7", "", START + DAY);
	page_has_not(page, "ほかの回線では、制限を行っています");
	page_has_not(page, "お切り替えください");
	page = web_world_get(&w, "/en/line", "198.51.100.129", "", START + DAY);
	page_has(page, "change to port 465 or 587 before it. Neither is limited.");
	page_has_not(page, "of the same service are limited");
	page_has(page, "exempt up to and including 30 September 2027.</p>");
	page_has(page, "This changes on 1 January 2028");
	page = web_world_get(&w, "/en/line", "203.0.113.9", "", START + DAY);
	page_has(page, "This changes on 1 May 2027");
	page_has_not(page, "up to and including");
	page_has_not(page, "until 30 September");
	web_world_done(&w);
}

static const char some_later[] =
	"op25b: 1\n"
	"destinations: [{id: partner, addresses: [203.0.113.1]}]\n"
	"services:\n"
	"  - {id: fibre, addressing: dynamic, pools: [198.51.100.0/25],\n"
	"     port25: [{from: 2028-04-01Z, action: refuse, how: reset, to: [partner]}]}\n";

/* What begins towards some servers does not stop sending on port 25. */
static void a_limit_of_some_destinations_is_announced_as_that(void **state)
{
	struct web_world w;
	const char *page;

	(void)state;
	web_world_make(&w, some_later, NULL, START);
	page = web_world_get(&w, "/en/line", POOL, "", START);
	page_has(page, "data-outcome=\"ok-until-start\"");
	page_has(page, "port 25 is limited towards some mail servers.");
	page_has(page, "from 1 April 2028: affected towards some mail servers");
	page_has_not(page, "sending on port 25 stops");
	page_has(web_world_get(&w, "/en/table", POOL, "", START),
		 "from 1 April 2028: affected towards some mail servers");
	page = web_world_get(&w, "/ja/line", POOL, "", START);
	page_has(page, "2028年4月1日から、一部のメールサーバーへの送信に影響があります");
	page_has_not(page, "開始日から25番ポートでは送れなくなります");
	web_world_done(&w);
}

static const char counted[] =
	"op25b: 1\n"
	"services:\n"
	"  - {id: fibre, access: mobile, addressing: dynamic, pools: [198.51.100.0/25],\n"
	"     port25: [{from: 2027-03-01Z, action: count}%s]}\n";

/* Who only counts has set no date, and prepares nothing that a page could promise. */
static void counting_alone_promises_no_limit(void **state)
{
	struct web_world w;
	const char *page;
	char text[512];

	(void)state;
	snprintf(text, sizeof(text), counted, "");
	web_world_make(&w, text, NULL, START);
	page = web_world_get(&w, "/en/line", POOL, "", START);
	page_has(page, "data-outcome=\"ok-counted\"");
	page_has_not(page, "Not affected yet");
	page_has_not(page, "prepare for a limit");
	page_has_not(web_world_get(&w, "/ja/line", POOL, "", START), "制限に向けた準備");
	page = web_world_get(&w, "/en/policy", POOL, "", START);
	page_has(page, "we only count what would be refused");
	page_has_not(page, "No server stays open");
	page = web_world_get(&w, "/en/faq", POOL, "", START);
	page_has_not(page, "On a date that is already set");
	page_has(page, "no date is set for a limit");
	page_has(web_world_get(&w, "/ja/faq", POOL, "", START), "制限を始める日も決まっていません");
	web_world_done(&w);
	snprintf(text, sizeof(text), counted, ", {from: 2028-03-01Z, action: refuse, how: reset}");
	web_world_make(&w, text, NULL, START);
	page = web_world_get(&w, "/en/line", POOL, "", START);
	page_has(page, "data-outcome=\"ok-counted\"");
	page_has(page, "Not affected yet");
	page_has(web_world_get(&w, "/en/faq", POOL, "", START), "On a date that is already set");
	web_world_done(&w);
}

/* What a rule opens is beside no sentence that nothing can be opened. */
static void who_opens_a_server_does_not_say_that_nobody_can(void **state)
{
	struct web_world w;
	const char *page;

	(void)state;
	web_world_make(&w, two_relays, NULL, START + DAY);
	page = web_world_get(&w, "/en/policy", POOL, "", START + DAY);
	page_has_not(page, "can't be exempted");
	page_has(page, "for single customers");
	page_has_not(web_world_get(&w, "/en/faq", POOL, "", START + DAY),
		     "can't be opened one by one");
	page_has_not(web_world_get(&w, "/en/o/affected-home-server", POOL, "", START + DAY),
		     "exception for single recipients");
	page_has(w.response.html.bytes, "<li>partner</li>");
	page_has(web_world_get(&w, "/policy.json", POOL, "", START + DAY),
		 "\"destination_exemptions\": true");
	web_world_done(&w);
	web_world_make(&w, closed_relay, NULL, START + DAY);
	page = web_world_get(&w, "/policy.json", POOL, "", START + DAY);
	page_has(page, "\"destination_exemptions\": false");
	web_world_done(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_follows_an_exemption_is_what_the_policy_does),
		cmocka_unit_test_setup_teardown(a_hold_claims_nothing_that_nobody_saw,
						web_world_setup, web_world_teardown),
		cmocka_unit_test(what_stays_open_stands_by_the_verdict),
		cmocka_unit_test(no_port_is_promised_that_our_server_lacks),
		cmocka_unit_test(a_port_is_promised_from_its_day_on),
		cmocka_unit_test(after_an_exemption_comes_what_the_policy_says),
		cmocka_unit_test(a_limit_of_some_destinations_is_announced_as_that),
		cmocka_unit_test(counting_alone_promises_no_limit),
		cmocka_unit_test(who_opens_a_server_does_not_say_that_nobody_can),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
