/* SPDX-License-Identifier: BSD-2-Clause */
/* What the counters said once a minute: for charts. Pure; the program adds to it. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#define OP25B_SAMPLES 181U /* of three hours, so that there are 180 differences */

/* Sums over all services, since the gateway's tables were made. */
struct op25b_sample {
	int64_t at;
	uint64_t refused, counted, open; /* open: passed by a rule that limits others */
};

struct op25b_samples {
	struct op25b_sample list[OP25B_SAMPLES]; /* the oldest first */
	size_t n;
};

/**
 * op25b_samples_add() - take in an answer to `counters` (op25b.counters/1).
 * One in the same minute as the last is passed over. Sums that are less than before (the gateway
 * began anew), or a clock that was set back, begin a new list.
 */
void op25b_samples_add(struct op25b_samples *samples, int64_t now, const json_t *counters);
