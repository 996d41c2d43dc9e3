/* SPDX-License-Identifier: BSD-2-Clause */
/* See logs.h. */
#include "maild/logs.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "mail/maillog-file.h"
#include "maild/maild.h"
#include "serve/clock.h"
#include "serve/log.h"

#define LATE_USEC 100000

struct piece {
	struct op25b_log_follower *log;
	int64_t now;
	struct op25b_error *error;
};

static int on_event(void *arg, const struct op25b_maillog_event *event)
{
	struct piece *piece = arg;
	int r = op25b_brain_log(&piece->log->maild->brain, event, piece->now, piece->error);

	piece->log->so_far++;
	/* Of one account's record. Of the state's it ends the turn, and the next event fails. */
	if (r != -EBADMSG)
		return r;
	piece->log->left++;
	piece->error->text[0] = '\0';
	return 0;
}

/* Said once for each fault, and once that it is over. */
static void note(struct op25b_log_follower *log, int r, const struct op25b_error *error)
{
	const char *text = r >= 0 ? "" : *error->text ? error->text : strerror(-r);

	if (*text && strcmp(log->problem, text) != 0)
		op25b_log(OP25B_LOG_ERROR, "%s: going on with Postfix's log when it can be", text);
	else if (!*text && *log->problem)
		op25b_log(OP25B_LOG_NOTICE, "going on with Postfix's log");
	snprintf(log->problem, sizeof(log->problem), "%s", text);
}

/* Inside a turn. Returns 0, -errno. */
static int read_piece(struct op25b_log_follower *log, struct op25b_error *error)
{
	struct piece piece = { log, op25b_clock_wall(), error };
	int r;

	log->so_far = log->left = 0;
	r = op25b_maillog_file_read(log->file, on_event, &piece, error);
	log->taken = r >= 0;
	log->rest = r == 1;
	return r < 0 ? r : 0;
}

int op25b_logs_take_in(struct op25b_maild *d, struct op25b_error *error)
{
	for (size_t i = 0; i < d->n_logs; i++) {
		struct op25b_log_follower *log = &d->logs[i];
		struct op25b_error why = { "" };
		int r = log->waits ? read_piece(log, &why) : 0;

		if (!r)
			continue;
		/* What the logs before it told is lost with the turn, and comes again. */
		log->waits = false;
		note(log, r, &why);
		op25b_state_rollback(d->state);
		r = op25b_state_begin(d->state, error);
		if (r)
			return r;
		i = SIZE_MAX;
	}
	return 0;
}

void op25b_logs_kept(struct op25b_maild *d)
{
	for (size_t i = 0; i < d->n_logs; i++) {
		struct op25b_log_follower *log = &d->logs[i];

		if (!log->taken)
			continue;
		log->taken = false;
		log->waits = log->rest;
		log->events += log->so_far;
		if (log->left && !log->damaged)
			op25b_log(OP25B_LOG_ERROR,
				  "what became of a mail is left out: its account's "
				  "record is damaged");
		log->damaged += log->left;
		note(log, 0, NULL);
		event_del(log->late);
		event_add(log->grew, NULL);
	}
}

/* In a turn of their own. */
static void read_waiting(struct op25b_maild *d)
{
	struct op25b_error error = { "" };
	int r = op25b_state_begin(d->state, &error);

	if (!r)
		r = op25b_logs_take_in(d, &error);
	if (!r)
		r = op25b_state_commit(d->state, &error);
	if (!r) {
		op25b_logs_kept(d);
		return;
	}
	op25b_state_rollback(d->state);
	for (size_t i = 0; i < d->n_logs; i++) {
		if (d->logs[i].waits)
			note(&d->logs[i], r, &error);
		d->logs[i].waits = false; /* till it grows, or a second is over */
		event_add(d->logs[i].grew, NULL);
	}
}

/* It says so till it is read: not before somebody asks, or it is late. */
static void on_grew(evutil_socket_t fd, short what, void *context)
{
	static const struct timeval late = { .tv_usec = LATE_USEC };
	struct op25b_log_follower *log = context;

	(void)fd;
	(void)what;
	log->waits = true;
	event_del(log->grew);
	event_add(log->late, &late);
}

static void on_late(evutil_socket_t fd, short what, void *context)
{
	struct op25b_log_follower *log = context;

	(void)fd;
	(void)what;
	read_waiting(log->maild);
}

int op25b_logs_open(struct op25b_maild *d, struct op25b_error *error)
{
	int r = 0;

	for (size_t i = 0; !r && i < d->first->n_logs; i++) {
		struct op25b_log_follower *log = &d->logs[i];

		log->maild = d;
		r = op25b_maillog_file_open(d->first->logs[i], d->state, &log->file, error);
		if (r)
			break;
		d->n_logs++;
		log->grew = event_new(d->base, op25b_maillog_file_descriptor(log->file),
				      EV_READ | EV_PERSIST, on_grew, log);
		log->late = evtimer_new(d->base, on_late, log);
		if (!log->grew || !log->late || event_add(log->grew, NULL))
			r = op25b_error_set(error, -ENOMEM, "out of memory");
	}
	return r;
}

void op25b_logs_close(struct op25b_maild *d)
{
	for (size_t i = 0; i < d->n_logs; i++) {
		if (d->logs[i].grew)
			event_free(d->logs[i].grew);
		if (d->logs[i].late)
			event_free(d->logs[i].late);
		op25b_maillog_file_close(&d->logs[i].file);
	}
	d->n_logs = 0;
}

bool op25b_logs_wait(const struct op25b_maild *d)
{
	for (size_t i = 0; i < d->n_logs; i++) {
		if (d->logs[i].rest && d->logs[i].waits)
			return true;
	}
	return false;
}

void op25b_logs_go_on(struct op25b_maild *d, bool all)
{
	for (size_t i = 0; i < d->n_logs; i++)
		d->logs[i].waits = d->logs[i].waits || all;
	if (all || op25b_logs_wait(d))
		read_waiting(d);
}
