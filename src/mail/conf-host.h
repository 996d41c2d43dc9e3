/* SPDX-License-Identifier: BSD-2-Clause */
/* What a policy says of one mail host: its addresses, names, domains and limits. */
#pragma once

#include "mail/conf.h"
#include "policy/mail.h"

#define OP25B_MAILCONF_ADDRESSES 8U /* of a role at most */

struct op25b_mailconf_addresses {
	struct op25b_prefix list[OP25B_MAILCONF_ADDRESSES];
	size_t n;
};

struct op25b_mailconf_host {
	const struct op25b_mailconf_ask *ask;
	const struct op25b_mail *mail;
	struct op25b_mailconf_addresses roles[OP25B_MAILCONF_ROLES];
	const char *name;    /* that clients see */
	const char *mx_name; /* of the MX; that of clients if it has none */
	uint32_t message;    /* the largest of the policy's `message` limits; 0: there is none */
	bool auth25;         /* AUTH on port 25 is still offered, at some time */
};

/**
 * op25b_mailconf_host_read() - find out what the policy leaves to say.
 * @mailboxes: read POP and IMAP alone, else all but these; the others have no addresses then
 * Returns 0; -EINVAL: @error says what is missing and how to say it.
 */
int op25b_mailconf_host_read(const struct op25b_mailconf_ask *ask, bool mailboxes,
			     struct op25b_mailconf_host *ret_host, struct op25b_error *error);

/* Whether a role has an address of that family. */
const struct op25b_prefix *op25b_mailconf_host_address(const struct op25b_mailconf_host *host,
						       enum op25b_mailconf_role role,
						       uint8_t family);
