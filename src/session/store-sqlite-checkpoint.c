/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Carrying the write-ahead log over into the database, off the write path.
 *
 * A thread with a connection of its own does it in passive passes beside the writer, as long as
 * each leaves much less than the one before. Then, since the log can be begun anew only when
 * nothing of it is left, the writer is kept waiting for a last pass over what it wrote meanwhile.
 * A log that is begun anew keeps its old bytes till they are written over: after a purge it is cut.
 * The two share the fields of struct op25b_sqlite_checkpoints and nothing else.
 */
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "session/store-sqlite.h"

#define START_PAGES 4096 /* of the log, when a pass is due: 16 MiB */
#define LAST_PAGES  1024 /* few enough for the pass that keeps the writer waiting */
#define PASSES      6

struct op25b_sqlite_checkpoints {
	sqlite3 *db; /* the thread's */
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	/* under the lock: */
	bool stop, writing, wanted; /* wanted: the writer shall wait */
	bool cut;                   /* the file is to be emptied, too */
	int pages, due;             /* of the log; from how many on a pass is due */
	int result;
};

/* Pages that remain, or -errno. */
static int pass(sqlite3 *db, int mode, int *ret_log)
{
	int done = 0, code;

	code = sqlite3_wal_checkpoint_v2(db, "main", mode, ret_log, &done);
	if ((code & 0xff) == SQLITE_BUSY)
		return *ret_log > 0 ? *ret_log : 1;
	if (*ret_log < 0)
		return -EIO; /* not in write-ahead mode */
	return code == SQLITE_OK ? *ret_log - done : op25b_sqlite_errno(code);
}

/* Called with the lock held, and lets go of it in between. */
static void carry_over(struct op25b_sqlite_checkpoints *c)
{
	int log = 0, left = INT_MAX, before;

	pthread_mutex_unlock(&c->lock);
	do {
		before = left;
		left = pass(c->db, SQLITE_CHECKPOINT_PASSIVE, &log);
	} while (left > LAST_PAGES && left < before / 2);
	pthread_mutex_lock(&c->lock);
	/* Even with nothing left: a batch that has begun before goes on in the old log. */
	if (left >= 0) {
		const bool cut = c->cut;

		c->wanted = true;
		while (c->writing)
			pthread_cond_wait(&c->changed, &c->lock);
		pthread_mutex_unlock(&c->lock);
		left = pass(c->db, cut ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE,
			    &log);
		pthread_mutex_lock(&c->lock);
		/* A reader that is in the way is soon gone: again at the next commit. */
		if (cut && left == 0)
			c->cut = false;
		c->wanted = false;
		pthread_cond_broadcast(&c->changed);
	}
	c->result = left < 0 ? left : 0;
	/* What a reader holds back waits till the log has grown as much again. */
	c->due = left == 0 ? START_PAGES : log + START_PAGES;
	c->pages = 0; /* till the next commit */
}

static bool is_due(const struct op25b_sqlite_checkpoints *c)
{
	return c->pages >= c->due || (c->cut && c->pages);
}

static void *run(void *arg)
{
	struct op25b_sqlite_checkpoints *c = arg;

	pthread_mutex_lock(&c->lock);
	while (!c->stop) {
		if (is_due(c))
			carry_over(c);
		else
			pthread_cond_wait(&c->changed, &c->lock);
	}
	pthread_mutex_unlock(&c->lock);
	return NULL;
}

/* SQLite calls it after every commit of the writer. */
static int note_commit(void *arg, sqlite3 *db, const char *name, int pages)
{
	struct op25b_sqlite_checkpoints *c = arg;

	(void)db;
	(void)name;
	pthread_mutex_lock(&c->lock);
	c->pages = pages;
	if (is_due(c))
		pthread_cond_broadcast(&c->changed);
	pthread_mutex_unlock(&c->lock);
	return SQLITE_OK;
}

static int start_thread(struct op25b_sqlite_checkpoints *c)
{
	sigset_t all, before;
	int r;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	r = pthread_create(&c->thread, NULL, run, c);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return -r;
}

int op25b_sqlite_checkpoints_start(struct op25b_sqlite *store, struct op25b_error *error)
{
	struct op25b_sqlite_checkpoints *c = calloc(1, sizeof(*c));
	int r;

	if (!c)
		return op25b_error_set(error, -ENOMEM, "%s: out of memory", store->path);
	c->due = START_PAGES;
	pthread_mutex_init(&c->lock, NULL);
	pthread_cond_init(&c->changed, NULL);
	r = op25b_sqlite_connect(store->path, SQLITE_OPEN_READWRITE, &c->db, error);
	/* The writer does not wait for a reader that keeps the log from being cut. */
	if (r == 0)
		r = op25b_sqlite_errno(sqlite3_busy_timeout(c->db, 0));
	/* A connection that has read nothing does not know of the log. */
	if (r == 0 && sqlite3_exec(c->db, "SELECT 1 FROM meta", NULL, NULL, NULL) != SQLITE_OK)
		r = op25b_error_set(error, op25b_sqlite_errno(sqlite3_errcode(c->db)), "%s: %s",
				    store->path, sqlite3_errmsg(c->db));
	if (r == 0) {
		r = start_thread(c);
		if (r < 0)
			op25b_error_set(error, r, "%s: starting its checkpoint thread: %s",
					store->path, strerror(-r));
	}
	if (r < 0) {
		sqlite3_close(c->db);
		free(c);
		return r;
	}
	store->checkpoints = c;
	sqlite3_wal_hook(store->db, note_commit, c);
	return 0;
}

void op25b_sqlite_checkpoints_stop(struct op25b_sqlite *store)
{
	struct op25b_sqlite_checkpoints *c = store->checkpoints;

	if (!c)
		return;
	pthread_mutex_lock(&c->lock);
	c->stop = true;
	pthread_cond_broadcast(&c->changed);
	pthread_mutex_unlock(&c->lock);
	pthread_join(c->thread, NULL);
	sqlite3_wal_hook(store->db, NULL, NULL);
	sqlite3_close(c->db);
	pthread_cond_destroy(&c->changed);
	pthread_mutex_destroy(&c->lock);
	free(c);
	store->checkpoints = NULL;
}

void op25b_sqlite_checkpoints_hold(struct op25b_sqlite_checkpoints *c)
{
	pthread_mutex_lock(&c->lock);
	while (c->wanted)
		pthread_cond_wait(&c->changed, &c->lock);
	c->writing = true;
	pthread_mutex_unlock(&c->lock);
}

void op25b_sqlite_checkpoints_go(struct op25b_sqlite_checkpoints *c)
{
	pthread_mutex_lock(&c->lock);
	c->writing = false;
	if (c->wanted)
		pthread_cond_broadcast(&c->changed);
	pthread_mutex_unlock(&c->lock);
}

void op25b_sqlite_checkpoints_cut(struct op25b_sqlite_checkpoints *c)
{
	pthread_mutex_lock(&c->lock);
	c->cut = true;
	if (!c->pages)
		c->pages = 1;
	pthread_cond_broadcast(&c->changed);
	pthread_mutex_unlock(&c->lock);
}

int op25b_sqlite_checkpoints_result(struct op25b_sqlite_checkpoints *c)
{
	int r;

	pthread_mutex_lock(&c->lock);
	r = c->result;
	pthread_mutex_unlock(&c->lock);
	return r;
}
