/* SPDX-License-Identifier: BSD-2-Clause */
/* The store as a database: who may open it, what is refused, and what bad rows give. */
#include "tests/session/sessions-lab.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int open_as(struct lab *lab, const char *location, enum op25b_sessions_mode mode)
{
	struct op25b_sessions *store = NULL;
	int r;

	lab->error.text[0] = '\0';
	r = op25b_sessions_open(location, mode, &lab->settings, &store, &lab->error);
	assert_int_equal(r == 0, store != NULL);
	assert_int_equal(r != 0, *lab->error.text != '\0');
	op25b_sessions_close(&store);
	return r;
}

static void assert_refused(struct lab *lab, int code, const char *says)
{
	assert_int_equal(open_as(lab, lab->path, OP25B_SESSIONS_WRITE), code);
	if (!strstr(lab->error.text, says))
		fail_msg("\"%s\" does not say \"%s\"", lab->error.text, says);
	assert_int_equal(open_as(lab, lab->path, OP25B_SESSIONS_READ), code);
	if (!strstr(lab->error.text, says))
		fail_msg("\"%s\" does not say \"%s\"", lab->error.text, says);
}

static void collectors_meet_an_empty_database_at_once(void **state)
{
	enum { COLLECTORS = 6 };
	struct lab *lab = *state;
	pid_t children[COLLECTORS];
	int ready[2], status;

	op25b_sessions_close(&lab->store);
	lab_ask(lab, "DROP SCHEMA op25b CASCADE");
	assert_int_equal(pipe(ready), 0);
	for (int i = 0; i < COLLECTORS; i++) {
		char byte;

		children[i] = fork();
		assert_true(children[i] >= 0);
		if (children[i] > 0)
			continue;
		/* They start together, when the pipe is closed. */
		close(ready[1]);
		if (read(ready[0], &byte, 1) != 0)
			_exit(2);
		_exit(open_as(lab, lab->path, OP25B_SESSIONS_WRITE) == 0 ? 0 : 3);
	}
	close(ready[0]);
	close(ready[1]);
	for (int i = 0; i < COLLECTORS; i++) {
		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 0);
	}
	assert_int_equal(lab_ask(lab, "SELECT count(*) FROM migration"), 1);
	assert_int_equal(lab_ask(lab, "SELECT count(*) FROM meta WHERE origin <> 0"), 1);
}

static void a_newer_layout_is_refused(void **state)
{
	struct lab *lab = *state;

	lab_ask(lab, "INSERT INTO migration VALUES (99)");
	assert_refused(lab, -EMEDIUMTYPE, "layout version 99, this op25b knows 1 to 1");
}

static void another_programs_schema_is_refused(void **state)
{
	struct lab *lab = *state;

	lab_ask(lab, "DROP SCHEMA op25b CASCADE; CREATE SCHEMA op25b;"
		     "CREATE TABLE op25b.bookmarks (url text)");
	assert_refused(lab, -EMEDIUMTYPE, "another program's");
	lab_ask(lab, "CREATE TABLE op25b.migration (name text)");
	assert_refused(lab, -EMEDIUMTYPE, "another program's");
}

static void a_schema_with_more_or_less_in_it_is_refused(void **state)
{
	static const char *const changes[][2] = {
		{ "CREATE TABLE extra (a int)", "DROP TABLE extra" },
		{ "CREATE VIEW extra AS SELECT 1", "DROP VIEW extra" },
		{ "CREATE INDEX extra ON change (at)", "DROP INDEX extra" },
		{ "CREATE RULE extra AS ON INSERT TO change DO INSTEAD NOTHING",
		  "DROP RULE extra ON change" },
		{ "CREATE TRIGGER extra BEFORE UPDATE ON binding FOR EACH ROW "
		  "EXECUTE FUNCTION suppress_redundant_updates_trigger()",
		  "DROP TRIGGER extra ON binding" },
		{ "ALTER TABLE change SET UNLOGGED", "ALTER TABLE change SET LOGGED" },
		{ "ALTER TABLE nas ENABLE ROW LEVEL SECURITY",
		  "ALTER TABLE nas DISABLE ROW LEVEL SECURITY" },
		{ "ALTER TABLE nas ADD CHECK (last > 0)",
		  "ALTER TABLE nas DROP CONSTRAINT nas_last_check" },
		{ "ALTER TABLE nas ADD extra int", "ALTER TABLE nas DROP extra" },
		{ "ALTER TABLE nas ALTER name TYPE text COLLATE \"POSIX\"",
		  "ALTER TABLE nas ALTER name TYPE text COLLATE \"C\"" },
		{ "DROP INDEX history_until", "CREATE INDEX history_until ON history (until)" },
	};
	struct lab *lab = *state;

	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		lab_ask(lab, changes[i][0]);
		assert_refused(lab, -EMEDIUMTYPE, "are not those of op25b");
		lab_ask(lab, changes[i][1]);
	}
	assert_int_equal(open_as(lab, lab->path, OP25B_SESSIONS_WRITE), 0);
}

