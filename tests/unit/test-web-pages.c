/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The page of a line, of an outcome, and the table: what is said from facts, and in which tense.
 * Which words each outcome has, in both languages and for every example policy, is in
 * tests/pages/render.
 */
#include "tests/unit/web-world.h"

#include <string.h>

/* 002-01, 000-09, 000-10: what is to come is told as coming, with what works already. */
static void a_date_to_come_is_told_as_coming(void **state)
{
	const char *page = web_world_get(*state, "/en/line", POOL, "", START - DAY);

	page_has(page, "data-outcome=\"ok-until-start\" data-verdict=\"not-affected\"");
	page_has(page, "This changes on 1 April 2027: from then on");
	page_has(page, "What to change before 1 April 2027");
	page_has(page,
		 "<strong>Not yet:</strong> Port 25 is limited on your line, from 1 April 2027.");
	page_has_not(page, "since 1 April");
	page = web_world_get(*state, "/ja/line", POOL, "", START - DAY);
	page_has(page, "2027年4月1日から、25番ポートを制限します。");
	page_has_not(page, "から行っています");
	/* A day that is named with までに belongs to those on which it still works. */
	page_has(page, "2027年4月1日の前日までに変えていただくこと");
}

/* 000-09, 001-17: the first page says what is to come, and nothing once it has. */
static void the_first_page_announces_what_is_to_come(void **state)
{
	const char *page = web_world_get(*state, "/en/", POOL, "", START - DAY);

	page_has(page, "On 1 April 2027 a limit on port 25 begins for some services.");
	page_has(page, "A limit on port 25 is going to begin on some lines");
	page_has_not(page, "On some lines port 25 is limited");
	page_has(page, "<a href=\"/en/announcement\">");
	page = web_world_get(*state, "/en/", POOL, "", START);
	page_has_not(page, "data-announced");
}

static const char other_answer[] =
	"op25b: 1\n"
	"mail_servers: [{id: relay, addresses: [192.0.2.25], offers: [relay]}]\n"
	"services:\n"
	"  - {id: fibre, addressing: dynamic, pools: [198.51.100.0/25], port25: [\n"
	"     {from: 2027-01-01Z, action: refuse, how: drop, except: [relay]},\n"
	"     {from: 2027-06-01Z, action: refuse, how: reset, except: [relay]},\n"
	"     {from: 2027-09-01Z, action: refuse, how: reset}]}\n";

/* Another answer to what is refused already is no limit that begins; a server less is. */
static void a_change_of_the_answer_is_not_announced(void **state)
{
	struct web_world w;
	const char *page;

	(void)state;
	web_world_make(&w, other_answer, NULL, START);
	page = web_world_get(&w, "/en/", POOL, "", START);
	page_has(page, "On 1 September 2027 a limit");
	page_has_not(page, "On 1 June 2027");
	page = web_world_get(&w, "/en/announcement/fibre.txt", POOL, "", START);
	page_has(page, "From 1 September 2027");
	page_has(page, "through our mail servers as well as through others");
	web_world_done(&w);
}

/* An exemption of another's, or one that is over, says nothing of what customers may ask for. */
static void exemptions_of_others_are_not_offered(void **state)
{
	static const char tenant[] =
		"tenant: shop\nservices: [{id: s, addressing: fixed, pools: [198.51.100.128/25],"
		" port25: []}]\n"
		"exemptions: [{id: X, prefixes: [198.51.100.129], from: 2027-01-01Z,"
		" until: 2028-01-01Z}]\n";
	struct web_world w;

	(void)state;
	web_world_make(&w,
		       "op25b: 1\nservices: [{id: fibre, addressing: fixed,"
		       " pools: [198.51.100.0/25], port25: []}]\n"
		       "exemptions: [{id: X, prefixes: [198.51.100.9], from: 2027-01-01Z,"
		       " until: 2027-02-01Z}]\n"
		       "include: [tenant.yaml]\n",
		       tenant, START);
	page_has(web_world_get(&w, "/policy.json", POOL, "", START), "\"line_exemptions\": false");
	page_has_not(web_world_get(&w, "/en/policy", POOL, "", START),
		     "A single line can be exempted");
	page_has(web_world_get(&w, "/policy.json", POOL, "", START - 70 * DAY),
		 "\"line_exemptions\": true");
	page_has(web_world_get(&w, "/policy.json", DIALUP, "", START), "\"line_exemptions\": true");
	web_world_done(&w);
}

