/* SPDX-License-Identifier: BSD-2-Clause */
/* The list of interfaces in the gateway file, and which entry means an interface. */
#include <fnmatch.h>
#include <string.h>

#include "daemon/gateway-parts.h"

static void read_name(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	struct op25b_gateway_interface *entry = to;
	const char *text = op25b_conf_text(c, node, "name");

	if (!text)
		return;
	if (strlen(text) >= IF_NAMESIZE || strpbrk(text, "/: \t[]\\") || !strcmp(text, ".") ||
	    !strcmp(text, ".."))
		op25b_find_error(&c->finder, &node->place,
				 "'%s' can't be the name of an interface; write up to %d "
				 "characters, * and ? for patterns",
				 text, IF_NAMESIZE - 1);
	entry->pattern = text;
}

static void read_side(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	struct op25b_gateway_interface *entry = to;
	int value = op25b_conf_word(c, node, "side", &op25b_words_side);

	if (value >= 0)
		entry->side = (enum op25b_side)value;
}

static void read_hook(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	static const char *const words[] = { [OP25B_HOOK_AUTO] = "auto",
					     [OP25B_HOOK_XDP] = "xdp",
					     [OP25B_HOOK_XDP_GENERIC] = "xdp-generic",
					     [OP25B_HOOK_TC] = "tc" };
	struct op25b_gateway_interface *entry = to;
	int value = op25b_conf_word(c, node, "hook", &OP25B_GATEWAY_WORDS(words));

	if (value >= 0)
		entry->hook = (enum op25b_hook)value;
}

void op25b_gateway_read_interfaces(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	static const struct op25b_conf_field fields[] = {
		{ "name", read_name, "write the interface's name, e.g. name: eth0" },
		{ "side", read_side, "write side: subscriber, upstream or both" },
		{ "hook", read_hook, NULL },
		{ NULL, NULL, NULL },
	};
	struct op25b_gateway *gateway = op25b_gateway_of(c);

	(void)to;
	if (node->kind != OP25B_LIST) {
		op25b_find_error(&c->finder, &node->place,
				 "'interfaces' is a list; write [{name: eth0, side: subscriber}]");
		return;
	}
	if (!node->first)
		op25b_find_error(&c->finder, &node->place,
				 "'interfaces' names none; write [{name: eth0, side: subscriber}]");
	for (const struct op25b_node *item = node->first; item; item = item->next) {
		struct op25b_gateway_interface entry = { .pattern = "" };

		op25b_conf_map(c, item, "an interface", fields, &entry);
		for (size_t i = 0; i < gateway->n_interfaces; i++) {
			if (*entry.pattern &&
			    !strcmp(gateway->interfaces[i].pattern, entry.pattern))
				op25b_find_error(&c->finder, &item->place,
						 "'%s' is here twice; keep one", entry.pattern);
		}
		*OP25B_PUSH(gateway->arena, gateway->interfaces, gateway->n_interfaces) = entry;
	}
}

const struct op25b_gateway_interface *op25b_gateway_match(const struct op25b_gateway *gateway,
							  const char *name)
{
	for (size_t i = 0; i < gateway->n_interfaces; i++) {
		if (!fnmatch(gateway->interfaces[i].pattern, name, 0))
			return &gateway->interfaces[i];
	}
	return NULL;
}
