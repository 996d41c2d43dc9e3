/* SPDX-License-Identifier: BSD-2-Clause */
/* `op25b account`: the table of its commands, and what they begin and end with. */
#include "cli/account.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/rows.h"
#include "cli/subcommand.h"
#include "serve/conf.h"

static const struct op25b_command *const members[] = {
	&op25b_command_account_add,    &op25b_command_account_import,
	&op25b_command_account_passwd, &op25b_command_account_list,
	&op25b_command_account_show,   &op25b_command_account_why,
	&op25b_command_account_stop,   &op25b_command_account_hold,
	&op25b_command_account_slow,   &op25b_command_account_release,
	&op25b_command_account_line,   &op25b_command_account_address,
	&op25b_command_account_abroad, &op25b_command_account_server,
	&op25b_command_account_invite, &op25b_command_account_claim,
	&op25b_command_account_remove, NULL,
};

static int run(int argc, char **argv)
{
	return op25b_subcommands_run(&op25b_command_account, members, argc, argv);
}

const struct op25b_command op25b_command_account = {
	.name = "account",
	.run = run,
	.usage = "COMMAND [ARGUMENTS]",
	.help = "Say who may send mail with a name and a password, and from which addresses",
	.more = "The base is changed directly: op25b-maild and Dovecot see it with their next\n"
		"question, and it works while they are away.",
};

bool op25b_account_place_file(struct op25b_account_place *place,
			      const struct op25b_command *command, const char *maild, int *ret_exit)
{
	struct op25b_findings findings = { 0 };
	int r;

	*place = (struct op25b_account_place){ .command = command };
	maild = maild ? maild : OP25B_MAILD_FILE;
	r = op25b_maild_load_keyless(maild, &place->file, &findings);
	if (r)
		op25b_conf_say(maild, r, &findings, stderr);
	op25b_findings_free(&findings);
	*ret_exit = OP25B_EXIT_NO;
	return r == 0;
}

bool op25b_account_place_open(struct op25b_account_place *place,
			      const struct op25b_command *command, const char *maild, bool make,
			      int *ret_exit)
{
	int r;

	if (!op25b_account_place_file(place, command, maild, ret_exit))
		return false;
	r = op25b_accounts_open(place->file->accounts, make, &place->accounts, &place->error);
	if (r < 0)
		*ret_exit = op25b_account_fail(place, r);
	return r == 0;
}

bool op25b_account_place_policy(struct op25b_account_place *place, int *ret_exit)
{
	const struct op25b_maild_file *file = place->file;
	const struct op25b_policy *policy;
	uint32_t tenant = 0;

	if (op25b_input_policy(place->command, file->policy, NULL, &place->input, ret_exit))
		return false;
	policy = place->input.policy;
	for (size_t i = 1; file->tenant && i < policy->n_tenants; i++) {
		if (!strcmp(policy->tenants[i].id, file->tenant))
			tenant = (uint32_t)i;
	}
	*ret_exit = OP25B_EXIT_NO;
	if (file->tenant && !tenant) {
		op25b_say(place->command,
			  "%s: there is no tenant %s, which op25b-maild's file names", file->policy,
			  file->tenant);
		return false;
	}
	place->mail = op25b_mail_of(policy, tenant);
	if (!place->mail)
		op25b_say(place->command, "%s: it has no mail section, so there is no mail to send",
			  file->policy);
	return place->mail != NULL;
}

void op25b_account_place_done(struct op25b_account_place *place)
{
	op25b_accounts_close(&place->accounts);
	op25b_input_done(&place->input);
	op25b_maild_free(&place->file);
}

int op25b_account_fail(struct op25b_account_place *place, int r)
{
	op25b_say(place->command, "%s", *place->error.text ? place->error.text : strerror(-r));
	switch (r) {
	case -EINVAL:
		return OP25B_EXIT_USAGE;
	case -EACCES:
	case -EPERM:
	case -EROFS:
		return OP25B_EXIT_NOT_PERMITTED;
	case -ENOTCONN:
	case -EBUSY:
		return OP25B_EXIT_UNREACHABLE;
	case -EIO:
	case -ENOSPC:
	case -ENOMEM:
		return OP25B_EXIT_PARTLY;
	default:
		return OP25B_EXIT_NO;
	}
}

bool op25b_account_operand(struct op25b_account_place *place, const struct op25b_args *args,
			   char ret[static OP25B_ACCOUNT_NAME], int *ret_exit)
{
	int r;

	if (!args->n_operands) {
		*ret_exit = op25b_usage_error(place->command, "which account?");
		return false;
	}
	r = op25b_account_name(args->operands[0], ret, &place->error);
	if (r < 0)
		*ret_exit = op25b_account_fail(place, r);
	return r == 0;
}

json_t *op25b_account_date(int64_t at)
{
	char text[OP25B_INPUT_DATE];

	return at ? json_string(op25b_input_date(at, text)) : json_null();
}

int op25b_account_print(const struct op25b_command *command, json_t *json)
{
	if (!json || json_dumpf(json, stdout, JSON_COMPACT)) {
		json_decref(json);
		op25b_say(command, "out of memory");
		return OP25B_EXIT_PARTLY;
	}
	putchar('\n');
	json_decref(json);
	return op25b_finish(command, OP25B_EXIT_YES);
}
