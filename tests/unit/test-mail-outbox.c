/* SPDX-License-Identifier: BSD-2-Clause */
/* The outbox of letters loses none and repeats none. */
#include "tests/unit/test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mail/letter.h"

#define NOW  INT64_C(1795705200) /* 2026-11-26 15:00 UTC */
#define WEEK (7 * 86400)

struct world {
	struct op25b_state *state;
	char folder[64], path[96];
};

static int open_world(void **data)
{
	struct world *w = calloc(1, sizeof(*w));
	struct op25b_error error = { .text = "" };

	assert_non_null(w);
	snprintf(w->folder, sizeof(w->folder), "/tmp/op25b-letter-XXXXXX");
	assert_non_null(mkdtemp(w->folder));
	snprintf(w->path, sizeof(w->path), "%s/state", w->folder);
	assert_int_equal(op25b_state_open(w->path, &w->state, &error), 0);
	assert_int_equal(op25b_state_begin(w->state, &error), 0);
	*data = w;
	return 0;
}

static int close_world(void **data)
{
	struct world *w = *data;

	op25b_state_close(&w->state);
	unlink(w->path);
	rmdir(w->folder);
	free(w);
	return 0;
}

static int post(struct world *w, int64_t now, enum op25b_letter_kind kind, const char *account,
		int64_t every)
{
	const struct op25b_letter letter = {
		.kind = kind, .account = account, .address = account, .why = "refused"
	};

	return op25b_letter_post(w->state, now, &letter, every);
}

static int64_t waiting(struct world *w)
{
	int64_t n;

	assert_int_equal(op25b_letter_waiting(w->state, &n), 0);
	return n;
}

static void a_letter_waits_until_it_is_taken(void **data)
{
	struct world *w = *data;
	struct op25b_letter_due due, again;

	assert_int_equal(op25b_letter_due(w->state, NOW, &due), 0);
	assert_int_equal(post(w, NOW, OP25B_LETTER_HELD, "taro@example.net", 0), 1);
	assert_int_equal(op25b_letter_due(w->state, NOW, &due), 1);
	assert_string_equal(due.account, "taro@example.net");
	assert_string_equal(due.why, "refused");
	assert_int_equal(due.kind, OP25B_LETTER_HELD);
	assert_int_equal(due.at, NOW);
	assert_int_equal(strlen(due.id), 32);
	/* whoever was killed in between sends the same one */
	assert_int_equal(op25b_letter_due(w->state, NOW, &again), 1);
	assert_string_equal(again.id, due.id);
	assert_int_equal(waiting(w), 1);
	assert_int_equal(op25b_letter_taken(w->state, due.row), 0);
	assert_int_equal(waiting(w), 0);
	assert_int_equal(op25b_letter_due(w->state, NOW + WEEK, &due), 0);
}

static void one_of_a_kind_in_its_time(void **data)
{
	struct world *w = *data;
	struct op25b_letter_due due;

	assert_int_equal(post(w, NOW, OP25B_LETTER_POP, "a@example.net", WEEK), 1);
	assert_int_equal(post(w, NOW + 1, OP25B_LETTER_POP, "a@example.net", WEEK), 0);
	assert_int_equal(post(w, NOW + 1, OP25B_LETTER_POP, "b@example.net", WEEK), 1);
	assert_int_equal(post(w, NOW + 1, OP25B_LETTER_HELD, "a@example.net", WEEK), 1);
	/* that it was taken is no reason for another */
	assert_int_equal(op25b_letter_due(w->state, NOW, &due), 1);
	assert_int_equal(op25b_letter_taken(w->state, due.row), 0);
	assert_int_equal(op25b_letter_sweep(w->state, NOW + WEEK - 1), 0);
	assert_int_equal(post(w, NOW + WEEK - 1, OP25B_LETTER_POP, "a@example.net", WEEK), 0);
	assert_int_equal(post(w, NOW + WEEK, OP25B_LETTER_POP, "a@example.net", WEEK), 1);
}

