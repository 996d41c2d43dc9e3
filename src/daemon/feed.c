/* SPDX-License-Identifier: BSD-2-Clause */
/* The follower's life and its bytes, see feed.h. */
#include "daemon/feed.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "daemon/feed-state.h"
#include "serve/clock.h"
#include "serve/log.h"

#define RETRY_MIN_MS 100
#define RETRY_MAX_MS 5000

static void start_in(struct op25b_feed *feed, int ms)
{
	const struct timeval delay = { .tv_sec = ms / 1000,
				       .tv_usec = (suseconds_t)ms % 1000 * 1000 };

	event_add(feed->start, &delay);
}

/* End the follower, for the reason @why; another starts after a while. */
static void replace_follower(struct op25b_feed *feed, const char *why)
{
	feed->healthy = false;
	if (why)
		op25b_feed_note(feed, feed->problem, why);
	if (feed->frames)
		event_free(feed->frames);
	feed->frames = NULL;
	op25b_follower_end(&feed->follower);
	op25b_feed_forget(feed);
	feed->n_in = 0;
	feed->order.snapshot = false;
	feed->order.n_nas = 0;
	if (!why) {
		feed->delay_ms = 0;
	} else {
		feed->delay_ms = feed->delay_ms ? 2 * feed->delay_ms : RETRY_MIN_MS;
		if (feed->delay_ms > RETRY_MAX_MS)
			feed->delay_ms = RETRY_MAX_MS;
	}
	start_in(feed, feed->delay_ms);
}

/*
 * What can't be taken ends the follower. A change that was refused by the enforcer, and a snapshot
 * that could not be put in force, leave a table of which we don't know the position: a snapshot.
 */
static int take_frames(struct op25b_feed *feed)
{
	struct op25b_error error = { "" }, all = { "" };
	struct op25b_follow_frame frame;
	size_t at = 0;
	int n = 0, r = 0;

	while (r == 0 &&
	       (n = op25b_follow_decode(feed->in + at, feed->n_in - at, &frame, &error)) > 0) {
		r = op25b_follow_accept(&feed->order, &frame, &error);
		if (r) {
			n = r;
			break;
		}
		r = op25b_feed_take(feed, &frame, &error);
		at += (size_t)n;
	}
	if (n < 0) {
		op25b_error_set(&all, n, "sessions: the reader of the store sent %s; it was ended",
				error.text);
	} else if (r < 0) {
		feed->order.known = false;
		op25b_error_set(&all, r, "sessions: what the store says can't be put in force: %s",
				*error.text ? error.text : strerror(-r));
	}
	feed->n_in -= at;
	memmove(feed->in, feed->in + at, feed->n_in);
	if (*all.text) {
		replace_follower(feed, all.text);
		return -EBADMSG;
	}
	return 0;
}

/* At most one buffer a turn; the loop comes back while there is more. */
static void on_frames(evutil_socket_t fd, short what, void *context)
{
	char why[OP25B_PROBLEM];
	struct op25b_feed *feed = context;
	ssize_t n = read(fd, feed->in + feed->n_in, sizeof(feed->in) - feed->n_in);

	(void)what;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		feed->went = true;
		snprintf(why, sizeof(why), "%s",
			 *feed->problem ? feed->problem :
					  "sessions: the reader of the store is gone");
		replace_follower(feed, why);
		return;
	}
	feed->n_in += (size_t)n;
	(void)take_frames(feed);
	op25b_feed_settle(feed);
}

static int start_follower(struct op25b_feed *feed, struct op25b_error *error)
{
	OP25B_AUTO_FREE struct op25b_follow_task *task = calloc(1, sizeof(*task));
	int r;

	if (!task)
		return op25b_error_set(error, -ENOMEM, "out of memory");
	snprintf(task->location, sizeof(task->location), "%s", feed->store);
	if (feed->order.known)
		task->position = feed->order.position;
	r = op25b_follower_start(task, feed->user, &feed->follower, error);
	if (r)
		return r;
	feed->frames =
		event_new(feed->base, feed->follower.fd, EV_READ | EV_PERSIST, on_frames, feed);
	if (!feed->frames || event_add(feed->frames, NULL))
		return op25b_error_set(error, -ENOMEM, "out of memory");
	feed->n_started++;
	feed->started_ns = op25b_clock_boot_ns();
	return 0;
}

