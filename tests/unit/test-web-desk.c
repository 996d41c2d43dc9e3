/* SPDX-License-Identifier: BSD-2-Clause */
/* What op25b-webd keeps, and what it makes of other daemons' answers. */
#include "tests/unit/codes-lab.h"

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

#include "webd/codes.h"
#include "webd/draws.h"
#include "webd/facts.h"
#include "webd/probes.h"

#define NOW  1830000000
#define HOUR 3600

static void give(const char *line, enum op25b_outcome outcome, int64_t at,
		 char ret[static OP25B_CODE_TEXT])
{
	const struct op25b_page_code of = { .line = line,
					    .outcome = outcome,
					    .answers = "where=home",
					    .probe = "465 good",
					    .lang = OP25B_EN,
					    .at = at };

	if (op25b_codes_give(codes, &of, ret, &error))
		fail_msg("%s", error.text);
}

static void a_line_has_a_code_an_hour_for_each_outcome(void **state)
{
	char first[OP25B_CODE_TEXT], other[OP25B_CODE_TEXT];
	uint64_t number;

	(void)state;
	give("L-1", OP25B_O_SUSPECT, NOW, first);
	assert_int_equal(*first, '2');
	assert_int_equal(op25b_code_parse(first, &number), 0);
	give("L-1", OP25B_O_SUSPECT, NOW + 1, other);
	assert_string_equal(first, other);
	give("L-2", OP25B_O_SUSPECT, NOW, other);
	assert_string_not_equal(first, other);
	give("L-1", OP25B_O_OUTAGE, NOW, other);
	assert_string_not_equal(first, other);
	give("L-1", OP25B_O_SUSPECT, NOW + HOUR, other);
	assert_string_not_equal(first, other);
	codes_lab_reopen();
	give("L-1", OP25B_O_SUSPECT, NOW, other);
	assert_string_equal(first, other);
}

static void give_answers(const char *line, const char *answers, char ret[static OP25B_CODE_TEXT])
{
	const struct op25b_page_code of = { .line = line,
					    .outcome = OP25B_O_UNKNOWN,
					    .answers = answers,
					    .probe = "",
					    .lang = OP25B_JA,
					    .at = NOW };

	if (op25b_codes_give(codes, &of, ret, &error))
		fail_msg("%s", error.text);
}

static void copy_answers(void *arg, const struct op25b_page_code *code)
{
	snprintf(arg, 40, "%s", code->answers);
}

static void assert_answers(const char *code, const char *expected)
{
	char answers[40];
	uint64_t number;

	assert_int_equal(op25b_code_parse(code, &number), 0);
	assert_int_equal(op25b_codes_find(codes, number, copy_answers, answers, &error), 0);
	assert_string_equal(answers, expected);
}

static void a_code_is_nobody_elses_and_says_what_was_said_last(void **state)
{
	char first[OP25B_CODE_TEXT], other[OP25B_CODE_TEXT];

	(void)state;
	give_answers("", "where=home", first);
	give_answers("", "where=hotel", other);
	assert_string_not_equal(first, other);
	assert_answers(first, "where=home");
	assert_answers(other, "where=hotel");
	give_answers("L-3", "where=home", first);
	give_answers("L-3", "where=office", other);
	assert_string_equal(first, other);
	assert_answers(first, "where=office");
}

static void visitors_without_a_line_have_a_bound_together(void **state)
{
	struct op25b_page_code of = { .line = "", .answers = "", .probe = "", .at = NOW + HOUR };
	char code[OP25B_CODE_TEXT];

	(void)state;
	for (unsigned int i = 0; i < OP25B_CODES_UNTOLD; i++)
		assert_int_equal(op25b_codes_give(codes, &of, code, &error), 0);
	assert_int_equal(op25b_codes_give(codes, &of, code, &error), -EAGAIN);
	/* Strangers take nothing from customers whose line can't be told, nor from lines. */
	of.ours = true;
	assert_int_equal(op25b_codes_give(codes, &of, code, &error), 0);
	of.line = "L-4";
	assert_int_equal(op25b_codes_give(codes, &of, code, &error), 0);
	of = (struct op25b_page_code){ .line = "", .answers = "", .probe = "", .at = of.at + 60 };
	assert_int_equal(op25b_codes_give(codes, &of, code, &error), 0);
}

