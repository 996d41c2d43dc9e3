/* SPDX-License-Identifier: BSD-2-Clause */
/* What every engine does for those who read: followers, history and its end, health. */
#include "tests/session/sessions-lab.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define DAY ((int64_t)86400)

static void refuse_settings(struct lab *lab)
{
	struct op25b_sessions *store = NULL;

	assert_int_equal(op25b_sessions_open(lab->path, OP25B_SESSIONS_WRITE, &lab->settings,
					     &store, &lab->error),
			 -EINVAL);
	assert_null(store);
	assert_non_null(strstr(lab->error.text, "session store: "));
}

static void settings_that_would_end_live_sessions_are_refused(void **state)
{
	struct lab *lab = *state;

	lab->settings.stale_after = lab->settings.seen_every;
	refuse_settings(lab);
	lab->settings = OP25B_SESSIONS_DEFAULTS;
	lab->settings.keep_history = 0;
	refuse_settings(lab);
}

static struct op25b_sessions *open_reader(struct lab *lab)
{
	struct op25b_sessions *store = NULL;

	if (op25b_sessions_open(lab->path, OP25B_SESSIONS_READ, &lab->settings, &store,
				&lab->error) < 0)
		fail_msg("%s", lab->error.text);
	return store;
}

static void a_reader_follows_and_can_not_write(void **state)
{
	struct lab *lab = *state;
	struct op25b_sessions *reader = open_reader(lab);
	struct op25b_acct acct = lab_acct(OP25B_ACCT_START, "bng1", "a", 1000, "192.0.2.1");
	struct lab_copy copy;

	lab_snapshot(reader, &copy);
	assert_int_equal(copy.n, 0);
	lab_tell(lab, OP25B_ACCT_START, "bng1", "a", 1000, "192.0.2.1");
	lab_tell(lab, OP25B_ACCT_STOP, "bng1", "a", 1010, "");
	lab_tell(lab, OP25B_ACCT_START, "bng1", "b", 1020, "192.0.2.1");
	lab_follow(reader, &copy);
	lab_same(&copy, &lab->copy);
	assert_int_equal(op25b_sessions_apply(reader, &acct, 1, 1000, NULL, &lab->error), -EROFS);
	assert_int_equal(op25b_sessions_sweep(reader, 1000, 10, &lab->error), -EROFS);
	op25b_sessions_close(&reader);
}

static void what_another_collector_wrote_is_heeded(void **state)
{
	struct lab *lab = *state;
	struct op25b_sessions *other = NULL;
	struct op25b_acct stop = lab_acct(OP25B_ACCT_STOP, "bng1", "a", 1003, "");

	lab_tell(lab, OP25B_ACCT_START, "bng1", "a", 1000, "192.0.2.1");
	lab_tell(lab, OP25B_ACCT_INTERIM, "bng1", "a", 1001, "192.0.2.1");
	if (op25b_sessions_open(lab->path, OP25B_SESSIONS_WRITE, &lab->settings, &other,
				&lab->error) < 0 ||
	    op25b_sessions_apply(other, &stop, 1, 1003, NULL, &lab->error) < 0)
		fail_msg("%s", lab->error.text);
	op25b_sessions_close(&other);
	lab_tell(lab, OP25B_ACCT_INTERIM, "bng1", "a", 1006, "192.0.2.1");
	assert_holder(lab, "192.0.2.1", "bng1/a");
	assert_history(lab, "192.0.2.1", "bng1/a 1000-1003, bng1/a 1006-");
}

static int count(void *arg, const struct op25b_change *change)
{
	(void)change;
	++*(int *)arg;
	return 0;
}

static int stop_at_once(void *arg, const struct op25b_change *change)
{
	(void)arg;
	(void)change;
	return 17;
}

static void a_stopped_follower_goes_on_where_it_was(void **state)
{
	struct lab *lab = *state;
	struct op25b_position position = { lab->copy.position.origin, 0 };
	int n = 0;

	lab_tell(lab, OP25B_ACCT_START, "bng1", "a", 1000, "192.0.2.1 192.0.2.2");
	assert_int_equal(
		op25b_sessions_tail(lab->store, &position, 9, stop_at_once, NULL, &lab->error), 17);
	assert_int_equal(position.seq, 0);
	assert_int_equal(op25b_sessions_tail(lab->store, &position, 9, count, &n, &lab->error), 0);
	assert_int_equal(n, 2);
	assert_int_equal(position.seq, 2);
}

