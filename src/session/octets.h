/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Prefixes as octets, as both engines keep them: family, 4 or 16 bytes of address, length. So they
 * sort as op25b_prefix_compare() does. Claims are such octets one after another.
 */
#pragma once

#include "session/merge.h"

#define OP25B_OCTETS_PREFIX 18 /* of the longest prefix */
#define OP25B_OCTETS_CLAIMS (OP25B_SESSION_CLAIMS * OP25B_OCTETS_PREFIX)

/* Bytes written to @buffer. */
size_t op25b_octets_of_prefix(const struct op25b_prefix *prefix,
			      uint8_t buffer[static OP25B_OCTETS_PREFIX]);
/* Bytes read of @size, or -EBADMSG. */
int op25b_octets_to_prefix(const uint8_t *data, size_t size, struct op25b_prefix *ret);

/* Bytes written to @buffer. */
size_t op25b_octets_of_claims(const struct op25b_session *session,
			      uint8_t buffer[static OP25B_OCTETS_CLAIMS]);
/* Read all of @size into the session's claims. 0 or -EBADMSG; @data may be NULL if @size is 0. */
int op25b_octets_to_claims(const uint8_t *data, size_t size, struct op25b_session *ret);
