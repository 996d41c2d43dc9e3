/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading the collector file, and reading it again while packets come. */
#pragma once

#include <stdio.h>

#include "radiusd/radiusd.h"

/**
 * op25b_reload_read() - the collector file, its secret files, and the policy's retention.
 * @out:           gets every finding, a line each
 * @ret_collector: written only if there is no error; op25b_collector_free()
 *
 * Returns 0; -EINVAL; -ENOMEM. A policy is read as a whole: a second for 100,000 lines.
 */
int op25b_reload_read(const char *path, FILE *out, struct op25b_collector **ret_collector);

/**
 * op25b_reload() - follow the file as it is now; a wrong one changes nothing.
 *
 * What only a start can follow (listen, store, socket, group) is told in status. The store is
 * opened again if its settings changed.
 * Returns 0, or the error that is in d->reload_problem.
 */
int op25b_reload(struct op25b_radiusd *d);
