/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the store is given to do, and the answers once it is done. Nothing is answered that is not
 * durable. What comes in during a commit makes the next batch: no timer.
 */
#pragma once

#include "radiusd/radiusd.h"

/* Give the keeper what is due, if it is idle. */
void op25b_commit_next(struct op25b_radiusd *d);

/* The keeper has done its task: answer, note, and give it the next. */
void op25b_commit_done(struct op25b_radiusd *d);

/**
 * op25b_commit_open() - open the store and wait for it; at the start.
 *
 * Returns 0, also where the store is only away and is tried again every second; an error where
 * only a person can mend it.
 */
int op25b_commit_open(struct op25b_radiusd *d, struct op25b_error *error);
