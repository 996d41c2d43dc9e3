/* SPDX-License-Identifier: BSD-2-Clause */
/* Codes of texts: no two alike, none taken for another when it is read out wrongly. */
#include "tests/unit/test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "notice/code.h"
#include "policy/policy.h"

#define PER_SERVICE 9 /* three reasons, three manners */

/* A policy that is nothing but services, and the codes of it. */
struct world {
	struct op25b_policy policy;
	struct op25b_notice_codes codes;
	char (*names)[32];
};

static void make(struct world *w, size_t n_services, uint64_t digest)
{
	*w = (struct world){ .policy = { .n_services = n_services, .digest = digest } };
	w->names = calloc(n_services + 1, sizeof(*w->names));
	w->policy.services = calloc(n_services + 1, sizeof(*w->policy.services));
	assert_non_null(w->names);
	assert_non_null(w->policy.services);
	for (size_t i = 0; i < n_services; i++) {
		snprintf(w->names[i], sizeof(w->names[i]), "t/service-%zu", i);
		w->policy.services[i].id = w->names[i];
	}
	assert_int_equal(op25b_notice_codes_make(&w->policy, &w->codes), 0);
	assert_int_equal(w->codes.n, n_services * PER_SERVICE);
}

static void done(struct world *w)
{
	op25b_notice_codes_done(&w->codes);
	free(w->policy.services);
	free(w->names);
}

static int order(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static size_t count_twins(const struct op25b_notice_codes *codes)
{
	uint64_t *sorted = calloc(codes->n, sizeof(*sorted));
	size_t twins = 0;

	assert_non_null(sorted);
	memcpy(sorted, codes->list, codes->n * sizeof(*sorted));
	qsort(sorted, codes->n, sizeof(*sorted), order);
	for (size_t i = 1; i < codes->n; i++)
		twins += sorted[i] == sorted[i - 1];
	free(sorted);
	return twins;
}

/* Twice as many services as texts have room for, and as many as there can be: 590,000 codes of
 * 100,000,000 numbers meet some 1,700 times. */
static void every_text_has_a_code_of_its_own(void **state)
{
	static const size_t sizes[] = { 0, 1, 456, OP25B_SERVICE_MAX };

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct world w;

		make(&w, sizes[i], 25);
		assert_int_equal(count_twins(&w.codes), 0);
		done(&w);
	}
}

static void a_code_is_found_and_means_what_it_was_made_of(void **state)
{
	static const uint8_t reasons[] = { OP25B_HOLD, OP25B_DESIGNATED_SERVER_CLOSED,
					   OP25B_FOREIGN_SERVER };
	struct op25b_notice_meaning found;
	struct world w;

	(void)state;
	make(&w, 50, 25);
	for (uint32_t service = 0; service < 50; service++) {
		for (size_t i = 0; i < PER_SERVICE; i++) {
			struct op25b_notice_meaning of = { service, reasons[i / 3],
							   (uint8_t)(i % 3) };

			assert_true(op25b_notice_code_find(
				&w.codes, op25b_notice_code(&w.codes, &of), &found));
			assert_int_equal(found.service, of.service);
			assert_int_equal(found.reason, of.reason);
			assert_int_equal(found.manner, of.manner);
		}
	}
	assert_false(op25b_notice_code_find(&w.codes, 1, &found));
	done(&w);
}

static void one_policy_has_one_list_and_another_policy_another(void **state)
{
	struct world a, b, c;
	size_t same = 0;

	(void)state;
	make(&a, 400, 25);
	make(&b, 400, 25);
	make(&c, 400, 26);
	assert_memory_equal(a.codes.list, b.codes.list, a.codes.n * sizeof(*a.codes.list));
	for (size_t i = 0; i < a.codes.n; i++)
		same += a.codes.list[i] == c.codes.list[i];
	assert_int_equal(same, 0);
	done(&a);
	done(&b);
	done(&c);
}

/* Of each of 4,104 codes: 90 wrong digits and up to 9 swaps. */
static void a_code_that_is_read_out_wrongly_is_refused(void **state)
{
	struct world w;

	(void)state;
	make(&w, 456, 25);
	for (size_t k = 0; k < w.codes.n; k++) {
		char text[OP25B_CODE_TEXT];
		uint64_t code = 0;

		op25b_code_format(w.codes.list[k], text);
		assert_int_equal(op25b_code_parse(text, &code), 0);
		assert_int_equal(code, w.codes.list[k]);
		for (size_t i = 0; text[i]; i++) {
			char was = text[i];
			size_t next = text[i + 1] == '-' ? i + 2 : i + 1;

			for (char wrong = '0'; was != '-' && wrong <= '9'; wrong++) {
				text[i] = wrong;
				assert_int_equal(op25b_code_parse(text, &code),
						 wrong == was ? 0 : -EBADMSG);
			}
			text[i] = was;
			if (was == '-' || !text[i + 1] || text[next] == was)
				continue;
			text[i] = text[next];
			text[next] = was;
			assert_int_equal(op25b_code_parse(text, &code), -EBADMSG);
			text[next] = text[i];
			text[i] = was;
		}
	}
	done(&w);
}

static void a_code_is_ten_digits_however_they_are_grouped(void **state)
{
	static const char *const good[] = { "1475-465-316", "1475465316", "1475 465 316",
					    " 1-4-7-5-4-6-5-3-1-6 " };
	static const char *const bad[] = { "",
					   "1475-465-31",
					   "1475-465-3166",
					   "1475.465.316",
					   "l475-465-316",
					   "\357\274\221475465316" };
	uint64_t code = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(op25b_code_parse(good[i], &code), 0);
		assert_int_equal(code, 1475465316);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(op25b_code_parse(bad[i], &code), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_text_has_a_code_of_its_own),
		cmocka_unit_test(a_code_is_found_and_means_what_it_was_made_of),
		cmocka_unit_test(one_policy_has_one_list_and_another_policy_another),
		cmocka_unit_test(a_code_that_is_read_out_wrongly_is_refused),
		cmocka_unit_test(a_code_is_ten_digits_however_they_are_grouped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
