/* SPDX-License-Identifier: BSD-2-Clause */
/* One connection of Postfix; door.c and stream.c only. */
#pragma once

#include "mail/postfix.h"
#include "maild/door.h"
#include "maild/turn.h"

struct op25b_stream {
	struct op25b_item item; /* the request in hand, while .asking */
	struct op25b_door *door;
	struct op25b_stream *newer, *older;
	struct event *readable, *writable;
	int fd;
	bool asking;   /* in the turn's queue: nothing is read or freed */
	int64_t since; /* boot clock, ns: when it last said something, or took something */

	char *in;
	size_t n_in, room;
	size_t whole; /* bytes of the request in hand */
	union {
		struct op25b_postfix_request policy;
		struct {
			const char *name, *key;
		} map;
	} request; /* its texts are in .in */

	char *out; /* .reply or an allocated one */
	size_t n_out, sent;
	char reply[OP25B_POSTFIX_ACTION + 16];
};

/* Serve a connection; takes the descriptor, whatever happens. */
void op25b_stream_new(struct op25b_door *door, int fd);

/* Close it; not while it asks. */
void op25b_stream_free(struct op25b_stream *stream);
