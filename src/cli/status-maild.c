/* SPDX-License-Identifier: BSD-2-Clause */
/* See status-maild.h. A count of nothing is not printed, but for what a reader looks for. */
#include "cli/status-maild.h"

#include <stdio.h>

#include "cli/field.h"
#include "cli/status-frame.h"

static double real_of(const json_t *object, const char *key)
{
	return json_number_value(json_object_get(object, key));
}

static void print_counts(const json_t *object, const char *const *keys)
{
	for (; *keys; keys++) {
		if (op25b_field_number(object, *keys))
			printf(", %s %lld", *keys, op25b_field_number(object, *keys));
	}
	putchar('\n');
}

static void print_sockets(const json_t *answer)
{
	static const char *const besides[] = { "turned_away", "evicted", "late", "broken", NULL };
	json_t *socket;
	size_t i;

	json_array_foreach(json_object_get(answer, "sockets"), i, socket)
	{
		printf("%-13s %s at %s: %lld connections of %lld, %lld answered",
		       i ? "" : "sockets", op25b_field_text(socket, "service"),
		       op25b_field_text(socket, "at"), op25b_field_number(socket, "connections"),
		       op25b_field_number(socket, "most"), op25b_field_number(socket, "answered"));
		print_counts(socket, besides);
	}
}

static void print_auth(const json_t *answer)
{
	static const char *const besides[] = { "turned_away", "wrong_key", "bad", "failed", NULL };
	json_t *auth = json_object_get(answer, "auth"), *at;
	size_t i;

	printf("auth          at");
	json_array_foreach(json_object_get(auth, "at"), i, at) printf(" %s", json_string_value(at));
	printf(": %lld answered", op25b_field_number(auth, "answered"));
	print_counts(auth, besides);
}

/* Other mail hosts, about mail that is held there. */
static void print_held(const json_t *answer)
{
	static const char *const besides[] = { "turned_away", "wrong_key", NULL };
	json_t *held = json_object_get(answer, "held"), *at;
	size_t i;

	if (!json_is_object(held))
		return;
	printf("held          at");
	json_array_foreach(json_object_get(held, "at"), i, at) printf(" %s", json_string_value(at));
	printf(": %lld asked", op25b_field_number(held, "asked"));
	print_counts(held, besides);
}

static void print_sources(const json_t *answer)
{
	json_t *policy = json_object_get(answer, "policy");
	json_t *sessions = json_object_get(answer, "sessions");
	const char *tenant = op25b_field_text(policy, "tenant");

	printf("policy        %s%s%s, read %s\n", op25b_field_text(policy, "path"),
	       *tenant ? ", tenant " : "", tenant, op25b_field_text(policy, "read_at"));
	if (json_is_object(sessions))
		printf("sessions      %s: %s, %s\n", op25b_field_text(sessions, "location"),
		       json_is_true(json_object_get(sessions, "known")) ? "known" : "NOT KNOWN YET",
		       json_is_true(json_object_get(sessions, "followed")) ? "followed" : "AWAY");
	printf("accounts      %s\n",
	       op25b_field_text(json_object_get(answer, "accounts"), "location"));
	printf("state         %s\n", op25b_field_text(json_object_get(answer, "state"), "path"));
}

static void print_logs(const json_t *answer)
{
	json_t *log;
	size_t i;

	json_array_foreach(json_object_get(answer, "logs"), i, log)
		printf("%-13s %s: %lld events%s\n", i ? "" : "logs", op25b_field_text(log, "path"),
		       op25b_field_number(log, "events"),
		       json_is_true(json_object_get(log, "ok")) ? "" : ", NOT FOLLOWED");
}

static void print_letters(const json_t *answer)
{
	static const char *const besides[] = { "failed", "given_up", NULL };
	json_t *letters = json_object_get(answer, "letters");

	printf("letters       %lld taken", op25b_field_number(letters, "taken"));
	print_counts(letters, besides);
}

/* Of what was answered since the start. */
static void print_reasons(const json_t *answer)
{
	const char *before = "reasons       ", *word;
	json_t *times;

	json_object_foreach(json_object_get(answer, "reasons"), word, times)
	{
		if (!json_integer_value(times))
			continue;
		printf("%s%s %lld", before, word, (long long)json_integer_value(times));
		before = ", ";
	}
	if (*before == ',')
		putchar('\n');
}

/* By way and service, since the state was made. */
static void print_counted(const json_t *answer)
{
	json_t *sum;
	size_t i;

	json_array_foreach(json_object_get(answer, "counted"), i, sum)
		printf("%-13s by %s from %s: %lld mails\n", i ? "" : "only counted",
		       op25b_field_text(sum, "way"), op25b_field_text(sum, "service"),
		       op25b_field_number(sum, "mails"));
}

static void print_turns(const json_t *answer)
{
	json_t *turns = json_object_get(answer, "turns");

	printf("turns         %lld, of %lld requests; last %.1f ms, longest %.1f ms; "
	       "%lld waiting\n",
	       op25b_field_number(turns, "count"), op25b_field_number(turns, "asked"),
	       real_of(turns, "last_ms"), real_of(turns, "most_ms"),
	       op25b_field_number(turns, "waiting"));
	if (op25b_field_number(turns, "failed"))
		printf("not answered  %lld, last %s\n", op25b_field_number(turns, "failed"),
		       op25b_field_text(turns, "failed_at"));
}

void op25b_status_maild(const json_t *answer)
{
	op25b_status_begin(answer, "op25b-maild");
	print_sources(answer);
	print_sockets(answer);
	print_auth(answer);
	print_held(answer);
	print_logs(answer);
	print_letters(answer);
	print_reasons(answer);
	print_counted(answer);
	print_turns(answer);
	op25b_status_end(answer, "answering");
}
