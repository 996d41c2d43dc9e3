/* SPDX-License-Identifier: BSD-2-Clause */
/* What the store's thread does with a task; keeper.c and its test only. */
#pragma once

#include "radiusd/keeper.h"

/* The thread's own. */
struct op25b_kept {
	char *location;
	struct op25b_sessions *store; /* NULL: not opened yet, or not to be opened */
	struct op25b_sessions_settings settings;
};

/**
 * op25b_keeper_perform() - do a task and fill in what came of it.
 *
 * A store that could not be opened is tried again with the next task of any kind.
 */
void op25b_keeper_perform(struct op25b_kept *kept, struct op25b_task *task);
