/* SPDX-License-Identifier: BSD-2-Clause */
/* See server.h. Changes are logged with who asked for them; questions are not. */
#include "daemon/server.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "daemon/answer.h"
#include "daemon/change.h"
#include "daemon/daywatch.h"
#include "serve/clock.h"
#include "serve/log.h"
#include "daemon/monitor.h"
#include "daemon/request.h"

#define QUESTION_MAX (64U << 10) /* bytes: the longest is explain with a frame in hex */

static const char *code_word(enum op25b_control_code code)
{
	static const char *const words[] = {
#define OP25B_CONTROL_WORD(tail, word) word,
		OP25B_CONTROL_CODES(OP25B_CONTROL_WORD)
#undef OP25B_CONTROL_WORD
	};

	return words[code];
}

static void fail(struct op25b_client *client, enum op25b_control_code code,
		 const struct op25b_error *error)
{
	op25b_client_fail(client, code_word(code), error->text);
}

static void log_change(const struct op25b_client *client, const struct op25b_request *request,
		       const struct op25b_error *error)
{
	const char *name = op25b_request_name(request->op);
	const char *root =
		json_string_value(json_object_get(json_array_get(request->files, 0), "name"));

	if (error)
		op25b_log(OP25B_LOG_WARNING, "%s%s%.200s by uid %u, pid %d, refused: %s", name,
			  root ? " " : "", root ? root : "", op25b_client_uid(client),
			  op25b_client_pid(client), error->text);
	else
		op25b_log(OP25B_LOG_NOTICE, "%s%s%.200s by uid %u, pid %d: done", name,
			  root ? " " : "", root ? root : "", op25b_client_uid(client),
			  op25b_client_pid(client));
}

static void change(struct op25b_daemon *d, struct op25b_client *client,
		   const struct op25b_request *request)
{
	int64_t began = op25b_clock_boot_ns();
	enum op25b_control_code code = OP25B_CONTROL_FAILED;
	const char *schema = "op25b.apply/1";
	struct op25b_error error = { "" };
	int r;

	switch (request->op) {
	case OP25B_OP_APPLY:
		r = op25b_change_apply(d, request->files, request->confirm, &code, &error);
		break;
	case OP25B_OP_CONFIRM:
		schema = "op25b.confirm/1";
		r = op25b_change_confirm(d, &code, &error);
		break;
	default:
		schema = "op25b.rollback/1";
		r = op25b_change_rollback(d, &code, &error);
		break;
	}
	log_change(client, request, r ? &error : NULL);
	if (r)
		fail(client, code, &error);
	else
		op25b_client_send(
			client, op25b_answer_change(d, schema,
						    (double)(op25b_clock_boot_ns() - began) / 1e6));
}

static void reply(struct op25b_client *client, int r, json_t *json, const struct op25b_error *error)
{
	if (r)
		fail(client, r == -ENODATA ? OP25B_CONTROL_NO_POLICY : OP25B_CONTROL_FAILED, error);
	else
		op25b_client_send(client, json);
}

static void answer(struct op25b_daemon *d, struct op25b_client *client,
		   const struct op25b_request *request)
{
	struct op25b_error error = { "" };
	json_t *json = NULL;
	int r = 0;

	switch (request->op) {
	case OP25B_OP_RECONCILE:
		op25b_change_reconcile(d);
		log_change(client, request, NULL);
		json = op25b_answer_status(d);
		break;
	case OP25B_OP_STATUS:
		json = op25b_answer_status(d);
		break;
	case OP25B_OP_COUNTERS:
		r = op25b_answer_counters(d, &json, &error);
		break;
	case OP25B_OP_DAYS:
		r = op25b_daywatch_answer(d->days, request->days, request->services, &json, &error);
		break;
	case OP25B_OP_EXPLAIN:
		r = op25b_answer_explain(d, request, &json, &error);
		break;
	case OP25B_OP_LINES:
	case OP25B_OP_FACTS:
	case OP25B_OP_RESOLVE:
		if (!d->enforcer.ruleset.policy)
			r = op25b_error_set(&error, -ENODATA, "no policy is in force");
		else if (request->op == OP25B_OP_RESOLVE)
			json = op25b_answer_resolve(d, &request->facts);
		else if (request->op == OP25B_OP_FACTS && request->line)
			json = op25b_answer_facts_of(d, request->line);
		else if (request->op == OP25B_OP_FACTS)
			json = op25b_answer_facts(d, &request->address, request->port);
		else if (request->line)
			json = op25b_answer_line(d, request->line);
		else
			json = op25b_answer_lines(d, &request->address);
		break;
	default:
		if (op25b_monitor_add(d->monitor, client))
			op25b_client_fail(client, code_word(OP25B_CONTROL_FAILED), "out of memory");
		return;
	}
	reply(client, r, json, &error);
}

static void serve(struct op25b_daemon *d, struct op25b_client *client, unsigned int permitted,
		  const char *line, size_t size)
{
	OP25B_AUTO_FREE struct op25b_request *request = malloc(sizeof(*request));
	struct op25b_error error = { "out of memory" };
	int r = request ? op25b_request_parse(line, size, permitted, request, &error) : -ENOMEM;

	if (r) {
		fail(client,
		     r == -ENOMEM ? OP25B_CONTROL_FAILED :
		     r == -EPERM  ? OP25B_CONTROL_NOT_PERMITTED :
				    OP25B_CONTROL_BAD_REQUEST,
		     &error);
		return;
	}
	if (request->op == OP25B_OP_APPLY || request->op == OP25B_OP_CONFIRM ||
	    request->op == OP25B_OP_ROLLBACK)
		change(d, client, request);
	else
		answer(d, client, request);
	op25b_request_done(request);
}

static void on_line(struct op25b_client *client, const char *line, size_t size, void *context)
{
	serve(context, client, OP25B_OPS_ALL, line, size);
}

static void on_question(struct op25b_client *client, const char *line, size_t size, void *context)
{
	serve(context, client, OP25B_OPS_READING, line, size);
}

static void on_gone(struct op25b_client *client, void *context)
{
	struct op25b_daemon *d = context;

	op25b_monitor_remove(d->monitor, client);
}

const struct op25b_control_calls op25b_server_calls = { .line = on_line, .gone = on_gone };
const struct op25b_control_calls op25b_server_reader_calls = { .line = on_question,
							       .line_max = QUESTION_MAX };
