/* SPDX-License-Identifier: BSD-2-Clause */
/* Wall clocks: a civil time and the instants it names in the zone that was entered (date.h). */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct op25b_civil {
	int year, month, day; /* month and day from 1 */
	int hour, minute, second;
};

/* Whether the proleptic Gregorian calendar has the day. */
bool op25b_civil_day_exists(const struct op25b_civil *civil);

/* Seconds since 1970-01-01 if the clock were UTC. The day must exist. */
int64_t op25b_civil_seconds(const struct op25b_civil *civil);

/* The first instant at which the clock shows @civil; -ENOENT if it never does. */
int op25b_zone_time(const struct op25b_civil *civil, int64_t *ret);

/**
 * op25b_zone_day() - the first instant of a day, or with @next of the day after.
 * Returns -ENOENT if the zone skipped the whole day @civil (Samoa had no 2011-12-30).
 */
int op25b_zone_day(const struct op25b_civil *civil, bool next, int64_t *ret);
