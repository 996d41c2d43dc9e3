/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Talking to op25bd, or to another daemon on its socket: connect, one request, answers; see
 * op25b/control.h. What goes wrong is said on standard error here, with what to do about it, and
 * becomes the exit code.
 */
#pragma once

#include <jansson.h>

#include "cli/command.h"
#include "serve/endpoint.h"

struct op25b_client;

/* For the options of a command that talks to the daemon. */
#define OP25B_CLIENT_SOCKET_HELP                                     \
	"the daemon's control socket (default: $OP25B_SOCKET, then " \
	"/run/op25b/control.sock)"

/**
 * op25b_client_open() - connect.
 * @path:     --socket, or NULL
 * @ret_exit: written on failure, after saying why: OP25B_EXIT_UNREACHABLE or _NOT_PERMITTED
 * Returns 0 or -errno.
 */
int op25b_client_open(const struct op25b_command *command, const char *path,
		      struct op25b_client **ret_client, int *ret_exit);

/* The same with op25b-maild on another host, which is waited for 10 s. */
int op25b_client_open_far(const struct op25b_command *command, const struct op25b_endpoint *at,
			  struct op25b_client **ret_client, int *ret_exit);

/* Wait for a minute at most for each answer; else for as long as it takes. */
void op25b_client_hurry(struct op25b_client *client);

/* NULL-safe; sets *client to NULL. */
void op25b_client_close(struct op25b_client **client);

/* Send a request. @request is taken; NULL is no memory. Failures as op25b_client_open(). */
int op25b_client_request(struct op25b_client *client, json_t *request, int *ret_exit);

/**
 * op25b_client_receive() - the next line.
 * @ret_answer: free with json_decref()
 * Returns 0; -ENODATA: the daemon closed the connection or the answer is an error, and was said.
 */
int op25b_client_receive(struct op25b_client *client, json_t **ret_answer, int *ret_exit);

/**
 * op25b_client_ask() - open, send, receive, close: what most commands do.
 * @request: is taken
 * Returns the answer, or NULL and *ret_exit; after a minute without one too.
 */
json_t *op25b_client_ask(const struct op25b_command *command, const char *path, json_t *request,
			 int *ret_exit);

/* The same for work that may take as long as it likes. */
json_t *op25b_client_await(const struct op25b_command *command, const char *path, json_t *request,
			   int *ret_exit);

/* Print one JSON object on one line; it stays the caller's. */
void op25b_client_print(const json_t *json);
