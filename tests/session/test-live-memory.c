/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Live sessions with every single allocation failing in turn: a build fails and leaves nothing, a
 * change is made or is not made, and what is asked for anew comes out right. malloc and its kin are
 * wrapped by the linker in this program's own code; leaks end the program (AddressSanitizer).
 */
#include "tests/unit/test.h"

#include <errno.h>
#include <stdlib.h>

#include "policy/flow.h"
#include "session/live-tables.h"
#include "tests/session/live-world.h"

static size_t countdown; /* 0: nothing fails */

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *old, size_t size);
void *__real_reallocarray(void *old, size_t n, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__wrap_reallocarray(void *old, size_t n, size_t size);

static int is_refused(void)
{
	return countdown && !--countdown;
}

void *__wrap_malloc(size_t size)
{
	return is_refused() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return is_refused() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *old, size_t size)
{
	return is_refused() ? NULL : __real_realloc(old, size);
}

void *__wrap_reallocarray(void *old, size_t n, size_t size)
{
	return is_refused() ? NULL : __real_reallocarray(old, n, size);
}

static struct world world;

static void a_build_without_memory_leaves_nothing(void **state)
{
	struct op25b_live_tables lt;
	struct op25b_live *live;
	size_t failed = 0;
	int r;

	(void)state;
	world_make(&world, 3);
	assert_int_equal(op25b_live_make(&live), 0);
	for (int i = 0; i < WORLD_PLACES; i++)
		assert_int_equal(
			op25b_live_set(live, &world.places[i], &world.holders[i % WORLD_HOLDERS]),
			1);
	for (size_t n = 1;; n++) {
		countdown = n;
		r = op25b_live_tables_make(world.policy, WORLD_NOW, NULL, live, &lt);
		if (!r)
			break;
		assert_int_equal(r, -ENOMEM);
		failed++;
	}
	countdown = 0;
	assert_true(failed > 10);
	op25b_live_tables_done(&lt);
	op25b_live_free(&live);
	world_done(&world);
}

static void compare_all(const struct op25b_live *live, const struct op25b_live_tables *lt)
{
	for (int i = 0; i < WORLD_PLACES; i++) {
		struct op25b_session_facts facts;
		struct op25b_prefix near[4];

		assert_int_equal(op25b_live_find(live, &world.places[i], &facts) &&
					 facts.prefix.len == world.places[i].len,
				 world.holder[i] >= 0);
		world_around(&world.places[i], near);
		for (int k = 0; k < 4; k++) {
			struct op25b_decision d, due = world_answer(&world, &near[k]);
			struct op25b_flow flow = { .line = near[k],
						   .peer = near[k],
						   .peer_port = 25 };

			op25b_flow_decide(&lt->tables, &flow, &d);
			assert_int_equal(d.service, due.service);
			assert_int_equal(d.reason, due.reason);
		}
	}
}

/* Changes with the n-th allocation failing; whether one did. */
static bool change_without(size_t n)
{
	struct op25b_live_tables lt;
	struct op25b_live *live;
	bool failed;

	world_make(&world, 5);
	assert_int_equal(op25b_live_make(&live), 0);
	op25b_live_keep_other(live);
	assert_int_equal(op25b_live_tables_make(world.policy, WORLD_NOW, NULL, live, &lt), 0);
	countdown = n;
	for (int i = 0; i < 3 * WORLD_PLACES; i++) {
		int at = i % WORLD_PLACES, who = (i * 7) % WORLD_HOLDERS, r;
		size_t left;

		if (i / WORLD_PLACES == 1) {
			who = -1;
			r = op25b_live_tables_clear(&lt, live, &world.places[at], NULL);
		} else {
			r = op25b_live_tables_set(&lt, live, &world.places[at], &world.holders[who],
						  NULL);
		}
		if (r >= 0)
			world.holder[at] = who;
		else
			assert_int_equal(r, -ENOMEM);
		if (r != 1)
			continue;
		left = countdown;
		countdown = 0;
		op25b_live_tables_done(&lt);
		assert_int_equal(op25b_live_tables_make(world.policy, WORLD_NOW, NULL, live, &lt),
				 0);
		countdown = left;
	}
	failed = !countdown;
	countdown = 0;
	compare_all(live, &lt);
	op25b_live_tables_done(&lt);
	op25b_live_free(&live);
	world_done(&world);
	return failed;
}

static void a_change_without_memory_is_made_or_not(void **state)
{
	size_t n = 1;

	(void)state;
	while (change_without(n))
		n++;
	assert_true(n > 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_build_without_memory_leaves_nothing),
		cmocka_unit_test(a_change_without_memory_is_made_or_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
