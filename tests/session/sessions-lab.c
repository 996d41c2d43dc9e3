/* SPDX-License-Identifier: BSD-2-Clause */
/* See sessions-lab.h. */
#include "tests/session/sessions-lab.h"

#include <ftw.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/prefix.h"

int lab_set_up(void **state)
{
	struct lab *lab = calloc(1, sizeof(*lab));

	assert_non_null(lab);
	strcpy(lab->folder, "/tmp/op25b-sessions-XXXXXX");
	assert_non_null(mkdtemp(lab->folder));
	snprintf(lab->path, sizeof(lab->path), "%s/sessions.db", lab->folder);
	if (lab_postgresql()) {
		snprintf(lab->path, sizeof(lab->path), "%s", lab_postgresql());
		lab_ask(lab, "DROP SCHEMA IF EXISTS op25b CASCADE");
	}
	lab->settings = OP25B_SESSIONS_DEFAULTS;
	lab_open(lab);
	*state = lab;
	return 0;
}

static int take_away(const char *path, const struct stat *st, int kind, struct FTW *where)
{
	(void)st;
	(void)kind;
	(void)where;
	return remove(path);
}

int lab_tear_down(void **state)
{
	struct lab *lab = *state;

	op25b_sessions_close(&lab->store);
	assert_int_equal(nftw(lab->folder, take_away, 8, FTW_DEPTH | FTW_PHYS), 0);
	free(lab);
	return 0;
}

void lab_open(struct lab *lab)
{
	int r;

	op25b_sessions_close(&lab->store);
	r = op25b_sessions_open(lab->path, OP25B_SESSIONS_WRITE, &lab->settings, &lab->store,
				&lab->error);
	if (r < 0)
		fail_msg("%s", lab->error.text);
	if (!lab->copy.position.origin)
		lab_snapshot(lab->store, &lab->copy);
}

struct op25b_prefix lab_prefix(const char *text)
{
	struct op25b_prefix prefix;

	assert_int_equal(op25b_prefix_parse(text, &prefix), OP25B_PREFIX_FINE);
	return prefix;
}

struct op25b_acct lab_acct(enum op25b_acct_status status, const char *nas, const char *session,
			   int64_t event_time, const char *prefixes)
{
	struct op25b_acct acct = {
		.status = status, .event_time = event_time, .has_v4 = true, .has_v6 = true
	};
	char copy[512], *at = copy, *word;

	snprintf(acct.nas, sizeof(acct.nas), "%s", nas);
	snprintf(acct.session, sizeof(acct.session), "%s", session);
	snprintf(acct.user_name, sizeof(acct.user_name), "user-%s", session);
	snprintf(copy, sizeof(copy), "%s", prefixes);
	while ((word = strsep(&at, " ")) != NULL)
		if (*word)
			acct.prefixes[acct.n_prefixes++] = lab_prefix(word);
	return acct;
}

void lab_apply(struct lab *lab, const struct op25b_acct *batch, size_t n)
{
	int r = op25b_sessions_apply(lab->store, batch, n, lab->now, &lab->tally, &lab->error);

	if (r < 0)
		fail_msg("%s", lab->error.text);
	lab_follow(lab->store, &lab->copy);
}

void lab_tell(struct lab *lab, enum op25b_acct_status status, const char *nas, const char *session,
	      int64_t event_time, const char *prefixes)
{
	struct op25b_acct acct = lab_acct(status, nas, session, event_time, prefixes);

	if (lab->now < event_time)
		lab->now = event_time;
	lab_apply(lab, &acct, 1);
}

void lab_sweep(struct lab *lab, int64_t now)
{
	int r;

	lab->now = now;
	do {
		r = op25b_sessions_sweep(lab->store, now, 100, &lab->error);
	} while (r > 0);
	if (r < 0)
		fail_msg("%s", lab->error.text);
	lab_follow(lab->store, &lab->copy);
}

static size_t place_of(const struct lab_copy *copy, const struct op25b_prefix *prefix)
{
	size_t i = 0;

	while (i < copy->n && op25b_prefix_compare(&copy->list[i].prefix, prefix) != 0)
		i++;
	return i;
}

