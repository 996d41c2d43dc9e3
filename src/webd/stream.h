/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Requests and responses on a connection, HTTP/1.1 one after another. Not libevent's own HTTP: of
 * 2.1 nobody can count, time or end a connection that has not sent a whole request
 * (docs/design/012-http.md).
 */
#pragma once

#include <event2/buffer.h>

#include "webd/conns.h"

/* Begin to read; @conn has a place. */
void op25b_stream_begin(struct op25b_conn *conn);

/**
 * op25b_stream_send() - answer the request in hand; then the next one is read, or all ends.
 * @response: head and body; used up, but the caller's to free
 */
void op25b_stream_send(struct op25b_conn *conn, struct evbuffer *response, bool last);
