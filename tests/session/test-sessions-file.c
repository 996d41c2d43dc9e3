/* SPDX-License-Identifier: BSD-2-Clause */
/* The store as a file: who may open it, followers, retention, checkpoints. */
#include "tests/session/sessions-lab.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"

#define DAY ((int64_t)86400)

static int open_file(struct lab *lab, const char *path, enum op25b_sessions_mode mode)
{
	struct op25b_sessions *store = NULL;
	int r;

	lab->error.text[0] = '\0';
	r = op25b_sessions_open(path, mode, &lab->settings, &store, &lab->error);
	assert_int_equal(r == 0, store != NULL);
	assert_int_equal(r != 0, *lab->error.text != '\0');
	op25b_sessions_close(&store);
	return r;
}

static const char *in_folder(struct lab *lab, const char *name)
{
	snprintf(lab->text, sizeof(lab->text), "%s/%s", lab->folder, name);
	return lab->text;
}

static void run_sql(const char *path, const char *sql)
{
	sqlite3 *db = NULL;
	char *said = NULL;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, &said) != SQLITE_OK)
		fail_msg("%s: %s", sql, said);
	sqlite3_close(db);
}

static int count_row(void *arg, int n, char **values, char **names)
{
	(void)n;
	(void)values;
	(void)names;
	++*(int *)arg;
	return 0;
}

static int count_rows(const char *path, const char *sql)
{
	sqlite3 *db = NULL;
	int n = 0;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, count_row, &n, NULL), SQLITE_OK);
	sqlite3_close(db);
	return n;
}

static void the_file_is_not_for_everybody(void **state)
{
	static const char *const suffixes[] = { "", "-wal", "-shm" };
	struct lab *lab = *state;
	struct stat st;

	for (size_t i = 0; i < 3; i++) {
		snprintf(lab->text, sizeof(lab->text), "%s%s", lab->path, suffixes[i]);
		assert_int_equal(stat(lab->text, &st), 0);
		assert_int_equal(st.st_mode & 07, 0);
	}
}

static void a_text_file_is_refused_and_left_alone(void **state)
{
	static const char text[] = "not a database, but longer than SQLite's header of a hundred "
				   "bytes, which is the least that it looks at before it says so";
	struct lab *lab = *state;
	const char *path = in_folder(lab, "notes");
	OP25B_AUTO_FCLOSE FILE *file = fopen(path, "w+e");
	char back[sizeof(text)] = "";

	assert_int_equal(fwrite(text, 1, sizeof(text), file), sizeof(text));
	fflush(file);
	assert_int_equal(open_file(lab, path, OP25B_SESSIONS_WRITE), -EMEDIUMTYPE);
	assert_non_null(strstr(lab->error.text, "notes: file is not a database; name another"));
	assert_int_equal(open_file(lab, path, OP25B_SESSIONS_READ), -EMEDIUMTYPE);
	rewind(file);
	assert_int_equal(fread(back, 1, sizeof(back), file), sizeof(back));
	assert_memory_equal(back, text, sizeof(text));
}

static void another_programs_database_is_refused(void **state)
{
	struct lab *lab = *state;
	const char *path = in_folder(lab, "other.db");

	run_sql(path, "CREATE TABLE bookmarks (url TEXT)");
	assert_int_equal(open_file(lab, path, OP25B_SESSIONS_WRITE), -EMEDIUMTYPE);
	assert_non_null(strstr(lab->error.text, "another program's"));
}

static void a_newer_layout_is_refused(void **state)
{
	struct lab *lab = *state;

	op25b_sessions_close(&lab->store);
	run_sql(lab->path, "PRAGMA user_version = 99");
	assert_int_equal(open_file(lab, lab->path, OP25B_SESSIONS_WRITE), -EMEDIUMTYPE);
	assert_non_null(strstr(lab->error.text, "version 99"));
}

static void a_schema_with_more_in_it_is_refused(void **state)
{
	static const char *const more[] = {
		"CREATE TABLE extra (a)",
		"CREATE VIEW extra AS SELECT 1",
		"CREATE TRIGGER extra AFTER INSERT ON change BEGIN DELETE FROM binding; END",
		"CREATE INDEX extra ON change (at)",
	};
	struct lab *lab = *state;

	op25b_sessions_close(&lab->store);
	for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++) {
		run_sql(lab->path, more[i]);
		assert_int_equal(open_file(lab, lab->path, OP25B_SESSIONS_WRITE), -EMEDIUMTYPE);
		assert_int_equal(open_file(lab, lab->path, OP25B_SESSIONS_READ), -EMEDIUMTYPE);
		run_sql(lab->path, i == 0 ? "DROP TABLE extra" :
				   i == 1 ? "DROP VIEW extra" :
				   i == 2 ? "DROP TRIGGER extra" :
					    "DROP INDEX extra");
	}
	assert_int_equal(open_file(lab, lab->path, OP25B_SESSIONS_WRITE), 0);
}

static void a_reader_makes_no_file(void **state)
{
	struct lab *lab = *state;
	const char *path = in_folder(lab, "none.db");

	assert_int_equal(open_file(lab, path, OP25B_SESSIONS_READ), -ENOENT);
	assert_int_not_equal(access(path, F_OK), 0);
	run_sql(path, "VACUUM");
	assert_int_equal(open_file(lab, path, OP25B_SESSIONS_READ), -EMEDIUMTYPE);
}

