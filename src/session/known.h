/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a writer need not look up again: the rows of NASes, and of each session a digest of the
 * packet it agrees with. Most packets are interims that repeat the one before; they are recognised
 * here, without the store.
 *
 * A digest is keyed with random octets of this process, so that no sender can make two packets that
 * look alike. Only as good as its upkeep: the engine reports every row it writes, and clears all
 * when it rolls back or somebody else has written.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "session/merge.h"

/* Empty; some 32 MiB once a million sessions are known, the least used of which make room. */
struct op25b_known;

/* Returns 0; -ENOMEM; -ENOTSUP: OpenSSL has no SipHash or no random octets. */
int op25b_known_new(struct op25b_known **ret);
/* NULL-safe; sets *known to NULL. */
void op25b_known_free(struct op25b_known **known);
void op25b_known_clear(struct op25b_known *known);

/* The row of a NAS as it was put last; false if it isn't known. */
bool op25b_known_nas(const struct op25b_known *known, const char *name, struct op25b_nas *ret);
/*
 * Report a row that was read (with its name) or written (NULL: the name is known, or the row isn't
 * wanted). Another epoch clears the sessions: which of them are over is not for this file to say.
 */
void op25b_known_put_nas(struct op25b_known *known, const char *name, const struct op25b_nas *nas);

/* Report that the session's row was written or dropped. */
void op25b_known_forget(struct op25b_known *known, int64_t nas, const char *session);

/* Report that the packet would change nothing if it came again; see struct op25b_merge_io. */
void op25b_known_settle(struct op25b_known *known, const struct op25b_acct *acct,
			const struct op25b_session *session);

/**
 * op25b_known_repeats() - whether op25b_merge() would find the packet unchanged and write nothing.
 *
 * False also where that isn't known. About half a microsecond.
 */
bool op25b_known_repeats(struct op25b_known *known, const struct op25b_sessions_settings *settings,
			 const struct op25b_acct *acct, int64_t now);
