/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Live sessions in the tables: random policies and random changes. After each change addresses near
 * it are looked up and compared with a search through policy and sessions (live-world.h); a packet
 * that falls between any two stores of a change must get the answer of before or after; and at the
 * end the tables are those of a whole build.
 */
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/flow.h"
#include "policy/prefix.h"
#include "session/live-tables.h"
#include "tests/session/live-world.h"

#define CHANGES   120
#define STEPS_MAX 16 /* of changes that are looked into */

/* What the sink was told in one change. */
struct step {
	bool of_unit, removes;
	uint32_t unit;
	uint16_t value;
	struct op25b_exception_key key;
	struct op25b_exception exception;
};

struct bench {
	struct world w;
	struct op25b_live *live;
	struct op25b_live_tables lt;
	/* A second keeper of the tables, as the kernel is: as before the change, and its steps. */
	struct op25b_tables mirror;
	struct step *steps;
	size_t n_steps, max_steps;
	size_t n_rebuilt, n_between;
};

static bool same(const struct op25b_decision *a, const struct op25b_decision *b)
{
	return a->verdict == b->verdict && a->reason == b->reason && a->how == b->how &&
	       a->service == b->service;
}

static struct op25b_decision ask(const struct op25b_tables *tables, const struct op25b_prefix *a)
{
	struct op25b_flow flow = { .line = *a, .peer = *a, .peer_port = 25 };
	struct op25b_decision d;

	op25b_flow_decide(tables, &flow, &d);
	return d;
}

static void compare(const struct bench *b, const struct op25b_tables *tables,
		    const struct op25b_prefix *a)
{
	struct op25b_decision d = ask(tables, a), due = world_answer(&b->w, a);
	char text[OP25B_PREFIX_TEXT];

	if (!same(&d, &due))
		fail_msg("%s: service %u reason %u how %u, by definition %u %u %u",
			 op25b_prefix_format(a, text), d.service, d.reason, d.how, due.service,
			 due.reason, due.how);
}

/* ---- the second keeper ----------------------------------------------------------------------- */

static size_t image_bytes(const struct op25b_tables *t)
{
	return (size_t)t->plan.head.n_blocks * OP25B_BLOCK;
}

static void mirror_done(struct bench *b)
{
	free(b->mirror.image);
	op25b_prefix_table_done(&b->mirror.live);
}

/* Shares plan and front: no change touches them. */
static void mirror_make(struct bench *b)
{
	const struct op25b_tables *t = &b->lt.tables;
	size_t bytes = t->live.size * t->live.record;

	b->mirror = *t;
	b->mirror.image = malloc(image_bytes(t) + 1);
	b->mirror.live.slots = bytes ? malloc(bytes) : NULL;
	assert_true(b->mirror.image && (b->mirror.live.slots || !bytes));
	memcpy(b->mirror.image, t->image, image_bytes(t));
	if (bytes)
		memcpy(b->mirror.live.slots, t->live.slots, bytes);
}

static void apply(struct op25b_tables *t, const struct step *step)
{
	struct op25b_exception_entry *e;

	if (step->of_unit) {
		op25b_tables_units(t)[step->unit] = step->value;
	} else if (step->removes) {
		e = op25b_prefix_table_find(&t->live, &step->key);
		assert_non_null(e);
		op25b_prefix_table_remove(&t->live, e);
	} else {
		e = op25b_prefix_table_add(&t->live, &step->key);
		assert_non_null(e);
		e->value = step->exception;
	}
}

static int note(struct bench *b, const struct step *step)
{
	if (b->n_steps == b->max_steps) {
		b->max_steps = 2 * b->max_steps + 64;
		b->steps = realloc(b->steps, b->max_steps * sizeof(*b->steps));
		assert_non_null(b->steps);
	}
	b->steps[b->n_steps++] = *step;
	return 0;
}

static int note_unit(void *arg, uint32_t unit, uint16_t value)
{
	return note(arg, &(struct step){ .of_unit = true, .unit = unit, .value = value });
}

static int note_exception(void *arg, const struct op25b_exception_key *key,
			  const struct op25b_exception *value)
{
	struct step step = { .removes = !value, .key = *key };

	if (value)
		step.exception = *value;
	return note(arg, &step);
}

/*
 * A packet may read its unit after the first `i` steps and the exceptions after the first `j`, not
 * before. Units are rolled forward in one image, exceptions in another table.
 */
