/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading the gateway file: its keys and their defaults. */
#include "daemon/gateway.h"

#include <fnmatch.h>
#include <pwd.h>
#include <string.h>

#include "base/cleanup.h"
#include "op25b/control.h"
#include "policy/prefix.h"
#include "serve/conf.h"
#include "session/follow.h"
#include "session/store.h"

#define FOLLOWER "op25b-follower"

#define WORDS(list) ((const struct op25b_words){ list, sizeof(list) / sizeof((list)[0]) })

static struct op25b_gateway *gateway_of(struct op25b_conf *c)
{
	return c->file;
}

static void read_version(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	const char *text = op25b_conf_text(c, node, "op25b_gateway");

	(void)to;
	if (text && strcmp(text, "1") != 0)
		op25b_find_error(&c->finder, &node->place,
				 "version '%s' is not known here; write op25b_gateway: 1", text);
}

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
	int value = op25b_conf_word(c, node, "hook", &WORDS(words));

	if (value >= 0)
		entry->hook = (enum op25b_hook)value;
}

static void read_interfaces(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	static const struct op25b_conf_field fields[] = {
		{ "name", read_name, "write the interface's name, e.g. name: eth0" },
		{ "side", read_side, "write side: subscriber, upstream or both" },
		{ "hook", read_hook, NULL },
		{ NULL, NULL, NULL },
	};
	struct op25b_gateway *gateway = gateway_of(c);

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

/* As bpf/answer.h has it: a host's own address, which answers may come from and go to. */
static bool is_host(const struct op25b_prefix *a)
{
	static const uint8_t nothing[8];
	uint8_t first = a->addr[0];

	if (a->family == OP25B_V4)
		return first != 0 && first != 127 && first < 224;
	return memcmp(a->addr, nothing, sizeof(nothing)) != 0 && first != 0xff &&
	       !(first == 0xfe && (a->addr[1] & 0xc0) == 0x80);
}

static void read_address(struct op25b_conf *c, const struct op25b_node *node, const char *key,
			 uint8_t family, uint8_t *to)
{
	const char *text = op25b_conf_text(c, node, key);
	struct op25b_prefix prefix;

	if (!text)
		return;
	if (strchr(text, '/') || op25b_prefix_parse(text, &prefix) || prefix.family != family)
		op25b_find_error(&c->finder, &node->place, "'%s' is not an %s address; write one",
				 text, family == OP25B_V4 ? "IPv4" : "IPv6");
	else if (!is_host(&prefix))
		op25b_find_error(&c->finder, &node->place,
				 "'%s' is no source that answers can have; write an address of the "
				 "gateway that hosts can reach",
				 text);
	else
		memcpy(to, prefix.addr, family == OP25B_V4 ? 4 : 16);
}

static void read_icmp4(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	struct op25b_settings *settings = to;

	read_address(c, node, "v4", OP25B_V4, settings->icmp4);
}

static void read_icmp6(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	struct op25b_settings *settings = to;

	read_address(c, node, "v6", OP25B_V6, settings->icmp6);
}

static void read_icmp(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	static const struct op25b_conf_field fields[] = {
		{ "v4", read_icmp4, NULL },
		{ "v6", read_icmp6, NULL },
		{ NULL, NULL, NULL },
	};

	(void)to;
	op25b_conf_map(c, node, "'icmp_source'", fields, &gateway_of(c)->settings);
}

struct limit {
	uint32_t rate, burst;
};

static void read_rate(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	struct limit *limit = to;

	op25b_conf_number(c, node, "rate", 0, 100000, &limit->rate);
}

static void read_burst(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	struct limit *limit = to;

	op25b_conf_number(c, node, "burst", 1, 1000000, &limit->burst);
}

static const struct op25b_conf_field limit_fields[] = {
	{ "rate", read_rate, NULL },
	{ "burst", read_burst, NULL },
	{ NULL, NULL, NULL },
};

static void read_answers(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	struct op25b_settings *settings = &gateway_of(c)->settings;
	struct limit limit = { settings->answer_rate, settings->answer_burst };

	(void)to;
	op25b_conf_map(c, node, "'answers'", limit_fields, &limit);
	settings->answer_rate = limit.rate;
	settings->answer_burst = limit.burst;
}

static void read_events(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	struct op25b_settings *settings = &gateway_of(c)->settings;
	struct limit limit = { settings->event_rate, settings->event_burst };

	(void)to;
	op25b_conf_map(c, node, "'events'", limit_fields, &limit);
	settings->event_rate = limit.rate;
	settings->event_burst = limit.burst;
}

static void read_destinations(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	static const char *const words[] = { "hash", "full" };

	(void)to;
	gateway_of(c)->full_destinations =
		op25b_conf_word(c, node, "destinations", &WORDS(words)) == 1;
}

static void read_monitor(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	static const struct op25b_conf_field fields[] = {
		{ "destinations", read_destinations, NULL },
		{ NULL, NULL, NULL },
	};

	(void)to;
	op25b_conf_map(c, node, "'monitor'", fields, NULL);
}

static void read_socket(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	(void)to;
	op25b_conf_path(c, node, "socket", &gateway_of(c)->socket);
}

static void read_state(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	(void)to;
	op25b_conf_path(c, node, "state", &gateway_of(c)->state);
}

static void read_pins(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	(void)to;
	op25b_conf_path(c, node, "pins", &gateway_of(c)->pins);
}

static void read_group(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	(void)to;
	op25b_conf_group(c, node, "group", &gateway_of(c)->group);
}

static void read_store(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	struct op25b_gateway *gateway = gateway_of(c);

	(void)to;
	op25b_conf_store(c, node, "store", &gateway->sessions_store, &gateway->sessions_shown);
	if (gateway->sessions_store && strlen(gateway->sessions_store) >= OP25B_FOLLOW_LOCATION)
		op25b_find_error(&c->finder, &node->place,
				 "'store' is too long; write at most %d bytes",
				 OP25B_FOLLOW_LOCATION - 1);
}

static void check_user(struct op25b_conf *c, const struct op25b_node *node, const char *user)
{
	const struct passwd *entry = getpwnam(user);

	if (!entry)
		op25b_find_error(&c->finder, &node->place,
				 "there is no user '%s' to read the session store as; make it, or "
				 "write user: NAME",
				 user);
	else if (!entry->pw_uid)
		op25b_find_error(&c->finder, &node->place,
				 "'%s' may do everything; write a user that may read the session "
				 "store and nothing else",
				 user);
}

static void read_user(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	const char *text = op25b_conf_text(c, node, "user");

	(void)to;
	gateway_of(c)->sessions_user = text;
	if (text)
		check_user(c, node, text);
}

static void read_sessions(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	static const struct op25b_conf_field fields[] = {
		{ "store", read_store, "write store: /var/lib/op25b-radiusd/sessions.db" },
		{ "user", read_user, NULL },
		{ NULL, NULL, NULL },
	};
	struct op25b_gateway *gateway = gateway_of(c);

	(void)to;
	op25b_conf_map(c, node, "'sessions'", fields, NULL);
	if (gateway->sessions_user)
		return;
	gateway->sessions_user = FOLLOWER;
	check_user(c, node, FOLLOWER);
}

static bool same_path(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b);

	while (n > 1 && a[n - 1] == '/')
		n--;
	while (m > 1 && b[m - 1] == '/')
		m--;
	return n == m && !memcmp(a, b, n);
}

