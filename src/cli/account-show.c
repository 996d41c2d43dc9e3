/* SPDX-License-Identifier: BSD-2-Clause */
/* `op25b account list`, `show`. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cli/account.h"

static json_t *describe(const struct op25b_account *account)
{
	return json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:b, s:b, s:o, s:o}", "schema",
			 "op25b.account/1", "name", account->name, "state",
			 op25b_account_state_word(account->state), "why",
			 *account->why ? json_string(account->why) : json_null(), "state_since",
			 op25b_account_date(account->state_since), "created",
			 op25b_account_date(account->created), "password_set",
			 op25b_account_date(account->password_set), "first_password",
			 (int)account->first_password, "server", (int)account->server, "line",
			 *account->line ? json_string(account->line) : json_null(), "abroad_until",
			 op25b_account_date(account->abroad_until));
}

static void print_line(const struct op25b_account *account)
{
	char date[OP25B_INPUT_DATE];

	printf("%-32s %s", account->name, op25b_account_state_word(account->state));
	if (account->state != OP25B_MAIL_STATE_FINE)
		printf(" since %s by %s", op25b_input_date(account->state_since, date),
		       account->why);
	if (*account->line)
		printf("; line %s", account->line);
	if (account->first_password)
		printf("; first password since %s", op25b_input_date(account->password_set, date));
	if (account->server)
		fputs("; server", stdout);
	if (account->abroad_until > (int64_t)time(NULL))
		printf("; abroad until %s", op25b_input_date(account->abroad_until, date));
	putchar('\n');
}

enum { LIST_STATE, LIST_MAILD, LIST_JSON };

static const struct op25b_option list_options[] = {
	[LIST_STATE] = { "state", "STATE",
			 "only fine, slow, held or stopped ones, or those with a first-password" },
	[LIST_MAILD] = OP25B_ACCOUNT_MAILD,
	[LIST_JSON] = { "json", NULL, "JSON: op25b.account/1 a line" },
	{ 0 },
};

struct listing {
	const char *state;
	bool json;
};

static int list_one(void *arg, const struct op25b_account *account)
{
	const struct listing *listing = arg;
	json_t *json;

	if (listing->state && strcmp(listing->state, op25b_account_state_word(account->state)) &&
	    (strcmp(listing->state, "first-password") != 0 || !account->first_password))
		return 0;
	if (!listing->json) {
		print_line(account);
		return 0;
	}
	json = describe(account);
	if (!json || json_dumpf(json, stdout, JSON_COMPACT)) {
		json_decref(json);
		return ferror(stdout) ? -EIO : -ENOMEM;
	}
	json_decref(json);
	putchar('\n');
	return ferror(stdout) ? -EIO : 0;
}

static int run_list(int argc, char **argv)
{
	static const char *const states[] = { "fine", "slow", "held", "stopped", "first-password" };
	const struct op25b_command *self = &op25b_command_account_list;
	struct op25b_account_place place = { .command = self };
	struct listing listing = { 0 };
	struct op25b_args args;
	bool known = false;
	int code, r;

	if (op25b_args_parse(self, argc, argv, 0, &args, &code))
		return code;
	listing.state = args.values[LIST_STATE];
	listing.json = args.values[LIST_JSON];
	for (size_t i = 0; listing.state && i < sizeof(states) / sizeof(states[0]); i++)
		known |= !strcmp(listing.state, states[i]);
	if (listing.state && !known)
		return op25b_usage_error(self,
					 "--state %s: one of fine, slow, held, stopped, "
					 "first-password",
					 listing.state);
	if (op25b_account_place_open(&place, self, args.values[LIST_MAILD], false, &code)) {
		r = op25b_accounts_list(place.accounts, list_one, &listing, &place.error);
		code = r < 0 && !ferror(stdout) ? op25b_account_fail(&place, r) :
						  op25b_finish(self, OP25B_EXIT_YES);
	}
	op25b_account_place_done(&place);
	return code;
}

const struct op25b_command op25b_command_account_list = {
	.name = "account list",
	.run = run_list,
	.usage = "[--state STATE] [--json]",
	.help = "Show all accounts: state, since when and why, line, first password",
	.options = list_options,
};

static const struct op25b_option show_options[] = {
	OP25B_ACCOUNT_MAILD,
	{ "json", NULL, "JSON: op25b.account/1, with addresses" },
	{ 0 },
};

static int add_address(void *arg, const struct op25b_account_address *address)
{
	return json_array_append_new(arg, json_pack("{s:s, s:b, s:o}", "address", address->address,
						    "own", (int)address->own, "confirmed",
						    op25b_account_date(address->confirmed)));
}

static int keep(void *arg, const struct op25b_account *account)
{
	json_t **ret = arg;

	*ret = describe(account);
	return *ret ? 0 : -ENOMEM;
}

static int gather(struct op25b_account_place *place, const char *name, json_t **ret)
{
	json_t *list = json_array();
	int r = op25b_accounts_find(place->accounts, name, keep, ret);

	if (r == -ENOENT)
		op25b_error_set(&place->error, r,
				"there is no account %s; `op25b account list` shows them", name);
	if (r == 0)
		r = op25b_accounts_addresses(place->accounts, name, add_address, list,
					     &place->error);
	if (r == 0 && json_object_set(*ret, "addresses", list) == 0) {
		json_decref(list);
		return 0;
	}
	json_decref(list);
	return r < 0 ? r : -ENOMEM;
}

static const char *text_of(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static void print_text(const json_t *account)
{
	const char *why = text_of(account, "why"), *line = text_of(account, "line");
	const char *abroad = text_of(account, "abroad_until");
	json_t *address;
	size_t i;

	printf("%-10s %s\n", "account", text_of(account, "name"));
	printf("%-10s %s since %s%s%s\n", "state", text_of(account, "state"),
	       text_of(account, "state_since"), why ? " by " : "", why ? why : "");
	printf("%-10s %s, set %s\n", "password",
	       json_is_true(json_object_get(account, "first_password")) ? "first" : "chosen",
	       text_of(account, "password_set"));
	printf("%-10s %s\n", "line", line ? line : "none");
	printf("%-10s %s\n", "server",
	       json_is_true(json_object_get(account, "server")) ? "yes" : "no");
	if (abroad)
		printf("%-10s opened until %s\n", "abroad", abroad);
	printf("%-10s %s\n", "created", text_of(account, "created"));
	json_array_foreach(json_object_get(account, "addresses"), i, address)
	{
		const char *confirmed = text_of(address, "confirmed");

		printf("%-10s %s%s%s\n", i ? "" : "addresses", text_of(address, "address"),
		       json_is_true(json_object_get(address, "own")) ? "" :
		       confirmed                                     ? ", confirmed " :
								       ", not confirmed yet",
		       json_is_true(json_object_get(address, "own")) || !confirmed ? "" :
										     confirmed);
	}
}

static int run_show(int argc, char **argv)
{
	const struct op25b_command *self = &op25b_command_account_show;
	struct op25b_account_place place = { .command = self };
	char name[OP25B_ACCOUNT_NAME];
	struct op25b_args args;
	json_t *account = NULL;
	int code, r;

	if (op25b_args_parse(self, argc, argv, 1, &args, &code) ||
	    !op25b_account_operand(&place, &args, name, &code))
		return code;
	if (op25b_account_place_open(&place, self, args.values[0], false, &code)) {
		r = gather(&place, name, &account);
		if (r < 0)
			code = op25b_account_fail(&place, r);
		else if (args.values[1])
			code = op25b_account_print(self, json_incref(account));
		else
			print_text(account), code = op25b_finish(self, OP25B_EXIT_YES);
	}
	json_decref(account);
	op25b_account_place_done(&place);
	return code;
}

const struct op25b_command op25b_command_account_show = {
	.name = "account show",
	.run = run_show,
	.usage = "NAME [--json]",
	.help = "Show an account with its addresses",
	.options = show_options,
};
