/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A session store that is followed by a program without privileges to lose: the live sessions in
 * RAM, kept by the follower's frames (follow.h) on a thread that shares a socket with the loop and
 * nothing else. What was known stays while the store is away.
 */
#pragma once

#include <stdbool.h>

#include "base/error.h"
#include "session/live-tables.h"
#include "session/live.h"

struct op25b_watch;

/* Nothing is followed yet, and nobody holds anything. -ENOMEM. */
int op25b_watch_make(struct op25b_watch **ret);

/* Have op25b_live_other() answer; before anything is followed. */
void op25b_watch_keep_other(struct op25b_watch *watch);

/* NULL-safe. Waits for the follower's thread, which may be inside a call of the store's. */
void op25b_watch_close(struct op25b_watch **watch);

/**
 * op25b_watch_follow() - follow a session store from now on, and no other.
 * @location: of op25b_sessions_open()
 *
 * The same store again goes on after the last change that was taken in. SIGPIPE must be ignored.
 * Returns a descriptor that becomes readable when there is something to take in, valid until the
 * next call or an error of op25b_watch_take(); or -errno.
 */
int op25b_watch_follow(struct op25b_watch *watch, const char *location, struct op25b_error *error);

/* Take in a bounded piece. Returns 1: more is waiting; 0; -errno: the follower ended (go on after
 * op25b_watch_follow()); what was known stays. */
int op25b_watch_take(struct op25b_watch *watch, struct op25b_error *error);

/* The live sessions; another table after op25b_watch_take(). */
const struct op25b_live *op25b_watch_live(const struct op25b_watch *watch);

/* Whether a first snapshot was taken in, where a store is followed; else true. */
bool op25b_watch_known(const struct op25b_watch *watch);

/* What is wrong with the session store, since it was last read; "" if nothing. */
const char *op25b_watch_problem(const struct op25b_watch *watch);

/**
 * op25b_watch_tables() - store every change in these tables, too.
 * @tables: made just now with op25b_watch_live(); borrowed until the next call. NULL: none
 */
void op25b_watch_tables(struct op25b_watch *watch, struct op25b_live_tables *tables);

/* Whether new tables have to be made: a snapshot came, or a change that they had no place for. */
bool op25b_watch_stale(const struct op25b_watch *watch);
