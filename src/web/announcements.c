/* SPDX-License-Identifier: BSD-2-Clause */
/* See announcements.h. */
#include "web/announcements.h"

#include <string.h>

struct part {
	const struct op25b_policy *policy;
	struct op25b_announcement *to;
};

static void read_service(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	struct part *part = to;
	const char *text = op25b_conf_text(c, value, "service");
	bool found = false;

	for (size_t i = 0; text && !found && i < part->policy->n_services; i++)
		found = !strcmp(part->policy->services[i].id, text);
	if (text && !found)
		op25b_find_error(&c->finder, &value->place,
				 "the policy has no service '%s'; correct the id", text);
	part->to->service = text;
}

static void read_texts(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	struct op25b_announcement *announcement = ((struct part *)to)->to;

	op25b_data_texts_read(c, value, "text", &announcement->texts, &announcement->n_texts);
}

void op25b_announcement_read(struct op25b_data_load *load, const struct op25b_node *root)
{
	static const struct op25b_conf_field fields[] = {
		{ "service", read_service, "add 'service: ID', whose customers are told" },
		{ "text", read_texts, "add 'text: [{en: ..., ja: ...}]'" },
		{ NULL, NULL, NULL },
	};
	struct op25b_announcement one = { .service = NULL };
	struct part part = { load->policy, &one };

	if (!load->data->announcements)
		load->data->announcements =
			op25b_arena_alloc(load->c.arena, sizeof(*load->data->announcements));
	op25b_conf_map(&load->c, root, "an announcement", fields, &part);
	if (one.service)
		*OP25B_PUSH(load->c.arena, load->data->announcements->list,
			    load->data->announcements->n) = one;
}
