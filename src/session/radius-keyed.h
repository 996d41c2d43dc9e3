/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The authenticators of a packet: what proves that it comes from somebody who knows the secret, and
 * that nothing in it was changed. MD5 is what the protocol has; where the way to the NAS is not
 * trusted, put TLS around it.
 */
#pragma once

#include "session/radius-wire.h"

/**
 * op25b_keyed_verify() - check the authenticators of a request.
 *
 * An Accounting-Request proves all of itself by its Request Authenticator, which is MD5 over the
 * packet with zero in that field, and the secret (RFC 2866, 3). A Status-Server has a random one,
 * and must have a Message-Authenticator (RFC 5997, 3). The latter is HMAC-MD5 over the packet with
 * itself zero (RFC 2869, 5.14) and, in an Accounting-Request, with the Request Authenticator zero
 * too, since that is computed last.
 *
 * Compares in constant time. Returns OP25B_RADIUS_RECORD if all is well, OP25B_RADIUS_UNSIGNED or
 * OP25B_RADIUS_FORGED.
 */
enum op25b_radius_result op25b_keyed_verify(struct op25b_radius *radius,
					    const struct op25b_radius_client *client,
					    const struct op25b_wire *request);

/**
 * op25b_keyed_sign() - write Message-Authenticator, where it has one, and Response Authenticator.
 * @packet:    the answer, complete but for them
 * @signature: where the value of Message-Authenticator begins, or 0
 * @request:   the authenticator of what is answered: OP25B_RADIUS_DIGEST octets
 *
 * Returns false if OpenSSL has no memory.
 */
bool op25b_keyed_sign(struct op25b_radius *radius, const struct op25b_radius_client *client,
		      uint8_t *packet, size_t size, size_t signature, const uint8_t *request);
