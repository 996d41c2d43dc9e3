/* SPDX-License-Identifier: BSD-2-Clause */
/* What customers ask for through the control socket (001-27), with an outbox as op25b-maild's. */
#include "tests/mail/accounts-lab.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "mail/account-claim.h"
#include "policy/prefix.h"
#include "tests/unit/mail-state.h"

#define LINE "ip0123456789"
#define NOW  2000

static struct fixture *outbox;

static int setup(void **state)
{
	void *made;

	set_up(&made);
	outbox = made;
	begin(outbox);
	return lab_setup(state);
}

static int teardown(void **state)
{
	void *made = outbox;

	lab_teardown(state);
	return tear_down(&made);
}

static void invite(struct lab *lab, const char *line, char code[static OP25B_INVITE_CODE])
{
	if (op25b_accounts_invite(lab->accounts, 1000, line, 1, code, &lab->error))
		fail_msg("%s", lab->error.text);
}

struct world {
	struct lab *lab;
	const char *line; /* that the asker is on */
	uint32_t service;
	struct op25b_mail mail;
	struct op25b_mail_mailbox mailbox;
	uint32_t services[1];
	const char *domains[1];
	int64_t now;
	enum op25b_letter_kind kind;
	char posted[128]; /* "address token" of the last letter */
	int fault;        /* posting fails with it; 0: it does not */
};

static void find(void *arg, const struct op25b_prefix *address, uint16_t port,
		 struct op25b_person *ret)
{
	const struct world *world = arg;
	struct op25b_prefix own;

	(void)port;
	assert_int_equal(op25b_prefix_parse("192.0.2.7", &own), OP25B_PREFIX_FINE);
	if (memcmp(&own, address, sizeof(own)) != 0)
		return;
	snprintf(ret->line, sizeof(ret->line), "%s", world->line);
	ret->peer.service = world->service;
}

static int posted(void *arg, const struct op25b_letter *letter, int64_t every)
{
	return op25b_letter_posted(outbox->state, ((const struct world *)arg)->now, letter, every);
}

static int post(void *arg, const struct op25b_letter *letter, int64_t every)
{
	struct world *world = arg;
	int r;

	assert_int_equal(letter->kind, world->kind);
	r = world->fault ? world->fault :
			   op25b_letter_post(outbox->state, world->now, letter, every);
	if (r > 0)
		snprintf(world->posted, sizeof(world->posted), "%s %s", letter->address,
			 letter->why);
	return r;
}

static void world_begin(struct world *world, struct lab *lab)
{
	*world = (struct world){
		.lab = lab,
		.line = LINE,
		.service = 3,
		.services = { 3 },
		.domains = { "example.net" },
		.now = NOW,
		.kind = OP25B_LETTER_CONFIRM,
	};
	world->mailbox = (struct op25b_mail_mailbox){
		.services = world->services,
		.n_services = 1,
		.login = "^ip[0-9]{10}$",
		.per_line = 1,
		.domain = "example.net",
		.ready = 3600,
	};
	world->mail = (struct op25b_mail){
		.domains = world->domains,
		.n_domains = 1,
		.foreign = OP25B_MAIL_FOREIGN_CONFIRMED,
		.mailbox = &world->mailbox,
	};
}

/* The answer's @key, "" where it has none. */
static const char *asked(struct world *world, json_t *request, const char *key)
{
	static char kept[600];
	const struct op25b_account_desk desk = { .accounts = world->lab->accounts,
						 .mail = &world->mail,
						 .find = find,
						 .posted = posted,
						 .post = post,
						 .arg = world };
	json_t *answer = NULL, *error, *value;

	assert_int_equal(op25b_account_desk_answer(&desk, world->now, request, &answer), 1);
	error = json_object_get(answer, "error");
	value = json_object_get(error ? error : answer, key);
	snprintf(kept, sizeof(kept), "%s",
		 json_is_true(value)   ? "true" :
		 json_is_false(value)  ? "false" :
		 json_is_string(value) ? json_string_value(value) :
					 "");
	json_decref(answer);
	json_decref(request);
	return kept;
}

static json_t *claim_of(const char *code, const char *name, const char *password, const char *from)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s}", "op", "account-claim", "code", code, "name",
			 name, "password", password, "address", from);
}

