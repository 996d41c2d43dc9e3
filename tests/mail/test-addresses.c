/* SPDX-License-Identifier: BSD-2-Clause */
/* Names and addresses of accounts: which there may be, whose they are, and how one is confirmed. */
#include "tests/mail/accounts-lab.h"

#include <errno.h>
#include <string.h>

#define HOUR 3600

static void names_and_addresses_that_can_not_be(void **state)
{
	static const char *const names[] = { "",    "a b",  "a\"b", "a'b",      "a%b", "\x7f",
					     "..",  "a..b", "-a",   "a/b",      "@a",  "\xc3\xa4",
					     "a,b", "a\nb", ".a",   "a+b@c.net" };
	static const char *const addresses[] = { "",
						 "a",
						 "@example.net",
						 "a@",
						 "a@net",
						 "a b@c.net",
						 "\"a\"@c.net",
						 "a@[192.0.2.1]",
						 "a@c..net",
						 ".a@c.net",
						 "a.@c.net",
						 "a@-c.net",
						 "a@b@example.net",
						 "a\xc3\xa4@c.net",
						 "a@c.net." };
	struct lab *lab = *state;
	char kept[OP25B_ACCOUNT_NAME], large[300];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (op25b_account_name(names[i], kept, &lab->error) != -EINVAL)
			fail_msg("%s is taken", names[i]);
	}
	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		if (op25b_account_address(addresses[i], kept, &lab->error) != -EINVAL)
			fail_msg("%s is taken", addresses[i]);
	}
	memset(large, 'a', sizeof(large));
	large[255] = '\0';
	assert_int_equal(op25b_account_name(large, kept, &lab->error), -EINVAL);
	large[254] = '\0';
	assert_int_equal(op25b_account_name(large, kept, &lab->error), 0);
	assert_int_equal(op25b_account_address("O'Hara+x=y@Mail.Example.NET", kept, &lab->error),
			 0);
	assert_string_equal(kept, "o'hara+x=y@mail.example.net");
}

static int add(struct lab *lab, const char *name, const char *address)
{
	const struct op25b_account_new account = { .name = name,
						   .password = "correct horse",
						   .line = "",
						   .addresses = &address,
						   .n_addresses = address ? 1 : 0 };

	return op25b_accounts_add(lab->accounts, 1000, &account, &lab->error);
}

static void names_and_own_addresses_are_one_space(void **state)
{
	struct lab *lab = *state;

	lab_add(lab, "bob", "", "bob@example.net");
	assert_int_equal(add(lab, "bob", NULL), -EEXIST);
	assert_non_null(strstr(lab->error.text, "there is an account bob already"));
	assert_int_equal(add(lab, "bob@example.net", NULL), -EEXIST);
	assert_non_null(strstr(lab->error.text, "is an address of the account bob"));
	assert_int_equal(add(lab, "robert", "bob@example.net"), -EEXIST);
	assert_non_null(strstr(lab->error.text, "bob@example.net is the account bob's already"));
	assert_int_equal(op25b_accounts_find(lab->accounts, "robert", lab_keep, lab), -ENOENT);
	lab_add(lab, "carol@example.net", "", NULL);
	assert_int_equal(op25b_accounts_address_add(lab->accounts, 1000, "bob", "Carol@example.net",
						    OP25B_ADDRESS_OWN, &lab->error),
			 -EEXIST);
	assert_int_equal(op25b_accounts_address_remove(lab->accounts, "carol@example.net",
						       "carol@example.net", &lab->error),
			 -EINVAL);
}

static void a_line_owns_what_its_accounts_do(void **state)
{
	struct lab *lab = *state;

	lab_add(lab, "bob", "L-1", "bob@example.net");
	lab_add(lab, "carol", "", "carol@example.net");
	assert_int_equal(op25b_accounts_line_owns(lab->accounts, "L-1", "bob@example.net"), 1);
	assert_int_equal(op25b_accounts_line_owns(lab->accounts, "L-2", "bob@example.net"), 0);
	assert_int_equal(op25b_accounts_line_owns(lab->accounts, "L-1", "carol@example.net"), 0);
	assert_int_equal(op25b_accounts_line_owns(lab->accounts, "", "carol@example.net"), 0);
}

