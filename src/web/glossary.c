/* SPDX-License-Identifier: BSD-2-Clause */
/* See glossary.h. */
#include "web/glossary.h"

#include <string.h>

#include "web/data-id.h"

static void read_id(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	struct op25b_term *term = to;

	term->id = op25b_data_id(c, value);
}

static void read_name(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	struct op25b_term *term = to;

	op25b_data_text_read(c, value, "name", &term->name);
}

static void read_text(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	struct op25b_term *term = to;

	op25b_data_text_read(c, value, "text", &term->text);
}

static void check_unique(struct op25b_data_load *load, const struct op25b_glossary_data *data,
			 const struct op25b_term *term)
{
	for (size_t i = 0; term->id && i < data->n_terms; i++) {
		if (!strcmp(data->terms[i].id, term->id))
			op25b_find_error(&load->c.finder, &term->place,
					 "there is a term '%s' already; name this one otherwise",
					 term->id);
	}
}

static void read_terms(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	static const struct op25b_conf_field fields[] = {
		{ "id", read_id, "add 'id: WORD', by which links find it" },
		{ "name", read_name, "add 'name: {en: ..., ja: ...}'" },
		{ "text", read_text, "add 'text: {en: ..., ja: ...}'" },
		{ NULL, NULL, NULL },
	};
	struct op25b_data_load *load = to;
	struct op25b_glossary_data *data = load->data->glossary;

	if (!op25b_data_is_list(c, value, "terms", "write '- {id: ..., name: ..., text: ...}'"))
		return;
	for (const struct op25b_node *item = value->first; item; item = item->next) {
		struct op25b_term term = { .place = item->place };

		op25b_conf_map(c, item, "a term", fields, &term);
		check_unique(load, data, &term);
		if (term.id)
			*OP25B_PUSH(c->arena, data->terms, data->n_terms) = term;
	}
}

void op25b_glossary_read(struct op25b_data_load *load, const struct op25b_node *root)
{
	static const struct op25b_conf_field fields[] = {
		{ "terms", read_terms, "add 'terms: [...]'" },
		{ NULL, NULL, NULL },
	};

	if (!load->data->glossary)
		load->data->glossary =
			op25b_arena_alloc(load->c.arena, sizeof(*load->data->glossary));
	op25b_conf_map(&load->c, root, "a glossary", fields, load);
}
