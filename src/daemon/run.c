/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See run.h. One thread, one libevent loop; nothing a client or an interface does may keep it for
 * longer than a change of the tables takes.
 */
#include "daemon/run.h"

#include <errno.h>
#include <event2/event.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "daemon/alarm.h"
#include "daemon/change.h"
#include "daemon/daywatch.h"
#include "daemon/feed.h"
#include "serve/clock.h"
#include "serve/control.h"
#include "daemon/links.h"
#include "serve/log.h"
#include "serve/loop.h"
#include "daemon/monitor.h"
#include "daemon/notice.h"
#include "serve/notify.h"
#include "daemon/reload.h"
#include "daemon/route.h"
#include "daemon/server.h"
#include "daemon/warm.h"
#include "daemon/witness.h"

#define RECONCILE_SECONDS 60

struct loop {
	struct op25b_daemon daemon;
	struct op25b_control *control;
	struct op25b_control *reader; /* NULL: there is none */
	struct op25b_loop events;
	size_t warmed; /* of op25b_warm_one() */
};

static void link_seen(unsigned int ifindex, const char *name, unsigned int master, void *context)
{
	struct loop *loop = context;

	op25b_ports_seen(&loop->daemon.ports, ifindex, name, master);
}

static void link_gone(unsigned int ifindex, void *context)
{
	struct loop *loop = context;

	op25b_ports_gone(&loop->daemon.ports, ifindex);
}

static void links_begin(void *context)
{
	struct loop *loop = context;

	op25b_ports_begin(&loop->daemon.ports);
}

static void links_end(void *context)
{
	struct loop *loop = context;

	op25b_ports_end(&loop->daemon.ports);
}

static const struct op25b_links_calls links_calls = { link_seen, link_gone, links_begin,
						      links_end };

static void on_link(evutil_socket_t fd, short what, void *context)
{
	struct loop *loop = context;
	struct op25b_error error = { "" };

	(void)fd;
	(void)what;
	if (op25b_links_read(loop->daemon.links, &error))
		op25b_log(OP25B_LOG_ERROR, "%s", error.text);
}

static void on_wall(evutil_socket_t fd, short what, void *context)
{
	struct loop *loop = context;

	(void)what;
	op25b_alarm_read(fd);
	op25b_change_stage(&loop->daemon);
	/* What came until now was by the rules of before. */
	op25b_daywatch_look(loop->daemon.days);
}

static void on_boot(evutil_socket_t fd, short what, void *context)
{
	struct loop *loop = context;

	(void)what;
	op25b_alarm_read(fd);
	op25b_change_deadline(&loop->daemon);
}

static void on_period(evutil_socket_t fd, short what, void *context)
{
	struct loop *loop = context;

	(void)fd;
	(void)what;
	op25b_change_reconcile(&loop->daemon);
	op25b_daywatch_keep(loop->daemon.days);
}

/* One program a turn of the loop: clients and interfaces come in between. */
static void on_idle(evutil_socket_t fd, short what, void *context)
{
	const struct timeval soon = { .tv_usec = 1000 };
	struct loop *loop = context;

	(void)fd;
	(void)what;
	if (op25b_warm_one(&loop->daemon, &loop->warmed))
		event_base_once(loop->events.base, -1, EV_TIMEOUT, on_idle, loop, &soon);
}

static void say_ready(const struct op25b_daemon *d, const char *what)
{
	unsigned int n = 0;
	char text[200];

	for (const struct op25b_port *port = NULL; (port = op25b_ports_next(&d->ports, port));)
		n += port->attached;
	snprintf(text, sizeof(text), "%s, %u interfaces attached, %u not",
		 d->enforcer.ruleset.policy ? "a policy is in force" :
		 d->ports.enforcing         ? "enforcing what was found in the kernel" :
					      "no policy is in force",
		 n, op25b_ports_failed(&d->ports));
	op25b_loop_ready(what, text);
}

static void on_hangup(evutil_socket_t fd, short what, void *context)
{
	struct loop *loop = context;
	int r;

	(void)fd;
	(void)what;
	op25b_notify_reloading();
	r = op25b_reload(&loop->daemon);
	op25b_change_reconcile(&loop->daemon);
	loop->warmed = 0;
	on_idle(-1, 0, loop);
	say_ready(&loop->daemon, r ? "gateway file not followed" : "gateway file read again");
}

static int add_events(struct loop *loop)
{
	const struct timeval period = { .tv_sec = RECONCILE_SECONDS };
	int r = op25b_loop_add(&loop->events, op25b_links_fd(loop->daemon.links), EV_READ, on_link,
			       NULL);

	r = r ? r : op25b_loop_add(&loop->events, loop->daemon.wall_fd, EV_READ, on_wall, NULL);
	r = r ? r : op25b_loop_add(&loop->events, loop->daemon.boot_fd, EV_READ, on_boot, NULL);
	r = r ? r : op25b_loop_add(&loop->events, -1, 0, on_period, &period);
	r = r ? r : op25b_loop_add(&loop->events, SIGHUP, EV_SIGNAL, on_hangup, NULL);
	return r ? r : op25b_loop_add_manager(&loop->events);
}