static void a_foreign_address_counts_once_it_is_confirmed(void **state)
{
	struct lab *lab = *state;
	char token[OP25B_CONFIRM_TOKEN], second[OP25B_CONFIRM_TOKEN];
	char name[OP25B_ACCOUNT_NAME] = "", address[OP25B_ACCOUNT_NAME] = "";

	lab_add(lab, "bob", "", NULL);
	lab_add(lab, "carol", "", NULL);
	assert_int_equal(op25b_accounts_confirm_ask(lab->accounts, 1000, "bob", "Me@Gol.example",
						    token, &lab->error),
			 0);
	assert_string_equal(lab_owners(lab, "me@gol.example"), "");
	/* A second letter ends the first. */
	assert_int_equal(op25b_accounts_confirm_ask(lab->accounts, 1001, "bob", "me@gol.example",
						    second, &lab->error),
			 0);
	assert_int_equal(
		op25b_accounts_confirm(lab->accounts, 1002, token, name, address, &lab->error),
		-EKEYREJECTED);
	assert_int_equal(
		op25b_accounts_confirm(lab->accounts, 1002, second, name, address, &lab->error), 0);
	assert_string_equal(name, "bob");
	assert_string_equal(address, "me@gol.example");
	assert_string_equal(lab_owners(lab, "me@gol.example"), "bob ");
	assert_int_equal(
		op25b_accounts_confirm(lab->accounts, 1003, second, name, address, &lab->error),
		-EKEYREJECTED);
	assert_int_equal(op25b_accounts_confirm_ask(lab->accounts, 1001, "bob", "me@gol.example",
						    second, &lab->error),
			 -EALREADY);
	/* Of several accounts. */
	assert_int_equal(op25b_accounts_address_add(lab->accounts, 1000, "carol", "me@gol.example",
						    OP25B_ADDRESS_CONFIRMED, &lab->error),
			 0);
	assert_string_equal(lab_owners(lab, "me@gol.example"), "bob carol ");
	/* What is confirmed does not become less. */
	assert_int_equal(op25b_accounts_address_add(lab->accounts, 1000, "carol", "me@gol.example",
						    OP25B_ADDRESS_ASKED, &lab->error),
			 0);
	assert_string_equal(lab_owners(lab, "me@gol.example"), "bob carol ");
	assert_int_equal(
		op25b_accounts_address_remove(lab->accounts, "bob", "me@gol.example", &lab->error),
		0);
	assert_string_equal(lab_owners(lab, "me@gol.example"), "carol ");
}

static bool is_of_gol(void *arg, const char *domain)
{
	return *(const bool *)arg && !strcmp(domain, "gol.example");
}

static void a_domain_that_becomes_the_provider_s_ends_what_was_confirmed_in_it(void **state)
{
	struct lab *lab = *state;
	bool own = false;

	lab_add(lab, "bob", "L-1", NULL);
	lab_add(lab, "carol", "", NULL);
	op25b_accounts_know_own(lab->accounts, is_of_gol, &own);
	assert_int_equal(op25b_accounts_address_add(lab->accounts, 1000, "bob", "me@gol.example",
						    OP25B_ADDRESS_CONFIRMED, &lab->error),
			 0);
	assert_int_equal(op25b_accounts_address_add(lab->accounts, 1000, "bob", "me@other.example",
						    OP25B_ADDRESS_CONFIRMED, &lab->error),
			 0);
	assert_string_equal(lab_owners(lab, "me@gol.example"), "bob ");
	own = true;
	assert_string_equal(lab_owners(lab, "me@gol.example"), "");
	assert_int_equal(op25b_accounts_line_owns(lab->accounts, "L-1", "me@gol.example"), 0);
	assert_string_equal(lab_owners(lab, "me@other.example"), "bob ");
	assert_int_equal(op25b_accounts_address_add(lab->accounts, 1000, "carol", "me@gol.example",
						    OP25B_ADDRESS_OWN, &lab->error),
			 0);
	assert_string_equal(lab_owners(lab, "me@gol.example"), "carol ");
	/* The operator may give it to who had it. */
	assert_int_equal(op25b_accounts_address_add(lab->accounts, 1000, "bob", "my@gol.example",
						    OP25B_ADDRESS_OWN, &lab->error),
			 0);
	assert_int_equal(op25b_accounts_line_owns(lab->accounts, "L-1", "my@gol.example"), 1);
}

static void a_token_ends_after_seven_days_and_with_its_account(void **state)
{
	struct lab *lab = *state;
	char token[OP25B_CONFIRM_TOKEN], name[OP25B_ACCOUNT_NAME], address[OP25B_ACCOUNT_NAME];

	lab_add(lab, "bob", "", NULL);
	assert_int_equal(op25b_accounts_confirm_ask(lab->accounts, 1000, "bob", "me@gol.example",
						    token, &lab->error),
			 0);
	assert_int_equal(op25b_accounts_confirm(lab->accounts, 1000 + 7 * 24 * HOUR, token, name,
						address, &lab->error),
			 -EKEYREJECTED);
	assert_int_equal(op25b_accounts_remove(lab->accounts, "bob", &lab->error), 0);
	assert_int_equal(
		op25b_accounts_confirm(lab->accounts, 1001, token, name, address, &lab->error),
		-EKEYREJECTED);
	assert_int_equal(op25b_accounts_confirm_ask(lab->accounts, 1000, "bob", "me@gol.example",
						    token, &lab->error),
			 -ENOENT);
}

static void mailboxes_are_found(void **state)
{
	struct lab *lab = *state;
	char address[OP25B_ACCOUNT_NAME];

	lab_add(lab, "bob", "", "bob@example.net");
	lab_add(lab, "carol@example.net", "", "aaa@example.net");
	lab_add(lab, "dave", "", NULL);
	assert_int_equal(op25b_accounts_mailbox(lab->accounts, "bob", address), 0);
	assert_string_equal(address, "bob@example.net");
	assert_int_equal(op25b_accounts_mailbox(lab->accounts, "carol@example.net", address), 0);
	assert_string_equal(address, "carol@example.net");
	assert_int_equal(op25b_accounts_mailbox(lab->accounts, "dave", address), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, lab_setup, lab_teardown)
		T(names_and_addresses_that_can_not_be),
		T(names_and_own_addresses_are_one_space),
		T(a_line_owns_what_its_accounts_do),
		T(a_foreign_address_counts_once_it_is_confirmed),
		T(a_domain_that_becomes_the_provider_s_ends_what_was_confirmed_in_it),
		T(a_token_ends_after_seven_days_and_with_its_account),
		T(mailboxes_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
