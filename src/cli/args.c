/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading a command's arguments by its table of options, and telling what is wrong with them.
 * Not getopt: its messages name neither the command nor the remedy.
 */
#include "cli/command.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cli/help.h"
#include "policy/near.h"

static void say(const struct op25b_command *command, const char *format, va_list list)
	__attribute__((format(printf, 2, 0)));

static void say(const struct op25b_command *command, const char *format, va_list list)
{
	if (command)
		fprintf(stderr, "%s%s: ", op25b_program, command->name);
	else
		fputs("op25b: ", stderr);
	vfprintf(stderr, format, list);
	fputc('\n', stderr);
}

void op25b_say(const struct op25b_command *command, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	say(command, format, list);
	va_end(list);
}

int op25b_usage_error(const struct op25b_command *command, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	say(command, format, list);
	va_end(list);
	if (command)
		op25b_help_usage(command, stderr);
	fprintf(stderr, "%s%s --help says more\n", command ? op25b_program : "op25b",
		command ? command->name : "");
	return OP25B_EXIT_USAGE;
}

int op25b_finish(const struct op25b_command *command, int code)
{
	if (!fflush(stdout) && !ferror(stdout))
		return code;
	if (errno == EPIPE)
		return code;
	op25b_say(command, "cannot write the answer: %s", strerror(errno));
	return OP25B_EXIT_PARTLY;
}

static const struct op25b_option *find_option(const struct op25b_command *command, const char *name,
					      size_t length)
{
	const struct op25b_option *option = command->options;

	for (; option && option->name; option++) {
		if (!strncmp(option->name, name, length) && !option->name[length])
			return option;
	}
	return NULL;
}

static int wrong_option(const struct op25b_command *command, const char *given, size_t length)
{
	const char *words[OP25B_ARGS_OPTIONS + 1] = { "help" }, *near;
	const struct op25b_option *option = command->options;
	char name[64];
	size_t n = 1;

	for (; option && option->name; option++)
		words[n++] = option->name;
	snprintf(name, sizeof(name), "%.*s", (int)length, given);
	near = op25b_near_word(name, words, n);
	if (near)
		return op25b_usage_error(command, "there is no option --%.*s; did you mean --%s?",
					 (int)length, given, near);
	return op25b_usage_error(command, "there is no option --%.*s", (int)length, given);
}

/* One "--name", "--name=value" or "--name value" at argv[*at]; moves *at over a value. */
static int read_option(const struct op25b_command *command, int argc, char **argv, int *at,
		       struct op25b_args *args, int *ret_exit)
{
	const char *name = argv[*at] + 2, *equals = strchr(name, '=');
	size_t length = equals ? (size_t)(equals - name) : strlen(name);
	const struct op25b_option *option = find_option(command, name, length);
	bool repeats;

	*ret_exit = OP25B_EXIT_USAGE;
	if (!option) {
		wrong_option(command, name, length);
		return -ECANCELED;
	}
	repeats = command->repeats && !strcmp(option->name, command->repeats);
	if (!repeats && args->values[option - command->options]) {
		op25b_usage_error(command, "--%s is given twice; give it once", option->name);
		return -ECANCELED;
	}
	if (!option->value && equals) {
		op25b_usage_error(command, "--%s takes no value", option->name);
		return -ECANCELED;
	}
	if (option->value && !equals && *at + 1 >= argc) {
		op25b_usage_error(command, "--%s wants a value: --%s %s", option->name,
				  option->name, option->value);
		return -ECANCELED;
	}
	args->values[option - command->options] = !option->value ? "" :
						  equals         ? equals + 1 :
								   argv[++*at];
	if (repeats && args->n_repeated == OP25B_ARGS_REPEATED) {
		op25b_usage_error(command, "--%s is given more than %d times", option->name,
				  OP25B_ARGS_REPEATED);
		return -ECANCELED;
	}
	if (repeats)
		args->repeated[args->n_repeated++] = args->values[option - command->options];
	return 0;
}

/* A short form such as -v. */
static const struct op25b_option *letter_option(const struct op25b_command *command,
						const char *arg)
{
	if (!command->letter || arg[1] != command->letter || arg[2])
		return NULL;
	return find_option(command, command->means, strlen(command->means));
}

int op25b_args_parse(const struct op25b_command *command, int argc, char **argv,
		     size_t max_operands, struct op25b_args *ret_args, int *ret_exit)
{
	struct op25b_args args = { 0 };
	bool only_operands = false;
	int r;

	for (size_t n = 0; command->options && command->options[n].name; n++)
		assert(n < OP25B_ARGS_OPTIONS);
	for (int i = 1; i < argc; i++) {
		const char *arg = argv[i];

		if (!only_operands && (!strcmp(arg, "--help") || !strcmp(arg, "-h"))) {
			op25b_help_command(command, stdout);
			*ret_exit = op25b_finish(command, OP25B_EXIT_YES);
			return -ECANCELED;
		}
		if (!only_operands && !strcmp(arg, "--")) {
			only_operands = true;
		} else if (!only_operands && !strncmp(arg, "--", 2)) {
			r = read_option(command, argc, argv, &i, &args, ret_exit);
			if (r)
				return r;
		} else if (!only_operands && arg[0] == '-' && letter_option(command, arg)) {
			args.values[letter_option(command, arg) - command->options] = "";
		} else if (!only_operands && arg[0] == '-' && arg[1]) {
			*ret_exit = op25b_usage_error(
				command, "there is no option %s: options have two dashes", arg);
			return -ECANCELED;
		} else if (args.n_operands >= max_operands) {
			*ret_exit = op25b_usage_error(command, "one argument too many: %s", arg);
			return -ECANCELED;
		} else {
			args.operands[args.n_operands++] = arg;
		}
	}
	*ret_args = args;
	return 0;
}