static void a_reader_makes_nothing(void **state)
{
	struct lab *lab = *state;

	op25b_sessions_close(&lab->store);
	lab_ask(lab, "DROP SCHEMA op25b CASCADE");
	assert_int_equal(open_as(lab, lab->path, OP25B_SESSIONS_READ), -EMEDIUMTYPE);
	assert_non_null(strstr(lab->error.text, "no tables there yet; op25b-radiusd makes them"));
	assert_int_equal(lab_ask(lab, "SELECT count(*) FROM pg_namespace WHERE nspname = 'op25b'"),
			 0);
}

static void a_password_is_never_shown(void **state)
{
	static const char *const locations[] = {
		"postgresql://op25b:hunter2@127.0.0.1:1/op25b",
		"postgres://op25b:hunter2@127.0.0.1:1/op25b",
		"postgresql://127.0.0.1:1/op25b?user=op25b&password=hunter2",
		"postgresql://op25b:a@hunter2@127.0.0.1:1/op25b",
		"postgresql://op25b:a/hunter2@127.0.0.1:1/op25b",
		"postgresql://op25b:a%hunter2@127.0.0.1:1/op25b",
		"postgresql://op25b:a?hunter2@127.0.0.1:1/op25b",
		"postgresql://op25b:a:hunter2@127.0.0.1:1/op25b",
		"postgresql://op25b@127.0.0.1:1/op25b?pass=hunter2",
		"postgresql://op25b@127.0.0.1:1/op25b?password=hunter2&x",
	};
	struct lab *lab = *state;

	for (size_t i = 0; i < sizeof(locations) / sizeof(locations[0]); i++) {
		int r = open_as(lab, locations[i], OP25B_SESSIONS_READ);

		assert_true(r == -ENOTCONN || r == -EINVAL);
		if (strstr(lab->error.text, "hunter"))
			fail_msg("%s", lab->error.text);
		assert_null(strstr(lab->error.text, "\n"));
	}
	assert_int_equal(open_as(lab, locations[0], OP25B_SESSIONS_READ), -ENOTCONN);
	assert_non_null(
		strstr(lab->error.text, "postgresql://op25b@127.0.0.1:1/op25b: connecting"));
}

static int pass(void *arg, const struct op25b_holding *holding)
{
	(void)arg;
	(void)holding;
	return 0;
}

static int pass_change(void *arg, const struct op25b_change *change)
{
	(void)arg;
	(void)change;
	return 0;
}

static int pass_nas(void *arg, const struct op25b_nas_status *nas)
{
	(void)arg;
	(void)nas;
	return 0;
}

