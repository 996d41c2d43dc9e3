/* SPDX-License-Identifier: BSD-2-Clause */
/* The events of a daemon's libevent loop, for as long as it runs. */
#pragma once

#include <event2/event.h>
#include <stddef.h>

#define OP25B_LOOP_EVENTS 24 /* at most; whoever adds more has a bug (asserted) */

struct op25b_loop {
	struct event_base *base; /* the caller's */
	void *context;           /* of every callback */
	const char *farewell;    /* what follows "stopping" in the log; "" */
	struct event *events[OP25B_LOOP_EVENTS];
	size_t n_events;
};

/**
 * op25b_loop_add() - wait for something again and again, until op25b_loop_clear().
 * @fd:     -1: none, @period alone
 * @what:   EV_READ or EV_SIGNAL, as event_new() has them, or 0
 * @period: NULL: none
 *
 * Returns 0 or -ENOMEM.
 */
int op25b_loop_add(struct op25b_loop *loop, evutil_socket_t fd, short what, event_callback_fn call,
		   const struct timeval *period);

/**
 * op25b_loop_add_manager() - what a service manager wants: an end at SIGTERM and SIGINT, which is
 * logged and told, and WATCHDOG=1 where it asks for that. Returns 0 or -ENOMEM.
 */
int op25b_loop_add_manager(struct op25b_loop *loop);

/**
 * op25b_loop_ready() - a start or a reload is over: log it, and send READY=1 and @text as STATUS.
 * @what: has happened
 * @text: how things stand now; what a datagram of 256 bytes has no room for is cut
 */
void op25b_loop_ready(const char *what, const char *text);

/**
 * op25b_loop_descriptors() - raise this process's limit to @wanted descriptors, or as near as it
 * may. Returns the limit then: less than @wanted where LimitNOFILE= says so, more where it was.
 */
size_t op25b_loop_descriptors(size_t wanted);

/* Take all of them out and free them. */
void op25b_loop_clear(struct op25b_loop *loop);
