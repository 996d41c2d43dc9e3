/* SPDX-License-Identifier: BSD-2-Clause */
/* See door.h: listening, and who may stay. */
#include "maild/door.h"

#include <errno.h>
#include <event2/listener.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "maild/maild.h"
#include "maild/stream.h"
#include "maild/tcp.h"
#include "serve/clock.h"
#include "serve/unix-socket.h"

#define BACKLOG 511

/* The one that was silent for longest and has nothing in hand. */
static void make_room(struct op25b_door *door)
{
	struct op25b_stream *stream = door->oldest;

	while (stream && stream->asking)
		stream = stream->newer;
	if (!stream)
		return;
	door->evicted++;
	op25b_stream_free(stream);
}

static void on_connection(struct evconnlistener *listener, evutil_socket_t fd,
			  struct sockaddr *address, int size, void *context)
{
	struct op25b_door *door = context;

	(void)listener;
	(void)size;
	if (!*door->path && !op25b_tcp_may(door->maild->file, address)) {
		door->turned_away++;
		close(fd);
		return;
	}
	if (door->n_streams >= door->most)
		make_room(door);
	if (door->n_streams >= door->most) {
		door->turned_away++;
		close(fd);
		return;
	}
	door->accepted++;
	op25b_stream_new(door, fd);
}

static int make_socket(const char *path, const char *group, const struct op25b_endpoint *endpoint,
		       int *ret_fd, struct op25b_error *error)
{
	gid_t gid = OP25B_UNIX_ROOT_ONLY;
	int r;

	if (!path)
		return op25b_tcp_listen(endpoint, ret_fd, error);
	r = op25b_unix_group(group, &gid, error);
	return r ? r : op25b_unix_listen(path, SOCK_STREAM, gid, ret_fd, error);
}

int op25b_door_open(struct op25b_door *door, const char *path, const char *group,
		    const struct op25b_endpoint *endpoint, struct op25b_error *error)
{
	OP25B_AUTO_CLOSE int fd = -1;
	int r = make_socket(path, group, endpoint, &fd, error);

	if (r)
		return r;
	if (path)
		snprintf(door->path, sizeof(door->path), "%s", path);
	else
		door->endpoint = *endpoint;
	door->listener = evconnlistener_new(door->maild->base, on_connection, door,
					    LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, BACKLOG,
					    fd);
	if (!door->listener) {
		if (path)
			unlink(path);
		return op25b_error_set(error, -ENOMEM, "out of memory");
	}
	(void)OP25B_TAKE_FD(fd);
	return 0;
}

void op25b_door_close(struct op25b_door *door)
{
	if (!door->listener)
		return;
	while (door->oldest)
		op25b_stream_free(door->oldest);
	evconnlistener_free(door->listener);
	door->listener = NULL;
	if (*door->path)
		unlink(door->path);
}

static bool is_over(const struct op25b_stream *stream, int64_t now)
{
	int64_t patience = stream->n_in || stream->n_out ? OP25B_DOOR_PATIENCE : OP25B_DOOR_IDLE;

	return !stream->asking && now - stream->since > patience * 1000000000;
}

void op25b_door_sweep(struct op25b_door *door)
{
	int64_t now = op25b_clock_boot_ns();
	struct op25b_stream *next;

	for (struct op25b_stream *stream = door->oldest; stream; stream = next) {
		next = stream->newer;
		if (!is_over(stream, now))
			continue;
		door->late++;
		op25b_stream_free(stream);
	}
}
