/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The gateway file on notices: where the responder finds op25bd, what of the host's routing is
 * used, and how much at a time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/gateway-parts.h"
#include "notice/wire.h"

#define RESPONDER   "op25b-noticed"
#define SOCKET_NAME "notice.sock"

static void read_socket(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	struct op25b_gateway_notice *notice = to;

	op25b_conf_path(c, node, "socket", &notice->socket);
}

static void check_user(struct op25b_conf *c, const struct op25b_node *node, const char *user)
{
	op25b_gateway_check_user(c, node, user, "to run the responder as",
				 "the user that runs the responder and owns nothing");
}

static void read_user(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	struct op25b_gateway_notice *notice = to;

	notice->user = op25b_conf_text(c, node, "user");
	if (notice->user)
		check_user(c, node, notice->user);
}

/* People write marks in either base: ip, nft and iptables all show them in hexadecimal. */
static void read_mark(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	const char *text = op25b_conf_text(c, node, "mark");
	bool hex = text && !strncmp(text, "0x", 2);
	const char *digits = hex ? text + 2 : text;
	size_t n = text ? strspn(digits, hex ? "0123456789abcdefABCDEF" : "0123456789") : 0;
	unsigned long long mark = n && n <= 10 ? strtoull(digits, NULL, hex ? 16 : 10) : 0;

	(void)to;
	if (!text)
		return;
	if (digits[n] || !mark || mark > UINT32_MAX)
		op25b_find_error(&c->finder, &node->place,
				 "mark '%s' is not a number from 1 to 0xffffffff; write such a "
				 "number that nothing else on this host uses",
				 text);
	else
		op25b_gateway_of(c)->settings.notice_mark = (uint32_t)mark;
}

static void read_table(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	struct op25b_gateway_notice *notice = to;

	op25b_conf_number(c, node, "table", 1, 999999999, &notice->table);
	if (notice->table >= 253 && notice->table <= 255)
		op25b_find_error(&c->finder, &node->place,
				 "table %u is one of the kernel's own; write the number of a table "
				 "that nothing else uses",
				 notice->table);
}

/* Before the table `main`, which has a route to anything. */
static void read_priority(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	struct op25b_gateway_notice *notice = to;

	op25b_conf_number(c, node, "priority", 1, 32765, &notice->priority);
}

static void read_connections(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	struct op25b_gateway_notice *notice = to;

	op25b_conf_number(c, node, "connections", 1, OP25B_WIRE_CONNECTIONS_MAX,
			  &notice->connections);
}

static void read_per_line(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	struct op25b_gateway_notice *notice = to;

	op25b_conf_number(c, node, "per_line", 1, OP25B_WIRE_CONNECTIONS_MAX, &notice->per_line);
}

static void read_rate(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	(void)to;
	op25b_conf_number(c, node, "rate", 0, 100000, &op25b_gateway_of(c)->settings.notice_rate);
}

static void read_burst(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	(void)to;
	op25b_conf_number(c, node, "burst", 1, 1000000,
			  &op25b_gateway_of(c)->settings.notice_burst);
}

/* `socket` stands beside the control socket, whose key may come after this section. */
static void place_socket(struct op25b_conf *c, const struct op25b_node *node)
{
	struct op25b_gateway *gateway = op25b_gateway_of(c);
	int folder = (int)(strrchr(gateway->socket, '/') - gateway->socket);
	char path[OP25B_CONF_PATH_MAX + sizeof(SOCKET_NAME) + 1];

	snprintf(path, sizeof(path), "%.*s/" SOCKET_NAME, folder, gateway->socket);
	if (strlen(path) > OP25B_CONF_PATH_MAX)
		op25b_find_error(&c->finder, &node->place,
				 "there is no room for " SOCKET_NAME
				 " beside 'socket'; write notice: {socket: /run/...}");
	gateway->notice.socket = op25b_arena_copy(c->arena, path, strlen(path));
}

void op25b_gateway_read_notice(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	static const struct op25b_conf_field fields[] = {
		{ "socket", read_socket, NULL },     { "user", read_user, NULL },
		{ "mark", read_mark, NULL },         { "table", read_table, NULL },
		{ "priority", read_priority, NULL }, { "connections", read_connections, NULL },
		{ "per_line", read_per_line, NULL }, { "rate", read_rate, NULL },
		{ "burst", read_burst, NULL },       { NULL, NULL, NULL },
	};
	struct op25b_gateway *gateway = op25b_gateway_of(c);

	(void)to;
	gateway->notice = (struct op25b_gateway_notice){ .configured = true,
							 .table = 2525,
							 .priority = 25,
							 .connections = 4096,
							 .per_line = 20 };
	gateway->settings.notice_mark = 0x25250019;
	gateway->settings.notice_rate = 10;
	gateway->settings.notice_burst = 20;
	op25b_conf_map(c, node, "'notice'", fields, &gateway->notice);
	if (gateway->notice.user)
		return;
	gateway->notice.user = RESPONDER;
	check_user(c, node, RESPONDER);
}

void op25b_gateway_finish_notice(struct op25b_conf *c, const struct op25b_node *root)
{
	const struct op25b_gateway *gateway = op25b_gateway_of(c);
	const char *const others[] = { gateway->socket, gateway->state, gateway->pins,
				       gateway->reader.socket };

	for (const struct op25b_node *key = root->first; key; key = key->next) {
		if (strcmp(key->text, "notice") != 0)
			continue;
		if (!gateway->notice.socket)
			place_socket(c, key->value);
		for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
			if (others[i] && op25b_gateway_same_path(gateway->notice.socket, others[i]))
				op25b_find_error(&c->finder, &key->value->place,
						 "'socket' of 'notice' is another's path too; give "
						 "each its own");
		}
	}
}
