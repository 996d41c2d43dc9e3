/* SPDX-License-Identifier: BSD-2-Clause */
/* The state's file: turns are kept whole or not at all, and nothing but our own file is taken. */
#include "tests/unit/mail-state.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "mail/window.h"

static const char add_sql[] = "INSERT INTO window VALUES (?1, 'a', '', 0, 0, 0)";
static const char count_sql[] = "SELECT count(*) FROM window";
static const char wrong_sql[] = "INSERT INTO window VALUES (NULL, 'a', '', 0, 0, 0)";

static int add(struct fixture *f, int i)
{
	sqlite3_stmt *statement = op25b_state_statement(f->state, add_sql);

	sqlite3_bind_blob(statement, 1, &i, sizeof(i), SQLITE_TRANSIENT);
	return op25b_state_step(statement);
}

static int count(struct fixture *f)
{
	sqlite3_stmt *statement = op25b_state_statement(f->state, count_sql);
	int n;

	assert_int_equal(op25b_state_step(statement), 1);
	n = sqlite3_column_int(statement, 0);
	assert_int_equal(op25b_state_step(statement), 0);
	return n;
}

static int open_anew(struct fixture *f)
{
	op25b_state_close(&f->state);
	return op25b_state_open(f->file, &f->state, &f->error);
}

