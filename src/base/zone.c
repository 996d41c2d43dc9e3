/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What libc's zones don't say by themselves: an unknown zone is silently UTC, mktime() moves a
 * time that doesn't exist, and midnight is not always there (Cairo, Beirut, Sao Paulo once).
 */
#include "base/zone.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"

#define ZONE_NAME_MAX 64
#define DAY           86400

static bool is_zone_name(const char *name)
{
	size_t len =
		strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/_+-");

	return len > 0 && len < ZONE_NAME_MAX && !name[len] && name[0] != '/';
}

static bool is_zone_file(const char *path)
{
	OP25B_AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	char magic[4];

	return fd >= 0 && read(fd, magic, sizeof(magic)) == (ssize_t)sizeof(magic) &&
	       !memcmp(magic, "TZif", sizeof(magic));
}

static int set_zone(struct op25b_zone *zone, const char *value)
{
	const char *before = getenv("TZ");

	if (before) {
		zone->saved = strdup(before);
		if (!zone->saved)
			return -ENOMEM;
	}
	if (setenv("TZ", value, 1)) {
		op25b_cleanup_free(&zone->saved);
		return -ENOMEM;
	}
	tzset();
	zone->entered = true;
	return 0;
}

int op25b_zone_enter(struct op25b_zone *zone, const char *name)
{
	const char *folder = getenv("TZDIR");
	char path[512], value[ZONE_NAME_MAX + 2];

	if (!is_zone_name(name))
		return -EINVAL;
	/* UTC needs no database. */
	if (!strcmp(name, "UTC"))
		return set_zone(zone, "UTC0");
	snprintf(path, sizeof(path), "%s/%s", folder ? folder : "/usr/share/zoneinfo", name);
	if (!is_zone_file(path))
		return -ENOENT;
	snprintf(value, sizeof(value), ":%s", name);
	return set_zone(zone, value);
}

int op25b_zone_keep_place(void)
{
	return getenv("TZ") ? 0 : setenv("TZ", ":/etc/localtime", 1);
}

void op25b_zone_leave(struct op25b_zone *zone)
{
	if (!zone->entered)
		return;
	if (zone->saved)
		(void)setenv("TZ", zone->saved, 1);
	else
		(void)unsetenv("TZ");
	tzset();
	op25b_cleanup_free(&zone->saved);
	zone->entered = false;
}

bool op25b_civil_day_exists(const struct op25b_civil *civil)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int year = civil->year;
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	if (civil->month < 1 || civil->month > 12 || civil->day < 1)
		return false;
	return civil->day <= days[civil->month - 1] + (leap && civil->month == 2);
}

int64_t op25b_civil_seconds(const struct op25b_civil *civil)
{
	/* Years that begin in March put the leap day last. */
	int64_t year = civil->year - (civil->month <= 2);
	int64_t month = (civil->month + 9) % 12;
	int64_t days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 +
		       civil->day - 1 - 719468;

	return days * DAY + civil->hour * 3600 + civil->minute * 60 + civil->second;
}

/* What the clock shows at @t, as seconds like op25b_civil_seconds(). */
static int64_t shown_at(int64_t t)
{
	time_t instant = (time_t)t;
	struct tm tm;

	if (!localtime_r(&instant, &tm))
		return INT64_MIN;
	return t + tm.tm_gmtoff;
}

/* The first instant whose clock shows exactly @wanted. */
static int find_shown(int64_t wanted, int64_t *ret)
{
	/* Within a day of a change the offset is the one before or the one after it. */
	for (int day = -1; day <= 1; day++) {
		int64_t near = wanted + (int64_t)day * DAY;
		int64_t t = wanted - (shown_at(near) - near);

		if (shown_at(t) == wanted) {
			*ret = t;
			return 0;
		}
	}
	return -ENOENT;
}

/* The first instant whose clock shows @midnight or, where it is jumped over, later. */
static int64_t find_start(int64_t midnight)
{
	int64_t before = midnight - 2 * DAY, after = midnight + 2 * DAY;
	int64_t exact;

	if (!find_shown(midnight, &exact))
		return exact;
	while (after - before > 1) {
		int64_t middle = before + (after - before) / 2;

		if (shown_at(middle) >= midnight)
			after = middle;
		else
			before = middle;
	}
	return after;
}

int op25b_zone_time(const struct op25b_civil *civil, int64_t *ret)
{
	return find_shown(op25b_civil_seconds(civil), ret);
}

int op25b_zone_day(const struct op25b_civil *civil, bool next, int64_t *ret)
{
	struct op25b_civil day = { .year = civil->year, .month = civil->month, .day = civil->day };
	int64_t midnight = op25b_civil_seconds(&day);
	int64_t first = find_start(midnight);

	if (shown_at(first) >= midnight + DAY)
		return -ENOENT;
	*ret = next ? find_start(midnight + DAY) : first;
	return 0;
}
