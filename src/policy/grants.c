/* SPDX-License-Identifier: BSD-2-Clause */
/* Exemptions and holds: the same but for what a hold says of the answer. */
#include <errno.h>
#include <string.h>

#include "policy/reader.h"

struct entry {
	struct op25b_grant grant;
	struct op25b_ids *ids;
	uint32_t index;
	const struct op25b_place *(*place_of)(const struct op25b_reader *r, uint32_t index);
	const struct op25b_node *manner, *until;
	bool names_something;
};

static const struct op25b_place *place_of_exemption(const struct op25b_reader *r, uint32_t index)
{
	return &r->policy->exemptions[index].place;
}

static const struct op25b_place *place_of_hold(const struct op25b_reader *r, uint32_t index)
{
	return &r->policy->holds[index].place;
}

static void read_id(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct entry *entry = object;

	entry->grant.place = value->place;
	entry->grant.id = op25b_name_define(r, value, entry->ids, entry->index, entry->place_of);
}

static void read_line(struct op25b_reader *r, const struct op25b_node *item,
		      struct op25b_grant *grant, struct op25b_table *seen)
{
	const char *text = op25b_walk_text(r, item, "the id of a line");
	const char *scope = r->policy->tenants[r->doc->tenant].id;
	const char *fault = text ? op25b_name_line_fault(text, strlen(text)) : NULL;
	uint32_t line, index;
	int found;

	if (!text)
		return;
	if (fault) {
		op25b_find_error(r->finder, &item->place, "the id of a line %s", fault);
		return;
	}
	found = op25b_name_lookup(r, text, &r->lines, &line);
	if (found == -EACCES) {
		op25b_name_refuse(r, &item->place, text);
		return;
	}
	if (found) {
		/* A line that only a session can tell. */
		line = UINT32_MAX;
		text = *scope ? op25b_arena_format(r->arena, "%s/%s", scope, text) :
				op25b_walk_keep(r, text);
	} else {
		text = r->policy->line_ids[line];
	}
	index = (uint32_t)grant->n_lines;
	if (op25b_table_put(seen, r->scratch, text, strlen(text), index) != index)
		op25b_find_error(r->finder, &item->place, "line '%s' is here twice; remove one",
				 item->text);
	grant->lines[grant->n_lines] = text;
	grant->line_indices[grant->n_lines++] = line;
}

static void read_lines(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct entry *entry = object;
	const struct op25b_node *item = op25b_walk_list(r, value, "lines");
	struct op25b_table seen = { 0 };

	entry->names_something |= value->n > 0;
	entry->grant.lines = op25b_arena_alloc(r->arena, value->n * sizeof(char *));
	entry->grant.line_indices = op25b_arena_alloc(r->arena, value->n * sizeof(uint32_t));
	for (; item; item = item->next)
		read_line(r, item, &entry->grant, &seen);
}

static void read_prefixes(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct entry *entry = object;

	entry->names_something |= value->n > 0;
	op25b_read_prefixes(r, value, "prefixes", &entry->grant.prefixes, &entry->grant.n_prefixes);
}

static void read_from(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct entry *entry = object;

	op25b_read_date(r, value, /* until= */ false, &entry->grant.from);
}

static void read_until(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct entry *entry = object;

	entry->until = value;
	op25b_read_date(r, value, /* until= */ true, &entry->grant.until);
}

static void read_reason(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct entry *entry = object;
	const char *text = op25b_walk_text(r, value, "'reason'");

	entry->grant.reason = text ? op25b_walk_keep(r, text) : NULL;
}

static void read_approved_by(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct entry *entry = object;
	const char *text = op25b_walk_text(r, value, "'approved_by'");

	entry->grant.approved_by = text ? op25b_walk_keep(r, text) : NULL;
}

static void read_how(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct entry *entry = object;
	int how = op25b_walk_word(r, value, "how", &op25b_words_how);

	if (how >= 0)
		entry->grant.how = (enum op25b_how)how;
}

static void read_manner(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct entry *entry = object;
	int manner = op25b_walk_word(r, value, "manner", &op25b_words_manner);

	entry->manner = value;
	if (manner >= 0)
		entry->grant.manner = (enum op25b_manner)manner;
}

/* A hold has the last two as well. */
static const struct op25b_field fields[] = {
	{ "id", read_id, "add 'id: NAME'" },
	{ "lines", read_lines, NULL },
	{ "prefixes", read_prefixes, NULL },
	{ "from", read_from, NULL },
	{ "until", read_until, NULL },
	{ "reason", read_reason, NULL },
	{ "approved_by", read_approved_by, NULL },
	{ "how", read_how, NULL },
	{ "manner", read_manner, NULL },
};
#define N_FIELDS (sizeof(fields) / sizeof(fields[0]))

static bool read_entry(struct op25b_reader *r, const struct op25b_node *node, const char *what,
		       size_t n_fields, struct entry *entry)
{
	struct op25b_grant *grant = &entry->grant;

	grant->place = node->place;
	grant->from = INT64_MIN;
	grant->until = INT64_MAX;
	if (!op25b_walk_map(r, node, what, fields, n_fields, entry))
		return false;
	if (!entry->names_something)
		op25b_find_error(r->finder, &node->place,
				 "%s names neither lines nor prefixes; "
				 "add 'lines: [...]' or 'prefixes: [...]'",
				 what);
	if (grant->until <= grant->from)
		op25b_find_error(r->finder, &entry->until->place,
				 "'until' is not after 'from'; "
				 "write a later date");
	if (entry->manner && grant->how != OP25B_NOTICE)
		op25b_find_error(r->finder, &entry->manner->place,
				 "'manner' goes with "
				 "'how: notice' only; remove it, or write 'how: notice'");
	return grant->id != NULL;
}

void op25b_read_exemptions(struct op25b_reader *r, const struct op25b_node *node)
{
	const struct op25b_node *item = op25b_walk_list(r, node, "exemptions");
	struct op25b_policy *p = r->policy;

	for (; item; item = item->next) {
		struct entry entry = { .ids = &r->exemptions,
				       .place_of = place_of_exemption,
				       .index = (uint32_t)p->n_exemptions };

		if (!read_entry(r, item, "an exemption", N_FIELDS - 2, &entry))
			continue;
		if (entry.grant.until <= r->now)
			op25b_find_warning(r->finder, &entry.until->place,
					   "exemption '%s' has "
					   "expired; remove it, or set a later date",
					   entry.grant.id);
		*OP25B_PUSH(r->arena, p->exemptions, p->n_exemptions) = entry.grant;
	}
}

void op25b_read_holds(struct op25b_reader *r, const struct op25b_node *node)
{
	const struct op25b_node *item = op25b_walk_list(r, node, "holds");
	struct op25b_policy *p = r->policy;

	for (; item; item = item->next) {
		struct entry entry = { .ids = &r->holds,
				       .place_of = place_of_hold,
				       .index = (uint32_t)p->n_holds,
				       .grant.how = OP25B_DROP };

		if (!read_entry(r, item, "a hold", N_FIELDS, &entry))
			continue;
		p->uses_notice |= entry.grant.how == OP25B_NOTICE;
		*OP25B_PUSH(r->arena, p->holds, p->n_holds) = entry.grant;
	}
}
