/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `op25b account`: what its commands share. The base is opened directly, so that they work while
 * op25b-maild is dead; only what it alone can do (a letter, which line an address is) is asked of
 * it.
 */
#pragma once

#include <jansson.h>

#include "cli/command.h"
#include "cli/input.h"
#include "mail/account-edit.h"
#include "mail/settings.h"
#include "policy/mail.h"

extern const struct op25b_command op25b_command_account_add;
extern const struct op25b_command op25b_command_account_import;
extern const struct op25b_command op25b_command_account_passwd;
extern const struct op25b_command op25b_command_account_stop;
extern const struct op25b_command op25b_command_account_hold;
extern const struct op25b_command op25b_command_account_slow;
extern const struct op25b_command op25b_command_account_release;
extern const struct op25b_command op25b_command_account_list;
extern const struct op25b_command op25b_command_account_show;
extern const struct op25b_command op25b_command_account_why;
extern const struct op25b_command op25b_command_account_line;
extern const struct op25b_command op25b_command_account_abroad;
extern const struct op25b_command op25b_command_account_server;
extern const struct op25b_command op25b_command_account_remove;
extern const struct op25b_command op25b_command_account_address;
extern const struct op25b_command op25b_command_account_invite;
extern const struct op25b_command op25b_command_account_claim;

#define OP25B_ACCOUNT_MAILD                                                           \
	{                                                                             \
		"maild", "FILE", "op25b-maild's file (default: " OP25B_MAILD_FILE ")" \
	}

/* Where accounts are, and what is said of them. */
struct op25b_account_place {
	const struct op25b_command *command;
	struct op25b_maild_file *file;
	struct op25b_accounts *accounts;
	struct op25b_input input;      /* the policy, once it was asked for */
	const struct op25b_mail *mail; /* likewise */
	struct op25b_error error;
};

/**
 * op25b_account_place_open() - read the maild file and open the base.
 * @maild: --maild, or NULL
 * @make:  make the base where it is missing
 * Returns false after saying why not; then *ret_exit is the exit code. The place is to be closed by
 * op25b_account_place_done() in either case.
 */
bool op25b_account_place_open(struct op25b_account_place *place,
			      const struct op25b_command *command, const char *maild, bool make,
			      int *ret_exit);

/* The same of the maild file alone. */
bool op25b_account_place_file(struct op25b_account_place *place,
			      const struct op25b_command *command, const char *maild,
			      int *ret_exit);

/* Read the policy that the maild file names, and its mail section. */
bool op25b_account_place_policy(struct op25b_account_place *place, int *ret_exit);

/* Close what was opened, and free what was read. */
void op25b_account_place_done(struct op25b_account_place *place);

/* Say place->error; what exit code a failure is. */
int op25b_account_fail(struct op25b_account_place *place, int r);

/* The operand as the base has names, or false and *ret_exit. */
bool op25b_account_operand(struct op25b_account_place *place, const struct op25b_args *args,
			   char ret[static OP25B_ACCOUNT_NAME], int *ret_exit);

/**
 * op25b_account_read_secret() - a password: from the terminal, twice and without an echo, or the
 * first line of standard input.
 * Returns false after saying why not.
 */
bool op25b_account_read_secret(const struct op25b_command *command,
			       char ret[static OP25B_ACCOUNT_PASSWORD], int *ret_exit);

/* "2027-04-01T09:00:00+09:00", or JSON null for 0. */
json_t *op25b_account_date(int64_t at);

/* Print and forget a JSON object; NULL: out of memory. Returns an exit code. */
int op25b_account_print(const struct op25b_command *command, json_t *json);
