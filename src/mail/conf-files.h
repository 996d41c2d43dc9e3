/* SPDX-License-Identifier: BSD-2-Clause */
/* What Postfix's and Dovecot's settings have in common: heads, the way to op25b-maild, files. */
#pragma once

#include "mail/conf-host.h"
#include "mail/conf-template.h"

/* The first words of each file of ours; by them one is known again. */
#define OP25B_MAILCONF_MARK "written by op25b mailconf"

/**
 * op25b_mailconf_begin() - set what both have: HEAD, TLS_CHAIN, LOG, FOLDER, GRANT, RESTRICT,
 * SOCKETMAP, AUTH_URL, AUTH_KEY.
 * Returns 0; -EINVAL: op25b-maild can't be reached so, @error names the remedy.
 */
int op25b_mailconf_begin(struct op25b_mailconf_values *values,
			 const struct op25b_mailconf_host *host, struct op25b_error *error);

/* Set a value to addresses with @between them, IPv6 in @before6 and @after6. */
void op25b_mailconf_set_addresses(struct op25b_mailconf_values *values, const char *name,
				  const struct op25b_mailconf_addresses *addresses,
				  const char *between, const char *before6, const char *after6);

/* Fill a template into a file more; a text of NULL says that there was no memory. */
void op25b_mailconf_add(struct op25b_mailconf_files *files, const char *name, mode_t mode,
			const char *template, const struct op25b_mailconf_values *values);

/* Give files away if all have a text; else free them. Returns 0; -ENOMEM. */
int op25b_mailconf_end(struct op25b_mailconf_files *files, struct op25b_mailconf_files *ret_files,
		       struct op25b_error *error);
