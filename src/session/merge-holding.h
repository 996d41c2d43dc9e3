/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who holds a prefix, and who held it before: what the rules of merge.h come to in the store. Pure,
 * as they are; each function returns 0 or an error of @io.
 */
#pragma once

#include "session/claims.h"
#include "session/merge.h"

/*
 * Put into history that a holder had it. Less than a second, and what ended before it began by
 * another's clock, counts as one.
 */
int op25b_merge_keep_history(const struct op25b_merge_io *io, const struct op25b_prefix *prefix,
			     int64_t holder, int64_t from, int64_t until);

/* A session is over, and holds nothing any longer. The session is not written. */
int op25b_merge_end_session(const struct op25b_merge_io *io, struct op25b_session *session,
			    int64_t until);

/**
 * op25b_merge_change_claims() - a session claims @next: some go, some stay under another holder,
 * some are new. The session is not written.
 * @old: its holder until now; session->holder is the one from now on
 * @at:  event time
 */
int op25b_merge_change_claims(const struct op25b_merge_io *io, struct op25b_session *session,
			      const struct op25b_claims *next, int64_t old, int64_t at);
