/* SPDX-License-Identifier: BSD-2-Clause */
/* The account base: codes of letters, and the accounts that are made by them. */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/damm.h"
#include "mail/account-parts.h"

#define DIGITS 12U /* of a code; the first is KIND, the last the check digit */
#define KIND   '5'

#define REMEMBERED ((int64_t)90 * 86400) /* seconds that a code is known after its end */

/* Accounts that are tied to a line. */
static int count_of_line(struct op25b_accounts *accounts, const char *line, int64_t *ret,
			 struct op25b_error *error)
{
	OP25B_CLEANUP(op25b_account_rows_done) struct op25b_account_rows rows = { 0 };
	int r = OP25B_ACCOUNT_RUN(accounts, &rows, error,
				  "SELECT count(*) FROM account WHERE line = $1 AND line <> ''",
				  OP25B_ACCOUNT_TEXT(line));
	const char *at = rows.cells;

	return r < 0 ? r : op25b_account_cell_number(&at, ret);
}

static int put_invite(struct op25b_accounts *accounts, int64_t now, const char *line,
		      uint32_t per_line, const char *hash, struct op25b_error *error)
{
	int64_t n = 0;
	int r = count_of_line(accounts, line, &n, error);

	if (r == 0 && n >= per_line)
		return op25b_error_set(error, -EEXIST,
				       "the line %s has %lld of the %u mailboxes that the policy's "
				       "free_mailbox gives it",
				       line, (long long)n, per_line);
	/* Whoever comes late still hears that it is over, for a while. */
	if (r == 0)
		r = OP25B_ACCOUNT_RUN(accounts, NULL, error, "DELETE FROM invite WHERE until <= $1",
				      OP25B_ACCOUNT_NUMBER(now - REMEMBERED));
	if (r < 0)
		return r;
	return OP25B_ACCOUNT_RUN(accounts, NULL, error,
				 "INSERT INTO invite (line, code, made, until, tries, used) VALUES "
				 "($1, $2, $3, $4, 0, 0) ON CONFLICT (line) DO UPDATE SET "
				 "code = excluded.code, made = excluded.made, "
				 "until = excluded.until, tries = 0, used = 0",
				 OP25B_ACCOUNT_TEXT(line), OP25B_ACCOUNT_TEXT(hash),
				 OP25B_ACCOUNT_NUMBER(now),
				 OP25B_ACCOUNT_NUMBER(now + OP25B_INVITE_SECONDS));
}

int op25b_accounts_invite(struct op25b_accounts *accounts, int64_t now, const char *line,
			  uint32_t per_line, char ret_code[static OP25B_INVITE_CODE],
			  struct op25b_error *error)
{
	char digits[DIGITS + 1] = { KIND }, hash[OP25B_ACCOUNT_HASH];
	int r = op25b_account_draw("0123456789", digits + 1, DIGITS - 2, error);

	digits[DIGITS - 1] = (char)('0' + op25b_damm(digits, DIGITS - 1));
	if (r == 0 && (!*line || strlen(line) >= OP25B_ACCOUNT_LINE))
		return op25b_error_set(error, -EINVAL, "a line's id has 1 to %u bytes",
				       OP25B_ACCOUNT_LINE - 1);
	if (r == 0)
		r = op25b_account_hash(digits, hash, error);
	if (r == 0)
		r = op25b_account_db_begin(accounts->db, error);
	if (r < 0)
		return r;
	r = put_invite(accounts, now, line, per_line, hash, error);
	r = op25b_account_db_end(accounts->db, r, error);
	if (r < 0)
		return r;
	for (size_t i = 0, at = 0; i < DIGITS; i++) {
		if (i == 4 || i == 8)
			ret_code[at++] = '-';
		ret_code[at++] = digits[i];
	}
	ret_code[OP25B_INVITE_CODE - 1] = '\0';
	return 0;
}

/* Its digits, whatever stands between them; false where no code of ours is so. */
static bool read_code(const char *text, char ret[static DIGITS + 1])
{
	size_t n = 0;

	for (; *text; text++) {
		if (*text == '-' || *text == ' ')
			continue;
		if (*text < '0' || *text > '9' || n == DIGITS)
			return false;
		ret[n++] = *text;
	}
	ret[n] = '\0';
	return n == DIGITS && *ret == KIND && op25b_damm(ret, n) == 0;
}

struct invite {
	char hash[OP25B_ACCOUNT_HASH];
	int64_t until, tries, used;
};

/* Of a line; 0: there is none. */
static int read_invite(struct op25b_accounts *accounts, const char *line, struct invite *ret,
		       struct op25b_error *error)
{
	OP25B_CLEANUP(op25b_account_rows_done) struct op25b_account_rows rows = { 0 };
	const char *at, *hash;
	int r = OP25B_ACCOUNT_RUN(accounts, &rows, error,
				  "SELECT code, until, tries, used FROM invite WHERE line = $1",
				  OP25B_ACCOUNT_TEXT(line));

	if (r <= 0)
		return r;
	at = rows.cells;
	hash = op25b_account_cell(&at);
	r = op25b_account_copy(ret->hash, sizeof(ret->hash), hash) ? 0 : -EBADMSG;
	r = r ? r : op25b_account_cell_number(&at, &ret->until);
	r = r ? r : op25b_account_cell_number(&at, &ret->tries);
	r = r ? r : op25b_account_cell_number(&at, &ret->used);
	if (r < 0)
		return op25b_error_set(error, r,
				       "account base: an invite is not one that op25b "
				       "writes; restore a copy");
	return 1;
}

