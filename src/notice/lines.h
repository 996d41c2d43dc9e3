/* SPDX-License-Identifier: BSD-2-Clause */
/* How many connections each line has open: an IPv4 address, or an IPv6 prefix. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "policy/prefix-table.h"

struct op25b_lines {
	struct op25b_prefix_table table;
	uint32_t most; /* of one line */
};

/* None, and none allowed until `most` is set. */
void op25b_lines_init(struct op25b_lines *lines);

/* Frees the memory. */
void op25b_lines_done(struct op25b_lines *lines);

/**
 * op25b_lines_key() - the line of a client.
 * @peer:   a struct sockaddr_in or sockaddr_in6
 * @v6_len: bits of an IPv6 address that are the line's
 */
struct op25b_exception_key op25b_lines_key(const struct sockaddr_storage *peer, uint8_t v6_len);

/**
 * op25b_lines_enter() - one more of this line.
 * Returns 0; -EBUSY: the line has as many as it may; -ENOMEM. Only after 0 one leaves.
 */
int op25b_lines_enter(struct op25b_lines *lines, const struct op25b_exception_key *key);

/**
 * op25b_lines_leave() - one less.
 */
void op25b_lines_leave(struct op25b_lines *lines, const struct op25b_exception_key *key);
