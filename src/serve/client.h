/* SPDX-License-Identifier: BSD-2-Clause */
/* One connection of the control socket; control.c and client.c only. */
#pragma once

#include <event2/bufferevent.h>

#include "serve/control.h"

struct op25b_control {
	struct event_base *base;
	struct evconnlistener *listener;
	struct event *resume;
	const struct op25b_control_calls *calls;
	void *context;
	struct op25b_client *clients;
	unsigned int n_clients;
	char path[108];
};

/**
 * op25b_client_new() - serve a connection; takes the descriptor, whatever happens.
 */
void op25b_client_new(struct op25b_control *control, int fd);

/* Close it and take it off the list. */
void op25b_client_free(struct op25b_client *client);
