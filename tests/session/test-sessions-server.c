/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PostgreSQL servers that die, come back, are replicas, and become the primary having lost what
 * they never got: collectors and followers go on, and know when they can't.
 */
#include "tests/session/sessions-lab.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROUNDS 6
#define BATCH  100

/* tests/session/postgresql-server VERB FOLDER[SUFFIX] [REST], which must succeed. */
static void server(const char *verb, const char *suffix, const char *rest)
{
	const char *folder = getenv("OP25B_TEST_POSTGRESQL_FOLDER");
	char command[512];

	assert_non_null(folder);
	snprintf(command, sizeof(command), "%s/tests/session/postgresql-server %s %s%s %s",
		 getenv("OP25B_SOURCE_DIR"), verb, folder, suffix, rest);
	if (system(command) != 0) /* NOLINT(cert-env33-c): a test's own fixed words */
		fail_msg("%s", command);
}

/* Of BATCH lines that nobody had before, so that applying it twice is as applying it once. */
static int apply(struct op25b_sessions *store, uint64_t k, struct op25b_error *error)
{
	struct op25b_acct *batch = calloc(BATCH, sizeof(*batch));
	int r;

	assert_non_null(batch);
	for (unsigned int i = 0; i < BATCH; i++) {
		char session[32], prefix[32];

		snprintf(session, sizeof(session), "%llu-%u", (unsigned long long)k, i);
		snprintf(prefix, sizeof(prefix), "10.%u.%u.%u", (unsigned int)(k / 256 % 256),
			 (unsigned int)(k % 256), i);
		batch[i] = lab_acct(OP25B_ACCT_START, "bng1", session, 1000, prefix);
	}
	r = op25b_sessions_apply(store, batch, BATCH, 1000, NULL, error);
	free(batch);
	return r;
}

/* Acknowledges each batch on @acks; after an error it tries again when @again says so. */
_Noreturn static void collect(struct lab *lab, int acks, int again)
{
	struct op25b_sessions *store = NULL;
	struct op25b_error error;

	if (op25b_sessions_open(lab->path, OP25B_SESSIONS_WRITE, &lab->settings, &store, &error) <
	    0)
		_exit(2);
	for (uint64_t k = 0;; k++) {
		int r;

		while ((r = apply(store, k, &error)) < 0) {
			char byte;

			if (r != -ENOTCONN) {
				fprintf(stderr, "%s\n", error.text);
				_exit(3);
			}
			if (read(again, &byte, 1) != 1)
				_exit(0);
		}
		if (write(acks, &k, sizeof(k)) != sizeof(k))
			_exit(0);
	}
}

struct seen {
	int64_t seq, n;
	uint64_t highest; /* batch of which a line was seen */
};

static int count_change(void *arg, const struct op25b_change *change)
{
	struct seen *seen = arg;
	const uint64_t k = (uint64_t)change->prefix.addr[1] * 256 + change->prefix.addr[2];

	assert_int_equal(change->op, OP25B_CHANGE_SET);
	assert_int_equal(change->seq, ++seen->seq);
	if (k > seen->highest)
		seen->highest = k;
	return 0;
}

static int count_holding(void *arg, const struct op25b_holding *holding)
{
	struct seen *seen = arg;
	const uint64_t k = (uint64_t)holding->prefix.addr[1] * 256 + holding->prefix.addr[2];

	seen->n++;
	if (k > seen->highest)
		seen->highest = k;
	return 0;
}

/* Read @n acknowledgements, or with 0 those that are there. Returns the last. */
static uint64_t read_acks(int fd, uint64_t n, uint64_t last)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };

	for (uint64_t i = 0; n ? i < n : poll(&poll_fd, 1, 0) > 0; i++)
		assert_int_equal(read(fd, &last, sizeof(last)), sizeof(last));
	return last;
}

static void what_was_acknowledged_survives_the_server(void **state)
{
	struct lab *lab = *state;
	struct op25b_position position = lab->copy.position;
	struct op25b_sessions *reader = NULL;
	struct seen read_up_to = { .seq = 0 };
	int acks[2], again[2], status;
	pid_t child;

	/* What a server that may lose a commit says is not what it does for us. */
	lab_ask(lab, "ALTER ROLE op25b SET synchronous_commit = off");
	op25b_sessions_close(&lab->store);
	assert_int_equal(op25b_sessions_open(lab->path, OP25B_SESSIONS_READ, &lab->settings,
					     &reader, &lab->error),
			 0);
	assert_int_equal(pipe(acks), 0);
	assert_int_equal(pipe(again), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		close(acks[0]);
		close(again[1]);
		collect(lab, acks[1], again[0]);
	}
	close(acks[1]);
	close(again[0]);
	for (int round = 0; round < ROUNDS; round++) {
		uint64_t acknowledged = read_acks(acks[0], 1 + (uint64_t)round * 7 % 20, 0);
		struct seen held = { .seq = 0 };
		struct op25b_position now;

		server("kill", "", "");
		acknowledged = read_acks(acks[0], 0, acknowledged);
		server("start", "", "");
		assert_int_equal(
			op25b_sessions_snapshot(reader, count_holding, &held, &now, &lab->error),
			0);
		assert_true(held.highest >= acknowledged);
		assert_int_equal(held.n, (int64_t)(held.highest + 1) * BATCH);
		assert_int_equal(op25b_sessions_tail(reader, &position, 1000000, count_change,
						     &read_up_to, &lab->error),
				 0);
		assert_int_equal(position.seq, now.seq);
		assert_int_equal(read_up_to.highest, held.highest);
		assert_int_equal(write(again[1], "", 1), 1);
	}
	close(again[1]);
	server("kill", "", "");
	while (read(acks[0], &status, sizeof(status)) > 0)
		;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	server("start", "", "");
	lab_ask(lab, "ALTER ROLE op25b RESET synchronous_commit");
	op25b_sessions_close(&reader);
}

