/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A changed gateway file, followed without a restart. A wrong one changes nothing. What a running
 * daemon can't move (socket, group, state, pins) stays as it was at the start, and status says so.
 */
#pragma once

#include "daemon/daemon.h"
#include "daemon/links.h"

/**
 * op25b_reload() - read the gateway file again and follow it.
 * @links: asked for all interfaces, so that those the file newly names are attached
 *
 * Interfaces the file no longer names are detached; where side or hook changed, the new program
 * stands before the old one goes; rates, ICMP sources and what monitor shows are in force at once.
 * Returns 0; else the file or the kernel is why not, d->reload_problem says it, and it is logged.
 * -EINVAL: nothing has changed.
 */
int op25b_reload(struct op25b_daemon *d, struct op25b_links *links);

/* Frees the file that was read last, if it was not the first. */
void op25b_reload_done(struct op25b_daemon *d);
