/* SPDX-License-Identifier: BSD-2-Clause */
/* Services: what a line has, and the pools its addresses come from. */
#include "policy/prefix.h"
#include "policy/reader.h"

struct entry {
	struct op25b_service service;
	const struct op25b_node *unknown_line;
	bool has_rules, addressed;
};

static const struct op25b_place *place_of_service(const struct op25b_reader *r, uint32_t index)
{
	return &r->policy->services[index].place;
}

static void read_id(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct entry *entry = object;

	entry->service.place = value->place;
	entry->service.id = op25b_name_define(r, value, &r->services,
					      (uint32_t)r->policy->n_services, place_of_service);
}

static void read_name(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct entry *entry = object;

	op25b_read_text(r, value, &entry->service.name);
}

static void read_access(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct entry *entry = object;
	int access = op25b_walk_word(r, value, "access", &op25b_words_access);

	if (access >= 0)
		entry->service.access = (enum op25b_access)access;
}

static void read_addressing(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct entry *entry = object;
	int addressing = op25b_walk_word(r, value, "addressing", &op25b_words_addressing);

	if (addressing < 0)
		return;
	entry->service.addressing = (enum op25b_addressing)addressing;
	entry->addressed = true;
}

static void read_unknown_line(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct entry *entry = object;
	int word = op25b_walk_word(r, value, "unknown_line", &op25b_words_unknown_line);

	entry->unknown_line = value;
	if (word >= 0)
		entry->service.unknown_line = (enum op25b_unknown_line)word;
}

struct pool_entry {
	struct op25b_prefix prefix;
	const struct op25b_node *line, *map;
	bool has_prefix;
};

static void read_pool_prefix(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct pool_entry *pool = object;

	pool->has_prefix = op25b_read_prefix(r, value, &pool->prefix);
}

static void read_pool_line(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct pool_entry *pool = object;

	(void)r;
	pool->line = value;
}

static void read_pool_map(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct pool_entry *pool = object;

	(void)r;
	pool->map = value;
}

/* How long the prefix of one line is: an address, a /64, or what `line` says. */
static bool find_line_length(struct op25b_reader *r, const struct pool_entry *pool, uint8_t *ret)
{
	unsigned int len = pool->prefix.len;
	unsigned int line = pool->prefix.family == OP25B_V4 ? 32 : 64;

	if (line < len)
		line = len;
	if (pool->line && !op25b_walk_number(r, pool->line, "line", len,
					     op25b_prefix_whole(pool->prefix.family), &line))
		return false;
	*ret = (uint8_t)line;
	return true;
}

static bool read_pool(struct op25b_reader *r, const struct op25b_node *node,
		      struct op25b_pool_prefix *ret)
{
	static const struct op25b_field pool_fields[] = {
		{ "prefix", read_pool_prefix, "add 'prefix: PREFIX'" },
		{ "line", read_pool_line, NULL },
		{ "map", read_pool_map, NULL },
	};
	struct pool_entry pool = { 0 };

	if (node->kind == OP25B_MAP)
		op25b_walk_map(r, node, "a pool", pool_fields, 3, &pool);
	else
		read_pool_prefix(r, node, &pool);
	if (!pool.has_prefix)
		return false;
	ret->prefix = pool.prefix;
	ret->place = node->place;
	if (pool.map)
		op25b_read_map_rule(r, pool.map, &pool.prefix, &ret->map);
	return find_line_length(r, &pool, &ret->line);
}

static void read_pools(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct entry *entry = object;
	const struct op25b_node *item = op25b_walk_list(r, value, "pools");

	if (!item)
		return;
	entry->service.pools =
		op25b_arena_alloc(r->arena, value->n * sizeof(*entry->service.pools));
	for (; item; item = item->next)
		entry->service.n_pools +=
			read_pool(r, item, &entry->service.pools[entry->service.n_pools]);
}

static void read_port25(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct entry *entry = object;

	entry->has_rules = value->kind == OP25B_LIST && value->n > 0;
	op25b_read_rules(r, value, &entry->service);
}

static void read_remedies(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct entry *entry = object;

	op25b_read_remedies(r, value, &entry->service);
}

static void read_support(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct entry *entry = object;

	op25b_read_help(r, value, &entry->service);
}

static void read_info_url(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct entry *entry = object;

	entry->service.info_url = op25b_read_url(r, value, "'info_url'");
}

static const struct op25b_field fields[] = {
	{ "id", read_id, "add 'id: NAME', which lines name" },
	{ "name", read_name, NULL },
	{ "access", read_access, NULL },
	{ "addressing", read_addressing, "add 'addressing: dynamic', 'fixed' or 'shared'" },
	{ "unknown_line", read_unknown_line, NULL },
	{ "pools", read_pools, NULL },
	{ "port25", read_port25, "add its rules, or 'port25: []' for none" },
	{ "remedies", read_remedies, NULL },
	{ "support", read_support, NULL },
	{ "info_url", read_info_url, NULL },
};

static void check_service(struct op25b_reader *r, const struct entry *entry)
{
	const struct op25b_service *service = &entry->service;

	if (!entry->addressed)
		return;
	if (entry->unknown_line && service->addressing != OP25B_SHARED)
		op25b_find_error(r->finder, &entry->unknown_line->place,
				 "'unknown_line' goes with "
				 "'addressing: shared' only; remove it");
	for (size_t i = 0; service->addressing != OP25B_SHARED && i < service->n_pools; i++) {
		if (service->pools[i].map.ea)
			op25b_find_error(r->finder, &service->pools[i].map.place,
					 "'map' goes with 'addressing: shared' only; remove it, or "
					 "give the pool a service of its own");
	}
	if (service->addressing == OP25B_DYNAMIC && !entry->has_rules)
		op25b_find_warning(r->finder, &service->place,
				   "dynamic service '%s' has no rule: "
				   "its lines may send to port 25 anywhere",
				   service->id);
}

void op25b_read_services(struct op25b_reader *r, const struct op25b_node *node)
{
	const struct op25b_node *item = op25b_walk_list(r, node, "services");

	for (; item; item = item->next) {
		struct entry entry = { .service = { .tenant = r->doc->tenant,
						    .place = item->place } };

		op25b_walk_map(r, item, "a service", fields, sizeof(fields) / sizeof(fields[0]),
			       &entry);
		if (!entry.service.id)
			continue;
		check_service(r, &entry);
		if (r->policy->n_services == OP25B_SERVICE_MAX)
			op25b_find_error(r->finder, &entry.service.place,
					 "more than %u services; give several lines one service",
					 OP25B_SERVICE_MAX);
		*OP25B_PUSH(r->arena, r->policy->services, r->policy->n_services) = entry.service;
	}
}
