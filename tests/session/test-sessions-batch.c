/* SPDX-License-Identifier: BSD-2-Clause */
/* A batch in memory: what it asks of its engine, and what it marks to be stored. */
#include "tests/session/sessions-lab.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session/batch.h"

/* An engine that holds one session of NAS 7, with its holder 40 and a binding. */
struct engine {
	struct op25b_batch batch;
	int sessions, holders, bindings; /* how often each was asked for */
};

static int ask_session(void *arg, int64_t nas, const char *id)
{
	struct op25b_session session = { .nas = 7, .holder = 40, .ended = INT64_MAX };
	struct engine *engine = arg;

	engine->sessions++;
	return op25b_batch_put_session(&engine->batch, nas, id, *id == 'a' ? &session : NULL);
}

static int ask_holder(void *arg, int64_t id)
{
	const struct op25b_holder holder = { .id = 40,
					     .session = "a",
					     .user_name = "user",
					     .class_ = "",
					     .filter_id = "",
					     .framed_pool = "pool" };
	struct engine *engine = arg;

	engine->holders++;
	return id == 40 ? op25b_batch_put_holder(&engine->batch, 7, &holder) : 0;
}

static int ask_binding(void *arg, const struct op25b_prefix *prefix)
{
	const struct op25b_binding binding = { .holder = 40, .since = 1000 };
	struct engine *engine = arg;

	engine->bindings++;
	return op25b_batch_put_binding(&engine->batch, prefix,
				       prefix->addr[3] == 1 ? &binding : NULL);
}

static int set_up(void **state)
{
	struct engine *engine = calloc(1, sizeof(*engine));
	const struct op25b_batch_source source = {
		.arg = engine, .session = ask_session, .holder = ask_holder, .binding = ask_binding
	};
	const struct op25b_nas nas = { .id = 7 };

	assert_non_null(engine);
	op25b_batch_init(&engine->batch, &source);
	engine->batch.last_nas = 7;
	engine->batch.last_holder = 40;
	assert_int_equal(op25b_batch_put_nas(&engine->batch, "bng7", &nas), 0);
	*state = engine;
	return 0;
}

static int tear_down(void **state)
{
	struct engine *engine = *state;

	op25b_batch_clear(&engine->batch);
	free(engine);
	return 0;
}

static void nothing_is_asked_for_twice(void **state)
{
	struct engine *engine = *state;
	const struct op25b_merge_io *io = &engine->batch.io;
	const struct op25b_prefix held = lab_prefix("192.0.2.1"), nobodys = lab_prefix("192.0.2.2");
	struct op25b_session session;
	struct op25b_binding binding;
	struct op25b_holder holder;
	int64_t nas;

	for (int i = 0; i < 2; i++) {
		assert_int_equal(io->session_get(io->arg, 7, "a", &session), 0);
		assert_int_equal(io->session_get(io->arg, 7, "b", &session), -ENOENT);
		assert_int_equal(io->holder_get(io->arg, 40, &nas, &holder), 0);
		assert_int_equal(io->binding_get(io->arg, &held, &binding), 0);
		assert_int_equal(io->binding_get(io->arg, &nobodys, &binding), -ENOENT);
	}
	assert_int_equal(engine->sessions, 2);
	assert_int_equal(engine->holders, 1);
	assert_int_equal(engine->bindings, 2);
	assert_int_equal(session.holder, 40);
	assert_int_equal(nas, 7);
	assert_string_equal(holder.framed_pool, "pool");
	assert_int_equal(binding.since, 1000);
	assert_false(engine->batch.written);
	/* A holder that isn't there is damage. */
	assert_int_equal(io->holder_get(io->arg, 41, &nas, &holder), -EBADMSG);
}

static void a_new_nas_and_its_holders_get_the_next_ids(void **state)
{
	struct engine *engine = *state;
	const struct op25b_merge_io *io = &engine->batch.io;
	const struct op25b_holder holder = { .session = "z",
					     .user_name = "",
					     .class_ = "c",
					     .filter_id = "",
					     .framed_pool = "",
					     .first = 5 };
	struct op25b_holder found;
	struct op25b_nas nas;
	int64_t id, of;

	assert_int_equal(io->nas_get(io->arg, "bng7", &nas), 0);
	assert_int_equal(nas.id, 7);
	assert_false(engine->batch.written);
	assert_int_equal(io->nas_get(io->arg, "bng8", &nas), 0);
	assert_int_equal(nas.id, 8);
	assert_true(nas.epoch_time == INT64_MIN);
	assert_int_equal(io->holder_add(io->arg, 8, &holder, &id), 0);
	assert_int_equal(id, 41);
	assert_int_equal(io->holder_get(io->arg, 41, &of, &found), 0);
	assert_int_equal(of, 8);
	assert_string_equal(found.class_, "c");
	assert_true(op25b_batch_holder(&engine->batch, 41)->written);
	assert_int_equal(engine->batch.last_nas, 8);
	assert_int_equal(engine->batch.last_holder, 41);
}

