/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Changing the account base: what the command line and requests for customers do. Each call is one
 * transaction: it is done and durable, or nothing changed and @error says why and what to do.
 *
 * Names and addresses come as people type them, and are kept in lower case. All return 0, or
 * -EINVAL: a name, address or password that can't be; -ENOENT: no such account; and what
 * op25b_accounts_open() lists.
 */
#pragma once

#include "mail/account.h"

#define OP25B_ACCOUNT_LINE      256U /* bytes of a line's id and its NUL */
#define OP25B_ACCOUNT_PASSWORD  128U /* bytes of a password and its NUL */
#define OP25B_ACCOUNT_SHORTEST  10U  /* characters of one at least */
#define OP25B_ACCOUNT_GENERATED 20U  /* of one of ours and its NUL */
#define OP25B_ACCOUNT_ADDRESSES 64U  /* addresses that one account may have */

/**
 * op25b_account_name() - a name in lower case, if it may be one.
 *
 * Letters, digits and . - _ @, which are those that Dovecot lets log in and a file may be called.
 */
int op25b_account_name(const char *text, char ret[static OP25B_ACCOUNT_NAME],
		       struct op25b_error *error);

/* An address in lower case: a dot-atom, @, a domain name. Nothing quoted, no literal. */
int op25b_account_address(const char *text, char ret[static OP25B_ACCOUNT_NAME],
			  struct op25b_error *error);

/* Make a password that is easy to type: 16 letters and digits in fours, 79 bits. */
int op25b_account_generate(char ret[static OP25B_ACCOUNT_GENERATED], struct op25b_error *error);

struct op25b_account_new {
	const char *name, *password;
	const char *line;             /* "": not tied to one */
	const char *const *addresses; /* in the provider's domains; the name need not be repeated */
	size_t n_addresses;
	bool server, first_password;
};

/**
 * op25b_accounts_add() - make an account.
 * A name that is an address is its own address too. Returns also -EEXIST: name or address is taken.
 * Cost: hashing a password takes some hundredths of a second and 16 MiB, here and below.
 */
int op25b_accounts_add(struct op25b_accounts *accounts, int64_t now,
		       const struct op25b_account_new *account, struct op25b_error *error);

/**
 * op25b_accounts_add_all() - make many accounts, all or none.
 * @ret_at: which of @list it failed at; written on failure
 *
 * Passwords are hashed first. Then they are made some at a time, and others get to write in
 * between; what was made before one that fails is taken back. Killed in the midst it leaves the
 * first of them, made whole.
 */
int op25b_accounts_add_all(struct op25b_accounts *accounts, int64_t now,
			   const struct op25b_account_new *list, size_t n, size_t *ret_at,
			   struct op25b_error *error);

/* Take an account away with its addresses. */
int op25b_accounts_remove(struct op25b_accounts *accounts, const char *name,
			  struct op25b_error *error);

/* @first: the provider chose it; false: the customer did. */
int op25b_accounts_set_password(struct op25b_accounts *accounts, int64_t now, const char *name,
				const char *password, bool first, struct op25b_error *error);

/* Tie it to a line; "": to none. -EINVAL also: its password is that line's id. */
int op25b_accounts_set_line(struct op25b_accounts *accounts, const char *name, const char *line,
			    struct op25b_error *error);

/* Mark it as a home mail server's, or no longer. */
int op25b_accounts_set_server(struct op25b_accounts *accounts, const char *name, bool server,
			      struct op25b_error *error);

/* Let it send from abroad until then; 0: no more. */
int op25b_accounts_set_abroad(struct op25b_accounts *accounts, const char *name, int64_t until,
			      struct op25b_error *error);

/**
 * op25b_accounts_list() - all accounts in the order of their names.
 * Not one instant: what changes during the walk may be seen before or after. Non-zero from @fn
 * stops it and is returned.
 */
int op25b_accounts_list(struct op25b_accounts *accounts, op25b_account_fn fn, void *arg,
			struct op25b_error *error);

struct op25b_account_address {
	const char *address;
	bool own;
	int64_t added, confirmed; /* 0: not yet */
};

typedef int (*op25b_account_address_fn)(void *arg, const struct op25b_account_address *address);

/* The addresses of an account, own ones first. */
int op25b_accounts_addresses(struct op25b_accounts *accounts, const char *name,
			     op25b_account_address_fn fn, void *arg, struct op25b_error *error);

enum op25b_address_kind {
	OP25B_ADDRESS_OWN,       /* in the provider's domains */
	OP25B_ADDRESS_CONFIRMED, /* elsewhere, and the operator answers for it */
	OP25B_ADDRESS_ASKED,     /* elsewhere, and counts for nothing until it is confirmed */
};

/**
 * op25b_accounts_address_add() - give an account an address. What is there may become confirmed,
 * never less. Returns also -EEXIST: another account's; -E2BIG: it has too many.
 */
int op25b_accounts_address_add(struct op25b_accounts *accounts, int64_t now, const char *name,
			       const char *address, enum op25b_address_kind kind,
			       struct op25b_error *error);

/* -ENOENT also: it has no such address. */
int op25b_accounts_address_remove(struct op25b_accounts *accounts, const char *name,
				  const char *address, struct op25b_error *error);

