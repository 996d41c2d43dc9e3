/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The live sessions of one gateway: who holds which prefix now, and the lookup of the longest one.
 * Knows nothing of a policy: what a policy makes of a session is asked anew whenever it is needed
 * (policy/session.h), so that another policy leaves this table as it is. What becomes of a
 * generation is live-tables.h.
 *
 * One thread. Cost: see docs/design/006-live-sessions.md.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/evidence.h"
#include "policy/session.h"
#include "session/store.h"

struct op25b_live;

/* -ENOMEM. */
int op25b_live_make(struct op25b_live **ret_live);

/* NULL-safe; sets *live to NULL. */
void op25b_live_free(struct op25b_live **live);

/**
 * op25b_live_keep_other() - remember for each holder a prefix of each family, from now on.
 * To be called while nobody holds anything (asserted). 36 bytes a holder.
 */
void op25b_live_keep_other(struct op25b_live *live);

/**
 * op25b_live_set() - a prefix belongs to a holder, whoever had it before.
 * @prefix: host bits zero, a length that its family has: the caller's to check (asserted)
 * @holder: copied; a `first` that no packet can tell (before 1970, after 2106) is not known. Of an
 *          id that holds something already nothing but the id is looked at, as attributes of an
 *          id never change
 *
 * Returns 1: nobody held exactly this prefix; 0: somebody did, perhaps the same holder; -ENOMEM:
 * nothing is changed. Cost: two hash probes; growing doubles a table, a pause of 1 s at 10 million.
 */
int op25b_live_set(struct op25b_live *live, const struct op25b_prefix *prefix,
		   const struct op25b_holder *holder);

/**
 * op25b_live_clear() - nobody holds exactly this prefix.
 * Returns 1: somebody did; 0: nobody. Never fails; memory is given back with the last prefix of a
 * holder, that of the tables only with the whole.
 */
int op25b_live_clear(struct op25b_live *live, const struct op25b_prefix *prefix);

/**
 * op25b_live_find() - the session with the longest prefix that holds all of @inside.
 * @inside:    an address, or a prefix: longer ones inside it are not looked at
 * @ret_facts: written if there is one; ->prefix is the session's. Texts are valid until the next
 *             change of the table
 *
 * Cost: a hash probe for each length in use.
 */
bool op25b_live_find(const struct op25b_live *live, const struct op25b_prefix *inside,
		     struct op25b_session_facts *ret_facts);

/**
 * op25b_live_other() - what else the session of an address holds, in the other family.
 * @inside: an address or a prefix
 * @ret:    written if there is one: the last of that family that it was given, if it still is
 *
 * False: there is no session, it has none that is known, or nobody said op25b_live_keep_other().
 * A line with a session for each family is two sessions.
 */
bool op25b_live_other(const struct op25b_live *live, const struct op25b_prefix *inside,
		      struct op25b_prefix *ret);

/* The same as op25b_evidence_find() wants it; valid as long as the table. NULL gives no session. */
struct op25b_evidence_sessions op25b_live_evidence(const struct op25b_live *live);

struct op25b_live_size {
	uint64_t prefixes; /* held now */
	uint64_t v4, v6;   /* of these */
	uint64_t holders;  /* with at least one */
	uint64_t bytes;    /* of memory asked for, without the allocator's own */
};

/* Kept as it goes: no walk, but over the lengths that prefixes can have. */
struct op25b_live_size op25b_live_size(const struct op25b_live *live);
