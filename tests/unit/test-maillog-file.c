/* SPDX-License-Identifier: BSD-2-Clause */
/* Following a log: every line once, through rotation, death and what is no text. */
#include "tests/unit/mail-state.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>

#include "mail/maillog-file.h"

struct log_fixture {
	struct fixture f;
	char path[96];
	struct op25b_maillog_file *file;
	char seen[256]; /* the queue ids of the events, in order */
	int refuse;     /* give up at this event; 0: never */
};

/* The fixture's state is borrowed through a copy, so that its own tear-down works. */
static int set_up_log(void **state)
{
	struct log_fixture *l = calloc(1, sizeof(*l));
	struct fixture *f;

	assert_non_null(l);
	assert_int_equal(set_up(state), 0);
	f = *state;
	l->f = *f;
	free(f);
	snprintf(l->path, sizeof(l->path), "%s/mail.log", l->f.folder);
	*state = l;
	return 0;
}

static int tear_down_log(void **state)
{
	struct log_fixture *l = *state;

	op25b_maillog_file_close(&l->file);
	return tear_down(state);
}

static void append(const struct log_fixture *l, const char *path, const void *data, size_t size)
{
	const int fd = open(path ? path : l->path, O_WRONLY | O_APPEND | O_CREAT, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, size), size);
	close(fd);
}

static void write_text(const struct log_fixture *l, const char *text)
{
	append(l, NULL, text, strlen(text));
}

/* A line whose event is known by its queue id. */
static const char *gone(const char *id)
{
	static char line[128];

	snprintf(line, sizeof(line), "Nov 27 01:13:40 mail postfix/qmgr[183]: ABCDE%s: removed\n",
		 id);
	return line;
}

static void follow(struct log_fixture *l)
{
	op25b_maillog_file_close(&l->file);
	if (op25b_maillog_file_open(l->path, l->f.state, &l->file, &l->f.error) < 0)
		fail_msg("%s", l->f.error.text);
}

/* As after kill -9. */
static void die(struct log_fixture *l)
{
	op25b_maillog_file_close(&l->file);
	reopen(&l->f);
	follow(l);
}

static void add(char text[static 256], const char *more)
{
	const size_t used = strlen(text);

	assert_true(used + strlen(more) < 256);
	snprintf(text + used, 256 - used, "%s", more);
}

static int see(void *arg, const struct op25b_maillog_event *event)
{
	struct log_fixture *l = arg;

	assert_int_equal(event->kind, OP25B_MAILLOG_GONE);
	if (l->refuse && --l->refuse == 0)
		return -EIO;
	add(l->seen, event->queue_id + 5);
	add(l->seen, " ");
	return 0;
}

/* One call, in a turn of its own. */
static int read_once(struct log_fixture *l, bool keep)
{
	int r;

	begin(&l->f);
	r = op25b_maillog_file_read(l->file, see, l, &l->f.error);
	if (keep && r >= 0)
		commit(&l->f);
	else
		op25b_state_rollback(l->f.state);
	return r;
}

static const char *read_all(struct log_fixture *l)
{
	int r, calls = 0;

	*l->seen = '\0';
	while ((r = read_once(l, true)) == 1)
		assert_true(++calls < 1000);
	assert_int_equal(r, 0);
	return l->seen;
}

static void what_stood_there_before_the_first_time_is_not_read(void **state)
{
	struct log_fixture *l = *state;

	write_text(l, gone("1"));
	write_text(l, "Nov 27 01:13:40 mail postfix/qmgr[183]: ABCDE2: rem");
	follow(l);
	write_text(l, "oved\n");
	write_text(l, gone("3"));
	assert_string_equal(read_all(l), "3 ");
	assert_string_equal(read_all(l), "");
}

static void a_line_counts_when_its_newline_is_there(void **state)
{
	struct log_fixture *l = *state;
	const char *line = gone("1");

	write_text(l, "");
	follow(l);
	for (const char *p = line; p[1]; p++) {
		append(l, NULL, p, 1);
		assert_string_equal(read_all(l), "");
		if ((p - line) % 10 == 0)
			die(l);
	}
	write_text(l, "\n");
	assert_string_equal(read_all(l), "1 ");
}

