/* SPDX-License-Identifier: BSD-2-Clause */
/* What `op25b status` says of live sessions. */
#pragma once

#include <jansson.h>

/* @sessions: of op25b.status/1; prints nothing if it is null or absent. */
void op25b_status_print_sessions(const json_t *sessions);
