/* SPDX-License-Identifier: BSD-2-Clause */
/* The life of the daemon: from an open gateway file to the signal that ends the process. */
#pragma once

#include "base/error.h"
#include "daemon/gateway.h"

/**
 * op25b_run() - take over or begin enforcement, serve until SIGTERM or SIGINT.
 * @path: where @gateway was read from; read again on SIGHUP
 *
 * Whatever ends it, what the kernel enforces stays. Returns 0 after such a signal; else -errno and
 * why it could not start.
 */
int op25b_run(const struct op25b_gateway *gateway, const char *path, struct op25b_error *error);

/**
 * op25b_run_detach() - the way back: our programs off every interface, every pin removed, and rule
 * and route of notices.
 * The state folder stays. -EBUSY while a daemon runs.
 */
int op25b_run_detach(const struct op25b_gateway *gateway, struct op25b_error *error);
