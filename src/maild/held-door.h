/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What other mail hosts ask about mail that is held there: the requests "held" and "let-go" of the
 * control protocol, by TCP, for the addresses of `listen: held`. Nothing else of the control socket
 * is answered there, and of these only what is asked by queue ids: {"op":"held","ids":[...],
 * "key":"..."}. Without the key of auth_key_file whoever has a program on a mail host could hide
 * what becomes of his mail.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "mail/settings.h"

struct op25b_maild;
struct op25b_control;

struct op25b_held_door {
	struct op25b_control *controls[OP25B_MAILD_LISTEN]; /* as listen.held has them */
	size_t n;
	uint64_t asked, turned_away, wrong_key; /* since the start; asked: with the key */
};

/* Listen, once the state is open. Returns 0 or -errno; close it in both cases. */
int op25b_held_door_open(struct op25b_maild *d, struct op25b_error *error);

/* Close it, and what is connected. For one that never was open, too. */
void op25b_held_door_close(struct op25b_held_door *door);
