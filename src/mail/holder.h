/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who had an account's name. One that is made anew under a name of before is somebody else's: he
 * inherits no limit that was used up, no number, no letter and no window. Inside a turn of the
 * state.
 */
#pragma once

#include <stdint.h>

#include "mail/state.h"

/**
 * op25b_holder_look() - forget what is kept of an account of before under the same name.
 * @created: of op25b_account: another time is another account
 *
 * What mail is under way or held in Postfix's queue stays known. Cost: one look-up; a row is
 * written on the first and then once a day. Returns 1: it was another's; 0; -errno.
 */
int op25b_holder_look(struct op25b_state *state, int64_t now, const char *account, int64_t created);

/* Forget who had a name that was not used for as long as numbers are kept. */
int op25b_holder_sweep(struct op25b_state *state, int64_t now);
