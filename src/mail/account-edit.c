/* SPDX-License-Identifier: BSD-2-Clause */
/* The account base: making accounts, taking them away, passwords and what is tied to them. */
#include "mail/account-edit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "mail/account-parts.h"

#define PIECE 32U /* accounts that are made while others wait: some hundredths of a second */

static int check_line(const char *line, struct op25b_error *error)
{
	if (strlen(line) >= OP25B_ACCOUNT_LINE)
		return op25b_error_set(error, -EINVAL,
				       "the line's id is too long: %u bytes at most",
				       OP25B_ACCOUNT_LINE - 1);
	for (const char *at = line; *at; at++) {
		if ((unsigned char)*at < 0x20 || *at == 0x7f)
			return op25b_error_set(error, -EINVAL,
					       "the line's id has control characters");
	}
	return 0;
}

int op25b_account_insert(struct op25b_accounts *accounts, int64_t now,
			 const struct op25b_account_made *made, struct op25b_error *error)
{
	OP25B_CLEANUP(op25b_account_rows_done) struct op25b_account_rows rows = { 0 };
	const struct op25b_account_new *account = &made->account;
	int r = OP25B_ACCOUNT_RUN(accounts, &rows, error,
				  "SELECT account FROM address WHERE address = $1 AND own = 1",
				  OP25B_ACCOUNT_TEXT(made->name));

	if (r > 0 && strcmp(rows.cells, made->name) != 0)
		return op25b_error_set(error, -EEXIST, "%s is an address of the account %s",
				       made->name, rows.cells);
	r = r > 0 ? -EEXIST : r;
	if (r == 0)
		r = OP25B_ACCOUNT_RUN(
			accounts, NULL, error,
			"INSERT INTO account (name, password, password_set, "
			"first_password, state, why, state_since, created, serial, "
			"server, line, abroad_until) VALUES ($1, $2, $3, $4, 'fine', "
			"'', $3, $3, 1, $5, $6, 0)",
			OP25B_ACCOUNT_TEXT(made->name), OP25B_ACCOUNT_TEXT(made->hash),
			OP25B_ACCOUNT_NUMBER(now), OP25B_ACCOUNT_NUMBER(account->first_password),
			OP25B_ACCOUNT_NUMBER(account->server), OP25B_ACCOUNT_TEXT(account->line));
	if (r == -EEXIST)
		return op25b_error_set(error, r, "there is an account %s already", made->name);
	if (r > 0 && strchr(made->name, '@'))
		r = op25b_account_own(accounts, now, made->name, made->name, error);
	for (size_t i = 0; r >= 0 && i < account->n_addresses; i++)
		r = op25b_account_own(accounts, now, made->name, made->addresses[i], error);
	return r < 0 ? r : 0;
}

int op25b_account_make(const struct op25b_account_new *account, struct op25b_account_made *ret,
		       struct op25b_error *error)
{
	int r = op25b_account_name(account->name, ret->name, error);

	ret->account = *account;
	if (r == 0)
		r = check_line(account->line, error);
	if (r == 0 && strchr(ret->name, '@'))
		r = op25b_account_address(ret->name, ret->lower[0], error);
	if (r == 0 && account->n_addresses > OP25B_ACCOUNT_ADDRESSES)
		r = op25b_error_set(error, -EINVAL, "%s: too many addresses: %u at most", ret->name,
				    OP25B_ACCOUNT_ADDRESSES);
	for (size_t i = 0; r == 0 && i < account->n_addresses; i++) {
		ret->addresses[i] = ret->lower[i];
		r = op25b_account_address(account->addresses[i], ret->lower[i], error);
	}
	if (r < 0)
		return r;
	return op25b_account_password_check(account->password,
					    &(struct op25b_account_ids){ ret->name, account->line,
									 ret->addresses,
									 account->n_addresses },
					    error);
}

/* Hashes of @n passwords; free each and the list. */
static int hash_all(const struct op25b_account_new *list, size_t n, char **hashes, size_t *ret_at,
		    struct op25b_error *error)
{
	char hash[OP25B_ACCOUNT_HASH];
	struct op25b_account_made made;
	int r = 0;

