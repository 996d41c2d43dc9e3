/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Commands that are a family: `op25b account add`. Each member is a struct op25b_command of its
 * own, whose name has all the words ("account add"), in a table that NULL ends.
 */
#pragma once

#include "cli/command.h"

/**
 * op25b_subcommands_run() - run the member that argv[1] names.
 * @family: the command itself
 * Returns an exit code; a word that names none is said, with the nearest that does.
 */
int op25b_subcommands_run(const struct op25b_command *family,
			  const struct op25b_command *const *members, int argc, char **argv);
