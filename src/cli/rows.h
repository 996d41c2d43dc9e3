/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The rows of the table in commands.c, each defined in the file of its command.
 */
#pragma once

#include "cli/command.h"

extern const struct op25b_command op25b_command_check;
extern const struct op25b_command op25b_command_explain;
