/* SPDX-License-Identifier: BSD-2-Clause */
/* The account base: looking accounts up, and their state. */
#include "mail/account.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "mail/account-parts.h"

#define PAGE 1000 /* accounts that are in memory at once while all are walked */

static const char *const state_words[] = {
	[OP25B_MAIL_STATE_FINE] = "fine",
	[OP25B_MAIL_STATE_SLOW] = "slow",
	[OP25B_MAIL_STATE_HELD] = "held",
	[OP25B_MAIL_STATE_STOPPED] = "stopped",
};
#define STATES (sizeof(state_words) / sizeof(state_words[0]))

const char *op25b_account_state_word(enum op25b_mail_state state)
{
	return state_words[state];
}

static int read_state(const char *word, enum op25b_mail_state *ret)
{
	for (size_t i = 0; i < STATES; i++) {
		if (!strcmp(word, state_words[i])) {
			*ret = (enum op25b_mail_state)i;
			return 0;
		}
	}
	return -EBADMSG;
}

int op25b_accounts_open(const char *location, bool make, struct op25b_accounts **ret,
			struct op25b_error *error)
{
	OP25B_AUTO_FREE struct op25b_accounts *accounts = calloc(1, sizeof(*accounts));
	int r;

	if (!accounts)
		return op25b_error_set(error, -ENOMEM, "account base: out of memory");
	r = op25b_account_db_open(location, make, &accounts->db, error);
	if (r < 0)
		return r;
	*ret = OP25B_TAKE_PTR(accounts);
	return 0;
}

void op25b_accounts_close(struct op25b_accounts **accounts)
{
	if (!*accounts)
		return;
	(*accounts)->db->engine->close((*accounts)->db);
	free(*accounts);
	*accounts = NULL;
}

void op25b_accounts_know_own(struct op25b_accounts *accounts,
			     bool (*is_own)(void *arg, const char *domain), void *arg)
{
	accounts->is_own = is_own;
	accounts->own_arg = arg;
}

/* The least that `own` must be for an address to be somebody's: 1 in the provider's domains. */
static int64_t least_own(const struct op25b_accounts *accounts, const char *address)
{
	const char *at = strrchr(address, '@');

	return at && accounts->is_own && accounts->is_own(accounts->own_arg, at + 1);
}

void op25b_accounts_begin(struct op25b_accounts *accounts)
{
	accounts->db->engine->turn(accounts->db, true);
}

void op25b_accounts_end(struct op25b_accounts *accounts)
{
	accounts->db->engine->turn(accounts->db, false);
}

int op25b_account_missing(const char *name, struct op25b_error *error)
{
	return op25b_error_set(error, -ENOENT,
			       "there is no account %s; `op25b account list` shows them", name);
}

/* The account whose cells begin at *at; its texts stay there. */
static int read_account(const char **at, struct op25b_account *ret)
{
	int64_t server = 0, first = 0;
	int r;

	ret->name = op25b_account_cell(at);
	r = read_state(op25b_account_cell(at), &ret->state);
	ret->why = op25b_account_cell(at);
	r = r ? r : op25b_account_cell_number(at, &ret->state_since);
	r = r ? r : op25b_account_cell_number(at, &ret->created);
	r = r ? r : op25b_account_cell_number(at, &ret->password_set);
	r = r ? r : op25b_account_cell_number(at, &ret->serial);
	r = r ? r : op25b_account_cell_number(at, &server);
	r = r ? r : op25b_account_cell_number(at, &first);
	if (r)
		return r;
	ret->server = server != 0;
	ret->first_password = first != 0;
	ret->line = op25b_account_cell(at);
	return op25b_account_cell_number(at, &ret->abroad_until);
}

