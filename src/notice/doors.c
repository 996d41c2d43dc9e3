/* SPDX-License-Identifier: BSD-2-Clause */
/* See doors.h. */
#include "notice/doors.h"

#include <errno.h>
#include <event2/event_struct.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <unistd.h>

#include "serve/log.h"

#define FAMILIES OP25B_WIRE_FDS

/* ms after which the kernel gives up a client that doesn't acknowledge, closed or not. */
#define UNACKNOWLEDGED 10000

enum door_state { TOLD, OLD, LEAVING };

struct door {
	LIST_ENTRY(door) entry;
	struct op25b_doors *doors;
	struct op25b_replies *replies;
	uint64_t id;
	enum door_state state;
	uint8_t ticks; /* that LEAVING still lasts */
	uint8_t v6_len;
	struct event events[FAMILIES];
};

struct op25b_doors {
	struct event_base *base;
	struct op25b_clients *clients;
	LIST_HEAD(door_list, door) all;
	size_t n_told;
	struct event *resume;
	bool paused; /* accept() failed: nobody is let in until `resume` */
	bool said;   /* ... which was logged, and nobody has been let in since */
};

static void pause_all(struct op25b_doors *doors, int fault)
{
	const struct timeval moment = { .tv_usec = 100000 };
	struct door *door;

	if (!doors->said)
		op25b_log(OP25B_LOG_ERROR,
			  "can't let anybody in: %s; trying again ten times a second",
			  strerror(fault));
	doors->said = doors->paused = true;
	LIST_FOREACH(door, &doors->all, entry)
	{
		for (size_t i = 0; i < FAMILIES; i++)
			event_del(&door->events[i]);
	}
	evtimer_add(doors->resume, &moment);
}

static void on_resume(evutil_socket_t fd, short what, void *context)
{
	struct op25b_doors *doors = context;
	struct door *door;

	(void)fd;
	(void)what;
	doors->paused = false;
	LIST_FOREACH(door, &doors->all, entry)
	{
		for (size_t i = 0; i < FAMILIES; i++)
			event_add(&door->events[i], NULL);
	}
}

/* Returns 1: somebody was let in; 0: nobody waits; -errno: of accept(), which may come again. */
static int let_in(struct door *door, int listener)
{
	struct sockaddr_storage peer;
	socklen_t size = sizeof(peer);
	int fd = accept4(listener, (struct sockaddr *)&peer, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd >= 0) {
		door->doors->said = false;
		op25b_clients_take(door->doors->clients, fd, &peer, door->v6_len, door->replies);
		return 1;
	}
	if (errno == EAGAIN)
		return 0;
	/* The others of accept(2) are about the connection that was to be let in. */
	return errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM ? -errno :
											   1;
}

static void on_door(evutil_socket_t fd, short what, void *context)
{
	struct door *door = context;
	int r = 1;

	(void)what;
	for (unsigned int i = 0; r > 0 && i < OP25B_DOORS_BATCH; i++)
		r = let_in(door, fd);
	if (r < 0)
		pause_all(door->doors, -r);
}

static void close_door(struct door *door)
{
	struct op25b_doors *doors = door->doors;

	for (size_t i = 0; i < FAMILIES; i++) {
		evutil_socket_t fd = event_get_fd(&door->events[i]);

		event_del(&door->events[i]);
		close(fd);
	}
	doors->n_told -= door->state == TOLD;
	LIST_REMOVE(door, entry);
	op25b_replies_drop(&door->replies);
	free(door);
}

static void leave(struct door *door)
{
	door->doors->n_told -= door->state == TOLD;
	door->state = LEAVING;
	door->ticks = OP25B_DOORS_LEAVE;
}

int op25b_doors_new(struct event_base *base, struct op25b_clients *clients,
		    struct op25b_doors **ret)
{
	struct op25b_doors *doors = calloc(1, sizeof(*doors));

