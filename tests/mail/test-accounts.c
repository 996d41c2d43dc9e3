/* SPDX-License-Identifier: BSD-2-Clause */
/* Accounts, their states and passwords, on either engine. */
#include "tests/mail/accounts-lab.h"

#include <crypt.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static void an_account_is_found_as_it_was_made(void **state)
{
	struct lab *lab = *state;
	const char *const addresses[] = { "Sales@Example.net" };
	const struct op25b_account_new account = {
		.name = "Alice@example.NET",
		.password = "correct horse",
		.line = "L-1",
		.addresses = addresses,
		.n_addresses = 1,
		.server = true,
		.first_password = true,
	};
	const struct op25b_account *found;

	assert_int_equal(op25b_accounts_add(lab->accounts, 1000, &account, &lab->error), 0);
	found = lab_find(lab, "alice@example.net");
	assert_int_equal(found->state, OP25B_MAIL_STATE_FINE);
	assert_string_equal(found->why, "");
	assert_string_equal(found->line, "L-1");
	assert_int_equal(found->created, 1000);
	assert_int_equal(found->state_since, 1000);
	assert_int_equal(found->password_set, 1000);
	assert_int_equal(found->serial, 1);
	assert_true(found->server);
	assert_true(found->first_password);
	assert_int_equal(found->abroad_until, 0);
	assert_string_equal(lab_owners(lab, "alice@example.net"), "alice@example.net ");
	assert_string_equal(lab_owners(lab, "sales@example.net"), "alice@example.net ");
	assert_int_equal(op25b_accounts_find(lab->accounts, "bob", lab_keep, lab), -ENOENT);
	assert_string_equal(lab_owners(lab, "bob@example.net"), "");
}

static void a_state_changes_once_and_raises_the_serial(void **state)
{
	struct lab *lab = *state;
	const struct op25b_account *found;

	lab_add(lab, "bob", "", NULL);
	assert_int_equal(op25b_accounts_set_state(lab->accounts, 2000, "bob",
						  OP25B_MAIL_STATE_STOPPED, "operator",
						  &lab->error),
			 1);
	assert_int_equal(op25b_accounts_set_state(lab->accounts, 3000, "bob",
						  OP25B_MAIL_STATE_STOPPED, "again", &lab->error),
			 0);
	found = lab_find(lab, "bob");
	assert_int_equal(found->state, OP25B_MAIL_STATE_STOPPED);
	assert_string_equal(found->why, "operator");
	assert_int_equal(found->state_since, 2000);
	assert_int_equal(found->serial, 2);
	assert_int_equal(op25b_accounts_set_state(lab->accounts, 4000, "bob", OP25B_MAIL_STATE_FINE,
						  "operator", &lab->error),
			 1);
	assert_string_equal(lab_find(lab, "bob")->why, "");
	assert_int_equal(lab->last.serial, 2);
	assert_int_equal(op25b_accounts_set_state(lab->accounts, 4000, "carol",
						  OP25B_MAIL_STATE_FINE, "", &lab->error),
			 -ENOENT);
	assert_non_null(strstr(lab->error.text, "there is no account carol"));
}

static void what_was_stopped_is_not_made_milder_by_a_raise(void **state)
{
	struct lab *lab = *state;

	lab_add(lab, "bob", "", NULL);
	assert_int_equal(op25b_accounts_raise(lab->accounts, 2000, "bob", OP25B_MAIL_STATE_SLOW,
					      "countries", &lab->error),
			 1);
	assert_int_equal(op25b_accounts_raise(lab->accounts, 2000, "bob", OP25B_MAIL_STATE_STOPPED,
					      "operator", &lab->error),
			 1);
	assert_int_equal(op25b_accounts_raise(lab->accounts, 2001, "bob", OP25B_MAIL_STATE_HELD,
					      "countries", &lab->error),
			 0);
	assert_int_equal(lab_find(lab, "bob")->state, OP25B_MAIL_STATE_STOPPED);
	assert_string_equal(lab->last.why, "operator");
}

