/* SPDX-License-Identifier: BSD-2-Clause */
/* Letters on their way: the outbox of the state, emptied beside the loop. */
#pragma once

#include "base/error.h"

struct op25b_maild;

/* Begin; what waited since the last run goes out first. Returns 0 or -errno. */
int op25b_letters_open(struct op25b_maild *d, struct op25b_error *error);

/* What waits stays in the outbox. */
void op25b_letters_close(struct op25b_maild *d);

/* A turn of its own, once a second and after each try: take it back, hand over the next. */
void op25b_letters_turn(struct op25b_maild *d);
