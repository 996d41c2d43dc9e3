/* SPDX-License-Identifier: BSD-2-Clause */
/* From a line of a client to what the daemon does and what it answers. */
#pragma once

#include "serve/control.h"
#include "daemon/daemon.h"

/* For op25b_control_open(); the context is a struct op25b_daemon. */
extern const struct op25b_control_calls op25b_server_calls;

/* Of the socket for reading. */
extern const struct op25b_control_calls op25b_server_reader_calls;
