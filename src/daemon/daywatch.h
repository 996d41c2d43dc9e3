/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Keeping days.json: reads the kernel's counters into days.h, and writes them once a minute if
 * anything changed. What can't be read or written is logged once and is no problem of status:
 * enforcement does not depend on it.
 */
#pragma once

#include <jansson.h>

#include "daemon/daemon.h"

struct op25b_daywatch;

/**
 * op25b_daywatch_open() - take up the days that the state folder has.
 * A file that can't be used is set aside as days.json.broken, and days begin anew.
 * @d: borrowed; its store is open
 * Returns 0 or -ENOMEM.
 */
int op25b_daywatch_open(struct op25b_daemon *d, struct op25b_daywatch **ret_watch);

/* Read the counters: after whatever may change a rule in force. 1024 system calls. */
void op25b_daywatch_look(struct op25b_daywatch *watch);

/* The same, and write what changed since the last time. For every minute, and start and end. */
void op25b_daywatch_keep(struct op25b_daywatch *watch);

/**
 * op25b_daywatch_answer() - op25b.days/1 as of now.
 * @n: days up to today
 * @services: each day's, too
 * Returns 0; -ENOMEM; errors of the kernel, and *ret is not written.
 */
int op25b_daywatch_answer(struct op25b_daywatch *watch, unsigned int n, bool services, json_t **ret,
			  struct op25b_error *error);

/* NULL-safe; sets *watch to NULL. What is not written is lost: keep first. */
void op25b_daywatch_close(struct op25b_daywatch **watch);
