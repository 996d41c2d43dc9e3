/* SPDX-License-Identifier: BSD-2-Clause */
/* `op25b account server`. */
#include <stdio.h>
#include <string.h>

#include "cli/account.h"

static const struct op25b_option options[] = { OP25B_ACCOUNT_MAILD, { 0 } };

/* Or false and *ret_exit. */
static bool may_mark(struct op25b_account_place *place, int *ret_exit)
{
	if (!op25b_account_place_policy(place, ret_exit))
		return false;
	*ret_exit = OP25B_EXIT_NO;
	if (!place->mail->server_accounts)
		op25b_say(place->command,
			  "the policy has no server_accounts; write that into its mail section");
	return place->mail->server_accounts;
}

static int run(int argc, char **argv)
{
	struct op25b_account_place place = { .command = &op25b_command_account_server };
	char name[OP25B_ACCOUNT_NAME];
	struct op25b_args args;
	const char *word;
	bool on;
	int code, r;

	if (op25b_args_parse(place.command, argc, argv, 2, &args, &code) ||
	    !op25b_account_operand(&place, &args, name, &code))
		return code;
	word = args.n_operands > 1 ? args.operands[1] : "";
	on = !strcmp(word, "on");
	if (!on && strcmp(word, "off") != 0)
		return op25b_usage_error(place.command, "on or off?");
	if (op25b_account_place_open(&place, place.command, args.values[0], false, &code) &&
	    (!on || may_mark(&place, &code))) {
		r = op25b_accounts_set_server(place.accounts, name, on, &place.error);
		if (r == 0)
			printf("%s: %s\n", name,
			       on ? "a home mail server's" : "no mail server's any more");
		code = r < 0 ? op25b_account_fail(&place, r) :
			       op25b_finish(place.command, OP25B_EXIT_YES);
	}
	op25b_account_place_done(&place);
	return code;
}

const struct op25b_command op25b_command_account_server = {
	.name = "account server",
	.run = run,
	.usage = "NAME on | off",
	.help = "Mark an account as a home mail server's: the policy's server_accounts",
	.options = options,
};
