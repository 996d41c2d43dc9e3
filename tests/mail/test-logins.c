/* SPDX-License-Identifier: BSD-2-Clause */
/* What logins are for besides mailboxes: guessing of passwords, and windows of POP before SMTP. */
#include "tests/mail/brain-lab.h"

#include <stdio.h>
#include <string.h>

#include "mail/ledger.h"

#define AWAY  "203.0.113.9"
#define ALICE "alice@example.net"
#define CAROL "carol@example.net"

static uint32_t used_of(struct brain_lab *lab, const char *account)
{
	const struct op25b_ledger_key key = { OP25B_LEDGER_ACCOUNT,
					      account,
					      { .burst = 9, .hour = 1, .day = 9 } };
	struct op25b_ledger_use use;

	assert_int_equal(op25b_state_begin(lab->brain.state, NULL), 0);
	assert_int_equal(op25b_ledger_look(lab->brain.state, lab->now, &key, &use), 0);
	op25b_state_rollback(lab->brain.state);
	return use.day_used;
}

static void who_guesses_passwords_is_refused_and_the_owner_is_not(void **state)
{
	struct brain_lab *lab = *state;
	char hash[8];

	for (int i = 0; i < 20; i++) {
		snprintf(hash, sizeof(hash), "%03x", (unsigned int)i);
		brain_lab_wrong(lab, ALICE, AWAY, hash);
		brain_lab_wrong(lab, ALICE, "203.0.113.10", "0ab");
	}
	brain_lab_has(brain_lab_login(lab, OP25B_AUTH_SUBMISSION, ALICE, AWAY),
		      "Too many wrong passwords");
	assert_int_equal(lab->status, -1);
	assert_string_equal(brain_lab_login(lab, OP25B_AUTH_SUBMISSION, ALICE, "203.0.113.10"), "");
}

/* Of as many logins, two wrong passwords each. */
static void many_get_it_wrong(struct brain_lab *lab, const char *remote)
{
	char login[48];

	for (int i = 0; i < 64; i++) {
		snprintf(login, sizeof(login), "user%d@example.net", i);
		brain_lab_wrong(lab, login, remote, "0ab");
		brain_lab_wrong(lab, login, remote, "0ac");
	}
}

static void nobody_pays_for_others_at_an_address_of_many(void **state)
{
	static const char *const places[] = {
		"192.0.2.130",   /* own lines that share it, and no port tells which */
		"203.0.113.230", /* of a network that is shared */
		"192.0.2.25",    /* one of mail_servers: webmail */
		"127.0.0.1",     "::1",
	};
	struct brain_lab *lab = *state;
	char hash[8];

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		many_get_it_wrong(lab, places[i]);
		assert_string_equal(brain_lab_login(lab, OP25B_AUTH_IMAP, CAROL, places[i]), "");
		assert_int_equal(lab->status, 0);
		for (int j = 0; j < 12; j++) {
			snprintf(hash, sizeof(hash), "%03x", (unsigned int)j);
			brain_lab_wrong(lab, CAROL, places[i], hash);
		}
		brain_lab_has(brain_lab_login(lab, OP25B_AUTH_IMAP, CAROL, places[i]),
			      "Too many wrong passwords");
		assert_string_equal(brain_lab_login(lab, OP25B_AUTH_IMAP, ALICE, places[i]), "");
	}
}

/* Somebody's own address, and a line's that is told. */
static void who_guesses_at_many_logins_is_refused_at_an_address_of_his(void **state)
{
	static const char *const places[] = { AWAY, "198.51.100.20", "198.51.100.7",
					      "2001:db8:1000::1",
					      "203.0.113.242" /* a rented server */ };
	struct brain_lab *lab = *state;

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		many_get_it_wrong(lab, places[i]);
		brain_lab_has(brain_lab_login(lab, OP25B_AUTH_IMAP, CAROL, places[i]),
			      "Too many wrong passwords");
	}
}

/* One request of Dovecot's about the password of a POP login. */
static void tell(struct brain_lab *lab, enum op25b_auth_service service,
		 enum op25b_auth_command command, const char *login, bool right)
{
	struct op25b_auth_request request = { .command = command,
					      .service = service,
					      .remote = brain_lab_prefix(AWAY),
					      .pwhash = "0ab" };