static void set(struct lab_copy *copy, const struct op25b_prefix *prefix,
		const struct op25b_holder *holder)
{
	size_t at = place_of(copy, prefix);

	assert_true(at < LAB_COPY);
	if (at == copy->n)
		copy->n++;
	copy->list[at].prefix = *prefix;
	copy->list[at].holder = holder->id;
	snprintf(copy->list[at].user_name, sizeof(copy->list[at].user_name), "%s",
		 holder->user_name);
}

static int take_holding(void *arg, const struct op25b_holding *holding)
{
	set(arg, &holding->prefix, &holding->holder);
	return 0;
}

void lab_snapshot(struct op25b_sessions *store, struct lab_copy *copy)
{
	struct op25b_error error;

	copy->n = 0;
	if (op25b_sessions_snapshot(store, take_holding, copy, &copy->position, &error) < 0)
		fail_msg("%s", error.text);
}

static int take_change(void *arg, const struct op25b_change *change)
{
	struct lab_copy *copy = arg;
	size_t at = place_of(copy, &change->prefix);

	if (change->op == OP25B_CHANGE_SET) {
		set(copy, &change->prefix, &change->holder);
		return 0;
	}
	assert_true(at < copy->n);
	copy->list[at] = copy->list[--copy->n];
	return 0;
}

void lab_follow_to(struct op25b_sessions *store, struct lab_copy *copy, int64_t seq)
{
	struct op25b_error error;

	while (copy->position.seq < seq)
		if (op25b_sessions_tail(store, &copy->position,
					(unsigned int)(seq - copy->position.seq), take_change, copy,
					&error) < 0)
			fail_msg("%s", error.text);
}

void lab_follow(struct op25b_sessions *store, struct lab_copy *copy)
{
	struct op25b_error error;
	int64_t before;

	do {
		before = copy->position.seq;
		if (op25b_sessions_tail(store, &copy->position, 7, take_change, copy, &error) < 0)
			fail_msg("%s", error.text);
	} while (copy->position.seq > before);
}

void lab_same(const struct lab_copy *a, const struct lab_copy *b)
{
	assert_int_equal(a->n, b->n);
	assert_int_equal(a->position.seq, b->position.seq);
	for (size_t i = 0; i < a->n; i++) {
		size_t at = place_of(b, &a->list[i].prefix);

		assert_true(at < b->n);
		assert_int_equal(a->list[i].holder, b->list[at].holder);
		assert_string_equal(a->list[i].user_name, b->list[at].user_name);
	}
}

struct listing {
	struct op25b_prefix prefix;
	bool past;
	struct {
		int64_t from, until;
		char who[64];
	} list[64];
	size_t n;
};

static int list_holding(void *arg, const struct op25b_holding *holding)
{
	struct listing *l = arg;
	size_t at = l->n;

	if (op25b_prefix_compare(&holding->prefix, &l->prefix) != 0 ||
	    (!l->past && holding->until != INT64_MAX))
		return 0;
	assert_true(l->n < 64);
	for (l->n++; at > 0 && l->list[at - 1].from > holding->from; at--)
		l->list[at] = l->list[at - 1];
	l->list[at].from = holding->from;
	l->list[at].until = holding->until;
	snprintf(l->list[at].who, sizeof(l->list[at].who), "%s/%s", holding->holder.nas,
		 holding->holder.session);
	return 0;
}

static struct listing list(struct lab *lab, const char *prefix, bool past)
{
	struct listing l = { .prefix = lab_prefix(prefix), .past = past };
	const struct op25b_sessions_query query = {
		.inside = &l.prefix, .from = INT64_MIN, .until = INT64_MAX, .limit = 1000
	};

	if (op25b_sessions_history(lab->store, &query, list_holding, &l, &lab->error) < 0)
		fail_msg("%s", lab->error.text);
	return l;
}

const char *lab_holder(struct lab *lab, const char *prefix)
{
	struct listing l = list(lab, prefix, false);

	snprintf(lab->text, sizeof(lab->text), "%s", l.n ? l.list[0].who : "");
	return lab->text;
}

const char *lab_history(struct lab *lab, const char *prefix)
{
	struct listing l = list(lab, prefix, true);
	char *at = lab->text;

	*at = '\0';
	for (size_t i = 0; i < l.n; i++) {
		at += sprintf(at, "%s%s %" PRId64 "-", i ? ", " : "", l.list[i].who,
			      l.list[i].from);
		if (l.list[i].until != INT64_MAX)
			at += sprintf(at, "%" PRId64, l.list[i].until);
	}
	return lab->text;
}