static void the_desk_looks_where_the_claimer_is(void **state)
{
	struct lab *lab = *state;
	char code[OP25B_INVITE_CODE];
	struct world world;

	world_begin(&world, lab);
	invite(lab, LINE, code);
	assert_string_equal(
		asked(&world, claim_of(code, "taro", "correct horse", "192.0.2.8"), "outcome"),
		"unknown-line");
	world.service = 4;
	assert_string_equal(
		asked(&world, claim_of(code, "taro", "correct horse", "192.0.2.7"), "outcome"),
		"unknown-line");
	world.service = 3;
	world.line = "L-1";
	assert_string_equal(
		asked(&world, claim_of(code, "taro", "correct horse", "192.0.2.7"), "outcome"),
		"unknown-line");
	world.line = "ip9999999999";
	assert_string_equal(
		asked(&world, claim_of(code, "taro", "correct horse", "192.0.2.7"), "outcome"),
		"not-here");
	world.line = LINE;
	assert_string_equal(
		asked(&world, claim_of(code, "Taro", "correct horse", "192.0.2.7"), "address"),
		"taro@example.net");
	assert_string_equal(lab_find(lab, "taro@example.net")->line, LINE);
}

static void the_desk_gives_no_name_that_is_the_providers(void **state)
{
	static const char *const names[] = { "postmaster", "Abuse", "root", "a@example.com", "a+b",
					     "",           "a b",   "..",   "check" };
	struct lab *lab = *state;
	char code[OP25B_INVITE_CODE];
	struct world world;

	world_begin(&world, lab);
	invite(lab, LINE, code);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_string_equal(asked(&world,
					  claim_of(code, names[i], "correct horse", "192.0.2.7"),
					  "outcome"),
				    "unusable");
	assert_string_equal(asked(&world, claim_of(code, "taro", LINE, "192.0.2.7"), "text"),
			    "the password is the line's id, which others know; choose another");
	assert_string_equal(asked(&world, claim_of(code, "taro", "short", "192.0.2.7"), "outcome"),
			    "unusable");
	world.mail.mailbox = NULL;
	assert_string_equal(
		asked(&world, claim_of(code, "taro", "correct horse", "192.0.2.7"), "outcome"),
		"unknown-line");
}

static void the_desk_refuses_what_is_no_request(void **state)
{
	struct lab *lab = *state;
	struct op25b_account_desk desk = { .accounts = lab->accounts };
	json_t *answer = NULL, *other = json_pack("{s:s}", "op", "status");
	struct world world;

	world_begin(&world, lab);
	assert_string_equal(asked(&world, json_pack("{s:s}", "op", "account-claim"), "code"),
			    "bad-request");
	assert_string_equal(asked(&world, claim_of("1", "a", "b", "192.0.2.0/24"), "code"),
			    "bad-request");
	assert_string_equal(
		asked(&world, json_pack("{s:s, s:i}", "op", "account-confirm", "token", 1), "code"),
		"bad-request");
	assert_string_equal(asked(&world,
				  json_pack("{s:s, s:s, s:s}", "op", "account-address", "name",
					    "bob", "address", "me@gol.example"),
				  "code"),
			    "bad-request");
	assert_int_equal(op25b_account_desk_answer(&desk, NOW, other, &answer), 0);
	json_decref(other);
}

static json_t *address_of(const char *name, const char *address)
{
	return json_pack("{s:s, s:s, s:s}", "op", "account-address", "name", name, "address",
			 address);
}

static void the_desk_writes_to_a_foreign_address_and_hears_its_token(void **state)
{
	struct lab *lab = *state;
	struct world world;
	const char *token;

	world_begin(&world, lab);
	lab_add(lab, "bob", "", NULL);
	assert_string_equal(asked(&world, address_of("bob", "bob@example.net"), "code"),
			    "bad-request");
	assert_string_equal(asked(&world, address_of("bob", "Me@gol.example"), "sent"), "true");
	assert_int_equal(strncmp(world.posted, "me@gol.example ", 15), 0);
	token = world.posted + 15;
	assert_string_equal(lab_owners(lab, "me@gol.example"), "");
	assert_string_equal(asked(&world,
				  json_pack("{s:s, s:s}", "op", "account-confirm", "token", "no"),
				  "confirmed"),
			    "false");
	assert_string_equal(asked(&world,
				  json_pack("{s:s, s:s}", "op", "account-confirm", "token", token),
				  "address"),
			    "me@gol.example");
	assert_string_equal(lab_owners(lab, "me@gol.example"), "bob ");
	world.fault = -ENOSPC;
	assert_string_equal(asked(&world, address_of("bob", "other@gol.example"), "code"),
			    "failed");
	world.mail.foreign = OP25B_MAIL_FOREIGN_REFUSE;
	assert_string_equal(asked(&world, address_of("bob", "third@gol.example"), "code"),
			    "bad-request");
}

