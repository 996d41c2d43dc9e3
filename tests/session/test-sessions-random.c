/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Thousands of random packets, late, doubled and contradictory, against the model. After every
 * batch a follower's copy, a snapshot and the model say the same; at the end the histories do too.
 */
#include "tests/session/sessions-lab.h"
#include "tests/session/sessions-model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/prefix.h"

#define BATCHES 1000

static const char *const prefixes[MODEL_PREFIXES] = {
	"192.0.2.1",       "192.0.2.2",       "192.0.2.3",       "198.51.100.0/24",
	"203.0.113.8/29",  "203.0.113.9",     "2001:db8:1::/56", "2001:db8:2::/56",
	"2001:db8:2::/64", "2001:db8:3::/64", "2001:db8::1",     "2001:db8:4::/48",
};

static uint64_t state_of_dice = 1;

static unsigned int dice(unsigned int sides)
{
	state_of_dice ^= state_of_dice << 13;
	state_of_dice ^= state_of_dice >> 7;
	state_of_dice ^= state_of_dice << 17;
	return (unsigned int)((state_of_dice >> 32) % sides);
}

static struct model_event random_event(int64_t now)
{
	static const enum op25b_acct_status usual[] = { OP25B_ACCT_START, OP25B_ACCT_INTERIM,
							OP25B_ACCT_INTERIM, OP25B_ACCT_STOP };
	struct model_event e = { .status = usual[dice(4)] };

	if (dice(120) == 0)
		e.status = dice(2) ? OP25B_ACCT_ON : OP25B_ACCT_OFF;
	e.nas = (int)dice(MODEL_NAS);
	e.session = (int)dice(MODEL_SESSIONS);
	e.user = dice(12) == 0;
	e.class_ = dice(3) ? 0 : 1 + (int)dice(2);
	e.time = now - (dice(3) ? dice(3) : dice(60));
	for (unsigned int n = dice(4); n > 0; n--)
		e.prefixes |= 1U << dice(MODEL_PREFIXES);
	e.has_v4 = dice(4) != 0;
	e.has_v6 = dice(4) != 0;
	return e;
}

/* As interims do, half of what comes says what the session said before. */
static struct model_event often_the_same(struct model_event e)
{
	static struct model_event said[MODEL_NAS][MODEL_SESSIONS];
	struct model_event *before = &said[e.nas][e.session];

	if (before->status && e.status != OP25B_ACCT_STOP && dice(2)) {
		before->time = e.time;
		return *before;
	}
	if (e.status == OP25B_ACCT_START || e.status == OP25B_ACCT_INTERIM)
		*before = e;
	return e;
}

static int by_prefix(const void *a, const void *b)
{
	return op25b_prefix_compare(a, b);
}

static struct op25b_acct acct_of(const struct model_event *e)
{
	struct op25b_acct acct;
	char nas[8], session[8];

	snprintf(nas, sizeof(nas), "bng%d", e->nas);
	snprintf(session, sizeof(session), "s%d", e->session);
	acct = lab_acct(e->status, nas, session, e->time, "");
	snprintf(acct.user_name, sizeof(acct.user_name), "%d/%d/%d", e->nas, e->session, e->user);
	if (e->class_)
		snprintf(acct.class_, sizeof(acct.class_), "c%d", e->class_);
	acct.has_v4 = e->has_v4;
	acct.has_v6 = e->has_v6;
	for (int i = 0; i < MODEL_PREFIXES; i++)
		if (e->prefixes >> i & 1)
			acct.prefixes[acct.n_prefixes++] = lab_prefix(prefixes[i]);
	qsort(acct.prefixes, acct.n_prefixes, sizeof(acct.prefixes[0]), by_prefix);
	return acct;
}

/* "nas/session/user" as acct_of() writes it. */
static const char *user_of(const struct model *m, int holder, char buffer[static 32])
{
	const struct model_holder *h = &m->holders[holder];

	snprintf(buffer, 32, "%d/%d/%d", h->nas, h->session, h->user);
	return buffer;
}

static void compare_present(const struct model *m, const struct lab_copy *copy)
{
	size_t held = 0;
	char user[32];

	for (int i = 0; i < MODEL_PREFIXES; i++) {
		const struct op25b_prefix prefix = lab_prefix(prefixes[i]);

		for (size_t j = 0; m->held[i].holder >= 0 && j < copy->n; j++)
			if (op25b_prefix_compare(&copy->list[j].prefix, &prefix) == 0)
				assert_string_equal(copy->list[j].user_name,
						    user_of(m, m->held[i].holder, user));
		held += m->held[i].holder >= 0;
	}
	assert_int_equal(copy->n, held);
}

