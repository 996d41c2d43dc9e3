/* SPDX-License-Identifier: BSD-2-Clause */
/* What a follower may say: every frame is the same at the other end, and no other is taken. */
#include "tests/unit/test.h"

#include <errno.h>
#include <string.h>

#include "policy/prefix.h"
#include "session/follow-wire.h"

static struct op25b_prefix prefix(const char *text)
{
	struct op25b_prefix ret;

	assert_int_equal(op25b_prefix_parse(text, &ret), OP25B_PREFIX_FINE);
	return ret;
}

static struct op25b_holder holder(void)
{
	return (struct op25b_holder){ 7, "bng1", "s1", "a@b", "0x00", "", "pool", 1700000000 };
}

static struct op25b_follow_frame change(int64_t seq)
{
	return (struct op25b_follow_frame){
		.kind = OP25B_FOLLOW_CHANGE,
		.change = { seq, OP25B_CHANGE_SET, prefix("10.1.0.7"), holder(), 1700000001 },
	};
}

static struct op25b_follow_frame holding(const char *text)
{
	return (struct op25b_follow_frame){
		.kind = OP25B_FOLLOW_HOLDING,
		.holding = { prefix(text), holder(), 1700000000, INT64_MAX },
	};
}

static struct op25b_follow_frame end(int64_t seq)
{
	return (struct op25b_follow_frame){ .kind = OP25B_FOLLOW_END, .position = { 99, seq } };
}

static struct op25b_follow_frame health(int64_t origin, int64_t seq)
{
	return (struct op25b_follow_frame){
		.kind = OP25B_FOLLOW_HEALTH,
		.health = { .store = { .last = { 99, 8 }, .changed_at = 1700000002 },
			    .position = { origin, seq } },
	};
}

static const struct op25b_follow_frame begin = { .kind = OP25B_FOLLOW_BEGIN };

static void a_change_is_the_same_at_the_other_end(void **state)
{
	uint8_t bytes[OP25B_FOLLOW_FRAME];
	struct op25b_follow_frame sent = change(5), got;
	size_t size = op25b_follow_encode(&sent, bytes);

	(void)state;
	for (size_t n = 0; n < size; n++)
		assert_int_equal(op25b_follow_decode(bytes, n, &got, NULL), 0);
	assert_int_equal(op25b_follow_decode(bytes, size, &got, NULL), size);
	assert_int_equal(got.kind, OP25B_FOLLOW_CHANGE);
	assert_int_equal(got.change.seq, 5);
	assert_int_equal(got.change.op, OP25B_CHANGE_SET);
	assert_int_equal(got.change.at, 1700000001);
	assert_memory_equal(&got.change.prefix, &sent.change.prefix, sizeof(sent.change.prefix));
	assert_int_equal(got.change.holder.id, 7);
	assert_string_equal(got.change.holder.session, "s1");
	assert_string_equal(got.change.holder.class_, "0x00");
	assert_string_equal(got.change.holder.framed_pool, "pool");
	assert_int_equal(got.change.holder.first, 1700000000);
}

static void texts_are_cut_and_made_printable(void **state)
{
	uint8_t bytes[OP25B_FOLLOW_FRAME];
	char text[2 * OP25B_FOLLOW_FRAME];
	struct op25b_follow_frame frame = { .kind = OP25B_FOLLOW_PROBLEM, .problem = text }, got;

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	text[1] = '\n';
	assert_true(op25b_follow_decode(bytes, op25b_follow_encode(&frame, bytes), &got, NULL) > 0);
	assert_int_equal(strlen(got.problem), sizeof(((struct op25b_error *)NULL)->text) - 1);
	assert_memory_equal(got.problem, "x?x", 3);
	frame = change(1);
	frame.change.holder.nas = frame.change.holder.framed_pool = text;
	assert_true(op25b_follow_decode(bytes, op25b_follow_encode(&frame, bytes), &got, NULL) > 0);
	assert_int_equal(strlen(got.change.holder.nas), OP25B_ACCT_TEXT - 1);
}

