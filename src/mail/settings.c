/* SPDX-License-Identifier: BSD-2-Clause */
/* See settings.h: the file's keys and their defaults; where to listen is settings-listen.c's. */
#include "mail/settings.h"

#include <string.h>

#include "mail/settings-listen.h"
#include "policy/prefix.h"
#include "serve/secret.h"

/* What a path may be made of that stands in Postfix's settings. */
#define PLAIN "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-"

static struct op25b_maild_file *file_of(struct op25b_conf *c)
{
	return c->file;
}

static void read_version(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	const char *text = op25b_conf_text(c, node, "op25b_maild");

	(void)to;
	if (text && strcmp(text, "1") != 0)
		op25b_find_error(&c->finder, &node->place,
				 "version '%s' is not known here; write op25b_maild: 1", text);
}

/* A file's path, which may be longer than a socket's. */
static void read_path(struct op25b_conf *c, const struct op25b_node *node, const char *key,
		      const char **ret)
{
	const char *text = op25b_conf_text(c, node, key);

	if (text && *text != '/')
		op25b_find_error(&c->finder, &node->place,
				 "'%s' is no path from the root; begin it with '/'", key);
	else if (text)
		*ret = text;
}

static void read_policy(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	(void)to;
	read_path(c, node, "policy", &file_of(c)->policy);
}

static void read_tenant(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	(void)to;
	file_of(c)->tenant = op25b_conf_text(c, node, "tenant");
}

static void read_sessions(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	(void)to;
	op25b_conf_store(c, node, "sessions", &file_of(c)->sessions, &file_of(c)->sessions_shown);
}

static void read_accounts(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	(void)to;
	op25b_conf_store(c, node, "accounts", &file_of(c)->accounts, &file_of(c)->accounts_shown);
}

static void read_state(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	(void)to;
	read_path(c, node, "state", &file_of(c)->state);
}

/* The names of the sockets in it have to fit, too. */
static void read_folder(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	const char *path = NULL;

	(void)to;
	op25b_conf_path(c, node, "folder", &path);
	if (path && strlen(path) + sizeof("/socketmap") - 1 > OP25B_CONF_PATH_MAX)
		op25b_find_error(&c->finder, &node->place,
				 "'folder' is too long for the sockets in it; choose one of at "
				 "most %zu bytes",
				 OP25B_CONF_PATH_MAX - (sizeof("/socketmap") - 1));
	else if (path)
		file_of(c)->folder = path;
}

static void read_group(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	(void)to;
	op25b_conf_group(c, node, "group", &file_of(c)->group);
}

static void read_socket(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	(void)to;
	op25b_conf_path(c, node, "socket", &file_of(c)->socket);
}

static void read_control_group(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	(void)to;
	op25b_conf_group(c, node, "control_group", &file_of(c)->control_group);
}

static void read_reader(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	struct op25b_maild_file *file = to;

	op25b_conf_socket(c, node, "'reader'", "write socket: /run/op25b-maild/reader.sock",
			  &file->reader);
}

static void read_desk(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	struct op25b_maild_file *file = to;

	op25b_conf_socket(c, node, "'desk'", "write socket: /run/op25b-maild/desk.sock",
			  &file->desk);
}

static void read_echo(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	struct op25b_maild_file *file = to;

	op25b_conf_socket(c, node, "'echo'", "write socket: /run/op25b-maild/echo", &file->echo);
	if (file->echo.socket && file->echo.socket[strspn(file->echo.socket, PLAIN)])
		op25b_find_error(&c->finder, &node->place,
				 "Postfix can't be told of '%s'; name it with letters, digits and "
				 "'/', '.', '_', '-' alone",
				 file->echo.socket);
}

static void check_socket(struct op25b_conf *c, const struct op25b_node *root, const char *name,
			 const char *path, const char *other, const char *other_path)
{
	for (const struct op25b_node *key = root->first; key; key = key->next) {
		if (!strcmp(key->text, name) && path && other_path && !strcmp(path, other_path))
			op25b_find_error(&c->finder, &key->value->place,
					 "'%s' has the path of '%s'; give each its own", name,
					 other);
	}
}

