/* SPDX-License-Identifier: BSD-2-Clause */
/* Who runs the network; and keys whose meaning comes with later versions. */
#include <string.h>

#include "policy/reader.h"

void op25b_read_later(struct op25b_reader *r, const struct op25b_node *value,
		      enum op25b_later which, enum op25b_node_kind kind)
{
	static const char *const kinds[] = { "one value", "a list", "a map" };

	if (value->kind != kind)
		op25b_find_error(r->finder, &value->place, "'%s' is %s, not %s; write it so",
				 r->key->text, kinds[kind], kinds[value->kind]);
	if (r->later & 1U << which)
		return;
	r->later |= 1U << which;
	op25b_find_warning(r->finder, &r->key->place, "this version does not act on '%s'",
			   r->key->text);
}

static void check_text(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	char what[64];

	(void)object;
	snprintf(what, sizeof(what), "'%.32s'", r->key->text);
	op25b_walk_text(r, value, what);
}

static void read_support(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct op25b_tenant *tenant = object;
	const char *text = op25b_walk_text(r, value, "'support'");

	tenant->support = text ? op25b_walk_keep(r, text) : NULL;
}

static void read_abuse(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct op25b_tenant *tenant = object;
	const char *text = op25b_walk_text(r, value, "'abuse'");

	tenant->abuse = text ? op25b_walk_keep(r, text) : NULL;
}

static void read_help_url(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct op25b_tenant *tenant = object;
	const char *text = op25b_walk_text(r, value, "'help_url'");

	tenant->help_url = text ? op25b_walk_keep(r, text) : NULL;
	tenant->help_place = value->place;
}

static void read_contact(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	static const struct op25b_field fields[] = {
		{ "support", read_support, NULL },
		{ "sales", check_text, NULL },
		{ "abuse", read_abuse, NULL },
	};

	op25b_walk_map(r, value, "'contact'", fields, 3, object);
}

static void read_name(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct op25b_tenant *tenant = object;

	op25b_read_text(r, value, &tenant->provider);
}

static void note_portal(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	check_text(r, value, object);
	op25b_read_later(r, value, OP25B_LATER_PORTAL, OP25B_SCALAR);
}

static void note_spam_help(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	check_text(r, value, object);
	op25b_read_later(r, value, OP25B_LATER_SPAM_HELP, OP25B_SCALAR);
}

static void note_symptom_first(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	static const char *const list[] = { "false", "true" };
	static const struct op25b_words words = { .words = list, .n = 2 };

	(void)object;
	op25b_walk_word(r, value, "'symptom_first'", &words);
	op25b_read_later(r, value, OP25B_LATER_SYMPTOM_FIRST, OP25B_SCALAR);
}

void op25b_read_provider(struct op25b_reader *r, const struct op25b_node *node)
{
	static const struct op25b_field fields[] = {
		{ "name", read_name, NULL },
		{ "contact", read_contact, NULL },
		{ "help_url", read_help_url, NULL },
		{ "portal", note_portal, NULL },
		{ "spam_help", note_spam_help, NULL },
		{ "symptom_first", note_symptom_first, NULL },
	};

	op25b_walk_map(r, node, "'provider'", fields, sizeof(fields) / sizeof(fields[0]),
		       &r->policy->tenants[r->doc->tenant]);
}
