/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What waits for the store: a pool of requests, and for each sender's address a queue of its own.
 * They are served in turn, one request each, so one that sends without end waits behind itself.
 *
 * A sender may have as many requests waiting as there are places free. One alone gets half of the
 * pool, k that send without end get a (k+1)th each, and as much is left to whoever comes next.
 */
#pragma once

#include "radiusd/seen.h"
#include "radiusd/udp.h"
#include "session/acct.h"

struct op25b_source;
struct op25b_queue;

/* A request from its arrival to its answer. */
struct op25b_request {
	struct op25b_datagram datagram;
	struct op25b_acct acct;
	struct op25b_seen_place seen;
	struct op25b_request *next;
};

/**
 * op25b_queue_new() - a pool of @n requests.
 *
 * Memory is touched as it is needed: the place that was given back last is taken first.
 * NULL: out of memory.
 */
struct op25b_queue *op25b_queue_new(size_t n);

/* NULL-safe; sets *queue to NULL. */
void op25b_queue_free(struct op25b_queue **queue);

/* A free request, or NULL. */
struct op25b_request *op25b_queue_take(struct op25b_queue *queue);

/* It is free again. */
void op25b_queue_give(struct op25b_queue *queue, struct op25b_request *request);

/**
 * op25b_queue_push() - let a request wait behind those of its sender.
 *
 * Returns false if the sender has its share waiting already, or no place is free: the request
 * stays the caller's. After true there is another to be taken.
 */
bool op25b_queue_push(struct op25b_queue *queue, struct op25b_request *request);

/* The next in turn; NULL: nothing waits. */
struct op25b_request *op25b_queue_pop(struct op25b_queue *queue);

/* How many wait. */
size_t op25b_queue_waiting(const struct op25b_queue *queue);