static void compare_between(struct bench *b, const struct op25b_prefix *a,
			    const struct op25b_decision *before)
{
	struct op25b_decision after = world_answer(&b->w, a);
	struct op25b_tables t = b->mirror;
	size_t n = b->n_steps;

	if (n > STEPS_MAX)
		return;
	t.image = malloc(image_bytes(&t) + 1);
	assert_non_null(t.image);
	memcpy(t.image, b->mirror.image, image_bytes(&t));
	for (size_t i = 0; i <= n; i++) {
		size_t bytes = b->mirror.live.size * b->mirror.live.record;

		if (i && b->steps[i - 1].of_unit)
			apply(&t, &b->steps[i - 1]);
		t.live = b->mirror.live;
		t.live.slots = bytes ? malloc(bytes) : NULL;
		if (bytes)
			memcpy(t.live.slots, b->mirror.live.slots, bytes);
		for (size_t j = 0; j <= n; j++) {
			struct op25b_decision d;

			if (j && !b->steps[j - 1].of_unit)
				apply(&t, &b->steps[j - 1]);
			if (j < i)
				continue;
			d = ask(&t, a);
			b->n_between += i && j < n;
			if (!same(&d, before) && !same(&d, &after))
				fail_msg("between steps %zu and %zu of %zu: neither old nor new", i,
					 j, n);
		}
		op25b_prefix_table_done(&t.live);
	}
	free(t.image);
}

static void mirror_follow(struct bench *b)
{
	for (size_t i = 0; i < b->n_steps; i++)
		apply(&b->mirror, &b->steps[i]);
	assert_memory_equal(b->mirror.image, b->lt.tables.image, image_bytes(&b->mirror));
}

/* ---- whole builds ---------------------------------------------------------------------------- */

static void build(struct bench *b)
{
	assert_int_equal(op25b_live_tables_make(b->w.policy, WORLD_NOW, NULL, b->live, &b->lt), 0);
	mirror_make(b);
}

static void rebuild(struct bench *b)
{
	mirror_done(b);
	op25b_live_tables_done(&b->lt);
	build(b);
	b->n_rebuilt++;
}

static bool is_held(const struct bench *b, const struct op25b_exception_key *key)
{
	struct op25b_prefix p = op25b_prefix_of_key(key);

	for (int i = 0; i < WORLD_PLACES; i++) {
		if (b->w.holder[i] >= 0 && !op25b_prefix_compare(&b->w.places[i], &p))
			return true;
	}
	return false;
}

/* The image is the same; so are exceptions, but for those that a live session has left. */
static void compare_with_a_build(struct bench *b)
{
	const struct op25b_exception_entry *e = NULL;
	struct op25b_live_tables whole;

	assert_int_equal(op25b_live_tables_make(b->w.policy, WORLD_NOW, NULL, b->live, &whole), 0);
	assert_int_equal(whole.tables.plan.head.n_blocks, b->lt.tables.plan.head.n_blocks);
	assert_memory_equal(whole.tables.image, b->lt.tables.image, image_bytes(&whole.tables));
	assert_int_equal(whole.finer.n, b->lt.finer.n);
	while ((e = op25b_prefix_table_next(&whole.tables.live, e))) {
		const struct op25b_exception *mine = op25b_tables_exception(&b->lt.tables, &e->key);

		assert_non_null(mine);
		assert_memory_equal(mine, &e->value, sizeof(*mine));
	}
	while ((e = op25b_prefix_table_next(&b->lt.tables.live, e))) {
		if (!op25b_prefix_table_find(&whole.tables.live, &e->key))
			assert_true(is_held(b, &e->key) &&
				    !op25b_plan_exception(&b->lt.tables.plan, &e->key));
	}
	op25b_live_tables_done(&whole);
}

/* ---- changes --------------------------------------------------------------------------------- */

static void change(struct bench *b, const struct op25b_live_sink *sink)
{
	uint32_t at = world_draw(&b->w, WORLD_PLACES), who = world_draw(&b->w, WORLD_HOLDERS);
	const struct op25b_prefix *place = &b->w.places[at];
	struct op25b_prefix near[8];
	struct op25b_decision before[8];
	int r;

	world_around(place, near);
	for (int i = 4; i < 8; i++) {
		struct op25b_prefix some[4];

		world_around(&b->w.places[world_draw(&b->w, WORLD_PLACES)], some);
		near[i] = some[world_draw(&b->w, 4)];
	}
	for (int i = 0; i < 8; i++)
		before[i] = world_answer(&b->w, &near[i]);
	b->n_steps = 0;
	if (world_draw(&b->w, 5) < 3) {
		b->w.holder[at] = (int)who;
		r = op25b_live_tables_set(&b->lt, b->live, place, &b->w.holders[who], sink);
	} else {
		b->w.holder[at] = -1;
		r = op25b_live_tables_clear(&b->lt, b->live, place, sink);
	}
	assert_true(r == 0 || r == 1);
	if (r)
		rebuild(b);
	for (int i = 0; i < 8; i++) {
		compare(b, &b->lt.tables, &near[i]);
		if (!r)
			compare_between(b, &near[i], &before[i]);
	}
	if (!r)
		mirror_follow(b);
}