static void check_sockets(struct op25b_conf *c, const struct op25b_node *root)
{
	const struct op25b_maild_file *file = file_of(c);

	check_socket(c, root, "reader", file->reader.socket, "socket", file->socket);
	check_socket(c, root, "desk", file->desk.socket, "socket", file->socket);
	check_socket(c, root, "desk", file->desk.socket, "reader", file->reader.socket);
	check_socket(c, root, "echo", file->echo.socket, "socket", file->socket);
	check_socket(c, root, "echo", file->echo.socket, "reader", file->reader.socket);
	check_socket(c, root, "echo", file->echo.socket, "desk", file->desk.socket);
}

static void read_auth_key(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	struct op25b_error error = { "" };
	uint8_t secret[OP25B_SECRET];
	const char *path = NULL;
	int n;

	(void)to;
	read_path(c, node, "auth_key_file", &path);
	file_of(c)->auth_key_file = path;
	if (!path || file_of(c)->keyless)
		return;
	n = op25b_secret_read(path, secret, &error);
	if (n < 0)
		op25b_find_error(&c->finder, &node->place, "%s", error.text);
	else
		file_of(c)->auth_key = op25b_arena_copy(c->arena, (const char *)secret, (size_t)n);
}

static void read_logs(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	struct op25b_maild_file *file = file_of(c);

	(void)to;
	if (node->kind != OP25B_LIST) {
		op25b_find_error(&c->finder, &node->place,
				 "'logs' is a list of paths; write [/var/log/mail.log]");
		return;
	}
	if (node->n > OP25B_MAILD_LOGS)
		op25b_find_error(&c->finder, &node->place,
				 "'logs' names more than %u files; have fewer of them",
				 OP25B_MAILD_LOGS);
	for (const struct op25b_node *item = node->first; item; item = item->next) {
		const char *path = NULL;

		read_path(c, item, "logs", &path);
		for (size_t i = 0; path && i < file->n_logs; i++) {
			if (!strcmp(path, file->logs[i]))
				op25b_find_error(&c->finder, &item->place,
						 "'%s' is here twice; keep one", path);
		}
		if (path)
			*OP25B_PUSH(c->arena, file->logs, file->n_logs) = path;
	}
}

static bool is_host(const char *text)
{
	return *text && strlen(text) <= 253 &&
	       strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-") ==
		       strlen(text);
}

/* An address, or a name and perhaps a port. */
static void read_mail_host(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	const char *text = op25b_conf_text(c, node, "mail_host"), *colon;
	struct op25b_maild_file *file = file_of(c);
	struct op25b_endpoint endpoint;
	char host[OP25B_PREFIX_TEXT], probe[32];

	(void)to;
	if (!text)
		return;
	if (op25b_endpoint_parse(text, 25, &endpoint)) {
		op25b_address_format(endpoint.address.family, endpoint.address.addr, host);
		file->mail_host = op25b_arena_copy(c->arena, host, strlen(host));
		file->mail_port = endpoint.port;
		return;
	}
	/* The port of a name is read as that of an address. */
	colon = strchr(text, ':');
	snprintf(probe, sizeof(probe), "127.0.0.1%s", colon ? colon : "");
	file->mail_host =
		op25b_arena_copy(c->arena, text, colon ? (size_t)(colon - text) : strlen(text));
	if (is_host(file->mail_host) && op25b_endpoint_parse(probe, 25, &endpoint))
		file->mail_port = endpoint.port;
	else
		op25b_find_error(&c->finder, &node->place,
				 "'%s' is no mail server; write one like mx.example.net, "
				 "\"mx.example.net:25\" or \"[2001:db8::25]:25\"",
				 text);
}

static void read_letters_from(struct op25b_conf *c, const struct op25b_node *node, void *to)
{
	const char *text = op25b_conf_text(c, node, "letters_from");
	const char *at = text ? strchr(text, '@') : NULL;

	(void)to;
	if (!text)
		return;
	for (const char *p = text; *p; p++) {
		if (*p <= ' ' || *p >= 0x7f || strchr("<>()[],;:\\\"", *p))
			at = NULL;
	}
	if (!at || at == text || !is_host(at + 1) || strlen(text) > 254)
		op25b_find_error(&c->finder, &node->place,
				 "'%s' is no mail address; write one like postmaster@example.net",
				 text);
	else
		file_of(c)->letters_from = text;
}

