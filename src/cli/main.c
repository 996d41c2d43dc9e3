/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `op25b`: finds the command and runs it. What a command does stands in its own file.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/help.h"
#include "policy/near.h"

static int unknown_command(const char *name)
{
	const char *words[OP25B_COMMANDS], *near;
	size_t n = 0;

	while (n < OP25B_COMMANDS && op25b_commands[n]) {
		words[n] = op25b_commands[n]->name;
		n++;
	}
	near = op25b_near_word(name, words, n);
	if (near)
		return op25b_usage_error(NULL, "there is no command %s; did you mean %s?", name,
					 near);
	return op25b_usage_error(NULL, "there is no command %s", name);
}

/* `op25b help [COMMAND]` */
static int show_help(const char *name)
{
	const struct op25b_command *command = name ? op25b_command_find(name) : NULL;

	if (name && !command)
		return unknown_command(name);
	if (command)
		op25b_help_command(command, stdout);
	else
		op25b_help_all(stdout);
	return op25b_finish(command, OP25B_EXIT_YES);
}

int main(int argc, char **argv)
{
	const struct op25b_command *command;

	/* Output into `head` must end this program by an error code, not by a signal. */
	signal(SIGPIPE, SIG_IGN);
	if (argc < 2) {
		op25b_help_all(stderr);
		return OP25B_EXIT_USAGE;
	}
	if (!strcmp(argv[1], "--version")) {
		puts("op25b " OP25B_VERSION);
		return op25b_finish(NULL, OP25B_EXIT_YES);
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help"))
		return show_help(argc > 2 ? argv[2] : NULL);
	command = op25b_command_find(argv[1]);
	if (!command)
		return unknown_command(argv[1]);
	return command->run(argc - 1, argv + 1);
}
