/* SPDX-License-Identifier: BSD-2-Clause */
/* From bytes of the network to a request: what is refused, who is believed, which language. */
#include "tests/unit/test.h"

#include <errno.h>
#include <string.h>

#include "policy/prefix.h"
#include "web/request.h"
#include "web/settings.h"

#define HEADERS 8

/* A request in short: headers end at a NULL name. */
struct ask {
	const char *method, *target, *body;
	struct op25b_web_header headers[HEADERS];
	const char *peer;
	bool staff, bare; /* bare: no Host is added */
};

static struct op25b_web_file *file;
static struct op25b_web_request request;

static struct op25b_prefix address_of(const char *text)
{
	struct op25b_prefix address;

	assert_int_equal(op25b_prefix_parse(text, &address), OP25B_PREFIX_FINE);
	return address;
}

static int ask(const struct ask *of)
{
	static const struct op25b_web_header host = { "host", "Help.example" };
	struct op25b_web_header headers[HEADERS + 1];
	struct op25b_web_wire wire = {
		.method = of->method ? of->method : "GET",
		.target = of->target ? of->target : "/ja/",
		.headers = headers,
		.body = of->body,
		.body_size = of->body ? strlen(of->body) : 0,
		.peer = address_of(of->peer ? of->peer : "203.0.113.9"),
		.peer_port = 4000,
		.staff = of->staff,
	};

	op25b_web_request_done(&request);
	request = (struct op25b_web_request){ .host = NULL };
	memcpy(headers, of->headers, sizeof(of->headers));
	while (wire.n_headers < HEADERS && headers[wire.n_headers].name)
		wire.n_headers++;
	if (!of->bare)
		memcpy(&headers[wire.n_headers++], &host, sizeof(host));
	return op25b_web_request_read(file, &wire, &request);
}

#define ASK(...) ask(&(struct ask){ __VA_ARGS__ })
#define FORM                                                        \
	{                                                           \
		"Content-Type", "application/x-www-form-urlencoded" \
	}

/* @expected: NULL: it can't be known */
static void assert_caller(const char *expected, uint16_t port)
{
	char text[OP25B_PREFIX_TEXT];

	assert_int_equal(request.caller_unread, !expected);
	assert_int_equal(request.caller.family == OP25B_NO_FAMILY, !expected);
	if (!expected)
		return;

	assert_string_equal(op25b_address_format(request.caller.family, request.caller.addr, text),
			    expected);
	assert_int_equal(request.caller_port, port);
}

static void a_plain_request_is_read(void **state)
{
	(void)state;
	assert_int_equal(ASK(.target = "/ja/line?use=device&text=a%20b+c%E3%81%82&empty=&x"), 0);
	assert_string_equal(request.path, "/ja/line");
	assert_string_equal(request.host, "help.example");
	assert_int_equal(request.query.n, 4);
	assert_string_equal(op25b_web_field(&request.query, "text"), "a b c\343\201\202");
	assert_string_equal(op25b_web_field(&request.query, "empty"), "");
	assert_string_equal(op25b_web_field(&request.query, "x"), "");
	assert_null(op25b_web_field(&request.query, "nothing"));
	assert_caller("203.0.113.9", 4000);
	assert_int_equal(ASK(.method = "HEAD"), 0);
	assert_int_equal(request.method, OP25B_WEB_GET);
	/* A list may have a name twice. */
	assert_int_equal(ASK(.target = "/l?d=a.example&d=b.example&done=a.example&done=c"), 0);
	assert_int_equal(request.query.n, 4);
}

/* Targets that hide something. */
static const char *const bad_targets[] = {
	"",
	"*",
	"ja/",
	"/ja/%",
	"/ja/%4",
	"/ja/%zz",
	"/ja/%00",
	"/ja/%0a",
	"/ja/%0d%0aX:y",
	"/ja/%c0%af",
	"/ja/%ff",
	"/ja/%ed%a0%80",
	"/ja/..",
	"/ja/../x",
	"/./x",
	"/ja//x",
	"//evil.example/",
	"/ja/%2e%2e/x",
	"/ja%2Fx",
	"/ja%2fx",
	"/ja\\x",
	"/ja/%5c..",
	"/ja/#x",
	"/ja/ x",
	"/ja/\x01",
	"/ja/\xe3\x81\x82",
	"/ja/%c2%85",
	"/?a=%",
	"/?a=%00",
	"/?a=%ff",
	"/?a=1&a=2",
	"/?%ff=1",
	"ftp://h/",
	"http://h",
	"http://a b/",
	"http:///x",
	"http://h:99999999/",
	"http://u@h/",
};

