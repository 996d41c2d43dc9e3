/* SPDX-License-Identifier: BSD-2-Clause */
/* What Dovecot asks op25b-maild: whole, torn, and hostile. */
#include "tests/unit/test.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "mail/auth-policy.h"
#include "policy/prefix.h"

static char buffer[OP25B_AUTH_BODY + 100];

/* As Dovecot 2.3.19 sends it with the attributes that mailconf sets, with other names. */
static const char second_allow[] =
	"{\"device_id\":\"\",\"local\":\"192.0.2.25\",\"login\":\"alice@example.net\","
	"\"lport\":\"110\",\"mech\":\"PLAIN\",\"protocol\":\"pop3\",\"pwhash\":\"0226\","
	"\"real_rip\":\"198.51.100.7\",\"remote\":\"198.51.100.7\",\"rport\":\"32782\","
	"\"secured\":\"\",\"session_id\":\"KOj5+M9gDoDGM2QH\",\"stage\":\"1\",\"tls\":false}";

static int read_auth(enum op25b_auth_command command, const char *text,
		     struct op25b_auth_request *ret)
{
	return op25b_auth_read(command, text, strlen(text), ret, NULL);
}

static void a_request_of_dovecot_is_read(void **state)
{
	struct op25b_auth_request request;
	char text[OP25B_PREFIX_TEXT];

	(void)state;
	assert_int_equal(read_auth(OP25B_AUTH_ALLOW, second_allow, &request), 0);
	assert_int_equal(request.command, OP25B_AUTH_ALLOW);
	assert_int_equal(request.service, OP25B_AUTH_POP3);
	assert_true(request.verified);
	assert_string_equal(request.login, "alice@example.net");
	assert_string_equal(request.pwhash, "0226");
	assert_string_equal(op25b_prefix_format(&request.remote, text), "198.51.100.7/32");
}

static void a_torn_body_is_refused(void **state)
{
	struct op25b_auth_request request;

	(void)state;
	for (size_t size = 0; size < sizeof(second_allow) - 1; size++)
		assert_int_equal(
			op25b_auth_read(OP25B_AUTH_ALLOW, second_allow, size, &request, NULL),
			-EBADMSG);
}