static void who_asks_twice_keeps_the_link_that_is_under_way(void **state)
{
	struct lab *lab = *state;
	struct world world;
	char token[OP25B_CONFIRM_TOKEN];

	world_begin(&world, lab);
	lab_add(lab, "bob", "", NULL);
	assert_string_equal(asked(&world, address_of("bob", "me@gol.example"), "sent"), "true");
	snprintf(token, sizeof(token), "%s", strchr(world.posted, ' ') + 1);
	world.now += OP25B_CONFIRM_EVERY - 1;
	assert_string_equal(asked(&world, address_of("bob", "Me@gol.example"), "sent"), "false");
	assert_string_equal(asked(&world,
				  json_pack("{s:s, s:s}", "op", "account-confirm", "token", token),
				  "confirmed"),
			    "true");
	/* Later another letter goes out, and then its link is the one that counts. */
	assert_string_equal(asked(&world, address_of("bob", "my@gol.example"), "sent"), "true");
	snprintf(token, sizeof(token), "%s", strchr(world.posted, ' ') + 1);
	world.now += OP25B_CONFIRM_EVERY;
	assert_string_equal(asked(&world, address_of("bob", "my@gol.example"), "sent"), "true");
	assert_string_equal(asked(&world,
				  json_pack("{s:s, s:s}", "op", "account-confirm", "token", token),
				  "confirmed"),
			    "false");
}

static void each_address_of_an_account_gets_its_letter(void **state)
{
	struct lab *lab = *state;
	struct world world;

	world_begin(&world, lab);
	lab_add(lab, "bob", "", NULL);
	lab_add(lab, "carol", "", NULL);
	assert_string_equal(asked(&world, address_of("bob", "me@gol.example"), "sent"), "true");
	assert_string_equal(asked(&world, address_of("bob", "my@gol.example"), "sent"), "true");
	assert_string_equal(asked(&world, address_of("carol", "me@gol.example"), "sent"), "true");
	assert_int_equal(strncmp(world.posted, "me@gol.example ", 15), 0);
}

static const char *asked_abroad(struct world *world, const char *login)
{
	*world->posted = '\0';
	assert_string_equal(asked(world,
				  json_pack("{s:s, s:s}", "op", "account-abroad", "login", login),
				  "taken"),
			    "true");
	return world->posted;
}

static const char *opened(struct world *world, const char *token, const char *key)
{
	return asked(world, json_pack("{s:s, s:s}", "op", "account-abroad-open", "token", token),
		     key);
}

static void world_with_abroad(struct world *world, struct lab *lab)
{
	world_begin(world, lab);
	world->kind = OP25B_LETTER_ABROAD;
	world->mail.abroad = (struct op25b_mail_abroad){ .given = true,
							 .action = OP25B_REFUSE,
							 .customer_opens = 7 * 86400 };
}

static void a_letter_to_its_own_mailbox_opens_an_account_abroad(void **state)
{
	struct lab *lab = *state;
	struct world world;
	char token[OP25B_CONFIRM_TOKEN];

	world_with_abroad(&world, lab);
	lab_add(lab, "bob", "", "bob@example.net");
	assert_int_equal(strncmp(asked_abroad(&world, "Bob@Example.net"), "bob@example.net ", 16),
			 0);
	snprintf(token, sizeof(token), "%.26s", world.posted + 16);
	assert_int_equal(lab_find(lab, "bob")->abroad_until, 0);
	/* It confirms no address. */
	assert_string_equal(asked(&world,
				  json_pack("{s:s, s:s}", "op", "account-confirm", "token", token),
				  "confirmed"),
			    "false");
	assert_string_equal(opened(&world, token, "account"), "bob");
	assert_int_equal(lab_find(lab, "bob")->abroad_until, NOW + 7 * 86400);
	assert_string_equal(opened(&world, token, "opened"), "false");
	assert_string_equal(opened(&world, "no", "opened"), "false");
}

