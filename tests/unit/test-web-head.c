/* SPDX-License-Identifier: BSD-2-Clause */
/* Heads of requests: what two readers could take for two things is refused. */
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "web/head.h"

#define LINE "GET / HTTP/1.1\r\n"
#define HOST "Host: a\r\n"
#define END  "\r\n"

static struct op25b_web_head head;

static int read_head(const char *text)
{
	op25b_web_head_done(&head);
	return op25b_web_head_read(text, strlen(text), &head);
}

static const char *value(const char *name)
{
	for (size_t i = 0; i < head.wire.n_headers; i++) {
		if (!strcmp(head.wire.headers[i].name, name))
			return head.wire.headers[i].value;
	}
	return NULL;
}

static void a_head_is_read_when_it_is_whole(void **state)
{
	static const char text[] = "POST /ja/error?x=y HTTP/1.1\r\nHost: a.example\r\n"
				   "Content-Length:  12 \t\r\nX-Empty:\r\n\r\nnext";
	const size_t size = sizeof(text) - 1 - 4;

	(void)state;
	for (size_t n = 0; n < size; n++)
		assert_int_equal(op25b_web_head_read(text, n, &head), 0);
	assert_int_equal(read_head(text), (int)size);
	assert_string_equal(head.wire.method, "POST");
	assert_string_equal(head.wire.target, "/ja/error?x=y");
	assert_string_equal(value("Host"), "a.example");
	assert_string_equal(value("Content-Length"), "12");
	assert_string_equal(value("X-Empty"), "");
	assert_int_equal(head.body_size, 12);
	assert_true(head.keep_alive);
	/* An empty line before it is passed over, one. */
	assert_int_equal(read_head(END LINE HOST END), (int)strlen(END LINE HOST END));
	assert_int_equal(read_head(END END LINE HOST END), -400);
}

