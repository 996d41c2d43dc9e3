/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The process that reads the session store for op25bd: this program once more, with another user's
 * rights and nothing of ours. It is started anew rather than forked only, because a fork would keep
 * the mappings of the kernel's tables and the key of monitor's hashes.
 */
#pragma once

#include <sys/types.h>

#include "base/error.h"
#include "session/follow.h"

#define OP25B_FOLLOWER_OPTION "--follow"

struct op25b_follower {
	pid_t pid; /* 0: there is none */
	uid_t uid; /* whose it is */
	int fd;    /* its frames, not blocking; -1: closed */
};

/**
 * op25b_follower_start() - start one.
 * @user: whose uid, gid and groups it takes; without a capability, and unable to gain any
 * @ret:  op25b_follower_end() and op25b_follower_reap()
 *
 * What fails after the fork is told as a frame of a problem. Returns 0; -ENOENT: no such user;
 * -EPERM: root; errors of the kernel.
 */
int op25b_follower_start(const struct op25b_follow_task *task, const char *user,
			 struct op25b_follower *ret, struct op25b_error *error);

/* Kill it, if it lives, and close its descriptor. It is not waited for. */
void op25b_follower_end(struct op25b_follower *follower);

/**
 * op25b_follower_reap() - learn of its end, without waiting for it.
 * @ret_status: as of waitpid(); may be NULL
 * Returns 1: it is over, or there was none; 0: not yet.
 */
int op25b_follower_reap(struct op25b_follower *follower, int *ret_status);

/* What the process itself does, its descriptor at 0. Returns the exit status. */
int op25b_follower_main(void);
