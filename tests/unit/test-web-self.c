/* SPDX-License-Identifier: BSD-2-Clause */
/* Forms of customers: what is told of them before anybody is asked, and which answers count. */
#include "tests/unit/test.h"

#include <string.h>

#include "web/self.h"
#include "webd/facts.h"

static void a_token_is_what_letters_have(void **state)
{
	static const char *const others[] = { "",
					      "abcdefghjkmnpqrstuvwxyz23",
					      "abcdefghjkmnpqrstuvwxyz2345",
					      "Abcdefghjkmnpqrstuvwxyz234",
					      "abcdefghijkmnpqrstuvwxyz23",
					      "abcdefghjkmnpqrstuvwxyz201",
					      "abcdefghjkmnpqrstuvwxyz23/" };

	(void)state;
	assert_true(op25b_self_is_token("abcdefghjkmnpqrstuvwxyz234"));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_false(op25b_self_is_token(others[i]));
}

static void a_login_is_short_and_visible(void **state)
{
	char large[256];

	(void)state;
	memset(large, 'a', sizeof(large));
	large[255] = '\0';
	assert_false(op25b_self_is_login(large));
	large[254] = '\0';
	assert_true(op25b_self_is_login(large));
	assert_true(op25b_self_is_login("Taro@example.net"));
	assert_false(op25b_self_is_login(""));
	assert_false(op25b_self_is_login("a b"));
	assert_false(op25b_self_is_login("a\tb"));
	assert_false(op25b_self_is_login("\xe5\xa4\xaa"));
}

static enum op25b_claim_fault fault_of(const char *form)
{
	enum op25b_claim_fault fault;
	struct op25b_web_fields fields;

	assert_int_equal(op25b_web_fields_read(form, strlen(form), &fields), 0);
	fault = op25b_self_claim_fault(&fields);
	op25b_web_fields_done(&fields);
	assert_null(fields.bytes);
	return fault;
}

static void the_first_fault_of_a_claim_is_told(void **state)
{
	(void)state;
	assert_int_equal(fault_of(""), OP25B_CLAIM_NO_CODE);
	assert_int_equal(fault_of("name=a&password=b&again=c"), OP25B_CLAIM_NO_CODE);
	assert_int_equal(fault_of("code=0123456789012345678901234567890123456789x"),
			 OP25B_CLAIM_BAD_CODE);
	assert_int_equal(fault_of("code=1"), OP25B_CLAIM_NO_NAME);
	assert_int_equal(fault_of("code=1&name=a"), OP25B_CLAIM_BAD_PASSWORD);
	assert_int_equal(fault_of("code=1&name=a&password=b"), OP25B_CLAIM_OTHER_PASSWORD);
	assert_int_equal(fault_of("code=1&name=a&password=b&again=B"), OP25B_CLAIM_OTHER_PASSWORD);
	assert_int_equal(fault_of("code=1&name=a&password=b&again=b"), OP25B_CLAIM_FAULTLESS);
}

static struct op25b_desk_facts read_answer(const char *text)
{
	json_t *answer = json_loads(text, 0, NULL);
	struct op25b_desk_facts facts = { .known = false };

	assert_non_null(answer);
	op25b_facts_read_desk(answer, &facts);
	json_decref(answer);
	return facts;
}

static void answers_of_the_desk_are_read(void **state)
{
	struct op25b_desk_facts facts;

	(void)state;
	facts = read_answer("{\"schema\":\"op25b.account-claim/1\",\"outcome\":\"done\","
			    "\"account\":\"a\",\"address\":\"a@b.c\",\"ready\":3600}");
	assert_true(facts.known);
	assert_string_equal(facts.outcome, "done");
	assert_string_equal(facts.address, "a@b.c");
	assert_int_equal(facts.seconds, 3600);
	facts = read_answer("{\"schema\":\"op25b.account-claim/1\",\"outcome\":\"wrong\","
			    "\"left\":4,\"text\":\"...\"}");
	assert_int_equal(facts.left, 4);
	assert_string_equal(read_answer("{\"schema\":\"op25b.account-confirm/1\","
					"\"confirmed\":true,\"account\":\"a\"}")
				    .outcome,
			    "done");
	facts = read_answer("{\"schema\":\"op25b.account-abroad-open/1\",\"opened\":true,"
			    "\"account\":\"a\",\"until\":1900000000}");
	assert_string_equal(facts.outcome, "done");
	assert_int_equal(facts.until, 1900000000);
	assert_string_equal(
		read_answer("{\"schema\":\"op25b.account-abroad-open/1\",\"confirmed\":true}")
			.outcome,
		"over");
}

static void what_is_odd_is_not_known(void **state)
{
	static const char *const odd[] = {
		"{}",
		"[]",
		"{\"schema\":\"op25b.account-claim/1\"}",
		"{\"schema\":\"op25b.account-claim/1\",\"outcome\":7}",
		"{\"schema\":\"op25b.account-claim/1\",\"outcome\":\"a word that is too long\"}",
		"{\"schema\":\"op25b.account-claim/2\",\"outcome\":\"done\"}",
		"{\"schema\":7,\"outcome\":\"done\"}",
	};
	struct op25b_desk_facts facts;

	(void)state;
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
		assert_false(read_answer(odd[i]).known);
	facts = read_answer("{\"schema\":\"op25b.account-claim/1\",\"outcome\":\"wrong\","
			    "\"left\":-5,\"ready\":\"soon\",\"until\":1e99,\"account\":[]}");
	assert_true(facts.known);
	assert_int_equal(facts.left, 0);
	assert_int_equal(facts.seconds, 0);
	assert_int_equal(facts.until, 0);
	assert_string_equal(facts.account, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_token_is_what_letters_have),
		cmocka_unit_test(a_login_is_short_and_visible),
		cmocka_unit_test(the_first_fault_of_a_claim_is_told),
		cmocka_unit_test(answers_of_the_desk_are_read),
		cmocka_unit_test(what_is_odd_is_not_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
