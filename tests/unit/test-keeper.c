/* SPDX-License-Identifier: BSD-2-Clause */
/* The store's thread: a damaged row harms the records that need it, a full disk all of them. */
#include "tests/unit/test.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "radiusd/keeper-task.h"

/* What the store answers: a batch with a session of this name fails. */
static const char *poison;
static int poison_error;
static size_t n_calls;

int __real_op25b_sessions_apply(struct op25b_sessions *store, const struct op25b_acct *batch,
				size_t n, int64_t now, struct op25b_sessions_tally *tally,
				struct op25b_error *error);
int __wrap_op25b_sessions_apply(struct op25b_sessions *store, const struct op25b_acct *batch,
				size_t n, int64_t now, struct op25b_sessions_tally *tally,
				struct op25b_error *error);

int __wrap_op25b_sessions_apply(struct op25b_sessions *store, const struct op25b_acct *batch,
				size_t n, int64_t now, struct op25b_sessions_tally *tally,
				struct op25b_error *error)
{
	n_calls++;
	for (size_t i = 0; i < n && poison; i++) {
		if (!strcmp(batch[i].session, poison))
			return op25b_error_set(error, poison_error, "poison");
	}
	return __real_op25b_sessions_apply(store, batch, n, now, tally, error);
}

struct bed {
	char folder[32], path[64];
	struct op25b_kept kept;
	struct op25b_task *task;
};

static int make_bed(void **state)
{
	struct bed *bed = calloc(1, sizeof(*bed));

	strcpy(bed->folder, "/tmp/op25b-keeper-XXXXXX");
	assert_non_null(mkdtemp(bed->folder));
	snprintf(bed->path, sizeof(bed->path), "%s/s.db", bed->folder);
	bed->task = calloc(1, sizeof(*bed->task));
	bed->kept.location = bed->path;
	bed->kept.settings = OP25B_SESSIONS_DEFAULTS;
	poison = NULL;
	n_calls = 0;
	*state = bed;
	return 0;
}

static int end_bed(void **state)
{
	struct bed *bed = *state;
	char path[80];

	op25b_sessions_close(&bed->kept.store);
	for (int i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s%s", bed->path,
			 ((const char *[]){ "", "-wal", "-shm" })[i]);
		unlink(path);
	}
	rmdir(bed->folder);
	free(bed->task->nases);
	free(bed->task);
	free(bed);
	return 0;
}

static void fill(struct op25b_task *task, size_t n)
{
	task->kind = OP25B_TASK_APPLY;
	task->now = 1000000;
	task->n = n;
	for (size_t i = 0; i < n; i++) {
		task->batch[i] =
			(struct op25b_acct){ .status = OP25B_ACCT_START, .event_time = 1000000 };
		snprintf(task->batch[i].session, sizeof(task->batch[i].session), "s-%zu", i);
		strcpy(task->batch[i].nas, "bng");
	}
}

static void a_damaged_row_harms_what_needs_it_only(void **state)
{
	struct bed *bed = *state;

	fill(bed->task, 100);
	poison = "s-37";
	poison_error = -EBADMSG;
	op25b_keeper_perform(&bed->kept, bed->task);
	assert_int_equal(bed->task->result, -EBADMSG);
	assert_string_equal(bed->task->error.text, "poison");
	assert_int_equal(bed->task->n_failed, 1);
	for (size_t i = 0; i < 100; i++)
		assert_int_equal(bed->task->failed[i], i == 37);
	assert_int_equal(bed->task->tally.changed, 99);
	/* Halves of 100 down to one: not one by one. */
	assert_in_range(n_calls, 10, 20);
}

static void a_full_disk_harms_all_and_is_not_tried_in_pieces(void **state)
{
	struct bed *bed = *state;

	fill(bed->task, 100);
	poison = "s-37";
	poison_error = -ENOSPC;
	op25b_keeper_perform(&bed->kept, bed->task);
	assert_int_equal(bed->task->result, -ENOSPC);
	assert_int_equal(bed->task->n_failed, 100);
	assert_int_equal(n_calls, 1);
	assert_int_equal(bed->task->tally.changed, 0);
	poison = NULL;
	op25b_keeper_perform(&bed->kept, bed->task);
	assert_int_equal(bed->task->result, 0);
	assert_int_equal(bed->task->n_failed, 0);
	assert_false(bed->task->failed[0]);
	assert_int_equal(bed->task->tally.changed, 100);
}

static void a_store_that_cannot_be_opened_is_tried_again(void **state)
{
	struct bed *bed = *state;
	char away[64] = "/tmp/op25b-nowhere/s.db";

	fill(bed->task, 3);
	bed->kept.location = away;
	op25b_keeper_perform(&bed->kept, bed->task);
	assert_int_equal(bed->task->result, -ENOENT);
	assert_int_equal(bed->task->n_failed, 3);
	bed->kept.location = bed->path;
	op25b_keeper_perform(&bed->kept, bed->task);
	assert_int_equal(bed->task->result, 0);
	assert_int_equal(bed->task->tally.changed, 3);
}

static void upkeep_tells_of_every_nas(void **state)
{
	struct bed *bed = *state;

	fill(bed->task, 100);
	for (size_t i = 0; i < 100; i++)
		snprintf(bed->task->batch[i].nas, sizeof(bed->task->batch[i].nas), "nas-%zu", i);
	op25b_keeper_perform(&bed->kept, bed->task);
	for (int i = 0; i < 2; i++) {
		bed->task->kind = OP25B_TASK_UPKEEP;
		op25b_keeper_perform(&bed->kept, bed->task);
		assert_int_equal(bed->task->result, 0);
		assert_int_equal(bed->task->n_nases, 100);
		assert_string_equal(bed->task->nases[99].name, "nas-99");
		assert_int_equal(bed->task->nases[99].last, 1000000);
	}
}

static void the_thread_hands_back_what_it_was_given(void **state)
{
	struct bed *bed = *state;
	struct op25b_keeper *keeper = NULL;
	struct op25b_error error;
	struct op25b_task *task;
	struct pollfd ready;

	assert_int_equal(op25b_keeper_new(bed->path, &keeper, &error), 0);
	task = op25b_keeper_task(keeper);
	task->settings = OP25B_SESSIONS_DEFAULTS;
	task->kind = OP25B_TASK_OPEN;
	for (size_t i = 0; i < 20; i++) {
		op25b_keeper_begin(keeper);
		assert_null(op25b_keeper_task(keeper));
		ready = (struct pollfd){ .fd = op25b_keeper_fd(keeper), .events = POLLIN };
		assert_int_equal(poll(&ready, 1, 60000), 1);
		assert_ptr_equal(op25b_keeper_end(keeper), task);
		assert_int_equal(poll(&ready, 1, 0), 0);
		assert_int_equal(task->result, 0);
		assert_true(task->took_ns > 0);
		fill(task, i + 1);
	}
	/* One that runs is waited for. */
	op25b_keeper_begin(keeper);
	op25b_keeper_free(&keeper);
	assert_null(keeper);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_damaged_row_harms_what_needs_it_only, make_bed,
						end_bed),
		cmocka_unit_test_setup_teardown(a_full_disk_harms_all_and_is_not_tried_in_pieces,
						make_bed, end_bed),
		cmocka_unit_test_setup_teardown(a_store_that_cannot_be_opened_is_tried_again,
						make_bed, end_bed),
		cmocka_unit_test_setup_teardown(upkeep_tells_of_every_nas, make_bed, end_bed),
		cmocka_unit_test_setup_teardown(the_thread_hands_back_what_it_was_given, make_bed,
						end_bed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
