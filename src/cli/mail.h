/* SPDX-License-Identifier: BSD-2-Clause */
/* `op25b mail`: what its commands share. What they show is op25b-maild's to know. */
#pragma once

#include <jansson.h>

#include "cli/command.h"
#include "mail/settings.h"

extern const struct op25b_command op25b_command_mail_code, op25b_command_mail_legacy;

#define OP25B_MAIL_MAILD                                                              \
	{                                                                             \
		"maild", "FILE", "op25b-maild's file (default: " OP25B_MAILD_FILE ")" \
	}

/**
 * op25b_mail_file() - read the maild file.
 * @maild: --maild, or NULL
 * @ret:   op25b_maild_free()
 * Returns false after saying what is wrong with it; then *ret_exit is the exit code.
 */
bool op25b_mail_file(const char *maild, struct op25b_maild_file **ret, int *ret_exit);
