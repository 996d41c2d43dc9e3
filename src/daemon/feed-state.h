/* SPDX-License-Identifier: BSD-2-Clause */
/* What op25bd knows of the store it follows; feed.c, feed-take.c and feed-status.c only. */
#pragma once

#include <event2/event.h>

#include "daemon/feed.h"
#include "daemon/follower.h"
#include "session/follow-wire.h"
#include "session/live.h"

struct op25b_feed_nas {
	char name[OP25B_ACCT_TEXT];
	int64_t last;
};

struct op25b_feed_nas_list {
	struct op25b_feed_nas *list;
	size_t n, room;
};

struct op25b_feed {
	struct op25b_daemon *d;
	struct event_base *base;
	char *store, *shown, *user; /* NULL: none is followed */
	struct op25b_follower follower;
	struct event *frames; /* of the follower's descriptor; NULL: there is none */
	struct event *start;  /* the time at which one is started, or looked after */
	int delay_ms;         /* before the next start; 0: the last one did well */
	size_t n_in;
	uint8_t in[1 << 16];

	struct op25b_follow_order order; /* .position: what the enforcer has */
	struct op25b_live *aside;        /* of a snapshot on its way */
	struct op25b_live *wide;         /* too wide for a line, and so not in force */
	struct op25b_live *wide_aside;
	int64_t applied_at; /* .at of the last change taken; 0: not known */
	bool healthy;       /* the store was read since the last problem */
	struct op25b_sessions_health health;
	int64_t heard_ns; /* boot clock: when health came */
	struct op25b_feed_nas_list nas, nas_next;
	uint64_t n_started, n_snapshots;
	/* Of the boot clock: */
	int64_t started_ns;          /* the follower */
	int64_t log_after_ns;        /* no fault is logged before, so that none fills the log */
	int64_t settle_after_ns;     /* no rebuild before: they take at most half of the time */
	int64_t waiting_ns;          /* the first change that the enforcer has put off */
	int64_t waiting_seq;         /* the change before that one */
	bool went;                   /* the follower went by itself */
	int64_t snapshot_at;         /* wall clock */
	char problem[OP25B_PROBLEM]; /* the store's or the follower's; "" once the store was read */
	char put_problem[OP25B_PROBLEM]; /* what was told can't be put in force */
};

/**
 * op25b_feed_take() - one frame that has come in its order.
 * Returns 0; else what was told can't be kept, @error says why, and a snapshot has to mend it.
 */
int op25b_feed_take(struct op25b_feed *feed, const struct op25b_follow_frame *frame,
		    struct op25b_error *error);

/* Write @text into one of the two problems, and into the log if it is news. */
void op25b_feed_note(struct op25b_feed *feed, char problem[static OP25B_PROBLEM], const char *text);

/* The end of a batch of frames: what a change could not do in place is done now. */
void op25b_feed_settle(struct op25b_feed *feed);

/* What a snapshot or a list had come to, of a follower that is no more. */
void op25b_feed_forget(struct op25b_feed *feed);
