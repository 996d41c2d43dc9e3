/* SPDX-License-Identifier: BSD-2-Clause */
/* What becomes of each frame, see feed-state.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "daemon/change.h"
#include "daemon/feed-state.h"
#include "serve/clock.h"
#include "serve/log.h"

#define NSEC     1000000000LL
#define PROVEN   (5 * NSEC) /* a follower that has lived so long did well */
#define PREFIXES 200000000U /* more are no provider's: the follower, or the store, is hostile */

void op25b_feed_note(struct op25b_feed *feed, char problem[static OP25B_PROBLEM], const char *text)
{
	int64_t now = op25b_clock_boot_ns();

	if (strncmp(problem, text, OP25B_PROBLEM - 1) != 0 && now >= feed->log_after_ns) {
		op25b_log(OP25B_LOG_ERROR, "%s", text);
		feed->log_after_ns = now + NSEC / 10;
	}
	if (problem != text)
		snprintf(problem, OP25B_PROBLEM, "%s", text);
}

/* Whoever claims more than a line can have would speak for a pool, in millions of stores. */
static bool is_wide(const struct op25b_prefix *prefix)
{
	return prefix->len <
	       (prefix->family == OP25B_V4 ? OP25B_FEED_WIDEST_V4 : OP25B_FEED_WIDEST_V6);
}

static int begin(struct op25b_feed *feed, struct op25b_error *error)
{
	op25b_live_free(&feed->aside);
	op25b_live_free(&feed->wide_aside);
	if (op25b_live_make(&feed->aside) || op25b_live_make(&feed->wide_aside))
		return op25b_error_set(error, -ENOMEM, "out of memory");
	return 0;
}

static int check_room(const struct op25b_live *live, struct op25b_error *error)
{
	if (op25b_live_size(live).prefixes < PREFIXES)
		return 0;
	return op25b_error_set(error, -E2BIG, "more than %u prefixes", PREFIXES);
}

static int hold(struct op25b_feed *feed, const struct op25b_holding *holding,
		struct op25b_error *error)
{
	struct op25b_live *to = is_wide(&holding->prefix) ? feed->wide_aside : feed->aside;
	int r = check_room(to, error);

	if (r)
		return r;
	r = op25b_live_set(to, &holding->prefix, &holding->holder);
	return r < 0 ? op25b_error_set(error, r, "out of memory for the live sessions") : 0;
}

/* One switch; then what waited for it. */
static int end(struct op25b_feed *feed, struct op25b_error *error)
{
	struct op25b_daemon *d = feed->d;
	struct op25b_live_size size = op25b_live_size(feed->aside);
	int64_t now = op25b_clock_wall();
	int r = op25b_enforcer_sessions_replace(&d->enforcer, &feed->aside, now, error);

	if (r < 0)
		return r;
	op25b_live_free(&feed->wide);
	feed->wide = OP25B_TAKE_PTR(feed->wide_aside);
	feed->put_problem[0] = '\0';
	feed->n_snapshots++;
	feed->snapshot_at = now;
	feed->applied_at = 0;
	op25b_log(OP25B_LOG_NOTICE,
		  "sessions: a snapshot is in force: %llu prefixes of %llu holders",
		  (unsigned long long)size.prefixes, (unsigned long long)size.holders);
	op25b_change_deadline(d);
	op25b_change_stage(d);
	return 0;
}

/* As change(), of what is told and not put in force. */
static int change_wide(struct op25b_feed *feed, const struct op25b_change *change,
		       struct op25b_error *error)
{
	int r = 0;

	if (change->op == OP25B_CHANGE_CLEAR)
		op25b_live_clear(feed->wide, &change->prefix);
	else
		r = op25b_live_set(feed->wide, &change->prefix, &change->holder);
	return r < 0 ? op25b_error_set(error, r, "out of memory for the live sessions") : 0;
}

static int change(struct op25b_feed *feed, const struct op25b_change *change,
		  struct op25b_error *error)
{
	struct op25b_enforcer *e = &feed->d->enforcer;
	const bool waiting = e->rebuild;
	int r = check_room(e->live, error);

