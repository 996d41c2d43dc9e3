/* SPDX-License-Identifier: BSD-2-Clause */
/* The account base as a file: what is refused, what damage does, and who may write at once. */
#include "tests/mail/accounts-lab.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"

static int open_at(struct lab *lab, const char *path, bool make)
{
	struct op25b_accounts *accounts = NULL;
	int r;

	lab->error.text[0] = '\0';
	r = op25b_accounts_open(path, make, &accounts, &lab->error);
	assert_int_equal(r == 0, accounts != NULL);
	assert_int_equal(r != 0, *lab->error.text != '\0');
	op25b_accounts_close(&accounts);
	return r;
}

static void expect(struct lab *lab, int r, int code, const char *says)
{
	assert_int_equal(r, code);
	if (!strstr(lab->error.text, says))
		fail_msg("\"%s\" is not in: %s", says, lab->error.text);
}

static void what_is_missing_is_made_only_if_asked(void **state)
{
	struct lab *lab = *state;
	char path[300];

	snprintf(path, sizeof(path), "%s/none/accounts.db", lab->folder);
	expect(lab, open_at(lab, path, true), -ENOENT, "No such file");
	snprintf(path, sizeof(path), "%s/none.db", lab->folder);
	expect(lab, open_at(lab, path, false), -ENOENT, "`op25b account add` makes it");
	assert_int_equal(access(path, F_OK), -1);
}

static void what_is_not_ours_is_refused_and_left_alone(void **state)
{
	static const char text[] = "not a database, but longer than SQLite's header of a hundred "
				   "bytes, which is the least that it looks at before it says so";
	struct lab *lab = *state;
	char path[300], back[sizeof(text)] = "";
	sqlite3 *db = NULL;

	snprintf(path, sizeof(path), "%s/notes", lab->folder);
	{
		OP25B_AUTO_FCLOSE FILE *file = fopen(path, "w+e");

		assert_int_equal(fwrite(text, 1, sizeof(text), file), sizeof(text));
		fflush(file);
		expect(lab, open_at(lab, path, true), -EMEDIUMTYPE, "name another file");
		rewind(file);
		assert_int_equal(fread(back, 1, sizeof(back), file), sizeof(back));
		assert_memory_equal(back, text, sizeof(text));
	}
	unlink(path);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "CREATE TABLE bookmarks (url)", NULL, NULL, NULL), 0);
	sqlite3_close(db);
	expect(lab, open_at(lab, path, true), -EMEDIUMTYPE, "another program's database");
	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	expect(lab, open_at(lab, path, true), -EMEDIUMTYPE, "not a regular file");
	unlink(path);
	expect(lab, open_at(lab, lab->folder, true), -EMEDIUMTYPE, "not a regular file");
}

static void a_layout_that_is_not_ours_is_refused(void **state)
{
	static const char *const more[] = {
		"CREATE TABLE extra (a)",
		"CREATE VIEW extra AS SELECT 1",
		"CREATE TRIGGER extra AFTER UPDATE ON account BEGIN DELETE FROM address; END",
		"CREATE INDEX extra ON account (why)",
		"DROP TABLE invite",
	};
	struct lab *lab = *state;
	char path[300];

	lab_close(lab);
	snprintf(path, sizeof(path), "%s/other.db", lab->folder);
	for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++) {
		sqlite3 *db = NULL;

		assert_int_equal(open_at(lab, path, true), 0);
		assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
		assert_int_equal(sqlite3_exec(db, more[i], NULL, NULL, NULL), SQLITE_OK);
		sqlite3_close(db);
		expect(lab, open_at(lab, path, true), -EMEDIUMTYPE, "its tables are not those");
		unlink(path);
	}
	lab_sql(lab, "PRAGMA user_version = 99");
	expect(lab, open_at(lab, lab->location, true), -EMEDIUMTYPE, "layout version 99");
}

static void its_group_reads_it_and_nobody_else(void **state)
{
	static const char *const suffixes[] = { "", "-wal", "-shm" };
	struct lab *lab = *state;
	mode_t mask = umask(077);
	struct stat st;
	char path[300];

	/* Whatever the unit's umask. */
	lab_close(lab);
	unlink(lab->location);
	assert_int_equal(lab_open(lab, true), 0);
	umask(mask);
	lab_add(lab, "bob", "", NULL);
	for (int open = 1; open >= 0; open--) {
		for (size_t i = 0; i < 3; i++) {
			snprintf(path, sizeof(path), "%s%s", lab->location, suffixes[i]);
			assert_int_equal(stat(path, &st), 0);
			assert_int_equal(st.st_mode & 0777, 0640);
		}
		/* The log stays, for readers that may not make it. */
		lab_close(lab);
	}
}

