/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Devices that stand on others, as two texts of the kernel list them: VLANs and PPPoE sessions.
 * Pure.
 */
#pragma once

#include <stdio.h>

#define OP25B_STACKED_VLANS "/proc/net/vlan/config"
#define OP25B_STACKED_PPPOE "/proc/net/pppoe"

/* @upper: "" for a session, whose device the text does not name. */
typedef void op25b_stacked_fn(const char *lower, const char *upper, void *context);

/* Tell every line of /proc/net/vlan/config, or of /proc/net/pppoe. */
void op25b_stacked_vlans(FILE *file, op25b_stacked_fn *found, void *context);
void op25b_stacked_pppoe(FILE *file, op25b_stacked_fn *found, void *context);
