/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which XDP program stands on one interface. libbpf's way lists all interfaces to tell of one,
 * which a gateway with ten thousand subscriber interfaces feels. Private to this folder.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct op25b_xdp_state {
	uint32_t prog_id; /* 0: none */
	bool generic;     /* in the stack, not in the driver */
};

/* Returns 0 or -errno; -ENODEV: no such interface. Cost: one netlink message. */
int op25b_xdp_query(unsigned int ifindex, struct op25b_xdp_state *ret_state);