/* 002-01, 004-15, 002-13: after it, as a fact, with both conditions and the service's name. */
static void a_date_gone_by_is_told_as_a_fact(void **state)
{
	const char *page = web_world_get(*state, "/en/line", POOL, "", START + DAY);

	page_has(page, "data-outcome=\"affected-other-server\" data-verdict=\"affected\"");
	page_has(page, "Port 25 has been limited here since 1 April 2027.");
	page_has(page,
		 "data-holds=\"yes\"><strong>True:</strong> Port 25 is limited on your line.");
	page_has(page,
		 "<strong>True:</strong> The mail server is one that the limit covers.<br>This was "
		 "judged for: Mail program, with another company&#39;s mail server on port 25.");
	page_has(page, "You are on Fibre &lt;dynamic&gt;.");
	page_has_not(page, "This changes on");
	page_has(page, "Receiving mail keeps working.");
	page = web_world_get(*state, "/ja/line", POOL, "", START + DAY);
	page_has(page, "この制限は、2027年4月1日から行っています。");
}

/* The instant outside is not the day that people mean. */
static void an_exemption_is_told_with_its_last_day(void **state)
{
	const char *page = web_world_get(*state, "/en/line", EXEMPT, "", START + DAY);

	page_has(page, "data-outcome=\"ok-exempt\"");
	page_has(page, "up to and including 30 September 2027. After that the limit applies.");
	page_has(page, "data-use=\"other-server\" data-outcome=\"ok-exempt\"");
}

/* 004-22: what /policy says is in the data too, in words that others understand. */
static void the_policy_as_data_says_what_the_page_says(void **state)
{
	struct web_world *w = *state, bare;
	const char *page = web_world_get(w, "/policy.json", POOL, "", START + DAY);

	page_has(page, "\"reason\": {");
	page_has(page, "\"en\": \"To keep bulk mail that nobody asked for");
	page_has(page, "\"ja\": \"迷惑メールが、メールサーバーを通らずに");
	page_has(page, "\"line_exemptions\": true");
	web_world_make(&bare,
		       "op25b: 1\ntimezone: Asia/Tokyo\n"
		       "services: [{id: fibre, addressing: dynamic, pools: [198.51.100.0/24],"
		       " port25: []}]\n"
		       "mail_servers: [{id: relay, addresses: [192.0.2.25],"
		       " hosts: [mail.root.example], offers: [submission, submissions]}]\n"
		       "mail: {domains: [root.example], settings: {outgoing: ["
		       "{host: mail.root.example, port: 465, tls: implicit, since: 2026-10-01},"
		       "{host: mail.root.example, port: 587, tls: starttls}]}}\n",
		       NULL, START);
	page = web_world_get(&bare, "/policy.json", POOL, "", START);
	page_has(page, "\"line_exemptions\": false");
	page_has(page, "\"port\": 465,\n      \"since\": \"2026-09-30T15:00:00Z\"");
	page_has(page, "\"port\": 587,\n      \"since\": null");
	web_world_done(&bare);
}

static void nothing_is_said_of_facts_that_nobody_has(void **state)
{
	const char *page = web_world_get(*state, "/en/line", POOL, "", START + DAY);

	page_has_not(page, "data-seen");
	page_has_not(page, "data-suspect");
}

