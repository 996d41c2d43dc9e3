/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See follow.h. What the daemon has no time for yet waits in the socket, and then in the store: a
 * write blocks, and so does the reading behind it.
 */
#include "session/follow.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "session/follow-wire.h"

#define POLL_FILE_MS   10
#define POLL_SERVER_MS 25
#define RETRY_MIN_MS   100
#define RETRY_MAX_MS   5000
#define HEALTH_MS      1000
#define TAIL           1000U /* changes a transaction */

struct follower {
	int fd;
	const char *location;
	bool is_file;
	struct op25b_sessions *store;
	struct stat identity; /* of the file that is open */
	bool known;
	struct op25b_position position;
	int64_t health_due; /* of now_ms() */
	unsigned int n_nas;
	bool gone; /* the daemon is */
	size_t n_out;
	uint8_t out[1 << 16];
};

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Returns 0, or -EPIPE once the daemon is gone. */
static int flush(struct follower *f)
{
	size_t done = 0;

	while (done < f->n_out) {
		ssize_t n = write(f->fd, f->out + done, f->n_out - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			f->gone = true;
			return -EPIPE;
		}
		done += (size_t)n;
	}
	f->n_out = 0;
	return 0;
}

static int tell(struct follower *f, const struct op25b_follow_frame *frame)
{
	if (sizeof(f->out) - f->n_out < OP25B_FOLLOW_FRAME && flush(f) < 0)
		return -EPIPE;
	f->n_out += op25b_follow_encode(frame, f->out + f->n_out);
	return 0;
}

static int tell_holding(void *arg, const struct op25b_holding *holding)
{
	return tell(arg, &(struct op25b_follow_frame){ .kind = OP25B_FOLLOW_HOLDING,
						       .holding = *holding });
}

static int tell_change(void *arg, const struct op25b_change *change)
{
	return tell(arg,
		    &(struct op25b_follow_frame){ .kind = OP25B_FOLLOW_CHANGE, .change = *change });
}

static int tell_nas(void *arg, const struct op25b_nas_status *nas)
{
	struct follower *f = arg;

	if (f->n_nas++ >= OP25B_FOLLOW_NAS_MAX)
		return 0;
	return tell(f, &(struct op25b_follow_frame){ .kind = OP25B_FOLLOW_NAS, .nas = *nas });
}

static int tell_health(struct follower *f, struct op25b_error *error)
{
	struct op25b_follow_frame frame = { .kind = OP25B_FOLLOW_HEALTH };
	int r;

	f->n_nas = 0;
	r = op25b_sessions_health(f->store, &frame.health.store, tell_nas, f, error);
	if (r < 0)
		return r;
	frame.health.position = f->position;
	f->health_due = now_ms() + HEALTH_MS;
	r = tell(f, &frame);
	return r < 0 ? r : flush(f);
}

static int take_snapshot(struct follower *f, struct op25b_error *error)
{
	struct op25b_follow_frame frame = { .kind = OP25B_FOLLOW_BEGIN };
	int r = tell(f, &frame);

	if (r == 0)
		r = op25b_sessions_snapshot(f->store, tell_holding, f, &f->position, error);
	if (r < 0)
		return r;
	f->known = true;
	frame.kind = OP25B_FOLLOW_END;
	frame.position = f->position;
	return tell(f, &frame);
}

static int open_store(struct follower *f, struct op25b_error *error)
{
	/* Before it is opened: one put in its place meanwhile is then opened again. */
	if (f->is_file && stat(f->location, &f->identity))
		f->identity = (struct stat){ 0 };
	f->health_due = 0;
	return op25b_sessions_open(f->location, OP25B_SESSIONS_READ, &OP25B_SESSIONS_DEFAULTS,
				   &f->store, error);
}

/* Another file by the same name: what is open is nobody's any more. */
static bool is_replaced(const struct follower *f)
{
	struct stat st;

	return f->is_file && (stat(f->location, &st) || st.st_dev != f->identity.st_dev ||
			      st.st_ino != f->identity.st_ino);
}

/* All there is to tell, up to the last change. */
static int catch_up(struct follower *f, struct op25b_error *error)
{
	int64_t before;
	int r;

	do {
		if (!f->known && (r = take_snapshot(f, error)) < 0)
			return r;
		before = f->position.seq;
		r = op25b_sessions_tail(f->store, &f->position, TAIL, tell_change, f, error);
		if (r == -ESTALE)
			f->known = false;
		else if (r == 0 && now_ms() >= f->health_due)
			r = tell_health(f, error);
		if (r < 0 && r != -ESTALE)
			return r;
	} while (!f->known || f->position.seq - before >= TAIL);
	return flush(f);
}

static int turn(struct follower *f, struct op25b_error *error)
{
	int r;

	if (f->store && now_ms() >= f->health_due && is_replaced(f))
		op25b_sessions_close(&f->store);
	if (!f->store && (r = open_store(f, error)) < 0)
		return r;
	return catch_up(f, error);
}

static int tell_problem(struct follower *f, int r, const struct op25b_error *error)
{
	const char *text = *error->text ? error->text : strerror(-r);

	tell(f, &(struct op25b_follow_frame){ .kind = OP25B_FOLLOW_PROBLEM, .problem = text });
	return flush(f);
}

/* The daemon says nothing after the task: what can be read is its end. */
static void rest(struct follower *f, int ms)
{
	struct pollfd ear = { .fd = f->fd, .events = POLLIN };

	if (poll(&ear, 1, ms) > 0)
		f->gone = true;
}

static void follow(struct follower *f)
{
	int delay = 0;

	while (!f->gone) {
		struct op25b_error error = { "" };
		int r = turn(f, &error);

		if (r == 0) {
			delay = 0;
			rest(f, f->is_file ? POLL_FILE_MS : POLL_SERVER_MS);
			continue;
		}
		op25b_sessions_close(&f->store);
		delay = delay ? 2 * delay : RETRY_MIN_MS;
		if (delay > RETRY_MAX_MS)
			delay = RETRY_MAX_MS;
		if (!f->gone && tell_problem(f, r, &error) == 0)
			rest(f, delay);
	}
	op25b_sessions_close(&f->store);
}

static int read_task(int fd, struct op25b_follow_task *ret)
{
	size_t done = 0;

	while (done < sizeof(*ret)) {
		ssize_t n = read(fd, (uint8_t *)ret + done, sizeof(*ret) - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -EPROTO;
		done += (size_t)n;
	}
	return ret->location[sizeof(ret->location) - 1] ? -EPROTO : 0;
}

int op25b_follow(int fd)
{
	struct op25b_follow_task *task = malloc(sizeof(*task));
	struct follower *f = calloc(1, sizeof(*f));
	int r = task && f ? read_task(fd, task) : -ENOMEM;

	if (r == 0) {
		f->fd = fd;
		f->location = task->location;
		f->is_file = !op25b_sessions_is_server(task->location);
		f->position = task->position;
		f->known = task->position.origin || task->position.seq;
		follow(f);
	}
	free(f);
	free(task);
	return r;
}
