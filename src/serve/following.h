/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Following the session store on a daemon's loop: who holds which address. What was known stays
 * while the store is away; each fault is logged once.
 */
#pragma once

#include <event2/event.h>

#include "session/watch.h"

/* Zeroed but for what the caller gives. */
struct op25b_following {
	struct op25b_watch *watch;  /* the caller's */
	struct event_base *base;    /* the caller's */
	const char *location;       /* the caller's; NULL: there is no store */
	void (*changed)(void *arg); /* after something was taken in; NULL: nobody cares */
	void *arg;
	struct event *event;      /* NULL: nothing is followed now */
	char problem[1100];       /* of following; "": none. That of the store is the watch's */
	char store_problem[1100]; /* as it was logged last */
};

/* Begin, or begin again after the follower ended; nothing without a store. For every second: what
 * can't be done is logged, and tried the next time. */
void op25b_following_go_on(struct op25b_following *f);

/* End it; what was known stays. */
void op25b_following_end(struct op25b_following *f);
