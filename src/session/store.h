/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The session store: who holds which prefix now, who held it before, and the numbered changes that
 * gateways follow. One interface; the engine is chosen by the location. What a packet does to the
 * store is merge.h, the same for every engine.
 *
 * What was reported is kept (NAS, session, User-Name, Class, ...), never what a policy makes of it.
 *
 * A collector applies batches: each is one durable transaction, so answers are sent after
 * op25b_sessions_apply() returned. Changes are numbered as the batch's last act, so the order of
 * numbers is the order of commits, and a follower that has seen number n has seen all up to n. It
 * starts with a snapshot, then reads the tail; -ESTALE sends it back to a snapshot.
 *
 * Time is a parameter everywhere: `now` is seconds since 1970-01-01 UTC by the caller's clock.
 * Names are op25b_sessions_*, since op25b_store_* is the daemon's state folder.
 * A handle belongs to one thread, and to the process that opened it (not across fork()).
 *
 * Engines: SQLite, a file for the collector and gateways of one machine; PostgreSQL, for many of
 * both. There a call may fail with -ENOTCONN, since the server can't be reached or the connection
 * broke: the next call connects again by itself. What became of an apply that failed so is not
 * known; the NAS sends again, and what was kept tells nothing new then.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "policy/policy.h"
#include "session/acct.h"

struct op25b_sessions;

enum op25b_sessions_mode {
	OP25B_SESSIONS_READ,  /* follow and look up; the store must exist */
	OP25B_SESSIONS_WRITE, /* a collector: made if missing, migrated if older */
};

/* Seconds, unless said otherwise. */
struct op25b_sessions_settings {
	/* A session's "last seen" is written at most this often; 1 or more. */
	int64_t seen_every;
	/*
	 * Silence after which a Stop counts as lost, while the NAS is alive; 0: never. At least 60
	 * and 3 * seen_every, and to be set to 3 intervals of the NASes' interims or more.
	 */
	int64_t stale_after;
	int64_t forget_after; /* an ended session is known this long, against late packets */
	int64_t keep_history; /* from a holding's end to its purge */
	int64_t keep_changes; /* a number: the log is trimmed to the last so many */
};

/* 1 hour, 3 hours, 1 day, 180 days, 4 million. */
#define OP25B_SESSIONS_DEFAULTS                                                  \
	((struct op25b_sessions_settings){ .seen_every = 3600,                   \
					   .stale_after = 10800,                 \
					   .forget_after = 86400,                \
					   .keep_history = (int64_t)180 * 86400, \
					   .keep_changes = 4 * 1000 * (int64_t)1000 })

/* A place in the log. `origin` tells one store from another that took its place. */
struct op25b_position {
	int64_t origin;
	int64_t seq; /* 0: before the first change */
};

/* Attributes of one session, as reported; "" where absent. Borrowed for the call they come with. */
struct op25b_holder {
	int64_t id; /* of this set of attributes in this store; more than 0 */
	const char *nas, *session;
	const char *user_name, *class_, *filter_id, *framed_pool;
	int64_t first; /* event time at which the session showed itself with these */
};

enum op25b_change_op {
	OP25B_CHANGE_SET = 1,   /* the prefix belongs to this holder now, whoever had it before */
	OP25B_CHANGE_CLEAR = 2, /* nobody holds it; the holder is the last one */
};

struct op25b_change {
	int64_t seq;
	enum op25b_change_op op;
	struct op25b_prefix prefix;
	/* Only .id is sure: the rest is "" if the holder was purged since; a later change tells. */
	struct op25b_holder holder;
	int64_t at; /* the batch's `now` */
};

struct op25b_holding {
	struct op25b_prefix prefix;
	struct op25b_holder holder;
	int64_t from, until; /* [from, until) in event time; INT64_MAX: holds it now */
};

/* What became of a batch's packets; the four sum up to their number. */
struct op25b_sessions_tally {
	uint64_t changed;   /* wrote something */
	uint64_t unchanged; /* told nothing new: interims, duplicates */
	uint64_t late; /* older than what is known of the session, or than its NAS's On or Off */
	uint64_t unusable; /* no session id, or an unknown status */
	uint64_t left_out; /* besides: prefixes beyond what one session may hold */
};

/* One NAS, for status. */
struct op25b_nas_status {
	const char *name;
	int64_t last;       /* packet, within 10 s of the truth */
	int64_t epoch_time; /* event time of the last On or Off; INT64_MIN: none */
};

struct op25b_sessions_health {
	struct op25b_position last; /* of the log */
	int64_t trimmed;            /* changes up to this number are gone */
	int64_t changed_at;         /* `now` of the last change in the log; 0: it is empty */
	/*
	 * Holdings that ended up to then are not known: they were purged, or it was before the
	 * store's first change. 0: it never had one.
	 */
	int64_t kept_from;
	int64_t bytes, log_bytes; /* of the database and of its write-ahead log, as files; the
				     log is 0 with PostgreSQL, whose own concern it is */
	int checkpoint;           /* 0, or -errno of the last checkpoint of this handle */
};

