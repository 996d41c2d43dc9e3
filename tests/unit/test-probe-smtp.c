/* SPDX-License-Identifier: BSD-2-Clause */
/* Replies of servers that nobody vouches for, and what they mean. */
#include "tests/unit/test.h"

#include <stdlib.h>
#include <string.h>

#include "probe/escape.h"
#include "probe/hello.h"
#include "probe/smtp.h"

static enum op25b_smtp_end read_text(struct op25b_smtp_reader *reader, const char *text)
{
	size_t used;

	op25b_smtp_init(reader);
	return op25b_smtp_read(reader, text, strlen(text), &used);
}

static void a_reply_has_a_code_and_lines(void **state)
{
	static const char text[] = "250-mail.example.net\r\n250-AUTH PLAIN\r\n250 OK\r\nrest";
	struct op25b_smtp_reader reader;
	size_t used;

	(void)state;
	op25b_smtp_init(&reader);
	assert_int_equal(op25b_smtp_read(&reader, text, strlen(text), &used), OP25B_SMTP_WHOLE);
	assert_string_equal(text + used, "rest");
	assert_int_equal(reader.reply.code, 250);
	assert_int_equal(reader.reply.n_lines, 3);
	assert_string_equal(reader.reply.lines[1].text, "AUTH PLAIN");
	assert_int_equal(read_text(&reader, "220\n"), OP25B_SMTP_WHOLE);
	assert_int_equal(reader.reply.lines[0].size, 0);
	assert_int_equal(read_text(&reader, "220 no CR\n"), OP25B_SMTP_WHOLE);
	assert_string_equal(reader.reply.lines[0].text, "no CR");
}

static void it_may_come_byte_by_byte(void **state)
{
	static const char text[] = "554-one\r\n554 two\r\n221 bye\r\n";
	struct op25b_smtp_reader reader;
	int codes[2] = { 0 }, n = 0;
	size_t used;

	(void)state;
	op25b_smtp_init(&reader);
	for (size_t i = 0; text[i]; i++) {
		if (op25b_smtp_read(&reader, text + i, 1, &used) == OP25B_SMTP_WHOLE)
			codes[n++] = reader.reply.code;
		assert_int_equal(used, 1);
	}
	assert_int_equal(n, 2);
	assert_int_equal(codes[0], 554);
	assert_int_equal(codes[1], 221);
}

static void what_is_no_reply_is_known_early(void **state)
{
	static const char *const wrong[] = {
		"HTTP/1.1 400", "SSH-2.0-x\r\n",      "22x\r\n",     "99 \r\n", "\r\n", "620 x\r\n",
		"2200 x\r\n",   "250-a\r\n251 b\r\n", "\x15\x03\x01"
	};
	struct op25b_smtp_reader reader;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(read_text(&reader, wrong[i]), OP25B_SMTP_WRONG);
	assert_int_equal(read_text(&reader, wrong[0]), OP25B_SMTP_WRONG);
	assert_memory_equal(reader.line, "HTTP/1.1 400", 12);
}

static void nothing_is_read_without_end(void **state)
{
	struct op25b_smtp_reader reader;
	char *line = malloc(3 * OP25B_SMTP_LINE);
	enum op25b_smtp_end end = OP25B_SMTP_MORE;
	size_t used, lines = 0;

	(void)state;
	memset(line, '2', 3 * OP25B_SMTP_LINE);
	line[3] = ' ';
	op25b_smtp_init(&reader);
	assert_int_equal(op25b_smtp_read(&reader, line, 3 * OP25B_SMTP_LINE, &used),
			 OP25B_SMTP_TOO_LONG);
	assert_true(used <= OP25B_SMTP_LINE + 1);
	free(line);
	op25b_smtp_init(&reader);
	for (; end == OP25B_SMTP_MORE && lines < OP25B_SMTP_BYTES; lines++)
		end = op25b_smtp_read(&reader, "250-SIZE\r\n", 10, &used);
	assert_int_equal(end, OP25B_SMTP_TOO_LONG);
	assert_int_equal(reader.reply.n_lines, OP25B_SMTP_LINES);
	assert_int_equal(lines, OP25B_SMTP_BYTES / 10 + 1);
}

