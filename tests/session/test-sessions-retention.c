/* SPDX-License-Identifier: BSD-2-Clause */
/* Forgetting: how far back a store says it knows, and that what is purged leaves no bytes. */
#include "tests/session/sessions-lab.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"

#define DAY ((int64_t)86400)

static int64_t kept_from(struct lab *lab)
{
	struct op25b_sessions_health health;

	if (op25b_sessions_health(lab->store, &health, NULL, NULL, &lab->error) < 0)
		fail_msg("%s", lab->error.text);
	return health.kept_from;
}

/* "Nobody" may be said of the time after it, and of none before. */
static void the_store_tells_how_far_back_it_knows(void **state)
{
	struct lab *lab = *state;
	const int64_t begin = 1000 * DAY, end = begin + 10 * DAY;

	assert_int_equal(kept_from(lab), 0);
	lab_tell(lab, OP25B_ACCT_ON, "bng1", "", begin - DAY, "");
	lab_tell(lab, OP25B_ACCT_START, "bng1", "a", begin, "192.0.2.1");
	assert_int_equal(kept_from(lab), begin);
	lab_tell(lab, OP25B_ACCT_STOP, "bng1", "a", end, "");
	/* While nothing was purged all is known, however long ago. */
	lab_sweep(lab, end + 180 * DAY - 1);
	assert_int_equal(kept_from(lab), begin);
	lab_sweep(lab, end + 180 * DAY + 5);
	assert_int_equal(kept_from(lab), end + 5);
	lab_sweep(lab, end + 190 * DAY);
	assert_int_equal(kept_from(lab), end + 5);
	/* Longer days from now on bring nothing back. */
	lab->settings.keep_history = 400 * DAY;
	lab_open(lab);
	lab_sweep(lab, end + 191 * DAY);
	assert_int_equal(kept_from(lab), end + 5);
}

/* It stops the walk through the sessions, and that alone. */
static void a_damaged_session_keeps_no_other_longer(void **state)
{
	struct lab *lab = *state;
	const int64_t begin = 1000 * DAY, end = begin + DAY;

	lab_tell(lab, OP25B_ACCT_START, "bng1", "a", begin, "192.0.2.1");
	lab_tell(lab, OP25B_ACCT_START, "bng1", "b", begin, "192.0.2.2");
	lab_tell(lab, OP25B_ACCT_STOP, "bng1", "a", end, "");
	lab_ask(lab, "UPDATE session SET \"by\" = 9 WHERE session = 'b'");
	assert_int_equal(lab_ask(lab, "SELECT count(*) FROM history"), 1);
	assert_int_equal(op25b_sessions_sweep(lab->store, end + 181 * DAY, 1000, &lab->error),
			 -EBADMSG);
	assert_string_not_equal(lab->error.text, "");
	assert_int_equal(lab_ask(lab, "SELECT count(*) FROM history"), 0);
	assert_int_equal(lab_ask(lab, "SELECT count(*) FROM change"), 0);
}

/* How often the bytes of @text stand in a file; -1: there is none. */
static int count_in(const char *path, const char *text)
{
	OP25B_AUTO_FCLOSE FILE *file = fopen(path, "re");
	OP25B_AUTO_FREE char *data = NULL;
	struct stat st;
	const char *at;
	size_t size;
	int n = 0;

	if (!file)
		return -1;
	assert_int_equal(fstat(fileno(file), &st), 0);
	data = malloc((size_t)st.st_size + 1);
	assert_non_null(data);
	/* A running store's log may have become shorter meanwhile. */
	size = fread(data, 1, (size_t)st.st_size, file);
	for (at = data; (at = memmem(at, (size_t)(data + size - at), text, strlen(text)));)
		n++, at++;
	return n;
}

static int count_everywhere(struct lab *lab, const char *text)
{
	static const char *const suffixes[] = { "", "-wal", "-shm" };
	char path[sizeof(lab->path) + 8];
	int n = 0;

	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s%s", lab->path, suffixes[i]);
		n += count_in(path, text) > 0 ? count_in(path, text) : 0;
	}
	return n;
}

