/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The notice responder as op25bd meets it: the socket it comes to, one connection at a time, what
 * is told and heard there (notice/wire.h). Nothing it does, or doesn't, keeps the loop waiting; one
 * that takes nothing for OP25B_RESPONDER_PATIENCE seconds has its connection ended, and so has one
 * that says nothing for OP25B_WIRE_SILENCE.
 */
#pragma once

#include <event2/event.h>
#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"
#include "notice/wire.h"

#define OP25B_RESPONDER_PATIENCE 5 /* seconds */

struct op25b_responder;

/* Each `came` is followed by one `went`, but not when op25b_responder_close() ends it. */
struct op25b_responder_calls {
	void (*came)(void *context); /* one is connected, and was told HELLO */
	void (*went)(void *context);
	/*
	 * None is connected, and none came or said anything for OP25B_WIRE_SILENCE seconds; also
	 * after op25b_responder_open(). One that stands still may hold doors yet.
	 */
	void (*silent)(void *context);
	void (*free)(void *context); /* after op25b_responder_wait(): it takes messages again */
};

struct op25b_responder_options {
	const char *path; /* of the socket */
	const char *user; /* who may come besides root */
	uint32_t connections, per_line;
	int page; /* descriptor of the map of struct op25b_notice_page; borrowed */
};

/**
 * op25b_responder_open() - listen.
 * @options: borrowed for the call
 * Returns 0; -ENOENT: no such user; -ENOMEM; others as op25b_unix_listen().
 */
int op25b_responder_open(struct event_base *base, const struct op25b_responder_options *options,
			 const struct op25b_responder_calls *calls, void *context,
			 struct op25b_responder **ret_responder, struct op25b_error *error);

/* Ends the connection without a call, removes the socket. NULL-safe; sets *responder to NULL. */
void op25b_responder_close(struct op25b_responder **responder);

/* Whether one is connected. NULL-safe, as the next two. */
bool op25b_responder_there(const struct op25b_responder *responder);

/* Its process, and what it said last; 0 and NULL if there is nothing. */
pid_t op25b_responder_pid(const struct op25b_responder *responder);
const struct op25b_wire_counts *op25b_responder_counts(const struct op25b_responder *responder);

/**
 * op25b_responder_tell() - send one message; one is connected.
 * @fds: as op25b_wire_send() has them; still the caller's
 * Returns 0; -EAGAIN: not now, see op25b_responder_wait(); other errors: end it.
 */
int op25b_responder_tell(struct op25b_responder *responder,
			 const struct op25b_wire_message *message, const int *fds);

/* Call `free` when it takes messages. */
void op25b_responder_wait(struct op25b_responder *responder);

/* End the connection, if there is one; another may come at once. */
void op25b_responder_end(struct op25b_responder *responder, const char *why);
