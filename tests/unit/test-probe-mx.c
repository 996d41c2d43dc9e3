/* SPDX-License-Identifier: BSD-2-Clause */
/* Answers to MX, as bytes of RFC 1035. */
#include "tests/unit/test.h"

#include <errno.h>
#include <string.h>

#include "probe/resolve.h"

struct answer {
	unsigned char bytes[512];
	size_t size;
};

static void put(struct answer *answer, const void *bytes, size_t size)
{
	memcpy(answer->bytes + answer->size, bytes, size);
	answer->size += size;
}

/* "a.test" as labels. */
static size_t labels(const char *name, unsigned char *ret)
{
	size_t done = 0;

	while (*name) {
		size_t n = strcspn(name, ".");

		ret[done++] = (unsigned char)n;
		memcpy(ret + done, name, n);
		done += n;
		name += n + (name[n] == '.');
	}
	ret[done++] = 0;
	return done;
}

static void begin(struct answer *answer, unsigned char n)
{
	const unsigned char head[] = { 0, 1, 0x81, 0x80, 0, 1, 0, n, 0, 0, 0, 0 };
	unsigned char name[64];

	answer->size = 0;
	put(answer, head, sizeof(head));
	put(answer, name, labels("far.test", name));
	put(answer, "\0\x0f\0\1", 4);
}

static void add(struct answer *answer, unsigned char preference, const char *exchange)
{
	unsigned char name[128];
	const size_t n = labels(exchange, name);
	const unsigned char head[] = { 0xc0, 12,        0, 15, 0, 1,
				       0,    0,         0, 60, 0, (unsigned char)(n + 2),
				       0,    preference };

	put(answer, head, sizeof(head));
	put(answer, name, n);
}

static void the_most_preferred_is_taken(void **state)
{
	char name[OP25B_PROBE_NAME];
	struct answer answer;

	(void)state;
	begin(&answer, 3);
	add(&answer, 20, "c.far.test");
	add(&answer, 10, "MX-b.far.test");
	add(&answer, 10, "mx-a.far.test");
	assert_int_equal(op25b_probe_mx(answer.bytes, answer.size, name), 0);
	assert_string_equal(name, "mx-a.far.test");
}

static void a_null_mx_is_known(void **state)
{
	char name[OP25B_PROBE_NAME] = "x";
	struct answer answer;

	(void)state;
	begin(&answer, 1);
	add(&answer, 0, "");
	assert_int_equal(op25b_probe_mx(answer.bytes, answer.size, name), 0);
	assert_true(!strcmp(name, "") || !strcmp(name, "."));
}

static void nothing_else_is_an_answer(void **state)
{
	char name[OP25B_PROBE_NAME];
	struct answer answer;

	(void)state;
	begin(&answer, 0);
	assert_int_equal(op25b_probe_mx(answer.bytes, answer.size, name), -ENODATA);
	begin(&answer, 1);
	add(&answer, 0, "mx.far.test");
	for (size_t size = 0; size < answer.size; size++)
		assert_true(op25b_probe_mx(answer.bytes, size, name) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_most_preferred_is_taken),
		cmocka_unit_test(a_null_mx_is_known),
		cmocka_unit_test(nothing_else_is_an_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