static void a_password_is_kept_as_yescrypt_alone(void **state)
{
	struct lab *lab = *state;
	struct crypt_data data = { .initialized = 0 };
	char hash[CRYPT_OUTPUT_SIZE], before[CRYPT_OUTPUT_SIZE];

	lab_add(lab, "bob", "", NULL);
	lab_ask(lab,
		lab_is_server() ? "SELECT password FROM op25b_mail.account" :
				  "SELECT password FROM account",
		hash, sizeof(hash));
	assert_int_equal(strncmp(hash, "$y$", 3), 0);
	assert_string_equal(crypt_r("correct horse", hash, &data), hash);
	memcpy(before, hash, sizeof(before));
	assert_int_equal(op25b_accounts_set_password(lab->accounts, 5000, "bob", "another horse",
						     true, &lab->error),
			 0);
	lab_ask(lab,
		lab_is_server() ? "SELECT password FROM op25b_mail.account" :
				  "SELECT password FROM account",
		hash, sizeof(hash));
	assert_string_not_equal(hash, before);
	assert_string_equal(crypt_r("another horse", hash, &data), hash);
	lab_find(lab, "bob");
	assert_int_equal(lab->last.password_set, 5000);
	assert_int_equal(lab->last.serial, 2);
	assert_true(lab->last.first_password);
	assert_int_equal(op25b_accounts_set_password(lab->accounts, 5000, "carol", "another horse",
						     true, &lab->error),
			 -ENOENT);
}

static void refuse(struct lab *lab, const char *name, const char *line, const char *password,
		   const char *says)
{
	const char *const addresses[] = { "wonderful-sales@example.net" };
	const struct op25b_account_new account = {
		.name = name,
		.password = password,
		.line = line,
		.addresses = addresses,
		.n_addresses = 1,
	};

	*lab->error.text = '\0';
	assert_int_equal(op25b_accounts_add(lab->accounts, 1000, &account, &lab->error), -EINVAL);
	if (!strstr(lab->error.text, says))
		fail_msg("\"%s\" is not in: %s", says, lab->error.text);
}

