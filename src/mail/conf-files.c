/* SPDX-License-Identifier: BSD-2-Clause */
/* What all the files have, and their list. */
#include "mail/conf-files.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "policy/prefix.h"

#define TLS_CHAIN "/etc/op25b/mail.pem"
#define LOG       "/var/log/op25b/postfix.log"

void op25b_mailconf_set_addresses(struct op25b_mailconf_values *values, const char *name,
				  const struct op25b_mailconf_addresses *addresses,
				  const char *between, const char *before6, const char *after6)
{
	char all[OP25B_MAILCONF_ADDRESSES * (OP25B_PREFIX_TEXT + 2)] = "";
	size_t at = 0;

	for (size_t i = 0; i < addresses->n; i++) {
		const struct op25b_prefix *address = &addresses->list[i];
		bool v6 = address->family == OP25B_V6;
		char text[OP25B_PREFIX_TEXT];

		at += (size_t)snprintf(all + at, sizeof(all) - at, "%s%s%s%s", i ? between : "",
				       v6 ? before6 : "",
				       op25b_address_format(address->family, address->addr, text),
				       v6 ? after6 : "");
	}
	op25b_mailconf_set(values, name, all);
}

/* "inet:192.0.2.5:2525"; where op25b-maild is another host's. */
static int set_remote(struct op25b_mailconf_values *values, const struct op25b_maild_file *maild,
		      enum op25b_maild_service service, const struct op25b_prefix *at,
		      const char *name, struct op25b_error *error)
{
	char text[OP25B_PREFIX_TEXT];

	op25b_address_format(at->family, at->addr, text);
	for (size_t i = 0; i < maild->listen[service].n; i++) {
		const struct op25b_endpoint *here = &maild->listen[service].list[i];

		if (op25b_prefix_compare(&here->address, at) != 0)
			continue;
		op25b_mailconf_setf(values, name, at->family == OP25B_V6 ? "%s[%s]:%u" : "%s%s:%u",
				    service == OP25B_MAILD_AUTH ? "http://" : "inet:", text,
				    here->port);
		return 0;
	}
	return op25b_error_set(
		error, -EINVAL,
		"op25b-maild does not listen on %s for %s: add it to `listen` of its "
		"file",
		text, op25b_maild_service_names[service]);
}

static int set_all_remote(struct op25b_mailconf_values *values,
			  const struct op25b_mailconf_ask *ask, struct op25b_error *error)
{
	static const char *const names[OP25B_MAILD_HELD] = {
		[OP25B_MAILD_GRANT] = "GRANT",
		[OP25B_MAILD_RESTRICT] = "RESTRICT",
		[OP25B_MAILD_SOCKETMAP] = "SOCKETMAP",
		[OP25B_MAILD_AUTH] = "AUTH_URL",
	};
	struct op25b_prefix at;
	int r = 0;

	if (op25b_prefix_parse(ask->maild_address, &at) != OP25B_PREFIX_FINE ||
	    at.len != op25b_prefix_whole(at.family))
		return op25b_error_set(error, -EINVAL, "--maild-address %s is no address",
				       ask->maild_address);
	if (!ask->maild)
		return op25b_error_set(error, -EINVAL,
				       "--maild-address wants --maild: its file says the ports");
	for (int i = 0; i < OP25B_MAILD_HELD && !r; i++)
		r = set_remote(values, ask->maild, (enum op25b_maild_service)i, &at, names[i],
			       error);
	return r;
}

/* Loopback if it listens there: a key need not travel. */
static void set_local_auth(struct op25b_mailconf_values *values,
			   const struct op25b_maild_file *maild)
{
	const struct op25b_maild_listen *auth = &maild->listen[OP25B_MAILD_AUTH];
	const struct op25b_endpoint *at = &auth->list[0];
	char text[OP25B_PREFIX_TEXT];

	for (size_t i = 0; i < auth->n; i++) {
		if (auth->list[i].address.family == OP25B_V4 &&
		    auth->list[i].address.addr[0] == 127)
			at = &auth->list[i];
	}
	op25b_address_format(at->address.family, at->address.addr, text);
	op25b_mailconf_setf(values, "AUTH_URL",
			    at->address.family == OP25B_V6 ? "http://[%s]:%u/" : "http://%s:%u/",
			    text, at->port);
}

