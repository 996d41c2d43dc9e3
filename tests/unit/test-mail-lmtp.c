/* SPDX-License-Identifier: BSD-2-Clause */
/* Test mails by LMTP: what is answered, and what of a mail is looked at. */
#include "tests/unit/test.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "mail/lmtp.h"
#include "policy/prefix.h"

#define CODE    4000000006U
#define ADDRESS "check+4000000006@isp.example"
#define BEGIN   "LHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<" ADDRESS ">\r\nDATA\r\n"

/* Postfix's own words, of the lab's hosts; F what another may have said. */
#define BY(host, with) \
	"\tby " host " (Postfix) with " with " id 4jbQ1V0zplzGv\r\n\tfor <x>; Thu\r\n"
#define FROM(address) "Received: from client.example (unknown [" address "])\r\n"
#define TLS           "\t(using TLSv1.3 with cipher X (256/256 bits)\r\n\t key-exchange Y)\r\n"
#define LINE          "198.51.100.7"
#define HOST          "192.0.2.25"

struct world {
	char said[4000];
	int known; /* what is answered to a code */
	int keep;
	int kept; /* how many mails */
	char sender[OP25B_LMTP_SENDER];
	struct op25b_trace trace;
};

static bool is_domain(void *arg, const char *domain)
{
	(void)arg;
	return !strcasecmp(domain, "isp.example");
}

static int is_known(void *arg, uint64_t code)
{
	const struct world *w = arg;

	return code == CODE ? w->known : 0;
}

static int keep(void *arg, const struct op25b_lmtp_mail *mail)
{
	struct world *w = arg;

	assert_true(mail->code == CODE);
	w->kept++;
	w->trace = *mail->trace;
	snprintf(w->sender, sizeof(w->sender), "%s", mail->sender);
	return w->keep;
}

static void say(void *to, const char *text)
{
	struct world *w = to;

	snprintf(w->said + strlen(w->said), sizeof(w->said) - strlen(w->said), "%s", text);
}

static bool is_host(void *arg, const char *name)
{
	(void)arg;
	return !strcmp(name, "mail.isp.example") || !strcmp(name, "mx.isp.example");
}

static bool is_ours(void *arg, const struct op25b_prefix *address)
{
	static const struct op25b_prefix ours = { OP25B_V4, 32, { 192, 0, 2, 25 } };

	(void)arg;
	return op25b_prefix_holds(&ours, address);
}

/* A whole conversation, in pieces of some bytes. */
static bool talk(struct world *w, const char *text, size_t size, size_t piece)
{
	static struct op25b_lmtp lmtp;
	const struct op25b_lmtp_calls calls = { is_domain, is_known, keep, w, say };
	const struct op25b_trace_own own = { is_host, is_ours, NULL };
	bool open = true;

	op25b_lmtp_begin(&lmtp, &calls, &own, w);
	for (size_t i = 0; open && i < size; i += piece)
		open = op25b_lmtp_feed(&lmtp, text + i, size - i < piece ? size - i : piece);
	return open;
}

static struct world told(const char *text)
{
	struct world all = { .known = 1 };

	talk(&all, text, strlen(text), strlen(text));
	/* However the bytes come, it is the same. */
	for (size_t piece = 1; piece < 4; piece++) {
		struct world w = { .known = 1 };

		talk(&w, text, strlen(text), piece);
		assert_string_equal(w.said, all.said);
		assert_int_equal(w.kept, all.kept);
	}
	return all;
}

/* What is known of a mail with this header. */
static struct op25b_trace trace_of(const char *header)
{
	char text[8000];
	struct world w;

	snprintf(text, sizeof(text), BEGIN "%s\r\nbody\r\n.\r\n", header);
	w = told(text);
	assert_int_equal(w.kept, 1);
	return w.trace;
}

static void a_mail_to_a_known_code_is_taken(void **state)
{
	const struct world w = told(BEGIN "Subject: s\r\n\r\n..\r\n. \r\n.\r\nQUIT\r\nNOOP\r\n");

	(void)state;
	assert_int_equal(w.kept, 1);
	assert_string_equal(w.sender, "a@b.example");
	assert_string_equal(w.said, "220 op25b-maild LMTP\r\n"
				    "250-op25b-maild\r\n250-PIPELINING\r\n250-8BITMIME\r\n"
				    "250 ENHANCEDSTATUSCODES\r\n"
				    "250 2.1.0 fine\r\n250 2.1.5 fine\r\n354 end with a dot\r\n"
				    "250 2.0.0 seen\r\n221 2.0.0 bye\r\n");
}

