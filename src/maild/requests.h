/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the control socket is asked: {"op":"..."}, one object a line, one back. A request joins by a
 * line in requests.c and a function here, in a file of its own.
 */
#pragma once

#include <jansson.h>
#include <stdint.h>

#include "base/error.h"
#include "serve/control.h"

struct op25b_maild;

/**
 * op25b_maild_answer_fn - answer a request.
 * @ret: an object with "schema"
 *
 * Called inside a turn of the state, which is kept if it returns 0. Returns 0; -EINVAL, -ENOENT:
 * the request's fault; -EAGAIN: sessions are not known yet; others: ours. @error says why.
 */
typedef int op25b_maild_answer_fn(struct op25b_maild *d, const json_t *request, int64_t now,
				  json_t **ret, struct op25b_error *error);

op25b_maild_answer_fn op25b_maild_legacy;   /* request-legacy.c */
op25b_maild_answer_fn op25b_maild_account;  /* request-account.c: account-claim and its like */
op25b_maild_answer_fn op25b_maild_status;   /* status.c */
op25b_maild_answer_fn op25b_maild_code;     /* request-code.c */
op25b_maild_answer_fn op25b_maild_caller;   /* request-caller.c */
op25b_maild_answer_fn op25b_maild_echo_new; /* request-echo.c */
op25b_maild_answer_fn op25b_maild_echo;     /* the same */
op25b_maild_answer_fn op25b_maild_held;     /* request-held.c */
op25b_maild_answer_fn op25b_maild_let_go;   /* the same */
op25b_maild_answer_fn op25b_maild_why;      /* request-why.c */

/* Who asks: each may ask what is his, and the first everything. */
enum op25b_asker {
	OP25B_ASKED_BY_OWNER,  /* by the control socket */
	OP25B_ASKED_BY_READER, /* by the socket for reading */
	OP25B_ASKED_BY_DESK,   /* by the socket for customers' forms */
	OP25B_ASKED_BY_HOST,   /* another mail host: held-door.c */
};

/* Answer a request, or say why not. @asked: NULL: it was no JSON; stays the caller's. */
void op25b_maild_serve(struct op25b_maild *d, struct op25b_client *client, enum op25b_asker asker,
		       const json_t *asked);

extern const struct op25b_control_calls op25b_maild_calls;

/* Of the socket for reading, and of that for customers' forms: few of the requests. */
extern const struct op25b_control_calls op25b_maild_reader_calls;
extern const struct op25b_control_calls op25b_maild_desk_calls;