struct record {
	char text[96]; /* prefix, user, class, from, until */
};

struct records {
	struct record *list;
	size_t n;
	struct op25b_prefix prefix;
};

static int add_record(void *arg, const struct op25b_holding *holding)
{
	struct records *records = arg;
	char text[OP25B_PREFIX_TEXT];

	if (op25b_prefix_compare(&holding->prefix, &records->prefix) != 0)
		return 0;
	assert_true(records->n < MODEL_PAST);
	snprintf(records->list[records->n++].text, sizeof(records->list[0].text),
		 "%s %s c%.1s %lld %lld", op25b_prefix_format(&holding->prefix, text),
		 holding->holder.user_name,
		 *holding->holder.class_ ? holding->holder.class_ + 1 : "0",
		 (long long)holding->from, (long long)holding->until);
	return 0;
}

static void add_modelled(struct records *records, const struct model *m, int prefix, int holder,
			 int64_t from, int64_t until)
{
	const struct op25b_prefix p = lab_prefix(prefixes[prefix]);
	char text[OP25B_PREFIX_TEXT], user[32];

	assert_true(records->n < MODEL_PAST);
	snprintf(records->list[records->n++].text, sizeof(records->list[0].text),
		 "%s %s c%d %lld %lld", op25b_prefix_format(&p, text), user_of(m, holder, user),
		 m->holders[holder].class_, (long long)from, (long long)until);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(((const struct record *)a)->text, ((const struct record *)b)->text);
}

static void compare_histories(struct lab *lab, const struct model *m)
{
	struct records ours = { calloc(MODEL_PAST, sizeof(struct record)), 0, { 0 } };
	struct records theirs = { calloc(MODEL_PAST, sizeof(struct record)), 0, { 0 } };

	assert_true(ours.list && theirs.list);
	for (int i = 0; i < MODEL_PREFIXES; i++) {
		const struct op25b_sessions_query query = { .inside = &ours.prefix,
							    .from = INT64_MIN,
							    .until = INT64_MAX,
							    .limit = MODEL_PAST };

		ours.prefix = lab_prefix(prefixes[i]);
		assert_int_equal(
			op25b_sessions_history(lab->store, &query, add_record, &ours, &lab->error),
			0);
		if (m->held[i].holder >= 0)
			add_modelled(&theirs, m, i, m->held[i].holder, m->held[i].since, INT64_MAX);
	}
	for (int i = 0; i < m->n_past; i++)
		add_modelled(&theirs, m, m->past[i].prefix, m->past[i].holder, m->past[i].from,
			     m->past[i].until);
	assert_int_equal(ours.n, theirs.n);
	assert_true(ours.n > 1000);
	qsort(ours.list, ours.n, sizeof(ours.list[0]), by_text);
	qsort(theirs.list, theirs.n, sizeof(theirs.list[0]), by_text);
	for (size_t i = 0; i < ours.n; i++)
		assert_string_equal(ours.list[i].text, theirs.list[i].text);
	free(ours.list);
	free(theirs.list);
}

static void random_accounting_comes_out_as_the_model_says(void **state)
{
	struct lab *lab = *state;
	struct model *model = calloc(1, sizeof(*model));
	struct lab_copy snapshot = { .n = 0 };

	assert_non_null(model);
	model_init(model);
	lab->settings.seen_every = 20;
	lab->settings.stale_after = 180;
	lab->settings.forget_after = 300;
	lab->now = 1000000;
	lab_open(lab);
	for (int i = 0; i < BATCHES; i++) {
		struct op25b_acct batch[6];
		unsigned int n = 1 + dice(6);

		lab->now += dice(40) ? dice(6) : dice(200);
		for (unsigned int j = 0; j < n; j++) {
			struct model_event event = often_the_same(random_event(lab->now));

			batch[j] = acct_of(&event);
			model_tell(model, &lab->settings, &event, lab->now);
		}
		lab_apply(lab, batch, n);
		lab_snapshot(lab->store, &snapshot);
		lab_same(&lab->copy, &snapshot);
		lab_sweep(lab, lab->now);
		model_sweep(model, &lab->settings, lab->now);
		compare_present(model, &lab->copy);
		if (dice(200) == 0)
			lab_open(lab);
	}
	assert_int_equal(lab->tally.left_out, 0);
	compare_histories(lab, model);
	free(model);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(random_accounting_comes_out_as_the_model_says,
						lab_set_up, lab_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
