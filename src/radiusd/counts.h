/* SPDX-License-Identifier: BSD-2-Clause */
/* What is counted. Bounded: by client of the collector file, never by sender. */
#pragma once

#include <stdint.h>

#include "session/radius.h"

/* Packets of one client since the start. */
struct op25b_counts {
	uint64_t results[OP25B_RADIUS_RESULT_COUNT];
	uint64_t duplicates; /* records that came before: answered again, or their answer is due */
	uint64_t crowded;    /* records beyond the share of their sender: not answered */
	uint64_t failed;     /* records, probes that the store did not take: not answered */
	uint64_t answered;   /* answers given to the kernel; d->unsent are those it did not take */
	int64_t last;        /* genuine packet, seconds UTC; 0: none */
};