static void targets_that_hide_something_are_refused(void **state)
{
	static char path[OP25B_WEB_PATH + 3], query[OP25B_WEB_QUERY + 8];

	(void)state;
	for (size_t i = 0; i < sizeof(bad_targets) / sizeof(bad_targets[0]); i++) {
		if (ASK(.target = bad_targets[i]) != 400)
			fail_msg("'%s' is not refused", bad_targets[i]);
	}
	memset(path, 'a', sizeof(path) - 1);
	path[0] = '/';
	assert_int_equal(ASK(.target = path), 414);
	path[OP25B_WEB_PATH] = '\0';
	assert_int_equal(ASK(.target = path), 0);
	memset(query, 'a', sizeof(query) - 1);
	memcpy(query, "/?", 2);
	assert_int_equal(ASK(.target = query), 414);
	query[OP25B_WEB_QUERY + 2] = '\0';
	assert_int_equal(ASK(.target = query), 0);
	assert_int_equal(ASK(.target = "/?a&b&c&d&e&f&g&h&i&j&k&l&m&n&o&p&q&r&s&t&u&v&w&x&y&z"
				       "&0&1&2&3&4&5&6"),
			 400);
}

static void methods_are_three(void **state)
{
	(void)state;
	assert_int_equal(ASK(.method = "HEAD"), 0);
	assert_int_equal(ASK(.method = "PUT"), 405);
	assert_int_equal(ASK(.method = "get"), 405);
	assert_int_equal(ASK(.method = "OPTIONS"), 405);
}

static void there_is_one_host(void **state)
{
	static const char *const bad[] = { "a b",  "a/b",   "a@b", "a:",   "a:b", "a:123456",
					   "[::1", "[::g]", "a,b", "\xff", "<x>" };
	static const char *const good[] = { "a", "A.example:8080", "[2001:db8::1]:80",
					    "192.0.2.1" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (ASK(.bare = true, .headers = { { "Host", bad[i] } }) != 400)
			fail_msg("'%s' is taken for a host", bad[i]);
	}
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_int_equal(ASK(.bare = true, .headers = { { "Host", good[i] } }), 0);
	assert_int_equal(ASK(.bare = true), 400);
	assert_int_equal(ASK(.headers = { { "Host", "other.example" } }), 400);
	/* The absolute form names the host that counts. */
	assert_int_equal(ASK(.target = "http://Other.example:8080/ja/?x=y"), 0);
	assert_string_equal(request.host, "other.example:8080");
	assert_string_equal(request.path, "/ja/");
}

static void forms_are_read(void **state)
{
	(void)state;
	assert_int_equal(ASK(.method = "POST", .body = "text=a%0D%0Ab%09c&u=%F0%9F%93%A7",
			     .headers = { FORM, { "Origin", "https://help.example" } }),
			 0);
	assert_string_equal(op25b_web_field(&request.form, "text"), "a\nb\tc");
	/* Pasted from a terminal. */
	assert_int_equal(ASK(.method = "POST", .body = "text=%1B[1m554%1B[0m%0B+no%7f%0D",
			     .headers = { FORM }),
			 0);
	assert_string_equal(op25b_web_field(&request.form, "text"), "[1m554[0m no");
	assert_int_equal(ASK(.method = "POST", .body = "<a/>",
			     .headers = { { "Content-Type", "text/xml; charset=utf-8" } }),
			 0);
	assert_int_equal(request.body_size, 4);
	assert_int_equal(ASK(.method = "POST", .body = "{}",
			     .headers = { { "Content-Type", "application/json" } }),
			 415);
	assert_int_equal(ASK(.method = "POST", .body = "a=b"), 415);
	assert_int_equal(ASK(.method = "POST", .body = "a=%ff", .headers = { FORM }), 400);
}

