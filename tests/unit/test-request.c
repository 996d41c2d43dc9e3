/* SPDX-License-Identifier: BSD-2-Clause */
/* Whatever is wrong with a request, or with what there is to read it with, is told. */
#include "tests/unit/test.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/request.h"

static int left; /* allocations until one fails */

static void *allocate(size_t size)
{
	return left-- > 0 ? malloc(size) : NULL;
}

/* Not always as that: jansson takes a string it has no room for to be no string. */
static void a_lack_of_memory_is_told(void **state)
{
	static const char line[] = "{\"op\":\"lines\",\"address\":\"192.0.2.7\"}";
	static struct op25b_request request;
	int r = -ENOMEM, failed = -1;

	(void)state;
	json_set_alloc_funcs(allocate, free);
	for (int n = 0; r; n++, failed++) {
		struct op25b_error error = { "" };

		left = n;
		r = op25b_request_parse(line, strlen(line), OP25B_OPS_ALL, &request, &error);
		assert_true(!r || *error.text);
		if (!n)
			assert_int_equal(r, -ENOMEM);
	}
	assert_true(failed > 5);
	op25b_request_done(&request);
}

static void what_is_not_json_is_told_as_that(void **state)
{
	struct op25b_error error = { "" };
	struct op25b_request request;

	(void)state;
	assert_int_equal(op25b_request_parse("{", 1, OP25B_OPS_ALL, &request, &error), -EINVAL);
	assert_memory_equal(error.text, "not JSON: ", 10);
}

static int parse(const char *line, struct op25b_request *ret)
{
	return op25b_request_parse(line, strlen(line), OP25B_OPS_ALL, ret, NULL);
}

static void a_session_is_asked_for_with_what_is_known_of_it(void **state)
{
	static struct op25b_request request;
	static char line[800];

	(void)state;
	assert_int_equal(parse("{\"op\":\"resolve\",\"prefix\":\"10.1.0.0/24\",\"nas\":\"bng1\","
			       "\"user_name\":\"a@b\",\"class\":null}",
			       &request),
			 0);
	assert_int_equal(request.op, OP25B_OP_RESOLVE);
	assert_int_equal(request.facts.prefix.len, 24);
	assert_string_equal(request.facts.nas, "bng1");
	assert_string_equal(request.facts.user_name, "a@b");
	assert_string_equal(request.facts.class_, "");
	assert_string_equal(request.facts.filter_id, "");
	assert_string_equal(request.facts.framed_pool, "");
	op25b_request_done(&request);
	assert_int_equal(parse("{\"op\":\"resolve\"}", &request), -EINVAL);
	assert_int_equal(parse("{\"op\":\"resolve\",\"prefix\":\"10.1.0.1/24\"}", &request),
			 -EINVAL);
	assert_int_equal(parse("{\"op\":\"resolve\",\"prefix\":\"::/0\",\"nas\":1}", &request),
			 -EINVAL);
	assert_int_equal(
		parse("{\"op\":\"resolve\",\"prefix\":\"::1\",\"nas\":\"\\u00e9\"}", &request),
		-EINVAL);
	snprintf(line, sizeof(line), "{\"op\":\"resolve\",\"prefix\":\"::1\",\"nas\":\"%0600d\"}",
		 0);
	assert_int_equal(parse(line, &request), -EINVAL);
}

static void a_line_is_asked_for_by_its_name_alone(void **state)
{
	static struct op25b_request request;
	static char line[700];

	(void)state;
	assert_int_equal(parse("{\"op\":\"lines\",\"line\":\"t/\u00e9 1\"}", &request), 0);
	assert_int_equal(request.op, OP25B_OP_LINES);
	assert_int_equal(request.address.family, 0);
	assert_string_equal(request.line, "t/\xc3\xa9 1");
	op25b_request_done(&request);
	assert_int_equal(parse("{\"op\":\"lines\",\"address\":\"192.0.2.7\"}", &request), 0);
	assert_null(request.line);
	assert_int_equal(request.address.family, OP25B_V4);
	op25b_request_done(&request);
	assert_int_equal(parse("{\"op\":\"lines\",\"line\":\"a\",\"address\":\"::1\"}", &request),
			 -EINVAL);
	assert_int_equal(parse("{\"op\":\"lines\"}", &request), -EINVAL);
	assert_int_equal(parse("{\"op\":\"lines\",\"line\":\"\"}", &request), -EINVAL);
	assert_int_equal(parse("{\"op\":\"lines\",\"line\":null}", &request), -EINVAL);
	assert_int_equal(parse("{\"op\":\"lines\",\"line\":7}", &request), -EINVAL);
	assert_int_equal(parse("{\"op\":\"lines\",\"line\":\"a\\n\"}", &request), -EINVAL);
	assert_int_equal(parse("{\"op\":\"lines\",\"line\":\"a\\u0000\"}", &request), -EINVAL);
	snprintf(line, sizeof(line), "{\"op\":\"lines\",\"line\":\"%0575d\"}", 0);
	assert_int_equal(parse(line, &request), 0);
	assert_int_equal(strlen(request.line), OP25B_SESSION_LINE_ID - 1);
	op25b_request_done(&request);
	snprintf(line, sizeof(line), "{\"op\":\"lines\",\"line\":\"%0576d\"}", 0);
	assert_int_equal(parse(line, &request), -EINVAL);
}