static void a_follower_behind_the_log_takes_a_snapshot(void **state)
{
	struct lab *lab = *state;
	struct lab_copy slow = lab->copy;
	struct op25b_position position = slow.position;
	struct op25b_sessions_health health;
	int n = 0;

	lab->settings.keep_changes = 3;
	lab_open(lab);
	for (int i = 0; i < 10; i++) {
		lab_tell(lab, OP25B_ACCT_START, "bng1", "a", 1000 + 10 * i, "192.0.2.1");
		lab_tell(lab, OP25B_ACCT_STOP, "bng1", "a", 1005 + 10 * i, "");
	}
	lab_sweep(lab, 2000);
	assert_int_equal(op25b_sessions_health(lab->store, &health, NULL, NULL, &lab->error), 0);
	assert_int_equal(health.last.seq, 20);
	assert_int_equal(health.trimmed, 17);
	assert_int_equal(op25b_sessions_tail(lab->store, &position, 9, count, &n, &lab->error),
			 -ESTALE);
	assert_int_equal(n, 0);
	position.seq = 17;
	assert_int_equal(op25b_sessions_tail(lab->store, &position, 9, count, &n, &lab->error), 0);
	assert_int_equal(n, 3);
	position.seq = 21;
	assert_int_equal(op25b_sessions_tail(lab->store, &position, 9, count, &n, &lab->error),
			 -ESTALE);
	position = (struct op25b_position){ health.last.origin + 1, 20 };
	assert_int_equal(op25b_sessions_tail(lab->store, &position, 9, count, &n, &lab->error),
			 -ESTALE);
	lab_snapshot(lab->store, &slow);
	lab_follow(lab->store, &slow);
	lab_same(&slow, &lab->copy);
}

/* Numbers go on after everything was trimmed away. */
static void numbers_are_never_given_twice(void **state)
{
	struct lab *lab = *state;

	lab_tell(lab, OP25B_ACCT_START, "bng1", "a", 1000, "192.0.2.1");
	lab_sweep(lab, 1000 + 181 * DAY);
	lab_open(lab);
	lab_tell(lab, OP25B_ACCT_START, "bng1", "b", 1000 + 181 * DAY, "192.0.2.2");
	assert_int_equal(lab->copy.position.seq, 2);
}

static int count_holding(void *arg, const struct op25b_holding *holding)
{
	(void)holding;
	++*(int *)arg;
	return 0;
}

static int found(struct lab *lab, const char *address, const char *user_name, const char *class_,
		 int64_t from, int64_t until)
{
	struct op25b_prefix inside = lab_prefix(address ? address : "::");
	const struct op25b_sessions_query query = { .inside = address ? &inside : NULL,
						    .user_name = user_name,
						    .class_ = class_,
						    .from = from,
						    .until = until,
						    .limit = 100 };
	int n = 0;

	assert_int_equal(op25b_sessions_history(lab->store, &query, count_holding, &n, &lab->error),
			 0);
	return n;
}

static void history_is_found_by_address_line_and_time(void **state)
{
	struct lab *lab = *state;
	struct op25b_acct acct =
		lab_acct(OP25B_ACCT_START, "bng1", "a", 1000, "192.0.2.1 2001:db8:1::/56");
	const struct op25b_sessions_query nobody = { .until = INT64_MAX, .limit = 1 };

	strcpy(acct.class_, "line-7");
	lab->now = 1000;
	lab_apply(lab, &acct, 1);
	/* What it holds now, of both families. */
	assert_int_equal(found(lab, NULL, "user-a", NULL, 0, INT64_MAX), 2);
	assert_int_equal(found(lab, NULL, NULL, "line-7", 0, INT64_MAX), 2);
	lab_tell(lab, OP25B_ACCT_STOP, "bng1", "a", 2000, "");
	lab_tell(lab, OP25B_ACCT_START, "bng1", "b", 3000, "192.0.2.1");
	assert_int_equal(found(lab, "192.0.2.1", NULL, NULL, 0, INT64_MAX), 2);
	assert_int_equal(found(lab, "192.0.2.1", NULL, NULL, 1999, 2000), 1);
	assert_int_equal(found(lab, "192.0.2.1", NULL, NULL, 2000, 3000), 0);
	assert_int_equal(found(lab, "192.0.2.1", NULL, NULL, 3000, 3001), 1);
	assert_int_equal(found(lab, "192.0.2.1", "user-b", NULL, 0, INT64_MAX), 1);
	assert_int_equal(found(lab, "2001:db8:1:7::1", NULL, NULL, 0, INT64_MAX), 1);
	assert_int_equal(found(lab, "2001:db8:1:100::1", NULL, NULL, 0, INT64_MAX), 0);
	assert_int_equal(found(lab, NULL, "user-a", NULL, 0, INT64_MAX), 2);
	assert_int_equal(found(lab, NULL, NULL, "line-7", 0, INT64_MAX), 2);
	assert_int_equal(found(lab, NULL, "user-b", NULL, 0, INT64_MAX), 1);
	assert_int_equal(found(lab, NULL, "user-b", "line-7", 0, INT64_MAX), 0);
	assert_int_equal(found(lab, NULL, "user-c", NULL, 0, INT64_MAX), 0);
	assert_int_equal(
		op25b_sessions_history(lab->store, &nobody, count_holding, NULL, &lab->error),
		-EINVAL);
}

