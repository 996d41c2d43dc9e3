/* SPDX-License-Identifier: BSD-2-Clause */
/* Where accounts are, as Dovecot's SQL driver is told it. */
#pragma once

#include "mail/conf-template.h"
#include "mail/conf.h"

/**
 * op25b_mailconf_set_accounts() - set SQL_DRIVER, SQL_CONNECT, the queries and EXTRA_GROUPS.
 * Returns 0; -EINVAL: the location can't be said to Dovecot, @error says why; -ENOMEM.
 */
int op25b_mailconf_set_accounts(struct op25b_mailconf_values *values,
				const struct op25b_mailconf_ask *ask, struct op25b_error *error);
