/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The rows of the table in commands.c, each defined in the file of its command.
 */
#pragma once

#include "cli/command.h"

extern const struct op25b_command op25b_command_check;
extern const struct op25b_command op25b_command_diff;
extern const struct op25b_command op25b_command_explain;
extern const struct op25b_command op25b_command_notice;
extern const struct op25b_command op25b_command_probe;
extern const struct op25b_command op25b_command_apply;
extern const struct op25b_command op25b_command_confirm;
extern const struct op25b_command op25b_command_rollback;
extern const struct op25b_command op25b_command_status;
extern const struct op25b_command op25b_command_counters;
extern const struct op25b_command op25b_command_lines;
extern const struct op25b_command op25b_command_mailconf;
extern const struct op25b_command op25b_command_monitor;
extern const struct op25b_command op25b_command_why;
extern const struct op25b_command op25b_command_account;
extern const struct op25b_command op25b_command_mail;
extern const struct op25b_command op25b_command_lab;
