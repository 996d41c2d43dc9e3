/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From refused connection attempts to what is known of a line: who an attempt is of, by the policy
 * and the sessions of the moment, and the table that keeps it (sightings.h).
 *
 * A line is known by its id; where it has none by its session; where no session holds the address
 * by the prefix of one line in its pool. So what was seen of a line stays that line's when another
 * gets its address. Nothing is kept of an address that many lines share, where its port does not
 * tell the line; nor of one of a dynamic pool that no session holds, where sessions are followed.
 */
#pragma once

#include <event2/event.h>

#include "daemon/daemon.h"
#include "daemon/sightings.h"
#include "policy/session.h"

struct op25b_witness;

/* Whose an address is. */
struct op25b_witness_line {
	uint64_t key;
	const struct op25b_service *service; /* of the policy in force */
	char id[OP25B_SESSION_LINE_ID];      /* "": none */
	struct op25b_prefix prefix;          /* what is known, where there is no id */
};

/* Returns 0, -ENOMEM, -EIO. The table is made as the gateway file says. */
int op25b_witness_open(struct op25b_daemon *d, struct event_base *base,
		       struct op25b_witness **ret_witness, struct op25b_error *error);

/* NULL-safe; sets *witness to NULL. */
void op25b_witness_close(struct op25b_witness **witness);

/* Another gateway file is in force. Where it keeps otherwise, all is forgotten. As open. */
int op25b_witness_follow(struct op25b_witness *witness, const struct op25b_gateway *old,
			 struct op25b_error *error);

/* The table; NULL: the gateway file has none kept. */
struct op25b_sightings *op25b_witness_table(const struct op25b_witness *witness);

/* The table's clock: seconds since boot. */
int64_t op25b_witness_now(void);

/* Counter slots that another service has from now on. */
void op25b_witness_forget_slots(struct op25b_witness *witness, const uint32_t *slots, size_t n);

/**
 * op25b_witness_take() - an attempt that was reported.
 * Never fails, allocates nothing. Cost: two searches in policy and sessions for each prefix length
 * in use, and that of op25b_sightings_add(): 3 us with 100,000 lines of policy.
 */
void op25b_witness_take(struct op25b_witness *witness, const struct op25b_event *event);

/**
 * op25b_witness_line() - whose an address is now, by the policy in force.
 * @port: of the line, host order; 0: not known
 * Returns false where nothing is kept of it.
 */
bool op25b_witness_line(struct op25b_witness *witness, const struct op25b_prefix *address,
			uint16_t port, struct op25b_witness_line *ret);

/* The key of a line by its id, where a table is kept. 0; -EIO. */
int op25b_witness_key(struct op25b_witness *witness, const char *id, uint64_t *ret);