/* The one before may take a moment to die; there is never more than one. */
static void on_start(evutil_socket_t fd, short what, void *context)
{
	struct op25b_feed *feed = context;
	struct op25b_error error = { "" }, all = { "" };
	int status = 0, r;

	(void)fd;
	(void)what;
	if (!op25b_follower_reap(&feed->follower, &status)) {
		start_in(feed, RETRY_MIN_MS);
		return;
	}
	if (feed->went)
		op25b_log(OP25B_LOG_ERROR, "sessions: the reader of the store ended by %s %d",
			  WIFSIGNALED(status) ? "signal" : "status",
			  WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
	feed->went = false;
	if (!feed->store)
		return;
	r = start_follower(feed, &error);
	if (r < 0) {
		op25b_error_set(&all, r, "sessions: %s", error.text);
		replace_follower(feed, all.text);
	}
}

static char *copy(const char *text)
{
	return text ? strdup(text) : NULL;
}

/* What the gateway file in force says. */
static int take_settings(struct op25b_feed *feed)
{
	const struct op25b_gateway *gateway = feed->d->gateway;
	char *store = copy(gateway->sessions_store), *shown = copy(gateway->sessions_shown);
	char *user = copy(gateway->sessions_user);

	if (gateway->sessions_store && (!store || !shown || !user)) {
		free(store);
		free(shown);
		free(user);
		return -ENOMEM;
	}
	free(feed->store);
	free(feed->shown);
	free(feed->user);
	feed->store = store;
	feed->shown = shown;
	feed->user = user;
	return 0;
}

int op25b_feed_open(struct op25b_daemon *d, struct event_base *base, struct op25b_feed **ret_feed,
		    struct op25b_error *error)
{
	struct op25b_feed *feed = calloc(1, sizeof(*feed));

	if (!feed)
		return op25b_error_set(error, -ENOMEM, "out of memory");
	feed->d = d;
	feed->base = base;
	feed->follower.fd = -1;
	feed->start = event_new(base, -1, 0, on_start, feed);
	if (!feed->start || take_settings(feed)) {
		op25b_feed_close(&feed);
		return op25b_error_set(error, -ENOMEM, "out of memory");
	}
	if (feed->store) {
		d->enforcer.sessions = OP25B_ENFORCER_AWAITED;
		start_in(feed, 0);
	}
	*ret_feed = feed;
	return 0;
}

void op25b_feed_close(struct op25b_feed **feed)
{
	struct op25b_feed *f = *feed;

	*feed = NULL;
	if (!f)
		return;
	if (f->frames)
		event_free(f->frames);
	if (f->start)
		event_free(f->start);
	op25b_follower_end(&f->follower);
	op25b_feed_forget(f);
	op25b_live_free(&f->wide);
	free(f->nas.list);
	free(f->nas_next.list);
	free(f->store);
	free(f->shown);
	free(f->user);
	free(f);
}

/* No store: what was known of sessions is not in force any more. */
static void drop(struct op25b_feed *feed)
{
	struct op25b_error error = { "" }, all = { "" };
	int r = op25b_enforcer_sessions_drop(&feed->d->enforcer, op25b_clock_wall(), &error);

	feed->order = (struct op25b_follow_order){ 0 };
	op25b_live_free(&feed->wide);
	feed->problem[0] = '\0';
	feed->put_problem[0] = '\0';
	if (r < 0) {
		op25b_error_set(&all, r, "sessions: they can't be taken out of force: %s",
				*error.text ? error.text : strerror(-r));
		op25b_feed_note(feed, feed->put_problem, all.text);
	}
}

void op25b_feed_reload(struct op25b_feed *feed)
{
	const struct op25b_gateway *gateway = feed->d->gateway;

	if (op25b_text_same(feed->store, gateway->sessions_store) &&
	    op25b_text_same(feed->user, gateway->sessions_user))
		return;
	if (take_settings(feed)) {
		op25b_log(OP25B_LOG_ERROR, "sessions: out of memory; the store before is followed");
		return;
	}
	replace_follower(feed, NULL);
	if (!feed->store)
		drop(feed);
}