static void history_is_purged_after_its_days(void **state)
{
	struct lab *lab = *state;
	const int64_t begin = 1000 * DAY, end = begin + 10 * DAY;

	lab_tell(lab, OP25B_ACCT_START, "bng1", "a", begin, "192.0.2.1");
	lab_tell(lab, OP25B_ACCT_STOP, "bng1", "a", end, "");
	lab_tell(lab, OP25B_ACCT_START, "bng1", "b", end + DAY, "192.0.2.2");
	lab_sweep(lab, end + 180 * DAY - 1);
	assert_int_equal(found(lab, "192.0.2.1", NULL, NULL, 0, INT64_MAX), 1);
	lab_sweep(lab, end + 180 * DAY);
	assert_int_equal(found(lab, "192.0.2.1", NULL, NULL, 0, INT64_MAX), 0);
	assert_int_equal(found(lab, NULL, "user-a", NULL, 0, INT64_MAX), 0);
	/* A holding that goes on is kept, however old. */
	lab_sweep(lab, end + 500 * DAY);
	assert_int_equal(found(lab, NULL, "user-b", NULL, 0, INT64_MAX), 1);
	/* And no table remembers the name. */
	assert_int_equal(lab_ask(lab, "SELECT count(*) FROM holder WHERE user_name = 'user-a'"), 0);
	assert_int_equal(lab_ask(lab, "SELECT count(*) FROM holder WHERE user_name = 'user-b'"), 1);
	assert_int_equal(lab_ask(lab, "SELECT count(*) FROM session WHERE session = 'a'"), 0);
	assert_int_equal(lab_ask(lab, "SELECT count(*) FROM change"), 0);
}

static int one_nas(void *arg, const struct op25b_nas_status *nas)
{
	char *text = arg;

	sprintf(text + strlen(text), "%s %lld %s\n", nas->name, (long long)nas->last,
		nas->epoch_time == INT64_MIN ? "-" : "on");
	return 0;
}

static void health_tells_each_nas_and_the_last_change(void **state)
{
	struct lab *lab = *state;
	struct op25b_sessions_health health;
	char text[256] = "";

	lab_tell(lab, OP25B_ACCT_ON, "bng2", "", 900, "");
	lab_tell(lab, OP25B_ACCT_START, "bng1", "a", 1000, "192.0.2.1");
	lab_tell(lab, OP25B_ACCT_INTERIM, "bng1", "a", 1500, "192.0.2.1");
	assert_int_equal(op25b_sessions_health(lab->store, &health, one_nas, text, &lab->error), 0);
	assert_string_equal(text, "bng1 1500 -\nbng2 900 on\n");
	assert_int_equal(health.last.seq, 1);
	assert_int_equal(health.changed_at, 1000);
	assert_int_equal(health.trimmed, 0);
	assert_int_equal(health.checkpoint, 0);
	assert_true(health.bytes > 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, lab_set_up, lab_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_reader_follows_and_can_not_write),
		TEST(what_another_collector_wrote_is_heeded),
		TEST(a_stopped_follower_goes_on_where_it_was),
		TEST(a_follower_behind_the_log_takes_a_snapshot),
		TEST(numbers_are_never_given_twice),
		TEST(history_is_found_by_address_line_and_time),
		TEST(history_is_purged_after_its_days),
		TEST(health_tells_each_nas_and_the_last_change),
		TEST(settings_that_would_end_live_sessions_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