static int open_kernel(struct op25b_daemon *d, struct op25b_error *error)
{
	struct op25b_load_options options = { .pins = d->gateway->pins,
					      .programs = OP25B_LOAD_HOOKS | OP25B_LOAD_EXPLAIN };
	int r = op25b_dataplane_open(&options, &d->dp, error);

	if (r)
		return r;
	d->enforcer.dp = d->dp;
	d->ports.dp = d->dp;
	d->ports.gateway = d->gateway;
	op25b_dataplane_set(d->dp, &d->gateway->settings);
	return 0;
}

/* Programs and tables first, clients last: whoever connects finds what will be enforced. */
static int start(struct loop *loop, struct op25b_error *error)
{
	struct op25b_daemon *d = &loop->daemon;
	int r = op25b_store_open(d->gateway->state, &d->store, error);

	r = r ? r : open_kernel(d, error);
	if (!r && (d->wall_fd = op25b_alarm_open_wall(error)) < 0)
		r = d->wall_fd;
	if (!r && (d->boot_fd = op25b_alarm_open_boot(error)) < 0)
		r = d->boot_fd;
	r = r ? r : op25b_links_open(&links_calls, loop, &d->links, error);
	r = r ? r : op25b_links_sync(d->links, error);
	r = r ? r : op25b_feed_open(d, loop->events.base, &d->feed, error);
	r = r ? r : op25b_notice_open(d, loop->events.base, &d->notice, error);
	r = r ? r : op25b_witness_open(d, loop->events.base, &d->witness, error);
	r = r ? r : op25b_change_resume(d);
	if (!r)
		op25b_notice_reconcile(d->notice);
	if (!r && d->ports.enforcing)
		op25b_change_reconcile(d);
	if (!r && d->ports.enforcing && op25b_dataplane_commit(d->dp, error)) {
		op25b_log(OP25B_LOG_ERROR, "the upgrade of the programs is not complete: %s",
			  error->text);
		error->text[0] = '\0';
	}
	r = r ? r : op25b_daywatch_open(d, &d->days);
	if (!r)
		op25b_daywatch_keep(d->days);
	r = r ? r : op25b_monitor_open(d, loop->events.base, &d->monitor, error);
	r = r ? r : add_events(loop);
	r = r ? r :
		op25b_control_open(loop->events.base, d->gateway->socket, d->gateway->group,
				   &op25b_server_calls, d, &loop->control, error);
	if (!r && d->gateway->reader.socket)
		r = op25b_control_open(loop->events.base, d->gateway->reader.socket,
				       d->gateway->reader.group, &op25b_server_reader_calls, d,
				       &loop->reader, error);
	return r;
}

static void stop(struct loop *loop)
{
	struct op25b_daemon *d = &loop->daemon;

	op25b_control_close(&loop->control);
	op25b_control_close(&loop->reader);
	op25b_daywatch_keep(d->days);
	op25b_daywatch_close(&d->days);
	op25b_monitor_close(&d->monitor);
	op25b_witness_close(&d->witness);
	op25b_feed_close(&d->feed);
	op25b_notice_close(&d->notice);
	op25b_loop_clear(&loop->events);
	op25b_links_close(&d->links);
	op25b_cleanup_close(&d->wall_fd);
	op25b_cleanup_close(&d->boot_fd);
	op25b_ports_done(&d->ports);
	op25b_enforcer_done(&d->enforcer);
	op25b_dataplane_close(&d->dp);
	op25b_state_done(&d->state);
	op25b_store_close(&d->store);
	op25b_reload_done(d);
	if (loop->events.base)
		event_base_free(loop->events.base);
}

int op25b_run(const struct op25b_gateway *gateway, const char *path, struct op25b_error *error)
{
	struct loop loop = {
		.daemon = { .gateway = gateway,
			    .first_gateway = gateway,
			    .gateway_path = path,
			    .wall_fd = -1,
			    .boot_fd = -1,
			    .started_at = op25b_clock_wall() },
		.events = { .base = event_base_new(),
			    .context = &loop,
			    .farewell = "; what is enforced stays enforced" },
	};
	int r = loop.events.base ? 0 : -ENOMEM;

	signal(SIGPIPE, SIG_IGN);
	r = r ? r : start(&loop, error);
	if (!r) {
		say_ready(&loop.daemon, "op25bd " OP25B_VERSION);
		on_idle(-1, 0, &loop);
		event_base_dispatch(loop.events.base);
	} else if (!*error->text) {
		op25b_error_set(error, r, "%s", strerror(-r));
	}
	stop(&loop);
	return r;
}

int op25b_run_detach(const struct op25b_gateway *gateway, struct op25b_error *error)
{
	const struct op25b_load_options options = { .pins = gateway->pins };
	struct op25b_dataplane *dp = NULL;
	int r = op25b_dataplane_open(&options, &dp, error);

	if (r == -EBUSY)
		op25b_error_add(error, r, "\nstop op25bd first");
	if (!r)
		r = op25b_dataplane_remove(dp, error);
	if (!r)
		r = op25b_route_clear(gateway->notice.table, error);
	op25b_dataplane_close(&dp);
	return r;
}
