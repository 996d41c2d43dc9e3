/* SPDX-License-Identifier: BSD-2-Clause */
/* A server that is also mx: what is open to it is open to incoming mail's server. */
#include "policy/reader.h"

void op25b_check_servers(struct op25b_reader *r)
{
	for (size_t i = 0; i < r->policy->n_servers; i++) {
		const struct op25b_peer_group *server = &r->policy->servers[i];

		if (server->offers & OP25B_OFFER_MX &&
		    server->offers & ~(unsigned int)OP25B_OFFER_MX)
			op25b_find_warning(r->finder, &server->place,
					   "mail server '%s' is also mx: "
					   "what is open to it is open to the MX; give the MX an "
					   "address of its own",
					   server->id);
	}
}
