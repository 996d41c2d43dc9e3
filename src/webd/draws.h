/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How many addresses for test mails visitors may draw: each is a line in the mail server's state,
 * which is not theirs to fill (design-words 6b.6).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "policy/policy.h"

#define OP25B_DRAWS_HOUR   20U  /* for an address, of IPv6 a /64 */
#define OP25B_DRAWS_MINUTE 600U /* for all together: fewer an hour than op25b-maild keeps */
#define OP25B_DRAWS_PLACES 65536U

/* Zeroed. Who shares a place shares its number; no address is kept. */
struct op25b_draws {
	uint64_t key; /* from the kernel: nobody can choose whose place he shares */
	int64_t hour, minute;
	unsigned int all;
	uint8_t places[OP25B_DRAWS_PLACES];
};

/* Whether one more may be drawn; then it counts. @now: seconds UTC */
bool op25b_draws_take(struct op25b_draws *draws, const struct op25b_prefix *who, int64_t now);
