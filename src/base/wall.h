/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What clocks of a zone show at an instant, at any time and on any thread. libc knows one zone at a
 * time (zone.h), and other threads run while answers are given: so the zone's shifts are looked up
 * once, when a policy is taken.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/zone.h"

#define OP25B_WALL_SHIFTS 400U /* two a year are 160 */
#define OP25B_WALL_ZONE   8U   /* bytes of "JST" and its NUL */
#define OP25B_WALL_STAMP  32U  /* bytes of "2026-11-27 14:35 JST" and its NUL */

struct op25b_wall_shift {
	int64_t from;
	int32_t offset; /* seconds east */
	char zone[OP25B_WALL_ZONE];
};

struct op25b_wall {
	struct op25b_wall_shift shifts[OP25B_WALL_SHIFTS];
	size_t n;
};

/* That of UTC. */
extern const struct op25b_wall op25b_wall_utc;

/**
 * op25b_wall_make() - learn the shifts of a zone from 2020 to 2100.
 * @name: of the zone; NULL: UTC
 *
 * Enters the zone (zone.h): no other thread may use local time meanwhile. Returns 0; -ENOENT: no
 * such zone; -EINVAL; -ENOMEM. Cost: 5,000 looks at the zone, some milliseconds.
 */
int op25b_wall_make(const char *name, struct op25b_wall *ret);

/* What the clock shows at @instant. Returns the name of its time, such as "JST": the wall's. */
const char *op25b_wall_civil(const struct op25b_wall *wall, int64_t instant,
			     struct op25b_civil *ret);

/* Writes "2026-11-27 14:35 JST"; the minute is the first that is not before @instant. */
const char *op25b_wall_stamp(const struct op25b_wall *wall, int64_t instant,
			     char ret[static OP25B_WALL_STAMP]);
