/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of the account base's SQLite engine share; account-sqlite*.c only. */
#pragma once

#include <sqlite3.h>

#include "mail/account-db.h"

/* -errno of an SQLite code; -EEXIST: a key is there. */
int op25b_account_sqlite_errno(int code);

/* What to do about a failure, as the end of its text; "": nothing that we know. */
const char *op25b_account_sqlite_remedy(int r);

/* Say what SQLite says of its last failure. Returns -errno. */
int op25b_account_sqlite_fail(sqlite3 *db, const char *path, int code, struct op25b_error *error);

/**
 * op25b_account_sqlite_layout() - whether a file's tables are ours.
 * @make: make them in an empty file
 * Returns 0; -EMEDIUMTYPE: they are not, or of a newer op25b; as op25b_accounts_open().
 */
int op25b_account_sqlite_layout(sqlite3 *db, const char *path, bool make,
				struct op25b_error *error);