static void what_is_dropped_and_put_back_is_as_it_was_put(void **state)
{
	struct engine *engine = *state;
	const struct op25b_merge_io *io = &engine->batch.io;
	const struct op25b_prefix prefix = lab_prefix("192.0.2.1");
	const struct op25b_binding mine = { .holder = 9, .since = 2000 };
	struct op25b_session session = { .nas = 7, .holder = 9 };
	struct op25b_binding binding;

	assert_int_equal(io->session_drop(io->arg, 7, "a"), 0);
	assert_int_equal(io->session_get(io->arg, 7, "a", &session), -ENOENT);
	assert_true(op25b_batch_session(&engine->batch, 7, "a")->written);
	assert_int_equal(io->session_put(io->arg, "a", &session), 0);
	assert_int_equal(io->session_get(io->arg, 7, "a", &session), 0);
	assert_int_equal(session.holder, 9);
	assert_int_equal(engine->sessions, 0);
	assert_int_equal(io->binding_drop(io->arg, &prefix, 40), 0);
	assert_int_equal(io->binding_get(io->arg, &prefix, &binding), -ENOENT);
	assert_int_equal(io->binding_put(io->arg, &prefix, &mine), 0);
	assert_int_equal(io->binding_get(io->arg, &prefix, &binding), 0);
	assert_int_equal(binding.holder, 9);
	/* Both are changes, in their order. */
	assert_int_equal(engine->batch.n_changes, 2);
	assert_int_equal(engine->batch.changes[0].op, OP25B_CHANGE_CLEAR);
	assert_int_equal(engine->batch.changes[0].holder, 40);
	assert_int_equal(engine->batch.changes[1].op, OP25B_CHANGE_SET);
	assert_int_equal(engine->batch.changes[1].holder, 9);
}

static void a_cut_takes_what_was_past_by_then(void **state)
{
	struct engine *engine = *state;
	const struct op25b_merge_io *io = &engine->batch.io;
	const struct op25b_prefix prefix = lab_prefix("192.0.2.1"), other = lab_prefix("192.0.2.2");

	assert_int_equal(io->history_add(io->arg, &prefix, 40, 1000, 2000), 0);
	assert_int_equal(io->history_add(io->arg, &prefix, 41, 1000, 2000), 0);
	assert_int_equal(io->history_add(io->arg, &other, 40, 1000, 2000), 0);
	assert_int_equal(io->history_add(io->arg, &prefix, 40, 1800, 2000), 0);
	assert_int_equal(io->history_trim(io->arg, &prefix, 40, 1500), 0);
	assert_int_equal(io->history_add(io->arg, &prefix, 40, 1000, 2000), 0);
	assert_int_equal(engine->batch.n_past, 5);
	assert_int_equal(engine->batch.past[0].until, 1500);
	assert_int_equal(engine->batch.past[1].until, 2000);
	assert_int_equal(engine->batch.past[2].until, 2000);
	assert_int_equal(engine->batch.past[3].until, 1801);
	assert_int_equal(engine->batch.past[4].until, 2000);
	assert_int_equal(engine->batch.n_cuts, 1);
	assert_int_equal(engine->batch.cuts[0].until, 1500);
}

static void collect_id(const void *row, void *arg)
{
	const struct op25b_batch_session *session = row;
	char *text = arg;

	sprintf(text + strlen(text), "%d%s ", (int)session->nas, session->id);
}

static void rows_stand_in_the_order_of_their_keys(void **state)
{
	static const char *const ids[] = { "m", "c", "x", "a", "z", "b", "y" };
	struct engine *engine = *state;
	char text[128] = "";

	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		assert_int_equal(
			op25b_batch_put_session(&engine->batch, (int64_t)i % 2, ids[i], NULL), 0);
	op25b_batch_walk(engine->batch.sessions, collect_id, text);
	assert_string_equal(text, "0m 0x 0y 0z 1a 1b 1c ");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nothing_is_asked_for_twice),
		TEST(a_new_nas_and_its_holders_get_the_next_ids),
		TEST(what_is_dropped_and_put_back_is_as_it_was_put),
		TEST(a_cut_takes_what_was_past_by_then),
		TEST(rows_stand_in_the_order_of_their_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
