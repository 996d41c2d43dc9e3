/* SPDX-License-Identifier: BSD-2-Clause */
/* Words of enums, the nearest of some words, and tables of names. */
#include "tests/unit/test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "op25b/abi.h"
#include "policy/near.h"
#include "policy/policy.h"
#include "policy/table.h"
#include "policy/utf8.h"
#include "policy/words.h"

static void every_word_is_found_again_and_no_two_are_equal(void **state)
{
	static const struct op25b_words *const lists[] = {
		&op25b_words_verdict,      &op25b_words_action,      &op25b_words_how,
		&op25b_words_manner,       &op25b_words_reason,      &op25b_words_side,
		&op25b_words_family,       &op25b_words_access,      &op25b_words_addressing,
		&op25b_words_unknown_line, &op25b_words_offer,       &op25b_words_tunnel,
		&op25b_words_reverse_path, &op25b_words_session_key, &op25b_words_line_attribute,
		&op25b_words_situation,    &op25b_words_remedy,
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		for (unsigned int value = 0; value < lists[i]->n; value++) {
			const char *word = op25b_words_name(lists[i], value);

			if (word)
				assert_int_equal(op25b_words_find(lists[i], word), value);
		}
		assert_null(op25b_words_name(lists[i], (unsigned int)lists[i]->n));
		assert_int_equal(op25b_words_find(lists[i], "no such word"), -ENOENT);
	}
}

static void values_have_the_words_of_the_contract(void **state)
{
	(void)state;
	assert_int_equal(op25b_words_reason.n, OP25B_REASON_COUNT);
	assert_string_equal(op25b_words_name(&op25b_words_reason, OP25B_HIDDEN_TRANSPORT),
			    "hidden-transport");
	assert_string_equal(op25b_words_name(&op25b_words_verdict, OP25B_PASS), "pass");
	assert_string_equal(op25b_words_name(&op25b_words_action, OP25B_PASS), "allow");
	assert_null(op25b_words_name(&op25b_words_how, OP25B_HOW_NONE));
	assert_string_equal(op25b_words_name(&op25b_words_how, OP25B_NOTICE), "notice");
	assert_string_equal(op25b_words_name(&op25b_words_access, OP25B_ACCESS_HOSTING), "hosting");
	assert_string_equal(op25b_words_name(&op25b_words_tunnel, OP25B_6IN6), "6in6");
	assert_int_equal(1 << op25b_words_find(&op25b_words_offer, "imap"), OP25B_OFFER_IMAP);
}

static void the_nearest_word_is_named_and_a_far_one_is_not(void **state)
{
	static const char *const keys[] = { "addresses", "addressing", NULL, "pools", "port25" };

	(void)state;
	assert_string_equal(op25b_near_word("pool", keys, 5), "pools");
	assert_string_equal(op25b_near_word("Port25", keys, 5), "port25");
	assert_string_equal(op25b_near_word("adressing", keys, 5), "addressing");
	assert_string_equal(op25b_near_word("address", keys, 5), "addresses");
	assert_string_equal(op25b_near_word("prot25", keys, 5), "port25");
	assert_null(op25b_near_word("firewall", keys, 5));
	assert_null(op25b_near_word("", keys, 5));
	assert_null(op25b_near_word("p", keys, 5));
	assert_null(op25b_near_word("a-word-of-more-than-forty-letters-is-no-key", keys, 5));
}

static void a_table_keeps_the_first_value_of_each_of_many_names(void **state)
{
	struct op25b_arena *arena = op25b_arena_new();
	struct op25b_table table = { 0 };
	static char names[20000][8];
	uint32_t value = 7;
	jmp_buf exhausted;

	(void)state;
	assert_non_null(arena);
	if (setjmp(exhausted))
		fail();
	op25b_arena_on_exhaustion(arena, &exhausted);
	assert_int_equal(op25b_table_get(&table, "absent", &value), -ENOENT);
	for (uint32_t i = 0; i < 20000; i++) {
		int len = snprintf(names[i], sizeof(names[i]), "n%u", i);

		assert_int_equal(op25b_table_put(&table, arena, names[i], (size_t)len, i), i);
		assert_int_equal(op25b_table_put(&table, arena, names[i], (size_t)len, 1), i);
	}
	for (uint32_t i = 0; i < 20000; i++) {
		assert_int_equal(op25b_table_get(&table, names[i], &value), 0);
		assert_int_equal(value, i);
	}
	assert_int_equal(table.n, 20000);
	assert_int_equal(op25b_table_get(&table, "n20000", &value), -ENOENT);
	assert_int_equal(op25b_table_get(&table, "n", &value), -ENOENT);
	op25b_arena_free(&arena);
	assert_null(arena);
}

static void what_is_quoted_is_clean_utf8(void **state)
{
	static const char *const samples[][2] = {
		{ "plain", "plain" },
		{ "回線 é", "回線 é" },
		{ "a\x1b[2Jb\nc\x7f", "a?[2Jb?c?" },
		{ "\xff\x80x", "??x" },
		{ "cut \xe5\x9b", "cut ??" },
		{ "\xc0\xaf \xed\xa0\x80 \xf4\x90\x80\x80", "?? ??? ????" },
		{ "\xc2\x9b", "??" },
		{ "\xf0\x9f\x93\xa7", "\xf0\x9f\x93\xa7" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		char *text = strdup(samples[i][0]);

		op25b_utf8_clean(text);
		assert_string_equal(text, samples[i][1]);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_word_is_found_again_and_no_two_are_equal),
		cmocka_unit_test(values_have_the_words_of_the_contract),
		cmocka_unit_test(the_nearest_word_is_named_and_a_far_one_is_not),
		cmocka_unit_test(what_is_quoted_is_clean_utf8),
		cmocka_unit_test(a_table_keeps_the_first_value_of_each_of_many_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