/* Whether a code of this line could still be used; if so one try more is counted. */
static int take_try(struct op25b_accounts *accounts, int64_t now, const char *line,
		    struct invite *invite, enum op25b_claim *ret, struct op25b_error *error)
{
	int r = read_invite(accounts, line, invite, error);

	if (r < 0)
		return r;
	*ret = r == 0                              ? OP25B_CLAIM_NOT_HERE :
	       invite->used                        ? OP25B_CLAIM_USED :
	       invite->until <= now                ? OP25B_CLAIM_EXPIRED :
	       invite->tries >= OP25B_INVITE_TRIES ? OP25B_CLAIM_SPENT :
						     OP25B_CLAIM_DONE;
	if (*ret != OP25B_CLAIM_DONE)
		return 0;
	return OP25B_ACCOUNT_RUN(accounts, NULL, error,
				 "UPDATE invite SET tries = tries + 1 WHERE line = $1",
				 OP25B_ACCOUNT_TEXT(line));
}

/* The code is right: make the account, unless something came between. */
static int use_code(struct op25b_accounts *accounts, int64_t now,
		    const struct op25b_account_made *made, const struct invite *invite,
		    uint32_t per_line, enum op25b_claim *ret, struct op25b_error *error)
{
	const char *line = made->account.line;
	int64_t n = 0;
	int r = count_of_line(accounts, line, &n, error);

	if (r == 0 && n >= per_line)
		*ret = OP25B_CLAIM_FULL;
	if (r < 0 || n >= per_line)
		return r;
	r = OP25B_ACCOUNT_RUN(accounts, NULL, error,
			      "UPDATE invite SET used = $3 WHERE line = $1 AND code = $2 AND "
			      "used = 0",
			      OP25B_ACCOUNT_TEXT(line), OP25B_ACCOUNT_TEXT(invite->hash),
			      OP25B_ACCOUNT_NUMBER(now));
	if (r == 0)
		*ret = OP25B_CLAIM_USED;
	return r <= 0 ? r : op25b_account_insert(accounts, now, made, error);
}

/* Whether a name or address is somebody's: 1, 0, -errno. */
static int is_taken(struct op25b_accounts *accounts, const char *name, struct op25b_error *error)
{
	OP25B_CLEANUP(op25b_account_rows_done) struct op25b_account_rows rows = { 0 };
	int r = OP25B_ACCOUNT_RUN(accounts, &rows, error,
				  "SELECT account FROM address WHERE address = $1 AND own = 1 "
				  "UNION SELECT name FROM account WHERE name = $1",
				  OP25B_ACCOUNT_TEXT(name));

	return r < 0 ? r : r > 0;
}

/* What can be known before the password is hashed: only who gets the account has it hashed. */
static int look_for_room(struct op25b_accounts *accounts, const struct op25b_account_made *made,
			 uint32_t per_line, enum op25b_claim *ret, struct op25b_error *error)
{
	int64_t n = 0;
	int r = count_of_line(accounts, made->account.line, &n, error);

	if (r == 0 && n >= per_line) {
		*ret = OP25B_CLAIM_FULL;
		return 0;
	}
	if (r == 0)
		r = is_taken(accounts, made->name, error);
	for (size_t i = 0; r == 0 && i < made->account.n_addresses; i++)
		r = is_taken(accounts, made->addresses[i], error);
	if (r > 0)
		*ret = OP25B_CLAIM_TAKEN;
	return r < 0 ? r : 0;
}

/* Make the account, whose code was right and whose name was free a moment ago. */
static int make_claimed(struct op25b_accounts *accounts, int64_t now,
			struct op25b_account_made *made, const struct invite *invite,
			uint32_t per_line, enum op25b_claim *ret, struct op25b_error *error)
{
	int r = op25b_account_hash(made->account.password, made->hash, error);

	if (r == 0)
		r = op25b_account_db_begin(accounts->db, error);
	if (r < 0)
		return r;
	r = use_code(accounts, now, made, invite, per_line, ret, error);
	r = op25b_account_db_end(accounts->db, r, error);
	if (r == -EEXIST)
		*ret = OP25B_CLAIM_TAKEN;
	return r == -EEXIST ? 0 : r;
}

int op25b_accounts_claim(struct op25b_accounts *accounts, int64_t now,
			 const struct op25b_account_new *account, const char *code,
			 uint32_t per_line, enum op25b_claim *ret, int *ret_left,
			 struct op25b_error *error)
{
	enum op25b_claim outcome = OP25B_CLAIM_MALFORMED;
	struct op25b_account_made made;
	char digits[DIGITS + 1];
	struct invite invite;
	int r = op25b_account_make(account, &made, error);

	if (r < 0)
		return r;
	if (!read_code(code, digits)) {
		*ret = outcome;
		return 0;
	}
	r = op25b_account_db_begin(accounts->db, error);
	if (r < 0)
		return r;
	r = take_try(accounts, now, account->line, &invite, &outcome, error);
	r = op25b_account_db_end(accounts->db, r, error);
	if (r >= 0 && outcome == OP25B_CLAIM_DONE) {
		r = op25b_account_hash_is(digits, invite.hash, error);
		outcome = r > 0 ? OP25B_CLAIM_DONE : OP25B_CLAIM_WRONG;
		*ret_left = (int)(OP25B_INVITE_TRIES - 1 - invite.tries);
	}
	if (r >= 0 && outcome == OP25B_CLAIM_DONE)
		r = look_for_room(accounts, &made, per_line, &outcome, error);
	if (r >= 0 && outcome == OP25B_CLAIM_DONE)
		r = make_claimed(accounts, now, &made, &invite, per_line, &outcome, error);
	if (r < 0)
		return r;
	*ret = outcome;
	return 0;
}
