/* SPDX-License-Identifier: BSD-2-Clause */
/* A SYN flood whose sources are not the sender's: frames written straight to a device. */
#pragma once

#include <stdint.h>

#include "bench/calls.h"

struct bench_syns {
	const char *device;
	uint8_t router[6];               /* where the frames go to */
	struct bench_range lines, peers; /* of IPv4; sources and destinations, drawn at random */
	double rate, seconds;            /* SYNs a second, and how long */
};

/* Returns how many a second were sent, while nothing says that they arrived. Errors end all. */
double bench_syns_run(const struct bench_syns *syns);
