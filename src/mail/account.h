/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The account base: who may log in, from where, and which addresses are whose. An SQLite file, or
 * the same tables in PostgreSQL; Dovecot's SQL passdb reads it too, so that a stopped account stays
 * out while op25b-maild is dead. Passwords are yescrypt (crypt(5)), never kept otherwise.
 *
 * What maild learns of an account (numbers, windows, limits) is not here but in its state.
 * One thread a handle. A change is durable when the call returns.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "policy/mail-decide.h"

#define OP25B_ACCOUNT_NAME 255U /* bytes of a name or an address and its NUL */

/*
 * What Dovecot asks the base, one SELECT each; @schema is "" for SQLite and OP25B_ACCOUNT_SCHEMA
 * for PostgreSQL. Who is stopped is not there for a login, but mail is still delivered to him. Who
 * types an own address logs in as its account. Dovecot escapes %Lu itself.
 */
#define OP25B_ACCOUNT_SCHEMA "op25b_mail."
#define OP25B_ACCOUNT_LOGIN(schema)                                                            \
	"a.name = COALESCE((SELECT d.account FROM " schema "address d WHERE d.address = '%Lu'" \
	" AND d.own = 1), '%Lu')"
#define OP25B_ACCOUNT_PASSWORD_QUERY(schema)                                          \
	"SELECT a.name AS \"user\", '{CRYPT}' || a.password AS password FROM " schema \
	"account a WHERE a.state <> 'stopped' AND " OP25B_ACCOUNT_LOGIN(schema)
#define OP25B_ACCOUNT_USER_QUERY(schema) \
	"SELECT a.name AS \"user\" FROM " schema "account a WHERE " OP25B_ACCOUNT_LOGIN(schema)
#define OP25B_ACCOUNT_ITERATE_QUERY(schema) "SELECT a.name AS \"user\" FROM " schema "account a"

struct op25b_accounts;

/* One account. Texts are never NULL; borrowed for the call that they come with. */
struct op25b_account {
	const char *name; /* Dovecot's user name after mapping, in lower case */
	enum op25b_mail_state state;
	const char *why;     /* one word: what brought it into this state; "" where fine */
	int64_t state_since; /* seconds UTC, as all times here */
	int64_t created;
	int64_t password_set; /* when its password was */
	int64_t serial;       /* grows with each password, hold and stop: what ends POP windows */
	bool server;          /* a home mail server's */
	bool first_password;
	const char *line;     /* the line it is tied to, as exemptions name it; "" */
	int64_t abroad_until; /* the customer opened sending from abroad until then; 0 */
};

typedef int (*op25b_account_fn)(void *arg, const struct op25b_account *account);

/**
 * op25b_accounts_open() - open an account base, or make it.
 * @location: path of an SQLite file, or a libpq URI
 * @make:     make it where it is missing, and migrate an older one
 *
 * Returns 0; -ENOENT, -EACCES, -EROFS; -EMEDIUMTYPE: not ours, or of a newer op25b; -EBADMSG:
 * damaged; -EBUSY; -EINVAL: no such URI; -EIO, -ENOSPC, -ENOMEM. All that follow may return
 * -EBADMSG, -EBUSY and the last three too, and -ENOTCONN: PostgreSQL can't be reached. No call is
 * made to wait for that longer than a few seconds, and the next one tries again: opening succeeds
 * without it.
 */
int op25b_accounts_open(const char *location, bool make, struct op25b_accounts **ret,
			struct op25b_error *error);

/* NULL-safe; sets *accounts to NULL. */
void op25b_accounts_close(struct op25b_accounts **accounts);

/**
 * op25b_accounts_know_own() - which domains are the provider's own.
 * @is_own: called within calls that ask for owners; @domain in lower case
 *
 * An address there is its owner's alone: who once confirmed it as a foreign one, before its domain
 * became the provider's, has it no longer. Until it is told, the base knows no own domain.
 */
void op25b_accounts_know_own(struct op25b_accounts *accounts,
			     bool (*is_own)(void *arg, const char *domain), void *arg);

/*
 * Between these, what is read of a file is of one moment, and costs a third: for who asks many
 * times in a turn of a loop. It never keeps others from writing; a change of the caller's own is
 * seen at once. To PostgreSQL they are nothing. A turn is short: the file's log can't be cut
 * meanwhile.
 */
void op25b_accounts_begin(struct op25b_accounts *accounts);
void op25b_accounts_end(struct op25b_accounts *accounts);

/**
 * op25b_accounts_find() - look an account up by its name.
 * @fn: called once with it, if there is one
 * Returns what @fn returned; -ENOENT: there is none.
 */
int op25b_accounts_find(struct op25b_accounts *accounts, const char *name, op25b_account_fn fn,
			void *arg);

/**
 * op25b_accounts_owners() - the accounts that own an address.
 *
 * Theirs in the provider's domains, or a foreign one that they confirmed; @address is in lower
 * case. Non-zero from @fn stops the walk and is returned.
 */
int op25b_accounts_owners(struct op25b_accounts *accounts, const char *address, op25b_account_fn fn,
			  void *arg);

/* Whether an address belongs to some account that is tied to this line: 1, 0, -errno. */
int op25b_accounts_line_owns(struct op25b_accounts *accounts, const char *line,
			     const char *address);

/**
 * op25b_accounts_of_line() - the accounts that are tied to a line, at most 50 of them.
 * @fn: as op25b_accounts_owners()
 */
int op25b_accounts_of_line(struct op25b_accounts *accounts, const char *line, op25b_account_fn fn,
			   void *arg);

/* Where mail for an account goes: its name, or the first of its own addresses. -ENOENT: nowhere. */
int op25b_accounts_mailbox(struct op25b_accounts *accounts, const char *name,
			   char ret_address[static OP25B_ACCOUNT_NAME]);

/**
 * op25b_accounts_set_state() - hold, slow, stop or release an account.
 * @why: one word for people and programs, e.g. "operator", "unknown-recipients"
 * Returns 1: it changed; 0: it was so; -ENOENT; -errno.
 */
int op25b_accounts_set_state(struct op25b_accounts *accounts, int64_t now, const char *name,
			     enum op25b_mail_state state, const char *why,
			     struct op25b_error *error);

/* The same, but only to a stricter state than it has: what an operator stopped stays so. */
int op25b_accounts_raise(struct op25b_accounts *accounts, int64_t now, const char *name,
			 enum op25b_mail_state state, const char *why, struct op25b_error *error);

/* The word of a state: "fine", "slow", "held", "stopped". */
const char *op25b_account_state_word(enum op25b_mail_state state);