static void a_file_that_comes_later_is_read_from_its_beginning(void **state)
{
	struct log_fixture *l = *state;

	follow(l);
	assert_string_equal(read_all(l), "");
	die(l);
	write_text(l, gone("1"));
	assert_string_equal(read_all(l), "1 ");
	assert_int_equal(unlink(l->path), 0);
	assert_string_equal(read_all(l), "");
	write_text(l, gone("2"));
	assert_string_equal(read_all(l), "2 ");
}

static void a_turn_that_is_not_kept_reads_the_same_again(void **state)
{
	struct log_fixture *l = *state;

	write_text(l, "");
	follow(l);
	write_text(l, gone("1"));
	write_text(l, gone("2"));
	assert_int_equal(read_once(l, false), 0);
	assert_string_equal(l->seen, "1 2 ");
	*l->seen = '\0';
	l->refuse = 2;
	assert_int_equal(read_once(l, true), -EIO);
	assert_string_equal(l->seen, "1 ");
	die(l);
	assert_string_equal(read_all(l), "1 2 ");
	die(l);
	assert_string_equal(read_all(l), "");
}

static void rename_log(struct log_fixture *l, const char *suffix, char ret[static 128])
{
	snprintf(ret, 128, "%s%s", l->path, suffix);
	assert_int_equal(rename(l->path, ret), 0);
}

/* The writer goes on in the renamed file until it is told; no order of looking loses a line. */
static void a_renamed_file_is_read_to_its_end(void **state)
{
	struct log_fixture *l = *state;
	char old[128];

	for (int look = 0; look < 16; look++) {
		char all[256] = "";

		unlink(l->path);
		write_text(l, "");
		die(l);
		read_all(l);
		write_text(l, gone("1"));
		if (look & 1)
			add(all, read_all(l));
		rename_log(l, ".1", old);
		append(l, old, gone("2"), strlen(gone("2")));
		if (look & 2)
			add(all, read_all(l));
		write_text(l, "");
		append(l, old, gone("3"), strlen(gone("3")));
		if (look & 4)
			add(all, read_all(l));
		if (look & 8)
			die(l);
		write_text(l, gone("4"));
		add(all, read_all(l));
		assert_string_equal(all, "1 2 3 4 ");
		assert_string_equal(read_all(l), "");
	}
}

static void a_file_renamed_while_nobody_looked_is_found(void **state)
{
	struct log_fixture *l = *state;
	char old[128];

	write_text(l, gone("0"));
	follow(l);
	write_text(l, gone("1"));
	assert_string_equal(read_all(l), "1 ");
	write_text(l, gone("2"));
	op25b_maillog_file_close(&l->file);
	rename_log(l, "-20261127", old);
	write_text(l, gone("3"));
	die(l);
	assert_string_equal(read_all(l), "2 3 ");
	/* Gone for good: what is left is read. */
	write_text(l, gone("4"));
	op25b_maillog_file_close(&l->file);
	assert_int_equal(unlink(l->path), 0);
	write_text(l, gone("5"));
	die(l);
	assert_string_equal(read_all(l), "5 ");
}

static void a_truncated_file_is_read_from_its_beginning(void **state)
{
	struct log_fixture *l = *state;

	write_text(l, "");
	follow(l);
	write_text(l, gone("1"));
	write_text(l, gone("2"));
	assert_string_equal(read_all(l), "1 2 ");
	assert_int_equal(truncate(l->path, 0), 0);
	assert_string_equal(read_all(l), "");
	write_text(l, gone("3"));
	assert_string_equal(read_all(l), "3 ");
	/* It is as long again before anybody looks. */
	assert_int_equal(truncate(l->path, 0), 0);
	write_text(l, gone("4"));
	assert_string_equal(read_all(l), "4 ");
	assert_int_equal(truncate(l->path, 0), 0);
	write_text(l, gone("5"));
	write_text(l, gone("6"));
	die(l);
	assert_string_equal(read_all(l), "5 6 ");
}