static void compare_everywhere(const struct bench *b)
{
	struct op25b_prefix near[4];

	for (int i = 0; i < WORLD_PLACES; i++) {
		world_around(&b->w.places[i], near);
		for (int k = 0; k < 4; k++)
			compare(b, &b->lt.tables, &near[k]);
	}
	for (size_t i = 0; i < b->w.policy->n_lines; i++) {
		world_around(&b->w.policy->lines[i].prefix, near);
		for (int k = 0; k < 4; k++)
			compare(b, &b->lt.tables, &near[k]);
	}
	for (size_t i = 0; i < b->w.n_pools; i++) {
		world_around(&b->w.pools[i], near);
		for (int k = 0; k < 4; k++)
			compare(b, &b->lt.tables, &near[k]);
	}
}

static void sessions_change_what_the_definition_says(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	const struct op25b_live_sink sink = { note_unit, note_exception, b };

	(void)state;
	assert_non_null(b);
	for (uint32_t seed = 1; seed <= 60; seed++) {
		world_make(&b->w, seed);
		assert_int_equal(op25b_live_make(&b->live), 0);
		build(b);
		for (int i = 0; i < CHANGES; i++) {
			change(b, &sink);
			if (i % 8 == 0)
				compare_everywhere(b);
		}
		compare_everywhere(b);
		compare_with_a_build(b);
		mirror_done(b);
		op25b_live_tables_done(&b->lt);
		op25b_live_free(&b->live);
		world_done(&b->w);
	}
	printf("# %zu builds anew, %zu answers between two stores\n", b->n_rebuilt, b->n_between);
	assert_true(b->n_rebuilt > 0);
	assert_true(b->n_between > 0);
	free(b->steps);
	free(b);
}

/* Pools that differ below the top 64 bits: the plan sees no more, the rest is outside of it. */
static void a_session_beside_a_long_pool_is_outside_every_pool(void **state)
{
	static const char text[] = "op25b: 1\nprovider: {name: {en: P}}\nservices:\n"
				   "  - {id: s, addressing: fixed, port25: [],\n"
				   "     pools: [{prefix: \"2001:db8::/66\", line: 72}]}\n"
				   "  - {id: other, addressing: fixed, port25: []}\n"
				   "sessions: {rules: [{match: {user_name: u}, service: other}]}\n";
	const struct op25b_holder holder = { .id = 1,
					     .nas = "n",
					     .session = "",
					     .user_name = "u",
					     .class_ = "",
					     .filter_id = "",
					     .framed_pool = "" };
	struct op25b_prefix beside, address;
	struct op25b_findings findings;
	struct op25b_policy *policy;
	struct op25b_live_tables lt;
	struct op25b_live *live;

	(void)state;
	assert_int_equal(
		op25b_policy_load_buffer("p", text, sizeof(text) - 1, 0, &policy, &findings), 0);
	op25b_findings_free(&findings);
	assert_int_equal(op25b_prefix_parse("2001:db8:0:0:8000::/72", &beside), 0);
	assert_int_equal(op25b_prefix_parse("2001:db8:0:0:8000::1", &address), 0);
	assert_int_equal(op25b_live_make(&live), 0);
	assert_int_equal(op25b_live_tables_make(policy, 0, NULL, live, &lt), 0);
	assert_int_equal(ask(&lt.tables, &address).service, 0);
	assert_int_equal(op25b_live_tables_set(&lt, live, &beside, &holder, NULL), 1);
	op25b_live_tables_done(&lt);
	assert_int_equal(op25b_live_tables_make(policy, 0, NULL, live, &lt), 0);
	assert_int_equal(ask(&lt.tables, &address).service, 2);
	op25b_live_tables_done(&lt);
	op25b_live_free(&live);
	op25b_policy_free(&policy);
}

/* Of each prefix: what was reported of its session, also after others came and went. */
static void a_session_is_told_as_it_was_reported(void **state)
{
	static struct world w;
	const struct op25b_prefix *places = w.places;
	struct op25b_session_facts facts;
	struct op25b_live *live;

	(void)state;
	world_make(&w, 9);
	w.holders[0].first = -1;
	w.holders[1].first = (int64_t)UINT32_MAX + 1;
	assert_int_equal(op25b_live_make(&live), 0);
	for (int i = 0; i < 2 * WORLD_PLACES; i++) {
		const struct op25b_holder *h = &w.holders[i * 7 % WORLD_HOLDERS];

		assert_true(op25b_live_set(live, &places[i % WORLD_PLACES], h) >= 0);
		assert_true(op25b_live_find(live, &places[i % WORLD_PLACES], &facts));
		assert_string_equal(facts.nas, h->nas);
		assert_string_equal(facts.user_name, h->user_name);
		assert_string_equal(facts.class_, h->class_);
		assert_string_equal(facts.framed_pool, h->framed_pool);
		assert_string_equal(facts.session, h->session);
		assert_int_equal(facts.since, h->id < 3 ? 0 : h->first);
		if (i % 3 == 0)
			assert_int_equal(op25b_live_clear(live, &places[i % WORLD_PLACES]), 1);
	}
	op25b_live_free(&live);
	world_done(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_session_is_told_as_it_was_reported),
		cmocka_unit_test(a_session_beside_a_long_pool_is_outside_every_pool),
		cmocka_unit_test(sessions_change_what_the_definition_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
