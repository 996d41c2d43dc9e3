/* SPDX-License-Identifier: BSD-2-Clause */
/* The part of `op25b status` about notices. */
#pragma once

#include <jansson.h>

/**
 * op25b_status_print_notice() - whether refused clients are told why, and how many were.
 * @notice: of op25b.status/1; NULL from a daemon that has none. Nothing is printed where the
 *          gateway file has no section 'notice'.
 */
void op25b_status_print_notice(const json_t *notice);
