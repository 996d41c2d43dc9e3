/* SPDX-License-Identifier: BSD-2-Clause */
/* See link.h. */
#include "notice/link.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/cleanup.h"
#include "serve/log.h"

#define BATCH 64 /* messages taken before clients have their turn */

struct op25b_link {
	struct event_base *base;
	struct sockaddr_un address;
	const struct op25b_link_calls *calls;
	void *context;
	struct event *event; /* NULL: not connected */
	int fd;
	bool greeted;                                          /* HELLO has come */
	char said[sizeof(((struct op25b_error *)NULL)->text)]; /* the last fault in the log */
};

int op25b_link_new(struct event_base *base, const char *path, const struct op25b_link_calls *calls,
		   void *context, struct op25b_link **ret, struct op25b_error *error)
{
	struct op25b_link *link;

	if (strlen(path) >= sizeof(link->address.sun_path))
		return op25b_error_set(error, -ENAMETOOLONG, "socket %s: the path is too long",
				       path);
	link = calloc(1, sizeof(*link));
	if (!link)
		return op25b_error_set(error, -ENOMEM, "out of memory");
	*link = (struct op25b_link){ .base = base, .calls = calls, .context = context, .fd = -1 };
	link->address.sun_family = AF_UNIX;
	snprintf(link->address.sun_path, sizeof(link->address.sun_path), "%s", path);
	*ret = link;
	return 0;
}

static void disconnect(struct op25b_link *link)
{
	if (link->event)
		event_free(link->event);
	link->event = NULL;
	op25b_cleanup_close(&link->fd);
	link->greeted = false;
}

void op25b_link_free(struct op25b_link **link)
{
	if (!*link)
		return;
	disconnect(*link);
	free(*link);
	*link = NULL;
}

/* It is tried again each second: the same fault is worth one line. */
static void say_fault(struct op25b_link *link, const char *fault)
{
	if (!strcmp(link->said, fault))
		return;
	snprintf(link->said, sizeof(link->said), "%s", fault);
	op25b_log(OP25B_LOG_WARNING, "op25bd, %s: %s; what is open stays open, trying each second",
		  link->address.sun_path, fault);
}

/* Told of all doors: the next fault is a new one, even if it is the same. */
static void say_mended(struct op25b_link *link)
{
	if (*link->said)
		op25b_log(OP25B_LOG_NOTICE, "op25bd, %s: it is there", link->address.sun_path);
	link->said[0] = '\0';
}

static void close_all(int fds[static OP25B_WIRE_FDS])
{
	for (size_t i = 0; i < OP25B_WIRE_FDS; i++)
		op25b_cleanup_close(&fds[i]);
}

/* Returns 0, or an error that ends the connection. */
static int take_one(struct op25b_link *link, struct op25b_error *error)
{
	uint8_t buffer[OP25B_WIRE_SIZE];
	int fds[OP25B_WIRE_FDS] = { -1, -1 };
	struct op25b_wire_message message;
	int r = op25b_wire_receive(link->fd, buffer, &message, fds, error);

	if (r)
		return r;
	if (link->greeted == (message.kind == OP25B_WIRE_HELLO) ||
	    message.kind == OP25B_WIRE_COUNTS) {
		close_all(fds);
		return op25b_error_set(error, -EBADMSG, "a message out of order");
	}
	link->greeted = true;
	r = link->calls->take(&message, fds, link->context, error);
	if (!r && message.kind == OP25B_WIRE_ALL)
		say_mended(link);
	return r;
}

static void on_message(evutil_socket_t fd, short what, void *context)
{
	struct op25b_link *link = context;
	struct op25b_error error = { "" };
	int r = 0;

	(void)fd;
	(void)what;
	for (unsigned int i = 0; !r && i < BATCH; i++)
		r = take_one(link, &error);
	if (!r || r == -EAGAIN || r == -EINTR)
		return;
	say_fault(link, error.text);
	disconnect(link);
}

static int try_connect(struct op25b_link *link)
{
	link->fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (link->fd < 0 ||
	    connect(link->fd, (const struct sockaddr *)&link->address, sizeof(link->address)))
		return -errno;
	link->event = event_new(link->base, link->fd, EV_READ | EV_PERSIST, on_message, link);
	return !link->event || event_add(link->event, NULL) ? -ENOMEM : 0;
}

void op25b_link_tick(struct op25b_link *link)
{
	int r;

	if (link->event)
		return;
	r = try_connect(link);
	if (!r)
		return;
	say_fault(link, strerror(-r));
	disconnect(link);
}

bool op25b_link_say(struct op25b_link *link, const struct op25b_wire_counts *counts)
{
	const struct op25b_wire_message message = { .kind = OP25B_WIRE_COUNTS, .counts = *counts };

	return link->greeted && !op25b_wire_send(link->fd, &message, NULL, NULL);
}
