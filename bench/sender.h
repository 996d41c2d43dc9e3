/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Frames out of bench/flood.bpf.c into a bed, by BPF_F_TEST_XDP_LIVE_FRAMES. The kernel makes a
 * batch of frames and then lets the receiving side run on the same CPU until none is left: making,
 * receiving and deciding take turns, so their times add up and nobody falls behind. The time is the
 * kernel's of that loop: what surrounds it in the system call, a wait of some 20 ms, is left out.
 */
#pragma once

#include <stdint.h>

#include "bench/bed.h"
#include "bench/flood.h"

#define BENCH_BATCH 64U /* frames */

struct bench_sent {
	double ns;          /* one frame, the generator's own cost included */
	uint64_t gate, far; /* frames that came in there */
};

/* Loads the programs, stays on the last CPU from here on. Failures end the program, as below. */
void bench_sender_open(void);
void bench_sender_close(void);

/* Descriptors of the other programs and maps of flood.bpf.c, "bench_sink" for one. */
int bench_sender_prog(const char *name);
int bench_sender_map(const char *name);

/* Sends and waits until all is received; sets order.ifindex. Leaves the process in there. */
struct bench_sent bench_send(const struct bench_bed *bed, struct flood_order order,
			     uint32_t frames);
