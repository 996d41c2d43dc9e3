/* SPDX-License-Identifier: BSD-2-Clause */
/* Which service and line a holder has; see lines.h. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/check-session.h"
#include "cli/client.h"
#include "cli/field.h"
#include "cli/lines.h"
#include "policy/prefix.h"

struct op25b_lines_namer {
	const struct op25b_lines_question *question;
	struct op25b_client *client;
	bool given_up; /* op25bd does not say, which was said */
};

struct op25b_lines_namer *op25b_lines_namer_new(const struct op25b_lines_question *question)
{
	struct op25b_lines_namer *namer = calloc(1, sizeof(*namer));

	if (namer)
		namer->question = question;
	return namer;
}

void op25b_lines_namer_free(struct op25b_lines_namer *namer)
{
	if (!namer)
		return;
	op25b_client_close(&namer->client);
	free(namer);
}

json_t *op25b_lines_ask(struct op25b_lines_namer *namer, json_t *request)
{
	const struct op25b_lines_question *question = namer->question;
	json_t *answer = NULL;
	int code;

	if (!namer->given_up && !namer->client)
		op25b_client_open(question->command, question->socket, &namer->client, &code);
	if (namer->given_up || !namer->client)
		json_decref(request);
	else if (!op25b_client_request(namer->client, request, &code))
		op25b_client_receive(namer->client, &answer, &code);
	if (answer || namer->given_up)
		return answer;
	op25b_say(question->command, "so what the policy says is not shown; --policy FILE has it "
				     "from a policy");
	op25b_client_close(&namer->client);
	namer->given_up = true;
	return NULL;
}

static json_t *ask(struct op25b_lines_namer *namer, const char *prefix,
		   const struct op25b_holder *holder)
{
	return op25b_lines_ask(namer,
			       json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "op", "resolve",
					 "nas", holder->nas, "user_name", holder->user_name,
					 "class", holder->class_, "filter_id", holder->filter_id,
					 "framed_pool", holder->framed_pool, "prefix", prefix));
}

static json_t *name(struct op25b_lines_namer *namer, const struct op25b_prefix *prefix,
		    const char *text, const struct op25b_holder *holder)
{
	const struct op25b_session_facts facts = {
		holder->nas,         holder->user_name, holder->class_,  holder->filter_id,
		holder->framed_pool, *prefix,           holder->session, holder->first,
	};

	return namer->question->policy ? op25b_session_json(namer->question->policy, &facts) :
					 ask(namer, text, holder);
}

static const char *if_any(const char *text)
{
	return text && *text ? text : NULL;
}

json_t *op25b_lines_describe(struct op25b_lines_namer *namer, const struct op25b_prefix *prefix,
			     const struct op25b_holder *holder)
{
	char text[OP25B_PREFIX_TEXT];
	json_t *names, *described;

	op25b_prefix_format(prefix, text);
	/* A holder that was purged has nothing left to name it. */
	names = *holder->nas ? name(namer, prefix, text, holder) : NULL;
	described = json_pack(
		"{s:s, s:s?, s:s?, s:s?, s:s?, s:s?, s:s?, s:s?, s:s?}", "prefix", text, "line",
		if_any(json_string_value(json_object_get(names, "line"))), "service",
		if_any(json_string_value(json_object_get(names, "service"))), "nas",
		if_any(holder->nas), "session", if_any(holder->session), "user_name",
		if_any(holder->user_name), "class", if_any(holder->class_), "filter_id",
		if_any(holder->filter_id), "framed_pool", if_any(holder->framed_pool));
	json_decref(names);
	return described;
}

static bool is(const json_t *object, const char *key, const char *text)
{
	const char *value = json_string_value(json_object_get(object, key));

	return value && strcmp(value, text) == 0;
}

bool op25b_lines_is_meant(const struct op25b_lines_question *question, const json_t *described)
{
	struct op25b_prefix prefix;

	if (!question->text)
		return true;
	if (question->address.family)
		return !op25b_prefix_parse(op25b_field_text(described, "prefix"), &prefix) &&
		       op25b_prefix_holds(&prefix, &question->address);
	if (question->policy)
		return is(described, "line", question->text);
	return is(described, "class", question->text) || is(described, "user_name", question->text);
}

json_t *op25b_lines_date(int64_t at)
{
	const time_t seconds = (time_t)at;
	char text[32];
	struct tm tm;

	if (at == INT64_MIN || at == INT64_MAX || !gmtime_r(&seconds, &tm) ||
	    !strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm))
		return json_null();
	return json_string(text);
}