static void run_sql(struct fixture *f, const char *sql)
{
	sqlite3 *db;

	op25b_state_close(&f->state);
	assert_int_equal(sqlite3_open(f->file, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void a_turn_is_kept_whole_or_not_at_all(void **state)
{
	struct fixture *f = *state;

	begin(f);
	assert_int_equal(add(f, 1), 0);
	assert_int_equal(add(f, 2), 0);
	begin(f); /* the same turn */
	commit(f);
	commit(f); /* nothing to do */
	begin(f);
	assert_int_equal(add(f, 3), 0);
	op25b_state_rollback(f->state);
	begin(f);
	assert_int_equal(add(f, 4), 0);
	assert_int_equal(open_anew(f), 0);
	assert_int_equal(count(f), 2);
}

static void an_error_takes_the_turn_with_it(void **state)
{
	struct fixture *f = *state;

	begin(f);
	assert_int_equal(add(f, 1), 0);
	assert_int_equal(op25b_state_step(op25b_state_statement(f->state, wrong_sql)), -EBADMSG);
	/* Nothing more is done in it, not even outside of a transaction. */
	assert_true(add(f, 2) < 0);
	assert_int_equal(op25b_state_commit(f->state, &f->error), -EIO);
	assert_non_null(strstr(f->error.text, "nothing of a turn was kept"));
	begin(f);
	assert_int_equal(count(f), 0);
	assert_int_equal(add(f, 3), 0);
	commit(f);
	assert_int_equal(count(f), 1);
}

static void a_statement_that_is_none_is_told(void **state)
{
	static const char nonsense[] = "SELECT nothing FROM nowhere";
	struct fixture *f = *state;

	assert_null(op25b_state_statement(f->state, nonsense));
	assert_int_equal(op25b_state_step(NULL), -EIO);
}

static void a_file_is_of_one_process(void **state)
{
	struct fixture *f = *state;
	struct op25b_state *second = NULL;

	begin(f);
	assert_int_equal(add(f, 1), 0);
	commit(f);
	assert_int_equal(op25b_state_open(f->file, &second, &f->error), -EBUSY);
	assert_non_null(strstr(f->error.text, "another op25b-maild has it"));
	assert_int_equal(add(f, 2), 0);
}

/* The kernel lets go of a dead process's lock. */
static void a_killed_process_leaves_the_file_free(void **state)
{
	struct fixture *f = *state;
	pid_t child;
	int status;

	op25b_state_close(&f->state);
	child = fork();
	if (child == 0) {
		if (op25b_state_open(f->file, &f->state, NULL) == 0 &&
		    op25b_state_begin(f->state, NULL) == 0 && add(f, 1) == 0 &&
		    op25b_state_commit(f->state, NULL) == 0 && add(f, 2) == 0 &&
		    op25b_state_begin(f->state, NULL) == 0 && add(f, 3) == 0)
			kill(getpid(), SIGKILL);
		_exit(1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	assert_int_equal(open_anew(f), 0);
	assert_int_equal(count(f), 2);
}

static bool on_disk(struct fixture *f, const char *text)
{
	char path[96], *content = NULL;
	bool found = false;

	for (int wal = 0; wal < 2; wal++) {
		struct stat info;
		int fd;

		snprintf(path, sizeof(path), "%s%s", f->file, wal ? "-wal" : "");
		fd = open(path, O_RDONLY);
		if (fd < 0)
			continue;
		assert_int_equal(fstat(fd, &info), 0);
		content = malloc((size_t)info.st_size + 1);
		assert_non_null(content);
		assert_int_equal(read(fd, content, (size_t)info.st_size), info.st_size);
		found |= memmem(content, (size_t)info.st_size, text, strlen(text)) != NULL;
		free(content);
		close(fd);
	}
	return found;
}

static void what_was_deleted_is_gone_from_the_disk(void **state)
{
	static const char secret_sql[] = "INSERT INTO window VALUES (x'01', 'sesame', '', 0, 0, 0)",
			  delete_sql[] = "DELETE FROM window";
	struct fixture *f = *state;

	begin(f);
	assert_int_equal(op25b_state_step(op25b_state_statement(f->state, secret_sql)), 0);
	assert_int_equal(op25b_state_shrink(f->state, &f->error), -EBUSY);
	commit(f);
	assert_true(on_disk(f, "sesame"));
	begin(f);
	assert_int_equal(op25b_state_step(op25b_state_statement(f->state, delete_sql)), 0);
	commit(f);
	assert_true(on_disk(f, "sesame"));
	assert_int_equal(op25b_state_shrink(f->state, &f->error), 0);
	assert_false(on_disk(f, "sesame"));
}

static void nobody_else_may_read_it(void **state)
{
	struct fixture *f = *state;
	struct stat info;

	assert_int_equal(stat(f->file, &info), 0);
	assert_int_equal(info.st_mode & 07777, 0600);
	op25b_state_close(&f->state);
	assert_int_equal(chmod(f->file, 0644), 0);
	assert_int_equal(open_anew(f), 0);
	assert_int_equal(stat(f->file, &info), 0);
	assert_int_equal(info.st_mode & 07777, 0600);
}

static void refused(struct fixture *f, int code, const char *text)
{
	assert_int_equal(open_anew(f), code);
	if (!strstr(f->error.text, text))
		fail_msg("\"%s\" says nothing of \"%s\"", f->error.text, text);
	assert_null(f->state);
}

static void a_foreign_file_is_refused_and_left_as_it_is(void **state)
{
	struct fixture *f = *state;
	char text[32] = "";
	int fd;

	op25b_state_close(&f->state);
	fd = open(f->file, O_WRONLY | O_TRUNC);
	assert_int_equal(write(fd, "not a database at all\n", 22), 22);
	close(fd);
	refused(f, -EMEDIUMTYPE, "not a database");
	fd = open(f->file, O_RDONLY);
	assert_int_equal(read(fd, text, sizeof(text)), 22);
	close(fd);
	assert_memory_equal(text, "not a database at all\n", 22);
}

static void another_programs_database_is_refused(void **state)
{
	struct fixture *f = *state;

	op25b_state_close(&f->state);
	assert_int_equal(unlink(f->file), 0);
	run_sql(f, "CREATE TABLE theirs (a)");
	refused(f, -EMEDIUMTYPE, "not a state file");
}

static void another_layout_is_refused(void **state)
{
	struct fixture *f = *state;

	run_sql(f, "CREATE TRIGGER evil AFTER INSERT ON window BEGIN DELETE FROM window; END");
	refused(f, -EMEDIUMTYPE, "not this version's");
	run_sql(f, "DROP TRIGGER evil; PRAGMA user_version = 99");
	refused(f, -EMEDIUMTYPE, "newer op25b");
	run_sql(f, "PRAGMA user_version = 1; DROP INDEX window_until");
	refused(f, -EMEDIUMTYPE, "not this version's");
}

static void what_is_no_file_is_refused(void **state)
{
	struct fixture *f = *state;

	op25b_state_close(&f->state);
	assert_int_equal(unlink(f->file), 0);
	assert_int_equal(mkfifo(f->file, 0600), 0);
	refused(f, -EMEDIUMTYPE, "not a regular file");
	strcpy(f->file, "/nonexistent/folder/state");
	refused(f, -ENOENT, "No such file");
}

/* Each page in turn, but for the free bytes that nobody reads. */
static void a_damaged_file_is_refused(void **state)
{
	struct fixture *f = *state;
	unsigned char page[2048];
	struct stat info;
	int fd, found = 0;

	begin(f);
	for (int i = 0; i < 300; i++)
		assert_int_equal(add(f, i), 0);
	commit(f);
	run_sql(f, "PRAGMA wal_checkpoint(TRUNCATE)");
	assert_int_equal(stat(f->file, &info), 0);
	for (off_t at = 0; at < info.st_size; at += (off_t)sizeof(page)) {
		unsigned char ruin[2048];
		int r;

		fd = open(f->file, O_RDWR);
		assert_int_equal(pread(fd, page, sizeof(page), at), sizeof(page));
		memset(ruin, 0xa5, sizeof(ruin));
		assert_int_equal(pwrite(fd, ruin, sizeof(ruin), at), sizeof(ruin));
		close(fd);
		r = op25b_state_open(f->file, &f->state, &f->error);
		if (r != -EBADMSG && r != -EMEDIUMTYPE)
			fail_msg("page %d: %d", (int)(at / 2048), r);
		found++;
		fd = open(f->file, O_RDWR);
		assert_int_equal(pwrite(fd, page, sizeof(page), at), sizeof(page));
		close(fd);
	}
	assert_true(found > 5);
	assert_int_equal(open_anew(f), 0);
	assert_int_equal(count(f), 300);
}

static int64_t ask(struct fixture *f, const char *sql)
{
	sqlite3_stmt *statement = op25b_state_statement(f->state, sql);

	assert_int_equal(op25b_state_step(statement), 1);
	return sqlite3_column_int64(statement, 0);
}

/* No page more: the turn that needs one is lost, the ones before it are not, and room helps. */
static void without_room_a_turn_is_refused_and_nothing_is_lost(void **state)
{
	static const char limit_sql[] = "PRAGMA max_page_count = 1",
			  more_sql[] = "PRAGMA max_page_count = 1000000";
	struct fixture *f = *state;
	int kept = 0, r;

	ask(f, limit_sql);
	while (true) {
		begin(f);
		r = 0;
		for (int i = 0; i < 10 && r == 0; i++)
			r = add(f, kept + i);
		if (r < 0)
			break;
		commit(f);
		kept += 10;
		assert_true(kept < 100000);
	}
	assert_int_equal(r, -ENOSPC);
	assert_true(op25b_state_commit(f->state, &f->error) < 0);
	assert_int_equal(count(f), kept);
	ask(f, more_sql);
	begin(f);
	for (int i = 0; i < 10; i++)
		assert_int_equal(add(f, kept + i), 0);
	commit(f);
	assert_int_equal(open_anew(f), 0);
	assert_int_equal(count(f), kept + 10);
}

/* As a full disk does, a limit stops the log's file in the middle of a turn. */
static void a_disk_that_fills_up_loses_no_turn_that_was_kept(void **state)
{
	struct fixture *f = *state;
	struct rlimit before, limit;
	int kept = 0;

	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	limit = (struct rlimit){ 300000, before.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	while (true) {
		int r = 0;

		begin(f);
		for (int i = 0; i < 10 && r == 0; i++)
			r = add(f, kept + i);
		if (r < 0 || op25b_state_commit(f->state, &f->error) < 0)
			break;
		kept += 10;
		assert_true(kept < 100000);
	}
	op25b_state_rollback(f->state);
	assert_int_equal(count(f), kept);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	begin(f);
	for (int i = 0; i < 10; i++)
		assert_int_equal(add(f, kept + i), 0);
	commit(f);
	reopen(f);
	assert_int_equal(count(f), kept + 10);
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_turn_is_kept_whole_or_not_at_all),
		T(an_error_takes_the_turn_with_it),
		T(a_statement_that_is_none_is_told),
		T(a_file_is_of_one_process),
		T(a_killed_process_leaves_the_file_free),
		T(what_was_deleted_is_gone_from_the_disk),
		T(nobody_else_may_read_it),
		T(a_foreign_file_is_refused_and_left_as_it_is),
		T(another_programs_database_is_refused),
		T(another_layout_is_refused),
		T(what_is_no_file_is_refused),
		T(a_damaged_file_is_refused),
		T(without_room_a_turn_is_refused_and_nothing_is_lost),
		T(a_disk_that_fills_up_loses_no_turn_that_was_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
