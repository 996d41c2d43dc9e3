/* SPDX-License-Identifier: BSD-2-Clause */
/* See links.h. */
#include "web/links.h"

#include <string.h>

static void read_name(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	op25b_data_text_read(c, value, "name", &((struct op25b_outside_link *)to)->name);
}

static void read_url(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	struct op25b_outside_link *link = to;
	const char *text = op25b_conf_text(c, value, "url");

	if (!text)
		return;
	if (strncmp(text, "https://", 8) != 0 && strncmp(text, "http://", 7) != 0)
		op25b_find_error(&c->finder, &value->place,
				 "'%s' is no address of a page; begin it with https://", text);
	else
		link->url = text;
}

static void read_kind(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	static const char *const list[] = { "provider", "industry" };
	static const struct op25b_words words = { .words = list, .n = 2 };

	((struct op25b_outside_link *)to)->industry = op25b_conf_word(c, value, "kind", &words) ==
						      1;
}

static void read_list(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	static const struct op25b_conf_field fields[] = {
		{ "name", read_name, "add 'name: {en: ..., ja: ...}'" },
		{ "url", read_url, "add 'url: https://...'" },
		{ "kind", read_kind, NULL },
		{ NULL, NULL, NULL },
	};
	struct op25b_links_data *data = ((struct op25b_data_load *)to)->data->links;

	if (!op25b_data_is_list(c, value, "links", "write '- {name: ..., url: ...}'"))
		return;
	for (const struct op25b_node *item = value->first; item; item = item->next) {
		struct op25b_outside_link link = { .industry = false };

		op25b_conf_map(c, item, "a link", fields, &link);
		if (link.url)
			*OP25B_PUSH(c->arena, data->list, data->n) = link;
	}
}

void op25b_outside_links_read(struct op25b_data_load *load, const struct op25b_node *root)
{
	static const struct op25b_conf_field fields[] = {
		{ "links", read_list, "add 'links: [...]'" },
		{ NULL, NULL, NULL },
	};

	load->data->links = op25b_arena_alloc(load->c.arena, sizeof(*load->data->links));
	op25b_conf_map(&load->c, root, "links", fields, load);
}