	if (!doors)
		return -ENOMEM;
	doors->base = base;
	doors->clients = clients;
	LIST_INIT(&doors->all);
	doors->resume = evtimer_new(base, on_resume, doors);
	if (!doors->resume) {
		free(doors);
		return -ENOMEM;
	}
	*ret = doors;
	return 0;
}

void op25b_doors_free(struct op25b_doors **doors)
{
	struct op25b_doors *d = *doors;

	if (!d)
		return;
	while (!LIST_EMPTY(&d->all))
		close_door(LIST_FIRST(&d->all));
	event_free(d->resume);
	free(d);
	*doors = NULL;
}

static bool option_is(int fd, int name, int wanted)
{
	socklen_t size = sizeof(int);
	int value;

	return !getsockopt(fd, SOL_SOCKET, name, &value, &size) && value == wanted;
}

/* IPv4 may be in either place. Those who come in are born with these options of the listener. */
static int prepare(int fd, int family, struct op25b_error *error)
{
	const struct linger reset = { .l_onoff = 1, .l_linger = 0 };
	const unsigned int patience = UNACKNOWLEDGED;

	if ((!option_is(fd, SO_DOMAIN, family) && !option_is(fd, SO_DOMAIN, AF_INET)) ||
	    !option_is(fd, SO_PROTOCOL, IPPROTO_TCP) || !option_is(fd, SO_ACCEPTCONN, 1))
		return op25b_error_set(error, -EINVAL, "a door whose sockets are others");
	if (setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)) ||
	    setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &patience, sizeof(patience)) ||
	    fcntl(fd, F_SETFL, O_NONBLOCK))
		return op25b_error_set(error, -errno, "can't prepare a listening socket: %s",
				       strerror(errno));
	return 0;
}

int op25b_doors_put(struct op25b_doors *doors, const struct op25b_wire_door *told,
		    const int fds[static OP25B_WIRE_FDS], struct op25b_error *error)
{
	struct door *door;
	int r = prepare(fds[0], AF_INET, error);

	r = r ? r : prepare(fds[1], AF_INET6, error);
	if (r)
		return r;
	op25b_doors_shut(doors, told->id);
	if (op25b_doors_count(doors) >= OP25B_WIRE_DOORS_MAX)
		return op25b_error_set(error, -ENOSPC, "more than %u doors", OP25B_WIRE_DOORS_MAX);
	door = calloc(1, sizeof(*door));
	if (door)
		door->replies = op25b_replies_new(told);
	if (!door || !door->replies) {
		free(door);
		return op25b_error_set(error, -ENOMEM, "no memory for a door");
	}
	door->doors = doors;
	door->id = told->id;
	door->v6_len = told->v6_len;
	LIST_INSERT_HEAD(&doors->all, door, entry);
	doors->n_told++;
	for (size_t i = 0; i < FAMILIES; i++) {
		event_assign(&door->events[i], doors->base, fds[i], EV_READ | EV_PERSIST, on_door,
			     door);
		if (!doors->paused)
			event_add(&door->events[i], NULL);
	}
	return 0;
}

void op25b_doors_shut(struct op25b_doors *doors, uint64_t id)
{
	struct door *door;

	LIST_FOREACH(door, &doors->all, entry)
	{
		if (door->state == TOLD && door->id == id) {
			leave(door);
			return;
		}
	}
}

void op25b_doors_begin(struct op25b_doors *doors)
{
	struct door *door;

	LIST_FOREACH(door, &doors->all, entry)
	{
		if (door->state == TOLD)
			door->state = OLD;
	}
	doors->n_told = 0;
}

void op25b_doors_all(struct op25b_doors *doors)
{
	struct door *door;

	LIST_FOREACH(door, &doors->all, entry)
	{
		if (door->state == OLD)
			leave(door);
	}
}

void op25b_doors_tick(struct op25b_doors *doors)
{
	struct door *door = LIST_FIRST(&doors->all), *next;

	for (; door; door = next) {
		next = LIST_NEXT(door, entry);
		if (door->state == LEAVING && !--door->ticks)
			close_door(door);
	}
}

size_t op25b_doors_count(const struct op25b_doors *doors)
{
	return doors->n_told;
}