	for (size_t i = 0; i < n && r == 0; i++) {
		*ret_at = i;
		r = op25b_account_make(&list[i], &made, error);
		if (r == 0)
			r = op25b_account_hash(list[i].password, hash, error);
		if (r == 0)
			hashes[i] = strdup(hash);
		if (r == 0 && !hashes[i])
			r = op25b_error_set(error, -ENOMEM, "account base: out of memory");
	}
	return r;
}

/* Accounts of a list, hashed. */
struct additions {
	const struct op25b_account_new *list;
	char **hashes;
	int64_t now;
};

/* Those from @from up to @to in a transaction; @ret_at as op25b_accounts_add_all(). */
static int insert_some(struct op25b_accounts *accounts, const struct additions *additions,
		       size_t from, size_t to, size_t *ret_at, struct op25b_error *error)
{
	struct op25b_account_made made;
	int r = op25b_account_db_begin(accounts->db, error);

	if (r < 0)
		return r;
	for (size_t i = from; i < to && r == 0; i++) {
		*ret_at = i;
		r = op25b_account_make(&additions->list[i], &made, error);
		op25b_account_copy(made.hash, sizeof(made.hash), additions->hashes[i]);
		if (r == 0)
			r = op25b_account_insert(accounts, additions->now, &made, error);
	}
	return op25b_account_db_end(accounts->db, r, error);
}

/* Inside a transaction. */
static int remove_one(struct op25b_accounts *accounts, const char *name, struct op25b_error *error)
{
	int r = OP25B_ACCOUNT_RUN(accounts, NULL, error, "DELETE FROM account WHERE name = $1",
				  OP25B_ACCOUNT_TEXT(name));

	if (r == 0)
		r = op25b_account_missing(name, error);
	if (r > 0)
		r = OP25B_ACCOUNT_RUN(accounts, NULL, error,
				      "DELETE FROM address WHERE account = $1",
				      OP25B_ACCOUNT_TEXT(name));
	if (r >= 0)
		r = OP25B_ACCOUNT_RUN(accounts, NULL, error,
				      "DELETE FROM confirmation WHERE account = $1",
				      OP25B_ACCOUNT_TEXT(name));
	return r < 0 ? r : 0;
}

/* Those from @from up to @to, which were added; one that is gone already is no fault. */
static int take_back_some(struct op25b_accounts *accounts, const struct additions *additions,
			  size_t from, size_t to)
{
	char name[OP25B_ACCOUNT_NAME];
	int r = op25b_account_db_begin(accounts->db, NULL);

	if (r < 0)
		return r;
	for (size_t i = from; i < to && r == 0; i++) {
		r = op25b_account_name(additions->list[i].name, name, NULL);
		r = r < 0 ? r : remove_one(accounts, name, NULL);
		r = r == -ENOENT ? 0 : r;
	}
	return op25b_account_db_end(accounts->db, r, NULL);
}

/* As long as a piece has taken, so that whoever polls for the lock finds it free. */
static void let_others_in(const struct timespec *begun)
{
	struct timespec now, pause;

	clock_gettime(CLOCK_MONOTONIC, &now);
	pause.tv_sec = now.tv_sec - begun->tv_sec;
	pause.tv_nsec = now.tv_nsec - begun->tv_nsec;
	if (pause.tv_nsec < 0) {
		pause.tv_sec--;
		pause.tv_nsec += 1000000000;
	}
	nanosleep(&pause, NULL);
}

/* Piece by piece; what was added before one that fails is taken back. */
static int insert_all(struct op25b_accounts *accounts, const struct additions *additions, size_t n,
		      size_t *ret_at, struct op25b_error *error)
{
	struct timespec begun;
	size_t done = 0;
	int r = 0, back = 0;

	while (r == 0 && done < n) {
		const size_t to = n - done < PIECE ? n : done + PIECE;

		if (done)
			let_others_in(&begun);
		clock_gettime(CLOCK_MONOTONIC, &begun);
		r = insert_some(accounts, additions, done, to, ret_at, error);
		if (r == 0)
			done = to;
	}
	while (r < 0 && done && back == 0) {
		back = take_back_some(accounts, additions, done - PIECE, done);
		if (back == 0)
			done -= PIECE;
	}
	if (back < 0)
		op25b_error_add(error, r, "; of those before it %zu were made and stay: %s", done,
				strerror(-back));
	return r;
}

