/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Loading programs before the interface comes that needs them: the verifier takes up to a second
 * for each, which would be a second without a filter.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "daemon/daemon.h"

/**
 * op25b_warm_one() - load the next program that an entry of the gateway file may come to need.
 * @position: 0 at first
 *
 * Returns false once there is none left. A program that this kernel refuses is passed over: the
 * interface that needs it will say so. Cost: up to a second where one is loaded.
 */
bool op25b_warm_one(struct op25b_daemon *d, size_t *position);
