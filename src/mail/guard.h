/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Guessing of passwords: different wrong ones are counted by the address they come from, and by
 * address and login together, over six times ten minutes. The same wrong one again is an old
 * telephone, and counts once. Whoever guesses is made to wait, and then refused from there: nobody
 * can lock an account's owner out at another address.
 *
 * From an address of many (webmail's host, or one that many lines share) nobody pays for another's
 * mistakes: there only address and login together count.
 *
 * In memory only: a daemon that was started anew forgives. Of 16,384 addresses and as many of both
 * together; the least recently seen goes. Logins and hashes are kept as hashes with a key of this
 * process. IPv6 counts by /64.
 *
 * Besides, what an account was like at its last login from an address: Postfix doesn't tell when a
 * session began, and one that began with the old password would go on sending.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "policy/policy.h"

struct op25b_guard;

/* Returns 0; -ENOMEM; -EIO: no random numbers. */
int op25b_guard_make(struct op25b_guard **ret);

/* NULL-safe; sets *guard to NULL. */
void op25b_guard_free(struct op25b_guard **guard);

/* Whether it is a loopback address. */
bool op25b_guard_is_our_host(const struct op25b_prefix *remote);

/* Where a login comes from. */
struct op25b_guard_place {
	struct op25b_prefix address; /* family 0: not known; then nothing counts */
	bool many;                   /* it is an address of many */
};

/* Before a password is looked at: -1: refuse; 0: go on; more: seconds to wait first. */
int op25b_guard_ask(struct op25b_guard *guard, int64_t now, const struct op25b_guard_place *place,
		    const char *login);

/* A wrong password. @pwhash: some bits of it, from Dovecot; "": not known, and counts */
void op25b_guard_failed(struct op25b_guard *guard, int64_t now,
			const struct op25b_guard_place *place, const char *login,
			const char *pwhash);

/* The right one: forgets what this login got wrong from there, and nothing else. */
void op25b_guard_passed(struct op25b_guard *guard, const struct op25b_prefix *remote,
			const char *login);

/* A login of an account as it is; @version tells each change of it, and who had the name before. */
void op25b_guard_begin(struct op25b_guard *guard, int64_t now, const struct op25b_prefix *remote,
		       const char *account, uint64_t version);

/* Whether its last login from there was with another version. Who is not known may go on. */
bool op25b_guard_is_over(struct op25b_guard *guard, const struct op25b_prefix *remote,
			 const char *account, uint64_t version);
