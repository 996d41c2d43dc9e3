/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Dates of the policy language to instants. Pure but for the zone, which base/zone.h enters.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/zone.h"

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
 * op25b_date_parse() - an instant from "2027-04-01" or "2027-04-01T09:00:00+09:00".
 * @text:  NUL-terminated. A blank may stand for the T, seconds may be left out; the offset is
 *         Z, +09, +0900 or +09:00
 * @zone:  entered, or NULL: then a date without an offset is OP25B_DATE_NO_ZONE
 * @until: a date without a time means the end of that day, not its start
 * @ret:   seconds since 1970-01-01 UTC; written only if there is no fault
 *
 * A day without a midnight begins with its first instant; a time that comes twice is its first.
 */
enum op25b_date_fault op25b_date_parse(const char *text, const struct op25b_zone *zone, bool until,
				       int64_t *ret);

/**
 * op25b_date_parse_in() - the same in the zone named @timezone (NULL: none), entered and left.
 * Returns 0, -EINVAL for any fault of the text or zone, -ENOMEM. About 20 µs.
 */
int op25b_date_parse_in(const char *text, const char *timezone, int64_t *ret);
