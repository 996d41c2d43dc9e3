/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Dates of the policy language to instants, by libc's zone database.
 *
 * libc knows one zone at a time, the process's: op25b_zone_enter() makes it the policy's and
 * op25b_zone_leave() puts back what was there. Between them no other thread may use local time.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct op25b_zone {
	char *saved; /* TZ before, or NULL if it was not set */
	bool entered;
};

enum op25b_date_fault {
	OP25B_DATE_FINE,
	OP25B_DATE_MALFORMED,
	OP25B_DATE_NO_SUCH_DAY,  /* 2027-02-30 */
	OP25B_DATE_NO_SUCH_TIME, /* 25:00 */
	OP25B_DATE_NO_ZONE,      /* no offset, and no zone was entered */
	OP25B_DATE_SKIPPED,      /* the clocks of the zone jump over it */
	OP25B_DATE_OUT_OF_RANGE, /* before 1970 or after 9999 */
};

/**
 * op25b_zone_enter() - make @name (such as Asia/Tokyo) the zone of dates without an offset.
 * @zone: zeroed or left by op25b_zone_leave(); owned by the caller
 *
 * Returns 0; -ENOENT if the zone database has no such zone; -EINVAL if @name can't be the name of one;
 * -ENOMEM. Reads one file of the zone database.
 */
int op25b_zone_enter(struct op25b_zone *zone, const char *name);

/* Put back the zone of before. Harmless if nothing was entered. */
void op25b_zone_leave(struct op25b_zone *zone);

/**
 * op25b_date_parse() - an instant from "2027-04-01", "2027-04-01 09:00", "2027-04-01T09:00:00+09:00".
 * @text:  NUL-terminated. Seconds may be left out; the offset is Z, +09, +0900 or +09:00
 * @zone:  entered, or NULL: then a date without an offset is OP25B_DATE_NO_ZONE
 * @until: a date without a time means the end of that day, not its start
 * @ret:   seconds since 1970-01-01 UTC; written only if there is no fault
 *
 * A day without a midnight begins with its first instant; a time that comes twice is its first.
 */
enum op25b_date_fault op25b_date_parse(const char *text, const struct op25b_zone *zone, bool until,
				       int64_t *ret);

/**
 * op25b_date_parse_in() - the same in the zone named @timezone (NULL: none), entering and leaving it.
 * Returns 0, -EINVAL for any fault of the text or zone, -ENOMEM. About 20 µs.
 */
int op25b_date_parse_in(const char *text, const char *timezone, int64_t *ret);