static void only_a_code_of_ours_is_a_recipient(void **state)
{
	static const char *const refused[] = {
		"check@isp.example",
		"check+@isp.example",
		"check+4000000007@isp.example", /* a wrong digit */
		"check+3000000003@isp.example",
		"check+40000000060@isp.example",
		"check+400000006@isp.example",
		"check+4000-000-006@isp.example",
		"check+4000000006@b.example",
		"check+4000000006",
		"ann+4000000006@isp.example",
		"x@check+4000000006@isp.example",
		"check+4123456780@isp.example", /* nobody drew it */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		char text[300];
		struct world w;

		snprintf(text, sizeof(text), "LHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<%s>\r\nDATA\r\n",
			 refused[i]);
		w = told(text);
		assert_non_null(strstr(w.said, "550 5.1.1 "));
		assert_non_null(strstr(w.said, "554 5.5.1 "));
	}
}

static void what_is_out_of_its_order_is_refused(void **state)
{
	static const struct {
		const char *text, *said;
	} cases[] = {
		{ "MAIL FROM:<a@b>\r\n", "503 5.5.1 " },
		{ "LHLO x\r\nRCPT TO:<" ADDRESS ">\r\n", "503 5.5.1 " },
		{ "LHLO x\r\nDATA\r\n", "503 5.5.1 " },
		{ "LHLO x\r\nMAIL FROM:<>\r\nMAIL FROM:<>\r\n", "503 5.5.1 " },
		{ "LHLO x\r\nMAIL FROM:a@b\r\n", "501 5.5.4 " },
		{ "LHLO x\r\nMAIL FROM:<>\r\nRCPT TO:" ADDRESS "\r\n", "501 5.5.4 " },
		{ "LHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<" ADDRESS ">\r\nRCPT TO:<" ADDRESS ">\r\n",
		  "452 4.5.3 " },
		{ "LHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<" ADDRESS ">\r\nRSET\r\nDATA\r\n",
		  "503 5.5.1 " },
		{ "EHLO x\r\n", "500 5.5.2 " },
		{ "\r\n", "500 5.5.2 " },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct world w = told(cases[i].text);

		assert_non_null(strstr(w.said, cases[i].said));
		assert_int_equal(w.kept, 0);
	}
}

static void what_can_not_be_known_is_asked_to_come_again(void **state)
{
	struct world w = { .known = -EIO };

	(void)state;
	talk(&w, BEGIN, strlen(BEGIN), 100);
	assert_non_null(strstr(w.said, "451 4.3.0 "));
	w = (struct world){ .known = 1, .keep = -EIO };
	talk(&w, BEGIN "\r\n.\r\n", strlen(BEGIN) + 5, 100);
	assert_non_null(strstr(w.said, "451 4.3.0 "));
	w = (struct world){ .known = 1, .keep = -ENOENT };
	talk(&w, BEGIN "\r\n.\r\n", strlen(BEGIN) + 5, 100);
	assert_non_null(strstr(w.said, "550 5.1.1 no test waits for this any more\r\n"));
}

static void long_lines_and_nuls_harm_nobody(void **state)
{
	static char text[10000];
	struct world w = { .known = 1 };

	(void)state;
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 2] = '\r';
	text[sizeof(text) - 1] = '\n';
	assert_true(talk(&w, text, sizeof(text), 999));
	assert_non_null(strstr(w.said, "500 5.5.6 "));
	assert_false(talk(&w, "NOOP\0\r\n", 7, 7));
}