static void what_is_two_things_is_refused(void **state)
{
	static const struct {
		const char *text;
		int status;
	} cases[] = {
		{ "GET / HTTP/1.1\n\n", 400 },
		{ LINE "Host: a\n\r\n", 400 },
		{ "GET / HTTP/1.1\nHost: a\r\n\r\n", 400 },
		{ LINE "Host: a\rX: y\r\n\r\n", 400 },
		{ LINE "Host : a\r\n\r\n", 400 },
		{ LINE " Host: a\r\n\r\n", 400 },
		{ LINE "Host: a\r\n b\r\n\r\n", 400 },
		{ LINE "Host: a\r\n\tb\r\n\r\n", 400 },
		{ LINE "Host\r\n\r\n", 400 },
		{ LINE ": a\r\n\r\n", 400 },
		{ LINE "X\x80: a\r\n\r\n", 400 },
		{ LINE "X: a\x01\r\n\r\n", 400 },
		{ "GET /\r\n\r\n", 400 },
		{ "GET  / HTTP/1.1\r\n\r\n", 400 },
		{ "GET / x HTTP/1.1\r\n\r\n", 400 },
		{ " GET / HTTP/1.1\r\n\r\n", 400 },
		{ "G@T / HTTP/1.1\r\n\r\n", 400 },
		{ "GET / http/1.1\r\n\r\n", 400 },
		{ "GET / HTTP/1.1 \r\n\r\n", 505 },
		{ "GET / HTTP/2.0\r\n\r\n", 505 },
		{ "GET / HTTP/1.10\r\n\r\n", 505 },
		{ "PRI * HTTP/2.0\r\n\r\n", 505 },
		{ "POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
		  400 },
		{ "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n", 411 },
		{ "POST / HTTP/1.1\r\nTransfer-Encoding: xchunked\r\n\r\n", 411 },
		{ "POST / HTTP/1.1\r\nTransfer-Encoding:\r\n\r\n", 411 },
		{ "POST / HTTP/1.1\r\nContent-Length: 3\r\ncontent-length: 4\r\n\r\n", 400 },
		{ "POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\n", 400 },
		{ "POST / HTTP/1.1\r\nContent-Length: +3\r\n\r\n", 400 },
		{ "POST / HTTP/1.1\r\nContent-Length: -3\r\n\r\n", 400 },
		{ "POST / HTTP/1.1\r\nContent-Length: 3,3\r\n\r\n", 400 },
		{ "POST / HTTP/1.1\r\nContent-Length: 0x3\r\n\r\n", 400 },
		{ "POST / HTTP/1.1\r\nContent-Length: 3 3\r\n\r\n", 400 },
		{ "POST / HTTP/1.1\r\nContent-Length:\r\n\r\n", 400 },
		{ "GET / HTTP/1.1\r\nContent-Length: 65537\r\n\r\n", 400 },
		{ "GET / HTTP/1.1\r\nContent-Length: 3\r\n\r\n", 400 },
		{ "HEAD / HTTP/1.1\r\nContent-Length: 3\r\n\r\n", 400 },
		{ "BREW / HTTP/1.1\r\nContent-Length: 3\r\n\r\n", 400 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int r = read_head(cases[i].text);

		if (r != -cases[i].status)
			fail_msg("'%s' is answered %d, not %d", cases[i].text, -r, cases[i].status);
	}
	assert_int_equal(op25b_web_head_read("GET /\0 HTTP/1.1\r\n\r\n", 19, &head), -400);
	assert_true(read_head("GET / HTTP/1.1\r\nContent-Length: 0\r\n\r\n") > 0);
}

static void a_head_has_an_end(void **state)
{
	static char text[OP25B_WEB_HEAD + 64];
	size_t n;

	(void)state;
	memset(text, 'a', sizeof(text));
	for (size_t i = 0; i < 5; i++)
		text[i] = "GET /"[i];
	assert_int_equal(op25b_web_head_read(text, OP25B_WEB_HEAD, &head), 0);
	assert_int_equal(op25b_web_head_read(text, OP25B_WEB_HEAD + 1, &head), -431);
	n = (size_t)sprintf(text, LINE);
	for (unsigned int i = 0; i <= OP25B_WEB_HEADERS; i++)
		n += (size_t)sprintf(text + n, "a: b\r\n");
	snprintf(text + n, sizeof(text) - n, "%s", END);
	assert_int_equal(read_head(text), -431);
}

static void connections_go_on_as_asked(void **state)
{
	static const struct {
		const char *text;
		bool keep_alive;
	} cases[] = {
		{ LINE END, true },
		{ LINE "Connection: close\r\n" END, false },
		{ LINE "Connection: Keep-Alive, Close\r\n" END, false },
		{ "GET / HTTP/1.0\r\n" END, false },
		{ "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n" END, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_true(read_head(cases[i].text) > 0);
		assert_int_equal(head.keep_alive, cases[i].keep_alive);
	}
	assert_true(read_head("POST / HTTP/1.1\r\nExpect: 100-Continue\r\n\r\n") > 0);
	assert_true(head.expects);
}

static void what_is_too_large_still_has_its_path(void **state)
{
	static const char *const lengths[] = { "65537", "99999999999999999999" };
	char text[100];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		snprintf(text, sizeof(text),
			 "POST /en/error HTTP/1.1\r\nContent-Length: %s\r\n\r\n", lengths[i]);
		assert_true(read_head(text) > 0);
		assert_true(head.too_large);
		assert_int_equal(head.body_size, 0);
		assert_string_equal(head.wire.target, "/en/error");
	}
	assert_true(read_head("POST / HTTP/1.1\r\nContent-Length: 65536\r\n\r\n") > 0);
	assert_false(head.too_large);
	assert_int_equal(head.body_size, 65536);
}

static int teardown(void **state)
{
	(void)state;
	op25b_web_head_done(&head);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_head_is_read_when_it_is_whole),
		cmocka_unit_test(what_is_two_things_is_refused),
		cmocka_unit_test(a_head_has_an_end),
		cmocka_unit_test(connections_go_on_as_asked),
		cmocka_unit_test(what_is_too_large_still_has_its_path),
	};

	return cmocka_run_group_tests(tests, NULL, teardown);
}
