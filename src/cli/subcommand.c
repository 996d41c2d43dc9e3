/* SPDX-License-Identifier: BSD-2-Clause */
/* See subcommand.h. */
#include "cli/subcommand.h"

#include <stdio.h>
#include <string.h>

#include "cli/help.h"
#include "policy/near.h"

static const char *last_word(const char *name)
{
	const char *blank = strrchr(name, ' ');

	return blank ? blank + 1 : name;
}

static void show_help(const struct op25b_command *family,
		      const struct op25b_command *const *members)
{
	size_t width = 0;

	printf("usage: op25b %s COMMAND [ARGUMENTS]\n\n%s.\n\ncommands:\n", family->name,
	       family->help);
	for (size_t i = 0; members[i]; i++) {
		const size_t size = strlen(last_word(members[i]->name));

		width = size > width ? size : width;
	}
	for (size_t i = 0; members[i]; i++)
		printf("  %-*s  %s\n", (int)width, last_word(members[i]->name), members[i]->help);
	printf("\nop25b %s COMMAND --help says more.%s%s\n", family->name,
	       family->more ? "\n\n" : "", family->more ? family->more : "");
}

static int unknown(const struct op25b_command *family, const struct op25b_command *const *members,
		   const char *word)
{
	const char *words[OP25B_COMMANDS], *near;
	size_t n = 0;

	for (; n < OP25B_COMMANDS && members[n]; n++)
		words[n] = last_word(members[n]->name);
	near = op25b_near_word(word, words, n);
	if (near)
		op25b_say(family, "there is no command %s; did you mean %s?", word, near);
	else
		op25b_say(family, "there is no command %s", word);
	fprintf(stderr, "op25b %s --help lists them\n", family->name);
	return OP25B_EXIT_USAGE;
}

int op25b_subcommands_run(const struct op25b_command *family,
			  const struct op25b_command *const *members, int argc, char **argv)
{
	if (argc < 2) {
		op25b_say(family, "which command? op25b %s --help lists them", family->name);
		return OP25B_EXIT_USAGE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h")) {
		show_help(family, members);
		return op25b_finish(family, OP25B_EXIT_YES);
	}
	for (size_t i = 0; members[i]; i++) {
		if (!strcmp(argv[1], last_word(members[i]->name)))
			return members[i]->run(argc - 1, argv + 1);
	}
	return unknown(family, members, argv[1]);
}
