/* SPDX-License-Identifier: BSD-2-Clause */
/* See probe-policy.h. */
#include "cli/probe-policy.h"

#include <string.h>

#define SUBMISSION (OP25B_OFFER_SUBMISSION | OP25B_OFFER_SUBMISSIONS)

/* The first name that is one, and not a pattern. */
static const char *name_of(const struct op25b_peer_group *server)
{
	for (size_t i = 0; i < server->n_hosts; i++) {
		if (!strchr(server->hosts[i], '*') && strlen(server->hosts[i]) < OP25B_PROBE_NAME)
			return server->hosts[i];
	}
	return NULL;
}

const char *op25b_probe_control(const struct op25b_policy *policy)
{
	static const uint32_t wanted[] = { OP25B_OFFER_RELAY, SUBMISSION };

	for (size_t k = 0; k < 2; k++) {
		for (size_t i = 0; i < policy->n_servers; i++) {
			const struct op25b_peer_group *server = &policy->servers[i];

			if (!server->tenant && server->offers & wanted[k] && name_of(server))
				return name_of(server);
		}
	}
	return NULL;
}

static void add_port(struct op25b_probe_target *target, uint16_t port)
{
	for (size_t i = 0; i < target->n_ports; i++) {
		if (target->ports[i] == port)
			return;
	}
	target->ports[target->n_ports++] = port;
}

/* The target of that name, new or one that is there; NULL: no room. */
static struct op25b_probe_target *target_of(struct op25b_probe_target *targets, size_t *n,
					    const char *name)
{
	for (size_t i = 0; i < *n; i++) {
		if (!strcmp(targets[i].host, name))
			return &targets[i];
	}
	if (*n == OP25B_PROBE_HOSTS - 1)
		return NULL;
	targets[*n] = (struct op25b_probe_target){ .host = name };
	return &targets[(*n)++];
}

size_t op25b_probe_servers(const struct op25b_policy *policy,
			   struct op25b_probe_target ret[static OP25B_PROBE_HOSTS - 1])
{
	static const struct {
		uint32_t offer;
		uint16_t port;
	} ports[] = { { OP25B_OFFER_RELAY, 25 },
		      { OP25B_OFFER_SUBMISSION, 587 },
		      { OP25B_OFFER_SUBMISSIONS, 465 } };
	size_t n = 0;

	for (size_t i = 0; i < policy->n_servers; i++) {
		const struct op25b_peer_group *server = &policy->servers[i];
		const char *name = name_of(server);
		struct op25b_probe_target *target;

		if (!name || !(server->offers & (SUBMISSION | OP25B_OFFER_RELAY)))
			continue;
		target = target_of(ret, &n, name);
		for (size_t k = 0; target && k < 3; k++) {
			if (server->offers & ports[k].offer)
				add_port(target, ports[k].port);
		}
	}
	return n;
}