/* 4b.8: who is held is told on the line page too, and nobody by name. */
static void mail_that_is_held_is_told_on_the_page_of_the_line(void **state)
{
	struct web_world *w = *state;
	const char *page;

	w->facts.mail = (struct op25b_caller_facts){ .known = true, .held = true };
	page = web_world_get(w, "/en/line", POOL, "", START + DAY);
	page_has(page, "data-outcome=\"affected-other-server\"");
	page_has(page, "data-account=\"account-held\">\n<h2>Mail from a mailbox of this line");
	page_has(page, "Mail sent from a mailbox of this line is held for now. It is not deleted.");
	page_has(page, "<a href=\"/en/o/account-held\">");
	page_has(page, "Receiving mail keeps working.");
	page = web_world_get(w, "/ja/line", POOL, "", START + DAY);
	page_has(page, "送信メールをお預かりしています");
	w->facts.mail.stopped = true;
	page = web_world_get(w, "/en/line", POOL, "", START + DAY);
	page_has(page, "data-account=\"account-stopped\"");
	page_has_not(page, "Receiving mail keeps working.");
	w->facts.mail = (struct op25b_caller_facts){ .known = true, .slow = true };
	page_has_not(web_world_get(w, "/en/line", POOL, "", START + DAY), "data-account");
	w->facts.mail = (struct op25b_caller_facts){ .held = true };
	page_has_not(web_world_get(w, "/en/line", POOL, "", START + DAY), "data-account");
}

static void what_was_counted_of_the_line_is_said(void **state)
{
	struct web_world *w = *state;
	const char *page;

	w->facts.line = (struct op25b_line_facts){ .known = true,
						   .last = START + DAY - 60,
						   .reason = OP25B_FOREIGN_SERVER,
						   .since = 1801,
						   .attempts = 12,
						   .destinations = 3 };
	page = web_world_get(w, "/en/line", POOL, "", START + DAY);
	page_has(page,
		 "In the last 31 minutes we refused at least 12 connections to port 25 from your "
		 "line, the last one at "
		 "1 April 2027, 23:59 JST.");
	page_has_not(page, "data-suspect");
	page = web_world_get(w, "/ja/line", POOL, "", START + DAY);
	page_has(
		page,
		"直近31分の間に、お使いの回線から25番ポートへの接続を少なくとも12回お断りしました。最後は2027年4月1日 23:59（JST）です。");
	w->facts.line.attempts = 1;
	page = web_world_get(w, "/en/line", POOL, "", START + DAY);
	page_has(page, "we refused a connection to port 25 from your line, at 1 April 2027, 23:59");
}

/* What is older than the count is not told as none; a count of seconds tells nothing of none. */
static void none_is_told_of_what_was_counted(void **state)
{
	struct web_world *w = *state;
	const char *page;

	w->facts.line = (struct op25b_line_facts){ .known = true,
						   .last = START + DAY - 2600,
						   .reason = OP25B_FOREIGN_SERVER,
						   .since = 1920 };
	page = web_world_get(w, "/en/line", POOL, "", START + DAY);
	page_has(page, "The last connection from your line to port 25 that we refused was at "
		       "1 April 2027, 23:16");
	page_has_not(page, "In the last");
	page = web_world_get(w, "/ja/line", POOL, "", START + DAY);
	page_has(page, "最後にお断りしたのは、2027年4月1日 23:16");
	page_has_not(page, "記録はありません");
	w->facts.line.last = 0;
	page = web_world_get(w, "/en/line", POOL, "", START + DAY);
	page_has(page, "In the last 32 minutes we did not see that a connection");
	page = web_world_get(w, "/ja/line", POOL, "", START + DAY);
	page_has(page, "直近32分の間に");
	w->facts.line.since = 59;
	page = web_world_get(w, "/en/line", POOL, "", START + DAY);
	page_has_not(page, "data-seen");
}

/* 000-08, 002-04, 002-12: what is seen, without blame, and how to look. */
static void many_servers_are_told_without_blame(void **state)
{
	struct web_world *w = *state;
	const char *page;

	w->facts.line = (struct op25b_line_facts){ .known = true,
						   .last = START + DAY - 60,
						   .since = 3599,
						   .attempts = 40,
						   .destinations = 20,
						   .suspect = true };
	page = web_world_get(w, "/en/line", POOL, "", START + DAY);
	page_has(page, "data-suspect");
	page_has(page,
		 "In the last 60 minutes something on your line tried at least 20 different mail "
		 "servers. A newsletter or a mail server of your own");
	page_has(page, "<a href=\"/en/o/suspect\">");
	page_has_not(page, "infected");
	page_has_not(page, "you have sent");
}

