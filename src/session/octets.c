/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading is of what somebody else may have written. */
#include "session/octets.h"

#include <errno.h>
#include <string.h>

#include "policy/prefix.h"

size_t op25b_octets_of_prefix(const struct op25b_prefix *prefix,
			      uint8_t buffer[static OP25B_OCTETS_PREFIX])
{
	size_t bytes = op25b_prefix_whole(prefix->family) / 8;

	buffer[0] = prefix->family;
	memcpy(buffer + 1, prefix->addr, bytes);
	buffer[1 + bytes] = prefix->len;
	return bytes + 2;
}

int op25b_octets_to_prefix(const uint8_t *data, size_t size, struct op25b_prefix *ret)
{
	struct op25b_prefix prefix = { 0 }, cut;
	size_t bytes;

	if (size < 1 || (data[0] != OP25B_V4 && data[0] != OP25B_V6))
		return -EBADMSG;
	bytes = op25b_prefix_whole(data[0]) / 8;
	if (size < bytes + 2 || data[1 + bytes] > op25b_prefix_whole(data[0]))
		return -EBADMSG;
	prefix.family = data[0];
	memcpy(prefix.addr, data + 1, bytes);
	prefix.len = data[1 + bytes];
	cut = prefix;
	op25b_prefix_cut(&cut, cut.len);
	if (op25b_prefix_compare(&cut, &prefix) != 0)
		return -EBADMSG;
	*ret = prefix;
	return (int)bytes + 2;
}

size_t op25b_octets_of_claims(const struct op25b_session *session,
			      uint8_t buffer[static OP25B_OCTETS_CLAIMS])
{
	size_t size = 0;

	for (size_t i = 0; i < session->n_claims; i++)
		size += op25b_octets_of_prefix(&session->claims[i], buffer + size);
	return size;
}

int op25b_octets_to_claims(const uint8_t *data, size_t size, struct op25b_session *ret)
{
	for (ret->n_claims = 0; size; ret->n_claims++) {
		int used;

		if (!data || ret->n_claims == OP25B_SESSION_CLAIMS)
			return -EBADMSG;
		used = op25b_octets_to_prefix(data, size, &ret->claims[ret->n_claims]);
		if (used < 0)
			return used;
		data += used;
		size -= (size_t)used;
	}
	return 0;
}
