/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The word of an interface in notice_ports. Private to this folder.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "dataplane/load.h"

/* Set or clear one bit (enum op25b_notice_port) and leave the other. Returns 0 or -errno. */
int op25b_notice_port_change(const struct op25b_dataplane *dp, unsigned int ifindex, uint32_t bit,
			     bool set);
bool op25b_notice_port_has(const struct op25b_dataplane *dp, unsigned int ifindex, uint32_t bit);
