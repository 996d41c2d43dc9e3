/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The sending side of RADIUS, as fast as answers come: many sockets with many packets under way in
 * each, sent and received in batches by one thread. What is not answered in time is sent again, the
 * same octets, as a NAS does.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "bench/accounting.h"

struct bench_nas_settings {
	struct bench_accounting *accounting;
	uint16_t port; /* on 127.0.0.1 */
	unsigned int sockets;
	unsigned int under_way; /* at once, on all sockets together; at most 256 a socket */
	double rate;            /* packets a second; 0: as fast as answers come */
	double seconds;         /* of sending anew; then only what is under way is waited for */
	double again;           /* seconds without an answer before a packet is sent again */
	double patience;        /* at the end, for the last answers */
};

struct bench_nas_result {
	uint64_t sent, answered;    /* packets; those sent again are not counted twice */
	uint64_t again, false_ones; /* sent again; answers that were none */
	double a_second;            /* answered, while there were packets to send */
	double seconds;             /* from the first packet to the last answer */
	double p50, p99, longest;   /* milliseconds from first sending to the answer */
};

/* The next packet to send; false: there are no more. `sent_at`: of a clock that goes forward. */
typedef bool (*bench_nas_next)(void *arg, struct bench_event *ret, double sent_at);

/* Called in every round, thousands of times a second; may be NULL. */
typedef void (*bench_nas_round)(void *arg);

/* Every failure of the system ends the program. A packet never answered is no such failure. */
struct bench_nas_result bench_nas_run(const struct bench_nas_settings *settings,
				      bench_nas_next next, bench_nas_round round, void *arg);
