/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See watch.h. The frames are not trusted: what may not come ends the follower, and a hostile store
 * gets no further than to a wrong holder of an address.
 */
#include "session/watch.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "session/follow-wire.h"
#include "session/follow.h"

#define PREFIXES 200000000U /* more are no provider's: the store is hostile */

struct op25b_watch {
	struct op25b_live *live;
	bool keeps_other;
	struct op25b_live_tables *tables; /* borrowed; NULL: none */
	bool stale;                       /* `tables` is no longer what `live` makes of them */

	char *location; /* of the store that is followed; NULL: none */
	int fd;         /* of its frames; -1: the follower ended */
	pthread_t thread;
	bool known;                      /* a snapshot was whole */
	struct op25b_follow_order order; /* .position: what `live` has */
	struct op25b_live *aside;        /* of a snapshot on its way */
	struct op25b_error problem;
	size_t n_in;
	uint8_t in[1 << 16];
};

int op25b_watch_make(struct op25b_watch **ret)
{
	struct op25b_watch *watch = calloc(1, sizeof(*watch));
	int r = watch ? op25b_live_make(&watch->live) : -ENOMEM;

	if (r) {
		free(watch);
		return r;
	}
	watch->fd = -1;
	*ret = watch;
	return 0;
}

void op25b_watch_keep_other(struct op25b_watch *watch)
{
	watch->keeps_other = true;
	op25b_live_keep_other(watch->live);
}

/* Whoever claims more than a line can have would speak for a pool: as op25bd has it. */
static bool is_wide(const struct op25b_prefix *prefix)
{
	return prefix->len < (prefix->family == OP25B_V4 ? 16 : 44);
}

static void forget_snapshot(struct op25b_watch *watch)
{
	op25b_live_free(&watch->aside);
	watch->order.snapshot = false;
	watch->order.n_nas = 0;
	watch->n_in = 0;
}

/* @wait: until its thread is over. */
static void unfollow(struct op25b_watch *watch, bool wait)
{
	if (watch->fd >= 0) {
		/* A follower that waits for room or for a change wakes up and ends. */
		shutdown(watch->fd, SHUT_RDWR);
		if (wait)
			pthread_join(watch->thread, NULL);
		else
			pthread_detach(watch->thread);
		op25b_cleanup_close(&watch->fd);
	}
	forget_snapshot(watch);
}

static void *run_follower(void *arg)
{
	int fd = (int)(intptr_t)arg;

	op25b_follow(fd);
	close(fd);
	return NULL;
}

/* Signals are the loop's: the thread gets none. */
static int start_thread(struct op25b_watch *watch, int fd)
{
	sigset_t all, before;
	int r;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	r = pthread_create(&watch->thread, NULL, run_follower, (void *)(intptr_t)fd);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return -r;
}

/* The socket takes a task whole while nobody reads. */
static int send_task(const struct op25b_watch *watch, int fd)
{
	OP25B_AUTO_FREE struct op25b_follow_task *task = calloc(1, sizeof(*task));
	ssize_t n;

	if (!task)
		return -ENOMEM;
	memcpy(task->location, watch->location, strlen(watch->location) + 1);
	if (watch->order.known)
		task->position = watch->order.position;
	n = write(fd, task, sizeof(*task));
	return n == (ssize_t)sizeof(*task) ? 0 : n < 0 ? -errno : -EIO;
}

static int take_location(struct op25b_watch *watch, const char *location)
{
	char *copy;

	if (watch->location && !strcmp(watch->location, location))
		return 0;
	if (strlen(location) >= OP25B_FOLLOW_LOCATION)
		return -ENAMETOOLONG;
	copy = strdup(location);
	if (!copy)
		return -ENOMEM;
	free(watch->location);
	watch->location = copy;
	watch->order = (struct op25b_follow_order){ 0 };
	return 0;
}

int op25b_watch_follow(struct op25b_watch *watch, const char *location, struct op25b_error *error)
{
	OP25B_AUTO_CLOSE int ours = -1, theirs = -1;
	int fds[2], r = take_location(watch, location);

	if (r)
		return op25b_error_set(error, r, "can't follow the session store: %s",
				       strerror(-r));
	unfollow(watch, /* wait= */ false);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds))
		return op25b_error_set(error, -errno, "can't follow the session store: %s",
				       strerror(errno));
	ours = fds[0];
	theirs = fds[1];
	r = send_task(watch, ours);
	if (!r && fcntl(ours, F_SETFL, O_NONBLOCK))
		r = -errno;
	r = r ? r : start_thread(watch, theirs);
	if (r)
		return op25b_error_set(error, r, "can't follow the session store: %s",
				       strerror(-r));
	(void)OP25B_TAKE_FD(theirs);
	watch->fd = OP25B_TAKE_FD(ours);
	return watch->fd;
}

/* Of the live sessions, and of the tables as long as they can have it. @holder NULL: nobody holds
 * the prefix any more. */
static int change(struct op25b_watch *watch, const struct op25b_prefix *prefix,
		  const struct op25b_holder *holder)
{
	int r;

	if (!watch->tables || watch->stale) {
		r = holder ? op25b_live_set(watch->live, prefix, holder) :
			     op25b_live_clear(watch->live, prefix);
		return r < 0 ? r : 0;
	}
	r = holder ? op25b_live_tables_set(watch->tables, watch->live, prefix, holder, NULL) :
		     op25b_live_tables_clear(watch->tables, watch->live, prefix, NULL);
	watch->stale = r > 0;
	return r < 0 ? r : 0;
}