/* Every page in turn: whatever is damaged there is an error or is not needed, never a crash. */
static void damage_is_an_error(void **state)
{
	struct lab *lab = *state;
	OP25B_AUTO_CLOSE int fd = -1;
	struct stat st;
	int refused = 0;
	char page[4096], kept[4096];

	lab_add(lab, "bob", "L-1", "bob@example.net");
	lab_close(lab);
	lab_sql(lab, "PRAGMA wal_checkpoint(TRUNCATE)");
	fd = open(lab->location, O_RDWR | O_CLOEXEC);
	assert_int_equal(fstat(fd, &st), 0);
	for (off_t at = 0; at < st.st_size; at += (off_t)sizeof(page)) {
		assert_int_equal(pread(fd, kept, sizeof(kept), at), sizeof(kept));
		memset(page, 0xa5, sizeof(page));
		assert_int_equal(pwrite(fd, page, sizeof(page), at), sizeof(page));
		if (lab_open(lab, false) < 0 ||
		    op25b_accounts_find(lab->accounts, "bob", lab_keep, lab) != 7)
			refused++;
		lab_close(lab);
		assert_int_equal(pwrite(fd, kept, sizeof(kept), at), sizeof(kept));
	}
	assert_true(refused >= 2);
	assert_int_equal(lab_open(lab, false), 0);
	lab_find(lab, "bob");
}

static void a_file_that_was_replaced_is_told(void **state)
{
	struct lab *lab = *state;
	char away[300];

	lab_add(lab, "bob", "", NULL);
	snprintf(away, sizeof(away), "%s/away.db", lab->folder);
	assert_int_equal(rename(lab->location, away), 0);
	assert_int_equal(op25b_accounts_find(lab->accounts, "bob", lab_keep, lab), -EIO);
	expect(lab,
	       op25b_accounts_set_state(lab->accounts, 2000, "bob", OP25B_MAIL_STATE_STOPPED, "x",
					&lab->error),
	       -EIO, "moved, removed or replaced");
	assert_int_equal(rename(away, lab->location), 0);
	lab_find(lab, "bob");
}

/* Processes that write at once: each waits for the others, and nothing is lost. */
static void writers_take_turns(void **state)
{
	struct lab *lab = *state;
	pid_t children[4];
	int status;

	lab_add(lab, "bob", "", NULL);
	for (int i = 0; i < 4; i++) {
		children[i] = fork();
		if (children[i] == 0) {
			struct op25b_accounts *own = NULL;
			bool failed = op25b_accounts_open(lab->location, true, &own, NULL) != 0;

			for (int n = 0; n < 25 && !failed; n++) {
				failed |= op25b_accounts_set_state(own, n, "bob",
								   OP25B_MAIL_STATE_HELD, "x",
								   NULL) < 0;
				failed |= op25b_accounts_set_state(own, n, "bob",
								   OP25B_MAIL_STATE_STOPPED, "x",
								   NULL) < 0;
			}
			_exit(failed ? 1 : 0);
		}
	}
	for (int i = 0; i < 4; i++) {
		waitpid(children[i], &status, 0);
		assert_int_equal(status, 0);
	}
	assert_int_equal(lab_find(lab, "bob")->state, OP25B_MAIL_STATE_STOPPED);
	assert_true(lab->last.serial >= 51 && lab->last.serial <= 201);
	assert_int_equal(lab->last.serial % 2, 1);
}

/* A child changes bob's state as long as it lives, and tells of each change it made. */
static void what_was_acknowledged_survives_a_kill(void **state)
{
	struct lab *lab = *state;
	struct op25b_accounts *own = NULL;
	int64_t told = 1;

	lab_add(lab, "bob", "", NULL);
	lab_close(lab);
	for (int after = 1; after < 30; after += 3) {
		int pipes[2], n = 0;
		pid_t child;
		char byte;

		assert_int_equal(pipe(pipes), 0);
		child = fork();
		if (child == 0) {
			if (op25b_accounts_open(lab->location, false, &own, NULL))
				_exit(1);
			for (int i = 0;; i++) {
				int r = op25b_accounts_set_state(own, i, "bob",
								 i % 2 ? OP25B_MAIL_STATE_STOPPED :
									 OP25B_MAIL_STATE_HELD,
								 "x", NULL);

				if (r < 0 || (r > 0 && write(pipes[1], "c", 1) != 1))
					_exit(1);
			}
		}
		close(pipes[1]);
		while (n < after && read(pipes[0], &byte, 1) == 1)
			n++;
		kill(child, SIGKILL);
		while (read(pipes[0], &byte, 1) == 1)
			n++;
		close(pipes[0]);
		waitpid(child, NULL, 0);
		assert_int_equal(lab_open(lab, false), 0);
		lab_find(lab, "bob");
		assert_true(lab->last.serial >= told + n && lab->last.serial <= told + n + 1);
		told = lab->last.serial;
		lab_close(lab);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, lab_setup, lab_teardown)
		T(what_is_missing_is_made_only_if_asked),
		T(what_is_not_ours_is_refused_and_left_alone),
		T(a_layout_that_is_not_ours_is_refused),
		T(its_group_reads_it_and_nobody_else),
		T(damage_is_an_error),
		T(a_file_that_was_replaced_is_told),
		T(writers_take_turns),
		T(what_was_acknowledged_survives_a_kill),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
