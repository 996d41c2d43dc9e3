/* SPDX-License-Identifier: BSD-2-Clause */
/* What else a session holds: random changes, compared with a list of who was given what last. */
#include "tests/unit/test.h"

#include <string.h>

#include "policy/prefix.h"
#include "session/live.h"

#define PLACES  40
#define HOLDERS 6
#define CHANGES 4000

struct model {
	struct op25b_prefix places[PLACES]; /* no one inside another */
	int holder[PLACES];                 /* -1: nobody */
	int last[HOLDERS][2];               /* the place it was given last, by family; -1 */
	uint32_t state;
};

static uint32_t draw(struct model *m, uint32_t below)
{
	m->state = m->state * 1664525 + 1013904223;
	return (m->state >> 8) % below;
}

static bool is_v6(const struct model *m, int place)
{
	return m->places[place].family == OP25B_V6;
}

static void set_up(struct model *m)
{
	*m = (struct model){ .state = 7 };
	memset(m->last, -1, sizeof(m->last));
	for (int i = 0; i < PLACES; i++) {
		m->holder[i] = -1;
		m->places[i] = (struct op25b_prefix){ OP25B_V4, 32, { 198, 51, 100, (uint8_t)i } };
		if (i % 2)
			m->places[i] = (struct op25b_prefix){
				OP25B_V6, 56, { 0x20, 0x01, 0x0d, 0xb8, 0, 0, (uint8_t)i }
			};
	}
}

static void give(struct model *m, struct op25b_live *live, int place, int holder)
{
	struct op25b_holder h = { holder + 1, "", "", "", "", "", "", 0 };

	if (holder < 0)
		op25b_live_clear(live, &m->places[place]);
	else
		assert_true(op25b_live_set(live, &m->places[place], &h) >= 0);
	for (int i = 0; i < HOLDERS; i++) {
		if (m->last[i][is_v6(m, place)] == place && i != holder)
			m->last[i][is_v6(m, place)] = -1;
	}
	m->holder[place] = holder;
	if (holder >= 0)
		m->last[holder][is_v6(m, place)] = place;
}

static void compare(const struct model *m, const struct op25b_live *live, int place)
{
	struct op25b_prefix address = m->places[place], other;
	int holder = m->holder[place], due;

	address.len = op25b_prefix_whole(address.family);
	due = holder < 0 ? -1 : m->last[holder][!is_v6(m, place)];
	assert_int_equal(op25b_live_other(live, &address, &other), due >= 0);
	if (due >= 0) {
		assert_int_equal(op25b_prefix_compare(&other, &m->places[due]), 0);
		assert_int_equal(m->holder[due], holder);
	}
}

static void it_is_what_the_session_was_given_last_and_still_has(void **state)
{
	struct op25b_live *live;
	struct model m;

	(void)state;
	set_up(&m);
	assert_int_equal(op25b_live_make(&live), 0);
	op25b_live_keep_other(live);
	for (int i = 0; i < CHANGES; i++) {
		int place = (int)draw(&m, PLACES);

		/* Now and then all go, so that places of holders are used again. */
		if (!draw(&m, 200)) {
			for (int k = 0; k < PLACES; k++)
				give(&m, live, k, -1);
		} else {
			give(&m, live, place,
			     (int)draw(&m, HOLDERS + 2) - 2 < 0 ? -1 : (int)draw(&m, HOLDERS));
		}
		for (int k = 0; k < PLACES; k++)
			compare(&m, live, k);
	}
	op25b_live_free(&live);
}

static void who_keeps_nothing_knows_nothing(void **state)
{
	struct op25b_live *live;
	struct op25b_prefix other;
	struct model m;

	(void)state;
	set_up(&m);
	assert_int_equal(op25b_live_make(&live), 0);
	give(&m, live, 0, 1);
	give(&m, live, 1, 1);
	assert_false(op25b_live_other(live, &m.places[0], &other));
	op25b_live_free(&live);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_what_the_session_was_given_last_and_still_has),
		cmocka_unit_test(who_keeps_nothing_knows_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