static void extensions_are_told(void **state)
{
	struct op25b_smtp_reader reader;
	struct op25b_hello hello;

	(void)state;
	read_text(&reader, "250-STARTTLS\r\n250-starttls\r\n250-auth PLAIN LOGIN\r\n"
			   "250-AUTH=PLAIN LOGIN\tXOAUTH2\r\n250-AUTHENTIC no\r\n250 SIZE 1\r\n");
	op25b_hello_read(&reader.reply, &hello);
	assert_true(hello.starttls);
	assert_false(hello.masked);
	assert_int_equal(hello.n_auth, 3);
	assert_string_equal(hello.auth[0], "PLAIN");
	assert_string_equal(hello.auth[2], "XOAUTH2");
	/* The first line is the server's name. */
	read_text(&reader, "250-STARTTLS\r\n250 XXXXXXXA\r\n");
	op25b_hello_read(&reader.reply, &hello);
	assert_false(hello.starttls);
	assert_true(hello.masked);
	read_text(&reader, "250-x\r\n250 AUTH A B C D E F G H I J K\r\n");
	op25b_hello_read(&reader.reply, &hello);
	assert_int_equal(hello.n_auth, OP25B_PROBE_AUTH);
}

static void greetings_name_a_host(void **state)
{
	static const struct {
		const char *text, *name;
	} cases[] = { { "220 Mail.Example.NET ESMTP\r\n", "mail.example.net" },
		      { "220 localhost\r\n", "" },
		      { "220 ESMTP mail.example.net\r\n", "" },
		      { "220 a.b;rm\r\n", "" },
		      { "220 \r\n", "" } };
	struct op25b_smtp_reader reader;
	char name[OP25B_PROBE_NAME];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		read_text(&reader, cases[i].text);
		assert_string_equal(op25b_hello_name(&reader.reply, name), cases[i].name);
	}
	read_text(&reader, "220 *************\r\n");
	assert_true(op25b_hello_is_masked(&reader.reply));
	read_text(&reader, "220-mail.example.net\r\n220 *** no spam ***\r\n");
	assert_true(op25b_hello_is_masked(&reader.reply));
	read_text(&reader, "220 mail.example.net *** no spam ***\r\n");
	assert_false(op25b_hello_is_masked(&reader.reply));
}

static void a_notice_has_a_code_or_says_so(void **state)
{
	static const struct {
		const char *text;
		bool notice;
		const char *code, *link;
	} cases[] = {
		{ "554-5.7.1 mail.example.net: Port 25 is closed on this line.\r\n"
		  "554-5.7.1 Code for support: 1842-597-281\r\n"
		  "554 5.7.1 Help: https://help.example.net/e/affected-other-server\r\n",
		  true, "1842-597-281", "https://help.example.net/e/affected-other-server" },
		/* A digit is wrong: a code of nobody. */
		{ "554 5.7.1 Code for support: 1842-597-282\r\n", false, "", "" },
		/* Of a page, which no server says. */
		{ "554 code 2842-597-281\r\n", false, "", "" },
		{ "550 Outbound PORT 25 is blocked, see http://isp.example/25.\r\n", true, "",
		  "http://isp.example/25." },
		{ "554 5.7.1 Client host blocked using zen.example, https://x.example/q?a\r\n",
		  false, "", "https://x.example/q?a" },
		{ "554 No SMTP service here\r\n", false, "", "" },
	};
	struct op25b_smtp_reader reader;
	struct op25b_probe_refusal refusal;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		read_text(&reader, cases[i].text);
		assert_int_equal(op25b_hello_refusal(&reader.reply, &refusal), cases[i].notice);
		assert_string_equal(refusal.code, cases[i].code);
		assert_string_equal(refusal.link, cases[i].link);
	}
}

static void what_is_shown_is_plain(void **state)
{
	char text[16];

	(void)state;
	assert_string_equal(op25b_probe_escape("a\033[1m\\", 6, text, sizeof(text)),
			    "a\\x1b[1m\\\\");
	assert_string_equal(op25b_probe_escape("\0\xff", 2, text, sizeof(text)), "\\x00\\xff");
	assert_string_equal(op25b_probe_escape("0123456789abcde", 15, text, sizeof(text)),
			    "0123456789abcde");
	assert_string_equal(op25b_probe_escape("0123456789abcdef", 16, text, sizeof(text)),
			    "0123456789ab...");
	assert_string_equal(op25b_probe_escape("\n\n\n\n\n\n", 6, text, sizeof(text)),
			    "\\x0a\\x0a\\x0a...");
	assert_string_equal(op25b_probe_escape("", 0, text, sizeof(text)), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reply_has_a_code_and_lines),
		cmocka_unit_test(it_may_come_byte_by_byte),
		cmocka_unit_test(what_is_no_reply_is_known_early),
		cmocka_unit_test(nothing_is_read_without_end),
		cmocka_unit_test(extensions_are_told),
		cmocka_unit_test(greetings_name_a_host),
		cmocka_unit_test(a_notice_has_a_code_or_says_so),
		cmocka_unit_test(what_is_shown_is_plain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