static void set_local(struct op25b_mailconf_values *values, const struct op25b_maild_file *maild)
{
	const char *folder = maild ? maild->folder : OP25B_MAILD_FOLDER;

	op25b_mailconf_setf(values, "GRANT", "unix:%s/grant", folder);
	op25b_mailconf_setf(values, "RESTRICT", "unix:%s/restrict", folder);
	op25b_mailconf_setf(values, "SOCKETMAP", "unix:%s/socketmap", folder);
	if (maild)
		set_local_auth(values, maild);
	else
		op25b_mailconf_setf(values, "AUTH_URL", "http://127.0.0.1:%u/",
				    OP25B_MAILD_AUTH_PORT);
}

static void set_head(struct op25b_mailconf_values *values, const struct op25b_mailconf_ask *ask)
{
	const char *slash = strrchr(ask->policy_name, '/');
	const char *name = slash ? slash + 1 : ask->policy_name;

	op25b_mailconf_setf(values, "HEAD",
			    "# " OP25B_MAILCONF_MARK " from %.*s (digest %016" PRIx64
			    "). Not to be\n# edited: when the policy's `mail` or "
			    "`mail_servers` changes, write it anew.",
			    (int)strcspn(name, "\n"), name, ask->policy->digest);
}

/* Paths stand in settings as they are: none may be read as something else there. */
static int check_paths(const struct op25b_mailconf_values *values, struct op25b_error *error)
{
	static const char *const names[] = { "TLS_CHAIN", "LOG", "GRANT" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const char *path = op25b_mailconf_get(values, names[i]);

		if (strpbrk(path, " \t\n$#\"{},"))
			return op25b_error_set(
				error, -EINVAL,
				"%s: Postfix and Dovecot read blanks and $ # \" { } , "
				"in a path as something else; take another",
				path);
	}
	return 0;
}

int op25b_mailconf_begin(struct op25b_mailconf_values *values,
			 const struct op25b_mailconf_host *host, struct op25b_error *error)
{
	const struct op25b_mailconf_ask *ask = host->ask;
	const char *log = ask->log;
	int r = 0;

	set_head(values, ask);
	if (!log && ask->maild && ask->maild->n_logs)
		log = ask->maild->logs[0];
	op25b_mailconf_set(values, "LOG", log ? log : LOG);
	op25b_mailconf_set(values, "TLS_CHAIN", ask->tls_chain ? ask->tls_chain : TLS_CHAIN);
	op25b_mailconf_set(values, "AUTH_KEY", ask->maild ? ask->maild->auth_key : NULL);
	if (ask->maild_address)
		r = set_all_remote(values, ask, error);
	else
		set_local(values, ask->maild);
	return r ? r : check_paths(values, error);
}

void op25b_mailconf_add(struct op25b_mailconf_files *files, const char *name, mode_t mode,
			const char *template, const struct op25b_mailconf_values *values)
{
	files->list[files->n++] = (struct op25b_mailconf_file){
		.name = name,
		.mode = mode,
		.text = op25b_mailconf_fill(template, values),
	};
}

int op25b_mailconf_end(struct op25b_mailconf_files *files, struct op25b_mailconf_files *ret_files,
		       struct op25b_error *error)
{
	for (size_t i = 0; i < files->n; i++) {
		if (!files->list[i].text) {
			op25b_mailconf_files_done(files);
			return op25b_error_set(error, -ENOMEM, "out of memory");
		}
	}
	*ret_files = *files;
	return 0;
}

void op25b_mailconf_files_done(struct op25b_mailconf_files *files)
{
	for (size_t i = 0; i < files->n; i++)
		free(files->list[i].text);
	*files = (struct op25b_mailconf_files){ 0 };
}
