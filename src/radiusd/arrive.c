/* SPDX-License-Identifier: BSD-2-Clause */
/* See arrive.h. Strangers and forgers cost no more than a look at their packet, and a count. */
#include "radiusd/arrive.h"

#include "serve/clock.h"

/* Batches of each queue a turn, so that a flood keeps no finished commit waiting. */
#define ROUNDS 4

#define SILENCE_SECONDS INT64_C(10)

static void flush(struct op25b_radiusd *d, struct op25b_udp *udp)
{
	if (udp->n_out)
		d->unsent += op25b_udp_flush(udp);
}

/*
 * The client is looked up again: since the request came the file may have been read once more, and
 * what it says now holds.
 */
void op25b_answer_to(struct op25b_radiusd *d, const struct op25b_datagram *request)
{
	struct op25b_udp *udp = request->udp;
	struct op25b_response *answer = &udp->out[udp->n_out];
	int client = op25b_collector_sender(d->collector, &request->address);

	if (client < 0)
		return;
	answer->to = request;
	answer->size = op25b_radius_answer(d->radius, &d->collector->clients[client],
					   request->octets, request->size, answer->octets);
	if (!answer->size)
		return;
	d->counts[client].answered++;
	if (++udp->n_out == OP25B_UDP_BATCH)
		flush(d, udp);
}

void op25b_answer_flush(struct op25b_radiusd *d)
{
	for (size_t i = 0; i < d->n_sockets; i++)
		flush(d, &d->sockets[i]);
}

/* Returns whether the request waits in the queue now. */
static bool take_record(struct op25b_radiusd *d, struct op25b_request *request,
			struct op25b_counts *counts, int64_t second)
{
	switch (op25b_seen_ask(d->seen, &request->datagram, second, &request->seen)) {
	case OP25B_SEEN_ANSWERED:
		op25b_answer_to(d, &request->datagram);
		counts->duplicates++;
		return false;
	case OP25B_SEEN_WAITS:
		counts->duplicates++;
		return false;
	default:
		break;
	}
	if (op25b_queue_push(d->queue, request))
		return true;
	op25b_seen_settle(d->seen, request->seen, false);
	counts->crowded++;
	return false;
}

/*
 * Who asks whether we serve is told by silence that we don't, and turns to another. A while after
 * the last failure it is answered: else it would send no more records, and none would be tried.
 */
static bool is_silent(const struct op25b_radiusd *d)
{
	return d->unreachable ||
	       (d->refuses && op25b_clock_boot_ns() - d->refused_at < SILENCE_SECONDS * 1000000000);
}

static bool take(struct op25b_radiusd *d, struct op25b_request *request, int64_t now,
		 int64_t second)
{
	const struct op25b_datagram *datagram = &request->datagram;
	int client = op25b_collector_sender(d->collector, &datagram->address);
	enum op25b_radius_result result;
	struct op25b_counts *counts;

	if (client < 0) {
		d->unknown++;
		d->unknown_at = now;
		return false;
	}
	counts = &d->counts[client];
	result = op25b_radius_decode(d->radius, &d->collector->clients[client], datagram->octets,
				     datagram->size, now, &request->acct);
	counts->results[result]++;
	if (result > OP25B_RADIUS_PROBE)
		return false;
	counts->last = now;
	if (result == OP25B_RADIUS_RECORD)
		return take_record(d, request, counts, second);
	if (result == OP25B_RADIUS_PROBE && is_silent(d))
		counts->failed++;
	else
		op25b_answer_to(d, datagram);
	return false;
}

static void take_all(struct op25b_radiusd *d, struct op25b_udp *udp, unsigned int queue)
{
	int64_t now = op25b_clock_wall(), second = op25b_clock_boot_ns() / 1000000000;
	struct op25b_datagram *places[OP25B_UDP_BATCH];
	size_t got;

	for (size_t i = 0; i < OP25B_UDP_BATCH; i++)
		places[i] = &d->inbox[i]->datagram;
	got = op25b_udp_receive(udp, queue, places);
	for (size_t i = 0; i < got; i++) {
		if (take(d, d->inbox[i], now, second))
			d->inbox[i] = op25b_queue_take(d->queue);
	}
	/* Before their requests are written over. */
	op25b_answer_flush(d);
}

void op25b_arrive(struct op25b_radiusd *d, struct op25b_udp *udp)
{
	unsigned int queues[OP25B_UDP_QUEUES];
	size_t n = 1;

	for (unsigned int round = 0; round < ROUNDS && n; round++) {
		n = op25b_udp_ready(udp, queues);
		for (size_t i = 0; i < n; i++)
			take_all(d, udp, queues[i]);
	}
}
