/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See run.h. The loop's thread has the sockets; the store has a thread of its own (keeper.h), and
 * no commit, however slow, keeps the loop waiting.
 */
#include "radiusd/run.h"

#include <errno.h>
#include <event2/event.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "radiusd/arrive.h"
#include "radiusd/commit.h"
#include "radiusd/reload.h"
#include "radiusd/status.h"
#include "serve/clock.h"
#include "serve/log.h"
#include "serve/loop.h"
#include "serve/notify.h"

/* Requests that may wait: 32 MB if ever all do. */
#define QUEUE 4096

_Static_assert(OP25B_COLLECTOR_LISTEN + 6 <= OP25B_LOOP_EVENTS, "add_events() adds as many");

struct loop {
	struct op25b_radiusd radiusd;
	struct op25b_control *control;
	struct op25b_loop events;
};

static void on_packet(evutil_socket_t fd, short what, void *context)
{
	struct op25b_radiusd *d = &((struct loop *)context)->radiusd;

	(void)what;
	for (size_t i = 0; i < d->n_sockets; i++) {
		if (d->sockets[i].ready_fd == fd)
			op25b_arrive(d, &d->sockets[i]);
	}
	op25b_commit_next(d);
}

static void on_done(evutil_socket_t fd, short what, void *context)
{
	(void)fd;
	(void)what;
	op25b_commit_done(&((struct loop *)context)->radiusd);
}

static void on_second(evutil_socket_t fd, short what, void *context)
{
	struct op25b_radiusd *d = &((struct loop *)context)->radiusd;

	(void)fd;
	(void)what;
	d->upkeep_due = true;
	op25b_commit_next(d);
}

static void say_ready(const struct op25b_radiusd *d, const char *what)
{
	char text[120];

	snprintf(text, sizeof(text), "listening on %zu addresses, %zu clients", d->n_sockets,
		 d->collector->n_clients);
	op25b_loop_ready(what, text);
}

static void on_hangup(evutil_socket_t fd, short what, void *context)
{
	struct op25b_radiusd *d = &((struct loop *)context)->radiusd;
	int r;

	(void)fd;
	(void)what;
	op25b_notify_reloading();
	r = op25b_reload(d);
	op25b_commit_next(d);
	say_ready(d, r ? "collector file not followed" : "collector file read again");
}

static int add_events(struct loop *loop)
{
	const struct timeval second = { .tv_sec = 1 };
	struct op25b_radiusd *d = &loop->radiusd;
	int r = op25b_loop_add(&loop->events, op25b_keeper_fd(d->keeper), EV_READ, on_done, NULL);

	for (size_t i = 0; i < d->n_sockets; i++)
		r = r ? r :
			op25b_loop_add(&loop->events, d->sockets[i].ready_fd, EV_READ, on_packet,
				       NULL);
	r = r ? r : op25b_loop_add(&loop->events, -1, 0, on_second, &second);
	r = r ? r : op25b_loop_add(&loop->events, SIGHUP, EV_SIGNAL, on_hangup, NULL);
	return r ? r : op25b_loop_add_manager(&loop->events);
}

static int make_tables(struct op25b_radiusd *d)
{
	d->seen = op25b_seen_new();
	d->queue = op25b_queue_new(QUEUE + OP25B_UDP_BATCH);
	d->counts = calloc(d->collector->n_clients, sizeof(*d->counts));
	if (!d->seen || !d->queue || !d->counts)
		return -ENOMEM;
	for (size_t i = 0; i < OP25B_UDP_BATCH; i++)
		d->inbox[i] = op25b_queue_take(d->queue);
	return 0;
}

static int open_sockets(struct op25b_radiusd *d, struct op25b_error *error)
{
	int r = 0;

	for (size_t i = 0; !r && i < d->collector->n_listen; i++) {
		d->n_sockets++;
		r = op25b_udp_open(&d->collector->listen[i], &d->sockets[i], error);
	}
	return r;
}

/* The sockets before the store: a second collector on this machine ends before it touches that. */
static int start(struct loop *loop, struct op25b_error *error)
{
	struct op25b_radiusd *d = &loop->radiusd;
	int r = make_tables(d);

	r = r ? r : op25b_radius_new(&d->radius, error);
	r = r ? r : open_sockets(d, error);
	r = r ? r : op25b_keeper_new(d->collector->store, &d->keeper, error);
	r = r ? r : op25b_commit_open(d, error);
	r = r ? r : add_events(loop);
	return r ? r :
		   op25b_control_open(loop->events.base, d->collector->socket, d->collector->group,
				      &op25b_collector_calls, d, &loop->control, error);
}

static void stop(struct loop *loop)
{
	struct op25b_radiusd *d = &loop->radiusd;

	op25b_control_close(&loop->control);
	op25b_loop_clear(&loop->events);
	op25b_keeper_free(&d->keeper);
	for (size_t i = 0; i < d->n_sockets; i++)
		op25b_udp_close(&d->sockets[i]);
	op25b_radius_free(&d->radius);
	op25b_queue_free(&d->queue);
	op25b_seen_free(&d->seen);
	op25b_collector_free(&d->reloaded);
	free(d->nases);
	free(d->counts);
	if (loop->events.base)
		event_base_free(loop->events.base);
	free(loop);
}

int op25b_collect(const struct op25b_collector *collector, const char *path,
		  struct op25b_error *error)
{
	struct loop *loop = calloc(1, sizeof(*loop));
	int r;

	if (!loop)
		return op25b_error_set(error, -ENOMEM, "out of memory");
	loop->events =
		(struct op25b_loop){ .base = event_base_new(), .context = loop, .farewell = "" };
	loop->radiusd.path = path;
	loop->radiusd.first = loop->radiusd.collector = collector;
	loop->radiusd.started_at = op25b_clock_wall();
	signal(SIGPIPE, SIG_IGN);
	r = loop->events.base ? start(loop, error) : -ENOMEM;
	if (!r) {
		say_ready(&loop->radiusd, "op25b-radiusd " OP25B_VERSION);
		event_base_dispatch(loop->events.base);
	} else if (!*error->text) {
		op25b_error_set(error, r, "%s", strerror(-r));
	}
	stop(loop);
	return r;
}
