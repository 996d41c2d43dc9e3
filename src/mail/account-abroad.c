/* SPDX-License-Identifier: BSD-2-Clause */
/* The account base: how an account's owner opens sending from abroad, by a letter to himself. */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "mail/account-parts.h"

/* Whom a text logs in as, as Dovecot's queries have it (account.h); 0: nobody. */
static int find_login(struct op25b_accounts *accounts, const char *login,
		      char ret[static OP25B_ACCOUNT_NAME], struct op25b_error *error)
{
	OP25B_CLEANUP(op25b_account_rows_done) struct op25b_account_rows rows = { 0 };
	int r = OP25B_ACCOUNT_RUN(accounts, &rows, error,
				  "SELECT name FROM account WHERE state <> 'stopped' AND name = "
				  "COALESCE((SELECT account FROM address WHERE address = $1 AND "
				  "own = 1), $1)",
				  OP25B_ACCOUNT_TEXT(login));

	if (r <= 0)
		return r;
	return op25b_account_copy(ret, OP25B_ACCOUNT_NAME, rows.cells) ? 1 : -EBADMSG;
}

int op25b_accounts_abroad_who(struct op25b_accounts *accounts, const char *login,
			      char ret_name[static OP25B_ACCOUNT_NAME],
			      char ret_mailbox[static OP25B_ACCOUNT_NAME],
			      struct op25b_error *error)
{
	char lower[OP25B_ACCOUNT_NAME];
	int r;

	/* What can't be a name is nobody's. */
	if (op25b_account_name(login, lower, NULL) < 0 &&
	    op25b_account_address(login, lower, NULL) < 0)
		return -ENOENT;
	r = find_login(accounts, lower, ret_name, error);
	if (r <= 0)
		return r < 0 ? r : -ENOENT;
	return op25b_accounts_mailbox(accounts, ret_name, ret_mailbox);
}

int op25b_accounts_abroad_ask(struct op25b_accounts *accounts, int64_t now, const char *name,
			      char ret_token[static OP25B_CONFIRM_TOKEN], struct op25b_error *error)
{
	const struct op25b_account_token_for what = { name, "", OP25B_ABROAD_SECONDS };
	int r = op25b_account_db_begin(accounts->db, error);

	if (r < 0)
		return r;
	r = op25b_account_token_make(accounts, now, &what, ret_token, error);
	return op25b_account_db_end(accounts->db, r, error);
}

int op25b_accounts_abroad_open(struct op25b_accounts *accounts, int64_t now, const char *token,
			       int64_t until, char ret_name[static OP25B_ACCOUNT_NAME],
			       struct op25b_error *error)
{
	struct op25b_account_token of;
	int r = op25b_account_db_begin(accounts->db, error);

	if (r < 0)
		return r;
	r = op25b_account_token_use(accounts, now, token, OP25B_TOKEN_MAILBOX, &of, error);
	/* What the operator opened for longer stays so. */
	if (r == 0)
		r = OP25B_ACCOUNT_RUN(accounts, NULL, error,
				      "UPDATE account SET abroad_until = $2 WHERE name = $1 AND "
				      "abroad_until < $2",
				      OP25B_ACCOUNT_TEXT(of.account), OP25B_ACCOUNT_NUMBER(until));
	r = op25b_account_db_end(accounts->db, r, error);
	if (r < 0)
		return r;
	memcpy(ret_name, of.account, sizeof(of.account));
	return 0;
}