/* Confirmations: 7 days, once. Only a hash of the token is kept. */
#define OP25B_CONFIRM_SECONDS ((int64_t)7 * 86400)
#define OP25B_CONFIRM_TOKEN   27U /* 26 letters and digits, 128 bits, and the NUL */

/**
 * op25b_accounts_confirm_ask() - a token for a foreign address that the account has not confirmed.
 * Adds the address if it lacks; a token before this one ends. Returns also -EALREADY: confirmed.
 */
int op25b_accounts_confirm_ask(struct op25b_accounts *accounts, int64_t now, const char *name,
			       const char *address, char ret_token[static OP25B_CONFIRM_TOKEN],
			       struct op25b_error *error);

/**
 * op25b_accounts_confirm() - who has the token got the mail at that address.
 * @ret_name, @ret_address: whose it is now
 * Returns also -EKEYREJECTED: no such token, or it has ended.
 */
int op25b_accounts_confirm(struct op25b_accounts *accounts, int64_t now, const char *token,
			   char ret_name[static OP25B_ACCOUNT_NAME],
			   char ret_address[static OP25B_ACCOUNT_NAME], struct op25b_error *error);

/* Opening sending from abroad by oneself: a letter to one's own mailbox, whose link lasts a day. */
#define OP25B_ABROAD_SECONDS ((int64_t)86400)

/**
 * op25b_accounts_abroad_who() - whom a name or own address logs in as, and where his mail goes.
 * Returns 0; -ENOENT: nobody, or nobody who could read it.
 */
int op25b_accounts_abroad_who(struct op25b_accounts *accounts, const char *login,
			      char ret_name[static OP25B_ACCOUNT_NAME],
			      char ret_mailbox[static OP25B_ACCOUNT_NAME],
			      struct op25b_error *error);

/* A token for the letter; one before it ends. */
int op25b_accounts_abroad_ask(struct op25b_accounts *accounts, int64_t now, const char *name,
			      char ret_token[static OP25B_CONFIRM_TOKEN],
			      struct op25b_error *error);

/**
 * op25b_accounts_abroad_open() - who has the token may send from abroad until then.
 * Returns also -EKEYREJECTED: no such token, or it has ended.
 */
int op25b_accounts_abroad_open(struct op25b_accounts *accounts, int64_t now, const char *token,
			       int64_t until, char ret_name[static OP25B_ACCOUNT_NAME],
			       struct op25b_error *error);

/*
 * Invites: the one-time code of a letter, for the mailbox that goes with a line. KNNN-NNNN-NNNC: K
 * is 5, the kind of code; N drawn; C a check digit (base/damm.h), so that who mistypes one digit or
 * swaps two loses no try. Ten digits are drawn: five tries, from that very line alone, hit one with
 * 5 in 10,000,000,000. It is kept as passwords are, so that who reads the base needs years of
 * computing for one, and has 14 days.
 */
#define OP25B_INVITE_SECONDS ((int64_t)14 * 86400)
#define OP25B_INVITE_TRIES   5
#define OP25B_INVITE_CODE    15U

/**
 * op25b_accounts_invite() - a code for a line; one before it ends.
 * @per_line: accounts that may be tied to the line
 * Returns also -EEXIST: it has so many.
 */
int op25b_accounts_invite(struct op25b_accounts *accounts, int64_t now, const char *line,
			  uint32_t per_line, char ret_code[static OP25B_INVITE_CODE],
			  struct op25b_error *error);

/* What comes of a claim. None tells whether some other line has a code. */
#define OP25B_CLAIMS(X)                                                      \
	X(DONE, "done")                                                      \
	X(MALFORMED, "malformed") /* no such code can be; no try was lost */ \
	X(NOT_HERE, "not-here")   /* no code of this line */                 \
	X(WRONG, "wrong")                                                    \
	X(SPENT, "spent") /* five tries were made */                         \
	X(EXPIRED, "expired")                                                \
	X(USED, "used")                                                      \
	X(FULL, "full")   /* the line has its mailboxes */                   \
	X(TAKEN, "taken") /* the code is right; the name is another's */

#define OP25B_CLAIM_ENUM(tail, word) OP25B_CLAIM_##tail,
enum op25b_claim { OP25B_CLAIMS(OP25B_CLAIM_ENUM) OP25B_CLAIM_COUNT };
#undef OP25B_CLAIM_ENUM

/**
 * op25b_accounts_claim() - make an account by a code.
 * @account:  its line is the one that the claimer is on now
 * @code:     as typed, with or without - and blanks
 * @ret:      written on success
 * @ret_left: tries that are left, where it is WRONG or TAKEN
 *
 * A try is counted, durably, before the code is looked at: who kills the daemon gains none. A name
 * that is taken costs one too, so that nobody with a right code can look names up without end.
 * Cost: one hash; another one where the account is made, which is once a code.
 * Returns 0; -EINVAL: name or password can't be, and no try was lost.
 */
int op25b_accounts_claim(struct op25b_accounts *accounts, int64_t now,
			 const struct op25b_account_new *account, const char *code,
			 uint32_t per_line, enum op25b_claim *ret, int *ret_left,
			 struct op25b_error *error);
