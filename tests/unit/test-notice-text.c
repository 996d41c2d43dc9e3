/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Texts of a plan: which there are, that each is what the responder takes, and what is left out of
 * them. What the example policies have said, word for word, is in tests/cli/notice.
 */
#include "tests/unit/test.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "notice/text.h"
#include "policy/compile.h"

#define NOW 1798761600 /* 2027-01-01 */

#define FROM "from: \"2026-01-01T00:00:00Z\""

/* An allocation of the code under test that fails: the policy-memory test does the same. */
static size_t countdown; /* 0: nothing fails */

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_reallocarray(void *old, size_t n, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_reallocarray(void *old, size_t n, size_t size);

static bool is_refused(void)
{
	return countdown && !--countdown;
}

void *__wrap_malloc(size_t size)
{
	return is_refused() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return is_refused() ? NULL : __real_calloc(n, size);
}

void *__wrap_reallocarray(void *old, size_t n, size_t size)
{
	return is_refused() ? NULL : __real_reallocarray(old, n, size);
}

struct world {
	struct op25b_policy *policy;
	struct op25b_plan plan;
	struct op25b_notice_texts texts;
};

static void make_plan(struct world *w, const char *text, int64_t now)
{
	struct op25b_findings findings;

	*w = (struct world){ 0 };
	if (op25b_policy_load_buffer("policy", text, strlen(text), now, &w->policy, &findings)) {
		op25b_findings_print(&findings, stderr);
		fail();
	}
	op25b_findings_free(&findings);
	assert_int_equal(op25b_plan_make(w->policy, now, NULL, &w->plan), 0);
}

static void make(struct world *w, const char *text, int64_t now)
{
	make_plan(w, text, now);
	assert_int_equal(op25b_notice_texts_make(&w->plan, &w->texts), 0);
}

static void done(struct world *w)
{
	op25b_notice_texts_done(&w->texts);
	op25b_plan_done(&w->plan);
	op25b_policy_free(&w->policy);
}

static void check(const struct op25b_notice_text *text, unsigned int service, unsigned int reason,
		  unsigned int manner)
{
	assert_int_equal(text->service, service);
	assert_int_equal(text->reason, reason);
	assert_int_equal(text->manner, manner);
}

/* That op25bd may send it, and the responder takes it: a reply that is none is refused there. */
static void check_on_the_wire(const struct op25b_notice_text *text)
{
	struct op25b_wire_message door = {
		.kind = OP25B_WIRE_DOOR,
		.door = { .id = 1, .manner = text->manner, .v6_len = text->line6 }
	};
	struct op25b_error error = { "" };
	uint8_t bytes[OP25B_WIRE_SIZE];
	int r;

	for (size_t i = 0; i < OP25B_WIRE_N_REPLIES; i++)
		door.door.replies[i] = text->replies[i];
	r = op25b_wire_encode(&door, bytes, &error);
	assert_string_equal(error.text, "");
	assert_true(r > 0);
}

static const char world_policy[] =
	"op25b: 1\n"
	"mail_servers:\n"
	"  - {id: relay, addresses: [192.0.2.25], hosts: [mail.example.net], offers: [relay]}\n"
	"services:\n"
	"  - id: a\n"
	"    addressing: dynamic\n"
	"    pools: [198.51.100.0/26]\n"
	"    port25: [{" FROM ", action: refuse, how: notice, manner: later}]\n"
	"  - id: b\n"
	"    addressing: shared\n"
	"    unknown_line: refuse\n"
	"    pools: [{prefix: 198.51.100.64/26, map: {v6: \"2001:db8:1000::/40\", ea: 16}}]\n"
	"    port25: [{" FROM ", action: refuse, how: notice, manner: helo}]\n"
	"  - id: c\n"
	"    addressing: dynamic\n"
	"    pools:\n"
	"      - 198.51.100.128/26\n"
	"      - {prefix: \"2001:db8:1000::/40\", line: 56}\n"
	"      - {prefix: \"2001:db8:2000::/40\", line: 60}\n"
	"    port25: [{" FROM ", action: refuse, how: reset}]\n"
	"  - {id: d, addressing: fixed, pools: [203.0.113.0/26], port25: []}\n"
	"lines:\n"
	"  - {id: L-1, service: d, prefixes: [\"2001:db8:3000::/48\"]}\n"
	"holds:\n"
	"  - {id: H-1, lines: [L-1], until: \"2027-02-01T00:00:00Z\", how: notice}\n"
	"  - {id: H-2, lines: [L-1], until: \"2027-02-01T00:00:00Z\", how: drop}\n"
	"  - id: H-3\n"
	"    lines: [who]\n"
	"    until: \"2027-01-01T00:00:00Z\"\n"
	"    how: notice\n"
	"    manner: helo\n";

static void there_is_a_text_for_each_that_can_be_asked_for_and_no_other(void **state)
{
	const struct op25b_notice_text *list;
	struct world w;

	(void)state;
	make(&w, world_policy, NOW);
	list = w.texts.list;
	/* Of the hold in force one a service, b being two; of the cells a's and both of b's. */
	assert_int_equal(w.texts.n, 5 + 2 + 4);
	for (size_t i = 0; i < 3; i++) {
		const unsigned int service[] = { 1, 2, 5 };
		const unsigned int manner[] = { OP25B_LATER, OP25B_HELO, OP25B_HELO };
		const size_t at[] = { 0, 3, 8 };

		check(&list[at[i]], service[i], OP25B_HOLD, OP25B_GREETING);
		check(&list[at[i] + 1], service[i], OP25B_DESIGNATED_SERVER_CLOSED, manner[i]);
		check(&list[at[i] + 2], service[i], OP25B_FOREIGN_SERVER, manner[i]);
	}
	check(&list[6], 3, OP25B_HOLD, OP25B_GREETING);
	check(&list[7], 4, OP25B_HOLD, OP25B_GREETING);
	for (size_t i = 0; i < 3; i++)
		assert_string_equal(list[3 + i].code, list[8 + i].code);
	for (size_t i = 0; i < w.texts.n; i++)
		check_on_the_wire(&list[i]);
	assert_int_equal(list[0].line6, 64);
	assert_int_equal(list[6].line6, 60);
	assert_int_equal(list[7].line6, 48);
	done(&w);
}

static void a_hold_that_has_ended_has_no_text(void **state)
{
	struct world w;

	(void)state;
	make(&w, world_policy, NOW + 31 * 86400);
	assert_int_equal(w.texts.n, 6);
	done(&w);
	/* The last second of H-3, in which both are in force. */
	make(&w, world_policy, NOW - 1);
	assert_int_equal(w.texts.n, 16);
	done(&w);
}

static void a_policy_without_notices_has_no_text(void **state)
{
	struct world w;

	(void)state;
	make(&w, "op25b: 1\nservices: [{id: a, addressing: fixed, port25: []}]\n", NOW);
	assert_int_equal(w.texts.n, 0);
	done(&w);
}

/* The sentences of a reply, a line each, without that of the code, which stands for itself. */
static void strip(const struct op25b_notice_text *of, char *out)
{
	const char *reply = of->replies[OP25B_WIRE_FIRST];
	char *code;
	size_t n;

	*out = '\0';
	for (; *reply; reply += n + 2) {
		n = strcspn(reply, "\r");
		if (strncmp(reply + 10, "Code for support: ", 18) != 0)
			sprintf(out + strlen(out), "%.*s\n", (int)n - 10, reply + 10);
		else
			assert_memory_equal(reply + 28, of->code, strlen(of->code));
	}
	code = strstr(out, of->code);
	if (code)
		memcpy(code, "CODE-CODE-CO", strlen(of->code));
}

/* What a refusal to a line says, by a policy with these keys at the top, and in the service. */
static void check_refusal(const char *top, const char *service, const char *wanted)
{
	const struct op25b_notice_text *refusal;
	char text[2048];
	struct world w;

	snprintf(text, sizeof(text),
		 "op25b: 1\n%sservices:\n"
		 "  - {id: a, addressing: dynamic, pools: [198.51.100.0/26], %sport25: "
		 "[{" FROM ", action: refuse, how: notice}]}\n",
		 top, service);
	make(&w, text, NOW);
	assert_true(w.texts.n);
	refusal = &w.texts.list[w.texts.n - 1];
	check(refusal, 1, OP25B_FOREIGN_SERVER, OP25B_GREETING);
	check_on_the_wire(refusal);
	strip(refusal, text);
	assert_string_equal(text, wanted);
	done(&w);
}

#define CLOSED     ": Port 25 is closed on this line.\n"
#define PROGRAM    "Mail program or device: use port 587 or 465, and log in.\n"
#define LETTERS_24 "abcdefghijklmnopqrstuvwx"
#define LETTERS_34 LETTERS_24 "yz12345678"

static void what_is_not_known_is_left_out(void **state)
{
	(void)state;
	check_refusal("", "", "port25.invalid" CLOSED PROGRAM);
	check_refusal("provider: {name: Example Net}\n", "",
		      "port25.invalid" CLOSED PROGRAM "Line: Example Net.\n");
	check_refusal("", "name: Fibre, ", "port25.invalid" CLOSED PROGRAM "Line: Fibre.\n");
}

/* A name comes from a file; in a reply a line end would be the end of a reply. */
static void what_is_not_plain_ascii_or_too_long_is_not_said(void **state)
{
	(void)state;
	check_refusal(
		"provider: {name: \"A\\r\\n250 ok\", help_url: \"https://h.example/\\r\\n\"}\n",
		"name: {ja: 光}, ", "port25.invalid" CLOSED PROGRAM);
	check_refusal("provider: {name: " LETTERS_24 "}\n", "name: " LETTERS_34 "5, ",
		      "port25.invalid" CLOSED PROGRAM "Line: " LETTERS_24 ".\n");
	check_refusal("provider: {name: " LETTERS_24 "y}\n", "name: " LETTERS_34 ", ",
		      "port25.invalid" CLOSED PROGRAM "Line: " LETTERS_34 ".\n");
}

#define SERVER(id, n, hosts, offers)                                        \
	"  - {id: " id ", addresses: [192.0.2." n "], hosts: [" hosts "], " \
	"offers: [" offers "]}\n"
#define MX      SERVER("mx", "1", "mx.example.net", "mx")
#define RELAY   SERVER("relay", "2", "relay.example.net", "relay")
#define HOSTING SERVER("hosting", "3", "web.example.net", "hosting, submission")

static void the_host_is_the_providers_that_takes_mail(void **state)
{
	(void)state;
	check_refusal("mail_servers:\n" MX RELAY HOSTING SERVER(
			      "s", "4",
			      "\"*.example.net\", -x.example.net, 10.0.0.1, host, s.example.net, "
			      "t.example.net",
			      "submissions"),
		      "", "s.example.net" CLOSED PROGRAM);
	check_refusal("mail_servers:\n" MX RELAY HOSTING, "", "web.example.net" CLOSED PROGRAM);
	check_refusal("mail_servers:\n" MX RELAY, "", "relay.example.net" CLOSED PROGRAM);
	check_refusal("mail_servers:\n" MX, "", "port25.invalid" CLOSED PROGRAM);
	check_refusal("provider: {help_url: \"https://help.example.net:8443\"}\n", "",
		      "help.example.net" CLOSED PROGRAM
		      "Help: https://help.example.net:8443/e/affected-other-server\n");
}

/* Of `help_url`; what is expected is the last line. */
static void check_link(const char *url, const char *link)
{
	char top[512], wanted[512];

	snprintf(top, sizeof(top), "mail_servers:\n" RELAY "provider: {help_url: \"%s\"}\n", url);
	snprintf(wanted, sizeof(wanted), "relay.example.net" CLOSED PROGRAM "%s", link);
	check_refusal(top, "", wanted);
}

/* With 23 characters there is room for the code, with 36 for the page, with 60 for itself. */
static void a_link_is_as_long_as_has_room(void **state)
{
	(void)state;
	check_link("https://www.example.net",
		   "Help: https://www.example.net/e/affected-other-server/CODE-CODE-CO\n");
	check_link("https://help.example.net/",
		   "Help: https://help.example.net/e/affected-other-server\n");
	check_link("https://a-long-name.help.example.net",
		   "Help: https://a-long-name.help.example.net/e/affected-other-server\n");
	check_link("https://a-longer-name.help.example.net",
		   "Help: https://a-longer-name.help.example.net\n");
	check_link("https://help.example.net/?port=25",
		   "Help: https://help.example.net/?port=25\n");
	check_link("https://help.example.net/ports/twenty-five/closed-on-this-line", "");
}

/* A remedy is spoken of where it is named, and the policy has what it takes. */
static void a_way_out_is_one_that_there_is(void **state)
{
	static const char server[] =
		"mail_servers:\n" SERVER("s", "4", "s.example.net", "submissions");

	(void)state;
	check_refusal("", "remedies: {other-server: []}, ", "port25.invalid" CLOSED);
	check_refusal("", "remedies: {device: [submission_465], home-server: [relay, fixed_ip]}, ",
		      "port25.invalid" CLOSED
		      "Mail program or device: use port 465, and log in.\n");
	check_refusal(server,
		      "remedies: {other-server: [webmail], home-server: [fixed_ip, relay]}, ",
		      "s.example.net" CLOSED "Webmail is not affected.\n"
		      "Home server: relay via s.example.net:465; log in.\n");
	check_refusal(server, "remedies: {no-submission: [isp_server]}, ",
		      "s.example.net" CLOSED "With a mailbox of ours: s.example.net, port 465.\n");
}

/* To some servers only, of which one is the provider's: port 25 of the line is not closed. */
static void what_is_closed_towards_some_is_not_said_of_the_line(void **state)
{
	static const char text[] =
		"op25b: 1\n"
		"mail_servers:\n" MX RELAY
		"destinations: [{id: some, addresses: [192.0.2.1, 203.0.113.0/24]}]\n"
		"services:\n"
		"  - {id: a, addressing: dynamic, pools: [198.51.100.0/26], port25: [{" FROM
		", action: refuse, how: notice, manner: helo, to: [some]}]}\n"
		"holds: [{id: h, lines: [x], how: notice, manner: helo}]\n";
	static const unsigned int reasons[] = { OP25B_HOLD, OP25B_DESIGNATED_SERVER_CLOSED,
						OP25B_FOREIGN_SERVER };
	struct world w;

	(void)state;
	make(&w, text, NOW);
	assert_int_equal(w.texts.n, 3);
	for (size_t i = 0; i < w.texts.n; i++) {
		const struct op25b_notice_text *of = &w.texts.list[i];
		bool all = reasons[i] == OP25B_HOLD;

		check(of, 1, reasons[i], OP25B_HELO);
		check_on_the_wire(of);
		for (size_t k = OP25B_WIRE_FIRST; k <= OP25B_WIRE_OTHER; k++) {
			assert_int_equal(strstr(of->replies[k], "is closed on this line") != NULL,
					 all);
			assert_int_equal(strstr(of->replies[k], "to that server is closed") != NULL,
					 !all);
			assert_null(strstr(of->replies[k], "That includes"));
		}
	}
	done(&w);
}

static void texts_beyond_their_number_are_counted(void **state)
{
	const size_t room = 256UL * 1024;
	char *text = calloc(1, room);
	size_t n;
	struct world w;

	(void)state;
	assert_non_null(text);
	n = (size_t)snprintf(text, room, "op25b: 1\nservices:\n");
	for (unsigned int i = 0; i < 1400; i++)
		n += (size_t)snprintf(text + n, room - n,
				      "  - {id: s%u, addressing: fixed, port25: []}\n", i);
	snprintf(text + n, room - n,
		 "holds:\n"
		 "  - {id: a, lines: [x], how: notice}\n"
		 "  - {id: b, lines: [x], how: notice, manner: later}\n"
		 "  - {id: c, lines: [x], how: notice, manner: helo}\n");
	make(&w, text, NOW);
	assert_int_equal(w.texts.n, OP25B_NOTICE_TEXTS);
	assert_int_equal(w.texts.beyond, 3 * 1400 - OP25B_NOTICE_TEXTS);
	done(&w);
	free(text);
}

static void every_failed_allocation_is_told_and_leaves_nothing(void **state)
{
	struct op25b_notice_texts texts = { 0 };
	struct world w;
	size_t n = 1;

	(void)state;
	make_plan(&w, world_policy, NOW);
	for (;; n++) {
		int r;

		countdown = n;
		r = op25b_notice_texts_make(&w.plan, &texts);
		if (countdown)
			break;
		assert_int_equal(r, -ENOMEM);
		assert_null(texts.list);
	}
	countdown = 0;
	assert_true(n > 10);
	op25b_notice_texts_done(&texts);
	done(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_is_a_text_for_each_that_can_be_asked_for_and_no_other),
		cmocka_unit_test(a_hold_that_has_ended_has_no_text),
		cmocka_unit_test(a_policy_without_notices_has_no_text),
		cmocka_unit_test(what_is_not_known_is_left_out),
		cmocka_unit_test(what_is_not_plain_ascii_or_too_long_is_not_said),
		cmocka_unit_test(the_host_is_the_providers_that_takes_mail),
		cmocka_unit_test(a_link_is_as_long_as_has_room),
		cmocka_unit_test(a_way_out_is_one_that_there_is),
		cmocka_unit_test(what_is_closed_towards_some_is_not_said_of_the_line),
		cmocka_unit_test(texts_beyond_their_number_are_counted),
		cmocka_unit_test(every_failed_allocation_is_told_and_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
