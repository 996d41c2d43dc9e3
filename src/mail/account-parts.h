/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of the account base share; account*.c only. */
#pragma once

#include "mail/account-db.h"
#include "mail/account-edit.h"

#define OP25B_ACCOUNT_HASH 384U /* bytes of a crypt(5) hash and its NUL: CRYPT_OUTPUT_SIZE */

struct op25b_accounts {
	struct op25b_account_db *db;
	bool (*is_own)(void *arg, const char *domain); /* NULL: nobody's domains are known */
	void *own_arg;
};

/* As account.c reads them. */
#define OP25B_ACCOUNT_COLUMNS                                                          \
	"a.name, a.state, a.why, a.state_since, a.created, a.password_set, a.serial, " \
	"a.server, a.first_password, a.line, a.abroad_until"

#define OP25B_ACCOUNT_CALL(sql_, ...)                                        \
	(&(struct op25b_account_call){                                       \
		.sql = (sql_),                                               \
		.n = sizeof((struct op25b_account_value[]){ __VA_ARGS__ }) / \
		     sizeof(struct op25b_account_value),                     \
		.values = { __VA_ARGS__ } })

/* Run a statement; as op25b_account_db_run(). */
#define OP25B_ACCOUNT_RUN(accounts, rows, error, sql, ...) \
	op25b_account_db_run((accounts)->db, OP25B_ACCOUNT_CALL(sql, __VA_ARGS__), rows, error)

/* -ENOENT with its text. */
int op25b_account_missing(const char *name, struct op25b_error *error);

/* What a password must not be. */
struct op25b_account_ids {
	const char *name, *line;
	const char *const *addresses;
	size_t n_addresses;
};

/**
 * op25b_account_password_check() - whether a password may be one.
 * Returns 0, or -EINVAL and why not.
 */
int op25b_account_password_check(const char *password, const struct op25b_account_ids *ids,
				 struct op25b_error *error);

/* Hash a password or a code: yescrypt with Debian's cost. */
int op25b_account_hash(const char *text, char ret[static OP25B_ACCOUNT_HASH],
		       struct op25b_error *error);

/* Whether a text has this hash; takes the same time whatever differs. 1, 0, -errno. */
int op25b_account_hash_is(const char *text, const char *hash, struct op25b_error *error);

/**
 * op25b_account_password_is() - whether an account's password is something that others will know.
 * @id: a line's id, or an address: then what stands before its '@' is looked at too. As written, in
 *      lower and in upper case, and with a capital first letter
 * Returns 1, 0; -ENOENT: no such account; -errno. No transaction may be open: it takes its time.
 */
int op25b_account_password_is(struct op25b_accounts *accounts, const char *name, const char *id,
			      struct op25b_error *error);

/**
 * op25b_account_draw() - draw letters at random.
 * @letters: at most 255 characters
 * @ret:     @n of them, without a NUL
 */
int op25b_account_draw(const char *letters, char *ret, size_t n, struct op25b_error *error);

/* What was made of a new account's texts: names in lower case, all checked, and the hash. */
struct op25b_account_made {
	struct op25b_account_new account;
	char name[OP25B_ACCOUNT_NAME], hash[OP25B_ACCOUNT_HASH];
	char lower[OP25B_ACCOUNT_ADDRESSES][OP25B_ACCOUNT_NAME];
	const char *addresses[OP25B_ACCOUNT_ADDRESSES];
};

/* Check a new account; -EINVAL. The hash is left to op25b_account_hash(). */
int op25b_account_make(const struct op25b_account_new *account, struct op25b_account_made *ret,
		       struct op25b_error *error);

/* Add an own address, inside a transaction: -EEXIST: it is another's address or name. */
int op25b_account_own(struct op25b_accounts *accounts, int64_t now, const char *name,
		      const char *address, struct op25b_error *error);

/* Of whom a token is: @address "": of the account's own mailbox. */
struct op25b_account_token_for {
	const char *account, *address;
	int64_t seconds; /* that it lasts */
};

struct op25b_account_token {
	char account[OP25B_ACCOUNT_NAME], address[OP25B_ACCOUNT_NAME];
};

enum op25b_account_token_kind {
	OP25B_TOKEN_CONFIRM, /* of a foreign address */
	OP25B_TOKEN_MAILBOX, /* of none */
};

/* Make a token, inside a transaction; one before it for the same ends. */
int op25b_account_token_make(struct op25b_accounts *accounts, int64_t now,
			     const struct op25b_account_token_for *what,
			     char ret[static OP25B_CONFIRM_TOKEN], struct op25b_error *error);

/* Use one up, inside a transaction. -EKEYREJECTED: no such token of this kind, or it has ended. */
int op25b_account_token_use(struct op25b_accounts *accounts, int64_t now, const char *token,
			    enum op25b_account_token_kind kind, struct op25b_account_token *ret,
			    struct op25b_error *error);

/* Put an account that was made, inside a transaction. */
int op25b_account_insert(struct op25b_accounts *accounts, int64_t now,
			 const struct op25b_account_made *made, struct op25b_error *error);