static int check_size(const struct op25b_live *live, struct op25b_error *error)
{
	if (op25b_live_size(live).prefixes >= PREFIXES)
		return op25b_error_set(error, -E2BIG, "more than %u prefixes", PREFIXES);
	return 0;
}

static int no_memory(struct op25b_error *error)
{
	return op25b_error_set(error, -ENOMEM, "out of memory for the live sessions");
}

static int take_holding(struct op25b_watch *watch, const struct op25b_holding *holding,
			struct op25b_error *error)
{
	int r = is_wide(&holding->prefix) ? 0 : check_size(watch->aside, error);

	if (r || is_wide(&holding->prefix))
		return r;
	r = op25b_live_set(watch->aside, &holding->prefix, &holding->holder);
	return r < 0 ? no_memory(error) : 0;
}

static int take_change(struct op25b_watch *watch, const struct op25b_change *of,
		       struct op25b_error *error)
{
	const bool clear = of->op == OP25B_CHANGE_CLEAR;
	int r = clear || is_wide(&of->prefix) ? 0 : check_size(watch->live, error);

	if (r || (!clear && is_wide(&of->prefix)))
		return r;
	return change(watch, &of->prefix, clear ? NULL : &of->holder) ? no_memory(error) : 0;
}

static int begin_snapshot(struct op25b_watch *watch)
{
	int r;

	op25b_live_free(&watch->aside);
	r = op25b_live_make(&watch->aside);
	if (!r && watch->keeps_other)
		op25b_live_keep_other(watch->aside);
	return r;
}

static void take_snapshot(struct op25b_watch *watch)
{
	op25b_live_free(&watch->live);
	watch->live = OP25B_TAKE_PTR(watch->aside);
	watch->known = true;
	watch->stale = true;
}

static int take_frame(struct op25b_watch *watch, const struct op25b_follow_frame *frame,
		      struct op25b_error *error)
{
	switch (frame->kind) {
	case OP25B_FOLLOW_BEGIN:
		return begin_snapshot(watch);
	case OP25B_FOLLOW_HOLDING:
		return take_holding(watch, &frame->holding, error);
	case OP25B_FOLLOW_END:
		take_snapshot(watch);
		return 0;
	case OP25B_FOLLOW_CHANGE:
		return take_change(watch, &frame->change, error);
	case OP25B_FOLLOW_NAS:
		return 0;
	case OP25B_FOLLOW_HEALTH:
		watch->problem.text[0] = '\0';
		return 0;
	case OP25B_FOLLOW_PROBLEM:
		op25b_live_free(&watch->aside);
		op25b_error_set(&watch->problem, 0, "sessions: %s", frame->problem);
		return 0;
	}
	return op25b_error_set(error, -EBADMSG, "there is no such frame");
}

/* What was read so far. After an error in a frame that was in order a snapshot has to mend it. */
static int take_frames(struct op25b_watch *watch, struct op25b_error *error)
{
	struct op25b_follow_frame frame;
	size_t at = 0;
	int n;

	while ((n = op25b_follow_decode(watch->in + at, watch->n_in - at, &frame, error)) > 0) {
		int r = op25b_follow_accept(&watch->order, &frame, error);

		if (r)
			return r;
		r = take_frame(watch, &frame, error);
		if (r) {
			watch->order.known = false;
			return r;
		}
		at += (size_t)n;
	}
	watch->n_in -= at;
	memmove(watch->in, watch->in + at, watch->n_in);
	return n;
}

int op25b_watch_take(struct op25b_watch *watch, struct op25b_error *error)
{
	struct op25b_error why = { "" };
	ssize_t n;
	int r;

	if (watch->fd < 0)
		return op25b_error_set(error, -EPIPE, "sessions: no store is followed");
	n = read(watch->fd, watch->in + watch->n_in, sizeof(watch->in) - watch->n_in);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n <= 0) {
		r = n < 0 ? -errno : -EPIPE;
		op25b_error_set(&why, r, "its reader is gone");
	} else {
		watch->n_in += (size_t)n;
		r = take_frames(watch, &why);
	}
	if (r >= 0)
		return (size_t)n > sizeof(watch->in) / 2;
	unfollow(watch, /* wait= */ false);
	op25b_error_set(&watch->problem, r, "sessions: %s", *why.text ? why.text : strerror(-r));
	return op25b_error_set(error, r, "%s", watch->problem.text);
}

void op25b_watch_close(struct op25b_watch **watch)
{
	struct op25b_watch *old = OP25B_TAKE_PTR(*watch);

	if (!old)
		return;
	unfollow(old, /* wait= */ true);
	op25b_live_free(&old->live);
	free(old->location);
	free(old);
}

const struct op25b_live *op25b_watch_live(const struct op25b_watch *watch)
{
	return watch->live;
}

bool op25b_watch_known(const struct op25b_watch *watch)
{
	return !watch->location || watch->known;
}

const char *op25b_watch_problem(const struct op25b_watch *watch)
{
	return watch->problem.text;
}

void op25b_watch_tables(struct op25b_watch *watch, struct op25b_live_tables *tables)
{
	watch->tables = tables;
	watch->stale = false;
}

bool op25b_watch_stale(const struct op25b_watch *watch)
{
	return watch->tables && watch->stale;
}
