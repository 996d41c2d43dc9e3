/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The JSON of explain is put together by hand: jansson must read back from it what was put in, for
 * every verdict, reason and how, and for ids that need escapes.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "cli/explain.h"
#include "cli/reply.h"
#include "policy/words.h"

#include "test.h"

static const struct op25b_service services[] = { { .id = "fibre" },
						 { .id = "a \"quoted\\\" \n 光 id" } };
static const struct op25b_policy policy = { .services = (struct op25b_service *)services,
					    .n_services = 2 };

static json_t *written(const struct op25b_reply *reply)
{
	struct op25b_reply_writer writer;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	json_t *read;

	assert_non_null(out);
	assert_int_equal(op25b_reply_open(&policy, /* json= */ true, out, &writer), 0);
	op25b_reply_write(&writer, reply);
	op25b_reply_close(&writer);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(text[size - 1], '\n');
	assert_ptr_equal(memchr(text, '\n', size), text + size - 1);
	read = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(read);
	free(text);
	return read;
}

static void assert_field(const json_t *object, const char *name, const char *expected)
{
	const json_t *field = json_object_get(object, name);

	assert_non_null(field);
	if (expected)
		assert_string_equal(json_string_value(field), expected);
	else
		assert_true(json_is_null(field));
}

static void jansson_reads_every_answer(void **state)
{
	(void)state;
	for (unsigned int reason = 0; reason < OP25B_REASON_COUNT; reason++) {
		for (unsigned int how = OP25B_HOW_NONE; how <= OP25B_NOTICE; how++) {
			unsigned int verdict = how ? OP25B_REFUSE : reason % 2;
			struct op25b_reply reply = {
				.packet = UINT64_MAX >> 1,
				.decision = { .verdict = (uint8_t)verdict,
					      .reason = (uint8_t)reason,
					      .how = (uint8_t)how },
				.service = reason % 3 ? &services[reason % 3 - 1] : NULL,
				.line = reason % 3 ? services[reason % 3 - 1].id : NULL,
			};
			json_t *read = written(&reply);

			assert_int_equal(json_object_size(read), 7);
			assert_field(read, "schema", "op25b.explain/1");
			assert_int_equal(json_integer_value(json_object_get(read, "packet")),
					 INT64_MAX);
			assert_field(read, "verdict",
				     op25b_words_name(&op25b_words_verdict, verdict));
			assert_field(read, "reason", op25b_words_name(&op25b_words_reason, reason));
			assert_field(read, "how", op25b_words_name(&op25b_words_how, how));
			assert_field(read, "service", reply.service ? reply.service->id : NULL);
			assert_field(read, "line", reply.line);
			json_decref(read);
		}
	}
}

static void a_frame_decided_natively_is_marked(void **state)
{
	struct op25b_reply reply = { .packet = 1, .fell_back = true };
	json_t *read = written(&reply);

	(void)state;
	assert_int_equal(json_object_size(read), 8);
	assert_field(read, "engine", "native");
	json_decref(read);
}

static void every_reason_has_a_sentence(void **state)
{
	(void)state;
	for (unsigned int reason = 0; reason < OP25B_REASON_COUNT; reason++) {
		assert_non_null(op25b_explain_reason(reason));
		for (unsigned int other = 0; other < reason; other++)
			assert_string_not_equal(op25b_explain_reason(reason),
						op25b_explain_reason(other));
	}
	assert_null(op25b_explain_reason(OP25B_REASON_COUNT));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(jansson_reads_every_answer),
		cmocka_unit_test(a_frame_decided_natively_is_marked),
		cmocka_unit_test(every_reason_has_a_sentence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
