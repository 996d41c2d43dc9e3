/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Postfix's hold queue, by Postfix's own commands: what waits there, letting it go, sending it
 * back. Nothing is ever deleted. On the mail host alone.
 */
#pragma once

#include <jansson.h>

#include "cli/command.h"

/* What postsuper(1) does with mail of the hold queue. */
enum op25b_queue_act {
	OP25B_QUEUE_RELEASE, /* -r: as if it had just come in: it has its whole time again */
	OP25B_QUEUE_RETURN,  /* -f: out of the hold queue, and back to its sender */
};

/**
 * op25b_queue_held() - what is in the hold queue.
 * @folder: of Postfix's configuration; NULL: the usual one
 * @ret:    a list as postqueue -j has it: "queue_id", "arrival_time", "message_size", "sender",
 *          "recipients"
 * Returns true, or false after saying why, and *ret_exit.
 */
bool op25b_queue_held(const struct op25b_command *command, const char *folder, json_t **ret,
		      int *ret_exit);

/**
 * op25b_queue_act() - release or return messages, each by its "queue_id".
 * Returns an exit code; what postsuper says goes to standard error.
 */
int op25b_queue_act(const struct op25b_command *command, const char *folder,
		    enum op25b_queue_act act, const json_t *mails);

/* Whether a bounce can go back: of "MAILER-DAEMON", which is the empty sender, none can. */
bool op25b_queue_has_sender(const json_t *mail);