/* @fn with each of the rows; @last: keeps the last name; NULL: nobody asks. */
static int tell(const struct op25b_account_rows *rows, op25b_account_fn fn, void *arg,
		char last[static OP25B_ACCOUNT_NAME], struct op25b_error *error)
{
	const char *at = rows->cells;
	struct op25b_account account;
	int r = 0;

	for (size_t i = 0; i < rows->n && r == 0; i++) {
		if (read_account(&at, &account) < 0 ||
		    !op25b_account_copy(last, OP25B_ACCOUNT_NAME, account.name))
			return op25b_error_set(error, -EBADMSG,
					       "account base: a row of `account` is not one that "
					       "op25b writes; restore a copy");
		r = fn(arg, &account);
	}
	return r;
}

int op25b_accounts_find(struct op25b_accounts *accounts, const char *name, op25b_account_fn fn,
			void *arg)
{
	OP25B_CLEANUP(op25b_account_rows_done) struct op25b_account_rows rows = { 0 };
	char last[OP25B_ACCOUNT_NAME];
	int r = OP25B_ACCOUNT_RUN(accounts, &rows, NULL,
				  "SELECT " OP25B_ACCOUNT_COLUMNS
				  " FROM account a WHERE a.name = $1",
				  OP25B_ACCOUNT_TEXT(name));

	if (r < 0)
		return r;
	return r == 0 ? -ENOENT : tell(&rows, fn, arg, last, NULL);
}

int op25b_accounts_owners(struct op25b_accounts *accounts, const char *address, op25b_account_fn fn,
			  void *arg)
{
	OP25B_CLEANUP(op25b_account_rows_done) struct op25b_account_rows rows = { 0 };
	char last[OP25B_ACCOUNT_NAME];
	int r = OP25B_ACCOUNT_RUN(accounts, &rows, NULL,
				  "SELECT " OP25B_ACCOUNT_COLUMNS
				  " FROM account a JOIN address d ON d.account = a.name "
				  "WHERE d.address = $1 AND d.confirmed <> 0 AND d.own >= $2 "
				  "ORDER BY a.name",
				  OP25B_ACCOUNT_TEXT(address),
				  OP25B_ACCOUNT_NUMBER(least_own(accounts, address)));

	return r < 0 ? r : tell(&rows, fn, arg, last, NULL);
}

int op25b_accounts_line_owns(struct op25b_accounts *accounts, const char *line, const char *address)
{
	OP25B_CLEANUP(op25b_account_rows_done) struct op25b_account_rows rows = { 0 };
	int r = OP25B_ACCOUNT_RUN(accounts, &rows, NULL,
				  "SELECT 1 FROM address d JOIN account a ON a.name = d.account "
				  "WHERE d.address = $1 AND d.confirmed <> 0 AND a.line = $2 AND "
				  "a.line <> '' AND d.own >= $3 LIMIT 1",
				  OP25B_ACCOUNT_TEXT(address), OP25B_ACCOUNT_TEXT(line),
				  OP25B_ACCOUNT_NUMBER(least_own(accounts, address)));

	return r < 0 ? r : r > 0;
}

int op25b_accounts_of_line(struct op25b_accounts *accounts, const char *line, op25b_account_fn fn,
			   void *arg)
{
	OP25B_CLEANUP(op25b_account_rows_done) struct op25b_account_rows rows = { 0 };
	char last[OP25B_ACCOUNT_NAME];
	int r = OP25B_ACCOUNT_RUN(accounts, &rows, NULL,
				  "SELECT " OP25B_ACCOUNT_COLUMNS
				  " FROM account a WHERE a.line = $1 AND a.line <> '' "
				  "ORDER BY a.name LIMIT 50",
				  OP25B_ACCOUNT_TEXT(line));

	return r < 0 ? r : tell(&rows, fn, arg, last, NULL);
}

