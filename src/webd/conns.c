/* SPDX-License-Identifier: BSD-2-Clause */
/* See conns.h. */
#include "webd/conns.h"

#include <stdlib.h>

#include "policy/prefix.h"
#include "serve/clock.h"
#include "webd/visit.h"

#define NS 1000000000LL

void op25b_conns_open(struct op25b_conns *conns, size_t most, void (*pause)(void *arg, bool pause),
		      void *arg)
{
	*conns = (struct op25b_conns){ .most = most, .pause = pause, .arg = arg };
	TAILQ_INIT(&conns->waiting);
	TAILQ_INIT(&conns->busy);
}

static struct op25b_conn_list *list_of(struct op25b_conns *conns, enum op25b_conn_step step)
{
	return step == OP25B_CONN_READING || step == OP25B_CONN_LINGERING ? &conns->waiting :
									    &conns->busy;
}

/* Nobody is accepted while no place is free and nobody could give his. */
static void look_at_room(struct op25b_conns *conns)
{
	const bool full = conns->n >= conns->most && TAILQ_EMPTY(&conns->waiting);

	if (full == conns->paused)
		return;
	conns->paused = full;
	conns->pause(conns->arg, full);
}

static void release(struct op25b_conn *conn)
{
	struct op25b_conns *conns = conn->conns;

	TAILQ_REMOVE(list_of(conns, conn->step), conn, next);
	conns->n--;
	op25b_visit_abandon(conn->visit);
	op25b_web_head_done(&conn->head);
	bufferevent_free(conn->stream);
	free(conn);
}

void op25b_conn_free(struct op25b_conn *conn)
{
	struct op25b_conns *conns = conn->conns;

	release(conn);
	look_at_room(conns);
}

void op25b_conns_close(struct op25b_conns *conns)
{
	while (!TAILQ_EMPTY(&conns->waiting))
		release(TAILQ_FIRST(&conns->waiting));
	while (!TAILQ_EMPTY(&conns->busy))
		release(TAILQ_FIRST(&conns->busy));
}

void op25b_conn_step(struct op25b_conn *conn, enum op25b_conn_step step, int seconds)
{
	struct op25b_conns *conns = conn->conns;

	TAILQ_REMOVE(list_of(conns, conn->step), conn, next);
	conn->step = step;
	conn->deadline = seconds ? op25b_clock_boot_ns() + seconds * NS : INT64_MAX;
	TAILQ_INSERT_TAIL(list_of(conns, step), conn, next);
	look_at_room(conns);
}

static size_t count_same(const struct op25b_conns *conns, const struct op25b_prefix *peer)
{
	struct op25b_prefix site = *peer;
	const struct op25b_conn *conn;
	size_t n = 0;

	if (site.family == OP25B_V6)
		op25b_prefix_cut(&site, 64);
	TAILQ_FOREACH(conn, &conns->waiting, next)
	n += op25b_prefix_holds(&site, &conn->peer);
	TAILQ_FOREACH(conn, &conns->busy, next)
	n += op25b_prefix_holds(&site, &conn->peer);
	return n;
}

bool op25b_conns_add(struct op25b_conns *conns, struct op25b_conn *conn, bool trusted)
{
	if (!trusted && count_same(conns, &conn->peer) >= OP25B_CONN_SAME) {
		conns->refused++;
		bufferevent_free(conn->stream);
		free(conn);
		return false;
	}
	if (conns->n >= conns->most && !TAILQ_EMPTY(&conns->waiting)) {
		conns->evicted++;
		release(TAILQ_FIRST(&conns->waiting));
	}
	conn->conns = conns;
	conn->step = OP25B_CONN_READING;
	conn->deadline = op25b_clock_boot_ns() + OP25B_CONN_HEAD * NS;
	TAILQ_INSERT_TAIL(&conns->waiting, conn, next);
	conns->n++;
	conns->accepted++;
	return true;
}

static void expire(struct op25b_conns *conns, struct op25b_conn_list *list)
{
	const int64_t now = op25b_clock_boot_ns();
	struct op25b_conn *conn = TAILQ_FIRST(list), *next;

	for (; conn; conn = next) {
		next = TAILQ_NEXT(conn, next);
		if (conn->deadline > now)
			continue;
		conns->expired++;
		release(conn);
	}
}

void op25b_conns_expire(struct op25b_conns *conns)
{
	expire(conns, &conns->waiting);
	expire(conns, &conns->busy);
	look_at_room(conns);
}
