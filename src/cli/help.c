/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Help, made from the table of commands.
 */
#include "cli/help.h"

#include <string.h>

void op25b_help_usage(const struct op25b_command *command, FILE *out)
{
	const char *form = command->usage;
	const char *lead = "usage:";

	do {
		size_t length = strcspn(form, "\n");

		fprintf(out, "%s %s%s%s%.*s\n", lead, op25b_program, command->name,
			length ? " " : "", (int)length, form);
		lead = "      ";
		form += length;
	} while (*form++ == '\n');
}

/* Width of "--name VALUE". */
static int option_width(const struct op25b_option *option)
{
	return (int)(2 + strlen(option->name) + (option->value ? 1 + strlen(option->value) : 0));
}

void op25b_help_command(const struct op25b_command *command, FILE *out)
{
	const struct op25b_option *option;
	int width = (int)strlen("--help");

	op25b_help_usage(command, out);
	fprintf(out, "\n%s.\n\noptions:\n", command->help);
	for (option = command->options; option && option->name; option++) {
		if (option_width(option) > width)
			width = option_width(option);
	}
	for (option = command->options; option && option->name; option++) {
		fprintf(out, "  --%s%s%s%*s  %s\n", option->name, option->value ? " " : "",
			option->value ? option->value : "", width - option_width(option), "",
			option->help);
	}
	fprintf(out, "  %-*s  this text\n", width, "--help");
	if (command->more)
		fprintf(out, "\n%s\n", command->more);
	fprintf(out, "\nManual: op25b(1); the policy language: op25b-policy(5).\n");
}

void op25b_help_all(FILE *out)
{
	const struct op25b_command *const *command;
	int width = 0;

	fputs("usage: op25b COMMAND [ARGUMENTS]\n"
	      "\n"
	      "One policy file decides which lines may reach TCP port 25; op25b checks it,\n"
	      "explains its answers and talks to the daemon that enforces it.\n"
	      "\n"
	      "commands:\n",
	      out);
	for (command = op25b_commands; *command; command++) {
		if ((int)strlen((*command)->name) > width)
			width = (int)strlen((*command)->name);
	}
	for (command = op25b_commands; *command; command++)
		fprintf(out, "  %-*s  %s\n", width, (*command)->name, (*command)->help);
	fputs("\n"
	      "op25b COMMAND --help says more. Two to begin with:\n"
	      "  op25b check policy.yaml\n"
	      "  op25b explain --policy policy.yaml --src 198.51.100.7 --dst 203.0.113.9\n"
	      "\n"
	      "Exit codes: 0 yes (pass, count, valid, same), 1 no (refuse, invalid, different),\n"
	      "2 usage, 3 daemon unreachable, 4 not permitted, 5 partly done.\n",
	      out);
}
