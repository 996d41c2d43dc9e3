/* SPDX-License-Identifier: BSD-2-Clause */
/* See following.h. */
#include "serve/following.h"

#include <stdio.h>
#include <string.h>

#include "serve/log.h"

/* Said once for each fault. */
static void note(struct op25b_following *f, const char *text)
{
	if (strcmp(f->problem, text) != 0)
		op25b_log(OP25B_LOG_ERROR, "%s: going on with what is known of sessions", text);
	snprintf(f->problem, sizeof(f->problem), "%s", text);
}

/* What the follower says of the store itself, which it tries again by itself. */
static void note_store(struct op25b_following *f)
{
	const char *text = op25b_watch_problem(f->watch);

	if (!strcmp(f->store_problem, text))
		return;
	if (*text)
		op25b_log(OP25B_LOG_ERROR, "%s: going on with what is known of sessions", text);
	else
		op25b_log(OP25B_LOG_NOTICE, "the session store is read again");
	snprintf(f->store_problem, sizeof(f->store_problem), "%s", text);
}

static void on_sessions(evutil_socket_t fd, short what, void *context)
{
	struct op25b_following *f = context;
	struct op25b_error error = { "" };
	int r = op25b_watch_take(f->watch, &error);

	(void)fd;
	(void)what;
	if (f->changed)
		f->changed(f->arg);
	if (r >= 0)
		return;
	op25b_following_end(f);
	note(f, *error.text ? error.text : "the session store's follower ended");
}

void op25b_following_go_on(struct op25b_following *f)
{
	struct op25b_error error = { "" };
	int fd;

	note_store(f);
	if (!f->location || f->event)
		return;
	fd = op25b_watch_follow(f->watch, f->location, &error);
	if (fd >= 0)
		f->event = event_new(f->base, fd, EV_READ | EV_PERSIST, on_sessions, f);
	if (fd < 0 || !f->event || event_add(f->event, NULL))
		note(f, *error.text ? error.text : "out of memory");
	else
		f->problem[0] = '\0';
}

void op25b_following_end(struct op25b_following *f)
{
	if (f->event)
		event_free(f->event);
	f->event = NULL;
}
