/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How many packets were refused, or only counted, on each day of the policy's zone, by service:
 * differences of the kernel's counters, which go on while nobody reads them, and begin at 0 with
 * each boot. No address and no line is in it. Pure: clock, counters and file are the caller's.
 *
 * A day is whole if it was watched from midnight to midnight: a reading soon before and soon after
 * each, no reboot, no clock set over a midnight. What came within a minute of midnight may stand on
 * either day; what came while nobody read over a midnight is of neither, and neither is whole.
 * A service is in a day if a rule refused or counted on it, or any packet was.
 *
 * As JSON, in memory and in days.json (days-file.c):
 *
 *   {"schema":"op25b.days-file/1", "boot_id":"...", "at":S, "day":"2027-04-02",
 *    "seen":{"SERVICE":[refused, counted, limited], ...},      the counters at that reading
 *    "days":[{"day":"2027-04-01", "partly":false,
 *             "services":{"SERVICE":[refused, counted, partly], ...}}, ...]}    the oldest first
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/wall.h"
#include "policy/policy.h"
#include "serve/clock.h"

#define OP25B_DAYS_MOST 400U /* days kept; the oldest go first */
#define OP25B_DAYS_GAP  300  /* seconds between two readings that are next to each other */
#define OP25B_DAYS_TEXT 16U  /* "2027-04-01" and its NUL */

/* Keys of what is of no service, and of services beyond the counters: no service has such an id. */
#define OP25B_DAYS_NONE  "(none)"
#define OP25B_DAYS_OTHER "(other)"

struct op25b_days {
	json_t *days, *seen; /* as above; never NULL */
	char boot_id[OP25B_BOOT_ID];
	char day[OP25B_DAYS_TEXT]; /* of the last reading; "": there was none */
	int64_t at;                /* of it; seconds UTC */
};

/* A service's counters. */
struct op25b_days_counter {
	const char *service;       /* id; in UTF-8 */
	uint64_t refused, counted; /* packets since the counters were made */
	bool limited;              /* a rule in force refuses or counts */
};

struct op25b_days_reading {
	int64_t now;                   /* seconds UTC */
	const struct op25b_wall *wall; /* of the policy's zone */
	const char *boot_id;
	const struct op25b_days_counter *list; /* every service that has a counter */
	size_t n;
};

/* Without a day. -ENOMEM. op25b_days_done() frees. */
int op25b_days_init(struct op25b_days *ret_days);
/* NULL-safe; leaves it zeroed. */
void op25b_days_done(struct op25b_days *days);

/**
 * op25b_days_take() - take in a reading.
 * The very first one is only what later ones are compared with. A service that is new begins at 0,
 * as its counter was cleared; one whose counter is less than before began anew.
 *
 * Returns 1: something is to be written; 0: nothing new; -ENOMEM: taken in part, and nothing counts
 * twice when the next one is. Cost: linear in services.
 */
int op25b_days_take(struct op25b_days *days, const struct op25b_days_reading *reading);

/* The day of an instant: "2027-04-01". Returns @ret. */
const char *op25b_days_of(const struct op25b_wall *wall, int64_t instant,
			  char ret[static OP25B_DAYS_TEXT]);

/* As the file has it. NULL: no memory. */
json_t *op25b_days_pack(const struct op25b_days *days);

/**
 * op25b_days_unpack() - the same back; everything in it is looked at.
 * @days: initialised; as it was on failure
 * Returns 0; -EBADMSG: op25bd does not write such a file; -ENOMEM.
 */
int op25b_days_unpack(const json_t *json, struct op25b_days *days);

struct op25b_days_question {
	const struct op25b_policy *policy; /* in force; NULL: none */
	const struct op25b_wall *wall;     /* of its zone */
	int64_t now;
	unsigned int n; /* that many days up to today */
	bool services;  /* each day's, too */
};

/**
 * op25b_days_answer() - op25b.days/1, see op25b/control.h. NULL: no memory.
 * Means are of whole days of all that is kept, whatever question->n.
 */
json_t *op25b_days_answer(const struct op25b_days *days,
			  const struct op25b_days_question *question);