static const char *on_replica(const struct lab *lab, char text[static 160])
{
	snprintf(text, 160, "%s-replica", lab->path);
	return text;
}

static struct op25b_sessions *open_at(struct lab *lab, const char *location,
				      enum op25b_sessions_mode mode)
{
	struct op25b_sessions *store = NULL;

	if (op25b_sessions_open(location, mode, &lab->settings, &store, &lab->error) < 0)
		fail_msg("%s", lab->error.text);
	return store;
}

static int pass_change(void *arg, const struct op25b_change *change)
{
	(void)arg;
	(void)change;
	return 0;
}

/* What a follower at @position gets; it is moved on. */
static int tail(struct lab *lab, struct op25b_sessions *store, struct op25b_position *position)
{
	return op25b_sessions_tail(store, position, 1000, pass_change, NULL, &lab->error);
}

static void a_replica_is_followed_and_may_lose_changes(void **state)
{
	struct lab *lab = *state;
	struct op25b_sessions *store = NULL, *reader;
	struct lab_copy copy = { .n = 0 };
	struct op25b_position ahead, late;
	char location[160];

	on_replica(lab, location);
	op25b_sessions_close(&lab->store);
	snprintf(lab->text, sizeof(lab->text), "%s-replica",
		 getenv("OP25B_TEST_POSTGRESQL_FOLDER"));
	server("copy", "", lab->text);
	lab_open(lab);
	lab_ask(lab, "ALTER ROLE op25b SET synchronous_commit = remote_apply");
	lab_open(lab);

	/* What is acknowledged is there, in the same order and under the same numbers. */
	reader = open_at(lab, location, OP25B_SESSIONS_READ);
	lab_snapshot(reader, &copy);
	for (int i = 0; i < 20; i++) {
		lab_tell(lab, OP25B_ACCT_START, "bng1", i % 2 ? "a" : "b", 1000 + i, "192.0.2.1");
		lab_follow(reader, &copy);
		lab_same(&copy, &lab->copy);
	}
	assert_int_equal(op25b_sessions_open(location, OP25B_SESSIONS_WRITE, &lab->settings, &store,
					     &lab->error),
			 -EROFS);
	assert_non_null(strstr(lab->error.text, "name the primary"));

	/* It is cut off; the primary goes on, and dies. */
	late = copy.position;
	server("stop", "-replica", "");
	lab_ask(lab, "SET synchronous_commit = local;"
		     "ALTER ROLE op25b SET synchronous_commit = local");
	lab_open(lab);
	lab_tell(lab, OP25B_ACCT_START, "bng1", "c", 3000, "192.0.2.2");
	lab_tell(lab, OP25B_ACCT_START, "bng1", "d", 3000, "192.0.2.3");
	ahead = lab->copy.position;
	op25b_sessions_close(&lab->store);
	server("kill", "", "");
	server("start", "-replica", "");

	/* As a replica it is only behind; as the primary it has lost something. */
	assert_int_equal(tail(lab, reader, &ahead), 0);
	assert_int_equal(ahead.seq, lab->copy.position.seq);
	server("promote", "-replica", "");
	assert_int_equal(tail(lab, reader, &ahead), -ESTALE);
	assert_int_equal(tail(lab, reader, &late), 0);

	/* It gives the numbers that were lost to others: nobody may go on from before. */
	store = open_at(lab, location, OP25B_SESSIONS_WRITE);
	for (uint64_t k = 0; k < 2; k++)
		assert_int_equal(apply(store, k, &lab->error), 0);
	assert_int_equal(tail(lab, reader, &ahead), -ESTALE);
	assert_non_null(strstr(lab->error.text, "of another store"));
	assert_int_equal(tail(lab, reader, &late), -ESTALE);
	op25b_sessions_close(&store);
	op25b_sessions_close(&reader);
	server("stop", "-replica", "");
	server("start", "", "");
}

static void a_server_that_syncs_nothing_is_refused_to_collectors(void **state)
{
	struct op25b_sessions *store = NULL;
	struct lab *lab = *state;

	op25b_sessions_close(&lab->store);
	server("stop", "", "");
	server("set", "", "fsync off");
	server("start", "", "");
	assert_int_equal(op25b_sessions_open(lab->path, OP25B_SESSIONS_WRITE, &lab->settings,
					     &store, &lab->error),
			 -EINVAL);
	assert_non_null(strstr(lab->error.text, "set fsync = on"));
	store = open_at(lab, lab->path, OP25B_SESSIONS_READ);
	op25b_sessions_close(&store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_was_acknowledged_survives_the_server,
						lab_set_up, lab_tear_down),
		cmocka_unit_test_setup_teardown(a_replica_is_followed_and_may_lose_changes,
						lab_set_up, lab_tear_down),
		/* The last one: so it stays. */
		cmocka_unit_test_setup_teardown(
			a_server_that_syncs_nothing_is_refused_to_collectors, lab_set_up,
			lab_tear_down),
	};

	if (!lab_postgresql())
		return 2;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
