/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The two clocks of a daemon. Policies are dated by the wall clock, which people set; delays are
 * measured by the boot clock, which nobody can.
 */
#pragma once

#include <stdint.h>

#define OP25B_BOOT_ID 37 /* a UUID and its NUL */
#define OP25B_STAMP   24 /* "2027-04-01T00:00:00Z" and its NUL, with room for a longer year */

/* Seconds since 1970-01-01 UTC. */
int64_t op25b_clock_wall(void);

/* Nanoseconds since boot, sleep included. */
int64_t op25b_clock_boot_ns(void);

/* What the wall clock, as it is set now, would have said at a second of the boot clock. */
int64_t op25b_clock_wall_at(int64_t boot);

/* Microseconds of CLOCK_MONOTONIC, which is what the service manager compares. */
uint64_t op25b_clock_monotonic_us(void);

/**
 * op25b_clock_boot_id() - which boot this is; "" where the kernel doesn't say.
 */
void op25b_clock_boot_id(char ret_id[static OP25B_BOOT_ID]);

/**
 * op25b_clock_stamp() - an instant as ISO 8601 in UTC. Returns @buffer.
 */
char *op25b_clock_stamp(int64_t wall, char buffer[static OP25B_STAMP]);
