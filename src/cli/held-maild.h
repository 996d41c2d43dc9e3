/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * op25b-maild, asked about held mail from any mail host: by its control socket where it runs on
 * this one, else by TCP where its file says in `listen: held`, and with the file's key.
 */
#pragma once

#include <jansson.h>

#include "cli/command.h"
#include "mail/settings.h"

#define OP25B_HELD_ADDRESS                                                         \
	{                                                                          \
		"maild-address", "ADDR", "op25b-maild runs on another host, there" \
	}

struct op25b_held_maild;

/**
 * op25b_held_maild_find() - where it is; nothing is asked yet.
 * @file:    path of its file; NULL: the usual one
 * @address: --maild-address, "ADDR" or "ADDR:PORT"; NULL: the control socket, or where there is
 *           none the first address of `listen: held` that can be connected to
 * @ret:     op25b_held_maild_free()
 * Returns true, or false after saying why, and *ret_exit.
 */
bool op25b_held_maild_find(const struct op25b_command *command, const char *file,
			   const char *address, struct op25b_held_maild **ret, int *ret_exit);

/* NULL-safe; sets *maild to NULL. */
void op25b_held_maild_free(struct op25b_held_maild **maild);

/**
 * op25b_held_maild_ask() - which of these it holds.
 * @mails: objects with "queue_id"
 * @ret:   a list of objects: "queue_id", "account", "since", "due", "why"; the caller's
 * Returns true, or false after saying why, and *ret_exit. Cost: a request for some hundreds.
 */
bool op25b_held_maild_ask(struct op25b_held_maild *maild, const json_t *mails, json_t **ret,
			  int *ret_exit);

/* Tell it that these are on their way. Says nothing more where asking had no answer. */
void op25b_held_maild_let_go(struct op25b_held_maild *maild, const json_t *mails);
