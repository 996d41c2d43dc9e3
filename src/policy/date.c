/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading the digits; base/zone.c knows the clocks. */
#include "policy/date.h"

#include <errno.h>
#include <stddef.h>

/* Reads exactly @digits decimal digits into *ret; NULL if they are not there. */
static const char *read_digits(const char *at, int digits, int *ret)
{
	int value = 0;

	for (; digits; digits--, at++) {
		if (*at < '0' || *at > '9')
			return NULL;
		value = value * 10 + (*at - '0');
	}
	*ret = value;
	return at;
}

static const char *read_day(const char *at, struct op25b_civil *civil)
{
	at = read_digits(at, 4, &civil->year);
	if (!at || *at++ != '-')
		return NULL;
	at = read_digits(at, 2, &civil->month);
	if (!at || *at++ != '-')
		return NULL;
	return read_digits(at, 2, &civil->day);
}

static const char *read_time(const char *at, struct op25b_civil *civil)
{
	at = read_digits(at, 2, &civil->hour);
	if (!at || *at++ != ':')
		return NULL;
	at = read_digits(at, 2, &civil->minute);
	if (!at || *at != ':')
		return at;
	return read_digits(at + 1, 2, &civil->second);
}

/* Z, +09, +0900 or +09:00 to seconds east. */
static const char *read_offset(const char *at, int64_t *ret)
{
	int sign = *at == '-' ? -1 : 1;
	int hours, minutes = 0;

	if (*at == 'Z') {
		*ret = 0;
		return at + 1;
	}
	at = read_digits(at + 1, 2, &hours);
	if (!at)
		return NULL;
	if (*at == ':')
		at++;
	else if (!*at)
		goto done;
	at = read_digits(at, 2, &minutes);
	if (!at)
		return NULL;
done:
	if (hours > 15 || minutes > 59)
		return NULL;
	*ret = sign * (hours * 3600 + minutes * 60);
	return at;
}

struct reading {
	struct op25b_civil civil;
	bool has_time, has_offset;
	int64_t offset;
};

static bool read_all(const char *at, struct reading *r)
{
	at = read_day(at, &r->civil);
	if (!at)
		return false;
	if (*at == 'T' || *at == 't' || (*at == ' ' && at[1] >= '0' && at[1] <= '9')) {
		r->has_time = true;
		at = read_time(at + 1, &r->civil);
		if (!at)
			return false;
	}
	if (*at == ' ' && at[1])
		at++;
	if (*at == 'Z' || *at == '+' || *at == '-') {
		r->has_offset = true;
		at = read_offset(at, &r->offset);
	}
	return at && !*at;
}

enum op25b_date_fault op25b_date_parse(const char *text, const struct op25b_zone *zone, bool until,
				       int64_t *ret)
{
	struct reading r = { 0 };
	bool next_day;

	if (!read_all(text, &r))
		return OP25B_DATE_MALFORMED;
	if (r.civil.year < 1970)
		return OP25B_DATE_OUT_OF_RANGE;
	if (!op25b_civil_day_exists(&r.civil))
		return OP25B_DATE_NO_SUCH_DAY;
	if (r.civil.hour > 23 || r.civil.minute > 59 || r.civil.second > 59)
		return OP25B_DATE_NO_SUCH_TIME;
	next_day = until && !r.has_time;
	if (r.has_offset) {
		*ret = op25b_civil_seconds(&r.civil) + (next_day ? 86400 : 0) - r.offset;
		return OP25B_DATE_FINE;
	}
	if (!zone || !zone->entered)
		return OP25B_DATE_NO_ZONE;
	if (r.has_time)
		return op25b_zone_time(&r.civil, ret) ? OP25B_DATE_SKIPPED : OP25B_DATE_FINE;
	return op25b_zone_day(&r.civil, next_day, ret) ? OP25B_DATE_SKIPPED : OP25B_DATE_FINE;
}

int op25b_date_parse_in(const char *text, const char *timezone, int64_t *ret)
{
	struct op25b_zone zone = { 0 };
	enum op25b_date_fault fault;
	int r = timezone ? op25b_zone_enter(&zone, timezone) : 0;

	if (r)
		return r == -ENOMEM ? r : -EINVAL;
	fault = op25b_date_parse(text, &zone, /* until= */ false, ret);
	op25b_zone_leave(&zone);
	return fault ? -EINVAL : 0;
}
