/* SPDX-License-Identifier: BSD-2-Clause */
/* See conf.h: a section that is a socket and who may connect. */
#include "serve/conf.h"

static void read_socket(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	struct op25b_conf_socket *socket = to;

	op25b_conf_path(c, node, "socket", &socket->socket);
}

static void read_group(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	struct op25b_conf_socket *socket = to;

	op25b_conf_group(c, node, "group", &socket->group);
}

void op25b_conf_socket(struct op25b_conf *c, const struct op25b_node *node, const char *what,
		       const char *need, struct op25b_conf_socket *ret)
{
	const struct op25b_conf_field fields[] = {
		{ "socket", read_socket, need },
		{ "group", read_group, NULL },
		{ NULL, NULL, NULL },
	};

	op25b_conf_map(c, node, what, fields, ret);
}
