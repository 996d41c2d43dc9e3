/* SPDX-License-Identifier: BSD-2-Clause */
/* Who runs the network, and whom its customers ask. */
#include "policy/reader.h"
#include "policy/remedy.h"

struct op25b_tenant op25b_read_new_tenant(struct op25b_reader *r, const char *id,
					  const struct op25b_place *place)
{
	struct op25b_remedy_terms *terms =
		op25b_arena_alloc(r->arena, OP25B_REMEDY_COUNT * sizeof(*terms));

	return (struct op25b_tenant){
		.id = id, .symptom_first = true, .terms = terms, .place = *place
	};
}

static const char *keep_text(struct op25b_reader *r, const struct op25b_node *value,
			     const char *what)
{
	const char *text = op25b_walk_text(r, value, what);

	return text ? op25b_walk_keep(r, text) : NULL;
}

static void read_support(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct op25b_tenant *tenant = object;

	tenant->support = keep_text(r, value, "'support'");
}

static void read_sales(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct op25b_tenant *tenant = object;

	tenant->sales = keep_text(r, value, "'sales'");
}

static void read_abuse(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct op25b_tenant *tenant = object;

	tenant->abuse = keep_text(r, value, "'abuse'");
}

static void read_contact(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	static const struct op25b_field fields[] = {
		{ "support", read_support, NULL },
		{ "sales", read_sales, NULL },
		{ "abuse", read_abuse, NULL },
	};

	op25b_walk_map(r, value, "'contact'", fields, 3, object);
}

static void read_help_url(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct op25b_tenant *tenant = object;

	tenant->help_url = keep_text(r, value, "'help_url'");
	tenant->help_place = value->place;
}

static void read_name(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct op25b_tenant *tenant = object;

	op25b_read_text(r, value, &tenant->provider);
}

static void read_portal(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct op25b_tenant *tenant = object;

	tenant->portal = op25b_read_url(r, value, "'portal'");
}

static void read_spam_help(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct op25b_tenant *tenant = object;

	tenant->spam_help = op25b_read_url(r, value, "'spam_help'");
}

static void read_symptom_first(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	static const char *const list[] = { "false", "true" };
	static const struct op25b_words words = { .words = list, .n = 2 };
	struct op25b_tenant *tenant = object;

	tenant->symptom_first = op25b_walk_word(r, value, "'symptom_first'", &words) != 0;
}

void op25b_read_provider(struct op25b_reader *r, const struct op25b_node *node)
{
	static const struct op25b_field fields[] = {
		{ "name", read_name, NULL },
		{ "contact", read_contact, NULL },
		{ "help_url", read_help_url, NULL },
		{ "portal", read_portal, NULL },
		{ "spam_help", read_spam_help, NULL },
		{ "symptom_first", read_symptom_first, NULL },
	};

	op25b_walk_map(r, node, "'provider'", fields, sizeof(fields) / sizeof(fields[0]),
		       &r->policy->tenants[r->doc->tenant]);
}
