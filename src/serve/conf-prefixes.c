/* SPDX-License-Identifier: BSD-2-Clause */
/* See conf.h: lists of addresses. */
#include "policy/prefix.h"
#include "serve/conf.h"

static void read_prefix(struct op25b_conf *c, const struct op25b_node *node, const char *key,
			struct op25b_prefix **list, size_t *n)
{
	const char *text = op25b_conf_text(c, node, key);
	char meant[OP25B_PREFIX_TEXT];
	struct op25b_prefix prefix;
	enum op25b_prefix_fault fault = text ? op25b_prefix_parse(text, &prefix) : 0;

	if (!text)
		return;
	if (fault == OP25B_PREFIX_HOST_BITS || fault == OP25B_PREFIX_MAPPED)
		op25b_find_error(&c->finder, &node->place, "'%s' is no prefix; did you mean %s?",
				 text, op25b_prefix_format(&prefix, meant));
	else if (fault)
		op25b_find_error(&c->finder, &node->place,
				 "'%s' is neither an address nor a prefix; write one like "
				 "192.0.2.1 or \"2001:db8::/64\"",
				 text);
	else
		*OP25B_PUSH(c->arena, *list, *n) = prefix;
}

void op25b_conf_prefixes(struct op25b_conf *c, const struct op25b_node *node, const char *key,
			 struct op25b_prefix **list, size_t *n)
{
	if (node->kind != OP25B_LIST) {
		op25b_find_error(&c->finder, &node->place,
				 "'%s' is a list of addresses and prefixes; write [192.0.2.1]",
				 key);
		return;
	}
	for (const struct op25b_node *item = node->first; item; item = item->next)
		read_prefix(c, item, key, list, n);
}
