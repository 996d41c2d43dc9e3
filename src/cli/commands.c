/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table of commands: the only list there is. Help and completion follow it.
 */
#include "cli/command.h"

#include <string.h>

#include "cli/rows.h"

const char op25b_program[] = "op25b ";

const struct op25b_command *const op25b_commands[] = {
	&op25b_command_check,
	&op25b_command_explain,
	&op25b_command_diff,
	&op25b_command_notice,
	&op25b_command_why,
	&op25b_command_probe,
	/* What talks to the daemon. */
	&op25b_command_apply,
	&op25b_command_confirm,
	&op25b_command_rollback,
	&op25b_command_status,
	&op25b_command_counters,
	&op25b_command_lines,
	&op25b_command_monitor,
	/* Of mail. */
	&op25b_command_account,
	&op25b_command_mail,
	&op25b_command_mailconf,
	&op25b_command_lab,
	NULL,
};

const struct op25b_command *op25b_command_find(const char *name)
{
	for (size_t i = 0; op25b_commands[i]; i++) {
		if (!strcmp(op25b_commands[i]->name, name))
			return op25b_commands[i];
	}
	return NULL;
}
