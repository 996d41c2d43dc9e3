/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who else filters on an interface, by rtnetlink: libbpf can only ask for a filter whose number is
 * known. Private to this folder.
 */
#pragma once

#include <stdint.h>

struct op25b_filters {
	unsigned int others; /* all but the one at OP25B_TC_PRIORITY and the handle asked for */
	unsigned int before; /* of these, the ones that see a packet before it */
};

/**
 * op25b_filters_count() - filters in the clsact qdisc of an interface.
 * @egress: 0: ingress; 1: egress
 * @handle: which one is ours; 0: none is
 * @ret:    0 each if there is no clsact
 * Returns 0 or -errno.
 */
int op25b_filters_count(unsigned int ifindex, int egress, uint32_t handle,
			struct op25b_filters *ret);
