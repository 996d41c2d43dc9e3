/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An SQLite file is named by its path. Of PostgreSQL Dovecot 2.3 wants libpq's "keyword=value"
 * pairs: a URI it would split at blanks and refuse for a missing '='. It knows no quotes.
 */
#include "mail/conf-accounts.h"

#include <errno.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "mail/account.h"

static void free_options(PQconninfoOption **options)
{
	PQconninfoFree(*options);
}

static int write_pairs(FILE *out, const PQconninfoOption *options, struct op25b_error *error)
{
	const char *between = "";

	for (; options->keyword; options++) {
		if (!options->val || !*options->val)
			continue;
		if (strpbrk(options->val, " \t\n'\\\""))
			return op25b_error_set(error, -EINVAL,
					       "the accounts' %s has a blank, a quote or a \\ in "
					       "it, which Dovecot can't be told: take another",
					       options->keyword);
		fprintf(out, "%s%s=%s", between, options->keyword, options->val);
		between = " ";
	}
	return 0;
}

/* libpq's own words are left out: they may quote a password. */
static int set_connect(struct op25b_mailconf_values *values, const char *location,
		       struct op25b_error *error)
{
	OP25B_CLEANUP(free_options)
	PQconninfoOption *options = PQconninfoParse(location, NULL);
	OP25B_AUTO_FREE char *text = NULL;
	size_t size;
	FILE *out;
	int r;

	if (!options || strncmp(location, "postgres", 8) != 0)
		return op25b_error_set(error, -EINVAL,
				       "the accounts are neither a path from the root nor a "
				       "PostgreSQL URI, postgresql://USER:PASSWORD@HOST/DATABASE");
	out = open_memstream(&text, &size);
	if (!out)
		return op25b_error_set(error, -ENOMEM, "out of memory");
	r = write_pairs(out, options, error);
	if (fclose(out) && !r)
		r = op25b_error_set(error, -ENOMEM, "out of memory");
	if (!r)
		op25b_mailconf_set(values, "SQL_CONNECT", text);
	return r;
}

int op25b_mailconf_set_accounts(struct op25b_mailconf_values *values,
				const struct op25b_mailconf_ask *ask, struct op25b_error *error)
{
	const char *location = ask->accounts ? ask->accounts :
			       ask->maild    ? ask->maild->accounts :
					       OP25B_MAILD_ACCOUNTS;
	const char *group = ask->maild ? ask->maild->group : OP25B_MAILCONF_GROUP;
	bool file = *location == '/';

	op25b_mailconf_set(values, "SQL_DRIVER", file ? "sqlite" : "pgsql");
	op25b_mailconf_set(values, "PASSWORD_QUERY",
			   file ? OP25B_ACCOUNT_PASSWORD_QUERY("") :
				  OP25B_ACCOUNT_PASSWORD_QUERY(OP25B_ACCOUNT_SCHEMA));
	op25b_mailconf_set(values, "USER_QUERY",
			   file ? OP25B_ACCOUNT_USER_QUERY("") :
				  OP25B_ACCOUNT_USER_QUERY(OP25B_ACCOUNT_SCHEMA));
	op25b_mailconf_set(values, "ITERATE_QUERY",
			   file ? OP25B_ACCOUNT_ITERATE_QUERY("") :
				  OP25B_ACCOUNT_ITERATE_QUERY(OP25B_ACCOUNT_SCHEMA));
	if (!file)
		return set_connect(values, location, error);
	/* Who is in that group may read the file. */
	if (group)
		op25b_mailconf_setf(values, "EXTRA_GROUPS", "  extra_groups = %s", group);
	op25b_mailconf_set(values, "SQL_CONNECT", location);
	return 0;
}