int op25b_accounts_mailbox(struct op25b_accounts *accounts, const char *name,
			   char ret_address[static OP25B_ACCOUNT_NAME])
{
	OP25B_CLEANUP(op25b_account_rows_done) struct op25b_account_rows rows = { 0 };
	int r = OP25B_ACCOUNT_RUN(accounts, &rows, NULL,
				  "SELECT address FROM address WHERE account = $1 AND own = 1 "
				  "ORDER BY CASE WHEN address = $1 THEN 0 ELSE 1 END, added, "
				  "address LIMIT 1",
				  OP25B_ACCOUNT_TEXT(name));

	if (r <= 0)
		return r < 0 ? r : -ENOENT;
	return op25b_account_copy(ret_address, OP25B_ACCOUNT_NAME, rows.cells) ? 0 : -EBADMSG;
}

int op25b_accounts_list(struct op25b_accounts *accounts, op25b_account_fn fn, void *arg,
			struct op25b_error *error)
{
	char last[OP25B_ACCOUNT_NAME] = "";
	int r = 0;

	for (int n = PAGE; n == PAGE && r == 0;) {
		OP25B_CLEANUP(op25b_account_rows_done) struct op25b_account_rows rows = { 0 };

		n = OP25B_ACCOUNT_RUN(accounts, &rows, error,
				      "SELECT " OP25B_ACCOUNT_COLUMNS
				      " FROM account a WHERE a.name > $1 ORDER BY a.name LIMIT $2",
				      OP25B_ACCOUNT_TEXT(last), OP25B_ACCOUNT_NUMBER(PAGE));
		r = n < 0 ? n : tell(&rows, fn, arg, last, error);
	}
	return r;
}

/* The state of an account, inside a transaction. */
static int state_of(struct op25b_accounts *accounts, const char *name, enum op25b_mail_state *ret,
		    struct op25b_error *error)
{
	OP25B_CLEANUP(op25b_account_rows_done) struct op25b_account_rows rows = { 0 };
	int r = OP25B_ACCOUNT_RUN(accounts, &rows, error,
				  "SELECT state FROM account WHERE name = $1",
				  OP25B_ACCOUNT_TEXT(name));

	if (r == 0)
		return op25b_account_missing(name, error);
	if (r > 0 && read_state(rows.cells, ret) < 0)
		return op25b_error_set(error, -EBADMSG,
				       "account base: the state of %s is not one; restore a copy",
				       name);
	return r < 0 ? r : 0;
}

static int put_state(struct op25b_accounts *accounts, int64_t now, const char *name,
		     enum op25b_mail_state state, const char *why, bool only_raise,
		     struct op25b_error *error)
{
	enum op25b_mail_state before = OP25B_MAIL_STATE_FINE;
	int r = op25b_account_db_begin(accounts->db, error);

	if (r < 0)
		return r;
	r = state_of(accounts, name, &before, error);
	if (r == 0 && (only_raise ? before < state : before != state))
		r = OP25B_ACCOUNT_RUN(accounts, NULL, error,
				      "UPDATE account SET state = $2, why = $3, state_since = $4, "
				      "serial = serial + $5 WHERE name = $1",
				      OP25B_ACCOUNT_TEXT(name),
				      OP25B_ACCOUNT_TEXT(state_words[state]),
				      OP25B_ACCOUNT_TEXT(state == OP25B_MAIL_STATE_FINE ? "" : why),
				      OP25B_ACCOUNT_NUMBER(now),
				      OP25B_ACCOUNT_NUMBER(state >= OP25B_MAIL_STATE_HELD));
	return op25b_account_db_end(accounts->db, r, error);
}

int op25b_accounts_set_state(struct op25b_accounts *accounts, int64_t now, const char *name,
			     enum op25b_mail_state state, const char *why,
			     struct op25b_error *error)
{
	return put_state(accounts, now, name, state, why, false, error);
}

int op25b_accounts_raise(struct op25b_accounts *accounts, int64_t now, const char *name,
			 enum op25b_mail_state state, const char *why, struct op25b_error *error)
{
	return put_state(accounts, now, name, state, why, true, error);
}