static void the_way_in_is_read_where_we_wrote_it(void **state)
{
	struct op25b_trace t = trace_of("Op25b-Door: submission\r\n" FROM(LINE) TLS BY(
		"mail.isp.example", "ESMTPSA") "Subject: s\r\n");

	(void)state;
	assert_true(t.known && t.tls && t.auth && !t.automatic);
	assert_int_equal(t.door, OP25B_TRACE_587);
	assert_int_equal(t.client.family, OP25B_V4);
	t = trace_of("op25b-door:submissions\r\n" FROM("IPv6:2001:db8::7")
			     TLS BY("mail.isp.example", "ESMTPSA"));
	assert_int_equal(t.door, OP25B_TRACE_465);
	assert_int_equal(t.client.family, OP25B_V6);
	t = trace_of("Op25b-Door: mx\r\n" FROM("203.0.113.9") BY("mx.isp.example", "ESMTPS"));
	assert_true(t.known && t.tls && !t.auth);
	assert_int_equal(t.door, OP25B_TRACE_MX);
	t = trace_of(FROM("203.0.113.9") BY("mx.isp.example", "SMTP"));
	assert_true(t.known && !t.tls && !t.auth);
	assert_int_equal(t.door, OP25B_TRACE_UNKNOWN);
}

static void from_one_of_our_hosts_to_another_the_first_counts(void **state)
{
	const struct op25b_trace t = trace_of("Op25b-Door: mx\r\n" FROM(HOST) TLS BY(
		"mx.isp.example", "ESMTPS") "Op25b-Door: submissions\r\n" FROM(LINE)
						      TLS BY("mail.isp.example", "ESMTPSA"));

	(void)state;
	assert_true(t.known && t.tls && t.auth);
	assert_int_equal(t.door, OP25B_TRACE_465);
}

static void what_a_stranger_wrote_does_not_count(void **state)
{
	static const char forged[] = "Op25b-Door: submission\r\n" FROM(LINE)
		TLS BY("mail.isp.example", "ESMTPSA");
	char text[3000];
	struct op25b_trace t;

	(void)state;
	snprintf(text, sizeof(text), "Op25b-Door: mx\r\n%s%s",
		 FROM("203.0.113.9") BY("mx.isp.example", "ESMTP"), forged);
	t = trace_of(text);
	assert_true(t.known && !t.tls && !t.auth);
	assert_int_equal(t.door, OP25B_TRACE_MX);
	/* Nothing of ours stands on top: nothing is known. */
	snprintf(text, sizeof(text), "%s%s", FROM("203.0.113.9") BY("mx.b.example", "ESMTP"),
		 forged);
	assert_false(trace_of(text).known);
	/* What a client may say of itself in our line. */
	t = trace_of("Received: from [192.0.2.25] (by.mail.isp.example [203.0.113.9])\r\n" BY(
		"mx.isp.example", "ESMTP"));
	assert_true(t.known && t.over && !t.auth);
	assert_int_equal(t.client.addr[0], 203);
	assert_false(trace_of("Received: by mail.isp.example with ESMTPSA\r\n").known);
	assert_false(trace_of("Received: from x (y [192.0.2.0/24]) by mail.isp.example with "
			      "ESMTPSA\r\n")
			     .known);
	assert_false(trace_of("Received: from x (y [" LINE "]) (by mail.isp.example with "
			      "ESMTPSA)\r\n")
			     .known);
}

static void what_a_program_wrote_is_told_from_what_a_person_wrote(void **state)
{
	(void)state;
	assert_true(trace_of("Auto-Submitted: auto-replied\r\n").automatic);
	assert_false(trace_of("Auto-Submitted: no\r\n").automatic);
	assert_true(trace_of("List-Id: <l.example>\r\n").automatic);
	assert_true(trace_of("Precedence: bulk\r\n").automatic);
	assert_false(trace_of("Subject: List-Id: x\r\n").automatic);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_mail_to_a_known_code_is_taken),
		cmocka_unit_test(only_a_code_of_ours_is_a_recipient),
		cmocka_unit_test(what_is_out_of_its_order_is_refused),
		cmocka_unit_test(what_can_not_be_known_is_asked_to_come_again),
		cmocka_unit_test(long_lines_and_nuls_harm_nobody),
		cmocka_unit_test(the_way_in_is_read_where_we_wrote_it),
		cmocka_unit_test(from_one_of_our_hosts_to_another_the_first_counts),
		cmocka_unit_test(what_a_stranger_wrote_does_not_count),
		cmocka_unit_test(what_a_program_wrote_is_told_from_what_a_person_wrote),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