	if (r)
		return r;
	feed->applied_at = change->at;
	if (is_wide(&change->prefix))
		return change_wide(feed, change, error);
	if (change->op == OP25B_CHANGE_CLEAR)
		op25b_enforcer_session_clear(e, &change->prefix);
	else if (op25b_enforcer_session_set(e, &change->prefix, &change->holder) < 0)
		return op25b_error_set(error, -ENOMEM, "out of memory for the live sessions");
	if (e->rebuild && !waiting) {
		feed->waiting_ns = op25b_clock_boot_ns();
		feed->waiting_seq = change->seq - 1;
	}
	return 0;
}

static int add_nas(struct op25b_feed *feed, const struct op25b_nas_status *nas,
		   struct op25b_error *error)
{
	struct op25b_feed_nas_list *next = &feed->nas_next;

	if (next->n == next->room) {
		size_t room = next->room ? 2 * next->room : 16;
		void *list = reallocarray(next->list, room, sizeof(*next->list));

		if (!list)
			return op25b_error_set(error, -ENOMEM, "out of memory");
		next->list = list;
		next->room = room;
	}
	next->list[next->n].last = nas->last;
	snprintf(next->list[next->n++].name, sizeof(next->list->name), "%s", nas->name);
	return 0;
}

static void hear(struct op25b_feed *feed, const struct op25b_sessions_health *health)
{
	struct op25b_feed_nas_list old = feed->nas;

	if (*feed->problem)
		op25b_log(OP25B_LOG_NOTICE, "sessions: the store is read again");
	feed->problem[0] = '\0';
	feed->health = *health;
	feed->heard_ns = op25b_clock_boot_ns();
	feed->healthy = true;
	if (feed->heard_ns - feed->started_ns > PROVEN)
		feed->delay_ms = 0;
	feed->nas = feed->nas_next;
	feed->nas_next = old;
	feed->nas_next.n = 0;
}

void op25b_feed_settle(struct op25b_feed *feed)
{
	struct op25b_error error = { "" }, all = { "" };
	int64_t began = op25b_clock_boot_ns();
	int r;

	if (feed->d->enforcer.sessions != OP25B_ENFORCER_KNOWN || began < feed->settle_after_ns)
		return;
	r = op25b_enforcer_sessions_settle(&feed->d->enforcer, &error);
	if (r)
		feed->settle_after_ns = 2 * op25b_clock_boot_ns() - began;
	if (r < 0) {
		op25b_error_set(&all, r, "sessions: changes wait, they can't be put in force: %s",
				*error.text ? error.text : strerror(-r));
		op25b_feed_note(feed, feed->put_problem, all.text);
	} else {
		feed->put_problem[0] = '\0';
	}
}

int op25b_feed_take(struct op25b_feed *feed, const struct op25b_follow_frame *frame,
		    struct op25b_error *error)
{
	struct op25b_error text = { "" };

	switch (frame->kind) {
	case OP25B_FOLLOW_BEGIN:
		return begin(feed, error);
	case OP25B_FOLLOW_HOLDING:
		return hold(feed, &frame->holding, error);
	case OP25B_FOLLOW_END:
		return end(feed, error);
	case OP25B_FOLLOW_CHANGE:
		return change(feed, &frame->change, error);
	case OP25B_FOLLOW_NAS:
		return add_nas(feed, &frame->nas, error);
	case OP25B_FOLLOW_HEALTH:
		hear(feed, &frame->health.store);
		return 0;
	case OP25B_FOLLOW_PROBLEM:
		op25b_feed_forget(feed);
		feed->healthy = false;
		op25b_error_set(&text, 0, "sessions: %s", frame->problem);
		op25b_feed_note(feed, feed->problem, text.text);
		return 0;
	}
	return op25b_error_set(error, -EBADMSG, "there is no such frame");
}

void op25b_feed_forget(struct op25b_feed *feed)
{
	op25b_live_free(&feed->aside);
	op25b_live_free(&feed->wide_aside);
	feed->nas_next.n = 0;
}
