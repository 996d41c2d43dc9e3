/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See stream.h. A request is read when its last byte is there, asked in the turn after that, and
 * the next is looked at when the reply was taken: a client's cost is one request and one reply.
 */
#include "maild/stream.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mail/socketmap.h"
#include "maild/maild.h"
#include "serve/clock.h"
#include "serve/log.h"

#define ROOM 2048U /* a request of Postfix has some 900 bytes */

static void link_newest(struct op25b_stream *stream)
{
	struct op25b_door *door = stream->door;

	stream->newer = NULL;
	stream->older = door->newest;
	if (door->newest)
		door->newest->newer = stream;
	else
		door->oldest = stream;
	door->newest = stream;
}

static void unlink_stream(struct op25b_stream *stream)
{
	struct op25b_door *door = stream->door;

	*(stream->newer ? &stream->newer->older : &door->newest) = stream->older;
	*(stream->older ? &stream->older->newer : &door->oldest) = stream->newer;
}

static void note_life(struct op25b_stream *stream)
{
	stream->since = op25b_clock_boot_ns();
	if (!stream->newer)
		return;
	unlink_stream(stream);
	link_newest(stream);
}

static void drop_reply(struct op25b_stream *stream)
{
	if (stream->out != stream->reply)
		free(stream->out);
	stream->out = NULL;
	stream->n_out = stream->sent = 0;
}

void op25b_stream_free(struct op25b_stream *stream)
{
	unlink_stream(stream);
	stream->door->n_streams--;
	if (stream->readable)
		event_free(stream->readable);
	if (stream->writable)
		event_free(stream->writable);
	close(stream->fd);
	drop_reply(stream);
	free(stream->in);
	free(stream);
}

/* What was asked is no request, or got no answer: Postfix tries once more and then says 451. */
static void break_off(struct op25b_stream *stream)
{
	stream->door->broken++;
	op25b_stream_free(stream);
}

/* The next request into the turn, if it is there. Returns -EBADMSG: there never will be one. */
static int take_request(struct op25b_stream *stream)
{
	int n = stream->door->service == OP25B_MAILD_SOCKETMAP ?
			op25b_socketmap_read(stream->in, stream->n_in, &stream->request.map.name,
					     &stream->request.map.key, NULL) :
			op25b_postfix_read(stream->in, stream->n_in, &stream->request.policy, NULL);

	if (n <= 0)
		return n;
	stream->whole = (size_t)n;
	stream->asking = true;
	op25b_turn_add(&stream->door->maild->turn, &stream->item);
	return 0;
}

/* What was read so far is a whole buffer: a larger one. */
static int grow(struct op25b_stream *stream)
{
	size_t room = stream->room ? 2 * stream->room : ROOM;
	char *in;

	if (stream->n_in < stream->room)
		return 0;
	if (room > OP25B_POSTFIX_REQUEST)
		return -EBADMSG;
	in = realloc(stream->in, room);
	if (!in)
		return -ENOMEM;
	stream->in = in;
	stream->room = room;
	return 0;
}

static void on_readable(evutil_socket_t fd, short what, void *context)
{
	struct op25b_stream *stream = context;
	ssize_t n;

	(void)what;
	/* Only what is in hand; the rest can wait in the kernel. */
	if (stream->asking || stream->n_out)
		return;
	if (grow(stream)) {
		break_off(stream);
		return;
	}
	n = recv(fd, stream->in + stream->n_in, stream->room - stream->n_in, MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		op25b_stream_free(stream);
		return;
	}
	stream->n_in += (size_t)n;
	/* A request that comes byte by byte began when it began. */
	if (stream->n_in == (size_t)n)
		note_life(stream);
	if (take_request(stream))
		break_off(stream);
}

/* Returns 1: all is sent; 0: later; -errno: it is gone. */
static int send_reply(struct op25b_stream *stream)
{
	ssize_t n = send(stream->fd, stream->out + stream->sent, stream->n_out - stream->sent,
			 MSG_DONTWAIT | MSG_NOSIGNAL);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	stream->sent += (size_t)n;
	if (stream->sent < stream->n_out)
		return 0;
	drop_reply(stream);
	return 1;
}