static void only_a_second_allow_is_verified(void **state)
{
	static const struct {
		enum op25b_auth_command command;
		const char *text;
		bool verified, success, refused;
	} cases[] = {
		{ OP25B_AUTH_ALLOW, "{\"login\":\"a\",\"stage\":\"\"}", false, false, false },
		{ OP25B_AUTH_ALLOW, "{\"login\":\"a\"}", false, false, false },
		{ OP25B_AUTH_ALLOW, "{\"login\":\"a\",\"stage\":1}", false, false, false },
		{ OP25B_AUTH_ALLOW, "{\"login\":\"a\",\"stage\":\"11\"}", false, false, false },
		{ OP25B_AUTH_ALLOW, "{\"login\":\"a\",\"stage\":\"1\"}", true, false, false },
		{ OP25B_AUTH_REPORT, "{\"login\":\"a\",\"stage\":\"1\",\"success\":true}", false,
		  true, false },
		{ OP25B_AUTH_REPORT, "{\"login\":\"a\",\"success\":false,\"policy_reject\":true}",
		  false, false, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct op25b_auth_request request;

		assert_int_equal(read_auth(cases[i].command, cases[i].text, &request), 0);
		assert_int_equal(request.verified, cases[i].verified);
		assert_int_equal(request.success, cases[i].success);
		assert_int_equal(request.refused, cases[i].refused);
	}
}

static void services_are_told_apart(void **state)
{
	static const struct {
		const char *word;
		enum op25b_auth_service service;
	} cases[] = {
		{ "submission", OP25B_AUTH_SUBMISSION },
		{ "submissions", OP25B_AUTH_SUBMISSION },
		{ "smtp", OP25B_AUTH_SUBMISSION },
		{ "relay", OP25B_AUTH_RELAY },
		{ "pop3", OP25B_AUTH_POP3 },
		{ "imap", OP25B_AUTH_IMAP },
		{ "sieve", OP25B_AUTH_OTHER },
		{ "", OP25B_AUTH_OTHER },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct op25b_auth_request request;
		char text[100];

		snprintf(text, sizeof(text), "{\"login\":\"a\",\"protocol\":\"%s\"}",
			 cases[i].word);
		assert_int_equal(read_auth(OP25B_AUTH_ALLOW, text, &request), 0);
		assert_int_equal(request.service, cases[i].service);
	}
}

static void what_is_no_auth_request_is_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"[]",
		"null",
		"{}",
		"{\"login\":1}",
		"{\"login\":null}",
		"{\"login\":\"a\",\"login\":\"b\"}",
		"{\"login\":\"a\\u0000b\"}",
		"{\"login\":\"\377\"}",
		"{\"login\":\"a\"} x",
	};
	struct op25b_auth_request request;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(read_auth(OP25B_AUTH_ALLOW, bad[i], &request), -EBADMSG);
	assert_int_equal(read_auth(OP25B_AUTH_REPORT, "{\"login\":\"a\"}", &request), -EBADMSG);
	assert_int_equal(
		read_auth(OP25B_AUTH_REPORT, "{\"login\":\"a\",\"success\":\"yes\"}", &request),
		-EBADMSG);
	memset(buffer, '[', OP25B_AUTH_BODY);
	assert_int_equal(op25b_auth_read(OP25B_AUTH_ALLOW, buffer, OP25B_AUTH_BODY, &request, NULL),
			 -EBADMSG);
	snprintf(buffer, sizeof(buffer), "%*s", (int)OP25B_AUTH_BODY + 1, "");
	buffer[snprintf(buffer, sizeof(buffer), "{\"login\":\"a\"}")] = ' ';
	assert_int_equal(op25b_auth_read(OP25B_AUTH_ALLOW, buffer, OP25B_AUTH_BODY, &request, NULL),
			 0);
	assert_int_equal(
		op25b_auth_read(OP25B_AUTH_ALLOW, buffer, OP25B_AUTH_BODY + 1, &request, NULL),
		-EBADMSG);
}

static void a_name_too_long_is_nobodys(void **state)
{
	struct op25b_auth_request request;
	char text[1000], login[400];

	(void)state;
	memset(login, 'a', sizeof(login));
	memcpy(login + 253, "\343\201\202", 3);
	login[399] = '\0';
	snprintf(text, sizeof(text), "{\"login\":\"%s\"}", login);
	assert_int_equal(read_auth(OP25B_AUTH_ALLOW, text, &request), 0);
	assert_int_equal(strlen(request.login), OP25B_AUTH_TEXT - 1);
	assert_string_equal(request.login + 252, "a??");
}

static void an_auth_answer_is_json(void **state)
{
	char answer[64];

	(void)state;
	assert_int_equal(op25b_auth_write(-1, "account stopped", answer, sizeof(answer)), 37);
	assert_string_equal(answer, "{\"status\":-1,\"msg\":\"account stopped\"}");
	assert_int_equal(op25b_auth_write(0, "a\"\n", answer, sizeof(answer)), 26);
	assert_string_equal(answer, "{\"status\":0,\"msg\":\"a\\\"\\n\"}");
	assert_int_equal(op25b_auth_write(-1, "account stopped", answer, 37), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_of_dovecot_is_read),
		cmocka_unit_test(a_torn_body_is_refused),
		cmocka_unit_test(only_a_second_allow_is_verified),
		cmocka_unit_test(services_are_told_apart),
		cmocka_unit_test(what_is_no_auth_request_is_refused),
		cmocka_unit_test(a_name_too_long_is_nobodys),
		cmocka_unit_test(an_auth_answer_is_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
