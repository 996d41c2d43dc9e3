/* SPDX-License-Identifier: BSD-2-Clause */
/* The sockets that are listened on: for everybody, and for staff. */
#pragma once

#include <event2/listener.h>
#include <stdbool.h>

#include "base/error.h"
#include "web/settings.h"

struct op25b_webd;

struct op25b_web_door {
	struct op25b_webd *d;
	bool staff;
	struct evconnlistener *listeners[OP25B_WEB_LISTEN];
	size_t n;
};

/* Listen. @listen: none: it stays closed. 0, -ENOMEM or an error of bind(). */
int op25b_web_door_open(struct op25b_web_door *door, struct op25b_webd *d, bool staff,
			const struct op25b_web_listen *listen, struct op25b_error *error);

/* Harmless if it is not open. Connections stay. */
void op25b_web_door_close(struct op25b_web_door *door);

/* Accept nobody, or go on. */
void op25b_web_door_pause(struct op25b_web_door *door, bool pause);
