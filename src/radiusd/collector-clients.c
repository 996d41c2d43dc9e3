/* SPDX-License-Identifier: BSD-2-Clause */
/* See collector-clients.h: who may send, with which secret, and what its packets are like. */
#include "radiusd/collector-clients.h"

#include <string.h>

#include "policy/prefix.h"
#include "serve/secret.h"

#define WORDS(list) ((const struct op25b_words){ list, sizeof(list) / sizeof((list)[0]) })

static struct op25b_collector *collector_of(struct op25b_conf *c)
{
	return c->file;
}

static void read_name(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	struct op25b_radius_client *client = to;
	const char *text = op25b_conf_text(c, node, "name");

	if (!text)
		return;
	if (strlen(text) >= 64 ||
	    strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			 "0123456789._-") != strlen(text))
		op25b_find_error(&c->finder, &node->place,
				 "'%s' can't be the name of a client; write up to 63 letters, "
				 "digits, '.', '_' and '-'",
				 text);
	client->name = text;
}

/* Whose packets would come from it, if anybody's. */
static void check_sender(struct op25b_conf *c, const struct op25b_node *node,
			 const struct op25b_prefix *prefix)
{
	const struct op25b_collector *collector = collector_of(c);

	for (size_t i = 0; i < collector->n_senders; i++) {
		const struct op25b_sender *other = &collector->senders[i];

		if (op25b_prefix_compare(&other->prefix, prefix) != 0)
			continue;
		if (other->client == collector->n_clients)
			op25b_find_error(&c->finder, &node->place, "'%s' is here twice; keep one",
					 node->text);
		else
			op25b_find_error(&c->finder, &node->place,
					 "'%s' is in 'from' of client '%s' too; keep one",
					 node->text, collector->clients[other->client].name);
	}
}

static void read_prefix(struct op25b_conf *c, const struct op25b_node *node)
{
	struct op25b_collector *collector = collector_of(c);
	const char *text = op25b_conf_text(c, node, "from");
	char meant[OP25B_PREFIX_TEXT];
	struct op25b_prefix prefix;
	enum op25b_prefix_fault fault = text ? op25b_prefix_parse(text, &prefix) : 0;

	if (!text)
		return;
	if (fault == OP25B_PREFIX_HOST_BITS || fault == OP25B_PREFIX_MAPPED) {
		op25b_find_error(&c->finder, &node->place, "'%s' is no prefix; did you mean %s?",
				 text, op25b_prefix_format(&prefix, meant));
	} else if (fault) {
		op25b_find_error(&c->finder, &node->place,
				 "'%s' is neither an address nor a prefix; write one like "
				 "192.0.2.1 or \"2001:db8::/64\"",
				 text);
	} else {
		check_sender(c, node, &prefix);
		*OP25B_PUSH(collector->arena, collector->senders, collector->n_senders) =
			(struct op25b_sender){ prefix, (uint32_t)collector->n_clients, 0 };
	}
}

static void read_from(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	(void)to;
	if (node->kind != OP25B_LIST || !node->first) {
		op25b_find_error(&c->finder, &node->place,
				 "'from' is a list of addresses and prefixes; write [192.0.2.1]");
		return;
	}
	for (const struct op25b_node *item = node->first; item; item = item->next)
		read_prefix(c, item);
}

static void read_secret(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	struct op25b_radius_client *client = to;
	struct op25b_error error = { "" };
	uint8_t secret[OP25B_SECRET], *copy;
	const char *path = op25b_conf_text(c, node, "secret_file");
	int n;

	if (!path)
		return;
	if (*path != '/') {
		op25b_find_error(&c->finder, &node->place,
				 "'secret_file' is no path from the root; begin it with '/'");
		return;
	}
	n = op25b_secret_read(path, secret, &error);
	if (n < 0) {
		op25b_find_error(&c->finder, &node->place, "%s", error.text);
		return;
	}
	copy = op25b_arena_alloc(c->arena, (size_t)n);
	memcpy(copy, secret, (size_t)n);
	client->secret = copy;
	client->n_secret = (size_t)n;
}

/* One of two words, the second of which sets @flag. */
static void read_flag(struct op25b_conf *c, const struct op25b_node *node, const char *key,
		      const char *no, const char *yes, bool *flag)
{
	const char *const words[] = { no, yes };
	int value = op25b_conf_word(c, node, key, &WORDS(words));

	if (value >= 0)
		*flag = value == 1;
}

static void read_authenticator(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	struct op25b_radius_client *client = to;

	read_flag(c, node, "message_authenticator", "optional", "required",
		  &client->needs_message_authenticator);
}

static void read_missing(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	struct op25b_radius_client *client = to;

	read_flag(c, node, "missing", "unchanged", "released", &client->missing_is_released);
}

static void read_netmask(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	struct op25b_radius_client *client = to;

	read_flag(c, node, "netmask", "host", "line", &client->netmask_is_line);
}

static void read_route(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	struct op25b_radius_client *client = to;

	read_flag(c, node, "ipv6_route", "ignored", "delegated", &client->ipv6_route_is_delegated);
}

static void read_client(struct op25b_conf *c, const struct op25b_node *node)
{
	static const struct op25b_conf_field fields[] = {
		{ "name", read_name, "write what to call it, e.g. name: bng1" },
		{ "from", read_from, "write where its packets come from, e.g. from: [192.0.2.1]" },
		{ "secret_file", read_secret,
		  "write where its secret is, e.g. secret_file: /etc/op25b/bng1.secret" },
		{ "message_authenticator", read_authenticator, NULL },
		{ "missing", read_missing, NULL },
		{ "netmask", read_netmask, NULL },
		{ "ipv6_route", read_route, NULL },
		{ NULL, NULL, NULL },
	};
	struct op25b_collector *collector = collector_of(c);
	struct op25b_radius_client client = { .name = "" };

	op25b_conf_map(c, node, "a client", fields, &client);
	for (size_t i = 0; i < collector->n_clients; i++) {
		if (*client.name && !strcmp(collector->clients[i].name, client.name))
			op25b_find_error(&c->finder, &node->place,
					 "client '%s' is here twice; give each its own name",
					 client.name);
	}
	*OP25B_PUSH(collector->arena, collector->clients, collector->n_clients) = client;
}

void op25b_collector_read_clients(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	(void)to;
	if (node->kind != OP25B_LIST || !node->first) {
		op25b_find_error(&c->finder, &node->place,
				 "'clients' is a list; write [{name: bng1, from: [192.0.2.1], "
				 "secret_file: /etc/op25b/bng1.secret}]");
		return;
	}
	for (const struct op25b_node *item = node->first; item; item = item->next)
		read_client(c, item);
}
