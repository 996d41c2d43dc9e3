/* SPDX-License-Identifier: BSD-2-Clause */
/* See loop.h. */
#include "serve/loop.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/resource.h>

#include "serve/log.h"
#include "serve/notify.h"

static int add(struct op25b_loop *loop, evutil_socket_t fd, short what, event_callback_fn call,
	       void *context, const struct timeval *period)
{
	struct event *event;

	assert(loop->n_events < OP25B_LOOP_EVENTS);
	event = event_new(loop->base, fd, (short)(what | EV_PERSIST), call, context);
	if (!event)
		return -ENOMEM;
	loop->events[loop->n_events++] = event;
	return event_add(event, period) ? -ENOMEM : 0;
}

int op25b_loop_add(struct op25b_loop *loop, evutil_socket_t fd, short what, event_callback_fn call,
		   const struct timeval *period)
{
	return add(loop, fd, what, call, loop->context, period);
}

static void on_end(evutil_socket_t number, short what, void *context)
{
	struct op25b_loop *loop = context;

	(void)what;
	op25b_log(OP25B_LOG_NOTICE, "signal %d: stopping%s", (int)number, loop->farewell);
	op25b_notify("STOPPING=1");
	event_base_loopbreak(loop->base);
}

static void on_watchdog(evutil_socket_t fd, short what, void *context)
{
	(void)fd;
	(void)what;
	(void)context;
	op25b_notify("WATCHDOG=1");
}

int op25b_loop_add_manager(struct op25b_loop *loop)
{
	uint64_t watchdog = op25b_notify_watchdog_us() / 2;
	const struct timeval beat = { .tv_sec = (time_t)(watchdog / 1000000),
				      .tv_usec = (suseconds_t)(watchdog % 1000000) };
	int r = add(loop, SIGTERM, EV_SIGNAL, on_end, loop, NULL);

	r = r ? r : add(loop, SIGINT, EV_SIGNAL, on_end, loop, NULL);
	if (!r && watchdog)
		r = add(loop, -1, 0, on_watchdog, NULL, &beat);
	return r;
}

void op25b_loop_ready(const char *what, const char *text)
{
	char message[256];

	op25b_log(OP25B_LOG_NOTICE, "%s: %s", what, text);
	snprintf(message, sizeof(message), "READY=1\nSTATUS=%s", text);
	op25b_notify(message);
}

size_t op25b_loop_descriptors(size_t wanted)
{
	struct rlimit limit = { .rlim_cur = 1024, .rlim_max = 1024 };

	getrlimit(RLIMIT_NOFILE, &limit);
	if (limit.rlim_cur < wanted) {
		limit.rlim_cur = wanted < limit.rlim_max ? wanted : limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
		getrlimit(RLIMIT_NOFILE, &limit);
	}
	return limit.rlim_cur;
}

void op25b_loop_clear(struct op25b_loop *loop)
{
	for (size_t i = 0; i < loop->n_events; i++)
		event_free(loop->events[i]);
	loop->n_events = 0;
}
