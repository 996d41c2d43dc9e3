/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kill -9 between any two statements, and between any two writes and syncs of SQLite: a child works
 * through turns and says each that it could have answered; then the file must hold exactly the
 * turns that were answered, or the one more that was kept and not yet answered. sqlite3_step is
 * wrapped by the linker, the disk by a file system of SQLite's that stands before the usual one.
 */
#include "tests/unit/mail-state.h"

#include <sys/wait.h>

#include "mail/ledger.h"
#include "mail/window.h"

#define NOON 1800014400

static const struct op25b_prefix client = { OP25B_V4, 32, { 192, 0, 2, 1 } };
static const struct op25b_mail_bucket ten = { .burst = 10, .hour = 60, .day = 30 };

/* Dies at the event with this number; 0: never. */
static unsigned die_at, events;

static void event(void)
{
	if (++events == die_at)
		kill(getpid(), SIGKILL);
}

int __real_sqlite3_step(sqlite3_stmt *statement);
int __wrap_sqlite3_step(sqlite3_stmt *statement);

int __wrap_sqlite3_step(sqlite3_stmt *statement)
{
	event();
	return __real_sqlite3_step(statement);
}

/* A file's methods are those of its kind: a log has no locks. */
static struct methods {
	sqlite3_io_methods deadly;
	const sqlite3_io_methods *usual;
} file_methods, log_methods;
static sqlite3_vfs disk;

static const sqlite3_io_methods *usual(sqlite3_file *file)
{
	return ((const struct methods *)file->pMethods)->usual;
}

static int deadly_write(sqlite3_file *file, const void *data, int size, sqlite3_int64 at)
{
	int code;

	event();
	/* Half of it is on the disk, too. */
	code = usual(file)->xWrite(file, data, size / 2, at);
	event();
	return code == SQLITE_OK ? usual(file)->xWrite(file, (const char *)data + size / 2,
						       size - size / 2, at + size / 2) :
				   code;
}

static int deadly_sync(sqlite3_file *file, int flags)
{
	event();
	return usual(file)->xSync(file, flags);
}

static int deadly_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	event();
	return usual(file)->xTruncate(file, size);
}

static int deadly_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *ret)
{
	sqlite3_vfs *below = vfs->pAppData;
	const int code = below->xOpen(below, name, file, flags, ret);

	if (file->pMethods) {
		struct methods *m = flags & SQLITE_OPEN_MAIN_DB ? &file_methods : &log_methods;

		m->usual = file->pMethods;
		m->deadly = *m->usual;
		m->deadly.xWrite = deadly_write;
		m->deadly.xSync = deadly_sync;
		m->deadly.xTruncate = deadly_truncate;
		file->pMethods = &m->deadly;
	}
	return code;
}

static int put_before_the_disk(void **state)
{
	sqlite3_vfs *below = sqlite3_vfs_find(NULL);

	(void)state;
	disk = *below;
	disk.zName = "deadly";
	disk.pAppData = below;
	disk.pNext = NULL;
	disk.xOpen = deadly_open;
	return sqlite3_vfs_register(&disk, 1);
}

static int reserve(struct op25b_state *state, int64_t now, const char *instance, uint32_t n)
{
	const struct op25b_ledger_ask ask = {
		.instance = instance,
		.client = &client,
		.n_keys = 2,
		.recipients = n,
		.keys = { { OP25B_LEDGER_ACCOUNT, "taro", ten }, { OP25B_LEDGER_LINE, "L1", ten } },
	};
	struct op25b_ledger_full full;

	return op25b_ledger_reserve(state, now, &ask, &full);
}

#define TURNS 14

static int do_sweep(struct op25b_state *state)
{
	const int r = op25b_ledger_sweep(state, NOON + 700);

	return r < 0 ? r : op25b_window_sweep(state, NOON + 700);
}

/* What one turn of the daemon's loop does. */
static int do_turn(struct op25b_state *state, int turn)
{
	const struct op25b_window window = { client, "taro", "L1", 1, NOON, NOON + 600 };

	switch (turn) {
	case 0:
		return reserve(state, NOON, "4d2.1", 2);
	case 1:
		return op25b_ledger_charge(state, NOON, "4d2.1", "Q1");
	case 2:
		return op25b_window_open(state, &window);
	case 3: /* several requests in one turn */
		return reserve(state, NOON + 1, "4d3.1", 1) ?: reserve(state, NOON + 1, "4d4.1", 3);
	case 4: /* no room */
		return reserve(state, NOON + 2, "4d5.1", 9) == 1 ? 0 : -1;
	case 5: /* begun anew */
		return reserve(state, NOON + 3, "4d3.1", 2);
	case 6:
		return op25b_ledger_charge(state, NOON + 4, "4d3.1", "Q2");
	case 7:
		return op25b_ledger_refund(state, NOON + 4, "Q2");
	case 8:
		return op25b_ledger_settle(state, "Q1");
	case 9:
		return op25b_ledger_hung_up(state, 0x4d4, &client, 0);
	case 10:
		return reserve(state, NOON + 5, "4d6.1", 4);
	case 11:
		return do_sweep(state);
	case 12:
		return op25b_ledger_gone(state, "Q1");
	default:
		return op25b_window_close(state, "taro");
	}
}

