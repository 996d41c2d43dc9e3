/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Connections of clients: their limits, their sockets, their end. What is said is talk.h's. What a
 * client sends is read into one buffer on the stack, which is wiped before the next is read.
 *
 * Memory: a record a connection, of a fixed size and for as long as it is open.
 */
#pragma once

#include <event2/event.h>
#include <stdint.h>
#include <sys/socket.h>

#include "notice/page.h"
#include "notice/replies.h"
#include "notice/wire.h"

struct op25b_clients;

/**
 * op25b_clients_new() - none yet, and none allowed until op25b_clients_limit().
 * Returns 0 or -ENOMEM.
 */
int op25b_clients_new(struct event_base *base, struct op25b_clients **ret);

/* Resets every connection. NULL-safe; sets *clients to NULL. */
void op25b_clients_free(struct op25b_clients **clients);

/**
 * op25b_clients_limit() - how many there may be, in all and of a line. Who is there stays.
 */
void op25b_clients_limit(struct op25b_clients *clients, uint32_t connections, uint32_t per_line);

/**
 * op25b_clients_take() - serve a connection, or reset it if it is one too many.
 * @fd:      non-blocking, with SO_LINGER 0, so that it is reset whenever it is closed and whoever
 *           closes it; taken
 * @peer:    whose it is
 * @v6_len:  bits of an IPv6 address that are the line's
 * @replies: kept as long as needed
 */
void op25b_clients_take(struct op25b_clients *clients, int fd, const struct sockaddr_storage *peer,
			uint8_t v6_len, struct op25b_replies *replies);

/* Where the data plane is told that there are as many as there may be. */
struct op25b_page *op25b_clients_page(struct op25b_clients *clients);

/* What happened; `doors` is not filled. */
struct op25b_wire_counts op25b_clients_counts(const struct op25b_clients *clients);
