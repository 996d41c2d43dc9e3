/* SPDX-License-Identifier: BSD-2-Clause */
/* See keeper.h: the thread, and handing over. What a task does is keeper-task.c's. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "radiusd/keeper-task.h"
#include "serve/clock.h"

struct op25b_keeper {
	struct op25b_task task;
	struct op25b_kept kept;
	pthread_t thread;
	bool started;
	int begin_fd, end_fd;
	bool running; /* looked at by the caller's side only */
};

/* Ends with the descriptor that it waits at: a number above 1 was written. */
static void *run(void *context)
{
	struct op25b_keeper *keeper = context;
	uint64_t word;

	while (read(keeper->begin_fd, &word, sizeof(word)) == sizeof(word) && word == 1) {
		int64_t began = op25b_clock_boot_ns();

		op25b_keeper_perform(&keeper->kept, &keeper->task);
		keeper->task.took_ns = op25b_clock_boot_ns() - began;
		word = 1;
		if (write(keeper->end_fd, &word, sizeof(word)) != sizeof(word))
			abort();
	}
	op25b_sessions_close(&keeper->kept.store);
	return NULL;
}

static int start_thread(struct op25b_keeper *keeper)
{
	sigset_t all, before;
	int r;

	/* Signals are the loop's. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	r = pthread_create(&keeper->thread, NULL, run, keeper);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	keeper->started = !r;
	return -r;
}

int op25b_keeper_new(const char *location, struct op25b_keeper **ret, struct op25b_error *error)
{
	struct op25b_keeper *keeper = calloc(1, sizeof(*keeper));
	int r = -ENOMEM;

	if (!keeper)
		return op25b_error_set(error, r, "out of memory");
	keeper->kept.location = strdup(location);
	keeper->begin_fd = eventfd(0, EFD_CLOEXEC);
	keeper->end_fd = eventfd(0, EFD_CLOEXEC);
	if (keeper->begin_fd < 0 || keeper->end_fd < 0)
		r = -errno;
	else if (keeper->kept.location)
		r = start_thread(keeper);
	if (r) {
		op25b_keeper_free(&keeper);
		return op25b_error_set(error, r, "starting the store's thread: %s", strerror(-r));
	}
	*ret = keeper;
	return 0;
}

static void signal_thread(struct op25b_keeper *keeper, uint64_t word)
{
	if (write(keeper->begin_fd, &word, sizeof(word)) != sizeof(word))
		abort(); /* it can't: an eventfd takes far more than two */
}

void op25b_keeper_free(struct op25b_keeper **keeper)
{
	struct op25b_keeper *k = *keeper;

	if (!k)
		return;
	*keeper = NULL;
	if (k->running)
		op25b_keeper_end(k);
	if (k->started) {
		signal_thread(k, 2);
		pthread_join(k->thread, NULL);
	}
	op25b_cleanup_close(&k->begin_fd);
	op25b_cleanup_close(&k->end_fd);
	free(k->task.nases);
	free(k->kept.location);
	free(k);
}

struct op25b_task *op25b_keeper_task(struct op25b_keeper *keeper)
{
	return keeper->running ? NULL : &keeper->task;
}

void op25b_keeper_begin(struct op25b_keeper *keeper)
{
	keeper->running = true;
	signal_thread(keeper, 1);
}

int op25b_keeper_fd(const struct op25b_keeper *keeper)
{
	return keeper->end_fd;
}

struct op25b_task *op25b_keeper_end(struct op25b_keeper *keeper)
{
	uint64_t word;

	while (read(keeper->end_fd, &word, sizeof(word)) < 0 && errno == EINTR)
		;
	keeper->running = false;
	return &keeper->task;
}
