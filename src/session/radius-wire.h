/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The shape of a RADIUS packet (RFC 2865, 3 and 5): a header of 20 octets, then attributes of type,
 * length and value that fill it exactly. Nothing here knows what an attribute means.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "session/radius.h"

enum {
	OP25B_RADIUS_HEADER = 20,
	OP25B_RADIUS_AUTHENTICATOR = 4, /* where it begins, in the header */
	OP25B_RADIUS_DIGEST = 16,       /* octets of an authenticator */
};

enum { /* codes */
       OP25B_ACCOUNTING_REQUEST = 4,
       OP25B_ACCOUNTING_RESPONSE = 5,
       OP25B_STATUS_SERVER = 12,
};

enum { /* types of attributes that are the packet's own business */
       OP25B_PROXY_STATE = 33,
       OP25B_MESSAGE_AUTHENTICATOR = 80,
};

/* A packet of sound shape. */
struct op25b_wire {
	const uint8_t *packet;
	size_t size;      /* as its length field says */
	size_t signature; /* where the value of Message-Authenticator begins, or 0 */
};

/* An attribute inside a packet. */
struct op25b_attribute {
	uint8_t type;
	uint8_t n; /* octets of value: 0 to 253 */
	const uint8_t *value;
};

/**
 * op25b_wire_read() - check the shape of a datagram.
 *
 * Returns OP25B_RADIUS_RECORD if it is sound; else OP25B_RADIUS_LENGTH, _CODE or _ATTRIBUTE:
 * an attribute shorter than its own head, one that runs over the end, one of type 0, a
 * Message-Authenticator of another size than 16 octets or a second one.
 */
enum op25b_radius_result op25b_wire_read(const uint8_t *packet, size_t size,
					 struct op25b_wire *ret);

/**
 * op25b_wire_next() - the attribute at an offset, and the offset moved behind it.
 * @at: begins at OP25B_RADIUS_HEADER
 *
 * Returns false at the end.
 */
bool op25b_wire_next(const struct op25b_wire *wire, size_t *at, struct op25b_attribute *ret);
