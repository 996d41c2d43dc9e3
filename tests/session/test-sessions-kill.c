/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A collector killed in the middle of its work, again and again: whatever it had acknowledged is
 * there afterwards, at most the one batch under way is there besides, and never a part of one.
 */
#include "tests/session/sessions-lab.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"

#define ROUNDS  20
#define BATCH   150
#define SECONDS 5 /* between batches, by the clock of the packets */

/* Batch number @k is the same whoever makes it. */
static void make_batch(uint64_t k, struct op25b_acct batch[static BATCH])
{
	static const enum op25b_acct_status usual[] = { OP25B_ACCT_START, OP25B_ACCT_INTERIM,
							OP25B_ACCT_STOP };
	uint64_t dice = (k + 1) * 0x9e3779b97f4a7c15U;

	for (unsigned int i = 0; i < BATCH; i++) {
		char nas[16], session[16], prefixes[64];
		unsigned int line;

		dice ^= dice << 13;
		dice ^= dice >> 7;
		dice ^= dice << 17;
		line = (unsigned int)(dice >> 40) % 200;
		snprintf(nas, sizeof(nas), "bng%u", line % 4);
		snprintf(session, sizeof(session), "s%u-%u", line, (unsigned int)(dice >> 20) % 8);
		snprintf(prefixes, sizeof(prefixes), "192.0.2.%u 2001:db8:%x::/56", line, line);
		batch[i] = lab_acct(usual[(dice >> 33) % 3], nas, session,
				    (int64_t)(1000000 + k * SECONDS + i / 50), prefixes);
	}
	if (k % 16 == 0)
		batch[0] =
			lab_acct(OP25B_ACCT_ON, "bng1", "", (int64_t)(1000000 + k * SECONDS), "");
}

static int apply(struct op25b_sessions *store, uint64_t k, struct op25b_error *error)
{
	OP25B_AUTO_FREE struct op25b_acct *batch = calloc(BATCH, sizeof(*batch));

	assert_non_null(batch);
	make_batch(k, batch);
	return op25b_sessions_apply(store, batch, BATCH, (int64_t)(1000000 + k * SECONDS + 4), NULL,
				    error);
}

/* The collector: acknowledges each batch on @fd, until it is killed. */
_Noreturn static void collect(const struct lab *lab, uint64_t k, int fd)
{
	struct op25b_sessions *store = NULL;
	struct op25b_error error;

	if (op25b_sessions_open(lab->path, OP25B_SESSIONS_WRITE, &lab->settings, &store, &error) <
	    0)
		_exit(2);
	for (;; k++) {
		if (apply(store, k, &error) < 0)
			_exit(3);
		if (write(fd, &k, sizeof(k)) != sizeof(k))
			_exit(4);
	}
}

/* Start a collector at batch @k, kill it after @n acknowledgements. Returns how many there were. */
static uint64_t kill_one(const struct lab *lab, uint64_t k, unsigned int n)
{
	uint64_t acknowledged = 0, number;
	int ends[2], status = 0;
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		close(ends[0]);
		collect(lab, k, ends[1]);
	}
	close(ends[1]);
	while (read(ends[0], &number, sizeof(number)) == sizeof(number)) {
		assert_int_equal(number, k + acknowledged);
		if (++acknowledged == n)
			assert_int_equal(kill(child, SIGKILL), 0);
	}
	close(ends[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGKILL);
	assert_true(acknowledged >= n);
	return acknowledged;
}

static void nothing_acknowledged_is_lost(void **state)
{
	struct lab *lab = *state;
	struct op25b_sessions *model = NULL;
	struct lab_copy found = { .n = 0 }, wanted = { .n = 0 };
	unsigned int extra = 0;
	uint64_t k = 0;
	char path[128];

	op25b_sessions_close(&lab->store);
	snprintf(path, sizeof(path), "%s", lab_second(lab));
	for (unsigned int round = 0; round < ROUNDS; round++) {
		/* Now and then long enough for checkpoints to be under way too. */
		const uint64_t acknowledged =
			kill_one(lab, k, round == 7 ? 100 : 1 + round * 7 % 9);

		if (op25b_sessions_open(path, OP25B_SESSIONS_WRITE, &lab->settings, &model,
					&lab->error) < 0)
			fail_msg("%s", lab->error.text);
		for (const uint64_t end = k + acknowledged; k < end; k++)
			assert_int_equal(apply(model, k, &lab->error), 0);
		lab_settle(lab);
		lab_open(lab);
		lab_snapshot(lab->store, &found);
		lab_snapshot(model, &wanted);
		if (found.position.seq != wanted.position.seq) {
			/* Committed, but killed before it could say so. */
			assert_int_equal(apply(model, k++, &lab->error), 0);
			lab_snapshot(model, &wanted);
			extra++;
		}
		lab_same(&found, &wanted);
		op25b_sessions_close(&lab->store);
		op25b_sessions_close(&model);
	}
	print_message("# %llu batches, %u of them committed but not acknowledged\n",
		      (unsigned long long)k, extra);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nothing_acknowledged_is_lost, lab_set_up,
						lab_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
