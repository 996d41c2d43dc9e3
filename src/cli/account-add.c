/* SPDX-License-Identifier: BSD-2-Clause */
/* `op25b account add`, `passwd`, `line`, `abroad`, `remove`. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/account.h"

/* An address of the provider's domains in lower case, or false and *ret_exit. */
static bool take_own(struct op25b_account_place *place, const char *text,
		     char ret[static OP25B_ACCOUNT_NAME], int *ret_exit)
{
	int r = op25b_account_address(text, ret, &place->error);

	if (r < 0) {
		*ret_exit = op25b_account_fail(place, r);
		return false;
	}
	if (op25b_mail_is_own(place->mail, strchr(ret, '@') + 1))
		return true;
	op25b_say(place->command,
		  "%s is in none of the policy's mail domains; of another provider it takes `op25b "
		  "account address add`, which asks its owner",
		  ret);
	*ret_exit = OP25B_EXIT_NO;
	return false;
}

/* "a@example.net,b@example.net" */
static bool take_list(struct op25b_account_place *place, const char *text,
		      char lower[][OP25B_ACCOUNT_NAME], const char **list, size_t *n, int *ret_exit)
{
	char one[2 * OP25B_ACCOUNT_NAME];

	for (*n = 0; text; (*n)++) {
		const size_t size = strcspn(text, ",");

		if (*n == OP25B_ACCOUNT_ADDRESSES) {
			*ret_exit = op25b_usage_error(place->command, "%u addresses at most",
						      OP25B_ACCOUNT_ADDRESSES);
			return false;
		}
		snprintf(one, sizeof(one), "%.*s", (int)(size < sizeof(one) ? size : 0), text);
		if (!take_own(place, one, lower[*n], ret_exit))
			return false;
		list[*n] = lower[*n];
		text = text[size] ? text + size + 1 : NULL;
	}
	return true;
}

static bool get_password(const struct op25b_command *command, bool generate,
			 char ret[static OP25B_ACCOUNT_PASSWORD], int *ret_exit)
{
	struct op25b_error error;

	if (!generate)
		return op25b_account_read_secret(command, ret, ret_exit);
	if (op25b_account_generate(ret, &error) == 0)
		return true;
	op25b_say(command, "%s", error.text);
	*ret_exit = OP25B_EXIT_PARTLY;
	return false;
}

static int say_made(const struct op25b_command *command, const char *name, const char *what,
		    const char *password, bool json)
{
	if (json)
		return op25b_account_print(command, json_pack("{s:s, s:s, s:s*}", "schema",
							      "op25b.account-password/1", "name",
							      name, "password", password));
	if (password)
		printf("%s: %s; its first password, which is shown only now: %s\n", name, what,
		       password);
	else
		printf("%s: %s\n", name, what);
	return op25b_finish(command, OP25B_EXIT_YES);
}

enum { ADD_LINE, ADD_SERVER, ADD_ADDRESS, ADD_FIRST, ADD_GENERATE, ADD_MAILD, ADD_JSON };

static const struct op25b_option add_options[] = {
	[ADD_LINE] = { "line", "LINE", "the line it is tied to, as exemptions name it" },
	[ADD_SERVER] = { "server", NULL,
			 "it is a home mail server's: the limits of server_accounts" },
	[ADD_ADDRESS] = { "address", "A,...",
			  "own addresses; a name that is an address is one already" },
	[ADD_FIRST] = { "first-password", NULL,
			"the password was chosen for the customer, who is to change it" },
	[ADD_GENERATE] = { "generate", NULL, "make a first password and show it" },
	[ADD_MAILD] = OP25B_ACCOUNT_MAILD,
	[ADD_JSON] = { "json", NULL, "JSON: op25b.account-password/1" },
	{ 0 },
};

static int add(struct op25b_account_place *place, const struct op25b_args *args,
	       struct op25b_account_new *made)
{
	const struct op25b_command *self = place->command;
	char password[OP25B_ACCOUNT_PASSWORD], own[OP25B_ACCOUNT_NAME];
	int r, code;

	if (strchr(made->name, '@') && !take_own(place, made->name, own, &code))
		return code;
	if (made->server && !place->mail->server_accounts) {
		op25b_say(self, "the policy has no server_accounts; write that into its mail "
				"section, or leave out --server");
		return OP25B_EXIT_NO;
	}
	if (!get_password(self, args->values[ADD_GENERATE], password, &code))
		return code;
	made->password = password;
	r = op25b_accounts_add(place->accounts, time(NULL), made, &place->error);
	code = r < 0 ? op25b_account_fail(place, r) :
		       say_made(self, made->name, "made",
				args->values[ADD_GENERATE] ? password : NULL,
				args->values[ADD_JSON]);
	made->password = NULL;
	explicit_bzero(password, sizeof(password));
	return code;
}

