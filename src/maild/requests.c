/* SPDX-License-Identifier: BSD-2-Clause */
/* See requests.h. */
#include "maild/requests.h"

#include <errno.h>
#include <string.h>

#include "maild/maild.h"
#include "serve/clock.h"

#define QUESTION_MAX (16U << 10) /* bytes of a line on the sockets for reading and for forms */

struct request {
	const char *op;
	op25b_maild_answer_fn *answer;
	enum op25b_asker also; /* besides the control socket */
};

/* At the desk is only what carries its own right, a token or code out of a letter, or has one sent
 * to who has it. */
static const struct request requests[] = {
	{ "account-abroad", op25b_maild_account, OP25B_ASKED_BY_DESK },
	{ "account-abroad-open", op25b_maild_account, OP25B_ASKED_BY_DESK },
	{ "account-address", op25b_maild_account, OP25B_ASKED_BY_OWNER },
	{ "account-claim", op25b_maild_account, OP25B_ASKED_BY_DESK },
	{ "account-confirm", op25b_maild_account, OP25B_ASKED_BY_DESK },
	{ "status", op25b_maild_status, OP25B_ASKED_BY_READER },
	{ "legacy", op25b_maild_legacy, OP25B_ASKED_BY_OWNER },
	{ "held", op25b_maild_held, OP25B_ASKED_BY_HOST },
	{ "let-go", op25b_maild_let_go, OP25B_ASKED_BY_HOST },
	{ "why", op25b_maild_why, OP25B_ASKED_BY_OWNER },
	{ "code", op25b_maild_code, OP25B_ASKED_BY_READER },
	{ "caller", op25b_maild_caller, OP25B_ASKED_BY_READER },
	{ "echo-new", op25b_maild_echo_new, OP25B_ASKED_BY_READER },
	{ "echo", op25b_maild_echo, OP25B_ASKED_BY_READER },
};

static const char *const not_permitted[] = {
	[OP25B_ASKED_BY_READER] = "this is not for this socket, which only answers questions",
	[OP25B_ASKED_BY_DESK] = "this is not for this socket, which is for customers' forms",
	[OP25B_ASKED_BY_HOST] = "this is for the host of op25b-maild alone",
};

static const struct request *find(const char *op)
{
	for (size_t i = 0; op && i < sizeof(requests) / sizeof(requests[0]); i++) {
		if (!strcmp(op, requests[i].op))
			return &requests[i];
	}
	return NULL;
}

static int perform(struct op25b_maild *d, op25b_maild_answer_fn *answer, const json_t *request,
		   json_t **ret, struct op25b_error *error)
{
	json_t *json = NULL;
	int r = op25b_state_begin(d->state, error);

	r = r ? r : answer(d, request, op25b_clock_wall(), &json, error);
	r = r ? r : op25b_state_commit(d->state, error);
	if (r) {
		op25b_state_rollback(d->state);
		json_decref(json);
		return r;
	}
	*ret = json;
	return 0;
}

static const char *code_of(int r)
{
	return r == -EINVAL || r == -ENOENT ? "bad-request" :
	       r == -EAGAIN                 ? "sessions-unknown" :
					      "failed";
}

void op25b_maild_serve(struct op25b_maild *d, struct op25b_client *client, enum op25b_asker asker,
		       const json_t *asked)
{
	const struct request *request = find(json_string_value(json_object_get(asked, "op")));
	struct op25b_error error = { "" };
	json_t *json = NULL;
	int r;

	if (!request) {
		op25b_client_fail(client, "bad-request", "op25b-maild has no such request");
	} else if (asker != OP25B_ASKED_BY_OWNER && asker != request->also) {
		op25b_client_fail(client, "not-permitted", not_permitted[asker]);
	} else {
		r = perform(d, request->answer, asked, &json, &error);
		if (!r)
			op25b_client_send(client, json);
		else
			op25b_client_fail(client, code_of(r),
					  *error.text ? error.text : strerror(-r));
	}
}

static void serve(struct op25b_maild *d, struct op25b_client *client, enum op25b_asker asker,
		  const char *line, size_t size)
{
	json_t *asked = json_loadb(line, size, JSON_REJECT_DUPLICATES, NULL);

	op25b_maild_serve(d, client, asker, asked);
	json_decref(asked);
}

static void on_line(struct op25b_client *client, const char *line, size_t size, void *context)
{
	serve(context, client, OP25B_ASKED_BY_OWNER, line, size);
}

static void on_question(struct op25b_client *client, const char *line, size_t size, void *context)
{
	serve(context, client, OP25B_ASKED_BY_READER, line, size);
}

static void on_form(struct op25b_client *client, const char *line, size_t size, void *context)
{
	serve(context, client, OP25B_ASKED_BY_DESK, line, size);
}

const struct op25b_control_calls op25b_maild_calls = { .line = on_line };
const struct op25b_control_calls op25b_maild_reader_calls = { .line = on_question,
							      .line_max = QUESTION_MAX };
const struct op25b_control_calls op25b_maild_desk_calls = { .line = on_form,
							    .line_max = QUESTION_MAX };
