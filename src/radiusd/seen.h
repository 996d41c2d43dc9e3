/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Requests of the last seconds, so that one sent again is told from a new one (RFC 5080, 2.2.2):
 * the same sender, port, id and authenticator. As the authenticator is a digest over the whole
 * packet, only packets whose authenticator was found genuine may be asked about.
 *
 * A bounded table; what is pushed out of it early or late is applied twice, which the store's rules
 * bear (merge.h). The answer is not kept: made again, it has the same octets.
 */
#pragma once

#include <stdint.h>

#include "radiusd/udp.h"

#define OP25B_SEEN_SECONDS 30

struct op25b_seen;

enum op25b_seen_state {
	OP25B_SEEN_NEW,
	OP25B_SEEN_WAITS,    /* for its commit: its answer will come */
	OP25B_SEEN_ANSWERED, /* the commit was done: answer it again */
};

/* A request's place in the table. */
struct op25b_seen_place {
	uint32_t slot, turn;
};

/* NULL: out of memory. */
struct op25b_seen *op25b_seen_new(void);

/* NULL-safe; sets *seen to NULL. */
void op25b_seen_free(struct op25b_seen **seen);

/**
 * op25b_seen_ask() - what is known of a request; a new one is remembered as waiting.
 * @second:    of a clock that never goes back
 * @ret_place: written if it is new
 */
enum op25b_seen_state op25b_seen_ask(struct op25b_seen *seen, const struct op25b_datagram *request,
				     int64_t second, struct op25b_seen_place *ret_place);

/* What became of it: its commit was done, or it came to nothing and is forgotten. */
void op25b_seen_settle(struct op25b_seen *seen, struct op25b_seen_place place, bool committed);
