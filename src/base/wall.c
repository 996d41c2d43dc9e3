/* SPDX-License-Identifier: BSD-2-Clause */
/* See wall.h. */
#include "base/wall.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define FIRST 1577836800LL /* 2020-01-01 */
#define LAST  4102444800LL /* 2100-01-01 */
#define STEP  (7 * 86400LL)

const struct op25b_wall op25b_wall_utc = { .shifts = { { INT64_MIN, 0, "UTC" } }, .n = 1 };

/* What is shown at an instant; the zone is entered. */
static struct op25b_wall_shift shift_at(int64_t instant)
{
	struct op25b_wall_shift shift = { .from = instant, .zone = "UTC" };
	time_t t = (time_t)instant;
	struct tm tm;

	if (localtime_r(&t, &tm)) {
		shift.offset = (int32_t)tm.tm_gmtoff;
		snprintf(shift.zone, sizeof(shift.zone), "%.7s", tm.tm_zone);
	}
	return shift;
}

static bool is_same(const struct op25b_wall_shift *a, const struct op25b_wall_shift *b)
{
	return a->offset == b->offset && !strcmp(a->zone, b->zone);
}

/* The first instant after @low that shows something else, which @high does. */
static struct op25b_wall_shift find_shift(const struct op25b_wall_shift *before, int64_t low,
					  int64_t high)
{
	while (high - low > 1) {
		const int64_t middle = low + (high - low) / 2;
		const struct op25b_wall_shift shift = shift_at(middle);

		if (is_same(&shift, before))
			low = middle;
		else
			high = middle;
	}
	return shift_at(high);
}

static void look_up(struct op25b_wall *wall)
{
	struct op25b_wall_shift last = shift_at(FIRST), next;

	wall->n = 0;
	wall->shifts[wall->n++] = last;
	for (int64_t t = FIRST + STEP; t < LAST && wall->n < OP25B_WALL_SHIFTS; t += STEP) {
		next = shift_at(t);
		if (is_same(&next, &last))
			continue;
		last = find_shift(&last, t - STEP, t);
		wall->shifts[wall->n++] = last;
	}
}

int op25b_wall_make(const char *name, struct op25b_wall *ret)
{
	struct op25b_zone zone = { 0 };
	int r = op25b_zone_enter(&zone, name ? name : "UTC");

	if (r)
		return r;
	look_up(ret);
	op25b_zone_leave(&zone);
	return 0;
}

const char *op25b_wall_civil(const struct op25b_wall *wall, int64_t instant,
			     struct op25b_civil *ret)
{
	const struct op25b_wall_shift *shift = &wall->shifts[0];
	time_t shown;
	struct tm tm;

	for (size_t i = 1; i < wall->n && wall->shifts[i].from <= instant; i++)
		shift = &wall->shifts[i];
	shown = (time_t)(instant + shift->offset);
	if (!gmtime_r(&shown, &tm))
		tm = (struct tm){ 0 };
	*ret = (struct op25b_civil){ tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
				     tm.tm_hour,        tm.tm_min,     tm.tm_sec };
	return shift->zone;
}

const char *op25b_wall_stamp(const struct op25b_wall *wall, int64_t instant,
			     char ret[static OP25B_WALL_STAMP])
{
	struct op25b_civil civil;
	const char *zone = op25b_wall_civil(wall, (instant + 59) / 60 * 60, &civil);

	snprintf(ret, OP25B_WALL_STAMP, "%04u-%02u-%02u %02u:%02u %.7s",
		 (unsigned int)civil.year % 10000, (unsigned int)civil.month % 100,
		 (unsigned int)civil.day % 100, (unsigned int)civil.hour % 100,
		 (unsigned int)civil.minute % 100, zone);
	return ret;
}
