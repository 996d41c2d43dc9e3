/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The walk over a packet's attributes. One malformed attribute makes the whole packet malformed:
 * where one ends wrongly, nobody knows where the next begins.
 */
#include "session/radius-wire.h"

static enum op25b_radius_result check_attributes(struct op25b_wire *wire)
{
	size_t at = OP25B_RADIUS_HEADER;

	while (at < wire->size) {
		const uint8_t *head = wire->packet + at;
		size_t left = wire->size - at;

		if (left < 2 || head[1] < 2 || head[1] > left || !head[0])
			return OP25B_RADIUS_ATTRIBUTE;
		if (head[0] == OP25B_MESSAGE_AUTHENTICATOR) {
			if (head[1] != 2 + OP25B_RADIUS_DIGEST || wire->signature)
				return OP25B_RADIUS_ATTRIBUTE;
			wire->signature = at + 2;
		}
		at += head[1];
	}
	return OP25B_RADIUS_RECORD;
}

enum op25b_radius_result op25b_wire_read(const uint8_t *packet, size_t size, struct op25b_wire *ret)
{
	struct op25b_wire wire = { .packet = packet };
	enum op25b_radius_result result;

	if (size < OP25B_RADIUS_HEADER)
		return OP25B_RADIUS_LENGTH;
	wire.size = (size_t)(packet[2] << 8 | packet[3]);
	if (wire.size < OP25B_RADIUS_HEADER || wire.size > OP25B_RADIUS_PACKET || wire.size > size)
		return OP25B_RADIUS_LENGTH;
	if (packet[0] != OP25B_ACCOUNTING_REQUEST && packet[0] != OP25B_STATUS_SERVER)
		return OP25B_RADIUS_CODE;
	result = check_attributes(&wire);
	if (result == OP25B_RADIUS_RECORD)
		*ret = wire;
	return result;
}

bool op25b_wire_next(const struct op25b_wire *wire, size_t *at, struct op25b_attribute *ret)
{
	const uint8_t *head = wire->packet + *at;

	if (*at >= wire->size)
		return false;
	*ret = (struct op25b_attribute){ .type = head[0],
					 .n = (uint8_t)(head[1] - 2),
					 .value = head + 2 };
	*at += head[1];
	return true;
}
