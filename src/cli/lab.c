/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `op25b lab`: hands over to lab/lab.py, which stands in the source tree the program was built
 * from, or where it was installed. The lab is a tool beside the product, so it is a script.
 */
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/rows.h"

enum { EXPLAIN_ONLY, JSON, ONLY, QUICK, OUT };

static const struct op25b_option options[] = {
	[EXPLAIN_ONLY] = { "explain-only", NULL,
			   "prove: without namespaces and packets; needs no root" },
	[JSON] = { "json", NULL, "prove, effects: one JSON object" },
	[ONLY] = { "only", "PROGRAMS", "effects: these alone, with commas between" },
	[QUICK] = { "quick", NULL, "effects: fast programs and ways, each to its first sign" },
	[OUT] = { "out", "FILE", "effects: write there" },
	{ 0 },
};

static bool is_verb(const char *word)
{
	static const char *const verbs[] = { "up", "prove", "effects", "env", "down" };

	for (size_t i = 0; word && i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (!strcmp(word, verbs[i]))
			return true;
	}
	return false;
}

/* From build/PRESET/bin to lab/, or from bin to libexec/op25b/lab. */
static int script_find(char program[static PATH_MAX], char script[static PATH_MAX])
{
	static const char *const places[] = { "../../../lab/lab.py",
					      "../libexec/op25b/lab/lab.py" };
	ssize_t n = readlink("/proc/self/exe", program, PATH_MAX - 1);
	char folder[PATH_MAX], path[PATH_MAX + 64];

	if (n < 0)
		return -errno;
	program[n] = '\0';
	memcpy(folder, program, (size_t)n + 1);
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", i ? folder : dirname(folder), places[i]);
		if (realpath(path, script))
			return 0;
	}
	return -ENOENT;
}

/* As the script reads them: "--name", and the value of one that has one. */
static void options_pass(const struct op25b_args *args, char **words)
{
	static char names[sizeof(options) / sizeof(options[0])][32];

	for (size_t i = 0; options[i].name; i++) {
		if (!args->values[i])
			continue;
		snprintf(names[i], sizeof(names[i]), "--%s", options[i].name);
		*words++ = names[i];
		if (options[i].value)
			*words++ = (char *)(uintptr_t)args->values[i];
	}
}

static int run(int argc, char **argv)
{
	char program[PATH_MAX], script[PATH_MAX];
	char python[] = "/usr/bin/python3";
	char *words[4 + 2 * OP25B_ARGS_OPTIONS + 1] = { python, script, program };
	struct op25b_args args;
	size_t n = 3;
	int code;

	if (op25b_args_parse(&op25b_command_lab, argc, argv, 1, &args, &code))
		return code;
	if (!is_verb(args.operands[0]))
		return op25b_usage_error(&op25b_command_lab, "say up, prove, effects, env or down");
	if (script_find(program, script)) {
		op25b_say(&op25b_command_lab, "lab/lab.py is neither in the source tree this "
					      "program was built from nor installed");
		return OP25B_EXIT_USAGE;
	}
	words[n++] = (char *)(uintptr_t)args.operands[0];
	options_pass(&args, words + n);
	execv(python, words);
	op25b_say(&op25b_command_lab, "%s: %s", python, strerror(errno));
	return OP25B_EXIT_USAGE;
}

const struct op25b_command op25b_command_lab = {
	.name = "lab",
	.run = run,
	.usage = "up | prove [--explain-only] [--json] | env | down\n"
		 "effects [--only PROGRAMS] [--quick] [--json] [--out FILE]",
	.help = "Customers, gateway and internet as namespaces of this machine, and proof",
	.options = options,
	.more = "up makes the namespaces op25b-* and starts the daemons in one; prove connects\n"
		"for real and compares with what explain says; env prints shell assignments for\n"
		"scripts; down removes all of it. effects sends mail with real programs while\n"
		"port 25 is refused in each way, and tells what a person sees. Exit codes:\n"
		"0 done, every row as expected; 1 not.",
};
