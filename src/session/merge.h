/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an accounting packet does to the store, whichever engine keeps it. Pure: reads and writes go
 * through struct op25b_merge_io, time is a parameter.
 *
 * Accounting is lossy, late, doubled and out of order; these rules make of it who holds what:
 *
 *  - Start and Interim are the same: the session is there, and this is what it claims.
 *  - Of one session, (event time, Start < Interim < Stop) orders packets; an older one is late. An
 *    equal one is a duplicate, or the other half of the same second: it only adds.
 *  - A prefix belongs to the session that claimed it last. Who lost it keeps naming it in interims;
 *    that is no new claim, but takes it back once nobody holds it (`lost`).
 *  - A Stop ends what its own session holds and nothing else, and is remembered (an ended session),
 *    so that an older packet of it can't open it again.
 *  - On and Off set the NAS's epoch: its earlier sessions are over. They are ended bit by bit, by
 *    op25b_merge_judge().
 *  - A session of which nothing is heard for stale_after ended without a word, if its NAS was alive
 *    all the while.
 *  - Another User-Name under the same session id is another session. Other attributes that differ
 *    make a new holder, so that history tells which held when.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "session/store.h"

/* What one session may claim at once: a full packet of each family. */
#define OP25B_SESSION_CLAIMS (2 * OP25B_ACCT_PREFIXES)

struct op25b_nas {
	int64_t id;
	int64_t last, alive_since; /* arrival of the last packet; of the first after a silence */
	int64_t epoch;             /* counts On and Off */
	int64_t epoch_time;        /* event time of the last one; INT64_MIN: none */
	bool unswept;              /* sessions of before may still be open */
};

/* Key: (nas, session id). */
struct op25b_session {
	int64_t nas, holder;
	int64_t event;             /* time of the newest packet that was written */
	enum op25b_acct_status by; /* and what it was: Start, Interim or Stop */
	int64_t epoch;             /* of the NAS, when it came */
	int64_t seen;              /* arrival, coarse */
	int64_t ended;             /* event time; INT64_MAX: open */
	bool lost;                 /* a claim is or was held by another */
	struct op25b_prefix claims[OP25B_SESSION_CLAIMS]; /* sorted */
	size_t n_claims;
};

struct op25b_binding {
	int64_t holder;
	int64_t since; /* event time of the claim */
};

/*
 * What an engine offers. All return 0 or -errno, which ends the batch; _get returns -ENOENT for
 * what isn't there. `arg` comes first. Strings of a holder_get last until the next one.
 */
struct op25b_merge_io {
	void *arg;
	/* Made with an id, `epoch_time` INT64_MIN and zeroes if it isn't there. */
	int (*nas_get)(void *arg, const char *name, struct op25b_nas *ret);
	int (*nas_put)(void *arg, const struct op25b_nas *nas);
	int (*session_get)(void *arg, int64_t nas, const char *session, struct op25b_session *ret);
	int (*session_put)(void *arg, const char *session, const struct op25b_session *put);
	int (*session_drop)(void *arg, int64_t nas, const char *session);
	/* holder->id and holder->nas are not looked at; @nas is. */
	int (*holder_add)(void *arg, int64_t nas, const struct op25b_holder *holder,
			  int64_t *ret_id);
	int (*holder_get)(void *arg, int64_t id, int64_t *ret_nas, struct op25b_holder *ret);
	int (*binding_get)(void *arg, const struct op25b_prefix *prefix, struct op25b_binding *ret);
	/* Both also append a change. */
	int (*binding_put)(void *arg, const struct op25b_prefix *prefix,
			   const struct op25b_binding *put);
	int (*binding_drop)(void *arg, const struct op25b_prefix *prefix, int64_t holder);
	int (*history_add)(void *arg, const struct op25b_prefix *prefix, int64_t holder,
			   int64_t from, int64_t until);
	/* Cut the holder's past holdings of it at @until, or a second after they began. */
	int (*history_trim)(void *arg, const struct op25b_prefix *prefix, int64_t holder,
			    int64_t until);
	/*
	 * The session is as it stands in the store, and the packet coming again, later, would be
	 * unchanged: till another write to the session, or an On or Off of its NAS. May be NULL.
	 */
	void (*settled)(void *arg, const struct op25b_acct *acct,
			const struct op25b_session *session);
};

/* A NAS's last packet is written at most this often, seconds. */
#define OP25B_MERGE_NAS_EVERY 10

/**
 * op25b_merge() - one packet.
 * @tally: one of its first four is counted up
 */
int op25b_merge(const struct op25b_merge_io *io, const struct op25b_sessions_settings *settings,
		const struct op25b_acct *acct, int64_t now, struct op25b_sessions_tally *tally);

/**
 * op25b_merge_judge() - upkeep of one session: end it if its NAS began anew or its Stop was lost,
 * forget it if it ended long ago.
 * Returns 1 if it wrote, 0 if the session stays as it is, or an error of @io.
 */
int op25b_merge_judge(const struct op25b_merge_io *io,
		      const struct op25b_sessions_settings *settings, const struct op25b_nas *nas,
		      const char *id, struct op25b_session *session, int64_t now);
