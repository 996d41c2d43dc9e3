/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading the collector file: its keys and their defaults; clients are collector-clients.c's. */
#include "radiusd/collector.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "policy/duration.h"
#include "policy/prefix.h"
#include "radiusd/collector-clients.h"
#include "serve/conf.h"

#define MOST_DAYS 36500

static struct op25b_collector *collector_of(struct op25b_conf *c)
{
	return c->file;
}

static void read_version(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	const char *text = op25b_conf_text(c, node, "op25b_collector");

	(void)to;
	if (text && strcmp(text, "1") != 0)
		op25b_find_error(&c->finder, &node->place,
				 "version '%s' is not known here; write op25b_collector: 1", text);
}

static void read_listen_item(struct op25b_conf *c, const struct op25b_node *node)
{
	struct op25b_collector *collector = collector_of(c);
	const char *text = op25b_conf_text(c, node, "listen");
	struct op25b_endpoint listen;

	if (!text)
		return;
	if (!op25b_endpoint_parse(text, OP25B_COLLECTOR_PORT, &listen)) {
		op25b_find_error(&c->finder, &node->place,
				 "'%s' is no address to listen on; write one like 192.0.2.1, "
				 "192.0.2.1:1813, \"::\" or \"[2001:db8::1]:1813\"",
				 text);
		return;
	}
	for (size_t i = 0; i < collector->n_listen; i++) {
		if (op25b_endpoint_same(&collector->listen[i], &listen))
			op25b_find_error(&c->finder, &node->place, "'%s' is here twice; keep one",
					 text);
	}
	if (collector->n_listen == OP25B_COLLECTOR_LISTEN)
		op25b_find_error(&c->finder, &node->place,
				 "'listen' names more than %d addresses; write \"0.0.0.0\" and "
				 "\"::\" for all of them",
				 OP25B_COLLECTOR_LISTEN);
	*OP25B_PUSH(collector->arena, collector->listen, collector->n_listen) = listen;
}

static void read_listen(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	(void)to;
	if (node->kind != OP25B_LIST || !node->first) {
		op25b_find_error(&c->finder, &node->place,
				 "'listen' is a list of addresses; write [\"0.0.0.0\", \"::\"]");
		return;
	}
	for (const struct op25b_node *item = node->first; item; item = item->next)
		read_listen_item(c, item);
}

static void read_store(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	struct op25b_collector *collector = collector_of(c);

	(void)to;
	op25b_conf_store(c, node, "store", &collector->store, &collector->store_shown);
}

static void read_policy(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	const char *text = op25b_conf_text(c, node, "policy");

	(void)to;
	if (text && *text != '/')
		op25b_find_error(&c->finder, &node->place,
				 "'policy' is no path from the root; begin it with '/'");
	collector_of(c)->policy = text;
}

static void read_time(struct op25b_conf *c, const struct op25b_node *node, const char *key,
		      int64_t *ret)
{
	const char *text = op25b_conf_text(c, node, key);
	int64_t seconds;

	if (!text)
		return;
	if (op25b_duration_parse(text, &seconds) || seconds > (int64_t)MOST_DAYS * 86400)
		op25b_find_error(
			&c->finder, &node->place,
			"%s '%s' is no length of time from 1s to %dd; write one like 180d, "
			"12h, 10m or 90s",
			key, text, MOST_DAYS);
	else
		*ret = seconds;
}

static void read_seen_every(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	(void)to;
	read_time(c, node, "seen_every", &collector_of(c)->settings.seen_every);
}

static void read_stale_after(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	(void)to;
	if (node->kind == OP25B_SCALAR && node->text && !strcmp(node->text, "never"))
		collector_of(c)->settings.stale_after = 0;
	else
		read_time(c, node, "stale_after", &collector_of(c)->settings.stale_after);
}

static void read_forget_after(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	(void)to;
	read_time(c, node, "forget_after", &collector_of(c)->settings.forget_after);
}

static void read_keep_changes(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	uint32_t number = 0;

	(void)to;
	op25b_conf_number(c, node, "keep_changes", 1000, 100 * 1000 * 1000, &number);
	if (number)
		collector_of(c)->settings.keep_changes = number;
}

static void read_socket(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	(void)to;
	op25b_conf_path(c, node, "socket", &collector_of(c)->socket);
}

static void read_group(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	(void)to;
	op25b_conf_group(c, node, "group", &collector_of(c)->group);
}