static int run_turn(struct op25b_state *state, int turn)
{
	int r = op25b_state_begin(state, NULL);

	if (r == 0)
		r = do_turn(state, turn);
	if (r == 0)
		r = op25b_state_commit(state, NULL);
	/* So that the log is written back here and there, too. */
	if (r == 0 && turn % 5 == 4)
		r = op25b_state_shrink(state, NULL);
	return r;
}

/* All that the file holds, as one text. */
static char *describe(struct op25b_state *state)
{
	static const char window_sql[] = "SELECT quote(address), * FROM window ORDER BY address",
			  use_sql[] = "SELECT quote(slots), * FROM ledger_use ORDER BY kind, name",
			  mail_sql[] = "SELECT quote(client), * FROM ledger_mail ORDER BY key";
	const char *const tables[] = { window_sql, use_sql, mail_sql };
	char *text = calloc(1, 65536);
	size_t used = 0;

	assert_non_null(text);
	for (size_t i = 0; i < 3; i++) {
		sqlite3_stmt *statement = op25b_state_statement(state, tables[i]);

		while (op25b_state_step(statement) == 1)
			for (int column = 0; column < sqlite3_column_count(statement); column++)
				if (sqlite3_column_type(statement, column) != SQLITE_BLOB)
					used += (size_t)snprintf(
						text + used, 65536 - used, "%s|",
						sqlite3_column_text(statement, column));
	}
	assert_true(used < 65536);
	return text;
}

static char *stages[TURNS + 1]; /* what the file holds after so many turns */

/* Not killed; returns how many events there were. */
static unsigned run_to_the_end(struct fixture *f)
{
	events = 0;
	assert_int_equal(op25b_state_open(f->file, &f->state, &f->error), 0);
	stages[0] = describe(f->state);
	for (int turn = 0; turn < TURNS; turn++) {
		assert_int_equal(run_turn(f->state, turn), 0);
		stages[turn + 1] = describe(f->state);
	}
	op25b_state_close(&f->state);
	return events;
}

static _Noreturn void work_until_death(struct fixture *f, int answers, unsigned at)
{
	events = 0;
	die_at = at;
	if (op25b_state_open(f->file, &f->state, &f->error) < 0)
		_exit(1);
	for (int turn = 0; turn < TURNS; turn++)
		if (run_turn(f->state, turn) < 0 || write(answers, "x", 1) != 1)
			_exit(2);
	op25b_state_close(&f->state);
	_exit(0);
}

/* Returns how many turns the child answered; -1: it lived. */
static int run_and_kill(struct fixture *f, unsigned at)
{
	int answers[2], answered = 0, status;
	pid_t child;
	char byte;

	assert_int_equal(pipe(answers), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		work_until_death(f, answers[1], at);
	close(answers[1]);
	while (read(answers[0], &byte, 1) == 1)
		answered++;
	close(answers[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	if (WIFSIGNALED(status))
		return answered;
	assert_int_equal(WEXITSTATUS(status), 0);
	return -1;
}

static void remove_files(struct fixture *f)
{
	char path[96];

	unlink(f->file);
	snprintf(path, sizeof(path), "%s-wal", f->file);
	unlink(path);
}

static void killed_anywhere_it_remembers_what_it_answered(void **state)
{
	struct fixture *f = *state;
	unsigned all, kept_unanswered = 0, at;

	op25b_state_close(&f->state);
	remove_files(f);
	all = run_to_the_end(f);
	assert_true(all > 200);
	for (at = 1;; at++) {
		int answered;
		char *found;

		remove_files(f);
		answered = run_and_kill(f, at);
		if (answered < 0)
			break;
		if (op25b_state_open(f->file, &f->state, &f->error) < 0)
			fail_msg("killed at %u: %s", at, f->error.text);
		found = describe(f->state);
		op25b_state_close(&f->state);
		if (strcmp(found, stages[answered]) != 0) {
			if (answered == TURNS || strcmp(found, stages[answered + 1]) != 0)
				fail_msg("killed at %u after %d answers: %s", at, answered, found);
			kept_unanswered++;
		}
		free(found);
	}
	/* It was killed at every event there is, between a commit and its answer too. */
	assert_true(at > 200);
	assert_true(kept_unanswered > 0);
	for (int i = 0; i <= TURNS; i++)
		free(stages[i]);
	assert_int_equal(op25b_state_open(f->file, &f->state, &f->error), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(killed_anywhere_it_remembers_what_it_answered,
						set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, put_before_the_disk, NULL);
}