int op25b_accounts_add_all(struct op25b_accounts *accounts, int64_t now,
			   const struct op25b_account_new *list, size_t n, size_t *ret_at,
			   struct op25b_error *error)
{
	OP25B_AUTO_FREE char **hashes = calloc(n ? n : 1, sizeof(*hashes));
	size_t at = 0;
	int r;

	if (!hashes)
		return op25b_error_set(error, -ENOMEM, "account base: out of memory");
	r = hash_all(list, n, hashes, &at, error);
	if (r == 0)
		r = insert_all(accounts, &(struct additions){ list, hashes, now }, n, &at, error);
	for (size_t i = 0; i < n; i++)
		free(hashes[i]);
	if (r < 0)
		*ret_at = at;
	return r;
}

int op25b_accounts_add(struct op25b_accounts *accounts, int64_t now,
		       const struct op25b_account_new *account, struct op25b_error *error)
{
	size_t at;

	return op25b_accounts_add_all(accounts, now, account, 1, &at, error);
}

int op25b_accounts_remove(struct op25b_accounts *accounts, const char *name,
			  struct op25b_error *error)
{
	int r = op25b_account_db_begin(accounts->db, error);

	if (r < 0)
		return r;
	return op25b_account_db_end(accounts->db, remove_one(accounts, name, error), error);
}

/* What is asked of an account before its password or line changes. */
struct ids {
	struct op25b_account_rows account, addresses;
	const char *line, *hash;
	const char *list[OP25B_ACCOUNT_ADDRESSES];
	size_t n;
};

static void ids_done(struct ids *ids)
{
	op25b_account_rows_done(&ids->account);
	op25b_account_rows_done(&ids->addresses);
}

static int read_ids(struct op25b_accounts *accounts, const char *name, struct ids *ids,
		    struct op25b_error *error)
{
	const char *at;
	int r = OP25B_ACCOUNT_RUN(accounts, &ids->account, error,
				  "SELECT line, password FROM account WHERE name = $1",
				  OP25B_ACCOUNT_TEXT(name));

	if (r == 0)
		return op25b_account_missing(name, error);
	if (r < 0)
		return r;
	at = ids->account.cells;
	ids->line = op25b_account_cell(&at);
	ids->hash = op25b_account_cell(&at);
	r = OP25B_ACCOUNT_RUN(accounts, &ids->addresses, error,
			      "SELECT address FROM address WHERE account = $1",
			      OP25B_ACCOUNT_TEXT(name));
	at = ids->addresses.cells;
	for (int i = 0; i < r && ids->n < OP25B_ACCOUNT_ADDRESSES; i++)
		ids->list[ids->n++] = op25b_account_cell(&at);
	return r < 0 ? r : 0;
}

int op25b_accounts_set_password(struct op25b_accounts *accounts, int64_t now, const char *name,
				const char *password, bool first, struct op25b_error *error)
{
	OP25B_CLEANUP(ids_done) struct ids ids = { .n = 0 };
	char hash[OP25B_ACCOUNT_HASH];
	int r = read_ids(accounts, name, &ids, error);

	if (r == 0)
		r = op25b_account_password_check(
			password, &(struct op25b_account_ids){ name, ids.line, ids.list, ids.n },
			error);
	if (r == 0)
		r = op25b_account_hash(password, hash, error);
	if (r < 0)
		return r;
	r = OP25B_ACCOUNT_RUN(accounts, NULL, error,
			      "UPDATE account SET password = $2, password_set = $3, "
			      "first_password = $4, serial = serial + 1 WHERE name = $1",
			      OP25B_ACCOUNT_TEXT(name), OP25B_ACCOUNT_TEXT(hash),
			      OP25B_ACCOUNT_NUMBER(now), OP25B_ACCOUNT_NUMBER(first));
	return r == 0 ? op25b_account_missing(name, error) : r < 0 ? r : 0;
}