/* Every bit of a change, turned: a sound frame, or a refusal with its reason. */
static void a_changed_octet_is_refused_or_sound(void **state)
{
	uint8_t bytes[OP25B_FOLLOW_FRAME];
	struct op25b_follow_frame sent = change(5), got;
	size_t size = op25b_follow_encode(&sent, bytes), refused = 0;

	(void)state;
	for (size_t bit = 0; bit < 8 * size; bit++) {
		struct op25b_error error = { "" };
		int n;

		bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
		n = op25b_follow_decode(bytes, size, &got, &error);
		assert_true(n >= 0 || *error.text);
		refused += n < 0;
		bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
	}
	assert_true(refused > size);
}

struct step {
	struct op25b_follow_frame frame;
	const char *fault; /* NULL: it may come */
};

static void walk(const struct step *steps, size_t n, struct op25b_follow_order *order)
{
	for (size_t i = 0; i < n; i++) {
		struct op25b_error error = { "" };
		int r = op25b_follow_accept(order, &steps[i].frame, &error);

		assert_int_equal(r, steps[i].fault ? -EBADMSG : 0);
		assert_string_equal(error.text, steps[i].fault ? steps[i].fault : "");
	}
}

#define WALK(steps, order) walk(steps, sizeof(steps) / sizeof((steps)[0]), order)

static void a_snapshot_comes_by_prefix_and_changes_by_number(void **state)
{
	const struct step steps[] = {
		{ change(1), "a change without a snapshot before it" },
		{ health(0, 0), "a health without a snapshot before it" },
		{ holding("10.1.0.7"), "a holding without a snapshot" },
		{ end(5), "the end of no snapshot" },
		{ begin, NULL },
		{ begin, "something else amid a snapshot" },
		{ holding("10.1.0.7"), NULL },
		{ holding("10.1.0.7"), "holdings out of order" },
		{ holding("10.1.0.6"), "holdings out of order" },
		{ holding("2001:db8::/64"), NULL },
		{ change(6), "something else amid a snapshot" },
		{ end(5), NULL },
		{ change(5), "changes out of order" },
		{ change(6), NULL },
		{ change(8), NULL },
		{ health(99, 6), "a health of another position than the last change's" },
		{ health(98, 8), "a health without a snapshot before it" },
		{ health(99, 8), NULL },
	};
	struct op25b_follow_order order = { 0 };

	(void)state;
	WALK(steps, &order);
	assert_int_equal(order.position.origin, 99);
	assert_int_equal(order.position.seq, 8);
}

static void a_problem_ends_a_snapshot_and_nothing_else(void **state)
{
	const struct step steps[] = {
		{ begin, NULL },
		{ holding("10.1.0.7"), NULL },
		{ { .kind = OP25B_FOLLOW_PROBLEM, .problem = "away" }, NULL },
		{ end(9), "the end of no snapshot" },
		{ change(6), NULL },
	};
	struct op25b_follow_order order = { .known = true, .position = { 99, 5 } };

	(void)state;
	WALK(steps, &order);
}

static void so_many_nas_and_no_more(void **state)
{
	const struct op25b_follow_frame nas = { .kind = OP25B_FOLLOW_NAS, .nas = { "bng1", 1, 1 } };
	const struct op25b_follow_frame last = health(99, 5);
	struct op25b_follow_order order = { .known = true, .position = { 99, 5 } };

	(void)state;
	for (int round = 0; round < 2; round++) {
		for (unsigned int i = 0; i < OP25B_FOLLOW_NAS_MAX; i++)
			assert_int_equal(op25b_follow_accept(&order, &nas, NULL), 0);
		assert_int_equal(op25b_follow_accept(&order, round ? &nas : &last, NULL),
				 round ? -EBADMSG : 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_change_is_the_same_at_the_other_end),
		cmocka_unit_test(texts_are_cut_and_made_printable),
		cmocka_unit_test(a_changed_octet_is_refused_or_sound),
		cmocka_unit_test(a_snapshot_comes_by_prefix_and_changes_by_number),
		cmocka_unit_test(a_problem_ends_a_snapshot_and_nothing_else),
		cmocka_unit_test(so_many_nas_and_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
