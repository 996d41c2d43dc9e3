/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The follower: a process that reads a session store for a daemon and tells it what changes, in the
 * frames of follow-wire.h. A store is somebody else's file or server, so whoever runs this has
 * given up every privilege first, and shares no memory with the daemon.
 */
#pragma once

#include <stdint.h>

#include "session/store.h"

#define OP25B_FOLLOW_LOCATION 4096 /* of a store, its NUL included */

/* What the daemon writes before anything else, as it stands in memory: both are one program. */
struct op25b_follow_task {
	/* Go on after this change; origin and seq 0: begin with a snapshot. */
	struct op25b_position position;
	char location[OP25B_FOLLOW_LOCATION];
};

/**
 * op25b_follow() - follow a store until the daemon is gone.
 * @fd: of a stream socket, from which the task is read first
 *
 * Whatever is wrong with the store is told, and tried again after 0.1 to 5 seconds. Returns 0 when
 * the other end was closed; -EPROTO: no task came.
 */
int op25b_follow(int fd);
