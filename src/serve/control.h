/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The control socket: connections, lines, limits. What a line means is the caller's. A client that
 * sends half a line, never reads or is gone costs a buffer and, after OP25B_CONTROL_PATIENCE
 * seconds, nothing; it never keeps the loop waiting.
 */
#pragma once

#include <event2/event.h>
#include <jansson.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/types.h>

#include "base/error.h"

struct op25b_control;
struct op25b_client;

struct op25b_control_calls {
	/* A line of @size bytes without its newline. */
	void (*line)(struct op25b_client *client, const char *line, size_t size, void *context);
	size_t line_max; /* bytes; 0: OP25B_CONTROL_LINE_MAX. A longer one ends the connection */
	/* Whether who connects from there is served; NULL: everybody. */
	bool (*may)(const struct sockaddr *peer, void *context);
	/* The client is gone; only told of those that op25b_client_stream() was called for. */
	void (*gone)(struct op25b_client *client, void *context);
};

/**
 * op25b_control_open() - listen.
 * @path:  of the socket; a folder missing above it is made if its own parent is there
 * @group: who may talk to it besides root; NULL: nobody
 * Returns 0; -EADDRINUSE: another process listens there; -ENOENT: no such group; others of bind().
 */
int op25b_control_open(struct event_base *base, const char *path, const char *group,
		       const struct op25b_control_calls *calls, void *context,
		       struct op25b_control **ret_control, struct op25b_error *error);

/* The same on a TCP socket that is bound, and is taken whatever happens. Returns 0 or -ENOMEM. */
int op25b_control_listen(struct event_base *base, int fd, const struct op25b_control_calls *calls,
			 void *context, struct op25b_control **ret_control);

/* Closes every connection and removes the socket. NULL-safe; sets *control to NULL. */
void op25b_control_close(struct op25b_control **control);

/* Send one line. @json is taken. NULL (no memory) ends the connection. */
void op25b_client_send(struct op25b_client *client, json_t *json);

/* {"error":...}, with @code a word of OP25B_CONTROL_CODES. */
void op25b_client_fail(struct op25b_client *client, const char *code, const char *text);

/* From now on the client only listens: what it sends is thrown away, and it may stay for long. */
void op25b_client_stream(struct op25b_client *client);

/* Whether so much waits to be read by this client that more should not be sent. */
bool op25b_client_behind(const struct op25b_client *client);

/* Who is on the other end. */
uid_t op25b_client_uid(const struct op25b_client *client);
pid_t op25b_client_pid(const struct op25b_client *client);

/* A word of the caller's, NULL at first. */
void **op25b_client_word(struct op25b_client *client);
