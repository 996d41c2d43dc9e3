/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading the gateway file: its keys and their defaults. */
#include "daemon/gateway.h"

#include <pwd.h>
#include <string.h>

#include "daemon/gateway-parts.h"
#include "op25b/control.h"
#include "serve/conf.h"

static void read_version(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	const char *text = op25b_conf_text(c, node, "op25b_gateway");

	(void)to;
	if (text && strcmp(text, "1") != 0)
		op25b_find_error(&c->finder, &node->place,
				 "version '%s' is not known here; write op25b_gateway: 1", text);
}

static void read_destinations(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	static const char *const words[] = { "hash", "full" };

	(void)to;
	op25b_gateway_of(c)->full_destinations =
		op25b_conf_word(c, node, "destinations", &OP25B_GATEWAY_WORDS(words)) == 1;
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
	op25b_conf_path(c, node, "socket", &op25b_gateway_of(c)->socket);
}

static void read_state(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	(void)to;
	op25b_conf_path(c, node, "state", &op25b_gateway_of(c)->state);
}

static void read_pins(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	(void)to;
	op25b_conf_path(c, node, "pins", &op25b_gateway_of(c)->pins);
}

static void read_group(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	(void)to;
	op25b_conf_group(c, node, "group", &op25b_gateway_of(c)->group);
}

bool op25b_gateway_same_path(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b);

	while (n > 1 && a[n - 1] == '/')
		n--;
	while (m > 1 && b[m - 1] == '/')
		m--;
	return n == m && !memcmp(a, b, n);
}

void op25b_gateway_check_user(struct op25b_conf *c, const struct op25b_node *node, const char *user,
			      const char *purpose, const char *remedy)
{
	const struct passwd *entry = getpwnam(user);

	if (!entry)
		op25b_find_error(&c->finder, &node->place,
				 "there is no user '%s' %s; make it, or write user: NAME", user,
				 purpose);
	else if (!entry->pw_uid)
		op25b_find_error(&c->finder, &node->place, "'%s' may do everything; write %s", user,
				 remedy);
}

/* At each key of the file that says what another, or its default, says; `reader` has one inside. */
static void check_paths(struct op25b_conf *c, const struct op25b_node *root)
{
	const struct {
		const char *key, *path;
	} paths[] = { { "socket", op25b_gateway_of(c)->socket },
		      { "state", op25b_gateway_of(c)->state },
		      { "pins", op25b_gateway_of(c)->pins },
		      { "reader", op25b_gateway_of(c)->reader.socket } };
	const size_t n = sizeof(paths) / sizeof(paths[0]);

	for (const struct op25b_node *key = root->first; key; key = key->next) {
		size_t mine = 0, other = 0;

		while (mine < n && strcmp(paths[mine].key, key->text) != 0)
			mine++;
		while (mine < n && other < n &&
		       (other == mine || !paths[mine].path || !paths[other].path ||
			!op25b_gateway_same_path(paths[mine].path, paths[other].path)))
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
		{ "interfaces", op25b_gateway_read_interfaces,
		  "write interfaces: [{name: eth0, side: subscriber}]" },
		{ "icmp_source", op25b_gateway_read_icmp, NULL },
		{ "answers", op25b_gateway_read_answers, NULL },
		{ "events", op25b_gateway_read_events, NULL },
		{ "monitor", read_monitor, NULL },
		{ "socket", read_socket, NULL },
		{ "group", read_group, NULL },
		{ "state", read_state, NULL },
		{ "pins", read_pins, NULL },
		{ "sessions", op25b_gateway_read_sessions, NULL },
		{ "notice", op25b_gateway_read_notice, NULL },
		{ "facts", op25b_gateway_read_facts, NULL },
		{ "reader", op25b_gateway_read_reader, NULL },
		{ NULL, NULL, NULL },
	};

	op25b_conf_map(c, root, "a gateway file", fields, op25b_gateway_of(c));
	if (root->kind != OP25B_MAP)
		return;
	check_paths(c, root);
	op25b_gateway_finish_notice(c, root);
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
		.facts = { .lines = OP25B_SIGHTINGS_LINES,
			   .minutes = OP25B_SIGHTINGS_MINUTES,
			   .suspect = 20 },
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
