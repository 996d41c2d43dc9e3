/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RADIUS accounting, server side: from a datagram to a struct op25b_acct, and to the answer that
 * says it is safe (RFC 2866, 2869, 3162, 4818, 6911; Status-Server of RFC 5997).
 *
 * Neither sockets nor clock nor memory: the caller has the datagram, the client it came from and
 * the time. It answers after the change is durable, and answers what it has no use for as well:
 * whoever is not answered sends again for ever, and what waits behind it never comes.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "session/acct.h"

#define OP25B_RADIUS_PACKET 4096 /* octets of the longest packet */

/* Whoever may send, and what its packets are like. */
struct op25b_radius_client {
	const char *name; /* for packets that don't name their NAS; not "", under OP25B_ACCT_TEXT */
	const uint8_t *secret;
	size_t n_secret; /* not 0 */
	bool needs_message_authenticator;
	bool missing_is_released;     /* a family the packet is silent about is released */
	bool netmask_is_line;         /* Framed-IP-Netmask: the line has the whole subnet */
	bool ipv6_route_is_delegated; /* Framed-IPv6-Route tells a prefix of the line */
};

/* What became of a datagram. Only the first three are answered. */
#define OP25B_RADIUS_RESULTS(X)                                                             \
	X(RECORD, "record")       /* a change for the store; answer once it is durable */   \
	X(NO_USE, "no-use")       /* valid, and nothing to keep; answer */                  \
	X(PROBE, "probe")         /* Status-Server; answer */                               \
	X(LENGTH, "length")       /* shorter than a header or than it says, or over 4096 */ \
	X(CODE, "code")           /* neither Accounting-Request nor Status-Server */        \
	X(ATTRIBUTE, "attribute") /* attributes that do not fill the packet exactly */      \
	X(UNSIGNED, "unsigned")   /* a Message-Authenticator that must be there is not */   \
	X(FORGED, "forged") /* an authenticator that is zero, or of another secret or content */

enum op25b_radius_result {
#define X(name, text) OP25B_RADIUS_##name,
	OP25B_RADIUS_RESULTS(X)
#undef X
		OP25B_RADIUS_RESULT_COUNT
};

/* MD5 and its scratch memory. Not for two threads at once. */
struct op25b_radius;

/**
 * op25b_radius_new() - fetch MD5 and HMAC from OpenSSL, once.
 * @ret: owned by the caller, who ends it with op25b_radius_free()
 *
 * Returns 0; -ENOTSUP where OpenSSL refuses MD5 (FIPS mode); -ENOMEM.
 */
int op25b_radius_new(struct op25b_radius **ret, struct op25b_error *error);

/* End it; NULL is harmless. Writes NULL back. */
void op25b_radius_free(struct op25b_radius **radius);

/**
 * op25b_radius_decode() - check a datagram, and read what it says.
 * @packet:   size octets; those beyond the length field are padding
 * @arrival:  seconds UTC
 * @ret_acct: written for OP25B_RADIUS_RECORD only
 *
 * About a microsecond, three where there is a Message-Authenticator.
 */
enum op25b_radius_result op25b_radius_decode(struct op25b_radius *radius,
					     const struct op25b_radius_client *client,
					     const uint8_t *packet, size_t size, int64_t arrival,
					     struct op25b_acct *ret_acct);

/**
 * op25b_radius_answer() - make the Accounting-Response to a packet that is to be answered.
 * @packet: the request as it came, which op25b_radius_decode() found to be one of the first three
 * @ret:    the answer; must not overlap @packet
 *
 * It has the Proxy-State attributes of the request in their order and, to a Status-Server, a
 * Message-Authenticator. No Message-Authenticator to an Accounting-Request: no RFC has one there,
 * and implementations disagree on what it is keyed over (FreeRADIUS 3 takes a zero authenticator,
 * radsecproxy the request's), so that either would drop the other's.
 *
 * Returns the answer's size in octets, at most that of the request; 0 if OpenSSL has no memory:
 * then nothing is to be sent.
 */
size_t op25b_radius_answer(struct op25b_radius *radius, const struct op25b_radius_client *client,
			   const uint8_t *packet, size_t size,
			   uint8_t ret[static OP25B_RADIUS_PACKET]);

/* The name of a result, for counters. */
const char *op25b_radius_result_name(enum op25b_radius_result result);
