/* SPDX-License-Identifier: BSD-2-Clause */
/* Tunnels that end at the provider's own equipment. */
#include <string.h>

#include "policy/prefix.h"
#include "policy/reader.h"

struct entry {
	struct op25b_tunnel tunnel;
	const struct op25b_node *endpoint;
	bool has_kind, has_endpoint;
};

static void read_kind(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct entry *entry = object;
	int kind = op25b_walk_word(r, value, "kind", &op25b_words_tunnel);

	entry->has_kind = kind >= 0;
	if (kind >= 0)
		entry->tunnel.kind = (enum op25b_tunnel_kind)kind;
}

static void read_endpoint(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct entry *entry = object;

	entry->endpoint = value;
	entry->has_endpoint = op25b_read_prefix(r, value, &entry->tunnel.endpoint);
}

static void check_twin(struct op25b_reader *r, const struct op25b_tunnel *tunnel)
{
	char text[OP25B_PREFIX_TEXT];
	const char *key = op25b_arena_format(r->scratch, "%d %s", (int)tunnel->kind,
					     op25b_prefix_format(&tunnel->endpoint, text));
	uint32_t index = (uint32_t)r->policy->n_tunnels;
	uint32_t first = op25b_table_put(&r->tunnels, r->scratch, key, strlen(key), index);

	if (first != index)
		op25b_find_error(r->finder, &tunnel->place,
				 "this tunnel is here twice, first at line %u; remove one",
				 r->policy->tunnels[first].place.line);
}

static void check_tunnel(struct op25b_reader *r, const struct entry *entry)
{
	const struct op25b_tunnel *tunnel = &entry->tunnel;
	bool outer6 = tunnel->kind == OP25B_4IN6 || tunnel->kind == OP25B_6IN6;
	char buffer[OP25B_PREFIX_TEXT];

	if (tunnel->endpoint.len != op25b_prefix_whole(tunnel->endpoint.family))
		op25b_find_error(r->finder, &entry->endpoint->place,
				 "an endpoint is one address, "
				 "not %s; write one without '/'",
				 op25b_prefix_format(&tunnel->endpoint, buffer));
	if (outer6 != (tunnel->endpoint.family == OP25B_V6))
		op25b_find_error(r->finder, &entry->endpoint->place,
				 "the endpoint of a %s tunnel "
				 "is an %s address; write one, or correct 'kind'",
				 op25b_words_name(&op25b_words_tunnel, tunnel->kind),
				 outer6 ? "IPv6" : "IPv4");
	check_twin(r, tunnel);
}

void op25b_read_tunnels(struct op25b_reader *r, const struct op25b_node *node)
{
	static const struct op25b_field fields[] = {
		{ "kind", read_kind, "add 'kind: 4in6', '6in4', '4in4' or '6in6'" },
		{ "endpoint", read_endpoint, "add 'endpoint: ADDRESS', where it ends" },
	};
	const struct op25b_node *item = op25b_walk_list(r, node, "tunnels");

	for (; item; item = item->next) {
		struct entry entry = { .tunnel.place = item->place };

		op25b_walk_map(r, item, "a tunnel", fields, 2, &entry);
		if (!entry.has_kind || !entry.has_endpoint)
			continue;
		check_tunnel(r, &entry);
		*OP25B_PUSH(r->arena, r->policy->tunnels, r->policy->n_tunnels) = entry.tunnel;
	}
}
