/* SPDX-License-Identifier: BSD-2-Clause */
/* `op25b mail`: the table of its commands. */
#include "cli/mail.h"

#include <stdio.h>

#include "cli/mail-held.h"
#include "cli/rows.h"
#include "cli/subcommand.h"
#include "serve/conf.h"

static const struct op25b_command *const members[] = {
	&op25b_command_mail_held, &op25b_command_mail_release, &op25b_command_mail_return,
	&op25b_command_mail_code, &op25b_command_mail_legacy,  NULL,
};

static int run(int argc, char **argv)
{
	return op25b_subcommands_run(&op25b_command_mail, members, argc, argv);
}

const struct op25b_command op25b_command_mail = {
	.name = "mail",
	.run = run,
	.usage = "COMMAND [ARGUMENTS]",
	.help = "Say what is held, what a code means, and who must still move to another way",
};

bool op25b_mail_file(const char *maild, struct op25b_maild_file **ret, int *ret_exit)
{
	struct op25b_findings findings = { 0 };
	int r;

	maild = maild ? maild : OP25B_MAILD_FILE;
	r = op25b_maild_load_keyless(maild, ret, &findings);
	if (r)
		op25b_conf_say(maild, r, &findings, stderr);
	op25b_findings_free(&findings);
	*ret_exit = OP25B_EXIT_NO;
	return r == 0;
}
