/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A listening socket that Postfix connects to, and its connections: policy requests or socketmap
 * requests, one in hand at a time each. A connection costs a buffer; it is closed when it has said
 * nothing for OP25B_DOOR_IDLE seconds, or has kept a request or a reply waiting for
 * OP25B_DOOR_PATIENCE. Where there are as many as there may be, the one that was silent for longest
 * goes: Postfix opens another when it needs one, and who only holds connections open keeps nobody
 * out.
 */
#pragma once

#include <event2/event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "mail/settings.h"

#define OP25B_DOOR_IDLE     1200 /* above the 1000 s that Postfix keeps one for at most */
#define OP25B_DOOR_PATIENCE 10
#define OP25B_DOOR_STREAMS  1000U /* connections of a socket at most */

/* Three sockets in `folder`, and the addresses. */
#define OP25B_MAILD_DOORS (OP25B_MAILD_AUTH * (1U + OP25B_MAILD_LISTEN))

struct op25b_maild;
struct op25b_stream;

struct op25b_door {
	struct op25b_maild *maild;
	enum op25b_maild_service service; /* not auth */
	char path[108];                   /* in the file system; "": TCP */
	struct op25b_endpoint endpoint;   /* TCP */
	struct evconnlistener *listener;
	struct op25b_stream *newest, *oldest; /* by the last time they said something */
	size_t n_streams, most;
	uint64_t accepted, turned_away, evicted, late, broken, answered;
};

/**
 * op25b_door_open() - listen.
 * @path: where in the file system; NULL: at @endpoint
 * @group: may connect besides root; NULL: nobody
 * @door: stays where it is until op25b_door_close(); in it are set: maild, service, most
 */
int op25b_door_open(struct op25b_door *door, const char *path, const char *group,
		    const struct op25b_endpoint *endpoint, struct op25b_error *error);

/* Close it, and what is connected. For one that never was open, too. */
void op25b_door_close(struct op25b_door *door);

/* Once a second: close who was silent for too long, or keeps something waiting. */
void op25b_door_sweep(struct op25b_door *door);
