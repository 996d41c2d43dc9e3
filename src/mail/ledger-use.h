/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What one key (an account, a line) has used: the arithmetic of a bucket and of a day, and its row.
 * The bucket is kept as a debt, so that a policy's other limits find what was used; in units of
 * 1/3600 recipient, so that a refill of `hour` recipients an hour is `hour` units a second:
 * integers only, nothing is ever rounded.
 *
 * The clock of a key is the latest time it was used at. A clock that goes back by a day or less
 * stands still for it until the time comes again; from further back than that, what was used is
 * dated now. So a clock that jumps about refills nothing twice and locks for a day longer at most.
 */
#pragma once

#include "mail/ledger.h"

#define OP25B_USE_SLOTS 25U /* the running hour and 24 full ones */

struct op25b_use {
	int64_t at;                      /* the key's clock, seconds UTC */
	int64_t debt;                    /* of the bucket, in 1/3600 recipient */
	uint32_t slots[OP25B_USE_SLOTS]; /* recipients of each hour, at (hour % OP25B_USE_SLOTS) */
	int32_t forget;                  /* day from which no limit needs it; 0: no row yet */
};

/* No time is beyond these; so no sum of times overflows. */
#define OP25B_USE_LATEST ((int64_t)1 << 40)
static inline int64_t op25b_use_time(int64_t now)
{
	return now < 0 ? 0 : now > OP25B_USE_LATEST ? OP25B_USE_LATEST : now;
}

/**
 * op25b_use_advance() - refill at @hour an hour, empty the hours that are over.
 * @now: of op25b_use_time()
 *
 * Returns true if it was dated anew: that must be kept, whatever it is then used for, or the next
 * time it would be dated anew again and never refilled.
 */
bool op25b_use_advance(struct op25b_use *use, int64_t now, uint32_t hour);

/**
 * op25b_use_fits() - whether so many recipients more have room, after op25b_use_advance().
 * @ret_until: if not: from when on they have if nothing else is used; INT64_MAX: never
 */
bool op25b_use_fits(const struct op25b_use *use, const struct op25b_mail_bucket *bucket,
		    uint32_t recipients, int64_t *ret_until);

/* Use them, in the hour of the key's clock, which is returned. */
int64_t op25b_use_take(struct op25b_use *use, uint32_t recipients);

/* They were not used after all. @hour: what op25b_use_take() returned */
void op25b_use_give_back(struct op25b_use *use, uint32_t recipients, int64_t hour);

/* Recipients of the last @hours hours, the running one being the first. */
uint64_t op25b_use_sum(const struct op25b_use *use, unsigned hours);

/* Of a key that nobody used, all zeroes. Returns 0 or -errno. */
int op25b_use_load(struct op25b_state *state, enum op25b_ledger_kind kind, const char *name,
		   struct op25b_use *ret);

/**
 * op25b_use_store() - keep what was loaded and changed.
 * @hour: the refill, which says when it can be forgotten; 0: it is what it was
 */
int op25b_use_store(struct op25b_state *state, enum op25b_ledger_kind kind, const char *name,
		    const struct op25b_use *use, uint32_t hour);

/* Forget a bounded number of keys that no limit needs any more. */
int op25b_use_sweep(struct op25b_state *state, int64_t now);
