/* SPDX-License-Identifier: BSD-2-Clause */
/* See door.h. */
#include "webd/door.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "policy/prefix.h"
#include "serve/log.h"
#include "webd/stream.h"
#include "webd/webd.h"

#define BACKLOG 1024

static void read_peer(const struct sockaddr *address, struct op25b_conn *conn)
{
	struct sockaddr_in6 v6;
	struct sockaddr_in v4;

	if (address->sa_family == AF_INET) {
		memcpy(&v4, address, sizeof(v4));
		conn->peer = (struct op25b_prefix){ .family = OP25B_V4, .len = 32 };
		memcpy(conn->peer.addr, &v4.sin_addr, 4);
		conn->port = ntohs(v4.sin_port);
	} else {
		memcpy(&v6, address, sizeof(v6));
		conn->peer = (struct op25b_prefix){ .family = OP25B_V6, .len = 128 };
		memcpy(conn->peer.addr, &v6.sin6_addr, 16);
		conn->port = ntohs(v6.sin6_port);
	}
}

static void on_accept(struct evconnlistener *listener, evutil_socket_t fd, struct sockaddr *address,
		      int length, void *context)
{
	struct op25b_web_door *door = context;
	struct op25b_webd *d = door->d;
	struct op25b_conn *conn = calloc(1, sizeof(*conn));
	int on = 1;

	(void)listener;
	(void)length;
	if (conn)
		conn->stream = bufferevent_socket_new(d->base, fd, BEV_OPT_CLOSE_ON_FREE);
	if (!conn || !conn->stream) {
		free(conn);
		close(fd);
		return;
	}
	/* An answer goes out as it is written: head and body together. */
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	conn->d = d;
	conn->staff = door->staff;
	read_peer(address, conn);
	if (op25b_conns_add(door->staff ? &d->staff_conns : &d->conns, conn,
			    op25b_web_file_trusts(d->files.file, &conn->peer)))
		op25b_stream_begin(conn);
}

/* There are descriptors for all connections: something else is lacking, which the next second looks
 * at again. The loop must not spin until then. */
static void on_accept_error(struct evconnlistener *listener, void *context)
{
	(void)context;
	op25b_log(OP25B_LOG_ERROR, "can't accept a connection: %s", strerror(errno));
	evconnlistener_disable(listener);
}

static int bind_socket(const struct op25b_endpoint *endpoint, struct op25b_error *error)
{
	const bool v6 = endpoint->address.family == OP25B_V6;
	OP25B_AUTO_CLOSE int fd =
		socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	struct sockaddr_in6 a6 = { .sin6_family = AF_INET6, .sin6_port = htons(endpoint->port) };
	struct sockaddr_in a4 = { .sin_family = AF_INET, .sin_port = htons(endpoint->port) };
	char text[OP25B_PREFIX_TEXT];
	int on = 1;

	memcpy(&a6.sin6_addr, endpoint->address.addr, 16);
	memcpy(&a4.sin_addr, endpoint->address.addr, 4);
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) ||
	    (v6 && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on))) ||
	    bind(fd, v6 ? (void *)&a6 : (void *)&a4, v6 ? sizeof(a6) : sizeof(a4)) ||
	    listen(fd, BACKLOG))
		return op25b_error_set(error, -errno, "can't listen on %s port %u: %s",
				       op25b_address_format(endpoint->address.family,
							    endpoint->address.addr, text),
				       endpoint->port, strerror(errno));
	return OP25B_TAKE_FD(fd);
}

int op25b_web_door_open(struct op25b_web_door *door, struct op25b_webd *d, bool staff,
			const struct op25b_web_listen *listen, struct op25b_error *error)
{
	*door = (struct op25b_web_door){ .d = d, .staff = staff };
	for (size_t i = 0; i < listen->n; i++) {
		int fd = bind_socket(&listen->list[i], error);
		struct evconnlistener *listener;

		if (fd < 0)
			return fd;
		listener = evconnlistener_new(d->base, on_accept, door,
					      LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 0, fd);
		if (!listener) {
			close(fd);
			return op25b_error_set(error, -ENOMEM, "out of memory for a listener");
		}
		evconnlistener_set_error_cb(listener, on_accept_error);
		door->listeners[door->n++] = listener;
	}
	return 0;
}

void op25b_web_door_close(struct op25b_web_door *door)
{
	while (door->n)
		evconnlistener_free(door->listeners[--door->n]);
}

void op25b_web_door_pause(struct op25b_web_door *door, bool pause)
{
	for (size_t i = 0; i < door->n; i++) {
		if (pause)
			evconnlistener_disable(door->listeners[i]);
		else
			evconnlistener_enable(door->listeners[i]);
	}
}
