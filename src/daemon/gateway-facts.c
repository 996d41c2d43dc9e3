/* SPDX-License-Identifier: BSD-2-Clause */
/* The gateway file on what is kept of lines, and on who may ask. */
#include <string.h>

#include "daemon/gateway-parts.h"

static void read_lines(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	struct op25b_sightings_limits *limits = to;

	op25b_conf_number(c, node, "lines", 1, OP25B_SIGHTINGS_LINES, &limits->lines);
}

static void read_minutes(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	struct op25b_sightings_limits *limits = to;

	op25b_conf_number(c, node, "minutes", 1, OP25B_SIGHTINGS_MINUTES, &limits->minutes);
}

static void read_suspect(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	struct op25b_sightings_limits *limits = to;

	op25b_conf_number(c, node, "suspect", 2, OP25B_SIGHTINGS_SUSPECT, &limits->suspect);
}

void op25b_gateway_read_facts(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	static const struct op25b_conf_field fields[] = {
		{ "lines", read_lines, NULL },
		{ "minutes", read_minutes, NULL },
		{ "suspect", read_suspect, NULL },
		{ NULL, NULL, NULL },
	};
	struct op25b_sightings_limits *limits = &op25b_gateway_of(c)->facts;

	(void)to;
	if (node->kind == OP25B_SCALAR && !strcmp(node->text, "off"))
		*limits = (struct op25b_sightings_limits){ 0 };
	else if (node->kind != OP25B_MAP)
		op25b_find_error(&c->finder, &node->place,
				 "'facts' is 'off' or says how much is kept; write "
				 "facts: {lines: 100000, minutes: 60, suspect: 20}");
	else
		op25b_conf_map(c, node, "'facts'", fields, limits);
}

void op25b_gateway_read_reader(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	(void)to;
	op25b_conf_socket(c, node, "'reader'", "write socket: /run/op25b/reader.sock",
			  &op25b_gateway_of(c)->reader);
}