static void a_form_comes_from_our_own_page(void **state)
{
	(void)state;
	for (int i = 0; i < 7; i++) {
		static const char *const others[] = {
			"https://evil.example",
			"null",
			"https://help.example.evil.example",
			"https://evil.example/help.example",
			"https://help.example:evil",
			"https://help.example:443/x",
			"evil://help.example",
		};

		assert_int_equal(ASK(.method = "POST", .body = "a=b",
				     .headers = { FORM, { "Origin", others[i] } }),
				 403);
	}
	assert_int_equal(ASK(.method = "POST", .body = "a=b",
			     .headers = { FORM, { "Sec-Fetch-Site", "cross-site" } }),
			 403);
	assert_int_equal(ASK(.method = "POST", .body = "a=b",
			     .headers = { FORM, { "Origin", "http://HELP.example:8080" } }),
			 0);
	assert_int_equal(ASK(.method = "POST", .body = "a=b",
			     .headers = { FORM,
					  { "Sec-Fetch-Site", "same-origin" },
					  { "Sec-Fetch-Site", "cross-site" } }),
			 400);
}

static void only_proxies_say_whose_request_it_is(void **state)
{
	static const struct {
		const char *peer, *first, *second, *caller;
		uint16_t port;
	} cases[] = {
		/* A stranger says what he likes. */
		{ "203.0.113.9", "198.51.100.7", NULL, "203.0.113.9", 4000 },
		{ "2001:db8:f::1", "198.51.100.7", "198.51.100.8", "2001:db8:f::1", 4000 },
		{ "127.0.0.1", " 198.51.100.7 ", NULL, "198.51.100.7", 0 },
		{ "127.0.0.1", "198.51.100.7:1234", NULL, "198.51.100.7", 1234 },
		{ "127.0.0.1", "2001:db8:5::7", NULL, "2001:db8:5::7", 0 },
		{ "127.0.0.1", "[2001:db8:5::7]", NULL, "2001:db8:5::7", 0 },
		{ "127.0.0.1", "[2001:db8:5::7]:99", NULL, "2001:db8:5::7", 99 },
		/* Of a proxy's socket of both families. */
		{ "127.0.0.1", "::ffff:198.51.100.7", NULL, "198.51.100.7", 0 },
		{ "127.0.0.1", "::FFFF:198.51.100.7", NULL, "198.51.100.7", 0 },
		{ "127.0.0.1", "[::ffff:198.51.100.7]", NULL, "198.51.100.7", 0 },
		{ "127.0.0.1", "[::ffff:198.51.100.7]:99", NULL, "198.51.100.7", 99 },
		{ "127.0.0.1", "::ffff:c633:6407", NULL, "198.51.100.7", 0 },
		{ "127.0.0.1", "[::ffff:c633:6407]:99", NULL, "198.51.100.7", 99 },
		{ "127.0.0.1", "0:0:0:0:0:ffff:c633:6407", NULL, "198.51.100.7", 0 },
		{ "127.0.0.1", "198.51.100.7, [::ffff:10.1.0.9]:80", NULL, "198.51.100.7", 0 },
		/* Forged by a client, and added to by the proxy. */
		{ "127.0.0.1", "198.51.100.1, 198.51.100.7", NULL, "198.51.100.7", 0 },
		{ "127.0.0.1", "198.51.100.1", "198.51.100.7", "198.51.100.7", 0 },
		{ "127.0.0.1", "x,,198.51.100.7", NULL, "198.51.100.7", 0 },
		{ "127.0.0.1", "198.51.100.1, 10.1.0.1,198.51.100.7", NULL, "198.51.100.7", 0 },
		/* Two proxies. */
		{ "127.0.0.1", "198.51.100.1, 198.51.100.7, 10.1.0.9", NULL, "198.51.100.7", 0 },
		{ "127.0.0.1", "198.51.100.7", "10.1.0.9", "198.51.100.7", 0 },
		{ "10.1.0.9", "198.51.100.7", NULL, "198.51.100.7", 0 },
		/* Nobody but proxies: the first of them. */
		{ "127.0.0.1", "10.1.0.8, 10.1.0.9", NULL, "10.1.0.8", 0 },
		/* What nobody can read says nothing, not that the proxy asks. */
		{ "127.0.0.1", "198.51.100.7, unknown", NULL, NULL, 0 },
		{ "127.0.0.1", "198.51.100.7,", NULL, NULL, 0 },
		{ "127.0.0.1", "", NULL, NULL, 0 },
		{ "127.0.0.1", "fe80::1%eth0", NULL, NULL, 0 },
		{ "127.0.0.1", "198.51.100.0/24", NULL, NULL, 0 },
		{ "127.0.0.1", "[2001:db8::1", NULL, NULL, 0 },
		{ "127.0.0.1", "198.51.100.7:0", NULL, NULL, 0 },
		{ "127.0.0.1", "198.51.100.7, garbage, 10.1.0.9", NULL, NULL, 0 },
		{ "127.0.0.1", NULL, NULL, NULL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ask of = { .peer = cases[i].peer };
		int n = 0;

		if (cases[i].first)
			of.headers[n++] =
				(struct op25b_web_header){ "X-Forwarded-For", cases[i].first };
		of.headers[n++] = (struct op25b_web_header){ "X-Forwarded-Proto", "http, https" };
		if (cases[i].second)
			of.headers[n] =
				(struct op25b_web_header){ "x-forwarded-for", cases[i].second };
		assert_int_equal(ask(&of), 0);
		assert_caller(cases[i].caller, cases[i].port);
		assert_int_equal(request.https, cases[i].port != 4000);
	}
}

static void only_proxies_name_staff(void **state)
{
	static const struct {
		struct ask ask;
		const char *user;
	} cases[] = {
		{ { .staff = true, .peer = "127.0.0.1", .headers = { { "X-Remote-User", "aoi" } } },
		  "aoi" },
		{ { .staff = true, .headers = { { "X-Remote-User", "aoi" } } }, "" },
		{ { .peer = "127.0.0.1", .headers = { { "X-Remote-User", "aoi" } } }, "" },
		{ { .staff = true,
		    .peer = "127.0.0.1",
		    .headers = { { "X-Remote-User", "aoi" }, { "X-Remote-User", "root" } } },
		  "" },
		{ { .staff = true, .peer = "127.0.0.1", .headers = { { "X-Remote-User", "a b" } } },
		  "" },
		{ { .staff = true, .peer = "127.0.0.1", .headers = { { "X-Remote-User", "" } } },
		  "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(ask(&cases[i].ask), 0);
		assert_string_equal(request.user, cases[i].user);
	}
}

static void the_language_is_negotiated(void **state)
{
	static const struct {
		const char *text;
		enum op25b_lang lang;
	} cases[] = {
		{ "", OP25B_JA },
		{ "ja", OP25B_JA },
		{ "en", OP25B_EN },
		{ "ja-JP", OP25B_JA },
		{ "EN-us", OP25B_EN },
		{ "ja,en-US;q=0.9,en;q=0.8", OP25B_JA },
		{ "en-US,en;q=0.9,ja;q=0.8", OP25B_EN },
		{ "en;q=0.5, ja;q=0.8", OP25B_JA },
		{ "en;q=0.5 , ja ; q=0.4", OP25B_EN },
		{ "ja, en", OP25B_JA },
		{ "en, ja", OP25B_EN },
		{ "fr", OP25B_EN },
		{ "zh-CN,zh;q=0.9", OP25B_EN },
		{ "*", OP25B_JA },
		{ "fr, *;q=0.1", OP25B_JA },
		{ "ja;q=0", OP25B_EN },
		{ "ja;q=0, *", OP25B_EN },
		{ "en;q=0, *", OP25B_JA },
		{ "ja;q=0.001, en;q=0.0", OP25B_JA },
		{ "ja;q=2, en;q=0.1", OP25B_EN },
		{ "ja;q=1.001, en;q=0.1", OP25B_EN },
		{ "ja;q=, en;q=0.1", OP25B_EN },
		{ "jan, en;q=0.1", OP25B_EN },
		{ ",,,", OP25B_EN },
		{ ";q=1", OP25B_EN },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (op25b_web_language(cases[i].text) != cases[i].lang)
			fail_msg("'%s' asks for the other language", cases[i].text);
	}
}

static int setup(void **state)
{
	static const char text[] = "op25b_web: 1\npolicy: /p\n"
				   "proxies: [127.0.0.1, \"::1\", 10.1.0.0/16]\n";
	struct op25b_findings findings;
	int r = op25b_web_file_parse("web.yaml", text, sizeof(text) - 1, &file, &findings);

	(void)state;
	op25b_findings_free(&findings);
	return r;
}

static int teardown(void **state)
{
	(void)state;
	op25b_web_request_done(&request);
	op25b_web_file_free(&file);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plain_request_is_read),
		cmocka_unit_test(targets_that_hide_something_are_refused),
		cmocka_unit_test(methods_are_three),
		cmocka_unit_test(there_is_one_host),
		cmocka_unit_test(forms_are_read),
		cmocka_unit_test(a_form_comes_from_our_own_page),
		cmocka_unit_test(only_proxies_say_whose_request_it_is),
		cmocka_unit_test(only_proxies_name_staff),
		cmocka_unit_test(the_language_is_negotiated),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
