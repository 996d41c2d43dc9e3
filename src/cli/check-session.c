/* SPDX-License-Identifier: BSD-2-Clause */
/* See check-session.h. */
#include "cli/check-session.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "policy/evidence.h"
#include "policy/near.h"
#include "policy/prefix.h"

#define KEYS "user_name, class, filter_id, framed_pool, nas, prefix"

static int wrong_key(const struct op25b_command *command, const char *key)
{
	static const char *const words[] = { "user_name",   "class", "filter_id",
					     "framed_pool", "nas",   "prefix" };
	const char *near = op25b_near_word(key, words, sizeof(words) / sizeof(words[0]));

	if (!strcmp(key, "realm"))
		return op25b_usage_error(command, "--session: the realm is what follows the '@' of "
						  "the user name: give user_name=NAME@REALM");
	if (near)
		return op25b_usage_error(command, "--session: there is no '%s'; did you mean %s=?",
					 key, near);
	return op25b_usage_error(command, "--session: there is no '%s'; give one of " KEYS, key);
}

static int read_pair(const struct op25b_command *command, char *pair,
		     struct op25b_session_facts *facts, int *ret_exit)
{
	const struct {
		const char *key;
		const char **value;
	} texts[] = {
		{ "user_name", &facts->user_name },
		{ "class", &facts->class_ },
		{ "filter_id", &facts->filter_id },
		{ "framed_pool", &facts->framed_pool },
		{ "nas", &facts->nas },
	};
	char *value = strchr(pair, '=');

	if (!value) {
		*ret_exit = op25b_usage_error(command,
					      "--session: '%s' has no '='; give KEY=VALUE,... with "
					      "the keys " KEYS,
					      pair);
		return -EINVAL;
	}
	*value++ = '\0';
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (strcmp(texts[i].key, pair) != 0)
			continue;
		*texts[i].value = value;
		return 0;
	}
	if (strcmp(pair, "prefix") != 0) {
		*ret_exit = wrong_key(command, pair);
		return -EINVAL;
	}
	if (op25b_prefix_parse(value, &facts->prefix)) {
		*ret_exit = op25b_usage_error(
			command,
			"--session: '%s' is no address and no prefix without host bits; give one "
			"like 198.51.100.7 or 2001:db8:1000::/56",
			value);
		return -EINVAL;
	}
	return 0;
}

int op25b_session_read(const struct op25b_command *command, const char *text,
		       struct op25b_session_question *ret_question, int *ret_exit)
{
	struct op25b_session_facts *facts = &ret_question->facts;
	size_t size = strlen(text) + 1;
	char *rest = ret_question->text;
	int r = 0;

	*facts = (struct op25b_session_facts){ "", "", "", "", "", { 0 }, NULL, 0 };
	if (size > sizeof(ret_question->text)) {
		*ret_exit = op25b_usage_error(command, "--session: longer than %d bytes",
					      OP25B_SESSION_ARGUMENT - 1);
		return -EINVAL;
	}
	memcpy(rest, text, size);
	for (char *pair; !r && (pair = strsep(&rest, ","));)
		r = read_pair(command, pair, facts, ret_exit);
	return r;
}

/* Where the service comes from; all NULL: nothing gives one. */
struct answer {
	const struct op25b_line_prefix *line; /* of `lines`, before any session */
	const struct op25b_session_rule *rule;
	const struct op25b_pool_prefix *pool; /* where no rule holds */
	const struct op25b_service *service;
	const char *line_id; /* "": nothing names it */
	char buffer[OP25B_SESSION_LINE_ID];
};

static void find_answer(const struct op25b_policy *policy, const struct op25b_session_facts *facts,
			struct answer *ret)
{
	struct op25b_evidence evidence;
	uint32_t service;

	op25b_evidence_find(policy, 0, &facts->prefix, 0, NULL, NULL, &evidence);
	*ret = (struct answer){ .line = evidence.owner.line,
				.rule = op25b_session_match(policy, facts),
				.service = evidence.owner.service };
	if (!ret->line && ret->rule)
		ret->service = &policy->services[ret->rule->service];
	else if (!ret->line)
		ret->pool = evidence.owner.pool;
	service = ret->service ? (uint32_t)(ret->service - policy->services) : OP25B_NO_SERVICE;
	ret->line_id = ret->line ? policy->line_ids[ret->line->line] :
				   op25b_session_line_id(policy, facts, service, ret->buffer);
}

static const struct op25b_place *place_of(const struct answer *answer)
{
	return answer->line ? &answer->line->place :
	       answer->rule ? &answer->rule->place :
	       answer->pool ? &answer->pool->place :
			      NULL;
}

static const char *from_what(const struct answer *answer)
{
	return answer->line ? "line" : answer->rule ? "rule" : answer->pool ? "pool" : NULL;
}

void op25b_session_print(const struct op25b_policy *policy, const struct op25b_session_facts *facts)
{
	struct answer answer;
	const struct op25b_place *place;

	find_answer(policy, facts, &answer);
	place = place_of(&answer);
	if (place)
		printf("session: service %s, by %s %s:%u:%u; ", answer.service->id,
		       answer.line ? "an entry of 'lines', which goes before any session," :
		       answer.rule ? "the session rule" :
				     "no session rule but the pool",
		       policy->files[place->file], place->line, place->column);
	else
		printf("session: no session rule holds, and %s; ",
		       facts->prefix.family ? "no pool has its prefix" :
					      "without a prefix there is no pool to ask");
	if (*answer.line_id)
		printf("line %s\n", answer.line_id);
	else
		puts("nothing names its line");
}

json_t *op25b_session_json(const struct op25b_policy *policy,
			   const struct op25b_session_facts *facts)
{
	struct answer answer;
	const struct op25b_place *place;
	json_t *object;

	find_answer(policy, facts, &answer);
	place = place_of(&answer);
	object = json_pack("{s:s?, s:s?, s:s?}", "service",
			   answer.service ? answer.service->id : NULL, "by", from_what(&answer),
			   "line", *answer.line_id ? answer.line_id : NULL);
	json_object_set_new(object, "place",
			    place ? json_pack("{s:s, s:i, s:i}", "file", policy->files[place->file],
					      "line", (int)place->line, "column",
					      (int)place->column) :
				    json_null());
	return object;
}
