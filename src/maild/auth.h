/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Dovecot's auth policy over HTTP: POST /?command=allow or report, with the key in X-API-Key. What
 * HTTP is, is libevent's matter. A connection that says nothing for OP25B_AUTH_IDLE seconds is
 * closed; Dovecot opens another. libevent can't be told how many connections it may take, so it
 * is told to take no more while the descriptors below op25b_auth_door.most are used up.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "mail/settings.h"

#define OP25B_AUTH_IDLE    60
#define OP25B_AUTH_HEADERS 8192
#define OP25B_AUTH_ROOM    500 /* connections, about */

struct evhttp;
struct evconnlistener;
struct op25b_maild;
struct op25b_newcomer;

struct op25b_auth_door {
	struct op25b_maild *maild;
	struct evhttp *http;
	struct evconnlistener *listeners[OP25B_MAILD_LISTEN]; /* owned by http */
	size_t n_listeners;
	int most; /* the first descriptor that is too many */
	bool full;
	struct op25b_newcomer *newcomers; /* not yet looked at */
	uint64_t accepted, turned_away, wrong_key, bad, answered, failed;
};

/**
 * op25b_auth_open() - listen at all of settings' addresses.
 * @door: its .maild and .most are set
 */
int op25b_auth_open(struct op25b_auth_door *door, struct op25b_error *error);

/* Close it, and what is connected. For one that never was open, too. */
void op25b_auth_close(struct op25b_auth_door *door);

/* After each round of the loop: turn away who may not connect. */
void op25b_auth_look(struct op25b_auth_door *door);

/* Once a second: listen again if there is room. */
void op25b_auth_sweep(struct op25b_auth_door *door);
