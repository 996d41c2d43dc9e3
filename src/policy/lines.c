/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lines known without RADIUS. A line has one service and any number of prefixes, each a record of
 * its own; a lines_from file adds a million of them, so room is made ahead.
 */
#include <string.h>

#include "policy/reader.h"

#define LEAST_ROOM 64

void op25b_lines_reserve(struct op25b_reader *r, size_t more)
{
	struct op25b_policy *p = r->policy;

	if (p->n_lines + more > r->lines_room) {
		r->lines_room = 2 * p->n_lines + more + LEAST_ROOM;
		p->lines =
			op25b_arena_resize(r->arena, p->lines, r->lines_room * sizeof(*p->lines));
	}
	if (p->n_line_ids + more > r->line_ids_room) {
		r->line_ids_room = 2 * p->n_line_ids + more + LEAST_ROOM;
		p->line_ids = op25b_arena_resize(r->arena, p->line_ids,
						 r->line_ids_room * sizeof(*p->line_ids));
		r->line_services = op25b_arena_resize(r->scratch, r->line_services,
						      r->line_ids_room * sizeof(*r->line_services));
	}
}

void op25b_lines_add(struct op25b_reader *r, const struct op25b_prefix *prefix, uint32_t service,
		     uint32_t line, const struct op25b_place *place)
{
	op25b_lines_reserve(r, 1);
	r->policy->lines[r->policy->n_lines++] = (struct op25b_line_prefix){
		.prefix = *prefix, .service = service, .line = line, .place = *place
	};
}

struct entry {
	const struct op25b_node *id, *prefixes;
	uint32_t service;
	bool has_service;
};

static void read_id(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct entry *entry = object;

	(void)r;
	entry->id = value;
}

static void read_service(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct entry *entry = object;

	entry->has_service = op25b_name_find(r, value, &r->services, &entry->service);
}

static void read_prefixes(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct entry *entry = object;

	(void)r;
	entry->prefixes = value;
}

static const struct op25b_place *place_of_line(const struct op25b_reader *r, uint32_t index)
{
	return &r->line_places[index];
}

static void read_line(struct op25b_reader *r, const struct op25b_node *node)
{
	static const struct op25b_field fields[] = {
		{ "id", read_id, "add 'id: NAME'" },
		{ "service", read_service, "add 'service: ID', one of 'services'" },
		{ "prefixes", read_prefixes, NULL },
	};
	struct entry entry = { 0 };
	struct op25b_policy *p = r->policy;
	const struct op25b_node *item;
	const char *id = NULL;

	if (!op25b_walk_map(r, node, "a line", fields, 3, &entry))
		return;
	op25b_lines_reserve(r, 1);
	if (entry.id)
		id = op25b_name_define(r, entry.id, &r->lines, (uint32_t)p->n_line_ids,
				       place_of_line);
	if (id) {
		*OP25B_PUSH(r->scratch, r->line_places, r->n_lines_defined) = entry.id->place;
		p->line_ids[p->n_line_ids++] = id;
	}
	item = entry.prefixes ? op25b_walk_list(r, entry.prefixes, "prefixes") : NULL;
	for (; item; item = item->next) {
		struct op25b_prefix prefix;

		if (op25b_read_prefix(r, item, &prefix) && id)
			op25b_lines_add(r, &prefix, entry.service, (uint32_t)p->n_line_ids - 1,
					&item->place);
	}
}

void op25b_read_lines(struct op25b_reader *r, const struct op25b_node *node)
{
	const struct op25b_node *item = op25b_walk_list(r, node, "lines");

	for (; item; item = item->next)
		read_line(r, item);
}
