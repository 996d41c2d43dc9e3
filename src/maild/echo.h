/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The socket of test mails: Postfix brings them by LMTP (mail/lmtp.h). At most OP25B_ECHO_CLIENTS
 * at a time, each of which has OP25B_ECHO_PATIENCE seconds for a step and OP25B_ECHO_LIFE in all.
 */
#pragma once

#include "base/error.h"

#define OP25B_ECHO_CLIENTS  50U
#define OP25B_ECHO_PATIENCE 60
#define OP25B_ECHO_LIFE     600

struct op25b_maild;
struct op25b_echo_door;

/* Where the maild file has `echo`; else *ret_door stays. Errors as op25b_door_open(). */
int op25b_echo_door_open(struct op25b_maild *d, struct op25b_echo_door **ret_door,
			 struct op25b_error *error);

/* NULL-safe; sets *door to NULL. */
void op25b_echo_door_close(struct op25b_echo_door **door);
