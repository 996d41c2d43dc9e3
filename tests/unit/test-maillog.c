/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines of Postfix's log, real and forged: tests/mail/log/postfix.log. */
#include "tests/unit/test.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "mail/maillog.h"

/* As the outcomes of the file are written. */
static void describe(const struct op25b_maillog_event *event, char *text, size_t size)
{
	static const char *const words[] = {
		"-", "QUEUED", "NOT_TAKEN", "RESULT", "GONE", "HUNG_UP"
	};
	char client[INET6_ADDRSTRLEN] = "?";
	int n = snprintf(text, size, "%s", words[event->kind]);

	if (event->kind == OP25B_MAILLOG_HUNG_UP) {
		if (event->client.family != OP25B_NO_FAMILY)
			inet_ntop(event->client.family == OP25B_V4 ? AF_INET : AF_INET6,
				  event->client.addr, client, sizeof(client));
		n += snprintf(text + n, size - (size_t)n, " %u %s", event->pid, client);
		if (event->client_port)
			snprintf(text + n, size - (size_t)n, " %u", event->client_port);
	} else if (event->kind == OP25B_MAILLOG_RESULT) {
		snprintf(text + n, size - (size_t)n, " %s %u.%u.%u%s", event->queue_id,
			 event->dsn[0], event->dsn[1], event->dsn[2],
			 event->bounced ? " bounced" : "");
	} else if (event->kind != OP25B_MAILLOG_NOTHING) {
		snprintf(text + n, size - (size_t)n, " %s", event->queue_id);
	}
}

/* The line at the end of memory of its own, so that a look behind it is noticed. */
static void read_line(const char *line, size_t size, struct op25b_maillog_event *ret)
{
	OP25B_AUTO_FREE char *copy = malloc(size ? size : 1);

	assert_non_null(copy);
	memcpy(copy, line, size);
	op25b_maillog_read(copy, size, ret);
}

static void every_line_means_what_stands_over_it(void **state)
{
	OP25B_AUTO_FCLOSE FILE *file = NULL;
	OP25B_AUTO_FREE char *outcome = NULL, *line = NULL;
	char path[4096], found[128];
	size_t outcome_room = 0, line_room = 0, lines = 0;
	struct op25b_maillog_event event;
	ssize_t size;

	(void)state;
	snprintf(path, sizeof(path), "%s/tests/mail/log/postfix.log", getenv("OP25B_SOURCE_DIR"));
	file = fopen(path, "r");
	assert_non_null(file);
	while ((size = getline(&outcome, &outcome_room, file)) > 0) {
		if (*outcome == '#')
			continue;
		outcome[size - 1] = '\0';
		size = getline(&line, &line_room, file);
		assert_true(size > 0);
		read_line(line, (size_t)size - 1, &event);
		describe(&event, found, sizeof(found));
		if (strcmp(found, outcome) != 0)
			fail_msg("%s, not %s: %s", found, outcome, line);
		/* A cut line never means anything else than the whole one. */
		for (ssize_t cut = 0; *outcome != '-' && cut < size - 1; cut++) {
			read_line(line, (size_t)cut, &event);
			describe(&event, found, sizeof(found));
			if (event.kind != OP25B_MAILLOG_NOTHING && strcmp(found, outcome) != 0)
				fail_msg("%s, not %s, cut at %zd: %s", found, outcome, cut, line);
		}
		lines++;
	}
	assert_true(lines > 80);
}

static void octets_of_any_kind_mean_nothing(void **state)
{
	static const char zeroes[64], line[] = "Nov 27 01:13:41 mail postfix/qmgr[1]: 3F2A1C0D9E"
					       ": removed";
	struct op25b_maillog_event event;
	char copy[sizeof(line)];

	(void)state;
	read_line(zeroes, sizeof(zeroes), &event);
	assert_int_equal(event.kind, OP25B_MAILLOG_NOTHING);
	for (size_t i = 0; i + 1 < sizeof(line); i++) {
		memcpy(copy, line, sizeof(line));
		copy[i] = '\0';
		read_line(copy, sizeof(line) - 1, &event);
		assert_true(event.kind == OP25B_MAILLOG_NOTHING ||
			    strcmp(event.queue_id, "3F2A1C0D9E") == 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_line_means_what_stands_over_it),
		cmocka_unit_test(octets_of_any_kind_mean_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
