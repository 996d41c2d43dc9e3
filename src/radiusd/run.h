/* SPDX-License-Identifier: BSD-2-Clause */
/* The collector's loop, from its start to its end. */
#pragma once

#include "base/error.h"
#include "radiusd/collector.h"

/**
 * op25b_collect() - collect until SIGTERM or SIGINT; SIGHUP reads the file at @path again.
 * @collector: what the file said; must outlive the call
 *
 * Returns 0 after a signal, or an error of the start.
 */
int op25b_collect(const struct op25b_collector *collector, const char *path,
		  struct op25b_error *error);
