/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A gateway in a network namespace of its own, with no name: it goes with the process, whatever
 * ends it. Frames go in at `gate`, whose other end is `line`, and out at `out`, whose other end is
 * `far`:
 *
 *     line ── gate   the gateway forwards   out ── far
 *
 * Every end that receives has NAPI (GRO on), else veth loses frames without a word. Every failure
 * ends the program.
 */
#pragma once

#include <stdint.h>

struct bench_bed {
	int netns, line_netns, far_netns;
	unsigned int gate, line, far; /* ifindex; of line and far in their own namespaces */
};

/*
 * `line` and `far` in the gateway's namespace, for frames of bench_flood: everything that isn't a
 * line goes to `far`, where the XDP program `sink` ends it.
 */
void bench_bed_make(struct bench_bed *bed, int sink);

/* `line` (192.0.2.2) and `far` (203.0.113.2) in namespaces of their own, for sockets. */
void bench_bed_make_apart(struct bench_bed *bed);

/* Be in one of the namespaces from here on. */
void bench_bed_enter(int netns);

/* Frames that came in at a device of the namespace the process is in; dropped ones included. */
uint64_t bench_bed_received(const char *device);
