/* SPDX-License-Identifier: BSD-2-Clause */
/* See run.h. */
#include "webd/run.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "serve/clock.h"
#include "serve/log.h"
#include "serve/loop.h"
#include "serve/notify.h"
#include "webd/reload.h"
#include "webd/tables.h"
#include "webd/upkeep.h"
#include "webd/webd.h"

#define DESCRIPTORS 100U /* for all but customers' connections */
#define STAFF       32U  /* connections of staff and monitoring, of those */

struct loop {
	struct op25b_webd webd;
	struct op25b_loop events;
};

static void say_ready(const struct op25b_webd *d, const char *what)
{
	char text[200];

	snprintf(text, sizeof(text), "pages on %zu addresses, for staff on %zu",
		 d->first->public_.n, d->first->staff.n);
	op25b_loop_ready(what, text);
}

static void on_second(evutil_socket_t fd, short what, void *context)
{
	(void)fd;
	(void)what;
	op25b_webd_upkeep(&((struct loop *)context)->webd);
}

static void on_hangup(evutil_socket_t fd, short what, void *context)
{
	struct op25b_webd *d = &((struct loop *)context)->webd;
	int r;

	(void)fd;
	(void)what;
	op25b_notify_reloading();
	r = op25b_webd_reload(d);
	say_ready(d, r ? "files not followed" : "files read again");
}

static int add_events(struct loop *loop)
{
	const struct timeval second = { .tv_sec = 1 };
	int r = op25b_loop_add(&loop->events, -1, 0, on_second, &second);

	r = r ? r : op25b_loop_add(&loop->events, SIGHUP, EV_SIGNAL, on_hangup, NULL);
	return r ? r : op25b_loop_add_manager(&loop->events);
}

/* As many descriptors as connections may need, or fewer connections. */
static size_t room_for(size_t connections)
{
	size_t room = op25b_loop_descriptors(connections + DESCRIPTORS);

	if (room >= connections + DESCRIPTORS)
		return connections;
	if (room <= 2 * DESCRIPTORS)
		room = 2 * DESCRIPTORS; /* too few for anything: accepting says so */
	op25b_log(OP25B_LOG_WARNING, "at most %zu connections: LimitNOFILE allows no more",
		  room - DESCRIPTORS);
	return room - DESCRIPTORS;
}

static void pause_door(void *context, bool pause)
{
	op25b_web_door_pause(context, pause);
}

/* Pages do without codes where the state can't be used: better than no pages. */
static void open_codes(struct op25b_webd *d)
{
	struct op25b_error error = { "" };

	if (!op25b_codes_open(d->first->state, &d->codes, &error)) {
		op25b_codes_take_policy(d, d->started_at);
		return;
	}
	snprintf(d->codes_problem, sizeof(d->codes_problem), "%s", error.text);
	op25b_log(OP25B_LOG_ERROR, "%s: pages do without codes", error.text);
}

static int start(struct loop *loop, struct op25b_error *error)
{
	struct op25b_webd *d = &loop->webd;
	int r = op25b_watch_make(&d->watch);

	if (!r)
		op25b_watch_keep_other(d->watch);
	d->following = (struct op25b_following){ .watch = d->watch,
						 .base = d->base,
						 .location = d->first->sessions,
						 .changed = op25b_webd_sessions,
						 .arg = d };
	r = r ? r : op25b_tables_renew(d, d->started_at);
	r = r ? r : op25b_access_open(&d->access, d->first, error);
	r = r ? r : op25b_web_door_open(&d->door, d, false, &d->first->public_, error);
	r = r ? r : op25b_web_door_open(&d->staff_door, d, true, &d->first->staff, error);
	if (r)
		return r;
	open_codes(d);
	op25b_following_go_on(&d->following);
	/* From now on it matters whether sessions are known. */
	op25b_tables_look(d, d->started_at);
	op25b_teller_open(&d->gateway, d->base, d->first->gateway);
	op25b_teller_open(&d->maild, d->base, d->first->maild);
	op25b_teller_open_forms(&d->desk, d->base, d->first->desk);
	op25b_probes_read(d->first->probes, d->started_at, &d->probe);
	return add_events(loop);
}

static void stop(struct loop *loop)
{
	struct op25b_webd *d = &loop->webd;

	op25b_web_door_close(&d->door);
	op25b_web_door_close(&d->staff_door);
	op25b_conns_close(&d->conns);
	op25b_conns_close(&d->staff_conns);
	op25b_teller_close(&d->gateway);
	op25b_teller_close(&d->maild);
	op25b_teller_close(&d->desk);
	op25b_loop_clear(&loop->events);
	op25b_following_end(&d->following);
	op25b_watch_close(&d->watch);
	op25b_live_tables_done(&d->tables);
	op25b_codes_close(&d->codes);
	op25b_access_close(&d->access);
	event_base_free(d->base);
}

/* The lists that stop() walks, before anything can fail. */
static void prepare(struct op25b_webd *d)
{
	op25b_conns_open(&d->conns, room_for(d->first->connections), pause_door, &d->door);
	op25b_conns_open(&d->staff_conns, STAFF, pause_door, &d->staff_door);
	op25b_teller_open(&d->gateway, d->base, NULL);
	op25b_teller_open(&d->maild, d->base, NULL);
	op25b_teller_open(&d->desk, d->base, NULL);
	d->access.fd = -1;
}

/* Changes of what is waited for come to the kernel together, a call for each connection. */
static struct event_base *make_base(void)
{
	struct event_config *config = event_config_new();
	struct event_base *base = NULL;

	if (config && !event_config_set_flag(config, EVENT_BASE_FLAG_EPOLL_USE_CHANGELIST))
		base = event_base_new_with_config(config);
	if (config)
		event_config_free(config);
	return base;
}

/* On files that are the loop's meanwhile; *files are those in force at the end. */
static int serve(struct loop *loop, const char *path, struct op25b_web_files *files,
		 struct op25b_error *error)
{
	struct op25b_webd *d = &loop->webd;
	struct op25b_web_file *first = files->file;
	int r;

	d->path = path;
	d->first = first;
	d->files = *files;
	*files = (struct op25b_web_files){ .file = NULL };
	d->started_at = d->files_at = op25b_clock_wall();
	loop->events = (struct op25b_loop){ .base = d->base, .context = loop, .farewell = "" };
	signal(SIGPIPE, SIG_IGN);
	prepare(d);
	r = start(loop, error);
	if (!r) {
		say_ready(d, "op25b-webd " OP25B_VERSION);
		event_base_dispatch(d->base);
	}
	stop(loop);
	if (d->files.file != first)
		op25b_web_file_free(&first);
	*files = d->files;
	return r;
}

int op25b_webd_run(const char *path, struct op25b_web_files *files, struct op25b_error *error)
{
	struct loop *loop = calloc(1, sizeof(*loop));
	int r = -ENOMEM;

	if (loop && (loop->webd.base = make_base()))
		r = serve(loop, path, files, error);
	free(loop);
	op25b_web_files_done(files);
	if (r && !*error->text)
		op25b_error_set(error, r, "%s", strerror(-r));
	return r;
}
