/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * op25bd follows a session store: what the follower (follower.h) tells goes into the enforcer. The
 * frames are untrusted; one that may not be ends the follower, and a new one goes on after the last
 * change. A bounded piece is taken a turn of the loop, the rest waits in the socket: clients and
 * interfaces come in between. Whatever happens here, what was last known stays in force.
 */
#pragma once

#include <event2/event.h>
#include <jansson.h>

#include "daemon/daemon.h"

/* Shorter prefixes of sessions are not put in force. Longer ones are at most 2^20 stores. */
#define OP25B_FEED_WIDEST_V4 16
#define OP25B_FEED_WIDEST_V6 44

struct op25b_feed;

/**
 * op25b_feed_open() - follow what the gateway file in force names, if it names a store.
 *
 * Before the first policy is put in force; the enforcer waits for the first snapshot where it takes
 * over what a daemon before left in the kernel. The follower itself starts with the loop.
 * Returns 0; -ENOMEM.
 */
int op25b_feed_open(struct op25b_daemon *d, struct event_base *base, struct op25b_feed **ret_feed,
		    struct op25b_error *error);

/* Ends the follower; what it told stays. NULL-safe; sets *feed to NULL. */
void op25b_feed_close(struct op25b_feed **feed);

/**
 * op25b_feed_reload() - another gateway file is in force. Another store or user: a new follower,
 * and its snapshot takes the place of what was known; no store: no session is in force any more.
 */
void op25b_feed_reload(struct op25b_feed *feed);

/**
 * op25b_feed_status() - the object "sessions" of op25b.status/1; null: no store is followed.
 */
json_t *op25b_feed_status(const struct op25b_feed *feed);

/**
 * op25b_feed_problem() - what an operator has to mend, or to know while it lasts.
 * Returns @buffer, "" if there is nothing.
 */
const char *op25b_feed_problem(const struct op25b_feed *feed, char buffer[static OP25B_PROBLEM]);

/* The same of prefixes that are too wide to be in force. */
const char *op25b_feed_wide(const struct op25b_feed *feed, char buffer[static OP25B_PROBLEM]);
