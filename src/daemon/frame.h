/* SPDX-License-Identifier: BSD-2-Clause */
/* The frame that a question about two addresses stands for: a TCP SYN. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "policy/policy.h"

#define OP25B_FRAME_SYN (14U + 40U + 20U) /* the longest one */

struct op25b_frame_ends {
	struct op25b_prefix src, dst; /* whole addresses of one family */
	uint16_t sport, dport;        /* host order */
};

/**
 * op25b_frame_syn() - write an Ethernet frame with a SYN; returns its length.
 * Checksums are left 0: no program of ours reads them on the way in.
 */
size_t op25b_frame_syn(const struct op25b_frame_ends *ends, uint8_t frame[static OP25B_FRAME_SYN]);