/* 10 MB in a bounded memory and in bounded pieces. */
static void a_line_without_end_is_passed_over(void **state)
{
	struct log_fixture *l = *state;
	const size_t size = 10 << 20;
	char *line = malloc(size);
	int calls = 0;

	assert_non_null(line);
	memset(line, 'x', size);
	write_text(l, "");
	follow(l);
	write_text(l, gone("1"));
	append(l, NULL, line, size);
	assert_string_equal(read_all(l), "1 ");
	die(l);
	write_text(l, gone("0"));
	write_text(l, gone("2"));
	assert_string_equal(read_all(l), "2 ");
	/* Of a long line with a meaning the rest is left out. */
	memset(line, ' ', size);
	append(l, NULL, gone("3"), strlen(gone("3")) - 1);
	append(l, NULL, line, size);
	write_text(l, "\n");
	write_text(l, gone("4"));
	*l->seen = '\0';
	while (read_once(l, true) == 1)
		calls++;
	assert_string_equal(l->seen, "4 ");
	assert_true(calls > 100);
	free(line);
}

static void octets_that_are_no_text_are_passed_over(void **state)
{
	struct log_fixture *l = *state;
	char octets[5000];
	uint32_t n = 1;

	write_text(l, "");
	follow(l);
	for (int round = 0; round < 20; round++) {
		for (size_t i = 0; i < sizeof(octets); i++) {
			n = n * 1664525 + 1013904223;
			octets[i] = (char)(round % 2 ? 0 : n >> 24);
		}
		append(l, NULL, octets, sizeof(octets));
		write_text(l, "\n");
		write_text(l, gone("1"));
		assert_string_equal(read_all(l), "1 ");
	}
}

static void nothing_of_a_line_is_kept(void **state)
{
	static const char sql[] = "SELECT count(*) FROM maillog WHERE typeof(tail) = 'integer'";
	struct log_fixture *l = *state;
	sqlite3_stmt *statement;
	char content[65536];
	int fd;

	write_text(l, "");
	follow(l);
	write_text(l, "Nov 27 01:13:41 mail postfix/smtp[1]: ABCDE: said <bob@far.example>\n");
	assert_string_equal(read_all(l), "");
	statement = op25b_state_statement(l->f.state, sql);
	assert_int_equal(op25b_state_step(statement), 1);
	assert_int_equal(sqlite3_column_int(statement, 0), 1);
	sqlite3_reset(statement);
	assert_int_equal(op25b_state_shrink(l->f.state, &l->f.error), 0);
	fd = open(l->f.file, O_RDONLY);
	for (ssize_t size; (size = read(fd, content, sizeof(content))) > 0;)
		assert_null(memmem(content, (size_t)size, "far.example", 11));
	close(fd);
}

static void it_tells_when_there_is_more(void **state)
{
	struct log_fixture *l = *state;
	struct pollfd fd = { .events = POLLIN };

	follow(l);
	read_all(l);
	fd.fd = op25b_maillog_file_descriptor(l->file);
	assert_int_equal(poll(&fd, 1, 0), 0);
	write_text(l, gone("1"));
	assert_int_equal(poll(&fd, 1, 10000), 1);
	assert_string_equal(read_all(l), "1 ");
}

static void what_is_no_file_is_told(void **state)
{
	struct log_fixture *l = *state;
	struct op25b_maillog_file *other = NULL;

	assert_int_equal(mkfifo(l->path, 0600), 0);
	follow(l);
	begin(&l->f);
	assert_int_equal(op25b_maillog_file_read(l->file, see, l, &l->f.error), -EINVAL);
	op25b_state_rollback(l->f.state);
	assert_int_equal(
		op25b_maillog_file_open("/nonexistent/mail.log", l->f.state, &other, &l->f.error),
		-ENOENT);
	assert_non_null(strstr(l->f.error.text, "/nonexistent/mail.log"));
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up_log, tear_down_log)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(what_stood_there_before_the_first_time_is_not_read),
		T(a_line_counts_when_its_newline_is_there),
		T(a_file_that_comes_later_is_read_from_its_beginning),
		T(a_turn_that_is_not_kept_reads_the_same_again),
		T(a_renamed_file_is_read_to_its_end),
		T(a_file_renamed_while_nobody_looked_is_found),
		T(a_truncated_file_is_read_from_its_beginning),
		T(a_line_without_end_is_passed_over),
		T(octets_that_are_no_text_are_passed_over),
		T(nothing_of_a_line_is_kept),
		T(it_tells_when_there_is_more),
		T(what_is_no_file_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
