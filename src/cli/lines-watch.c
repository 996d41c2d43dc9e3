/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `op25b lines --watch`: changes as they are written, op25b.change/1, till SIGINT, SIGTERM or the
 * reader's end. A store that is away is opened again until it is back.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/client.h"
#include "cli/field.h"
#include "cli/lines.h"

#define PERIOD_MS 200
#define BATCH     1000U

struct watch {
	const struct op25b_lines_question *question;
	struct op25b_lines_namer *namer;
	char *location;
	struct op25b_sessions *store; /* NULL while it is away */
	struct op25b_position position;
};

static volatile sig_atomic_t ended;

static void end(int signal)
{
	(void)signal;
	ended = 1;
}

static void print_text(const json_t *change)
{
	printf("%s %-5s %s line %s service %s user %s session %s on %s\n",
	       op25b_field_text(change, "at"), op25b_field_text(change, "op"),
	       op25b_field_text(change, "prefix"), op25b_field_text(change, "line"),
	       op25b_field_text(change, "service"), op25b_field_text(change, "user_name"),
	       op25b_field_text(change, "session"), op25b_field_text(change, "nas"));
}

/* Line by line also into a pipe; a reader that is gone ends it. */
static int print(const struct watch *w, const json_t *object)
{
	if (w->question->json)
		op25b_client_print(object);
	else
		print_text(object);
	return fflush(stdout) ? -EPIPE : 0;
}

static int take(void *arg, const struct op25b_change *change)
{
	struct watch *w = arg;
	json_t *described = op25b_lines_describe(w->namer, &change->prefix, &change->holder);
	json_t *object;
	int r = 0;

	object = json_pack("{s:s, s:I, s:o, s:s}", "schema", "op25b.change/1", "seq",
			   (json_int_t)change->seq, "at", op25b_lines_date(change->at), "op",
			   change->op == OP25B_CHANGE_SET ? "set" : "clear");
	if (json_object_update(object, described) < 0)
		r = -ENOMEM;
	else if (op25b_lines_is_meant(w->question, described))
		r = print(w, object);
	json_decref(described);
	json_decref(object);
	return r;
}

/* What was changed meanwhile can't be told any more. */
static int tell_gap(struct watch *w)
{
	json_t *object;
	int r;

	op25b_say(w->question->command, "changes were missed: the log no longer has them, or it is "
					"another store; going on from now");
	if (!w->question->json)
		return 0;
	object = json_pack("{s:s, s:n, s:n, s:s}", "schema", "op25b.change/1", "seq", "at", "op",
			   "missed");
	r = object ? print(w, object) : -ENOMEM;
	json_decref(object);
	return r;
}

static int go_to_the_end(struct watch *w, struct op25b_error *error)
{
	struct op25b_sessions_health health;
	int r = op25b_sessions_health(w->store, &health, NULL, NULL, error);

	if (r == 0)
		w->position = health.last;
	return r;
}

/* All there is. Returns 0, -EPIPE or -ENOMEM: it is over, or another error: the store is away. */
static int follow(struct watch *w, struct op25b_error *error)
{
	int64_t before;
	int r;

	do {
		before = w->position.seq;
		r = op25b_sessions_tail(w->store, &w->position, BATCH, take, w, error);
		if (r == -ESTALE) {
			r = tell_gap(w);
			if (r == 0)
				r = go_to_the_end(w, error);
			before = w->position.seq;
		}
	} while (r == 0 && w->position.seq > before && !ended);
	return r;
}

/* One look. Says once that the store is away, and once that it is back. Errors: it is over. */
static int look(struct watch *w)
{
	const struct op25b_command *command = w->question->command;
	const bool away = !w->store;
	struct op25b_error error = { .text = "" };
	int r = 0;

	if (away)
		r = op25b_lines_open(w->location, &w->store, &error);
	if (r == 0)
		r = follow(w, &error);
	if (r == -EPIPE || r == -ENOMEM)
		return r;
	if (r == 0 && away)
		op25b_say(command, "the store is back");
	if (r < 0 && !away)
		op25b_say(command, "%s; waiting for the store to come back", error.text);
	if (r < 0)
		op25b_sessions_close(&w->store);
	return 0;
}

/* Till a signal, the reader's end or -ENOMEM. Signals come only while it waits. */
static int watch(struct watch *w)
{
	struct pollfd reader = { .fd = STDOUT_FILENO };
	const struct timespec period = { .tv_nsec = PERIOD_MS * 1000000L };
	const struct sigaction act = { .sa_handler = end };
	sigset_t block, before;
	int r = 0;

	sigemptyset(&block);
	sigaddset(&block, SIGINT);
	sigaddset(&block, SIGTERM);
	sigprocmask(SIG_BLOCK, &block, &before);
	sigaction(SIGINT, &act, NULL);
	sigaction(SIGTERM, &act, NULL);
	while (r == 0 && !ended && !(reader.revents & (POLLERR | POLLHUP | POLLNVAL))) {
		r = look(w);
		if (r == 0)
			ppoll(&reader, 1, &period, &before);
	}
	return r == -EPIPE ? 0 : r;
}

int op25b_lines_watch(const struct op25b_lines_question *question)
{
	struct watch w = { .question = question };
	struct op25b_error error = { .text = "" };
	int code = OP25B_EXIT_PARTLY, r = -ENOMEM;

	w.location = op25b_lines_location(question, &code);
	if (!w.location)
		return code;
	w.namer = op25b_lines_namer_new(question);
	if (w.namer)
		r = op25b_lines_open(w.location, &w.store, &error);
	if (r == 0)
		r = go_to_the_end(&w, &error);
	if (r < 0) {
		code = op25b_lines_failed(question, r, &error);
	} else {
		fputs("watching; end with ^C\n", stderr);
		code = watch(&w) ? OP25B_EXIT_PARTLY : OP25B_EXIT_YES;
	}
	op25b_sessions_close(&w.store);
	op25b_lines_namer_free(w.namer);
	free(w.location);
	return code;
}