/* It is somebody else's, and needed for ten minutes. */
static void a_foreign_address_is_forgotten_after_a_day(void **data)
{
	struct world *w = *data;
	const struct op25b_letter letter = { .kind = OP25B_LETTER_CONFIRM,
					     .account = "a@example.net",
					     .address = "me@gol.example",
					     .why = "token" };

	assert_int_equal(op25b_letter_post(w->state, NOW, &letter, WEEK), 1);
	assert_int_equal(op25b_letter_sweep(w->state, NOW + 86400), 0);
	assert_int_equal(op25b_letter_posted(w->state, NOW + 86400, &letter, WEEK), 1);
	assert_int_equal(op25b_letter_sweep(w->state, NOW + 86401), 0);
	assert_int_equal(op25b_letter_posted(w->state, NOW + 86401, &letter, WEEK), 0);
}

static void a_second_hold_after_a_release_is_told(void **data)
{
	struct world *w = *data;

	assert_int_equal(post(w, NOW, OP25B_LETTER_HELD, "a@example.net", WEEK), 1);
	assert_int_equal(post(w, NOW + 1, OP25B_LETTER_LIMIT, "a@example.net", WEEK), 1);
	assert_int_equal(post(w, NOW + 1, OP25B_LETTER_HELD, "a@example.net", WEEK), 0);
	assert_int_equal(post(w, NOW + 2, OP25B_LETTER_RELEASED, "a@example.net", 0), 1);
	assert_int_equal(post(w, NOW + 3, OP25B_LETTER_HELD, "a@example.net", WEEK), 1);
	assert_int_equal(post(w, NOW + 3, OP25B_LETTER_LIMIT, "a@example.net", WEEK), 0);
}

static void what_fails_is_tried_again_later_and_later(void **data)
{
	static const int waits[] = { 15, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600 };
	struct world *w = *data;
	struct op25b_letter_due due;
	int64_t now = NOW;

	assert_int_equal(post(w, NOW, OP25B_LETTER_HELD, "a@example.net", 0), 1);
	for (size_t i = 0; i < sizeof(waits) / sizeof(waits[0]); i++) {
		assert_int_equal(op25b_letter_due(w->state, now, &due), 1);
		assert_int_equal(op25b_letter_failed(w->state, now, due.row), 0);
		assert_int_equal(op25b_letter_due(w->state, now + waits[i] - 1, &due), 0);
		now += waits[i];
	}
	assert_int_equal(op25b_letter_due(w->state, now, &due), 1);
	assert_int_equal(op25b_letter_failed(w->state, NOW + 5 * 86400 + 1, due.row), 1);
	assert_int_equal(waiting(w), 0);
}

static void one_that_fails_keeps_no_other_waiting(void **data)
{
	struct world *w = *data;
	struct op25b_letter_due due;

	assert_int_equal(post(w, NOW, OP25B_LETTER_HELD, "a@example.net", 0), 1);
	assert_int_equal(post(w, NOW, OP25B_LETTER_HELD, "b@example.net", 0), 1);
	assert_int_equal(op25b_letter_due(w->state, NOW, &due), 1);
	assert_string_equal(due.address, "a@example.net");
	assert_int_equal(op25b_letter_failed(w->state, NOW, due.row), 0);
	assert_int_equal(op25b_letter_due(w->state, NOW, &due), 1);
	assert_string_equal(due.address, "b@example.net");
}

static void an_address_that_is_none_gets_no_letter(void **data)
{
	static const char *const bad[] = {
		"",
		"taro",
		"@example.net",
		"taro@",
		"a b@example.net",
		"a@b@example.net",
		"a@example.net\r\nBcc: b@example.org",
		"a@example.net>",
		"\"a\"@example.net",
		"a,b@example.net",
		"\xe5\xa4\xaa@example.net",
	};
	struct world *w = *data;
	char longest[300];

	memset(longest, 'a', sizeof(longest));
	memcpy(longest + 280, "@example.net", 13);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(post(w, NOW, OP25B_LETTER_HELD, bad[i], 0), -EINVAL);
	assert_int_equal(post(w, NOW, OP25B_LETTER_HELD, longest, 0), -EINVAL);
	assert_int_equal(waiting(w), 0);
}

#define STORY(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORY(a_letter_waits_until_it_is_taken),
		STORY(one_of_a_kind_in_its_time),
		STORY(a_foreign_address_is_forgotten_after_a_day),
		STORY(a_second_hold_after_a_release_is_told),
		STORY(what_fails_is_tried_again_later_and_later),
		STORY(one_that_fails_keeps_no_other_waiting),
		STORY(an_address_that_is_none_gets_no_letter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
