/* SPDX-License-Identifier: BSD-2-Clause */
/* See settings-listen.h. */
#include "mail/settings-listen.h"

#include <string.h>

#include "policy/prefix.h"

const char *const op25b_maild_service_names[OP25B_MAILD_SERVICES] = {
	[OP25B_MAILD_GRANT] = "grant",         [OP25B_MAILD_RESTRICT] = "restrict",
	[OP25B_MAILD_SOCKETMAP] = "socketmap", [OP25B_MAILD_AUTH] = "auth",
	[OP25B_MAILD_HELD] = "held",
};

static void read_address(struct op25b_conf *c, const struct op25b_node *node,
			 enum op25b_maild_service service)
{
	struct op25b_maild_file *file = c->file;
	struct op25b_maild_listen *listen = &file->listen[service];
	const char *name = op25b_maild_service_names[service];
	const char *text = op25b_conf_text(c, node, name);
	uint16_t port = service == OP25B_MAILD_AUTH ? OP25B_MAILD_AUTH_PORT : 0;
	struct op25b_endpoint endpoint;

	if (!text)
		return;
	if (!op25b_endpoint_parse(text, port, &endpoint)) {
		op25b_find_error(&c->finder, &node->place,
				 "'%s' is no address to listen on; write one like \"192.0.2.1:%u\" "
				 "or \"[2001:db8::1]:%u\"",
				 text, OP25B_MAILD_AUTH_PORT + service,
				 OP25B_MAILD_AUTH_PORT + service);
		return;
	}
	for (int s = 0; s < OP25B_MAILD_SERVICES; s++) {
		for (size_t i = 0; i < file->listen[s].n; i++) {
			if (op25b_endpoint_same(&file->listen[s].list[i], &endpoint))
				op25b_find_error(&c->finder, &node->place,
						 "'%s' is in '%s' already; give each its own port",
						 text, op25b_maild_service_names[s]);
		}
	}
	if (listen->n == OP25B_MAILD_LISTEN)
		op25b_find_error(&c->finder, &node->place,
				 "'%s' names more than %u addresses; write \"0.0.0.0:PORT\" and "
				 "\"[::]:PORT\" for all of them",
				 name, OP25B_MAILD_LISTEN);
	else
		listen->list[listen->n++] = endpoint;
}

static void read_addresses(struct op25b_conf *c, const struct op25b_node *node,
			   enum op25b_maild_service service)
{
	if (node->kind != OP25B_LIST || !node->first) {
		op25b_find_error(&c->finder, &node->place,
				 "'%s' is a list of addresses; write [\"192.0.2.1:%u\"]",
				 op25b_maild_service_names[service],
				 OP25B_MAILD_AUTH_PORT + service);
		return;
	}
	for (const struct op25b_node *item = node->first; item; item = item->next)
		read_address(c, item, service);
}

static void read_grant(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	(void)to;
	read_addresses(c, node, OP25B_MAILD_GRANT);
}

static void read_restrict(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	(void)to;
	read_addresses(c, node, OP25B_MAILD_RESTRICT);
}

static void read_socketmap(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	(void)to;
	read_addresses(c, node, OP25B_MAILD_SOCKETMAP);
}

static void read_auth(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	(void)to;
	read_addresses(c, node, OP25B_MAILD_AUTH);
}

static void read_held(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	(void)to;
	read_addresses(c, node, OP25B_MAILD_HELD);
}

void op25b_maild_read_listen(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	static const struct op25b_conf_field fields[] = {
		{ "grant", read_grant, NULL },         { "restrict", read_restrict, NULL },
		{ "socketmap", read_socketmap, NULL }, { "auth", read_auth, NULL },
		{ "held", read_held, NULL },           { NULL, NULL, NULL },
	};

	op25b_conf_map(c, node, "'listen'", fields, to);
}

void op25b_maild_read_clients(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	struct op25b_maild_file *file = c->file;

	(void)to;
	op25b_conf_prefixes(c, node, "clients", &file->clients, &file->n_clients);
}

void op25b_maild_check_listen(struct op25b_conf *c, const struct op25b_node *root)
{
	struct op25b_maild_file *file = c->file;
	struct op25b_maild_listen *auth = &file->listen[OP25B_MAILD_AUTH];
	const struct op25b_place *place = &root->place;
	bool far = false, far_auth = false, key_named = false;

	for (const struct op25b_node *key = root->first; key; key = key->next) {
		if (!strcmp(key->text, "listen"))
			place = &key->value->place;
		key_named |= !strcmp(key->text, "auth_key_file");
	}
	if (!auth->n)
		auth->list[auth->n++] = (struct op25b_endpoint){ { OP25B_V4, 32, { 127, 0, 0, 1 } },
								 OP25B_MAILD_AUTH_PORT };
	for (int s = 0; s < OP25B_MAILD_SERVICES; s++) {
		for (size_t i = 0; i < file->listen[s].n; i++) {
			if (op25b_endpoint_is_loopback(&file->listen[s].list[i].address))
				continue;
			far = true;
			far_auth |= s == OP25B_MAILD_AUTH;
		}
	}
	if (far && !file->n_clients)
		op25b_find_error(&c->finder, place,
				 "'listen' is for other hosts and nobody may connect; name them, "
				 "e.g. clients: [192.0.2.1]");
	if (far && !file->listen[OP25B_MAILD_HELD].n)
		op25b_find_warning(&c->finder, place,
				   "mail that is held on other hosts would never go back to its "
				   "sender; add to 'listen' e.g. held: [\"192.0.2.1:4005\"]");
	if (!key_named)
		op25b_find_error(&c->finder, place,
				 "%s could say that a customer logged in, which opens port 25; "
				 "make a key as op25b-maild(5) says, and write auth_key_file: "
				 "/etc/op25b/maild.key",
				 far_auth ? "who gets hold of a client's address" :
					    "every program on this host");
}

bool op25b_maild_may(const struct op25b_maild_file *file, const struct op25b_prefix *address)
{
	if (op25b_endpoint_is_loopback(address))
		return true;
	for (size_t i = 0; i < file->n_clients; i++) {
		if (op25b_prefix_holds(&file->clients[i], address))
			return true;
	}
	return false;
}