static void a_letter_of_another_kind_opens_nothing(void **state)
{
	struct lab *lab = *state;
	char token[OP25B_CONFIRM_TOKEN];
	struct world world;

	world_with_abroad(&world, lab);
	lab_add(lab, "bob", "", "bob@example.net");
	assert_int_equal(op25b_accounts_confirm_ask(lab->accounts, NOW, "bob", "me@gol.example",
						    token, &lab->error),
			 0);
	assert_string_equal(opened(&world, token, "opened"), "false");
	/* And it is still good for what it is for. */
	assert_string_equal(asked(&world,
				  json_pack("{s:s, s:s}", "op", "account-confirm", "token", token),
				  "confirmed"),
			    "true");
}

static void whether_there_is_an_account_is_not_told(void **state)
{
	struct lab *lab = *state;
	struct world world;

	world_with_abroad(&world, lab);
	lab_add(lab, "bob", "", "bob@example.net");
	lab_add(lab, "carol", "", NULL);
	lab_add(lab, "dave", "", "dave@example.net");
	assert_int_equal(op25b_accounts_set_state(lab->accounts, NOW, "dave",
						  OP25B_MAIL_STATE_STOPPED, "operator",
						  &lab->error),
			 1);
	assert_int_equal(op25b_accounts_address_add(lab->accounts, NOW, "bob", "me@gol.example",
						    OP25B_ADDRESS_CONFIRMED, &lab->error),
			 0);
	/* Nobody; no mailbox; one that can't be read; a foreign address; what can't be a name. */
	assert_string_equal(asked_abroad(&world, "nobody@example.net"), "");
	assert_string_equal(asked_abroad(&world, "carol"), "");
	assert_string_equal(asked_abroad(&world, "dave@example.net"), "");
	assert_string_equal(asked_abroad(&world, "me@gol.example"), "");
	assert_string_equal(asked_abroad(&world, "' OR 1=1 --"), "");
	assert_string_not_equal(asked_abroad(&world, "bob"), "");
}

static void letters_are_few_and_links_short_lived(void **state)
{
	struct lab *lab = *state;
	char token[OP25B_CONFIRM_TOKEN];
	struct world world;

	world_with_abroad(&world, lab);
	lab_add(lab, "bob", "", "bob@example.net");
	snprintf(token, sizeof(token), "%.26s", strchr(asked_abroad(&world, "bob"), ' ') + 1);
	world.now += OP25B_ABROAD_EVERY - 1;
	assert_string_equal(asked_abroad(&world, "bob@example.net"), "");
	world.now = NOW + OP25B_ABROAD_SECONDS;
	assert_string_equal(opened(&world, token, "opened"), "false");
	snprintf(token, sizeof(token), "%.26s", strchr(asked_abroad(&world, "bob"), ' ') + 1);
	/* The operator opened it for longer. */
	assert_int_equal(
		op25b_accounts_set_abroad(lab->accounts, "bob", INT64_C(5000000000), &lab->error),
		0);
	assert_string_equal(opened(&world, token, "opened"), "true");
	assert_true(lab_find(lab, "bob")->abroad_until == INT64_C(5000000000));
}

static void where_customers_open_nothing_nothing_is_sent_or_opened(void **state)
{
	struct lab *lab = *state;
	char token[OP25B_CONFIRM_TOKEN];
	struct world world;

	world_with_abroad(&world, lab);
	lab_add(lab, "bob", "", "bob@example.net");
	assert_int_equal(op25b_accounts_abroad_ask(lab->accounts, NOW, "bob", token, &lab->error),
			 0);
	world.mail.abroad.customer_opens = 0;
	assert_string_equal(asked_abroad(&world, "bob"), "");
	assert_string_equal(opened(&world, token, "opened"), "false");
	assert_int_equal(lab_find(lab, "bob")->abroad_until, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(the_desk_looks_where_the_claimer_is),
		T(the_desk_gives_no_name_that_is_the_providers),
		T(the_desk_refuses_what_is_no_request),
		T(the_desk_writes_to_a_foreign_address_and_hears_its_token),
		T(who_asks_twice_keeps_the_link_that_is_under_way),
		T(each_address_of_an_account_gets_its_letter),
		T(a_letter_to_its_own_mailbox_opens_an_account_abroad),
		T(a_letter_of_another_kind_opens_nothing),
		T(whether_there_is_an_account_is_not_told),
		T(letters_are_few_and_links_short_lived),
		T(where_customers_open_nothing_nothing_is_sent_or_opened),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
