/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A datagram's way: shape, authenticators, fields; and back, the answer. The shape comes first
 * because it is cheaper than MD5, and tells where the Message-Authenticator is.
 */
#include "session/radius.h"

#include <string.h>

#include "session/radius-fields.h"
#include "session/radius-keyed.h"
#include "session/radius-wire.h"

enum op25b_radius_result op25b_radius_decode(struct op25b_radius *radius,
					     const struct op25b_radius_client *client,
					     const uint8_t *packet, size_t size, int64_t arrival,
					     struct op25b_acct *ret_acct)
{
	struct op25b_wire wire;
	enum op25b_radius_result result = op25b_wire_read(packet, size, &wire);

	if (result == OP25B_RADIUS_RECORD)
		result = op25b_keyed_verify(radius, client, &wire);
	if (result != OP25B_RADIUS_RECORD)
		return result;
	if (packet[0] == OP25B_STATUS_SERVER)
		return OP25B_RADIUS_PROBE;
	return op25b_fields_read(client, &wire, arrival, ret_acct) ? OP25B_RADIUS_RECORD :
								     OP25B_RADIUS_NO_USE;
}

size_t op25b_radius_answer(struct op25b_radius *radius, const struct op25b_radius_client *client,
			   const uint8_t *packet, size_t size,
			   uint8_t ret[static OP25B_RADIUS_PACKET])
{
	size_t at = OP25B_RADIUS_HEADER, end = OP25B_RADIUS_HEADER, signature = 0;
	struct op25b_attribute attribute;
	struct op25b_wire wire;

	if (op25b_wire_read(packet, size, &wire) != OP25B_RADIUS_RECORD)
		return 0;
	if (packet[0] == OP25B_STATUS_SERVER) {
		ret[end] = OP25B_MESSAGE_AUTHENTICATOR;
		ret[end + 1] = 2 + OP25B_RADIUS_DIGEST;
		signature = end + 2;
		end = signature + OP25B_RADIUS_DIGEST;
	}
	while (op25b_wire_next(&wire, &at, &attribute)) {
		size_t whole = attribute.n + 2U;

		if (attribute.type != OP25B_PROXY_STATE)
			continue;
		memcpy(ret + end, attribute.value - 2, whole);
		end += whole;
	}
	ret[0] = OP25B_ACCOUNTING_RESPONSE;
	ret[1] = packet[1];
	ret[2] = (uint8_t)(end >> 8);
	ret[3] = (uint8_t)end;
	if (!op25b_keyed_sign(radius, client, ret, end, signature,
			      packet + OP25B_RADIUS_AUTHENTICATOR))
		return 0;
	return end;
}

const char *op25b_radius_result_name(enum op25b_radius_result result)
{
	static const char *const names[] = {
#define X(name, text) [OP25B_RADIUS_##name] = (text),
		OP25B_RADIUS_RESULTS(X)
#undef X
	};

	return names[result];
}
