/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Wall clocks: a civil time and the instants it names in a zone of libc's zone database.
 *
 * libc knows one zone at a time, the process's: op25b_zone_enter() makes it another and
 * op25b_zone_leave() puts back what was there. Between them no other thread may use local time.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct op25b_zone {
	char *saved; /* TZ before, or NULL if it was not set */
	bool entered;
};

/* A time that a clock shows; month and day from 1. */
struct op25b_civil {
	int year, month, day;
	int hour, minute, second;
};

/**
 * op25b_zone_enter() - make @name (such as Asia/Tokyo) the zone of dates without an offset.
 * @zone: zeroed or left by op25b_zone_leave(); owned by the caller
 *
 * Returns 0; -ENOENT if the zone database has no such zone; -EINVAL if @name can't be the name
 * of one; -ENOMEM. Reads one file of the zone database.
 */
int op25b_zone_enter(struct op25b_zone *zone, const char *name);

/**
 * op25b_zone_leave() - put back the zone of before; harmless if nothing was entered.
 */
void op25b_zone_leave(struct op25b_zone *zone);

/**
 * op25b_zone_keep_place() - have entering a zone move no other variable of the environment, which
 * other threads may look for meanwhile: a name that is there is set in place, so TZ is set here to
 * what no TZ means. Before there are threads. 0, or -1 and errno.
 */
int op25b_zone_keep_place(void);

/**
 * op25b_civil_day_exists() - whether the proleptic Gregorian calendar has the day.
 */
bool op25b_civil_day_exists(const struct op25b_civil *civil);

/**
 * op25b_civil_seconds() - seconds since 1970-01-01 if the clock were UTC. The day must exist.
 */
int64_t op25b_civil_seconds(const struct op25b_civil *civil);

/**
 * op25b_zone_time() - the first instant at which the entered zone's clock shows @civil.
 * Returns 0, or -ENOENT if it never does.
 */
int op25b_zone_time(const struct op25b_civil *civil, int64_t *ret);

/**
 * op25b_zone_day() - the first instant of a day, or with @next of the day after.
 * Returns 0, or -ENOENT if the zone skipped the whole day @civil (Samoa had no 2011-12-30).
 */
int op25b_zone_day(const struct op25b_civil *civil, bool next, int64_t *ret);
