/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A changed gateway file, followed without a restart. A wrong one changes nothing. What a running
 * daemon can't move (socket, group, state, pins) stays as it was at the start, and status says so.
 */
#pragma once

#include "daemon/daemon.h"

/**
 * op25b_reload() - read the gateway file again and follow it.
 *
 * Interfaces the file no longer names are detached; where side or hook changed, the new program
 * stands before the old one goes; rates, ICMP sources and what monitor shows are in force at once.
 * Those it newly names are attached by op25b_change_reconcile(), which is to follow.
 * Returns 0; else nothing has changed, d->reload_problem says why, and it is logged.
 */
int op25b_reload(struct op25b_daemon *d);

/* Frees the file that was read last, if it was not the first. */
void op25b_reload_done(struct op25b_daemon *d);
