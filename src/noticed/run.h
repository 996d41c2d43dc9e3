/* SPDX-License-Identifier: BSD-2-Clause */
/* The responder: what op25bd tells becomes doors and limits, until SIGTERM. */
#pragma once

#include "base/error.h"

/**
 * op25b_notice_run() - serve until a signal.
 * @path: of op25bd's socket
 * Returns 0, or -errno with its text if it can't begin.
 */
int op25b_notice_run(const char *path, struct op25b_error *error);
