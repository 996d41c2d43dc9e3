/* SPDX-License-Identifier: BSD-2-Clause */
/* op25b-probe: `op25b probe` for machines that have nothing else of op25b. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "cli/rows.h"

const char op25b_program[] = "op25b-";

const struct op25b_command *const op25b_commands[] = { &op25b_command_probe, NULL };

int main(int argc, char **argv)
{
	signal(SIGPIPE, SIG_IGN);
	if (argc == 2 && !strcmp(argv[1], "--version")) {
		puts("op25b-probe " OP25B_VERSION);
		return op25b_finish(&op25b_command_probe, OP25B_EXIT_YES);
	}
	return op25b_command_probe.run(argc, argv);
}
