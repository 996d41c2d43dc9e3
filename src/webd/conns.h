/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The connections of a listener (customers' and staff's have a table each): how many there may be,
 * and how long each step of one may take, however often a byte comes meanwhile. When all places are
 * taken, the connection that has waited longest without a whole request gives its own to the
 * newcomer; who is being answered keeps it, and while all are, nobody is accepted.
 */
#pragma once

#include <event2/bufferevent.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "policy/policy.h"
#include "web/head.h"

/* Seconds: until a request's head is there, its body, an answer is taken, the client has closed. */
#define OP25B_CONN_HEAD   20
#define OP25B_CONN_BODY   20
#define OP25B_CONN_WRITE  30
#define OP25B_CONN_LINGER 2

/* Connections that an address (of IPv6 a /64) may have, if it is no proxy of ours. */
#define OP25B_CONN_SAME 40U

enum op25b_conn_step {
	OP25B_CONN_READING,
	OP25B_CONN_ANSWERING, /* for as long as the visit takes */
	OP25B_CONN_WRITING,
	OP25B_CONN_LINGERING, /* all is sent; what still comes is thrown away */
};

struct op25b_visit;
struct op25b_webd;

struct op25b_conn {
	struct op25b_webd *d;
	struct op25b_conns *conns;
	struct bufferevent *stream;
	bool staff;               /* of the second listener */
	struct op25b_prefix peer; /* whole */
	uint16_t port;
	enum op25b_conn_step step;
	int64_t deadline; /* of the step, boot clock */
	bool has_head, last;
	struct op25b_web_head head; /* if has_head: of the request in hand */
	struct op25b_visit *visit;  /* that waits for what it wants to know; ends with us */
	size_t thrown;              /* bytes, while lingering */
	TAILQ_ENTRY(op25b_conn) next;
};

TAILQ_HEAD(op25b_conn_list, op25b_conn);

struct op25b_conns {
	struct op25b_conn_list waiting; /* for the client; who began first is first */
	struct op25b_conn_list busy;
	size_t n, most;
	uint64_t accepted, refused, expired, evicted;
	void (*pause)(void *arg, bool pause); /* have listeners accept nobody, or go on */
	void *arg;
	bool paused;
};

/* @most: at a time. @pause: see above. */
void op25b_conns_open(struct op25b_conns *conns, size_t most, void (*pause)(void *arg, bool pause),
		      void *arg);

/* Closes all. */
void op25b_conns_close(struct op25b_conns *conns);

/**
 * op25b_conns_add() - a new connection.
 * @conn:    from malloc(), taken; .peer and .stream are filled
 * @trusted: it is a proxy's, which may have more than others
 * Returns false: it can't stay, and is closed.
 */
bool op25b_conns_add(struct op25b_conns *conns, struct op25b_conn *conn, bool trusted);

/* The next step begins. @seconds: it may take; 0: as long as it does. */
void op25b_conn_step(struct op25b_conn *conn, enum op25b_conn_step step, int seconds);

/* Close it. Whoever waits for an answer on it is not answered any more. */
void op25b_conn_free(struct op25b_conn *conn);

/* Close those whose time is over; for every second. */
void op25b_conns_expire(struct op25b_conns *conns);
