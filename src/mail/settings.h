/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The maild file, op25b-maild(5): where policy, sessions and accounts are, where to listen, and
 * which logs to read. Read by op25b-maild, and by the commands account, mail and mailconf of op25b
 * to find what it says. Never changed after it was read.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/policy.h"
#include "serve/conf.h"
#include "serve/endpoint.h"

#define OP25B_MAILD_FILE      "/etc/op25b/maild.yaml"
#define OP25B_MAILD_STATE     "/var/lib/op25b-maild/state.db"
#define OP25B_MAILD_ACCOUNTS  "/var/lib/op25b-maild/accounts.db"
#define OP25B_MAILD_FOLDER    "/run/op25b-maild"
#define OP25B_MAILD_SOCKET    "/run/op25b-maild/control.sock"
#define OP25B_MAILD_AUTH_PORT 4001
#define OP25B_MAILD_MAIL_HOST "127.0.0.1" /* where mailconf has letters taken */
#define OP25B_MAILD_MAIL_PORT 10025

#define OP25B_MAILD_LISTEN 8U /* addresses of a service at most */
#define OP25B_MAILD_LOGS   8U

/* What is listened for: what Postfix asks on a socket of this name in `folder`, too. */
enum op25b_maild_service {
	OP25B_MAILD_GRANT,
	OP25B_MAILD_RESTRICT,
	OP25B_MAILD_SOCKETMAP,
	OP25B_MAILD_AUTH,
	OP25B_MAILD_HELD,     /* op25b on other mail hosts, about what is held there */
	OP25B_MAILD_SERVICES, /* how many there are */
};

/* "grant", "restrict", "socketmap", "auth", "held". */
extern const char *const op25b_maild_service_names[OP25B_MAILD_SERVICES];

/* TCP addresses to listen on, for mail hosts other than this. */
struct op25b_maild_listen {
	struct op25b_endpoint list[OP25B_MAILD_LISTEN];
	size_t n;
};

/* Texts are NULL where the key is absent and has no default. */
struct op25b_maild_file {
	void *arena;                           /* owns all that is pointed to */
	const char *policy;                    /* path */
	const char *tenant;                    /* id; NULL: the root */
	const char *sessions, *sessions_shown; /* location; NULL: no store: pools and lines alone */
	const char *accounts, *accounts_shown; /* location */
	const char *state;                     /* path of the state file */
	const char *folder;                    /* of the sockets grant, restrict, socketmap */
	const char *group;  /* who may connect to them besides root; NULL: nobody */
	const char *socket; /* control socket */
	const char *control_group;
	struct op25b_conf_socket reader; /* a socket that answers questions only */
	struct op25b_conf_socket desk;   /* where customers' forms are brought */
	struct op25b_conf_socket echo;   /* where Postfix brings test mails */
	struct op25b_maild_listen listen[OP25B_MAILD_SERVICES]; /* auth: one at least */
	struct op25b_prefix *clients; /* who may connect by TCP; loopback always may */
	size_t n_clients;
	const char *auth_key_file; /* path */
	bool keyless;              /* the key was not read */
	const char *auth_key;      /* what the header X-API-Key must say, and op25b far away */
	const char **logs;         /* paths of Postfix's logs */
	size_t n_logs;
	const char *mail_host; /* where letters go: a name or an address, and its port */
	uint16_t mail_port;
	const char *letters_from; /* address that letters are from */
};

/**
 * op25b_maild_load() - read a maild file, and the key that it names.
 * @ret_file: written only if there is no error; op25b_maild_free()
 * @ret_findings: always written; op25b_findings_free()
 * Returns 0; -EINVAL: see the findings; -ENOMEM.
 */
int op25b_maild_load(const char *path, struct op25b_maild_file **ret_file,
		     struct op25b_findings *ret_findings);

/* The same without the key, which is not everybody's to read: for commands. */
int op25b_maild_load_keyless(const char *path, struct op25b_maild_file **ret_file,
			     struct op25b_findings *ret_findings);

/* Either for bytes in memory, named @name in findings. */
int op25b_maild_parse(const char *name, const void *data, size_t size, bool without_key,
		      struct op25b_maild_file **ret_file, struct op25b_findings *ret_findings);

/* NULL-safe; sets *file to NULL. */
void op25b_maild_free(struct op25b_maild_file **file);

/* Whether a TCP connection from a whole address is taken. */
bool op25b_maild_may(const struct op25b_maild_file *file, const struct op25b_prefix *address);
