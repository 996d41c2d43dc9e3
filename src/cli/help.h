/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Help, made from the table of commands.
 */
#pragma once

#include <stdio.h>

#include "cli/command.h"

/**
 * op25b_help_all() - what op25b is, and a line for each command.
 */
void op25b_help_all(FILE *out);

/**
 * op25b_help_command() - usage, options and the rest of one command.
 */
void op25b_help_command(const struct op25b_command *command, FILE *out);

/**
 * op25b_help_usage() - "usage: op25b NAME ...", a line for each form.
 */
void op25b_help_usage(const struct op25b_command *command, FILE *out);
