/* SPDX-License-Identifier: BSD-2-Clause */
/* See settings-listen.h. */
#include "web/settings-listen.h"

#include <string.h>

#include "policy/prefix.h"
#include "web/settings.h"

/* Addresses that the Internet does not reach: RFC 1918, RFC 4193, link-local. */
static const struct op25b_prefix inner[] = {
	{ OP25B_V4, 8, { 10 } },        { OP25B_V4, 12, { 172, 16 } },
	{ OP25B_V4, 16, { 192, 168 } }, { OP25B_V4, 16, { 169, 254 } },
	{ OP25B_V6, 7, { 0xfc } },      { OP25B_V6, 10, { 0xfe, 0x80 } },
};

static bool is_within(const struct op25b_prefix *address, const struct op25b_prefix *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (op25b_prefix_holds(&list[i], address))
			return true;
	}
	return false;
}

static bool is_inner(const struct op25b_prefix *address)
{
	return op25b_endpoint_is_loopback(address) ||
	       is_within(address, inner, sizeof(inner) / sizeof(inner[0]));
}

static bool is_listed(const struct op25b_web_listen *listen, const struct op25b_endpoint *endpoint)
{
	for (size_t i = 0; i < listen->n; i++) {
		if (op25b_endpoint_same(&listen->list[i], endpoint))
			return true;
	}
	return false;
}

static void read_address(struct op25b_conf *c, const struct op25b_node *node, const char *key,
			 uint16_t port, struct op25b_web_listen *listen)
{
	struct op25b_web_file *file = c->file;
	const char *text = op25b_conf_text(c, node, key);
	struct op25b_endpoint endpoint;

	if (!text)
		return;
	if (!op25b_endpoint_parse(text, port, &endpoint))
		op25b_find_error(&c->finder, &node->place,
				 "'%s' is no address to listen on; write one like \"127.0.0.1:%u\" "
				 "or \"[::1]:%u\"",
				 text, port, port);
	else if (is_listed(&file->public_, &endpoint) || is_listed(&file->staff, &endpoint))
		op25b_find_error(&c->finder, &node->place,
				 "'%s' is listened on already; give each its own port", text);
	else if (listen->n == OP25B_WEB_LISTEN)
		op25b_find_error(&c->finder, &node->place,
				 "'%s' names more than %u addresses; write \"0.0.0.0:%u\" and "
				 "\"[::]:%u\" for all of them",
				 key, OP25B_WEB_LISTEN, port, port);
	else if (listen == &file->staff && !is_inner(&endpoint.address))
		op25b_find_error(&c->finder, &node->place,
				 "'%s' can be reached from the Internet, and pages of staff must "
				 "not be; listen on 127.0.0.1 or a private address",
				 text);
	else
		listen->list[listen->n++] = endpoint;
}

static void read_addresses(struct op25b_conf *c, const struct op25b_node *node, const char *key,
			   uint16_t port, struct op25b_web_listen *listen)
{
	if (node->kind != OP25B_LIST) {
		op25b_find_error(&c->finder, &node->place,
				 "'%s' is a list of addresses; write [\"127.0.0.1:%u\"]", key,
				 port);
		return;
	}
	for (const struct op25b_node *item = node->first; item; item = item->next)
		read_address(c, item, key, port, listen);
}

void op25b_web_read_listen(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	(void)to;
	read_addresses(c, node, "listen", OP25B_WEB_PORT,
		       &((struct op25b_web_file *)c->file)->public_);
}

void op25b_web_read_staff(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	(void)to;
	read_addresses(c, node, "staff", OP25B_WEB_STAFF_PORT,
		       &((struct op25b_web_file *)c->file)->staff);
}

void op25b_web_read_proxies(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	struct op25b_web_file *file = c->file;

	(void)to;
	op25b_conf_prefixes(c, node, "proxies", &file->proxies, &file->n_proxies);
	for (size_t i = 0; i < file->n_proxies; i++) {
		if (!file->proxies[i].len)
			op25b_find_error(&c->finder, &node->place,
					 "'proxies' would have everybody believed who says whose "
					 "address a request is from; name the proxies alone");
	}
}

void op25b_web_check_listen(struct op25b_conf *c, const struct op25b_node *root)
{
	struct op25b_web_file *file = c->file;
	bool far = false, named = false;

	if (!file->public_.n)
		file->public_.list[file->public_.n++] =
			(struct op25b_endpoint){ { OP25B_V4, 32, { 127, 0, 0, 1 } },
						 OP25B_WEB_PORT };
	for (size_t i = 0; i < file->public_.n; i++)
		far |= !op25b_endpoint_is_loopback(&file->public_.list[i].address);
	for (const struct op25b_node *key = root->kind == OP25B_MAP ? root->first : NULL; key;
	     key = key->next)
		named |= !strcmp(key->text, "proxies");
	if (!far && !named)
		op25b_find_warning(
			&c->finder, &root->place,
			"only this host can ask, and no proxy is named: every customer "
			"would look like this host; write proxies: [127.0.0.1, \"::1\"]");
}

bool op25b_web_file_trusts(const struct op25b_web_file *file, const struct op25b_prefix *address)
{
	return is_within(address, file->proxies, file->n_proxies);
}