	request.verified = right && command == OP25B_AUTH_ALLOW;
	request.success = right && command == OP25B_AUTH_REPORT;
	snprintf(request.login, sizeof(request.login), "%s", login);
	assert_string_equal(brain_lab_auth(lab, &request), "");
	assert_int_equal(lab->status, 0);
}

static const char *sends(struct brain_lab *lab, const char *from)
{
	const struct brain_lab_ask ask = { .socket = OP25B_BRAIN_GRANT,
					   .state = OP25B_POSTFIX_RCPT,
					   .client = AWAY,
					   .from = from };

	return brain_lab_ask(lab, &ask);
}

/* By the second question alone: a report comes when the client already knows. */
static void a_window_opens_when_the_password_was_right_and_not_before(void **state)
{
	static const enum op25b_auth_service services[] = { OP25B_AUTH_POP3, OP25B_AUTH_IMAP };
	struct brain_lab *lab = *state;

	for (size_t i = 0; i < 2; i++) {
		tell(lab, services[i], OP25B_AUTH_ALLOW, CAROL, false);
		brain_lab_starts(sends(lab, CAROL), "554 5.7.1 ");
		tell(lab, services[i], OP25B_AUTH_REPORT, CAROL, false);
		brain_lab_starts(sends(lab, CAROL), "554 5.7.1 ");
		tell(lab, services[i], OP25B_AUTH_REPORT, CAROL, true);
		brain_lab_starts(sends(lab, CAROL), "554 5.7.1 ");
		tell(lab, services[i], OP25B_AUTH_ALLOW, CAROL, true);
		assert_string_equal(sends(lab, CAROL), "OK");
		lab->now += 600;
	}
}

/* What can't be kept is not answered: Dovecot would tell the client that it may send now. */
static void no_window_no_answer(void **state)
{
	struct brain_lab *lab = *state;
	struct op25b_auth_request request = { .command = OP25B_AUTH_ALLOW,
					      .service = OP25B_AUTH_POP3,
					      .remote = brain_lab_prefix(AWAY),
					      .login = CAROL,
					      .verified = true };
	static const char broken[] = "DROP TABLE window";

	assert_int_equal(op25b_state_begin(lab->brain.state, NULL), 0);
	assert_int_equal(op25b_state_step(op25b_state_statement(lab->brain.state, broken)), 0);
	assert_true(op25b_brain_auth(&lab->brain, &request, lab->now, &lab->status, lab->text,
				     &lab->error) < 0);
	op25b_state_rollback(lab->brain.state);
	brain_lab_starts(sends(lab, CAROL), "554 5.7.1 ");
}

/* Dovecot's first question has what was typed, the second whose that is. */
static void an_address_that_was_typed_opens_its_account_s_window(void **state)
{
	static const char *const addresses[] = { "dave.d@example.net" };
	const struct op25b_account_new dave = { .name = "dave",
						.password = "correct horse 25",
						.line = "",
						.addresses = addresses,
						.n_addresses = 1 };
	struct brain_lab_ask mail = { .client = AWAY, .from = addresses[0], .instance = "d.1.1.0" };
	struct brain_lab *lab = *state;

	assert_int_equal(op25b_accounts_add(lab->brain.accounts, LAB_OLD, &dave, &lab->error), 0);
	tell(lab, OP25B_AUTH_POP3, OP25B_AUTH_ALLOW, addresses[0], false);
	brain_lab_starts(sends(lab, addresses[0]), "554 5.7.1 ");
	tell(lab, OP25B_AUTH_POP3, OP25B_AUTH_ALLOW, "dave", true);
	assert_string_equal(sends(lab, addresses[0]), "OK");
	brain_lab_has(sends(lab, CAROL), "settings-sender");
	/* And dave pays: there is room for two. */
	mail.recipients = 2;
	assert_string_equal(brain_lab_send(lab, mail), "");
	assert_int_equal(used_of(lab, "dave"), 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, brain_lab_setup, brain_lab_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(who_guesses_passwords_is_refused_and_the_owner_is_not),
		TEST(nobody_pays_for_others_at_an_address_of_many),
		TEST(who_guesses_at_many_logins_is_refused_at_an_address_of_his),
		TEST(a_window_opens_when_the_password_was_right_and_not_before),
		TEST(no_window_no_answer),
		TEST(an_address_that_was_typed_opens_its_account_s_window),
	};

	return cmocka_run_group_tests_name("logins", tests, brain_lab_group, brain_lab_group_done);
}
