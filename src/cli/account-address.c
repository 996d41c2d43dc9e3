/* SPDX-License-Identifier: BSD-2-Clause */
/* `op25b account address add`, `remove`, `confirm`, `list`. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cli/account.h"
#include "cli/client.h"
#include "cli/field.h"
#include "cli/subcommand.h"

static const struct op25b_command command_add, command_remove, command_confirm, command_list;

static const struct op25b_command *const members[] = {
	&command_add, &command_remove, &command_confirm, &command_list, NULL,
};

static int run(int argc, char **argv)
{
	return op25b_subcommands_run(&op25b_command_account_address, members, argc, argv);
}

const struct op25b_command op25b_command_account_address = {
	.name = "account address",
	.run = run,
	.usage = "COMMAND [ARGUMENTS]",
	.help = "Say which addresses an account may send from",
};

enum { ADD_CONFIRMED, ADD_MAILD };

static const struct op25b_option add_options[] = {
	[ADD_CONFIRMED] = { "confirmed", NULL,
			    "of another provider: you know whose it is, and no letter is sent" },
	[ADD_MAILD] = OP25B_ACCOUNT_MAILD,
	{ 0 },
};

/* Only op25b-maild writes letters. */
static int ask_maild(struct op25b_account_place *place, const char *name, const char *address)
{
	const struct op25b_command *self = place->command;
	json_t *answer;
	int code;

	answer = op25b_client_ask(self, place->file->socket,
				  json_pack("{s:s, s:s, s:s}", "op", "account-address", "name",
					    name, "address", address),
				  &code);
	if (!answer)
		return code;
	if (json_is_true(json_object_get(answer, "sent"))) {
		printf("%s: a letter was sent to it; it may be used once its link was followed, "
		       "within 7 days\n",
		       address);
		code = OP25B_EXIT_YES;
	} else {
		op25b_say(self,
			  "%s was sent a letter for this account a moment ago, whose link "
			  "stays: wait ten minutes for another, or give --confirmed",
			  address);
		code = OP25B_EXIT_NO;
	}
	json_decref(answer);
	return op25b_finish(self, code);
}

static int add(struct op25b_account_place *place, const char *name, const char *text,
	       bool confirmed)
{
	char address[OP25B_ACCOUNT_NAME];
	int r = op25b_account_address(text, address, &place->error);
	bool own;

	if (r < 0)
		return op25b_account_fail(place, r);
	own = op25b_mail_is_own(place->mail, strchr(address, '@') + 1);
	if (!own && place->mail->foreign == OP25B_MAIL_FOREIGN_REFUSE) {
		op25b_say(place->command,
			  "%s is in none of the policy's mail domains, and its "
			  "senders.foreign refuses addresses of other providers",
			  address);
		return OP25B_EXIT_NO;
	}
	if (!own && !confirmed)
		return ask_maild(place, name, address);
	r = op25b_accounts_address_add(place->accounts, time(NULL), name, address,
				       own ? OP25B_ADDRESS_OWN : OP25B_ADDRESS_CONFIRMED,
				       &place->error);
	if (r < 0)
		return op25b_account_fail(place, r);
	printf("%s: %s's\n", address, name);
	return op25b_finish(place->command, OP25B_EXIT_YES);
}

static int run_add(int argc, char **argv)
{
	struct op25b_account_place place = { .command = &command_add };
	char name[OP25B_ACCOUNT_NAME];
	struct op25b_args args;
	int code;

	if (op25b_args_parse(&command_add, argc, argv, 2, &args, &code) ||
	    !op25b_account_operand(&place, &args, name, &code))
		return code;
	if (args.n_operands < 2)
		return op25b_usage_error(&command_add, "which address?");
	if (op25b_account_place_open(&place, &command_add, args.values[ADD_MAILD], false, &code) &&
	    op25b_account_place_policy(&place, &code))
		code = add(&place, name, args.operands[1], args.values[ADD_CONFIRMED]);
	op25b_account_place_done(&place);
	return code;
}

static const struct op25b_command command_add = {
	.name = "account address add",
	.run = run_add,
	.usage = "NAME ADDRESS [--confirmed]",
	.help = "Give an account an address; the owner of another provider's is asked",
	.options = add_options,
	.more = "To an address at another provider op25b-maild sends a letter: who reads it may\n"
		"confirm. Several accounts may have one such address. That provider's SPF and\n"
		"DMARC may make receivers refuse what is sent with it from here.",
};

static const struct op25b_option maild_options[] = { OP25B_ACCOUNT_MAILD, { 0 } };

