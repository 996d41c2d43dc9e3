/* SPDX-License-Identifier: BSD-2-Clause */
/* See echo.h. While an answer waits to be taken nothing more is read. */
#include "maild/echo.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/listener.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "maild/echo-take.h"
#include "maild/maild.h"
#include "serve/unix-socket.h"

struct client {
	struct op25b_echo_door *door;
	struct bufferevent *stream;
	struct event *life;
	bool closing; /* once all is sent */
	struct op25b_lmtp lmtp;
	struct client *next;
};

struct op25b_echo_door {
	struct op25b_maild *d;
	struct op25b_lmtp_calls calls;
	struct op25b_trace_own own;
	struct evconnlistener *listener;
	struct client *clients;
	unsigned int n_clients;
	char path[OP25B_UNIX_PATH];
};

static void say(void *to, const char *text)
{
	const struct client *client = to;

	(void)evbuffer_add(bufferevent_get_output(client->stream), text, strlen(text));
}

static void free_client(struct client *client)
{
	struct client **slot = &client->door->clients;

	while (*slot != client)
		slot = &(*slot)->next;
	*slot = client->next;
	client->door->n_clients--;
	if (client->life)
		event_free(client->life);
	bufferevent_free(client->stream);
	free(client);
}

static void on_read(struct bufferevent *stream, void *context)
{
	struct evbuffer *input = bufferevent_get_input(stream);
	struct client *client = context;
	char data[4096];
	int n;

	while (!client->closing && (n = evbuffer_remove(input, data, sizeof(data))) > 0)
		client->closing = !op25b_lmtp_feed(&client->lmtp, data, (size_t)n);
	if (evbuffer_get_length(bufferevent_get_output(stream)))
		bufferevent_disable(stream, EV_READ);
	else if (client->closing)
		free_client(client);
}

static void on_written(struct bufferevent *stream, void *context)
{
	struct client *client = context;

	if (client->closing)
		free_client(client);
	else
		bufferevent_enable(stream, EV_READ);
}

static void on_event(struct bufferevent *stream, short what, void *context)
{
	(void)stream;
	(void)what;
	free_client(context);
}

static void on_life(evutil_socket_t fd, short what, void *context)
{
	(void)fd;
	(void)what;
	free_client(context);
}

static void serve(struct op25b_echo_door *door, struct client *client)
{
	const struct timeval patience = { .tv_sec = OP25B_ECHO_PATIENCE };
	const struct timeval life = { .tv_sec = OP25B_ECHO_LIFE };

	client->door = door;
	client->next = door->clients;
	door->clients = client;
	door->n_clients++;
	bufferevent_setcb(client->stream, on_read, on_written, on_event, client);
	bufferevent_set_timeouts(client->stream, &patience, &patience);
	bufferevent_enable(client->stream, EV_READ | EV_WRITE);
	client->life = evtimer_new(door->d->base, on_life, client);
	if (client->life)
		event_add(client->life, &life);
	op25b_lmtp_begin(&client->lmtp, &door->calls, &door->own, client);
}

static void on_connection(struct evconnlistener *listener, evutil_socket_t fd,
			  struct sockaddr *address, int length, void *context)
{
	struct op25b_echo_door *door = context;
	struct client *client = NULL;

	(void)listener;
	(void)address;
	(void)length;
	if (door->n_clients < OP25B_ECHO_CLIENTS)
		client = calloc(1, sizeof(*client));
	if (client)
		client->stream = bufferevent_socket_new(door->d->base, fd, BEV_OPT_CLOSE_ON_FREE);
	if (client && client->stream) {
		serve(door, client);
	} else {
		free(client);
		close(fd);
	}
}

static struct op25b_echo_door *make_door(struct op25b_maild *d, int fd)
{
	struct op25b_echo_door *door = calloc(1, sizeof(*door));

	if (!door)
		return NULL;
	door->d = d;
	door->calls = (struct op25b_lmtp_calls){ op25b_echo_take_domain, op25b_echo_take_known,
						 op25b_echo_take_mail, d, say };
	door->own = (struct op25b_trace_own){ op25b_echo_take_host, op25b_echo_take_address, d };
	snprintf(door->path, sizeof(door->path), "%s", d->first->echo.socket);
	door->listener = evconnlistener_new(d->base, on_connection, door,
					    LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC,
					    (int)OP25B_ECHO_CLIENTS, fd);
	if (door->listener)
		return door;
	free(door);
	return NULL;
}

int op25b_echo_door_open(struct op25b_maild *d, struct op25b_echo_door **ret_door,
			 struct op25b_error *error)
{
	const struct op25b_conf_socket *file = &d->first->echo;
	OP25B_AUTO_CLOSE int fd = -1;
	gid_t gid = OP25B_UNIX_ROOT_ONLY;
	int r;

	if (!file->socket)
		return 0;
	r = op25b_unix_group(file->group, &gid, error);
	r = r ? r : op25b_unix_listen(file->socket, SOCK_STREAM, gid, &fd, error);
	if (r)
		return r;
	*ret_door = make_door(d, fd);
	if (!*ret_door) {
		unlink(file->socket);
		return op25b_error_set(error, -ENOMEM, "out of memory");
	}
	(void)OP25B_TAKE_FD(fd);
	return 0;
}

void op25b_echo_door_close(struct op25b_echo_door **door)
{
	struct op25b_echo_door *old = OP25B_TAKE_PTR(*door);

	if (!old)
		return;
	while (old->clients)
		free_client(old->clients);
	evconnlistener_free(old->listener);
	unlink(old->path);
	free(old);
}
