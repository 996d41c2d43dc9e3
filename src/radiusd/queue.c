/* SPDX-License-Identifier: BSD-2-Clause */
/* See queue.h. */
#include "radiusd/queue.h"

#include <stdlib.h>
#include <string.h>

#include "policy/prefix.h"

#define BUCKETS 1024U

/* A sender that has something waiting. */
struct op25b_source {
	struct op25b_prefix address;
	struct op25b_request *first, **end;
	size_t waiting;
	struct op25b_source *next_in_bucket, *next_in_turn;
};

struct op25b_queue {
	struct op25b_request *requests, *free;
	struct op25b_source *sources, *free_sources; /* as many: each has a request */
	size_t n_free, waiting;
	struct op25b_source *buckets[BUCKETS];
	struct op25b_source *turn, **end_of_turn;
};

struct op25b_queue *op25b_queue_new(size_t n)
{
	struct op25b_queue *queue = calloc(1, sizeof(*queue));

	if (!queue)
		return NULL;
	queue->requests = calloc(n, sizeof(*queue->requests));
	queue->sources = calloc(n, sizeof(*queue->sources));
	queue->end_of_turn = &queue->turn;
	if (!queue->requests || !queue->sources) {
		op25b_queue_free(&queue);
		return NULL;
	}
	for (size_t i = n; i-- > 0;) {
		op25b_queue_give(queue, &queue->requests[i]);
		queue->sources[i].next_in_turn = queue->free_sources;
		queue->free_sources = &queue->sources[i];
	}
	return queue;
}

void op25b_queue_free(struct op25b_queue **queue)
{
	if (!*queue)
		return;
	free((*queue)->requests);
	free((*queue)->sources);
	free(*queue);
	*queue = NULL;
}

struct op25b_request *op25b_queue_take(struct op25b_queue *queue)
{
	struct op25b_request *request = queue->free;

	if (!request)
		return NULL;
	queue->free = request->next;
	queue->n_free--;
	return request;
}

void op25b_queue_give(struct op25b_queue *queue, struct op25b_request *request)
{
	request->next = queue->free;
	queue->free = request;
	queue->n_free++;
}

/* Senders are in the collector file: nobody chooses addresses so that they meet in one bucket. */
static struct op25b_source **bucket_of(struct op25b_queue *queue,
				       const struct op25b_prefix *address)
{
	uint64_t high, low;

	memcpy(&high, address->addr, sizeof(high));
	memcpy(&low, address->addr + 8, sizeof(low));
	high = (high ^ low * 0x9e3779b97f4a7c15U) * 0xff51afd7ed558ccdU;
	return &queue->buckets[(high >> 32) % BUCKETS];
}

static struct op25b_source **find_source(struct op25b_queue *queue,
					 const struct op25b_prefix *address)
{
	struct op25b_source **at = bucket_of(queue, address);

	while (*at && op25b_prefix_compare(&(*at)->address, address) != 0)
		at = &(*at)->next_in_bucket;
	return at;
}

static void append_turn(struct op25b_queue *queue, struct op25b_source *source)
{
	source->next_in_turn = NULL;
	*queue->end_of_turn = source;
	queue->end_of_turn = &source->next_in_turn;
}

bool op25b_queue_push(struct op25b_queue *queue, struct op25b_request *request)
{
	struct op25b_source **at = find_source(queue, &request->datagram.address), *source = *at;

	if ((source ? source->waiting : 0) >= queue->n_free)
		return false;
	if (!source) {
		*at = source = queue->free_sources;
		queue->free_sources = source->next_in_turn;
		*source = (struct op25b_source){ .address = request->datagram.address };
		source->end = &source->first;
		append_turn(queue, source);
	}
	request->next = NULL;
	*source->end = request;
	source->end = &request->next;
	source->waiting++;
	queue->waiting++;
	return true;
}

static void drop_source(struct op25b_queue *queue, struct op25b_source *source)
{
	*find_source(queue, &source->address) = source->next_in_bucket;
	source->next_in_turn = queue->free_sources;
	queue->free_sources = source;
}

struct op25b_request *op25b_queue_pop(struct op25b_queue *queue)
{
	struct op25b_source *source = queue->turn;
	struct op25b_request *request;

	if (!source)
		return NULL;
	queue->turn = source->next_in_turn;
	if (!queue->turn)
		queue->end_of_turn = &queue->turn;
	request = source->first;
	source->first = request->next;
	source->waiting--;
	queue->waiting--;
	if (source->first)
		append_turn(queue, source);
	else
		drop_source(queue, source);
	return request;
}

size_t op25b_queue_waiting(const struct op25b_queue *queue)
{
	return queue->waiting;
}
