/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a command of `op25b` is, and how it reads its arguments. Help, usage errors and the shell's
 * completion come from these tables: an option that isn't in its table doesn't exist.
 *
 * A command joins by having a row in commands.c.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Exit codes: design section 6. */
enum op25b_exit {
	OP25B_EXIT_YES,           /* pass, count, valid, the same, done */
	OP25B_EXIT_NO,            /* refuse, invalid, different */
	OP25B_EXIT_USAGE,         /* the command line, or a capture it names, can't be used */
	OP25B_EXIT_UNREACHABLE,   /* no daemon answers */
	OP25B_EXIT_NOT_PERMITTED, /* the kernel or the daemon doesn't let this user */
	OP25B_EXIT_PARTLY,        /* begun and not finished */
};

struct op25b_option {
	const char *name;  /* without the dashes */
	const char *value; /* what stands for its value in help, e.g. "TIME"; NULL: a flag */
	const char *help;
};

#define OP25B_ARGS_OPTIONS  20
#define OP25B_ARGS_OPERANDS 64
#define OP25B_ARGS_REPEATED 16 /* values of the option that may be given again */

struct op25b_command {
	const char *name;
	/* argv[0] is the name; returns enum op25b_exit. */
	int (*run)(int argc, char **argv);
	const char *usage; /* what follows the name, one form a line: "POLICY [--at TIME]" */
	const char *help;  /* one line without a full stop */
	const struct op25b_option *options; /* ended by a NULL name; at most OP25B_ARGS_OPTIONS */
	const char *more;                   /* paragraphs under the options in --help; NULL: none */
	const char *repeats; /* the option that may be given several times; NULL: none */
	char letter;         /* '\0', or the short form of ... */
	const char *means;   /* ... this option, a flag */
};

/* What stands before a command's name on a command line: "op25b ", or "op25b-". */
extern const char op25b_program[];

#define OP25B_COMMANDS 32 /* at most */

/* Ended by NULL. In the order of help. */
extern const struct op25b_command *const op25b_commands[];

/* The command of that name, or NULL. */
const struct op25b_command *op25b_command_find(const char *name);

struct op25b_args {
	const char *values[OP25B_ARGS_OPTIONS];    /* as options[]; NULL: not given; a flag: "" */
	const char *repeated[OP25B_ARGS_REPEATED]; /* all of the option that repeats */
	size_t n_repeated;
	const char *operands[OP25B_ARGS_OPERANDS];
	size_t n_operands;
};

/**
 * op25b_args_parse() - read what follows a command's name.
 * @max_operands: at most OP25B_ARGS_OPERANDS
 * @ret_args:     strings point into @argv; written only on success
 * @ret_exit:     written where the command is over: --help was shown, or the line is wrong, which
 *                was said on standard error with the remedy
 *
 * Options may be given as "--name value" and "--name=value", before and after operands; "--" ends
 * them. None may be given twice but the one that repeats.
 *
 * Returns 0: go on; -ECANCELED: return *ret_exit.
 */
int op25b_args_parse(const struct op25b_command *command, int argc, char **argv,
		     size_t max_operands, struct op25b_args *ret_args, int *ret_exit);

/**
 * op25b_usage_error() - say what is wrong with a command line, and how the command is used.
 * @command: NULL: none was found
 * Returns OP25B_EXIT_USAGE.
 */
int op25b_usage_error(const struct op25b_command *command, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * op25b_say() - one line on standard error: "op25b NAME: text".
 */
void op25b_say(const struct op25b_command *command, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * op25b_finish() - flush standard output; what couldn't be written isn't done.
 * Returns @code, or OP25B_EXIT_PARTLY after saying so. A closed pipe is the reader's wish: @code.
 */
int op25b_finish(const struct op25b_command *command, int code);
