/* SPDX-License-Identifier: BSD-2-Clause */
/* See settings.h: the file's keys and their defaults; addresses are settings-listen.c's. */
#include "web/settings.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "policy/prefix.h"
#include "serve/conf.h"
#include "web/settings-listen.h"

#define HOST_MAX 253

static struct op25b_web_file *file_of(struct op25b_conf *c)
{
	return c->file;
}

static void read_version(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	const char *text = op25b_conf_text(c, node, "op25b_web");

	(void)to;
	if (text && strcmp(text, "1") != 0)
		op25b_find_error(&c->finder, &node->place,
				 "version '%s' is not known here; write op25b_web: 1", text);
}

/* A path of a file or folder, which may be longer than a socket's. */
static const char *path_of(struct op25b_conf *c, const struct op25b_node *node, const char *key)
{
	const char *text = op25b_conf_text(c, node, key);

	if (!text || *text == '/')
		return text;
	op25b_find_error(&c->finder, &node->place,
			 "'%s' is no path from the root; begin it with '/'", key);
	return NULL;
}

/* A lower-case copy of a host's name, or NULL and an error. */
static const char *host_of(struct op25b_conf *c, const struct op25b_node *node, const char *text)
{
	char *name;

	if (!text)
		return NULL;
	name = op25b_arena_copy(c->arena, text, strlen(text));
	for (char *p = name; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	if (strlen(name) <= HOST_MAX && *name && *name != '-' && *name != '.' &&
	    !strstr(name, "..") &&
	    strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789.-") == strlen(name))
		return name;
	op25b_find_error(&c->finder, &node->place,
			 "'%s' is no host name; write one like mail-help.example.net, without a "
			 "port",
			 text);
	return NULL;
}

static void read_policy(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	(void)to;
	file_of(c)->policy = path_of(c, node, "policy");
}

static void read_sessions(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	(void)to;
	op25b_conf_store(c, node, "sessions", &file_of(c)->sessions, &file_of(c)->sessions_shown);
}

static void read_host(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	(void)to;
	file_of(c)->host = host_of(c, node, op25b_conf_text(c, node, "host"));
}

static void read_host4(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	(void)to;
	file_of(c)->host4 = host_of(c, node, op25b_conf_text(c, node, "host4"));
}

static void read_host6(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	(void)to;
	file_of(c)->host6 = host_of(c, node, op25b_conf_text(c, node, "host6"));
}

static void read_hosts(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	struct op25b_web_file *file = file_of(c);

	(void)to;
	if (node->kind != OP25B_MAP) {
		op25b_find_error(&c->finder, &node->place,
				 "'hosts' is a map of host names to tenants; write "
				 "help.retail.example: retail");
		return;
	}
	for (const struct op25b_node *key = node->first; key; key = key->next) {
		const char *name = host_of(c, key, key->text);
		const char *tenant = op25b_conf_text(c, key->value, "hosts");

		if (name && tenant)
			*OP25B_PUSH(c->arena, file->hosts, file->n_hosts) = (struct op25b_web_host){
				.name = name, .tenant_id = tenant, .place = key->value->place
			};
	}
}

static void read_data(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	(void)to;
	file_of(c)->data = path_of(c, node, "data");
}

static void read_state(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	const char *path = path_of(c, node, "state");

	(void)to;
	if (path)
		file_of(c)->state = path;
}

static void read_gateway(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	(void)to;
	op25b_conf_path(c, node, "gateway", &file_of(c)->gateway);
}

static void read_maild(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	(void)to;
	op25b_conf_path(c, node, "maild", &file_of(c)->maild);
}

static void read_desk(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	(void)to;
	op25b_conf_path(c, node, "desk", &file_of(c)->desk);
}

static void read_probes(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	(void)to;
	file_of(c)->probes = path_of(c, node, "probes");
}

static void read_connections(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	(void)to;
	op25b_conf_number(c, node, "connections", 16, 20000, &file_of(c)->connections);
}

static void read_access_log(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	const char *text = op25b_conf_text(c, node, "access_log");
	struct op25b_web_file *file = file_of(c);

	(void)to;
	if (!text)
		return;
	if (!strcmp(text, "journal")) {
		file->access_log = OP25B_WEB_LOG_JOURNAL;
	} else if (!strcmp(text, "none")) {
		file->access_log = OP25B_WEB_LOG_NONE;
	} else if (*text == '/') {
		file->access_log = OP25B_WEB_LOG_FILE;
		file->access_path = text;
	} else {
		op25b_find_error(&c->finder, &node->place,
				 "access_log '%s' is not known; write journal, none or the path of "
				 "a file",
				 text);
	}
}

static void read_top(struct op25b_conf *c, const struct op25b_node *root)
{
	static const struct op25b_conf_field fields[] = {
		{ "op25b_web", read_version, "begin the file with op25b_web: 1" },
		{ "policy", read_policy, "write policy: /etc/op25b/policy.yaml" },
		{ "sessions", read_sessions, NULL },
		{ "listen", op25b_web_read_listen, NULL },
		{ "staff", op25b_web_read_staff, NULL },
		{ "proxies", op25b_web_read_proxies, NULL },
		{ "host", read_host, NULL },
		{ "host4", read_host4, NULL },
		{ "host6", read_host6, NULL },
		{ "hosts", read_hosts, NULL },
		{ "data", read_data, NULL },
		{ "state", read_state, NULL },
		{ "gateway", read_gateway, NULL },
		{ "maild", read_maild, NULL },
		{ "desk", read_desk, NULL },
		{ "probes", read_probes, NULL },
		{ "connections", read_connections, NULL },
		{ "access_log", read_access_log, NULL },
		{ NULL, NULL, NULL },
	};

	op25b_conf_map(c, root, "a web file", fields, c->file);
	op25b_web_check_listen(c, root);
}

static void *make_file(struct op25b_arena *arena)
{
	struct op25b_web_file *file = op25b_arena_alloc(arena, sizeof(*file));

	*file = (struct op25b_web_file){
		.arena = arena,
		.state = OP25B_WEB_STATE,
		.connections = OP25B_WEB_CONNECTIONS,
	};
	return file;
}

static const struct op25b_conf_kind kind = {
	.hint = "a web file begins with 'op25b_web: 1'",
	.make = make_file,
	.read = read_top,
};

int op25b_web_file_load(const char *path, struct op25b_web_file **ret_file,
			struct op25b_findings *ret_findings)
{
	void *file = NULL;
	int r = op25b_conf_load(&kind, path, &file, ret_findings);

	if (!r)
		*ret_file = file;
	return r;
}

int op25b_web_file_parse(const char *name, const void *data, size_t size,
			 struct op25b_web_file **ret_file, struct op25b_findings *ret_findings)
{
	void *file = NULL;
	int r = op25b_conf_parse(&kind, name, data, size, &file, ret_findings);

	if (!r)
		*ret_file = file;
	return r;
}

void op25b_web_file_free(struct op25b_web_file **file)
{
	struct op25b_arena *arena;

	if (!file || !*file)
		return;
	arena = (*file)->arena;
	*file = NULL;
	op25b_arena_free(&arena);
}

int op25b_web_file_join(struct op25b_web_file *file, const char *path,
			const struct op25b_policy *policy, FILE *out)
{
	int r = 0;

	for (size_t i = 0; i < file->n_hosts; i++) {
		struct op25b_web_host *host = &file->hosts[i];
		size_t t = 0;

		while (t < policy->n_tenants && strcmp(policy->tenants[t].id, host->tenant_id) != 0)
			t++;
		host->tenant = (uint32_t)t;
		if (t < policy->n_tenants)
			continue;
		fprintf(out,
			"%s:%u:%u: error: the policy %s has no tenant '%s'; correct the name\n",
			path, host->place.line, host->place.column, file->policy, host->tenant_id);
		r = -EINVAL;
	}
	return r;
}
