/* SPDX-License-Identifier: BSD-2-Clause */
/* What tells a connection of one smtpd, as the state's tables keep it. */
#pragma once

#include <string.h>

#include "policy/policy.h"

#define OP25B_CLIENT_OCTETS 19 /* of an address with its port */

/* SQL: of the client that ?3 has; whatever its port, where ?3 has none. */
#define OP25B_OF_CLIENT "substr(client, 1, length(?3)) = ?3"

/* An address, and its port where that is known (not 0). Returns how many octets. */
static inline int op25b_client_octets(const struct op25b_prefix *client, uint16_t port,
				      uint8_t ret[static OP25B_CLIENT_OCTETS])
{
	ret[0] = client->family;
	memcpy(ret + 1, client->addr, 16);
	ret[17] = (uint8_t)(port >> 8);
	ret[18] = (uint8_t)port;
	return port ? OP25B_CLIENT_OCTETS : OP25B_CLIENT_OCTETS - 2;
}
