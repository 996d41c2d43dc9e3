/* SPDX-License-Identifier: BSD-2-Clause */
/* A response on the wire: its headers, and its line in the access log. */
#pragma once

#include <stdint.h>

#include "web/request.h"

struct op25b_conn;

struct op25b_reply {
	struct op25b_conn *conn;
	const struct op25b_web_request *request; /* NULL: what came was none: all ends with it */
	int64_t began;                           /* boot clock */
};

/**
 * op25b_reply_send() - send a response, which is used up.
 */
void op25b_reply_send(const struct op25b_reply *reply, struct op25b_web_response *response);
