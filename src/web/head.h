/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The head of a request: its line and headers, from bytes as they arrive. HTTP/1.0 and 1.1 (RFC
 * 9112), strictly: what two readers could take for two things (which lines there are, where the
 * body ends) is refused. Bodies come with a length; chunked ones are refused, as 411.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "web/request.h"

struct op25b_web_head {
	char *bytes; /* a copy, cut into texts; op25b_web_head_done() */
	struct op25b_web_header headers[OP25B_WEB_HEADERS];
	struct op25b_web_wire wire; /* method, target, http10, headers */
	size_t body_size;           /* bytes that follow */
	bool too_large;             /* they are more than OP25B_WEB_BODY; .body_size is 0 */
	bool keep_alive;            /* another request may follow */
	bool expects;               /* waits for "100 Continue" before it sends the body */
};

/**
 * op25b_web_head_read() - read a head.
 * @bytes: @n of them, from where the request begins
 * @ret:   written only for a whole head
 *
 * Returns its size; 0: it is not whole yet; a status to refuse it with as a negative number: 400,
 * 411, 431, 500 (no memory), 505. Then nobody knows where the next one begins; nor where
 * .too_large is set, which is for 413, in the visitor's language.
 */
int op25b_web_head_read(const char *bytes, size_t n, struct op25b_web_head *ret);

/* NULL-safe; leaves it empty. */
void op25b_web_head_done(struct op25b_web_head *head);