/* 001-28: least of all what a customer is known by. */
static void no_password_is_what_others_know(void **state)
{
	struct lab *lab = *state;
	const char *const name = "ip0123456789@example.net";
	/* The first is the line's id as written, of which no address is. */
	static const char *const typed[] = { "Host-Number-9", "host-number-9", "HOST-NUMBER-9",
					     "Host-number-9" };

	refuse(lab, name, "LINE-000042", "short pwd", "too short: 9 characters, and it takes 10");
	refuse(lab, name, "LINE-000042", "p\xc3\xa4sswort-lang", "beyond ASCII");
	refuse(lab, name, "LINE-000042", "tab\tand more", "beyond ASCII");
	refuse(lab, name, "LINE-000042", "ip0123456789", "the account's name");
	refuse(lab, name, "LINE-000042", "IP0123456789@Example.net", "the account's name");
	refuse(lab, name, "LINE-000042", "line-000042", "the line's id");
	refuse(lab, name, "LINE-000042", "Wonderful-Sales", "an address of the account");
	refuse(lab, name, "LINE-000042", "wonderful-sales@example.net",
	       "an address of the account");
	/* Nothing of it was made. */
	assert_int_equal(op25b_accounts_find(lab->accounts, name, lab_keep, lab), -ENOENT);

	lab_add(lab, name, "LINE-000042", NULL);
	assert_int_equal(op25b_accounts_set_password(lab->accounts, 2000, name, "LINE-000042",
						     false, &lab->error),
			 -EINVAL);
	/* What the password is beforehand, the line can't become. */
	assert_int_equal(op25b_accounts_set_line(lab->accounts, name, "correct horse", &lab->error),
			 -EINVAL);
	assert_non_null(strstr(lab->error.text, "is this line's id; give it another first"));
	assert_int_equal(op25b_accounts_set_line(lab->accounts, name, "LINE-7", &lab->error), 0);
	/* In whatever case people type it. */
	for (size_t i = 0; i < sizeof(typed) / sizeof(typed[0]); i++) {
		assert_int_equal(op25b_accounts_set_password(lab->accounts, 2000, name, typed[i],
							     false, &lab->error),
				 0);
		assert_int_equal(
			op25b_accounts_set_line(lab->accounts, name, "Host-Number-9", &lab->error),
			-EINVAL);
		assert_int_equal(op25b_accounts_address_add(lab->accounts, 2000, name,
							    "host-number-9@example.net",
							    OP25B_ADDRESS_OWN, &lab->error),
				 i ? -EINVAL : 0);
		if (!i)
			assert_int_equal(op25b_accounts_address_remove(lab->accounts, name,
								       "host-number-9@example.net",
								       &lab->error),
					 0);
	}
	assert_int_equal(op25b_accounts_set_password(lab->accounts, 2000, name, "open-sesame",
						     false, &lab->error),
			 0);
	for (int kind = OP25B_ADDRESS_OWN; kind <= OP25B_ADDRESS_ASKED; kind++) {
		assert_int_equal(op25b_accounts_address_add(
					 lab->accounts, 2000, name, "Open-Sesame@example.net",
					 (enum op25b_address_kind)kind, &lab->error),
				 -EINVAL);
		assert_non_null(strstr(lab->error.text, "is this address; give it another first"));
	}
	assert_string_equal(lab_owners(lab, "open-sesame@example.net"), "");
	assert_string_equal(lab_find(lab, name)->line, "LINE-7");
}

static void a_generated_password_may_be_one(void **state)
{
	struct lab *lab = *state;
	char one[OP25B_ACCOUNT_GENERATED], two[OP25B_ACCOUNT_GENERATED];

	lab_add(lab, "bob", "", NULL);
	assert_int_equal(op25b_account_generate(one, &lab->error), 0);
	assert_int_equal(op25b_account_generate(two, &lab->error), 0);
	assert_string_not_equal(one, two);
	assert_int_equal(strlen(one), 19);
	assert_int_equal(
		op25b_accounts_set_password(lab->accounts, 2000, "bob", one, false, &lab->error),
		0);
}

static void an_account_that_is_removed_leaves_nothing(void **state)
{
	struct lab *lab = *state;

	lab_add(lab, "bob", "L-1", "bob@example.net");
	assert_int_equal(op25b_accounts_remove(lab->accounts, "bob", &lab->error), 0);
	assert_int_equal(op25b_accounts_find(lab->accounts, "bob", lab_keep, lab), -ENOENT);
	assert_string_equal(lab_owners(lab, "bob@example.net"), "");
	assert_int_equal(op25b_accounts_remove(lab->accounts, "bob", &lab->error), -ENOENT);
	lab_add(lab, "carol", "", "bob@example.net");
}

static void numbers_are_kept(void **state)
{
	struct lab *lab = *state;

	lab_add(lab, "bob", "", NULL);
	assert_int_equal(op25b_accounts_set_server(lab->accounts, "bob", true, &lab->error), 0);
	assert_int_equal(
		op25b_accounts_set_abroad(lab->accounts, "bob", INT64_C(5000000000), &lab->error),
		0);
	lab_find(lab, "bob");
	assert_true(lab->last.server);
	assert_true(lab->last.abroad_until == INT64_C(5000000000));
	assert_int_equal(op25b_accounts_set_server(lab->accounts, "carol", true, &lab->error),
			 -ENOENT);
}

static int count(void *arg, const struct op25b_account *account)
{
	(void)account;
	++*(int *)arg;
	return 0;
}