static void days_are_asked_for_by_number(void **state)
{
	static const char *const wrong[] = {
		"{\"op\":\"days\",\"days\":0}",     "{\"op\":\"days\",\"days\":401}",
		"{\"op\":\"days\",\"days\":-1}",    "{\"op\":\"days\",\"days\":4294967297}",
		"{\"op\":\"days\",\"days\":7.0}",   "{\"op\":\"days\",\"days\":\"7\"}",
		"{\"op\":\"days\",\"services\":0}",
	};
	static struct op25b_request request;

	(void)state;
	assert_int_equal(parse("{\"op\":\"days\"}", &request), 0);
	assert_int_equal(request.days, 400);
	assert_true(request.services);
	op25b_request_done(&request);
	assert_int_equal(parse("{\"op\":\"days\",\"days\":31,\"services\":false}", &request), 0);
	assert_int_equal(request.days, 31);
	assert_false(request.services);
	op25b_request_done(&request);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(parse(wrong[i], &request), -EINVAL);
}

static void a_socket_for_reading_takes_questions_only(void **state)
{
	static const char *const asked[] = { "status", "counters", "days" };
	static const char *const refused[] = { "apply",    "confirm",
					       "rollback", "reconcile",
					       "monitor",  "apply\",\"files\":[{}],\"a\":\"" };
	static struct op25b_request request;
	char line[200];

	(void)state;
	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
		snprintf(line, sizeof(line), "{\"op\":\"%s\"}", asked[i]);
		assert_int_equal(
			op25b_request_parse(line, strlen(line), OP25B_OPS_READING, &request, NULL),
			0);
		op25b_request_done(&request);
	}
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		snprintf(line, sizeof(line), "{\"op\":\"%s\"}", refused[i]);
		assert_int_equal(
			op25b_request_parse(line, strlen(line), OP25B_OPS_READING, &request, NULL),
			-EPERM);
	}
	assert_int_equal(
		op25b_request_parse("{\"op\":\"dance\"}", 14, OP25B_OPS_READING, &request, NULL),
		-EINVAL);
}

static void facts_are_asked_for_by_address_and_port_or_line(void **state)
{
	static struct op25b_request request;

	(void)state;
	assert_int_equal(
		parse("{\"op\":\"facts\",\"address\":\"192.0.2.7\",\"port\":40000}", &request), 0);
	assert_int_equal(request.op, OP25B_OP_FACTS);
	assert_int_equal(request.address.family, OP25B_V4);
	assert_int_equal(request.port, 40000);
	op25b_request_done(&request);
	assert_int_equal(parse("{\"op\":\"facts\",\"line\":\"L-1\"}", &request), 0);
	assert_string_equal(request.line, "L-1");
	op25b_request_done(&request);
	assert_int_equal(parse("{\"op\":\"facts\"}", &request), -EINVAL);
	assert_int_equal(parse("{\"op\":\"facts\",\"address\":\"::1\",\"port\":65536}", &request),
			 -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_asked_for_by_its_name_alone),
		cmocka_unit_test(days_are_asked_for_by_number),
		cmocka_unit_test(a_socket_for_reading_takes_questions_only),
		cmocka_unit_test(facts_are_asked_for_by_address_and_port_or_line),
		cmocka_unit_test(what_is_not_json_is_told_as_that),
		cmocka_unit_test(a_session_is_asked_for_with_what_is_known_of_it),
		cmocka_unit_test(a_lack_of_memory_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
