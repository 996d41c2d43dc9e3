/* SPDX-License-Identifier: BSD-2-Clause */
/* The account base: addresses, and how a foreign one is confirmed. */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "mail/account-parts.h"

int op25b_account_own(struct op25b_accounts *accounts, int64_t now, const char *name,
		      const char *address, struct op25b_error *error)
{
	OP25B_CLEANUP(op25b_account_rows_done) struct op25b_account_rows rows = { 0 };
	int r = OP25B_ACCOUNT_RUN(accounts, &rows, error,
				  "SELECT account FROM address WHERE address = $1 AND own = 1 "
				  "UNION SELECT name FROM account WHERE name = $1",
				  OP25B_ACCOUNT_TEXT(address));
	const char *at = rows.cells;

	for (int i = 0; i < r; i++) {
		const char *owner = op25b_account_cell(&at);

		if (strcmp(owner, name) != 0)
			return op25b_error_set(error, -EEXIST, "%s is the account %s's already",
					       address, owner);
	}
	if (r < 0)
		return r;
	/* Maybe it was foreign, before its domain became one of the provider's. */
	return OP25B_ACCOUNT_RUN(accounts, NULL, error,
				 "INSERT INTO address (address, account, own, added, confirmed) "
				 "VALUES ($1, $2, 1, $3, $3) ON CONFLICT (address, account) "
				 "DO UPDATE SET own = 1, confirmed = excluded.confirmed",
				 OP25B_ACCOUNT_TEXT(address), OP25B_ACCOUNT_TEXT(name),
				 OP25B_ACCOUNT_NUMBER(now));
}

static int put_foreign(struct op25b_accounts *accounts, int64_t now, const char *name,
		       const char *address, bool confirmed, struct op25b_error *error)
{
	return OP25B_ACCOUNT_RUN(
		accounts, NULL, error,
		"INSERT INTO address (address, account, own, added, confirmed) VALUES ($1, $2, 0, "
		"$3, $4) ON CONFLICT (address, account) DO UPDATE SET confirmed = CASE WHEN "
		"address.confirmed = 0 THEN excluded.confirmed ELSE address.confirmed END",
		OP25B_ACCOUNT_TEXT(address), OP25B_ACCOUNT_TEXT(name), OP25B_ACCOUNT_NUMBER(now),
		OP25B_ACCOUNT_NUMBER(confirmed ? now : 0));
}

/* An address as it is kept, if the account's password does not give it away. */
static int take(struct op25b_accounts *accounts, const char *name, const char *address,
		char ret[static OP25B_ACCOUNT_NAME], struct op25b_error *error)
{
	int r = op25b_account_address(address, ret, error);

	if (r == 0)
		r = op25b_account_password_is(accounts, name, ret, error);
	if (r > 0)
		return op25b_error_set(error, -EINVAL,
				       "the password of %s is this address; give it another first: "
				       "op25b account passwd %s",
				       name, name);
	return r;
}

/* Whether there is such an account, and how many addresses it has. */
static int count(struct op25b_accounts *accounts, const char *name, struct op25b_error *error)
{
	OP25B_CLEANUP(op25b_account_rows_done) struct op25b_account_rows rows = { 0 };
	int r = OP25B_ACCOUNT_RUN(accounts, &rows, error,
				  "SELECT (SELECT count(*) FROM address WHERE account = a.name) "
				  "FROM account a WHERE name = $1",
				  OP25B_ACCOUNT_TEXT(name));
	const char *at = rows.cells;
	int64_t n = 0;

	if (r == 0)
		return op25b_account_missing(name, error);
	if (r > 0)
		r = op25b_account_cell_number(&at, &n);
	if (r == 0 && n >= OP25B_ACCOUNT_ADDRESSES)
		return op25b_error_set(error, -E2BIG,
				       "%s has %u addresses, and no more are possible; remove one",
				       name, OP25B_ACCOUNT_ADDRESSES);
	return r < 0 ? r : 0;
}

int op25b_accounts_address_add(struct op25b_accounts *accounts, int64_t now, const char *name,
			       const char *address, enum op25b_address_kind kind,
			       struct op25b_error *error)
{
	char lower[OP25B_ACCOUNT_NAME];
	int r = take(accounts, name, address, lower, error);

	if (r == 0)
		r = op25b_account_db_begin(accounts->db, error);
	if (r < 0)
		return r;
	r = count(accounts, name, error);
	if (r == 0 && kind == OP25B_ADDRESS_OWN)
		r = op25b_account_own(accounts, now, name, lower, error);
	else if (r == 0)
		r = put_foreign(accounts, now, name, lower, kind == OP25B_ADDRESS_CONFIRMED, error);
	r = op25b_account_db_end(accounts->db, r, error);
	return r < 0 ? r : 0;
}

