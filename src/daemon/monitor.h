/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Connection attempts that were refused or counted, to what keeps facts of lines (witness.h) and to
 * the clients that listen. Where no facts are kept and nobody listens the programs are told to send
 * none; under a flood what is taken of them is a fifth of the loop's time at most.
 *
 * Privacy: a peer's address leaves only as a hash under a key made at random when the daemon
 * starts and known to nobody, good for telling peers apart and for nothing else; unless the
 * gateway file says `destinations: full`.
 */
#pragma once

#include <event2/event.h>
#include <jansson.h>

#include "serve/control.h"
#include "daemon/daemon.h"

struct op25b_monitor;

/**
 * op25b_monitor_open() - begin to read events.
 * Returns 0, -ENOMEM, errors of the kernel or of the random generator.
 */
int op25b_monitor_open(struct op25b_daemon *d, struct event_base *base,
		       struct op25b_monitor **ret_monitor, struct op25b_error *error);

/* NULL-safe; sets *monitor to NULL. */
void op25b_monitor_close(struct op25b_monitor **monitor);

/* Send events to a client from now on, after one line that says so. -ENOMEM. */
int op25b_monitor_add(struct op25b_monitor *monitor, struct op25b_client *client);

/**
 * op25b_monitor_follow() - another gateway file is in force: take its rates; where it shows
 * destinations otherwise than @old did, listeners are told.
 */
void op25b_monitor_follow(struct op25b_monitor *monitor, const struct op25b_gateway *old);

/* A client that listened is gone. */
void op25b_monitor_remove(struct op25b_monitor *monitor, const struct op25b_client *client);
