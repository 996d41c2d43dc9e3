/* SPDX-License-Identifier: BSD-2-Clause */
/* The listening socket; connections are client.c's. */
#include <stdio.h>
#include <errno.h>
#include <event2/listener.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "serve/client.h"
#include "serve/log.h"

#define BACKLOG 64

static int fill_address(const char *path, struct sockaddr_un *ret, struct op25b_error *error)
{
	*ret = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (strlen(path) >= sizeof(ret->sun_path))
		return op25b_error_set(error, -ENAMETOOLONG, "socket %s: the path is too long",
				       path);
	snprintf(ret->sun_path, sizeof(ret->sun_path), "%s", path);
	return 0;
}

static void make_folder(const char *path)
{
	char folder[sizeof(((struct sockaddr_un *)0)->sun_path)];
	char *slash;

	snprintf(folder, sizeof(folder), "%s", path);
	slash = strrchr(folder, '/');
	if (!slash || slash == folder)
		return;
	*slash = '\0';
	mkdir(folder, 0755); /* if that didn't help, bind() says why */
}

/* A socket left by a process that was killed is removed; one somebody listens on is not. */
static int clear_path(const struct sockaddr_un *address, struct op25b_error *error)
{
	OP25B_AUTO_CLOSE int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct stat info;

	if (fd < 0)
		return op25b_error_set(error, -errno, "can't make a socket: %s", strerror(errno));
	if (lstat(address->sun_path, &info) < 0)
		return 0;
	if (!S_ISSOCK(info.st_mode))
		return op25b_error_set(error, -EEXIST, "%s is there and is no socket",
				       address->sun_path);
	if (!connect(fd, (const struct sockaddr *)address, sizeof(*address)) || errno == EAGAIN)
		return op25b_error_set(error, -EADDRINUSE, "another process listens on %s",
				       address->sun_path);
	unlink(address->sun_path);
	return 0;
}

static int give_to_group(const char *path, const char *name, struct op25b_error *error)
{
	struct group *group;

	if (!name)
		return chmod(path, 0600) < 0 ? -errno : 0;
	errno = 0;
	group = getgrnam(name);
	if (!group)
		return op25b_error_set(error, -ENOENT,
				       "there is no group '%s'; make it (groupadd --system %s) or "
				       "correct 'group' in the gateway file",
				       name, name);
	/* The group first: before, nobody but root may open it. */
	if (chown(path, (uid_t)-1, group->gr_gid) < 0 || chmod(path, 0660) < 0)
		return op25b_error_set(error, -errno, "%s: can't give it to group %s: %s", path,
				       name, strerror(errno));
	return 0;
}

static int listen_at(const char *path, const char *group, int *ret_fd, struct op25b_error *error)
{
	OP25B_AUTO_CLOSE int fd = -1;
	struct sockaddr_un address;
	mode_t mask;
	int r = fill_address(path, &address, error);

	if (r)
		return r;
	make_folder(path);
	r = clear_path(&address, error);
	if (r)
		return r;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return op25b_error_set(error, -errno, "can't make a socket: %s", strerror(errno));
	mask = umask(0177);
	r = bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0 ? -errno : 0;
	umask(mask);
	if (r)
		return op25b_error_set(error, r, "can't bind %s: %s", path, strerror(-r));
	r = give_to_group(path, group, error);
	if (!r && listen(fd, BACKLOG) < 0)
		r = op25b_error_set(error, -errno, "can't listen on %s: %s", path, strerror(errno));
	if (r) {
		unlink(path);
		return r;
	}
	*ret_fd = OP25B_TAKE_FD(fd);
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
	int r;

	if (!control)
		return -ENOMEM;
	control->base = base;
	control->calls = calls;
	control->context = context;
	r = listen_at(path, group, &fd, error);
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
