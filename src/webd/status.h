/* SPDX-License-Identifier: BSD-2-Clause */
/* What op25b-webd says of itself: on /ops, /metrics and /healthz. */
#pragma once

#include <jansson.h>

struct op25b_webd;

/**
 * op25b_webd_status() - {"schema":"op25b.webd/1", ...}; the caller's. NULL: no memory.
 */
json_t *op25b_webd_status(const struct op25b_webd *d);