/* Whatever a row says, each call gives 0 or an error with its text. Returns how many fail so. */
static int try_all(struct lab *lab)
{
	const struct op25b_acct batch[] = {
		lab_acct(OP25B_ACCT_INTERIM, "bng1", "a", 3000, "192.0.2.1 192.0.2.9"),
		lab_acct(OP25B_ACCT_STOP, "bng1", "a", 3001, ""),
		lab_acct(OP25B_ACCT_START, "bng1", "c", 3001, "192.0.2.8"),
	};
	const struct op25b_prefix inside = lab_prefix("192.0.2.1");
	const struct op25b_sessions_query by_address = { .inside = &inside,
							 .until = INT64_MAX,
							 .limit = 9 },
					  by_line = { .user_name = "user-b",
						      .until = INT64_MAX,
						      .limit = 9 };
	struct op25b_position position = { .origin = 0 }, log = lab->copy.position;
	struct op25b_sessions_health health;
	int r[6], failed = 0;

	log.seq = 0;
	r[0] = op25b_sessions_snapshot(lab->store, pass, NULL, &position, &lab->error);
	r[1] = op25b_sessions_tail(lab->store, &log, 100, pass_change, NULL, &lab->error);
	r[2] = op25b_sessions_history(lab->store, &by_address, pass, NULL, &lab->error);
	r[3] = op25b_sessions_history(lab->store, &by_line, pass, NULL, &lab->error);
	r[4] = op25b_sessions_health(lab->store, &health, pass_nas, NULL, &lab->error);
	r[5] = op25b_sessions_apply(lab->store, batch, 3, 3001, NULL, &lab->error);
	for (int i = 0; i < 6; i++) {
		assert_true(r[i] == 0 || r[i] == -EBADMSG);
		failed += r[i] < 0;
	}
	assert_true(op25b_sessions_sweep(lab->store, 4000, 10, &lab->error) <= 1);
	return failed;
}

static void a_row_that_makes_no_sense_is_an_error(void **state)
{
	static const char *const damages[] = {
		"UPDATE binding SET prefix = '\\x04c000020121'",
		"UPDATE binding SET prefix = '\\x04c000020118'",
		"UPDATE binding SET prefix = '\\x05c000020120'",
		"UPDATE session SET claims = '\\x04c0'",
		"UPDATE session SET claims = '\\x06'",
		"UPDATE session SET by = 7",
		"UPDATE holder SET user_name = repeat('x', 600)",
		"UPDATE holder SET class = repeat('x', 600)",
		"UPDATE nas SET name = repeat('x', 600)",
		"UPDATE change SET op = 3",
		"DELETE FROM change WHERE seq = 2",
		"UPDATE change SET prefix = '\\x04'",
		"UPDATE history SET prefix = '\\x0620'",
		"DELETE FROM holder",
		"DELETE FROM meta",
		"UPDATE meta SET holder = 0",
	};
	struct lab *lab = *state;

	for (size_t i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
		op25b_sessions_close(&lab->store);
		lab_ask(lab, "DROP SCHEMA op25b CASCADE");
		lab->copy.position.origin = 0;
		lab_open(lab);
		lab_tell(lab, OP25B_ACCT_START, "bng1", "b", 1000, "192.0.2.1");
		lab_tell(lab, OP25B_ACCT_STOP, "bng1", "b", 1500, "");
		lab_tell(lab, OP25B_ACCT_START, "bng1", "a", 2000, "192.0.2.1");
		lab_ask(lab, damages[i]);
		if (!try_all(lab))
			fail_msg("%s: nothing noticed it", damages[i]);
	}
}

/* Whoever uses the same server in the meantime. */
static void a_connection_that_the_server_ended_is_made_anew(void **state)
{
	struct lab *lab = *state;

	lab_tell(lab, OP25B_ACCT_START, "bng1", "a", 1000, "192.0.2.1");
	lab_ask(lab, "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity "
		     "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'");
	lab_tell(lab, OP25B_ACCT_START, "bng1", "b", 1000, "192.0.2.2");
	assert_holder(lab, "192.0.2.1", "bng1/a");
	assert_holder(lab, "192.0.2.2", "bng1/b");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, lab_set_up, lab_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(collectors_meet_an_empty_database_at_once),
		TEST(a_newer_layout_is_refused),
		TEST(another_programs_schema_is_refused),
		TEST(a_schema_with_more_or_less_in_it_is_refused),
		TEST(a_reader_makes_nothing),
		TEST(a_password_is_never_shown),
		TEST(a_row_that_makes_no_sense_is_an_error),
		TEST(a_connection_that_the_server_ended_is_made_anew),
	};

	if (!lab_postgresql())
		return 2;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
