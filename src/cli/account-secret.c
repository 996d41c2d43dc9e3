/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading a password. Never from the arguments: they are in the list of processes and in the
 * shell's history.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "cli/account.h"

/* One line without its newline; -EMSGSIZE, -ENODATA. */
static int read_line(char *ret, size_t size)
{
	size_t used = 0;
	int c;

	while ((c = getchar()) != EOF && c != '\n') {
		if (used + 1 == size || !c)
			return -EMSGSIZE;
		ret[used++] = (char)c;
	}
	if (used && ret[used - 1] == '\r')
		used--;
	ret[used] = '\0';
	return c == EOF && !used ? -ENODATA : 0;
}

static int ask(const char *prompt, char *ret, size_t size)
{
	struct termios before, quiet;
	int r;

	if (tcgetattr(STDIN_FILENO, &before) < 0)
		return -errno;
	quiet = before;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	fputs(prompt, stderr);
	if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) < 0)
		return -errno;
	r = read_line(ret, size);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
	fputc('\n', stderr);
	return r;
}

bool op25b_account_read_secret(const struct op25b_command *command,
			       char ret[static OP25B_ACCOUNT_PASSWORD], int *ret_exit)
{
	char again[OP25B_ACCOUNT_PASSWORD];
	int r;

	*ret_exit = OP25B_EXIT_USAGE;
	if (isatty(STDIN_FILENO)) {
		r = ask("new password: ", ret, OP25B_ACCOUNT_PASSWORD);
		if (r == 0)
			r = ask("the same once more: ", again, sizeof(again));
		if (r == 0 && strcmp(ret, again) != 0) {
			op25b_say(command, "the two are not the same; nothing was changed");
			return false;
		}
		explicit_bzero(again, sizeof(again));
	} else {
		r = read_line(ret, OP25B_ACCOUNT_PASSWORD);
	}
	if (r == -ENODATA)
		op25b_say(command, "no password on standard input; write it there, or let one be "
				   "made with --generate");
	else if (r == -EMSGSIZE)
		op25b_say(command, "the password is too long: %u characters at most",
			  OP25B_ACCOUNT_PASSWORD - 1);
	else if (r < 0)
		op25b_say(command, "reading the password: %s", strerror(-r));
	return r == 0;
}