/* A callback's non-zero value stops the walk and is returned by it. It must not use the store. */
typedef int (*op25b_holding_fn)(void *arg, const struct op25b_holding *holding);
typedef int (*op25b_change_fn)(void *arg, const struct op25b_change *change);
typedef int (*op25b_nas_fn)(void *arg, const struct op25b_nas_status *nas);

/**
 * op25b_sessions_open() - open or make a store.
 * @location:  path of the SQLite file, kept with mode 0640; its folder must exist. Or a libpq URI,
 *             postgresql://... or postgres://...; a password in it stands in no error text
 * @settings:  copied
 * @ret_store: close with op25b_sessions_close()
 *
 * Nothing in the store is trusted: whatever is not exactly this program's own layout is refused.
 * A writer of a file runs its checkpoints on a thread of its own, with all signals blocked.
 * PostgreSQL: a writer wants the primary, a reader may have a replica; blocks 5 s an address of
 * the server at most, here and in a call that connects again, then fails with -ENOTCONN.
 * Returns 0; -EINVAL: settings, location; -ENOENT, -EACCES, -EROFS; -EMEDIUMTYPE: not ours, or
 * of a newer op25b; -EBADMSG: damaged; -EBUSY; -EIO; -ENOSPC; -ENOMEM. All that follows may return
 * the last five too.
 */
int op25b_sessions_open(const char *location, enum op25b_sessions_mode mode,
			const struct op25b_sessions_settings *settings,
			struct op25b_sessions **ret_store, struct op25b_error *error);

/* Whether a location is that of a server; else it is the path of a file. */
bool op25b_sessions_is_server(const char *location);

/**
 * op25b_sessions_show() - a location as it may be shown to people: without a password.
 * @ret: allocated; written on success. A location too, with all else that the URI says
 *
 * Looks at the text and nothing else. Returns 0; -EINVAL: not a URI of libpq, with a text that has
 * nothing of it; -ENOMEM.
 */
int op25b_sessions_show(const char *location, char **ret, struct op25b_error *error);

/* NULL-safe; sets *store to NULL. Waits for a running checkpoint. */
void op25b_sessions_close(struct op25b_sessions **store);

/**
 * op25b_sessions_apply() - one durable transaction.
 * @batch: @n decoded packets, in the order of arrival; 1 to some thousands
 * @tally: added to on success; may be NULL
 *
 * All or nothing: after an error nothing of the batch is kept, and none may be answered. A batch
 * that told nothing new writes nothing. Also carries on with what an On or Off left to do, a
 * bounded piece a batch. -EROFS on a store opened for reading.
 */
int op25b_sessions_apply(struct op25b_sessions *store, const struct op25b_acct *batch, size_t n,
			 int64_t now, struct op25b_sessions_tally *tally,
			 struct op25b_error *error);

/**
 * op25b_sessions_sweep() - a bounded piece of upkeep: end the sessions that an On, an Off or a lost
 * Stop left behind, forget ended ones, purge history, trim the log.
 * @limit: rows looked at of each kind
 *
 * Call it every second or so; a walk through the store goes on where the last call left off.
 * Returns 1 if work that is due was left over, 0 if not, or an error. -EBADMSG: a damaged row
 * stopped the walk through the sessions; history and log were purged all the same, if sound.
 */
int op25b_sessions_sweep(struct op25b_sessions *store, int64_t now, unsigned int limit,
			 struct op25b_error *error);

/**
 * op25b_sessions_snapshot() - all that is held now, by family, address and length.
 * @ret: the position it stands for; the tail goes on from there. Written on success
 *
 * Consistent, and blocks no writer; memory does not grow with the store.
 */
int op25b_sessions_snapshot(struct op25b_sessions *store, op25b_holding_fn fn, void *arg,
			    struct op25b_position *ret, struct op25b_error *error);

/**
 * op25b_sessions_tail() - up to @limit changes after *@position, by number.
 * @position: moved on to the last change given to @fn without a stop
 *
 * Returns 0; -ESTALE: the log no longer reaches back there, or it is another store's: take a
 * snapshot.
 */
int op25b_sessions_tail(struct op25b_sessions *store, struct op25b_position *position,
			unsigned int limit, op25b_change_fn fn, void *arg,
			struct op25b_error *error);

/* Who is looked for; the parts that are set must all hold, and one of the first three must be. */
struct op25b_sessions_query {
	const struct op25b_prefix *inside; /* held prefixes that contain this one */
	const char *user_name, *class_;    /* NULL: any */
	int64_t from, until; /* holdings that overlap [from, until); one instant: t, t + 1 */
	unsigned int limit;  /* at most so many */
};

/**
 * op25b_sessions_history() - holdings, present ones and past; by address the longest prefix first,
 * else the newest session first.
 * -EINVAL: none of the first three is set.
 */
int op25b_sessions_history(struct op25b_sessions *store, const struct op25b_sessions_query *query,
			   op25b_holding_fn fn, void *arg, struct op25b_error *error);

/* Cheap: nothing is counted through. @fn may be NULL; else it gets every NAS, by name. */
int op25b_sessions_health(struct op25b_sessions *store, struct op25b_sessions_health *ret,
			  op25b_nas_fn fn, void *arg, struct op25b_error *error);