static void the_file_has_a_bound(void **state)
{
	static const char fill[] =
		"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)"
		" INSERT INTO code (code, line, outcome, answers, probe, language, at)"
		" SELECT i, 'many', 'unknown', '', '', 'ja', 1 FROM n";
	const struct op25b_page_code of = { .line = "L-5", .answers = "", .probe = "", .at = NOW };
	char text[OP25B_CODE_TEXT];
	sqlite3 *db;

	(void)state;
	op25b_codes_close(&codes);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, fill, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	codes_lab_reopen();
	assert_int_equal(op25b_codes_give(codes, &of, text, &error), -ENOSPC);
	/* Staff's look-ups are noted all the same, and room comes with time. */
	assert_int_equal(op25b_codes_note_staff(codes, NOW, "aoi", "code", "a call", &error), 0);
	assert_int_equal(op25b_codes_sweep(codes, NOW, 2, 0, &error), 0);
	assert_int_equal(op25b_codes_give(codes, &of, text, &error), 0);
}

static void look(void *arg, const struct op25b_page_code *code)
{
	assert_string_equal(code->line, "L-9");
	assert_int_equal(code->outcome, OP25B_O_OUTAGE);
	assert_string_equal(code->answers, "where=home");
	assert_string_equal(code->probe, "465 good");
	assert_int_equal(code->lang, OP25B_EN);
	*(int64_t *)arg = code->at;
}

static void a_code_says_what_it_was_drawn_for(void **state)
{
	char text[OP25B_CODE_TEXT];
	uint64_t number;
	int64_t at = 0;

	(void)state;
	give("L-9", OP25B_O_OUTAGE, NOW, text);
	assert_int_equal(op25b_code_parse(text, &number), 0);
	assert_int_equal(op25b_codes_find(codes, number, look, &at, &error), 0);
	assert_int_equal(at, NOW);
	assert_int_equal(op25b_codes_find(codes, 1234567890, look, &at, &error), -ENOENT);
}

static void read_note(void *arg, const struct op25b_staff_note *note)
{
	char *all = arg;

	snprintf(all + strlen(all), 200 - strlen(all), "%d %s %s %s;", (int)(note->at - NOW),
		 note->user, note->what, note->reason);
}

static void the_staff_log_is_read_newest_first(void **state)
{
	char all[200] = "";

	(void)state;
	for (int i = 0; i < 3; i++) {
		char what[] = { (char)('a' + i), '\0' };

		assert_int_equal(op25b_codes_note_staff(codes, NOW + i, "aoi", what, "why", &error),
				 0);
	}
	assert_int_equal(op25b_codes_read_staff(codes, 2, read_note, all, &error), 0);
	assert_string_equal(all, "2 aoi c why;1 aoi b why;");
}

/* Whether a file of the folder holds these bytes. */
static bool is_left(const char *bytes)
{
	static const char *const ends[] = { "", "-wal", "-shm", "-journal" };
	bool found = false;

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		char name[80], *whole;
		struct stat info;
		int fd;

		snprintf(name, sizeof(name), "%s%s", path, ends[i]);
		fd = open(name, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			continue;
		assert_int_equal(fstat(fd, &info), 0);
		whole = malloc((size_t)info.st_size + 1);
		assert_non_null(whole);
		assert_int_equal(read(fd, whole, (size_t)info.st_size), info.st_size);
		found |= memmem(whole, (size_t)info.st_size, bytes, strlen(bytes)) != NULL;
		free(whole);
		/* SQLite's locks of this process go with it: nothing is written any more. */
		close(fd);
	}
	return found;
}