/* 002-01: no limit is told of before it begins, nor where there is none. */
static void the_first_page_speaks_in_the_policys_tense(void **state)
{
	static const char open_policy[] =
		"op25b: 1\n"
		"services: [{id: a, addressing: fixed, pools: [198.51.100.0/25], port25: []}]\n";
	struct web_world w;
	const char *page = web_world_get(*state, "/en/", POOL, "", START + DAY);

	page_has(page, "On some lines port 25 is limited");
	page = web_world_get(*state, "/en/", DIALUP, "", START + DAY);
	page_has(page, "On some lines port 25 is limited");
	page = web_world_get(*state, "/en/privacy", POOL, "", START + DAY);
	page_has(page, "For 365 days.");
	page_has_not(page, "all of it");
	page = web_world_get(*state, "/en/help?where=hotel&server=own-server&port=25", POOL, "",
			     START + DAY);
	page_has(page, "data-outcome=\"elsewhere-blocked\"");
	page_has(page, "You are asking from a line of ours now");
	page_has_not(page, "you are on now is not ours");
	page_has_not(page, "Your address belongs to this line of ours");
	web_world_make(&w, open_policy, NULL, START);
	page = web_world_get(&w, "/en/", POOL, "", START);
	page_has(page, "These pages help you send mail.");
	page_has_not(page, "port 25 is limited");
	web_world_done(&w);
}

/* 6b.4: a line that is known in both families is answered in both; else the other is a link. */
static void both_families_are_answered_or_linked(void **state)
{
	struct web_world *w = *state;
	const char *page = web_world_get(w, "/en/line", NAMED, "", START + DAY);

	page_has(page, "<section data-family=\"v6\">");
	page = web_world_get(w, "/en/line", POOL, "", START + DAY);
	page_has(page, "data-family=\"v4\">This answer is for IPv4");
	page_has_not(page, "https://v6.");
	w->file.host6 = "v6.help.root.example";
	page = web_world_get(w, "/en/line", POOL, "", START + DAY);
	page_has(page, "<a href=\"https://v6.help.root.example/en/line\">Answer for IPv6</a>");
}

/* 6b.1: by a name of one family a caller of the other is no evidence of what was asked. */
static void the_family_that_was_asked_for_may_not_be_seen(void **state)
{
	struct web_world *w = *state;
	const char *page;

	w->file.host4 = "v4.help.root.example";
	w->file.host6 = "v6.help.root.example";
	page = web_world_get(w, "/en/line", SIX, "V4.help.root.example:443", START + DAY);
	page_has(page, "data-outcome=\"cannot-tell-family\" data-verdict=\"cannot-tell\"");
	page_has(page, "<a href=\"https://v6.help.root.example/en/line\">Answer for IPv6</a>");
	page_has_not(page, "data-use");
	page = web_world_get(w, "/en/line", SIX, "v6.help.root.example", START + DAY);
	page_has(page, "data-outcome=\"affected-other-server\"");
	/* Of a line that is known in both, the one that was asked for comes first. */
	page = web_world_get(w, "/en/line", NAMED, "v6.help.root.example", START + DAY);
	page_has(page, "Address: 2001:db8:a000:100::");
	page_has(page, "<section data-family=\"v4\">");
	page = web_world_get(w, "/en/line", POOL, "v6.help.root.example", START + DAY);
	page_has(page, "data-outcome=\"cannot-tell-family\"");
}

/* 000-13, 004-07: who comes from elsewhere is not told about our lines, nor shown a detail. */
static void a_stranger_is_told_that_nobody_can_tell(void **state)
{
	const char *page = web_world_get(*state, "/en/line", STRANGER, "", START + DAY);

	page_has(page, "data-outcome=\"cannot-tell-elsewhere\" data-verdict=\"cannot-tell\"");
	page_has_not(page, STRANGER);
	page_has_not(page, "op25b explain");
	page_has_not(page, "data-use");
}

