/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who holds or held an address, and what a line holds or held: op25b.holdings/1.
 *
 * "Nobody" is said only of a time that the store still knows of.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/client.h"
#include "cli/field.h"
#include "cli/lines.h"
#include "policy/prefix.h"

/* Of one answer. One line has held a thousand addresses in a year. */
#define MOST 10000

struct listing {
	const struct op25b_lines_question *question;
	struct op25b_lines_namer *namer;
	const char *not_of; /* a Class that an earlier search has given; NULL: none */
	json_t *list;
	int64_t kept_from;
};

static int add(void *arg, const struct op25b_holding *holding)
{
	struct listing *l = arg;
	json_t *described;

	if (l->not_of && strcmp(holding->holder.class_, l->not_of) == 0)
		return 0;
	described = op25b_lines_describe(l->namer, &holding->prefix, &holding->holder);
	if (!described || !op25b_lines_is_meant(l->question, described)) {
		json_decref(described);
		return described ? 0 : -ENOMEM;
	}
	json_object_set_new(described, "from", op25b_lines_date(holding->from));
	json_object_set_new(described, "until", op25b_lines_date(holding->until));
	return json_array_append_new(l->list, described) < 0 ? -ENOMEM : 0;
}

static int search(struct op25b_sessions *store, struct listing *l, const char *user_name,
		  const char *class_, struct op25b_error *error)
{
	const struct op25b_lines_question *q = l->question;
	const struct op25b_sessions_query query = {
		.inside = q->address.family ? &q->address : NULL,
		.user_name = user_name,
		.class_ = class_,
		.from = q->present ? INT64_MAX - 1 : q->from,
		.until = q->present ? INT64_MAX : q->until,
		.limit = MOST,
	};

	return op25b_sessions_history(store, &query, add, l, error);
}

/* By the text of a line's name: as a Class, then as a User-Name of what another Class names. */
static int search_text(struct op25b_sessions *store, struct listing *l, const char *text,
		       struct op25b_error *error)
{
	int r = search(store, l, NULL, text, error);

	l->not_of = text;
	if (r == 0)
		r = search(store, l, text, NULL, error);
	l->not_of = NULL;
	return r;
}

/* A tenant's lines have its id and a slash before what RADIUS says. */
static const char *without_tenant(const struct op25b_policy *policy, const char *text)
{
	const char *slash = strchr(text, '/');

	for (size_t i = 1; slash && policy && i < policy->n_tenants; i++) {
		const char *id = policy->tenants[i].id;

		if (strlen(id) == (size_t)(slash - text) && !strncmp(id, text, strlen(id)))
			return slash + 1;
	}
	return NULL;
}

static int search_all(struct op25b_sessions *store, struct listing *l, struct op25b_error *error)
{
	const struct op25b_lines_question *q = l->question;
	const char *rest = q->address.family ? NULL : without_tenant(q->policy, q->text);
	struct op25b_sessions_health health;
	int r;

	/* Before the search: what is purged in between is missing from both. */
	r = op25b_sessions_health(store, &health, NULL, NULL, error);
	if (r < 0)
		return r;
	l->kept_from = health.kept_from;
	if (q->address.family)
		return search(store, l, NULL, NULL, error);
	r = search_text(store, l, q->text, error);
	return r == 0 && rest ? search_text(store, l, rest, error) : r;
}

/* ---- text ------------------------------------------------------------------------------ */

/* The word of a column; a holding without an end is held now. */
static const char *word(const json_t *holding, const char *key)
{
	const bool end = strcmp(key, "until") == 0;

	return end && json_is_null(json_object_get(holding, key)) ? "now" :
								    op25b_field_text(holding, key);
}

