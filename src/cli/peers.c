/* SPDX-License-Identifier: BSD-2-Clause */
/* See peers.h. A peer is known by its name, which lists the groups that hold it. */
#include "cli/peers.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "cli/ranges.h"
#include "policy/prefix.h"

struct groups {
	const struct op25b_peer_group *list;
	size_t n;
};

static int add_edges(struct op25b_edges *edges, struct groups groups)
{
	int r = 0;

	for (size_t i = 0; i < groups.n && !r; i++) {
		for (size_t k = 0; k < groups.list[i].n_prefixes && !r; k++)
			r = op25b_edges_add(edges, &groups.list[i].prefixes[k]);
	}
	return r;
}

static bool group_holds(const struct op25b_peer_group *group, const struct op25b_prefix *address)
{
	for (size_t i = 0; i < group->n_prefixes; i++) {
		if (op25b_prefix_holds(&group->prefixes[i], address))
			return true;
	}
	return false;
}

static bool named_holds(struct groups groups, const char *id, const struct op25b_prefix *address)
{
	for (size_t i = 0; i < groups.n; i++) {
		if (!strcmp(groups.list[i].id, id) && group_holds(&groups.list[i], address))
			return true;
	}
	return false;
}

/* Writes the groups of `from` that hold the address; those of `other` too if `both`, else only. */
static void name_groups(FILE *out, const char *kind, struct groups from, struct groups other,
			bool both, const char *mark, const struct op25b_prefix *address)
{
	for (size_t i = 0; i < from.n; i++) {
		bool shared;

		if (!group_holds(&from.list[i], address))
			continue;
		shared = named_holds(other, from.list[i].id, address);
		if (shared && !both)
			continue;
		fprintf(out, "%s%s %s%s", ftell(out) ? ", " : "", kind, from.list[i].id,
			shared ? "" : mark);
	}
}

static struct groups servers(const struct op25b_policy *policy)
{
	return (struct groups){ policy->servers, policy->n_servers };
}

static struct groups destinations(const struct op25b_policy *policy)
{
	return (struct groups){ policy->destinations, policy->n_destinations };
}

static char *name_peer(const struct op25b_policy *old, const struct op25b_policy *new,
		       const struct op25b_prefix *address)
{
	char *name = NULL;
	size_t size;
	FILE *out = open_memstream(&name, &size);

	if (!out)
		return NULL;
	name_groups(out, "mail server", servers(new), servers(old), true, " (new)", address);
	name_groups(out, "mail server", servers(old), servers(new), false, " (old)", address);
	name_groups(out, "destination", destinations(new), destinations(old), true, " (new)",
		    address);
	name_groups(out, "destination", destinations(old), destinations(new), false, " (old)",
		    address);
	if (!ftell(out))
		fputs("other servers", out);
	return fclose(out) ? NULL : name;
}

static int add_peer(struct op25b_peers *peers, char *name, const struct op25b_prefix *address)
{
	OP25B_AUTO_FREE char *owned = name;
	struct op25b_peer *grown;
	size_t i;

	if (!owned)
		return -ENOMEM;
	for (i = 0; i < peers->n && strcmp(peers->list[i].name, owned); i++)
		;
	if (i == peers->n) {
		grown = reallocarray(peers->list, peers->n + 1, sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		peers->list = grown;
		peers->list[peers->n++] = (struct op25b_peer){ .name = OP25B_TAKE_PTR(owned) };
	}
	if (!peers->list[i].address[address->family - OP25B_V4].family)
		peers->list[i].address[address->family - OP25B_V4] = *address;
	return 0;
}

static int find_family(const struct op25b_policy *old, const struct op25b_policy *new,
		       uint8_t family, struct op25b_peers *peers)
{
	const struct groups all[] = { servers(old), destinations(old), servers(new),
				      destinations(new) };
	struct op25b_edges edges = { .family = family };
	OP25B_AUTO_FREE struct op25b_range *ranges = NULL;
	size_t n = 0;
	int r = 0;

	for (size_t i = 0; i < 4 && !r; i++)
		r = add_edges(&edges, all[i]);
	if (!r)
		r = op25b_edges_ranges(&edges, &ranges, &n);
	for (size_t i = 0; i < n && !r; i++) {
		struct op25b_prefix address = op25b_range_address(family, ranges[i].first);

		r = add_peer(peers, name_peer(old, new, &address), &address);
	}
	op25b_edges_done(&edges);
	return r;
}

int op25b_peers_find(const struct op25b_policy *old, const struct op25b_policy *new,
		     struct op25b_peers *ret_peers)
{
	int r;

	*ret_peers = (struct op25b_peers){ 0 };
	r = find_family(old, new, OP25B_V4, ret_peers);
	return r ? r : find_family(old, new, OP25B_V6, ret_peers);
}

void op25b_peers_done(struct op25b_peers *peers)
{
	for (size_t i = 0; i < peers->n; i++)
		free(peers->list[i].name);
	free(peers->list);
	*peers = (struct op25b_peers){ 0 };
}
