/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RADIUS packets for tests, built and signed from the RFC's words: a second opinion on the
 * authenticators, which shares no code with src/session.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct packet {
	uint8_t octets[8192];
	size_t n;
	size_t signature; /* where the value of Message-Authenticator begins, or 0 */
};

/* Begin one of this code, with identifier 7 and an authenticator that only a probe keeps. */
void packet_begin(struct packet *packet, uint8_t code);

/* Append an attribute. */
void packet_add(struct packet *packet, uint8_t type, const void *value, size_t n);

/* The same of a number of 4 octets, and of a Message-Authenticator that packet_seal() fills in. */
void packet_add_number(struct packet *packet, uint8_t type, uint32_t value);
void packet_add_signature(struct packet *packet);

/* Append "TYPE:VALUE ..." where VALUE is hex, or text behind a '='; nothing else may be in it. */
void packet_add_list(struct packet *packet, const char *list);

/* Write length and authenticators. The packet must be one of sound shape. */
void packet_seal(struct packet *packet, const char *secret);

/* Whether an answer is one to the request: identifier, length, Response Authenticator. */
bool packet_is_answered(const struct packet *request, const uint8_t *answer, size_t n,
			const char *secret);
