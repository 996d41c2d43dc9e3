/* SPDX-License-Identifier: BSD-2-Clause */
/* The listening socket; connections are client.c's. */
#include <stdio.h>
#include <errno.h>
#include <event2/listener.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "serve/client.h"
#include "serve/log.h"
#include "serve/unix-socket.h"

#define BACKLOG 64

static void accept_client(struct evconnlistener *listener, evutil_socket_t fd,
			  struct sockaddr *address, int length, void *context)
{
	struct op25b_control *control = context;

	(void)listener;
	(void)length;
	if (control->calls->may && !control->calls->may(address, control->context))
		close(fd);
	else
		op25b_client_new(control, fd);
}

/* E.g. no descriptors left: wait a moment, or the loop would spin on the readable listener. */
static void accept_failed(struct evconnlistener *listener, void *context)
{
	struct op25b_control *control = context;
	const struct timeval moment = { .tv_usec = 100000 };

	op25b_log(OP25B_LOG_ERROR, "can't accept a client: %s", strerror(errno));
	evconnlistener_disable(listener);
	evtimer_add(control->resume, &moment);
}

static void resume_accepting(evutil_socket_t fd, short what, void *context)
{
	struct op25b_control *control = context;

	(void)fd;
	(void)what;
	evconnlistener_enable(control->listener);
}

/* @backlog: 0: it listens already */
static int serve(struct op25b_control *control, struct event_base *base, int fd, int backlog)
{
	const unsigned int flags = LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC;

	control->base = base;
	control->resume = evtimer_new(base, resume_accepting, control);
	control->listener = evconnlistener_new(base, accept_client, control, flags, backlog, fd);
	if (!control->listener) {
		close(fd);
		return -ENOMEM;
	}
	evconnlistener_set_error_cb(control->listener, accept_failed);
	return control->resume ? 0 : -ENOMEM;
}

static struct op25b_control *make(const struct op25b_control_calls *calls, void *context)
{
	struct op25b_control *control = calloc(1, sizeof(*control));

	if (!control)
		return NULL;
	control->calls = calls;
	control->context = context;
	return control;
}

int op25b_control_open(struct event_base *base, const char *path, const char *group,
		       const struct op25b_control_calls *calls, void *context,
		       struct op25b_control **ret_control, struct op25b_error *error)
{
	struct op25b_control *control = make(calls, context);
	gid_t gid;
	int fd = -1, r;

	if (!control)
		return -ENOMEM;
	r = op25b_unix_group(group, &gid, error);
	r = r ? r : op25b_unix_listen(path, SOCK_STREAM, gid, &fd, error);
	if (!r) {
		snprintf(control->path, sizeof(control->path), "%s", path);
		r = serve(control, base, fd, 0);
	}
	if (r) {
		op25b_control_close(&control);
		return r;
	}
	*ret_control = control;
	return 0;
}

int op25b_control_listen(struct event_base *base, int fd, const struct op25b_control_calls *calls,
			 void *context, struct op25b_control **ret_control)
{
	struct op25b_control *control = make(calls, context);
	int r;

	if (!control) {
		close(fd);
		return -ENOMEM;
	}
	r = serve(control, base, fd, BACKLOG);
	if (r)
		op25b_control_close(&control);
	else
		*ret_control = control;
	return r;
}

void op25b_control_close(struct op25b_control **control)
{
	struct op25b_control *c = *control;

	if (!c)
		return;
	while (c->clients)
		op25b_client_free(c->clients);
	if (c->listener)
		evconnlistener_free(c->listener);
	if (c->resume)
		event_free(c->resume);
	if (*c->path)
		unlink(c->path);
	free(c);
	*control = NULL;
}