/* Session @i of @who: each has its own address. */
static struct op25b_acct session_of(const char *who, int i, enum op25b_acct_status status,
				    int64_t at)
{
	struct op25b_acct acct = lab_acct(status, "bng1", who, at, "");

	snprintf(acct.session, sizeof(acct.session), "%s-s%04d", who, i);
	snprintf(acct.user_name, sizeof(acct.user_name), "%s-u%04d", who, i);
	snprintf(acct.class_, sizeof(acct.class_), "%s-c%04d", who, i);
	acct.n_prefixes = status == OP25B_ACCT_STOP ? 0 : 1;
	/* An address whose bytes can be searched for like a text. */
	acct.prefixes[0] = (struct op25b_prefix){
		.family = OP25B_V4,
		.len = 32,
		.addr = { (uint8_t)who[0], (uint8_t)who[1], (uint8_t)(i >> 8), (uint8_t)i },
	};
	return acct;
}

/* @n sessions begin at @begin and end a day later; a few in a batch, so that pages are split. */
static void come_and_go(struct lab *lab, const char *who, int n, int64_t begin)
{
	enum { BATCH = 50 };
	OP25B_AUTO_FREE struct op25b_acct *batch = calloc(BATCH, sizeof(*batch));

	assert_non_null(batch);
	for (int end = 0; end < 2; end++) {
		const int64_t at = begin + end * DAY;

		for (int i = 0; i < n; i++) {
			batch[i % BATCH] =
				session_of(who, i, end ? OP25B_ACCT_STOP : OP25B_ACCT_START, at);
			if (i % BATCH == BATCH - 1)
				assert_int_equal(op25b_sessions_apply(lab->store, batch, BATCH, at,
								      NULL, &lab->error),
						 0);
		}
	}
}

static void sweep_all(struct lab *lab, int64_t now)
{
	int more = 1;

	/* Once more than there is work: the second walk drops the holders that the first left. */
	for (int idle = 0; idle < 3; idle += !more) {
		more = op25b_sessions_sweep(lab->store, now, 10000, &lab->error);
		assert_true(more >= 0);
	}
}

enum { MANY = 600, SOME = 50 };

static void fill(struct lab *lab)
{
	/* What PostgreSQL leaves in its files is its own concern. */
	if (lab_postgresql())
		skip();
	come_and_go(lab, "alpha", MANY, 1000 * DAY);
	come_and_go(lab, "omega", SOME, 1100 * DAY);
	assert_true(count_everywhere(lab, "alpha-u") >= MANY);
	assert_true(count_everywhere(lab, "al") > 0);
}

static void what_is_purged_leaves_no_bytes(void **state)
{
	struct lab *lab = *state;

	fill(lab);
	sweep_all(lab, 1182 * DAY);
	op25b_sessions_close(&lab->store);
	assert_int_equal(count_everywhere(lab, "alpha"), 0);
	assert_int_equal(count_everywhere(lab, "\x01"
					       "al"),
			 0);
	/* What is younger stays. */
	assert_true(count_everywhere(lab, "omega-u") >= SOME);
	assert_true(count_everywhere(lab, "omega-c") >= SOME);
	assert_true(count_everywhere(lab, "\x01om") >= SOME);
}

/* The collector goes on: its log must not keep what its database has forgotten. */
static void the_log_of_a_running_store_forgets_too(void **state)
{
	enum { LIMIT = 10000 };
	struct lab *lab = *state;
	int i = 0;

	fill(lab);
	sweep_all(lab, 1182 * DAY);
	lab_snapshot(lab->store, &lab->copy); /* the log it follows was trimmed */
	for (; i < LIMIT && count_everywhere(lab, "alpha"); i++)
		lab_tell(lab, i % 2 ? OP25B_ACCT_STOP : OP25B_ACCT_START, "bng1", "x",
			 1182 * DAY + i, "203.0.113.1");
	assert_true(i < LIMIT);
	assert_true(count_everywhere(lab, "omega-u") >= SOME);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, lab_set_up, lab_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_store_tells_how_far_back_it_knows),
		TEST(a_damaged_session_keeps_no_other_longer),
		TEST(what_is_purged_leaves_no_bytes),
		TEST(the_log_of_a_running_store_forgets_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
