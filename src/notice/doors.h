/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Doors: pairs of listening sockets with what is said to whoever comes in there. A door that is no
 * longer wanted stays open for OP25B_DOORS_LEAVE ticks, for who waits there and for handshakes
 * under way; nobody new is led to it.
 */
#pragma once

#include <event2/event.h>
#include <stddef.h>

#include "base/error.h"
#include "notice/clients.h"

#define OP25B_DOORS_LEAVE 2  /* ticks */
#define OP25B_DOORS_BATCH 16 /* connections let in before another door has its turn */

struct op25b_doors;

/**
 * op25b_doors_new() - none yet.
 * @clients: who come in are given to; must outlive it
 * Returns 0 or -ENOMEM.
 */
int op25b_doors_new(struct event_base *base, struct op25b_clients *clients,
		    struct op25b_doors **ret);

/* Closes all of them at once. NULL-safe; sets *doors to NULL. */
void op25b_doors_free(struct op25b_doors **doors);

/**
 * op25b_doors_put() - open a door; one with its id leaves.
 * @fds: listening TCP sockets as OP25B_WIRE_DOOR has them; taken only if 0 is returned
 * Returns 0; -EINVAL: other sockets; -ENOSPC: OP25B_WIRE_DOORS_MAX; -ENOMEM; of setsockopt().
 */
int op25b_doors_put(struct op25b_doors *doors, const struct op25b_wire_door *told,
		    const int fds[static OP25B_WIRE_FDS], struct op25b_error *error);

/* The door of this id leaves, if there is one. */
void op25b_doors_shut(struct op25b_doors *doors, uint64_t id);

/* From now on doors are told of anew: ids of before mean nothing. */
void op25b_doors_begin(struct op25b_doors *doors);

/* All are told of: those of before op25b_doors_begin() leave. */
void op25b_doors_all(struct op25b_doors *doors);

/* A second has passed. */
void op25b_doors_tick(struct op25b_doors *doors);

/* How many there are that don't leave. */
size_t op25b_doors_count(const struct op25b_doors *doors);
