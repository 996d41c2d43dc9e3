/* SPDX-License-Identifier: BSD-2-Clause */
/* Time that passes while a probe runs. */
#pragma once

#include <stdint.h>
#include <time.h>

/* Milliseconds since some moment; never goes back. */
static inline int64_t op25b_probe_tick(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
