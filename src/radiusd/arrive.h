/* SPDX-License-Identifier: BSD-2-Clause */
/* A packet's way from its socket to the queue, or to its answer where it needs no store. */
#pragma once

#include "radiusd/radiusd.h"

/**
 * op25b_arrive() - take in what came to an address.
 *
 * Bounded: what is left in the kernel's queues is for the loop's next turn.
 */
void op25b_arrive(struct op25b_radiusd *d, struct op25b_udp *udp);

/* Put the answer to a request among those to be sent; the request must stay until the flush. */
void op25b_answer_to(struct op25b_radiusd *d, const struct op25b_datagram *request);

/* Send all of them. */
void op25b_answer_flush(struct op25b_radiusd *d);
