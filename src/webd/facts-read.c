/* SPDX-License-Identifier: BSD-2-Clause */
/* See facts.h: answers of other daemons, which are read as if a stranger had written them. */
#include <stdio.h>
#include <string.h>

#include "policy/date.h"
#include "policy/mail-words.h"
#include "policy/words.h"
#include "webd/facts.h"

#define HOUR 3600
#define LAST 253402300799 /* the end of the year 9999: beyond it no clock shows a time */

static bool is_schema(const json_t *answer, const char *schema)
{
	const char *said = json_string_value(json_object_get(answer, "schema"));

	return said && !strcmp(said, schema);
}

static bool flag(const json_t *map, const char *key)
{
	return json_is_true(json_object_get(map, key));
}

/* 0 where it is absent, null, no number or out of range. */
static int64_t number(const json_t *map, const char *key, int64_t most)
{
	const json_t *value = json_object_get(map, key);
	const int64_t n = json_is_integer(value) ? json_integer_value(value) : 0;

	return n > 0 && n <= most ? n : 0;
}

static int word(const json_t *map, const char *key, const struct op25b_words *words)
{
	const char *said = json_string_value(json_object_get(map, key));

	return said ? op25b_words_find(words, said) : -1;
}

static void copy(const json_t *map, const char *key, char *ret, size_t size)
{
	const char *said = json_string_value(json_object_get(map, key));

	if (said && strlen(said) < size)
		memcpy(ret, said, strlen(said) + 1);
}

void op25b_facts_read_line(const json_t *answer, struct op25b_line_facts *ret)
{
	const json_t *last = json_object_get(answer, "last");
	const char *at = json_string_value(json_object_get(last, "at"));
	const int reason = word(last, "reason", &op25b_words_reason);

	if (!is_schema(answer, "op25b.facts/1") || !flag(answer, "kept"))
		return;
	ret->known = true;
	ret->since = number(answer, "since", HOUR);
	ret->attempts = (uint32_t)number(answer, "attempts", UINT32_MAX);
	ret->destinations = (uint32_t)number(answer, "destinations", UINT32_MAX);
	ret->suspect = flag(answer, "suspect");
	if (!at || reason < 0 || op25b_date_parse_in(at, NULL, &ret->last))
		ret->last = 0;
	else
		ret->reason = (enum op25b_reason)reason;
}

void op25b_facts_read_caller(const json_t *answer, struct op25b_caller_facts *ret)
{
	const json_t *accounts = json_object_get(answer, "accounts");
	const json_t *last = json_object_get(answer, "last_refusal");
	const int reason = word(last, "reason", &op25b_words_mail_reason);

	if (!is_schema(answer, "op25b.caller/1"))
		return;
	ret->known = true;
	ret->line_known = flag(answer, "line_known");
	ret->stopped = flag(accounts, "stopped");
	ret->held = flag(accounts, "held");
	ret->slow = flag(accounts, "slow");
	ret->first_password = flag(accounts, "first_password");
	ret->abroad_closed = flag(answer, "country_closed");
	ret->limit_until = number(json_object_get(answer, "limit"), "until", LAST);
	if (reason < 0)
		return;
	ret->refused_at = number(last, "at", LAST);
	ret->refused = (enum op25b_mail_reason)reason;
}

/* Of a link's button: "done" or "over". */
static bool read_button(const json_t *answer, struct op25b_desk_facts *ret)
{
	const bool confirm = is_schema(answer, "op25b.account-confirm/1");

	if (!confirm && !is_schema(answer, "op25b.account-abroad-open/1"))
		return false;
	snprintf(ret->outcome, sizeof(ret->outcome), "%s",
		 flag(answer, confirm ? "confirmed" : "opened") ? "done" : "over");
	return true;
}

void op25b_facts_read_desk(const json_t *answer, struct op25b_desk_facts *ret)
{
	if (!read_button(answer, ret)) {
		if (!is_schema(answer, "op25b.account-claim/1"))
			return;
		copy(answer, "outcome", ret->outcome, sizeof(ret->outcome));
	}
	ret->known = *ret->outcome;
	copy(answer, "fault", ret->fault, sizeof(ret->fault));
	copy(answer, "account", ret->account, sizeof(ret->account));
	copy(answer, "address", ret->address, sizeof(ret->address));
	ret->left = (int)number(answer, "left", 1000);
	ret->seconds = number(answer, "ready", LAST);
	ret->until = number(answer, "until", LAST);
}

void op25b_facts_read_echo(const json_t *answer, struct op25b_echo_facts *ret)
{
	const int family = word(answer, "family", &op25b_words_family);

	if (is_schema(answer, "op25b.echo-new/1")) {
		ret->known = true;
		copy(answer, "code", ret->code, sizeof(ret->code));
		copy(answer, "address", ret->address, sizeof(ret->address));
		return;
	}
	if (!is_schema(answer, "op25b.echo/1") || !flag(answer, "known"))
		return;
	ret->known = true;
	ret->arrived = flag(answer, "arrived");
	ret->at = number(answer, "at", LAST);
	ret->told = json_is_boolean(json_object_get(answer, "tls"));
	ret->tls = flag(answer, "tls");
	ret->auth = flag(answer, "auth");
	ret->own = flag(answer, "own");
	ret->port = (uint16_t)number(answer, "port", UINT16_MAX);
	ret->family = family > 0 ? (uint8_t)family : 0;
}