/* Of an address that many lines share nothing is claimed: neither that they are limited nor not. */
static void of_a_shared_address_no_condition_is_known(void **state)
{
	const char *page = web_world_get(*state, "/en/line", SHARED, "", START + DAY);

	page_has(page, "data-outcome=\"cannot-tell-shared\" data-verdict=\"cannot-tell\"");
	page_has(page, "data-holds=\"unknown\"><strong>Not known:</strong>");
	page_has_not(page, "data-holds=\"yes\"");
	page_has_not(page, "data-holds=\"no\"");
	page_has(page, "data-use=\"submission\" data-outcome=\"ok-already-submission\"");
}

/* 001-21, 002-28, 002-29, 002-30, 000-20: in order, with cost, time, desk, process, changes. */
static void ways_out_come_in_order_with_what_they_change(void **state)
{
	const char *page =
		web_world_get(*state, "/en/o/affected-other-server", POOL, "", START + DAY);
	const char *first = strstr(page, "data-remedy=\"submission\"");
	const char *second = strstr(page, "data-remedy=\"fixed_ip\"");

	assert_true(first && second && first < second);
	page_has(first, "about 10 minutes");
	page_has(second, "about 14 days");
	page_has(second, "the fee differs");
	page_has(second, "You end your present contract and make a new one.");
	page_has(
		second,
		"<li>the account with which your line connects</li>\n<li>the services that you can "
		"use with it</li>\n<li>the fee</li>");
	page = web_world_get(*state, "/ja/o/affected-home-server", POOL, "", START + DAY);
	page_has(page, "data-help=\"none\"");
}

/* 6b.2, 000-23: the words and the contact are those of the line, whatever the host name is. */
static void the_provider_of_the_line_speaks(void **state)
{
	static struct op25b_web_host hosts[] = {
		{ .name = "help.a.example", .tenant_id = "aozora", .tenant = 1 }
	};
	struct web_world *w = *state;
	const char *page;

	w->file.hosts = hosts;
	w->file.n_hosts = 1;
	page = web_world_get(w, "/en/line", DIALUP, "help.a.example:8443", START + DAY);
	page_has(page, "Aozora Line");
	page_has(page, "tel:+81-3-0000-0001");
	page_has_not(page, "data-speaker");
	page = web_world_get(w, "/en/line", DIALUP, "help.root.example", START + DAY);
	page_has(page, "data-speaker=\"line\">Your line belongs to Aozora Line");
	page_has(page, "<a href=\"https://help.a.example\">Pages of Aozora Line</a>");
	page_has_not(page, "tel:+81-3-0000-0009");
	page = web_world_get(w, "/en/", STRANGER, "HELP.A.example", START + DAY);
	page_has(page, "Aozora Line");
	page = web_world_get(w, "/en/table", DIALUP, "", START + DAY);
	page_has(page, "data-service=\"aozora/dialup\"");
	page_has_not(page, "data-service=\"fibre");
}

/* Of one service only what it has is asked, and the link of a cell leads to its ways out. */
static void the_table_has_each_service_with_each_use(void **state)
{
	const char *page = web_world_get(*state, "/en/table", POOL, "", START + DAY);

	page_has(page, "data-use=\"own-server\" data-outcome=\"ok-designated\"");
	page_has(page, "data-use=\"home-server\" data-outcome=\"affected-home-server\" "
		       "data-verdict=\"affected\" data-service=\"fibre\"");
	page_has(page,
		 "data-outcome=\"ok-line\" data-verdict=\"not-affected\" data-service=\"fixed\"");
	page_has(page, "<a href=\"/en/o/affected-home-server?service=fibre\">");
	/* The relay has no IPv6 address: the families answer differently, and are told apart. */
	page_has(page, "data-family=\"v4\">\n<caption>over IPv4</caption>");
	page_has(page, "data-family=\"v6\">\n<caption>over IPv6</caption>");
	page_has(page, "You are on Fibre &lt;dynamic&gt;.");
	page = web_world_get(*state, "/en/o/affected-home-server?service=fixed", POOL, "",
			     START + DAY);
	page_has(page, "This holds for: Fixed");
	page = web_world_get(*state, "/en/o/affected-home-server?service=aozora%2Fdialup", POOL, "",
			     START + DAY);
	page_has_not(page, "This holds for");
}