static void all_are_listed_however_many(void **state)
{
	struct lab *lab = *state;
	int n = 0;

	lab_add(lab, "bob", "", NULL);
	lab_sql(lab, lab_is_server() ?
			     "INSERT INTO op25b_mail.account SELECT 'u' || i, 'x', 1, 0, 'fine', "
			     "'', 1, 1, 1, 0, '', 0 FROM generate_series(1, 2500) AS g (i)" :
			     "WITH RECURSIVE g (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM g "
			     "WHERE i < 2500) INSERT INTO account SELECT 'u' || i, 'x', 1, 0, "
			     "'fine', '', 1, 1, 1, 0, '', 0 FROM g");
	assert_int_equal(op25b_accounts_list(lab->accounts, count, &n, &lab->error), 0);
	assert_int_equal(n, 2501);
}

static void a_row_that_is_not_ours_is_an_error(void **state)
{
	struct lab *lab = *state;

	lab_add(lab, "bob", "", NULL);
	/* Past the schema's check. */
	lab_sql(lab, lab_is_server() ?
			     "ALTER TABLE op25b_mail.account DROP CONSTRAINT account_state_check;"
			     "UPDATE op25b_mail.account SET state = 'odd'" :
			     "UPDATE account SET state = 'odd'");
	assert_int_equal(op25b_accounts_find(lab->accounts, "bob", lab_keep, lab), -EBADMSG);
	assert_int_equal(op25b_accounts_set_state(lab->accounts, 2000, "bob", OP25B_MAIL_STATE_HELD,
						  "x", &lab->error),
			 -EBADMSG);
}

static void what_was_done_is_there_after_opening_again(void **state)
{
	struct lab *lab = *state;

	lab_add(lab, "bob", "", "bob@example.net");
	lab_close(lab);
	assert_int_equal(lab_open(lab, false), 0);
	lab_find(lab, "bob");
	assert_string_equal(lab_owners(lab, "bob@example.net"), "bob ");
}

static void many_are_made_or_none(void **state)
{
	struct lab *lab = *state;
	const char *const address = "info@example.net";
	struct op25b_account_new list[3] = {
		{ .name = "bob", .password = "correct horse", .line = "" },
		{ .name = "carol",
		  .password = "correct horse",
		  .line = "",
		  .addresses = &address,
		  .n_addresses = 1 },
		{ .name = "info@example.net", .password = "correct horse", .line = "" },
	};
	size_t at = 9;

	assert_int_equal(op25b_accounts_add_all(lab->accounts, 1000, list, 3, &at, &lab->error),
			 -EEXIST);
	assert_int_equal(at, 2);
	list[1].password = "short";
	assert_int_equal(op25b_accounts_add_all(lab->accounts, 1000, list, 3, &at, &lab->error),
			 -EINVAL);
	assert_int_equal(at, 1);
	assert_int_equal(op25b_accounts_find(lab->accounts, "bob", lab_keep, lab), -ENOENT);
	list[1].password = "correct horse";
	assert_int_equal(op25b_accounts_add_all(lab->accounts, 1000, list, 2, &at, &lab->error), 0);
	lab_find(lab, "bob");
	assert_string_equal(lab_owners(lab, "info@example.net"), "carol ");
	assert_int_equal(op25b_accounts_add_all(lab->accounts, 1000, NULL, 0, &at, &lab->error), 0);
}

static struct lab *watched; /* while somebody imports */
static int pauses;

/* In a pause of an import: what op25b-maild may want to write then. */
int __wrap_nanosleep(const struct timespec *time, struct timespec *left);
int __wrap_nanosleep(const struct timespec *time, struct timespec *left)
{
	struct op25b_accounts *other = NULL;

	(void)time;
	(void)left;
	assert_non_null(watched);
	assert_int_equal(op25b_accounts_open(watched->location, false, &other, NULL), 0);
	assert_int_equal(op25b_accounts_raise(other, 2000, "u0", OP25B_MAIL_STATE_HELD, "x", NULL),
			 1);
	op25b_accounts_close(&other);
	pauses++;
	return 0;
}