static int run_add(int argc, char **argv)
{
	const struct op25b_command *self = &op25b_command_account_add;
	char name[OP25B_ACCOUNT_NAME], lower[OP25B_ACCOUNT_ADDRESSES][OP25B_ACCOUNT_NAME];
	const char *addresses[OP25B_ACCOUNT_ADDRESSES];
	struct op25b_account_place place = { .command = self };
	struct op25b_account_new made = { .name = name, .addresses = addresses };
	struct op25b_args args;
	int code;

	if (op25b_args_parse(self, argc, argv, 1, &args, &code) ||
	    !op25b_account_operand(&place, &args, name, &code))
		return code;
	if (args.values[ADD_FIRST] && args.values[ADD_GENERATE])
		return op25b_usage_error(self, "--generate makes a first password: leave out "
					       "--first-password");
	made.line = args.values[ADD_LINE] ? args.values[ADD_LINE] : "";
	made.server = args.values[ADD_SERVER];
	made.first_password = args.values[ADD_FIRST] || args.values[ADD_GENERATE];
	if (op25b_account_place_open(&place, self, args.values[ADD_MAILD], true, &code) &&
	    op25b_account_place_policy(&place, &code) &&
	    take_list(&place, args.values[ADD_ADDRESS], lower, addresses, &made.n_addresses, &code))
		code = add(&place, &args, &made);
	op25b_account_place_done(&place);
	return code;
}

const struct op25b_command op25b_command_account_add = {
	.name = "account add",
	.run = run_add,
	.usage = "NAME [--line LINE] [--server] [--address A,...] [--first-password | --generate]",
	.help = "Make an account; its password is read from the terminal or standard input",
	.options = add_options,
	.more = "NAME is what the customer logs in with: an address, or a word with --address.\n"
		"Who has a first password sends as the policy's first_password says.",
};

enum { PASSWD_FIRST, PASSWD_GENERATE, PASSWD_MAILD, PASSWD_JSON };

static const struct op25b_option passwd_options[] = {
	[PASSWD_FIRST] = { "first-password", NULL,
			   "the password was chosen for the customer, who is to change it" },
	[PASSWD_GENERATE] = { "generate", NULL, "make a first password and show it" },
	[PASSWD_MAILD] = OP25B_ACCOUNT_MAILD,
	[PASSWD_JSON] = { "json", NULL, "JSON: op25b.account-password/1" },
	{ 0 },
};

static int run_passwd(int argc, char **argv)
{
	const struct op25b_command *self = &op25b_command_account_passwd;
	char name[OP25B_ACCOUNT_NAME], password[OP25B_ACCOUNT_PASSWORD];
	struct op25b_account_place place = { .command = self };
	struct op25b_args args;
	bool generate, first;
	int code, r;

	if (op25b_args_parse(self, argc, argv, 1, &args, &code) ||
	    !op25b_account_operand(&place, &args, name, &code))
		return code;
	generate = args.values[PASSWD_GENERATE];
	first = generate || args.values[PASSWD_FIRST];
	if (op25b_account_place_open(&place, self, args.values[PASSWD_MAILD], false, &code) &&
	    get_password(self, generate, password, &code)) {
		r = op25b_accounts_set_password(place.accounts, time(NULL), name, password, first,
						&place.error);
		code = r < 0 ? op25b_account_fail(&place, r) :
			       say_made(self, name, "changed", generate ? password : NULL,
					args.values[PASSWD_JSON]);
	}
	explicit_bzero(password, sizeof(password));
	op25b_account_place_done(&place);
	return code;
}

const struct op25b_command op25b_command_account_passwd = {
	.name = "account passwd",
	.run = run_passwd,
	.usage = "NAME [--first-password | --generate]",
	.help = "Give an account another password, which ends its POP windows",
	.options = passwd_options,
	.more = "Without an option the password is the customer's own choice, and no first one.",
};

static const struct op25b_option line_options[] = { OP25B_ACCOUNT_MAILD, { 0 } };

static int run_line(int argc, char **argv)
{
	const struct op25b_command *self = &op25b_command_account_line;
	struct op25b_account_place place = { .command = self };
	char name[OP25B_ACCOUNT_NAME];
	struct op25b_args args;
	int code, r;

	if (op25b_args_parse(self, argc, argv, 2, &args, &code) ||
	    !op25b_account_operand(&place, &args, name, &code))
		return code;
	if (args.n_operands < 2)
		return op25b_usage_error(self, "which line? \"\" ties it to none");
	if (op25b_account_place_open(&place, self, args.values[0], false, &code)) {
		const char *line = args.operands[1];

		r = op25b_accounts_set_line(place.accounts, name, line, &place.error);
		if (r == 0)
			printf("%s: tied to %s%s\n", name, *line ? "the line " : "no line", line);
		code = r < 0 ? op25b_account_fail(&place, r) : op25b_finish(self, OP25B_EXIT_YES);
	}
	op25b_account_place_done(&place);
	return code;
}