static void settings_that_would_end_live_sessions_are_refused(void **state)
{
	struct lab *lab = *state;

	lab->settings.stale_after = lab->settings.seen_every;
	assert_int_equal(open_file(lab, lab->path, OP25B_SESSIONS_WRITE), -EINVAL);
	lab->settings = OP25B_SESSIONS_DEFAULTS;
	lab->settings.keep_history = 0;
	assert_int_equal(open_file(lab, lab->path, OP25B_SESSIONS_WRITE), -EINVAL);
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
	op25b_sessions_close(&lab->store);
	assert_int_equal(count_rows(lab->path, "SELECT 1 FROM holder WHERE user_name = 'user-a'"),
			 0);
	assert_int_equal(count_rows(lab->path, "SELECT 1 FROM holder WHERE user_name = 'user-b'"),
			 1);
	assert_int_equal(count_rows(lab->path, "SELECT 1 FROM session WHERE session = 'a'"), 0);
	assert_int_equal(count_rows(lab->path, "SELECT 1 FROM change"), 0);
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

/* Bytes 12 to 15 of a write-ahead log: how often it was begun anew. */
static unsigned int log_begun(struct lab *lab)
{
	OP25B_AUTO_CLOSE int fd = -1;
	unsigned char b[4] = { 0 };

	snprintf(lab->text, sizeof(lab->text), "%s-wal", lab->path);
	fd = open(lab->text, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	if (pread(fd, b, sizeof(b), 12) != sizeof(b))
		return 0;
	return (unsigned int)b[0] << 24 | (unsigned int)b[1] << 16 | (unsigned int)b[2] << 8 | b[3];
}

static void the_log_is_begun_anew_under_load(void **state)
{
	enum { BATCH = 500, LIMIT = 1000 };
	struct lab *lab = *state;
	OP25B_AUTO_FREE struct op25b_acct *batch = calloc(BATCH, sizeof(*batch));
	unsigned int first = log_begun(lab), i = 0;

	assert_non_null(batch);
	for (; i < LIMIT && log_begun(lab) < first + 2; i++) {
		for (unsigned int j = 0; j < BATCH; j++) {
			const unsigned int n = (i * BATCH + j) * 2654435761U;

			batch[j] = lab_acct(OP25B_ACCT_START, "bng1", "", 1000, "");
			snprintf(batch[j].session, 16, "%08x", n);
			batch[j].prefixes[0] =
				(struct op25b_prefix){ .family = OP25B_V4,
						       .len = 32,
						       .addr = { (uint8_t)(n >> 24),
								 (uint8_t)(n >> 16),
								 (uint8_t)(n >> 8), (uint8_t)n } };
			batch[j].n_prefixes = 1;
		}
		assert_int_equal(
			op25b_sessions_apply(lab->store, batch, BATCH, 1000, NULL, &lab->error), 0);
	}
	assert_true(i < LIMIT);
}

/* A gateway's child may read the files and nothing else. */
static void a_reader_needs_no_right_to_write(void **state)
{
	static const char *const suffixes[] = { "", "-wal", "-shm" };
	struct lab *lab = *state;
	struct lab_copy copy;
	int status = 0;
	pid_t child;

	if (geteuid() != 0)
		skip();
	lab_tell(lab, OP25B_ACCT_START, "bng1", "a", 1000, "192.0.2.1");
	op25b_sessions_close(&lab->store);
	assert_int_equal(chmod(lab->folder, 0755), 0);
	for (size_t i = 0; i < 3; i++) {
		snprintf(lab->text, sizeof(lab->text), "%s%s", lab->path, suffixes[i]);
		assert_int_equal(chmod(lab->text, 0644), 0);
	}
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		struct op25b_sessions *reader = NULL;

		if (setresuid(65534, 65534, 65534) < 0 ||
		    op25b_sessions_open(lab->path, OP25B_SESSIONS_READ, &lab->settings, &reader,
					&lab->error) < 0)
			_exit(2);
		lab_snapshot(reader, &copy);
		_exit(copy.n == 1 ? 0 : 3);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, lab_set_up, lab_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_file_is_not_for_everybody),
		TEST(a_text_file_is_refused_and_left_alone),
		TEST(another_programs_database_is_refused),
		TEST(a_newer_layout_is_refused),
		TEST(a_schema_with_more_in_it_is_refused),
		TEST(a_reader_makes_no_file),
		TEST(settings_that_would_end_live_sessions_are_refused),
		TEST(a_reader_follows_and_can_not_write),
		TEST(a_stopped_follower_goes_on_where_it_was),
		TEST(a_follower_behind_the_log_takes_a_snapshot),
		TEST(numbers_are_never_given_twice),
		TEST(history_is_found_by_address_line_and_time),
		TEST(history_is_purged_after_its_days),
		TEST(health_tells_each_nas_and_the_last_change),
		TEST(the_log_is_begun_anew_under_load),
		TEST(a_reader_needs_no_right_to_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
