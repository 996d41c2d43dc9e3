/* SPDX-License-Identifier: BSD-2-Clause */
/* The listening socket; connections are client.c's. */
#include <stdio.h>
#include <errno.h>
#include <event2/listener.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "serve/client.h"
#include "serve/log.h"
#include "serve/unix-socket.h"

static int find_group(const char *name, gid_t *ret_group, struct op25b_error *error)
{
	const struct group *group;

	*ret_group = OP25B_UNIX_ROOT_ONLY;
	if (!name)
		return 0;
	group = getgrnam(name);
	if (!group)
		return op25b_error_set(error, -ENOENT,
				       "there is no group '%s'; make it (groupadd --system %s) or "
				       "correct 'group' in the gateway file",
				       name, name);
	*ret_group = group->gr_gid;
	return 0;
}

static void accept_client(struct evconnlistener *listener, evutil_socket_t fd,
			  struct sockaddr *address, int length, void *context)
{
	(void)listener;
	(void)address;
	(void)length;
	op25b_client_new(context, fd);
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

int op25b_control_open(struct event_base *base, const char *path, const char *group,
		       const struct op25b_control_calls *calls, void *context,
		       struct op25b_control **ret_control, struct op25b_error *error)
{
	struct op25b_control *control = calloc(1, sizeof(*control));
	OP25B_AUTO_CLOSE int fd = -1;
	gid_t gid;
	int r;

	if (!control)
		return -ENOMEM;
	control->base = base;
	control->calls = calls;
	control->context = context;
	r = find_group(group, &gid, error);
	r = r ? r : op25b_unix_listen(path, SOCK_STREAM, gid, &fd, error);
	if (!r) {
		snprintf(control->path, sizeof(control->path), "%s", path);
		control->resume = evtimer_new(base, resume_accepting, control);
		control->listener =
			evconnlistener_new(base, accept_client, control,
					   LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 0, fd);
		if (control->listener)
			(void)OP25B_TAKE_FD(fd);
		if (!control->listener || !control->resume)
			r = -ENOMEM;
		else
			evconnlistener_set_error_cb(control->listener, accept_failed);
	}
	if (r) {
		op25b_control_close(&control);
		return r;
	}
	*ret_control = control;
	return 0;
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
