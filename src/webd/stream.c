/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See stream.h. Nothing is read while a request is answered, so a client's cost is one request and
 * one answer. libevent calls back from its loop only, never from within the functions used here.
 */
#include "webd/stream.h"

#include <sys/socket.h>

#include "webd/visit.h"

/* A request line with headers, and the empty line before it that is passed over. */
#define HEAD (OP25B_WEB_HEAD + 2)

/* Bytes after the last answer that are taken before a client is cut off: so that it reads why. */
#define THROWN (4U * OP25B_WEB_BODY)

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static void answer(struct op25b_conn *conn, int refused)
{
	bufferevent_disable(conn->stream, EV_READ);
	op25b_conn_step(conn, OP25B_CONN_ANSWERING, 0);
	op25b_visit_begin(conn, refused);
}

/* Returns whether the head is there. */
static bool take_head(struct op25b_conn *conn)
{
	struct evbuffer *input = bufferevent_get_input(conn->stream);
	const size_t n = least(evbuffer_get_length(input), HEAD);
	const char *bytes = n ? (const char *)evbuffer_pullup(input, (ssize_t)n) : NULL;
	int r = bytes ? op25b_web_head_read(bytes, n, &conn->head) : n ? -500 : 0;

	if (r < 0)
		answer(conn, -r);
	if (r <= 0)
		return false;
	evbuffer_drain(input, (size_t)r);
	conn->has_head = true;
	if (conn->head.too_large) {
		answer(conn, 413);
		return false;
	}
	if (!conn->head.body_size)
		return true;
	op25b_conn_step(conn, OP25B_CONN_READING, OP25B_CONN_BODY);
	bufferevent_setwatermark(conn->stream, EV_READ, 0, conn->head.body_size);
	if (conn->head.expects && !evbuffer_get_length(input))
		evbuffer_add_printf(bufferevent_get_output(conn->stream),
				    "HTTP/1.1 100 Continue\r\n\r\n");
	return true;
}

static void go_on(struct op25b_conn *conn)
{
	struct evbuffer *input = bufferevent_get_input(conn->stream);
	struct op25b_web_wire *wire = &conn->head.wire;

	if (!conn->has_head && !take_head(conn))
		return;
	if (evbuffer_get_length(input) < conn->head.body_size)
		return;
	wire->body_size = conn->head.body_size;
	if (wire->body_size)
		wire->body = (const char *)evbuffer_pullup(input, (ssize_t)wire->body_size);
	answer(conn, wire->body_size && !wire->body ? 500 : 0);
}

static void on_read(struct bufferevent *stream, void *context)
{
	struct op25b_conn *conn = context;
	struct evbuffer *input = bufferevent_get_input(stream);

	if (conn->step == OP25B_CONN_READING) {
		go_on(conn);
		return;
	}
	conn->thrown += evbuffer_get_length(input);
	evbuffer_drain(input, evbuffer_get_length(input));
	if (conn->thrown > THROWN)
		op25b_conn_free(conn);
}

/* Close our half, and wait until the client has closed its own: with bytes of it unread, the kernel
 * would take back what was sent. */
static void linger(struct op25b_conn *conn)
{
	shutdown(bufferevent_getfd(conn->stream), SHUT_WR);
	op25b_conn_step(conn, OP25B_CONN_LINGERING, OP25B_CONN_LINGER);
	bufferevent_enable(conn->stream, EV_READ);
}

static void on_written(struct bufferevent *stream, void *context)
{
	struct op25b_conn *conn = context;

	if (conn->step != OP25B_CONN_WRITING)
		return; /* "100 Continue" */
	evbuffer_drain(bufferevent_get_input(stream), conn->head.body_size);
	op25b_web_head_done(&conn->head);
	conn->has_head = false;
	if (conn->last) {
		linger(conn);
		return;
	}
	op25b_conn_step(conn, OP25B_CONN_READING, OP25B_CONN_HEAD);
	bufferevent_setwatermark(stream, EV_READ, 0, HEAD);
	bufferevent_enable(stream, EV_READ);
	go_on(conn);
}

/* The client is gone (while it is answered, "100 Continue" may show it), or has closed its half
 * after a request that is not whole. */
static void on_event(struct bufferevent *stream, short what, void *context)
{
	(void)stream;
	(void)what;
	op25b_conn_free(context);
}

void op25b_stream_begin(struct op25b_conn *conn)
{
	bufferevent_setcb(conn->stream, on_read, on_written, on_event, conn);
	bufferevent_setwatermark(conn->stream, EV_READ, 0, HEAD);
	bufferevent_enable(conn->stream, EV_READ | EV_WRITE);
}

void op25b_stream_send(struct op25b_conn *conn, struct evbuffer *response, bool last)
{
	conn->last = last;
	op25b_conn_step(conn, OP25B_CONN_WRITING, OP25B_CONN_WRITE);
	if (bufferevent_write_buffer(conn->stream, response))
		op25b_conn_free(conn);
}
