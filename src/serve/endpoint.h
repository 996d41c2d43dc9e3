/* SPDX-License-Identifier: BSD-2-Clause */
/* An address and a port as settings files write them. */
#pragma once

#include <stdbool.h>
#include <sys/socket.h>

#include "policy/policy.h"

struct op25b_endpoint {
	struct op25b_prefix address; /* whole; all zeroes: every one of the family */
	uint16_t port;
};

/**
 * op25b_endpoint_parse() - "192.0.2.1", "192.0.2.1:1646", "2001:db8::1", "[2001:db8::1]:1646".
 * @port: where none is written; 0: one must be
 */
bool op25b_endpoint_parse(const char *text, uint16_t port, struct op25b_endpoint *ret);

/* The same of somebody who may have come by a socket of both families: "::ffff:192.0.2.1" and
 * "[::ffff:c000:201]:25" are 192.0.2.1. */
bool op25b_endpoint_parse_mapped(const char *text, uint16_t port, struct op25b_endpoint *ret);

/* Whether both are the same place. */
bool op25b_endpoint_same(const struct op25b_endpoint *a, const struct op25b_endpoint *b);

/* What bind() and connect() want. Returns its size. */
socklen_t op25b_endpoint_fill(const struct op25b_endpoint *endpoint, struct sockaddr_storage *ret);

/* Whether it is every address of its family, which nobody can connect to. */
bool op25b_endpoint_is_every(const struct op25b_endpoint *endpoint);

/* Whether an address is of this host alone. */
bool op25b_endpoint_is_loopback(const struct op25b_prefix *address);