static void read_top(struct op25b_conf *c, const struct op25b_node *root)
{
	static const struct op25b_conf_field fields[] = {
		{ "op25b_maild", read_version, "begin the file with op25b_maild: 1" },
		{ "policy", read_policy, "write policy: /etc/op25b/policy.yaml" },
		{ "tenant", read_tenant, NULL },
		{ "sessions", read_sessions, NULL },
		{ "accounts", read_accounts, NULL },
		{ "state", read_state, NULL },
		{ "folder", read_folder, NULL },
		{ "group", read_group, NULL },
		{ "listen", op25b_maild_read_listen, NULL },
		{ "clients", op25b_maild_read_clients, NULL },
		{ "auth_key_file", read_auth_key, NULL },
		{ "logs", read_logs, NULL },
		{ "mail_host", read_mail_host, NULL },
		{ "letters_from", read_letters_from, "write letters_from: postmaster@example.net" },
		{ "socket", read_socket, NULL },
		{ "control_group", read_control_group, NULL },
		{ "reader", read_reader, NULL },
		{ "desk", read_desk, NULL },
		{ "echo", read_echo, NULL },
		{ NULL, NULL, NULL },
	};

	op25b_conf_map(c, root, "a maild file", fields, c->file);
	if (root->kind != OP25B_MAP)
		return;
	op25b_maild_check_listen(c, root);
	check_sockets(c, root);
}

static void *make_file(struct op25b_arena *arena)
{
	struct op25b_maild_file *file = op25b_arena_alloc(arena, sizeof(*file));

	*file = (struct op25b_maild_file){
		.arena = arena,
		.accounts = OP25B_MAILD_ACCOUNTS,
		.accounts_shown = OP25B_MAILD_ACCOUNTS,
		.state = OP25B_MAILD_STATE,
		.folder = OP25B_MAILD_FOLDER,
		.socket = OP25B_MAILD_SOCKET,
		.mail_host = OP25B_MAILD_MAIL_HOST,
		.mail_port = OP25B_MAILD_MAIL_PORT,
	};
	return file;
}

static void *make_keyless(struct op25b_arena *arena)
{
	struct op25b_maild_file *file = make_file(arena);

	file->keyless = true;
	return file;
}

static const struct op25b_conf_kind keyless = {
	.hint = "a maild file begins with 'op25b_maild: 1'",
	.make = make_keyless,
	.read = read_top,
};

static const struct op25b_conf_kind kind = {
	.hint = "a maild file begins with 'op25b_maild: 1'",
	.make = make_file,
	.read = read_top,
};

int op25b_maild_load(const char *path, struct op25b_maild_file **ret_file,
		     struct op25b_findings *ret_findings)
{
	void *file = NULL;
	int r = op25b_conf_load(&kind, path, &file, ret_findings);

	if (!r)
		*ret_file = file;
	return r;
}

int op25b_maild_load_keyless(const char *path, struct op25b_maild_file **ret_file,
			     struct op25b_findings *ret_findings)
{
	void *file = NULL;
	int r = op25b_conf_load(&keyless, path, &file, ret_findings);

	if (!r)
		*ret_file = file;
	return r;
}

int op25b_maild_parse(const char *name, const void *data, size_t size, bool without_key,
		      struct op25b_maild_file **ret_file, struct op25b_findings *ret_findings)
{
	void *file = NULL;
	int r = op25b_conf_parse(without_key ? &keyless : &kind, name, data, size, &file,
				 ret_findings);

	if (!r)
		*ret_file = file;
	return r;
}

void op25b_maild_free(struct op25b_maild_file **file)
{
	struct op25b_arena *arena;

	if (!file || !*file)
		return;
	arena = (*file)->arena;
	*file = NULL;
	op25b_arena_free(&arena);
}
