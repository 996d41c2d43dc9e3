/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The responder's end of the socket to op25bd. A connection that ends, or on which something else
 * than messages comes, is given up and made again at a tick; what was taken before stays.
 */
#pragma once

#include <event2/event.h>
#include <stdbool.h>

#include "base/error.h"
#include "notice/wire.h"

struct op25b_link;

struct op25b_link_calls {
	/*
	 * A message has come; @fds are the receiver's. The first of a connection is HELLO.
	 * An error, with its text, ends the connection.
	 */
	int (*take)(const struct op25b_wire_message *message, int fds[static OP25B_WIRE_FDS],
		    void *context, struct op25b_error *error);
};

/**
 * op25b_link_new() - not connected yet.
 * @path: of op25bd's socket; kept
 * Returns 0; -ENAMETOOLONG; -ENOMEM.
 */
int op25b_link_new(struct event_base *base, const char *path, const struct op25b_link_calls *calls,
		   void *context, struct op25b_link **ret, struct op25b_error *error);

/* NULL-safe; sets *link to NULL. */
void op25b_link_free(struct op25b_link **link);

/**
 * op25b_link_tick() - connect if it isn't. What is in the way is logged once, not each time, and
 * so is its end.
 */
void op25b_link_tick(struct op25b_link *link);

/**
 * op25b_link_say() - send COUNTS if there is anybody to send them to.
 * Returns whether they were sent.
 */
bool op25b_link_say(struct op25b_link *link, const struct op25b_wire_counts *counts);
