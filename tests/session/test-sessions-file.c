/* SPDX-License-Identifier: BSD-2-Clause */
/* The store as a file: who may open it, what is refused, checkpoints. */
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

static void a_folder_and_a_fifo_are_refused(void **state)
{
	struct lab *lab = *state;

	assert_int_equal(mkfifo(in_folder(lab, "fifo"), 0600), 0);
	assert_int_equal(open_file(lab, in_folder(lab, "fifo"), OP25B_SESSIONS_READ), -EMEDIUMTYPE);
	assert_int_equal(open_file(lab, in_folder(lab, "fifo"), OP25B_SESSIONS_WRITE),
			 -EMEDIUMTYPE);
	assert_int_equal(open_file(lab, lab->folder, OP25B_SESSIONS_WRITE), -EMEDIUMTYPE);
	assert_non_null(strstr(lab->error.text, ": not a regular file; name another file"));
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

/* What is kept in a file that nobody can open any more is not kept. */
static void a_file_that_is_gone_takes_nothing(void **state)
{
	struct lab *lab = *state;
	const struct op25b_acct batch[] = { lab_acct(OP25B_ACCT_START, "bng1", "b", 1100,
						     "192.0.2.2") };
	OP25B_AUTO_FREE char *away = strdup(in_folder(lab, "away"));

	lab_tell(lab, OP25B_ACCT_START, "bng1", "a", 1000, "192.0.2.1");
	assert_int_equal(rename(lab->path, away), 0);
	for (int other = 0; other < 2; other++) {
		if (other)
			fclose(fopen(lab->path, "we"));
		assert_int_equal(
			op25b_sessions_apply(lab->store, batch, 1, 1100, NULL, &lab->error), -EIO);
		assert_non_null(strstr(lab->error.text, "removed or replaced while in use; put"));
		assert_int_equal(op25b_sessions_sweep(lab->store, 1100, 10, &lab->error), -EIO);
	}
	assert_int_equal(rename(away, lab->path), 0);
	assert_int_equal(op25b_sessions_apply(lab->store, batch, 1, 1100, NULL, &lab->error), 0);
	assert_holder(lab, "192.0.2.2", "bng1/b");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_file_is_not_for_everybody),    TEST(a_text_file_is_refused_and_left_alone),
		TEST(a_folder_and_a_fifo_are_refused),  TEST(another_programs_database_is_refused),
		TEST(a_newer_layout_is_refused),        TEST(a_schema_with_more_in_it_is_refused),
		TEST(a_reader_makes_no_file),           TEST(the_log_is_begun_anew_under_load),
		TEST(a_reader_needs_no_right_to_write), TEST(a_file_that_is_gone_takes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