/* No page says of a line what does not hold on it. */
static void who_reads_of_another_outcome_is_told_the_own(void **state)
{
	const char *page =
		web_world_get(*state, "/en/o/affected-other-server", POOL, "", START - DAY);

	page_has(page,
		 "data-now=\"ok-until-start\">On the line you are on now it is otherwise: You can "
		 "send as before for now.");
	page = web_world_get(*state, "/en/o/affected-other-server", STRANGER, "", START - DAY);
	page_has_not(page, "data-now");
}

static void who_reads_of_the_own_outcome_is_told_the_date(void **state)
{
	const char *page =
		web_world_get(*state, "/en/o/affected-other-server", POOL, "", START + DAY);

	page_has(page, "Port 25 has been limited here since 1 April 2027.");
	page_has_not(page, "data-now");
	page = web_world_get(*state, "/en/o/affected-other-server?service=fixed", POOL, "",
			     START + DAY);
	page_has(page, "data-now=\"ok-line\">For this service it is otherwise now:");
}

static const char one_family[] =
	"op25b: 1\n"
	"mail_servers:\n"
	"  - {id: four, addresses: [192.0.2.25], offers: [relay]}\n"
	"  - {id: six, addresses: [\"2001:db8:25::25\"], offers: [relay]}\n"
	"services:\n"
	"  - {id: fibre, addressing: dynamic,"
	" pools: [198.51.100.0/25, {prefix: \"2001:db8:a000::/40\", line: 56}],\n"
	"     port25: [{from: 2027-04-01Z, action: refuse, how: reset, except: [four]}]}\n";

/* What holds over IPv6 alone holds, though the service's first pool has IPv4. */
static void an_outcome_of_either_family_is_the_services(void **state)
{
	struct web_world w;
	const char *page;

	(void)state;
	web_world_make(&w, one_family, NULL, START + DAY);
	page = web_world_get(&w, "/en/o/affected-own-server?service=fibre", STRANGER, "",
			     START + DAY);
	page_has_not(page, "data-now");
	page_has(page, "Port 25 has been limited here since 1 April 2027.");
	page = web_world_get(&w, "/en/o/affected-hosting-server?service=fibre", STRANGER, "",
			     START + DAY);
	page_has_not(page, "data-now");
	web_world_done(&w);
}

int main(void)
{
#define AT(make, test) cmocka_unit_test_setup_teardown(test, make, web_world_teardown)
	const struct CMUnitTest tests[] = {
		AT(web_world_setup_before, a_date_to_come_is_told_as_coming),
		AT(web_world_setup_before, the_first_page_announces_what_is_to_come),
		cmocka_unit_test(a_change_of_the_answer_is_not_announced),
		cmocka_unit_test(exemptions_of_others_are_not_offered),
		AT(web_world_setup, a_date_gone_by_is_told_as_a_fact),
		AT(web_world_setup, an_exemption_is_told_with_its_last_day),
		AT(web_world_setup, the_policy_as_data_says_what_the_page_says),
		AT(web_world_setup, nothing_is_said_of_facts_that_nobody_has),
		AT(web_world_setup, mail_that_is_held_is_told_on_the_page_of_the_line),
		AT(web_world_setup, what_was_counted_of_the_line_is_said),
		AT(web_world_setup, none_is_told_of_what_was_counted),
		AT(web_world_setup, many_servers_are_told_without_blame),
		AT(web_world_setup, the_first_page_speaks_in_the_policys_tense),
		AT(web_world_setup, both_families_are_answered_or_linked),
		AT(web_world_setup, the_family_that_was_asked_for_may_not_be_seen),
		AT(web_world_setup, a_stranger_is_told_that_nobody_can_tell),
		AT(web_world_setup, of_a_shared_address_no_condition_is_known),
		AT(web_world_setup, ways_out_come_in_order_with_what_they_change),
		AT(web_world_setup, the_provider_of_the_line_speaks),
		AT(web_world_setup, the_table_has_each_service_with_each_use),
		AT(web_world_setup_before, who_reads_of_another_outcome_is_told_the_own),
		AT(web_world_setup, who_reads_of_the_own_outcome_is_told_the_date),
		cmocka_unit_test(an_outcome_of_either_family_is_the_services),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