static void an_import_lets_others_write(void **state)
{
	struct lab *lab = *state;
	struct op25b_account_new list[34];
	char names[34][8];
	size_t at = 99;

	for (size_t i = 0; i < 34; i++) {
		snprintf(names[i], sizeof(names[i]), "u%zu", i == 33 ? 1 : i);
		list[i] = (struct op25b_account_new){ .name = names[i],
						      .password = "correct horse",
						      .line = "" };
	}
	watched = lab;
	assert_int_equal(op25b_accounts_add_all(lab->accounts, 1000, list, 34, &at, &lab->error),
			 -EEXIST);
	watched = NULL;
	assert_int_equal(at, 33);
	assert_int_equal(pauses, 1);
	assert_int_equal(op25b_accounts_find(lab->accounts, "u0", lab_keep, lab), -ENOENT);
	assert_int_equal(op25b_accounts_find(lab->accounts, "u32", lab_keep, lab), -ENOENT);
}

/* As op25b-maild asks: many times in a turn, and others change accounts meanwhile. */
static void a_turn_reads_one_moment_and_sees_its_own_changes(void **state)
{
	struct lab *lab = *state;
	struct op25b_accounts *other = NULL;

	lab_add(lab, "bob", "", NULL);
	assert_int_equal(op25b_accounts_open(lab->location, false, &other, &lab->error), 0);
	for (int i = 1; i <= 3; i++) {
		op25b_accounts_begin(lab->accounts);
		lab_find(lab, "bob");
		/* Another process is not kept from writing. */
		assert_int_equal(op25b_accounts_set_state(other, i, "bob", OP25B_MAIL_STATE_HELD,
							  "x", &lab->error),
				 1);
		if (!lab_is_server())
			assert_int_equal(lab_find(lab, "bob")->state, OP25B_MAIL_STATE_FINE);
		/* Nor are we, by what we have read. */
		assert_int_equal(op25b_accounts_set_abroad(lab->accounts, "bob", i, &lab->error),
				 0);
		assert_int_equal(lab_find(lab, "bob")->abroad_until, i);
		assert_int_equal(op25b_accounts_set_state(lab->accounts, i, "bob",
							  OP25B_MAIL_STATE_FINE, "", &lab->error),
				 1);
		assert_int_equal(lab_find(lab, "bob")->state, OP25B_MAIL_STATE_FINE);
		assert_int_equal(op25b_accounts_find(other, "bob", lab_keep, lab), 7);
		assert_int_equal(lab->last.state, OP25B_MAIL_STATE_FINE);
		op25b_accounts_end(lab->accounts);
	}
	assert_int_equal(op25b_accounts_set_state(other, 9, "bob", OP25B_MAIL_STATE_STOPPED, "x",
						  &lab->error),
			 1);
	op25b_accounts_begin(lab->accounts);
	assert_int_equal(lab_find(lab, "bob")->state, OP25B_MAIL_STATE_STOPPED);
	op25b_accounts_end(lab->accounts);
	op25b_accounts_close(&other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, lab_setup, lab_teardown)
		T(an_account_is_found_as_it_was_made),
		T(a_state_changes_once_and_raises_the_serial),
		T(what_was_stopped_is_not_made_milder_by_a_raise),
		T(a_password_is_kept_as_yescrypt_alone),
		T(no_password_is_what_others_know),
		T(a_generated_password_may_be_one),
		T(an_account_that_is_removed_leaves_nothing),
		T(numbers_are_kept),
		T(all_are_listed_however_many),
		T(a_row_that_is_not_ours_is_an_error),
		T(many_are_made_or_none),
		T(an_import_lets_others_write),
		T(a_turn_reads_one_moment_and_sees_its_own_changes),
		T(what_was_done_is_there_after_opening_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
