/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The command line of a daemon: where its settings are, and perhaps one thing to do instead of
 * running. --version and --help are the same for all.
 */
#pragma once

#include "base/error.h"

enum op25b_daemon_exit {
	OP25B_DAEMON_YES,
	OP25B_DAEMON_NO,
	OP25B_DAEMON_USAGE,
	OP25B_DAEMON_NOT_PERMITTED = 4
};

struct op25b_options {
	const char *name;         /* of the program */
	const char *usage;        /* the whole text of --help */
	const char *settings;     /* the option whose argument is a path, without its dashes */
	const char *path;         /* its default; then what was given */
	const char *const *tasks; /* options without an argument, ended by NULL; NULL: none */
	int task;                 /* -1; then the index of the one that was given last */
};

/**
 * op25b_options_read() - read a command line; says by itself what is wrong with it.
 * Returns -1: go on; else the exit status.
 */
int op25b_options_read(struct op25b_options *options, int argc, char **argv);

/**
 * op25b_options_end() - how a daemon that has run ends: logs why, if it failed.
 * @r: 0 or -errno
 * Returns the exit status.
 */
int op25b_options_end(int r, const struct op25b_error *error);