/* At each key of the file that says what another, or its default, says. */
static void check_paths(struct op25b_conf *c, const struct op25b_node *root)
{
	const struct {
		const char *key, *path;
	} paths[] = { { "socket", gateway_of(c)->socket },
		      { "state", gateway_of(c)->state },
		      { "pins", gateway_of(c)->pins } };
	const size_t n = sizeof(paths) / sizeof(paths[0]);

	for (const struct op25b_node *key = root->first; key; key = key->next) {
		size_t mine = 0, other = 0;

		while (mine < n && strcmp(paths[mine].key, key->text) != 0)
			mine++;
		while (mine < n && other < n &&
		       (other == mine || !same_path(paths[mine].path, paths[other].path)))
			other++;
		if (mine < n && other < n)
			op25b_find_error(&c->finder, &key->value->place,
					 "'%s' is the path of '%s' too; give each its own",
					 key->text, paths[other].key);
	}
}

static void read_top(struct op25b_conf *c, const struct op25b_node *root)
{
	static const struct op25b_conf_field fields[] = {
		{ "op25b_gateway", read_version, "begin the file with op25b_gateway: 1" },
		{ "interfaces", read_interfaces,
		  "write interfaces: [{name: eth0, side: subscriber}]" },
		{ "icmp_source", read_icmp, NULL },
		{ "answers", read_answers, NULL },
		{ "events", read_events, NULL },
		{ "monitor", read_monitor, NULL },
		{ "socket", read_socket, NULL },
		{ "group", read_group, NULL },
		{ "state", read_state, NULL },
		{ "pins", read_pins, NULL },
		{ "sessions", read_sessions, NULL },
		{ NULL, NULL, NULL },
	};

	op25b_conf_map(c, root, "a gateway file", fields, gateway_of(c));
	if (root->kind == OP25B_MAP)
		check_paths(c, root);
}

static void *make_gateway(struct op25b_arena *arena)
{
	struct op25b_gateway *gateway = op25b_arena_alloc(arena, sizeof(*gateway));

	*gateway = (struct op25b_gateway){
		.arena = arena,
		.settings = { .answer_rate = 10,
			      .answer_burst = 20,
			      .event_rate = 5,
			      .event_burst = 10 },
		.socket = OP25B_CONTROL_SOCKET,
		.state = "/var/lib/op25b",
		.pins = OP25B_PIN_FOLDER,
	};
	return gateway;
}

static const struct op25b_conf_kind kind = {
	.hint = "a gateway file begins with 'op25b_gateway: 1'",
	.make = make_gateway,
	.read = read_top,
};

int op25b_gateway_load(const char *path, struct op25b_gateway **ret_gateway,
		       struct op25b_findings *ret_findings)
{
	void *file = NULL;
	int r = op25b_conf_load(&kind, path, &file, ret_findings);

	if (!r)
		*ret_gateway = file;
	return r;
}

int op25b_gateway_parse(const char *name, const void *data, size_t size,
			struct op25b_gateway **ret_gateway, struct op25b_findings *ret_findings)
{
	void *file = NULL;
	int r = op25b_conf_parse(&kind, name, data, size, &file, ret_findings);

	if (!r)
		*ret_gateway = file;
	return r;
}

void op25b_gateway_free(struct op25b_gateway **gateway)
{
	struct op25b_arena *arena;

	if (!gateway || !*gateway)
		return;
	arena = (*gateway)->arena;
	*gateway = NULL;
	op25b_arena_free(&arena);
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