const struct op25b_command op25b_command_account_line = {
	.name = "account line",
	.run = run_line,
	.usage = "NAME LINE",
	.help = "Tie an account to a line; \"\" to none",
	.options = line_options,
};

static const struct op25b_option abroad_options[] = { OP25B_ACCOUNT_MAILD, { 0 } };

/* The end of it, 0: closed; or false. */
static bool abroad_until(struct op25b_account_place *place, const char *word, int64_t *ret,
			 int *ret_exit)
{
	const struct op25b_mail_abroad *abroad = &place->mail->abroad;

	*ret = 0;
	if (!strcmp(word, "close"))
		return true;
	*ret_exit = OP25B_EXIT_NO;
	if (!abroad->given || abroad->action == OP25B_PASS) {
		op25b_say(place->command, "the policy lets everybody send from abroad: there is "
					  "nothing to open");
		return false;
	}
	if (!abroad->customer_opens) {
		op25b_say(place->command, "the policy's mail.abroad has no customer_opens: nobody "
					  "sends from abroad");
		return false;
	}
	*ret = (int64_t)time(NULL) + abroad->customer_opens;
	return true;
}

static int run_abroad(int argc, char **argv)
{
	const struct op25b_command *self = &op25b_command_account_abroad;
	struct op25b_account_place place = { .command = self };
	char name[OP25B_ACCOUNT_NAME], date[OP25B_INPUT_DATE];
	struct op25b_args args;
	const char *word;
	int64_t until;
	int code, r;

	if (op25b_args_parse(self, argc, argv, 2, &args, &code) ||
	    !op25b_account_operand(&place, &args, name, &code))
		return code;
	word = args.n_operands > 1 ? args.operands[1] : "";
	if (strcmp(word, "open") != 0 && strcmp(word, "close") != 0)
		return op25b_usage_error(self, "open or close?");
	if (op25b_account_place_open(&place, self, args.values[0], false, &code) &&
	    op25b_account_place_policy(&place, &code) &&
	    abroad_until(&place, word, &until, &code)) {
		r = op25b_accounts_set_abroad(place.accounts, name, until, &place.error);
		if (r == 0)
			printf("%s: %s%s\n", name,
			       until ? "may send from abroad until " : "does not send from abroad",
			       until ? op25b_input_date(until, date) : "");
		code = r < 0 ? op25b_account_fail(&place, r) : op25b_finish(self, OP25B_EXIT_YES);
	}
	op25b_account_place_done(&place);
	return code;
}

const struct op25b_command op25b_command_account_abroad = {
	.name = "account abroad",
	.run = run_abroad,
	.usage = "NAME open | close",
	.help = "Let an account send from abroad, for the policy's customer_opens",
	.options = abroad_options,
};

enum { REMOVE_YES, REMOVE_MAILD };

static const struct op25b_option remove_options[] = {
	[REMOVE_YES] = { "yes", NULL, "do it without asking" },
	[REMOVE_MAILD] = OP25B_ACCOUNT_MAILD,
	{ 0 },
};

static int run_remove(int argc, char **argv)
{
	const struct op25b_command *self = &op25b_command_account_remove;
	struct op25b_account_place place = { .command = self };
	char name[OP25B_ACCOUNT_NAME], answer[16] = "";
	struct op25b_args args;
	int code, r;

	if (op25b_args_parse(self, argc, argv, 1, &args, &code) ||
	    !op25b_account_operand(&place, &args, name, &code))
		return code;
	if (!args.values[REMOVE_YES] && !isatty(STDIN_FILENO))
		return op25b_usage_error(self, "nothing was removed: there is no terminal to ask; "
					       "give --yes");
	if (!args.values[REMOVE_YES]) {
		fprintf(stderr,
			"remove %s and its addresses? Its mailbox stays. yes or no: ", name);
		if (!fgets(answer, sizeof(answer), stdin) || strcmp(answer, "yes\n") != 0) {
			op25b_say(self, "nothing was removed");
			return OP25B_EXIT_NO;
		}
	}
	if (op25b_account_place_open(&place, self, args.values[REMOVE_MAILD], false, &code)) {
		r = op25b_accounts_remove(place.accounts, name, &place.error);
		if (r == 0)
			printf("%s: removed\n", name);
		code = r < 0 ? op25b_account_fail(&place, r) : op25b_finish(self, OP25B_EXIT_YES);
	}
	op25b_account_place_done(&place);
	return code;
}

const struct op25b_command op25b_command_account_remove = {
	.name = "account remove",
	.run = run_remove,
	.usage = "NAME [--yes]",
	.help = "Take an account and its addresses away; its mailbox stays",
	.options = remove_options,
};