int op25b_accounts_address_remove(struct op25b_accounts *accounts, const char *name,
				  const char *address, struct op25b_error *error)
{
	char lower[OP25B_ACCOUNT_NAME];
	int r = op25b_account_address(address, lower, error);

	if (r == 0 && !strcmp(name, lower))
		return op25b_error_set(error, -EINVAL,
				       "%s is the account's name, so it stays its address", lower);
	if (r == 0)
		r = op25b_account_db_begin(accounts->db, error);
	if (r < 0)
		return r;
	r = OP25B_ACCOUNT_RUN(accounts, NULL, error,
			      "DELETE FROM address WHERE account = $1 AND address = $2",
			      OP25B_ACCOUNT_TEXT(name), OP25B_ACCOUNT_TEXT(lower));
	if (r == 0)
		r = op25b_error_set(error, -ENOENT,
				    "there is no account %s with the address %s; `op25b account "
				    "address list %s` shows what it has",
				    name, lower, name);
	if (r > 0)
		r = OP25B_ACCOUNT_RUN(
			accounts, NULL, error,
			"DELETE FROM confirmation WHERE account = $1 AND address = $2",
			OP25B_ACCOUNT_TEXT(name), OP25B_ACCOUNT_TEXT(lower));
	r = op25b_account_db_end(accounts->db, r, error);
	return r < 0 ? r : 0;
}

int op25b_accounts_addresses(struct op25b_accounts *accounts, const char *name,
			     op25b_account_address_fn fn, void *arg, struct op25b_error *error)
{
	OP25B_CLEANUP(op25b_account_rows_done) struct op25b_account_rows rows = { 0 };
	int r = OP25B_ACCOUNT_RUN(accounts, &rows, error,
				  "SELECT address, own, added, confirmed FROM address "
				  "WHERE account = $1 ORDER BY own DESC, address",
				  OP25B_ACCOUNT_TEXT(name));
	const char *at = rows.cells;

	for (int i = 0, n = r; i < n && r >= 0; i++) {
		struct op25b_account_address address = { .address = op25b_account_cell(&at) };
		int64_t own = 0;

		r = op25b_account_cell_number(&at, &own);
		r = r ? r : op25b_account_cell_number(&at, &address.added);
		r = r ? r : op25b_account_cell_number(&at, &address.confirmed);
		address.own = own != 0;
		r = r ? r : fn(arg, &address);
		if (r)
			return r;
	}
	return r < 0 ? r : 0;
}

int op25b_accounts_confirm_ask(struct op25b_accounts *accounts, int64_t now, const char *name,
			       const char *address, char ret_token[static OP25B_CONFIRM_TOKEN],
			       struct op25b_error *error)
{
	OP25B_CLEANUP(op25b_account_rows_done) struct op25b_account_rows rows = { 0 };
	char lower[OP25B_ACCOUNT_NAME], token[OP25B_CONFIRM_TOKEN] = "";
	int r = take(accounts, name, address, lower, error);

	if (r == 0)
		r = op25b_account_db_begin(accounts->db, error);
	if (r < 0)
		return r;
	r = OP25B_ACCOUNT_RUN(accounts, &rows, error,
			      "SELECT 1 FROM address WHERE address = $1 AND account = $2 AND "
			      "confirmed <> 0",
			      OP25B_ACCOUNT_TEXT(lower), OP25B_ACCOUNT_TEXT(name));
	if (r > 0)
		r = op25b_error_set(error, -EALREADY, "%s has the address %s already", name, lower);
	if (r == 0)
		r = count(accounts, name, error);
	if (r == 0)
		r = put_foreign(accounts, now, name, lower, false, error);
	if (r >= 0)
		r = op25b_account_token_make(
			accounts, now,
			&(struct op25b_account_token_for){ name, lower, OP25B_CONFIRM_SECONDS },
			token, error);
	r = op25b_account_db_end(accounts->db, r, error);
	if (r < 0)
		return r;
	memcpy(ret_token, token, sizeof(token));
	return 0;
}

static int use_token(struct op25b_accounts *accounts, int64_t now, const char *token,
		     struct op25b_account_token *ret, struct op25b_error *error)
{
	int r = op25b_account_token_use(accounts, now, token, OP25B_TOKEN_CONFIRM, ret, error);

	if (r < 0)
		return r;
	return OP25B_ACCOUNT_RUN(accounts, NULL, error,
				 "UPDATE address SET confirmed = $3 WHERE account = $1 AND "
				 "address = $2 AND confirmed = 0",
				 OP25B_ACCOUNT_TEXT(ret->account), OP25B_ACCOUNT_TEXT(ret->address),
				 OP25B_ACCOUNT_NUMBER(now));
}

int op25b_accounts_confirm(struct op25b_accounts *accounts, int64_t now, const char *token,
			   char ret_name[static OP25B_ACCOUNT_NAME],
			   char ret_address[static OP25B_ACCOUNT_NAME], struct op25b_error *error)
{
	struct op25b_account_token of;
	int r = op25b_account_db_begin(accounts->db, error);

	if (r < 0)
		return r;
	r = use_token(accounts, now, token, &of, error);
	r = op25b_account_db_end(accounts->db, r, error);
	if (r < 0)
		return r;
	memcpy(ret_name, of.account, sizeof(of.account));
	memcpy(ret_address, of.address, sizeof(of.address));
	return 0;
}