static int run_remove(int argc, char **argv)
{
	struct op25b_account_place place = { .command = &command_remove };
	char name[OP25B_ACCOUNT_NAME];
	struct op25b_args args;
	int code, r;

	if (op25b_args_parse(&command_remove, argc, argv, 2, &args, &code) ||
	    !op25b_account_operand(&place, &args, name, &code))
		return code;
	if (args.n_operands < 2)
		return op25b_usage_error(&command_remove, "which address?");
	if (op25b_account_place_open(&place, &command_remove, args.values[0], false, &code)) {
		r = op25b_accounts_address_remove(place.accounts, name, args.operands[1],
						  &place.error);
		if (r == 0)
			printf("%s: no longer %s's\n", args.operands[1], name);
		code = r < 0 ? op25b_account_fail(&place, r) :
			       op25b_finish(&command_remove, OP25B_EXIT_YES);
	}
	op25b_account_place_done(&place);
	return code;
}

static const struct op25b_command command_remove = {
	.name = "account address remove",
	.run = run_remove,
	.usage = "NAME ADDRESS",
	.help = "Take an address from an account",
	.options = maild_options,
};

static int run_confirm(int argc, char **argv)
{
	char name[OP25B_ACCOUNT_NAME], address[OP25B_ACCOUNT_NAME];
	struct op25b_account_place place = { .command = &command_confirm };
	struct op25b_args args;
	int code, r;

	if (op25b_args_parse(&command_confirm, argc, argv, 1, &args, &code))
		return code;
	if (!args.n_operands)
		return op25b_usage_error(&command_confirm,
					 "which token? It ends the letter's link");
	if (op25b_account_place_open(&place, &command_confirm, args.values[0], false, &code)) {
		r = op25b_accounts_confirm(place.accounts, time(NULL), args.operands[0], name,
					   address, &place.error);
		if (r == 0)
			printf("%s: %s's\n", address, name);
		code = r < 0 ? op25b_account_fail(&place, r) :
			       op25b_finish(&command_confirm, OP25B_EXIT_YES);
	}
	op25b_account_place_done(&place);
	return code;
}

static const struct op25b_command command_confirm = {
	.name = "account address confirm",
	.run = run_confirm,
	.usage = "TOKEN",
	.help = "Confirm an address of another provider by the token of the letter to it",
	.options = maild_options,
};

static const struct op25b_option list_options[] = {
	OP25B_ACCOUNT_MAILD,
	{ "json", NULL, "JSON: op25b.account-addresses/1" },
	{ 0 },
};

static int collect(void *arg, const struct op25b_account_address *address)
{
	return json_array_append_new(arg, json_pack("{s:s, s:b, s:o}", "address", address->address,
						    "own", (int)address->own, "confirmed",
						    op25b_account_date(address->confirmed)));
}

static int is_there(void *arg, const struct op25b_account *account)
{
	(void)arg;
	(void)account;
	return 0;
}

static int print(struct op25b_account_place *place, const char *name, bool as_json)
{
	json_t *list = json_array(), *address;
	int r = op25b_accounts_find(place->accounts, name, is_there, NULL);
	size_t i;

	if (r == -ENOENT)
		op25b_error_set(&place->error, r,
				"there is no account %s; `op25b account list` shows them", name);
	if (r == 0)
		r = op25b_accounts_addresses(place->accounts, name, collect, list, &place->error);
	if (r) {
		json_decref(list);
		return op25b_account_fail(place, r < 0 ? r : -ENOMEM);
	}
	if (as_json)
		return op25b_account_print(place->command,
					   json_pack("{s:s, s:s, s:o}", "schema",
						     "op25b.account-addresses/1", "name", name,
						     "addresses", list));
	json_array_foreach(list, i, address)
	{
		const bool own = json_is_true(json_object_get(address, "own"));

		printf("%s%s\n", op25b_field_text(address, "address"),
		       own ? "" :
		       json_is_null(json_object_get(address, "confirmed")) ?
			     ", not confirmed yet" :
			     ", of another provider");
	}
	json_decref(list);
	return op25b_finish(place->command, OP25B_EXIT_YES);
}

static int run_list(int argc, char **argv)
{
	struct op25b_account_place place = { .command = &command_list };
	char name[OP25B_ACCOUNT_NAME];
	struct op25b_args args;
	int code;

	if (op25b_args_parse(&command_list, argc, argv, 1, &args, &code) ||
	    !op25b_account_operand(&place, &args, name, &code))
		return code;
	if (op25b_account_place_open(&place, &command_list, args.values[0], false, &code))
		code = print(&place, name, args.values[1]);
	op25b_account_place_done(&place);
	return code;
}

static const struct op25b_command command_list = {
	.name = "account address list",
	.run = run_list,
	.usage = "NAME [--json]",
	.help = "Show the addresses of an account",
	.options = list_options,
};