enum id_case { AS_WRITTEN, LOWER, UPPER, FIRST_UPPER, ID_CASES };

/* ASCII alone, as passwords are. */
static void write_case(const char *id, enum id_case how, char ret[static OP25B_ACCOUNT_LINE])
{
	for (size_t i = 0; i <= strlen(id); i++) {
		const bool raise = how == UPPER || (how == FIRST_UPPER && i == 0);
		const char c = id[i];

		if (how == AS_WRITTEN)
			ret[i] = c;
		else if (raise)
			ret[i] = c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
		else
			ret[i] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
	}
}

/* A hash can't be asked for every case of a text, but for those that people type. What no password
 * could be is not hashed: it takes its time. */
static int is_in_some_case(const char *id, const char *hash, struct op25b_error *error)
{
	char written[ID_CASES][OP25B_ACCOUNT_LINE];
	int r = 0;

	if (strlen(id) < OP25B_ACCOUNT_SHORTEST || strlen(id) >= OP25B_ACCOUNT_PASSWORD)
		return 0;
	for (int how = 0; how < ID_CASES && r == 0; how++) {
		bool seen = false;

		write_case(id, (enum id_case)how, written[how]);
		for (int before = 0; before < how && !seen; before++)
			seen = !strcmp(written[before], written[how]);
		r = seen ? 0 : op25b_account_hash_is(written[how], hash, error);
	}
	return r;
}

int op25b_account_password_is(struct op25b_accounts *accounts, const char *name, const char *id,
			      struct op25b_error *error)
{
	OP25B_CLEANUP(ids_done) struct ids ids = { .n = 0 };
	char local[OP25B_ACCOUNT_LINE];
	int r = read_ids(accounts, name, &ids, error);

	if (r == 0)
		r = is_in_some_case(id, ids.hash, error);
	if (r == 0 && strchr(id, '@')) {
		snprintf(local, sizeof(local), "%.*s", (int)strcspn(id, "@"), id);
		r = is_in_some_case(local, ids.hash, error);
	}
	return r;
}

int op25b_accounts_set_line(struct op25b_accounts *accounts, const char *name, const char *line,
			    struct op25b_error *error)
{
	int r = check_line(line, error);

	if (r == 0)
		r = op25b_account_password_is(accounts, name, line, error);
	if (r > 0)
		return op25b_error_set(error, -EINVAL,
				       "the password of %s is this line's id; give it another "
				       "first: op25b account passwd %s",
				       name, name);
	if (r < 0)
		return r;
	r = OP25B_ACCOUNT_RUN(accounts, NULL, error, "UPDATE account SET line = $2 WHERE name = $1",
			      OP25B_ACCOUNT_TEXT(name), OP25B_ACCOUNT_TEXT(line));
	return r == 0 ? op25b_account_missing(name, error) : r < 0 ? r : 0;
}

static int set_number(struct op25b_accounts *accounts, const char *sql, const char *name,
		      int64_t value, struct op25b_error *error)
{
	int r = op25b_account_db_run(
		accounts->db,
		&(struct op25b_account_call){
			.sql = sql,
			.n = 2,
			.values = { OP25B_ACCOUNT_TEXT(name), OP25B_ACCOUNT_NUMBER(value) } },
		NULL, error);

	return r == 0 ? op25b_account_missing(name, error) : r < 0 ? r : 0;
}

int op25b_accounts_set_server(struct op25b_accounts *accounts, const char *name, bool server,
			      struct op25b_error *error)
{
	static const char sql[] = "UPDATE account SET server = $2 WHERE name = $1";

	return set_number(accounts, sql, name, server, error);
}

int op25b_accounts_set_abroad(struct op25b_accounts *accounts, const char *name, int64_t until,
			      struct op25b_error *error)
{
	static const char sql[] = "UPDATE account SET abroad_until = $2 WHERE name = $1";

	return set_number(accounts, sql, name, until, error);
}