static void print_one(const json_t *holding)
{
	static const struct {
		const char *title, *key;
	} rows[] = {
		{ "line", "line" },     { "service", "service" }, { "user", "user_name" },
		{ "class", "class" },   { "session", "session" }, { "NAS", "nas" },
		{ "prefix", "prefix" }, { "since", "from" },      { "until", "until" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		printf("  %-8s %s\n", rows[i].title, word(holding, rows[i].key));
}

static const char *const columns[] = { "from",    "until",     "prefix", "line",
				       "service", "user_name", "nas",    "session" };
#define COLUMNS (sizeof(columns) / sizeof(columns[0]))

/* @holding NULL: the titles. */
static void print_row(const int *width, const json_t *holding)
{
	for (size_t i = 0; i < COLUMNS; i++) {
		const char *text = holding ? word(holding, columns[i]) : columns[i];

		if (i + 1 < COLUMNS)
			printf("%-*s  ", width[i], text);
		else
			puts(text);
	}
}

static void print_table(const json_t *list)
{
	int width[COLUMNS];
	json_t *h;
	size_t n;

	for (size_t i = 0; i < COLUMNS; i++) {
		width[i] = (int)strlen(columns[i]);
		json_array_foreach(list, n, h)
		{
			int length = (int)strlen(word(h, columns[i]));

			width[i] = length > width[i] ? length : width[i];
		}
	}
	print_row(width, NULL);
	json_array_foreach(list, n, h) print_row(width, h);
}

static void print_nobody(const struct listing *l, const json_t *answer, bool unknown)
{
	const struct op25b_lines_question *q = l->question;
	const char *kept = op25b_field_text(answer, "kept_from");

	if (unknown && !l->kept_from)
		puts("not known: the store has no records yet");
	else if (unknown)
		printf("not known: records go back to %s\n", kept);
	else if (q->present)
		printf(q->address.family ? "nobody holds %s\n" : "%s has no session\n", q->text);
	else if (q->span)
		printf(q->address.family ? "nobody held %s, as far as records go back: to %s\n" :
					   "%s had no session, as far as records go back: to %s\n",
		       q->text, kept);
	else
		printf(q->address.family ? "nobody held %s at %s\n" : "%s had no session at %s\n",
		       q->text, op25b_field_text(answer, "at"));
}

static void print_text(const struct listing *l, const json_t *answer, bool unknown)
{
	const struct op25b_lines_question *q = l->question;
	json_t *h;
	size_t i;

	if (!json_array_size(l->list)) {
		print_nobody(l, answer, unknown);
	} else if (q->address.family && !q->span) {
		printf(q->present ? "%s\n" : "%s at %s\n", q->text, op25b_field_text(answer, "at"));
		json_array_foreach(l->list, i, h)
		{
			if (i)
				puts("");
			print_one(h);
		}
	} else {
		print_table(l->list);
	}
	op25b_lines_print_policy(answer);
}

/* ---- the answer ------------------------------------------------------------------------ */

/* @policy: of op25b_lines_by_policy() */
static json_t *put_together(const struct listing *l, const json_t *policy)
{
	const struct op25b_lines_question *q = l->question;
	const int64_t at = q->present ? (int64_t)time(NULL) : q->from;

	return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:O, s:O?, s:O?, s:O?, s:O?}", "schema",
			 "op25b.holdings/1", q->address.family ? "address" : "line", q->text, "at",
			 q->span ? json_null() : op25b_lines_date(at), "since",
			 op25b_lines_date(q->span ? q->from : INT64_MIN), "until",
			 op25b_lines_date(q->span ? q->until : INT64_MAX), "kept_from",
			 op25b_lines_date(l->kept_from ? l->kept_from : INT64_MIN), "holdings",
			 l->list, "static", json_object_get(policy, "static"), "exemptions",
			 json_object_get(policy, "exemptions"), "holds",
			 json_object_get(policy, "holds"), "facts",
			 q->present ? json_object_get(policy, "facts") : NULL);
}

/* Print it. Returns the exit code. */
static int answer(const struct listing *l)
{
	const struct op25b_lines_question *q = l->question;
	const size_t n = json_array_size(l->list);
	json_t *policy = op25b_lines_by_policy(l->namer, q);
	json_t *object = policy ? put_together(l, policy) : NULL;
	/* Without a beginning the question is about all that is kept. */
	const bool before = !q->present && q->from != INT64_MIN &&
			    (!l->kept_from || q->from < l->kept_from);
	const bool unknown = before && !n;
	const bool nothing = !n && !json_array_size(json_object_get(policy, "static"));

	if (!object)
		op25b_say(q->command, "out of memory");
	else if (q->json)
		op25b_client_print(object);
	else
		print_text(l, object, unknown);
	if (before && n)
		op25b_say(q->command,
			  "records go back to %s: of what ended before, nothing is "
			  "known",
			  op25b_field_text(object, "kept_from"));
	if (n >= MOST)
		op25b_say(q->command, "only %d are shown: narrow it by --since and --until", MOST);
	json_decref(policy);
	json_decref(object);
	return op25b_finish(q->command, !object || n >= MOST || unknown ? OP25B_EXIT_PARTLY :
					nothing                         ? OP25B_EXIT_NO :
									  OP25B_EXIT_YES);
}

int op25b_lines_holdings(const struct op25b_lines_question *question)
{
	struct listing l = { .question = question, .list = json_array() };
	struct op25b_error error = { .text = "" };
	struct op25b_sessions *store = NULL;
	char *location;
	int code = OP25B_EXIT_PARTLY, r = -ENOMEM;

	location = op25b_lines_location(question, &code);
	if (location) {
		l.namer = op25b_lines_namer_new(question);
		if (l.namer && l.list)
			r = op25b_lines_open(location, &store, &error);
		if (r == 0)
			r = search_all(store, &l, &error);
		op25b_sessions_close(&store);
		code = r < 0 ? op25b_lines_failed(question, r, &error) : answer(&l);
	}
	op25b_lines_namer_free(l.namer);
	json_decref(l.list);
	free(location);
	return code;
}
