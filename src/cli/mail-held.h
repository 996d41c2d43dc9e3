/* SPDX-License-Identifier: BSD-2-Clause */
/* Held mail: Postfix's hold queue, and what op25b-maild knows of each message in it. */
#pragma once

#include <jansson.h>

#include "cli/command.h"
#include "cli/held-maild.h"
#include "mail/settings.h"

extern const struct op25b_command op25b_command_mail_held;
extern const struct op25b_command op25b_command_mail_release;
extern const struct op25b_command op25b_command_mail_return;

#define OP25B_HELD_POSTFIX                                                                     \
	{                                                                                      \
		"postfix", "DIR", "folder of Postfix's configuration (default: Postfix's own)" \
	}

/**
 * op25b_held_join() - the hold queue, with what op25b-maild knows.
 * @must: false: without op25b-maild the list comes as Postfix has it
 * @ret:  of each message "queue_id", "sender", "arrival_time", "message_size", "recipients" as
 *        Postfix has them; "account", "since", "why" and "due", or null where we did not hold it
 * Returns true, or false after saying why, and *ret_exit.
 */
bool op25b_held_join(const struct op25b_command *command, struct op25b_held_maild *maild,
		     const char *folder, bool must, json_t **ret, int *ret_exit);

/**
 * op25b_held_hint() - after an account was released: how much of its mail is still held, and how to
 * let it go. Prints nothing where op25b-maild is away or nothing is held.
 */
void op25b_held_hint(const struct op25b_maild_file *file, const char *account);
