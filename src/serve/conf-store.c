/* SPDX-License-Identifier: BSD-2-Clause */
/* See conf.h: where a session store is. */
#include <string.h>

#include "base/cleanup.h"
#include "serve/conf.h"
#include "session/store.h"

void op25b_conf_store(struct op25b_conf *c, const struct op25b_node *node, const char *key,
		      const char **ret_location, const char **ret_shown)
{
	const char *text = op25b_conf_text(c, node, key);
	OP25B_AUTO_FREE char *shown = NULL;
	struct op25b_error error = { "" };

	if (!text)
		return;
	if (*text != '/' && !op25b_sessions_is_server(text)) {
		op25b_find_error(&c->finder, &node->place,
				 "'%s' is neither a path from the root nor a postgresql:// "
				 "location; begin it with one of these",
				 key);
		return;
	}
	if (op25b_sessions_show(text, &shown, &error)) {
		op25b_find_error(&c->finder, &node->place, "%s", error.text);
		return;
	}
	*ret_location = text;
	*ret_shown = op25b_arena_copy(c->arena, shown, strlen(shown));
}
