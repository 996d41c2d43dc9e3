/* SPDX-License-Identifier: BSD-2-Clause */
/* See auth.h: listening, and who may connect. */
#include "maild/auth.h"

#include <errno.h>
#include <event2/bufferevent.h>
#include <event2/http.h>
#include <event2/listener.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "maild/auth-ask.h"
#include "maild/maild.h"
#include "maild/tcp.h"

/* A connection that libevent took a moment ago, held by a reference. */
struct op25b_newcomer {
	struct op25b_newcomer *next;
	struct bufferevent *stream;
};

/* The lowest free descriptor tells how many are in use below it: all. */
static bool is_full(const struct op25b_auth_door *door)
{
	OP25B_AUTO_CLOSE int lowest = dup(STDERR_FILENO);

	return lowest < 0 || lowest >= door->most;
}

static void set_full(struct op25b_auth_door *door, bool full)
{
	if (full == door->full)
		return;
	door->full = full;
	for (size_t i = 0; i < door->n_listeners; i++) {
		if (full)
			evconnlistener_disable(door->listeners[i]);
		else
			evconnlistener_enable(door->listeners[i]);
	}
}

/* libevent asks for what a new connection shall be; it tells its descriptor later. */
static struct bufferevent *on_connection(struct event_base *base, void *context)
{
	struct op25b_newcomer *newcomer = malloc(sizeof(*newcomer));
	struct op25b_auth_door *door = context;

	set_full(door, is_full(door));
	if (!newcomer)
		abort(); /* it would be served unseen */
	newcomer->stream = bufferevent_socket_new(base, -1, BEV_OPT_CLOSE_ON_FREE);
	if (!newcomer->stream)
		abort();
	bufferevent_incref(newcomer->stream);
	newcomer->next = door->newcomers;
	door->newcomers = newcomer;
	door->accepted++;
	return newcomer->stream;
}

void op25b_auth_look(struct op25b_auth_door *door)
{
	struct op25b_newcomer *newcomer;

	while ((newcomer = door->newcomers)) {
		int fd = bufferevent_getfd(newcomer->stream);
		struct sockaddr_storage from = { 0 };
		socklen_t size = sizeof(from);

		door->newcomers = newcomer->next;
		if (fd >= 0 && (getpeername(fd, (struct sockaddr *)&from, &size) < 0 ||
				!op25b_tcp_may(door->maild->file, (struct sockaddr *)&from))) {
			door->turned_away++;
			shutdown(fd, SHUT_RDWR); /* libevent closes what has ended */
		}
		bufferevent_decref(newcomer->stream);
		free(newcomer);
	}
}

static int listen_at(struct op25b_auth_door *door, const struct op25b_endpoint *endpoint,
		     struct op25b_error *error)
{
	OP25B_AUTO_CLOSE int fd = -1;
	struct evconnlistener *listener;
	int r = op25b_tcp_listen(endpoint, &fd, error);

	if (r)
		return r;
	listener = evconnlistener_new(door->maild->base, NULL, NULL,
				      LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 511, fd);
	if (!listener)
		return op25b_error_set(error, -ENOMEM, "out of memory");
	(void)OP25B_TAKE_FD(fd);
	if (!evhttp_bind_listener(door->http, listener)) {
		evconnlistener_free(listener);
		return op25b_error_set(error, -ENOMEM, "out of memory");
	}
	door->listeners[door->n_listeners++] = listener;
	return 0;
}

int op25b_auth_open(struct op25b_auth_door *door, struct op25b_error *error)
{
	const struct op25b_maild_listen *listen = &door->maild->file->listen[OP25B_MAILD_AUTH];
	int r = 0;

	door->http = evhttp_new(door->maild->base);
	if (!door->http)
		return op25b_error_set(error, -ENOMEM, "out of memory");
	evhttp_set_max_headers_size(door->http, OP25B_AUTH_HEADERS);
	evhttp_set_max_body_size(door->http, OP25B_AUTH_BODY);
	evhttp_set_timeout(door->http, OP25B_AUTH_IDLE);
	evhttp_set_allowed_methods(door->http, EVHTTP_REQ_POST);
	evhttp_set_default_content_type(door->http, "application/json");
	evhttp_set_bevcb(door->http, on_connection, door);
	evhttp_set_gencb(door->http, op25b_auth_on_request, door);
	for (size_t i = 0; !r && i < listen->n; i++)
		r = listen_at(door, &listen->list[i], error);
	return r;
}

void op25b_auth_close(struct op25b_auth_door *door)
{
	struct op25b_newcomer *newcomer;

	if (door->http)
		evhttp_free(door->http);
	door->http = NULL;
	door->n_listeners = 0;
	while ((newcomer = door->newcomers)) {
		door->newcomers = newcomer->next;
		bufferevent_decref(newcomer->stream);
		free(newcomer);
	}
}

void op25b_auth_sweep(struct op25b_auth_door *door)
{
	set_full(door, is_full(door));
}
