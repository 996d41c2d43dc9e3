/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the attributes of a genuine Accounting-Request say of a session. A malformed attribute costs
 * itself only: the packet is proven, and dropping it would make its sender repeat it for ever.
 */
#pragma once

#include "session/radius-wire.h"

/**
 * op25b_fields_read() - fill a record from a request of sound shape.
 * @arrival: seconds UTC
 * @ret:     written in any case; its texts only up to their NUL
 *
 * Returns whether it is of use: false without a known Acct-Status-Type, and without Acct-Session-Id
 * unless the NAS speaks of itself (On, Off).
 */
bool op25b_fields_read(const struct op25b_radius_client *client, const struct op25b_wire *request,
		       int64_t arrival, struct op25b_acct *ret);
