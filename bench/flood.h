/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Shared by bench/flood.bpf.c and the programs that send with it. */
#pragma once

#include <linux/types.h>

#define FLOOD_FIRST 0x0a000000U /* 10.0.0.0 */
#define FLOOD_MOST  1000000U    /* members of a set */

/*
 * A set of lines: prefixes of the same length, one every `step` addresses, with a gap as long as
 * itself behind each, so that none can be joined to the next. What is in a gap is no line.
 */
struct flood_set {
	__u32 members, step;
	__u32 host_bits; /* of a prefix; 0: single addresses */
};

/* What bench_flood writes into its frames. */
struct flood_order {
	struct flood_set set; /* the sources are random in there */
	__u32 gaps;           /* 1: in the gaps instead */
	__u32 ifindex;        /* where the frames go */
	__u32 dport;
};

struct flood_prefix {
	__u32 length;
	__u32 addr; /* network order */
};
