/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Settings of Postfix 3.7 and Dovecot 2.3 that say the same as a policy: which services stand on
 * which addresses, what each asks op25b-maild, whose mailboxes are here. What they must hold, and
 * why: design 4b.10; the templates are in conf/. Nothing is written before all is known to be
 * right.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"
#include "mail/settings.h"
#include "policy/policy.h"

#define OP25B_MAILCONF_GROUP \
	"op25b-mail" /* who may ask op25b-maild, unless its file says another */

/* What stands on an address of a mail host. */
enum op25b_mailconf_role {
	OP25B_MAILCONF_MX,
	OP25B_MAILCONF_RELAY,
	OP25B_MAILCONF_SUBMISSION,
	OP25B_MAILCONF_SUBMISSIONS,
	OP25B_MAILCONF_POP,
	OP25B_MAILCONF_IMAP,
	OP25B_MAILCONF_ROLES, /* how many there are */
};

/* What is wanted; borrowed. Texts are NULL where nothing was said. */
struct op25b_mailconf_ask {
	const struct op25b_policy *policy;
	const char *policy_name; /* of its file, for the heads */
	uint32_t tenant;
	int64_t at;                                  /* the instant that srv is of */
	const struct op25b_maild_file *maild;        /* NULL: what op25b-maild(5) has as defaults */
	const char *addresses[OP25B_MAILCONF_ROLES]; /* "192.0.2.1,2001:db8::1", or "none" */
	const char *host;                            /* name that clients see; in the certificate */
	const char *tls_chain;                       /* path of key and certificates */
	const char *log;                             /* path of Postfix's log */
	const char *accounts;      /* location by which Dovecot reads them, if not maild's */
	const char *maild_address; /* op25b-maild is on another host: there */
	bool fragment;
};

struct op25b_mailconf_file {
	const char *name; /* static */
	mode_t mode;
	char *text;
};

#define OP25B_MAILCONF_FILES 3U

struct op25b_mailconf_files {
	struct op25b_mailconf_file list[OP25B_MAILCONF_FILES];
	size_t n;
};

/**
 * op25b_mailconf_postfix() - main.cf and master.cf; of a fragment op25b-main.cf, op25b-master.cf.
 * @ret_files: written on success; op25b_mailconf_files_done()
 * Returns 0; -EINVAL: the policy and what was asked leave something open, @error names the remedy;
 * -ENOMEM.
 */
int op25b_mailconf_postfix(const struct op25b_mailconf_ask *ask,
			   struct op25b_mailconf_files *ret_files, struct op25b_error *error);

/**
 * op25b_mailconf_dovecot() - dovecot.conf (of a fragment op25b.conf), and what is secret apart.
 * As op25b_mailconf_postfix().
 */
int op25b_mailconf_dovecot(const struct op25b_mailconf_ask *ask,
			   struct op25b_mailconf_files *ret_files, struct op25b_error *error);

/**
 * op25b_mailconf_srv() - SRV records of the tenant's domains, for the zones of these.
 * @ask:      of policy, policy_name, tenant and at alone; the policy's timezone is entered
 * @ret_text: a zone snippet without a port 25, in which servers that take no mail yet are comments
 *            with their date; free()
 *
 * Returns 0; -EINVAL: the policy has no settings or no domains, @error names the remedy; -ENOMEM.
 */
int op25b_mailconf_srv(const struct op25b_mailconf_ask *ask, char **ret_text,
		       struct op25b_error *error);

/**
 * op25b_mailconf_write() - put files into a folder, which is made if it is missing.
 * @force: also over files that op25b mailconf did not write
 *
 * Each is there whole or as before, and none is touched if one may not be written over. Returns 0;
 * -EEXIST: such a file; -errno. @error names it.
 */
int op25b_mailconf_write(const char *folder, const struct op25b_mailconf_files *files, bool force,
			 struct op25b_error *error);

/* Free what it owns. */
void op25b_mailconf_files_done(struct op25b_mailconf_files *files);

/* A line for people; returns non-zero to end. */
typedef int (*op25b_mailconf_say_fn)(void *arg, const char *text);

/**
 * op25b_mailconf_check() - what an existing Postfix says that a fragment can't stand on.
 * @text: output of `postconf -n`, and if that is wanted of `postconf -M` behind it; @size bytes
 * @say:  called for each contradiction, which names the parameter, its value and the remedy
 * Returns how many there are; -EINVAL: no such output, or as op25b_mailconf_postfix(); -ENOMEM.
 */
int op25b_mailconf_check(const struct op25b_mailconf_ask *ask, const char *text, size_t size,
			 op25b_mailconf_say_fn say, void *arg, struct op25b_error *error);
