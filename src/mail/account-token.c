/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The account base: tokens of letters, which are good once and for a time. Only a hash of each is
 * kept. One is of an account and of the foreign address that it confirms; or of no address, then
 * it is for what the account's own mailbox was sent it for.
 */
#include <errno.h>
#include <openssl/sha.h>
#include <string.h>

#include "base/cleanup.h"
#include "mail/account-parts.h"

#define HASH (2 * SHA256_DIGEST_LENGTH + 1)

/* What is kept of a token. It is random, so that a plain hash tells as little as a slow one. */
static void hash_token(const char *token, char ret[static HASH])
{
	static const char digits[] = "0123456789abcdef";
	unsigned char digest[SHA256_DIGEST_LENGTH];

	SHA256((const unsigned char *)token, strlen(token), digest);
	for (size_t i = 0; i < sizeof(digest); i++) {
		ret[2 * i] = digits[digest[i] >> 4];
		ret[2 * i + 1] = digits[digest[i] & 15];
	}
	ret[2 * sizeof(digest)] = '\0';
}

int op25b_account_token_make(struct op25b_accounts *accounts, int64_t now,
			     const struct op25b_account_token_for *what,
			     char ret[static OP25B_CONFIRM_TOKEN], struct op25b_error *error)
{
	char token[OP25B_CONFIRM_TOKEN] = "", hash[HASH];
	int r = op25b_account_draw("abcdefghjkmnpqrstuvwxyz23456789", token, sizeof(token) - 1,
				   error);

	/* The one before it ends, and all that nobody used in time. */
	if (r == 0)
		r = OP25B_ACCOUNT_RUN(accounts, NULL, error,
				      "DELETE FROM confirmation WHERE until <= $1 OR "
				      "(account = $2 AND address = $3)",
				      OP25B_ACCOUNT_NUMBER(now), OP25B_ACCOUNT_TEXT(what->account),
				      OP25B_ACCOUNT_TEXT(what->address));
	if (r < 0)
		return r;
	hash_token(token, hash);
	r = OP25B_ACCOUNT_RUN(accounts, NULL, error,
			      "INSERT INTO confirmation (token, account, address, until) "
			      "VALUES ($1, $2, $3, $4)",
			      OP25B_ACCOUNT_TEXT(hash), OP25B_ACCOUNT_TEXT(what->account),
			      OP25B_ACCOUNT_TEXT(what->address),
			      OP25B_ACCOUNT_NUMBER(now + what->seconds));
	if (r < 0)
		return r;
	memcpy(ret, token, sizeof(token));
	return 0;
}

static int read_token(struct op25b_accounts *accounts, int64_t now, const char *hash,
		      enum op25b_account_token_kind kind, struct op25b_account_token *ret,
		      struct op25b_error *error)
{
	OP25B_CLEANUP(op25b_account_rows_done) struct op25b_account_rows rows = { 0 };
	const char *at, *name, *address;
	int r = OP25B_ACCOUNT_RUN(accounts, &rows, error,
				  "SELECT account, address FROM confirmation WHERE token = $1 AND "
				  "until > $2 AND CASE WHEN address = '' THEN 1 ELSE 0 END = $3",
				  OP25B_ACCOUNT_TEXT(hash), OP25B_ACCOUNT_NUMBER(now),
				  OP25B_ACCOUNT_NUMBER(kind == OP25B_TOKEN_MAILBOX));

	if (r < 0)
		return r;
	if (r == 0)
		return op25b_error_set(error, -EKEYREJECTED,
				       "this link was used already, or its %s over; ask for "
				       "another one",
				       kind == OP25B_TOKEN_CONFIRM ? "7 days are" : "24 hours are");
	at = rows.cells;
	name = op25b_account_cell(&at);
	address = op25b_account_cell(&at);
	if (!op25b_account_copy(ret->account, OP25B_ACCOUNT_NAME, name) ||
	    !op25b_account_copy(ret->address, OP25B_ACCOUNT_NAME, address))
		return op25b_error_set(error, -EBADMSG, "account base: a confirmation is too long");
	return 0;
}

int op25b_account_token_use(struct op25b_accounts *accounts, int64_t now, const char *token,
			    enum op25b_account_token_kind kind, struct op25b_account_token *ret,
			    struct op25b_error *error)
{
	char hash[HASH];
	int r;

	hash_token(token, hash);
	r = read_token(accounts, now, hash, kind, ret, error);
	if (r < 0)
		return r;
	r = OP25B_ACCOUNT_RUN(accounts, NULL, error, "DELETE FROM confirmation WHERE token = $1",
			      OP25B_ACCOUNT_TEXT(hash));
	return r < 0 ? r : 0;
}
