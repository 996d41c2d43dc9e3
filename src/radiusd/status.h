/* SPDX-License-Identifier: BSD-2-Clause */
/* op25b.collector/1, and the control socket that tells it. */
#pragma once

#include <jansson.h>

#include "radiusd/radiusd.h"
#include "serve/control.h"

/* What it does, and what is wrong; NULL: out of memory. No secrets, no address of a line. */
json_t *op25b_collector_status(const struct op25b_radiusd *d);

/* For op25b_control_open(), with a struct op25b_radiusd as the context. */
extern const struct op25b_control_calls op25b_collector_calls;