static void what_is_over_its_time_leaves_no_bytes(void **state)
{
	char text[OP25B_CODE_TEXT];

	(void)state;
	for (int i = 0; i < 200; i++) {
		char line[40];

		snprintf(line, sizeof(line), "forget-me-%d", i);
		give(line, OP25B_O_OUTAGE, NOW, text);
		assert_int_equal(op25b_codes_note_staff(codes, NOW, "forgotten-user", text,
							"forgotten-reason", &error),
				 0);
	}
	/* By a clock that was years ahead. */
	give("forget-me-too", OP25B_O_OUTAGE, NOW + 400 * 86400LL, text);
	give("keep-me", OP25B_O_OUTAGE, NOW + 10, text);
	assert_int_equal(op25b_codes_sweep(codes, NOW, NOW + 1, NOW + 1, &error), 0);
	op25b_codes_close(&codes);
	assert_false(is_left("forget"));
	assert_true(is_left("keep-me"));
	codes_lab_reopen();
}

static void what_was_given_survives_a_kill(void **state)
{
	char text[OP25B_CODE_TEXT], again[OP25B_CODE_TEXT];
	int ends[2], status;
	pid_t child;

	(void)state;
	op25b_codes_close(&codes);
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	child = fork();
	if (!child) {
		codes_lab_reopen();
		give("killed", OP25B_O_OUTAGE, NOW, text);
		if (write(ends[1], text, sizeof(text)) == sizeof(text))
			raise(SIGKILL);
		_exit(1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	assert_int_equal(read(ends[0], text, sizeof(text)), sizeof(text));
	close(ends[0]);
	close(ends[1]);
	codes_lab_reopen();
	give("killed", OP25B_O_OUTAGE, NOW, again);
	assert_string_equal(text, again);
}

static int open_other(const char *name, const char *bytes)
{
	struct op25b_codes *other = NULL;
	char where[80];
	int fd, r;

	snprintf(where, sizeof(where), "%s/%s", folder, name);
	fd = open(where, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0 && write(fd, bytes, strlen(bytes)) == (ssize_t)strlen(bytes));
	close(fd);
	r = op25b_codes_open(where, &other, &error);
	assert_null(other);
	unlink(where);
	return r;
}

static void only_a_file_of_ours_is_taken(void **state)
{
	struct op25b_codes *other = NULL;

	(void)state;
	assert_int_not_equal(open_other("text", "this is no database, but a text of some length\n"),
			     0);
	assert_int_equal(op25b_codes_open(folder, &other, &error), -EMEDIUMTYPE);
	assert_int_equal(op25b_codes_open("/nonexistent/state.db", &other, &error), -ENOENT);
}

static void odd_answers_are_not_known(void **state)
{
	static const char *const odd[] = {
		"{}",
		"{\"schema\":\"op25b.facts/2\",\"kept\":true}",
		"{\"schema\":7,\"kept\":true}",
		"{\"schema\":\"op25b.facts/1\",\"kept\":false}",
		"{\"schema\":\"op25b.facts/1\"}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		struct op25b_line_facts line = { .known = false };
		struct op25b_caller_facts caller = { .known = false };
		struct op25b_echo_facts echo = { .known = false };
		json_t *answer = json_loads(odd[i], 0, NULL);

		op25b_facts_read_line(answer, &line);
		op25b_facts_read_caller(answer, &caller);
		op25b_facts_read_echo(answer, &echo);
		assert_false(line.known || caller.known || echo.known);
		json_decref(answer);
	}
	op25b_facts_read_line(NULL, &(struct op25b_line_facts){ .known = false });
}

static void answers_are_read(void **state)
{
	struct op25b_line_facts line = { .known = false };
	struct op25b_caller_facts caller = { .known = false };
	struct op25b_echo_facts echo = { .known = false };
	json_t *answer = json_loads(
		"{\"schema\":\"op25b.facts/1\",\"kept\":true,\"attempts\":3,\"destinations\":-1,"
		"\"suspect\":true,\"since\":1860,\"last\":{\"at\":\"2027-04-01T00:00:00Z\","
		"\"reason\":\"foreign-server\"}}",
		0, NULL);

	(void)state;
	op25b_facts_read_line(answer, &line);
	json_decref(answer);
	assert_true(line.known && line.suspect);
	assert_int_equal(line.attempts, 3);
	assert_int_equal(line.since, 1860);
	assert_int_equal(line.destinations, 0);
	assert_int_equal(line.last, 1806537600);
	assert_int_equal(line.reason, OP25B_FOREIGN_SERVER);
	answer = json_loads("{\"schema\":\"op25b.caller/1\",\"line_known\":true,"
			    "\"accounts\":{\"stopped\":true},"
			    "\"limit\":{\"until\":1806537600},\"last_refusal\":null}",
			    0, NULL);
	op25b_facts_read_caller(answer, &caller);
	json_decref(answer);
	assert_true(caller.known && caller.line_known && caller.stopped && !caller.held);
	assert_int_equal(caller.limit_until, 1806537600);
	assert_int_equal(caller.refused_at, 0);
	answer = json_loads("{\"schema\":\"op25b.echo/1\",\"known\":true,\"arrived\":true,"
			    "\"at\":1,\"tls\":true,\"port\":465,\"family\":\"v6\"}",
			    0, NULL);
	op25b_facts_read_echo(answer, &echo);
	json_decref(answer);
	assert_true(echo.known && echo.arrived && echo.told && echo.tls && !echo.auth);
	assert_int_equal(echo.port, 465);
	assert_int_equal(echo.family, OP25B_V6);
	/* Where nobody wrote down how it came; and times that no clock shows. */
	answer = json_loads("{\"schema\":\"op25b.echo/1\",\"known\":true,\"arrived\":true,"
			    "\"at\":9223372036854775807,\"tls\":null,\"auth\":null}",
			    0, NULL);
	echo = (struct op25b_echo_facts){ .known = false };
	op25b_facts_read_echo(answer, &echo);
	json_decref(answer);
	assert_true(echo.arrived && !echo.told);
	assert_int_equal(echo.at, 0);
}

static void nobody_draws_the_addresses_of_others_away(void **state)
{
	static struct op25b_draws draws;
	struct op25b_prefix who = { OP25B_V6, 128, { 0x20, 1, 0x0d, 0xb8 } },
			    v4 = { OP25B_V4, 32, { 0 } };
	unsigned int n = 0, all;

	(void)state;
	/* A home has as many addresses as it likes. */
	for (int i = 0; i < 100; i++) {
		who.addr[15] = (uint8_t)i;
		n += op25b_draws_take(&draws, &who, NOW);
	}
	assert_int_equal(n, OP25B_DRAWS_HOUR);
	assert_true(op25b_draws_take(&draws, &v4, NOW));
	assert_true(op25b_draws_take(&draws, &who, NOW + HOUR));
	/* All together, within a minute. */
	n = 0;
	for (all = 0; all < 20000; all++) {
		memcpy(v4.addr, &all, sizeof(all));
		n += op25b_draws_take(&draws, &v4, NOW + 2 * HOUR);
	}
	assert_int_equal(n, OP25B_DRAWS_MINUTE);
	assert_true(op25b_draws_take(&draws, &who, NOW + 2 * HOUR + 60));
}

static void a_report_that_is_no_file_is_not_waited_for(void **state)
{
	struct op25b_probe_facts probe = { .at = 1 };
	char name[80];

	(void)state;
	snprintf(name, sizeof(name), "%s/fifo", folder);
	assert_int_equal(mkfifo(name, 0600), 0);
	op25b_probes_read(name, NOW, &probe);
	assert_int_equal(probe.at, 0);
	unlink(name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_has_a_code_an_hour_for_each_outcome),
		cmocka_unit_test(a_code_is_nobody_elses_and_says_what_was_said_last),
		cmocka_unit_test(visitors_without_a_line_have_a_bound_together),
		cmocka_unit_test(the_file_has_a_bound),
		cmocka_unit_test(a_code_says_what_it_was_drawn_for),
		cmocka_unit_test(the_staff_log_is_read_newest_first),
		cmocka_unit_test(what_is_over_its_time_leaves_no_bytes),
		cmocka_unit_test(what_was_given_survives_a_kill),
		cmocka_unit_test(only_a_file_of_ours_is_taken),
		cmocka_unit_test(odd_answers_are_not_known),
		cmocka_unit_test(answers_are_read),
		cmocka_unit_test(nobody_draws_the_addresses_of_others_away),
		cmocka_unit_test(a_report_that_is_no_file_is_not_waited_for),
	};

	return cmocka_run_group_tests(tests, codes_lab_setup, codes_lab_teardown);
}
