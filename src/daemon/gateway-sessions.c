/* SPDX-License-Identifier: BSD-2-Clause */
/* The gateway file on the session store: where it is, and who reads it. */
#include <string.h>

#include "daemon/gateway-parts.h"
#include "session/follow.h"
#include "session/store.h"

#define FOLLOWER "op25b-follower"

static void read_store(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	struct op25b_gateway *gateway = op25b_gateway_of(c);

	(void)to;
	op25b_conf_store(c, node, "store", &gateway->sessions_store, &gateway->sessions_shown);
	if (gateway->sessions_store && strlen(gateway->sessions_store) >= OP25B_FOLLOW_LOCATION)
		op25b_find_error(&c->finder, &node->place,
				 "'store' is too long; write at most %d bytes",
				 OP25B_FOLLOW_LOCATION - 1);
}

static void check_user(struct op25b_conf *c, const struct op25b_node *node, const char *user)
{
	op25b_gateway_check_user(c, node, user, "to read the session store as",
				 "a user that may read the session store and nothing else");
}

static void read_user(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	const char *text = op25b_conf_text(c, node, "user");

	(void)to;
	op25b_gateway_of(c)->sessions_user = text;
	if (text)
		check_user(c, node, text);
}

void op25b_gateway_read_sessions(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	static const struct op25b_conf_field fields[] = {
		{ "store", read_store, "write store: /var/lib/op25b-radiusd/sessions.db" },
		{ "user", read_user, NULL },
		{ NULL, NULL, NULL },
	};
	struct op25b_gateway *gateway = op25b_gateway_of(c);

	(void)to;
	op25b_conf_map(c, node, "'sessions'", fields, NULL);
	if (gateway->sessions_user)
		return;
	gateway->sessions_user = FOLLOWER;
	check_user(c, node, FOLLOWER);
}