/* At the key that says it; the defaults fit each other. */
static void check_stale(struct op25b_conf *c, const struct op25b_node *root)
{
	const struct op25b_sessions_settings *settings = &collector_of(c)->settings;
	const struct op25b_place *place = &root->place;

	if (!settings->stale_after ||
	    (settings->stale_after >= 60 && settings->stale_after / 3 >= settings->seen_every))
		return;
	for (const struct op25b_node *key = root->first; key; key = key->next) {
		if (!strcmp(key->text, "stale_after") || !strcmp(key->text, "seen_every"))
			place = &key->value->place;
	}
	op25b_find_error(&c->finder, place,
			 "stale_after (%" PRId64 " s) is too short: live sessions would end; make "
			 "it 60s or more and at least 3 times seen_every (%" PRId64 " s), or never",
			 settings->stale_after, settings->seen_every);
}

/* By family, then the longest first: the first that holds an address is the one that counts. */
static int compare_senders(const void *a, const void *b)
{
	const struct op25b_prefix *p = &((const struct op25b_sender *)a)->prefix,
				  *q = &((const struct op25b_sender *)b)->prefix;

	if (p->family != q->family)
		return (int)p->family - (int)q->family;
	if (p->len != q->len)
		return (int)q->len - (int)p->len;
	return memcmp(p->addr, q->addr, sizeof(p->addr));
}

static void sort_senders(struct op25b_collector *collector)
{
	struct op25b_sender *list = collector->senders;
	size_t n = collector->n_senders;

	if (!n)
		return;
	qsort(list, n, sizeof(*list), compare_senders);
	list[n - 1].shorter = (uint32_t)n;
	for (size_t i = n - 1; i-- > 0;) {
		bool same = list[i].prefix.family == list[i + 1].prefix.family &&
			    list[i].prefix.len == list[i + 1].prefix.len;

		list[i].shorter = same ? list[i + 1].shorter : (uint32_t)(i + 1);
	}
}

static void read_top(struct op25b_conf *c, const struct op25b_node *root)
{
	static const struct op25b_conf_field fields[] = {
		{ "op25b_collector", read_version, "begin the file with op25b_collector: 1" },
		{ "listen", read_listen, "write listen: [\"0.0.0.0\", \"::\"]" },
		{ "store", read_store, "write store: /var/lib/op25b-radiusd/sessions.db" },
		{ "clients", op25b_collector_read_clients,
		  "write clients: [{name: bng1, from: [192.0.2.1], secret_file: "
		  "/etc/op25b/bng1.secret}]" },
		{ "policy", read_policy, NULL },
		{ "seen_every", read_seen_every, NULL },
		{ "stale_after", read_stale_after, NULL },
		{ "forget_after", read_forget_after, NULL },
		{ "keep_changes", read_keep_changes, NULL },
		{ "socket", read_socket, NULL },
		{ "group", read_group, NULL },
		{ NULL, NULL, NULL },
	};
	struct op25b_collector *collector = collector_of(c);

	op25b_conf_map(c, root, "a collector file", fields, collector);
	if (root->kind == OP25B_MAP)
		check_stale(c, root);
	sort_senders(collector);
}

static void *make_collector(struct op25b_arena *arena)
{
	struct op25b_collector *collector = op25b_arena_alloc(arena, sizeof(*collector));

	*collector = (struct op25b_collector){
		.arena = arena,
		.socket = OP25B_COLLECTOR_SOCKET,
		.settings = OP25B_SESSIONS_DEFAULTS,
	};
	return collector;
}

static const struct op25b_conf_kind kind = {
	.hint = "a collector file begins with 'op25b_collector: 1'",
	.make = make_collector,
	.read = read_top,
};

int op25b_collector_load(const char *path, struct op25b_collector **ret_collector,
			 struct op25b_findings *ret_findings)
{
	void *file = NULL;
	int r = op25b_conf_load(&kind, path, &file, ret_findings);

	if (!r)
		*ret_collector = file;
	return r;
}

int op25b_collector_parse(const char *name, const void *data, size_t size,
			  struct op25b_collector **ret_collector,
			  struct op25b_findings *ret_findings)
{
	void *file = NULL;
	int r = op25b_conf_parse(&kind, name, data, size, &file, ret_findings);

	if (!r)
		*ret_collector = file;
	return r;
}

void op25b_collector_free(struct op25b_collector **collector)
{
	struct op25b_arena *arena;

	if (!collector || !*collector)
		return;
	arena = (*collector)->arena;
	*collector = NULL;
	op25b_arena_free(&arena);
}

/* One search for each length there is: a packet from a stranger, too, must be cheap. */
int op25b_collector_sender(const struct op25b_collector *collector,
			   const struct op25b_prefix *address)
{
	for (size_t i = 0; i < collector->n_senders; i = collector->senders[i].shorter) {
		const struct op25b_sender *first = &collector->senders[i], *found;
		struct op25b_sender wanted = { .prefix = *address };

		if (first->prefix.family != address->family)
			continue;
		op25b_prefix_cut(&wanted.prefix, first->prefix.len);
		found = bsearch(&wanted, first, first->shorter - i, sizeof(*first),
				compare_senders);
		if (found)
			return (int)found->client;
	}
	return -1;
}