/* After a reply: what follows its request in the buffer may be the next. */
static void go_on(struct op25b_stream *stream)
{
	stream->n_in -= stream->whole;
	memmove(stream->in, stream->in + stream->whole, stream->n_in);
	stream->whole = 0;
	if (!stream->n_in && stream->room > ROOM) {
		free(stream->in);
		stream->in = NULL;
		stream->room = 0;
	}
	note_life(stream);
	if (stream->n_in && take_request(stream))
		break_off(stream);
}

static void on_writable(evutil_socket_t fd, short what, void *context)
{
	struct op25b_stream *stream = context;
	int r = send_reply(stream);

	(void)fd;
	(void)what;
	if (r < 0) {
		op25b_stream_free(stream);
	} else if (r) {
		event_del(stream->writable);
		event_add(stream->readable, NULL);
		go_on(stream);
	}
}

static int ask_policy(struct op25b_maild *d, struct op25b_item *item, int64_t now,
		      struct op25b_error *error)
{
	struct op25b_stream *stream = (struct op25b_stream *)item;
	const bool grant = stream->door->service == OP25B_MAILD_GRANT;
	char action[OP25B_POSTFIX_ACTION];
	int r = op25b_brain_policy(&d->brain, grant ? OP25B_BRAIN_GRANT : OP25B_BRAIN_RESTRICT,
				   &stream->request.policy, now, action, error);

	if (r)
		return r;
	stream->out = stream->reply;
	stream->n_out = op25b_postfix_write(grant, action, stream->reply, sizeof(stream->reply));
	if (!stream->n_out)
		return op25b_error_set(error, -EINVAL, "an answer that may not be given (a bug)");
	return 0;
}

static int ask_map(struct op25b_maild *d, struct op25b_item *item, int64_t now,
		   struct op25b_error *error)
{
	struct op25b_stream *stream = (struct op25b_stream *)item;
	static char value[OP25B_SOCKETMAP_REPLY - 16], reply[OP25B_SOCKETMAP_REPLY + 16];
	const bool known = !strcmp(stream->request.map.name, OP25B_SOCKETMAP_SENDER);
	int r = 0;

	drop_reply(stream); /* of a turn that was given up */
	snprintf(value, sizeof(value), "%s", known ? "" : "there is no such map");
	if (known)
		r = op25b_brain_sender(&d->brain, stream->request.map.key, now, value,
				       sizeof(value), error);
	if (r)
		return r;
	stream->n_out = op25b_socketmap_write(!known ? "PERM" :
					      *value ? "OK" :
						       "NOTFOUND",
					      value, reply, sizeof(reply));
	stream->out = malloc(stream->n_out);
	if (!stream->out)
		return op25b_error_set(error, -ENOMEM, "out of memory");
	memcpy(stream->out, reply, stream->n_out);
	return 0;
}

static void on_done(struct op25b_maild *d, struct op25b_item *item, int r)
{
	struct op25b_stream *stream = (struct op25b_stream *)item;

	(void)d;
	stream->asking = false;
	if (r) {
		break_off(stream);
		return;
	}
	stream->door->answered++;
	r = send_reply(stream);
	if (r < 0) {
		op25b_stream_free(stream);
	} else if (r) {
		go_on(stream);
	} else {
		event_del(stream->readable);
		event_add(stream->writable, NULL);
	}
}

void op25b_stream_new(struct op25b_door *door, int fd)
{
	struct op25b_stream *stream = calloc(1, sizeof(*stream));
	struct event_base *base = door->maild->base;

	if (!stream) {
		close(fd);
		return;
	}
	stream->door = door;
	stream->fd = fd;
	stream->item.ask = door->service == OP25B_MAILD_SOCKETMAP ? ask_map : ask_policy;
	stream->item.done = on_done;
	stream->since = op25b_clock_boot_ns();
	link_newest(stream);
	door->n_streams++;
	stream->readable = event_new(base, fd, EV_READ | EV_PERSIST, on_readable, stream);
	stream->writable = event_new(base, fd, EV_WRITE | EV_PERSIST, on_writable, stream);
	if (!stream->readable || !stream->writable || event_add(stream->readable, NULL)) {
		op25b_log(OP25B_LOG_ERROR, "can't serve a connection: out of memory");
		op25b_stream_free(stream);
	}
}
