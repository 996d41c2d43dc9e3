/* SPDX-License-Identifier: BSD-2-Clause */
/* See sessions-model.h. */
#include "tests/unit/test.h"

#include "tests/session/sessions-model.h"

#define V4   ((1U << MODEL_PREFIXES / 2) - 1)
#define V6   (V4 << MODEL_PREFIXES / 2)
#define OPEN INT64_MAX
#define S    (&m->sessions[e->nas][e->session])

void model_init(struct model *m)
{
	for (int i = 0; i < MODEL_NAS; i++)
		m->nas[i].epoch_time = INT64_MIN;
	for (int i = 0; i < MODEL_PREFIXES; i++)
		m->held[i].holder = -1;
}

static void past(struct model *m, int prefix, int holder, int64_t from, int64_t until)
{
	assert_true(m->n_past < MODEL_PAST);
	m->past[m->n_past++] = (struct model_past){ .prefix = prefix,
						    .holder = holder,
						    .from = from,
						    .until = until > from ? until : from + 1 };
}

static void release(struct model *m, int prefix, int holder, int64_t until)
{
	if (m->held[prefix].holder == holder) {
		past(m, prefix, holder, m->held[prefix].since, until);
		m->held[prefix].holder = -1;
		return;
	}
	for (int i = 0; i < m->n_past; i++) {
		struct model_past *p = &m->past[i];

		if (p->prefix == prefix && p->holder == holder && p->until > until)
			p->until = until > p->from ? until : p->from + 1;
	}
}

static void end(struct model *m, int nas, int session, int64_t until)
{
	for (int i = 0; i < MODEL_PREFIXES; i++)
		if (m->sessions[nas][session].claims >> i & 1)
			release(m, i, m->sessions[nas][session].holder, until);
	m->sessions[nas][session].ended = until;
	m->sessions[nas][session].lost = false;
}

static int new_holder(struct model *m, struct model_holder holder)
{
	assert_true(m->n_holders < MODEL_PAST);
	m->holders[m->n_holders] = holder;
	return m->n_holders++;
}

static void put(struct model *m, const struct model_event *e, int64_t now)
{
	S->known = true;
	S->event = e->time;
	S->by = e->status;
	S->epoch = m->nas[e->nas].epoch;
	S->seen = now;
}

static void claim(struct model *m, const struct model_event *e, int prefix, bool known)
{
	const int holder = m->held[prefix].holder;
	const struct model_holder *loser = &m->holders[holder < 0 ? 0 : holder];

	if (holder == S->holder)
		return;
	if (holder >= 0 && (known || m->held[prefix].since > e->time)) {
		S->lost = true;
		if (!known)
			past(m, prefix, S->holder, e->time, m->held[prefix].since);
		return;
	}
	if (holder >= 0) {
		past(m, prefix, holder, m->held[prefix].since, e->time);
		if (m->sessions[loser->nas][loser->session].holder == holder)
			m->sessions[loser->nas][loser->session].lost = true;
	}
	m->held[prefix].holder = S->holder;
	m->held[prefix].since = e->time;
}

/* @old: the holder of before, which what stays is taken over from. */
static void become(struct model *m, const struct model_event *e, unsigned int claims, int old)
{
	const unsigned int had = S->claims;
	const bool retake = S->lost;

	S->lost = false;
	for (int i = 0; i < MODEL_PREFIXES; i++) {
		if ((had & ~claims) >> i & 1)
			release(m, i, old, e->time);
		else if ((had & claims) >> i & 1 && old != S->holder && m->held[i].holder == old) {
			past(m, i, old, m->held[i].since, e->time);
			m->held[i].holder = S->holder;
			m->held[i].since = e->time;
		}
	}
	for (int i = 0; i < MODEL_PREFIXES; i++)
		if (claims >> i & 1 && (retake || !(had >> i & 1)))
			claim(m, e, i, had >> i & 1);
	S->claims = claims;
}

static void begin(struct model *m, const struct model_event *e, int64_t now)
{
	S->holder = new_holder(m, (struct model_holder){ e->nas, e->session, e->user, e->class_ });
	S->ended = OPEN;
	S->lost = false;
	S->claims = 0;
	become(m, e, e->prefixes, S->holder);
	put(m, e, now);
}

static void go_on(struct model *m, const struct op25b_sessions_settings *settings,
		  const struct model_event *e, bool same, int64_t now)
{
	struct model_holder holder = m->holders[S->holder];
	unsigned int gone = (e->has_v4 ? V4 : 0) | (e->has_v6 ? V6 : 0);
	unsigned int claims = (same ? S->claims : S->claims & ~gone) | e->prefixes;
	const int old = S->holder;

	if (e->user != holder.user) {
		end(m, e->nas, e->session, e->time);
		begin(m, e, now);
		return;
	}
	if (e->class_ && e->class_ != holder.class_) {
		holder.class_ = e->class_;
		S->holder = new_holder(m, holder);
	}
	if (old == S->holder && claims == S->claims && !S->lost) {
		if (now - S->seen >= settings->seen_every)
			put(m, e, now);
		return;
	}
	become(m, e, claims, old);
	put(m, e, now);
}

static int rank(enum op25b_acct_status status)
{
	return status == OP25B_ACCT_START ? 0 : status == OP25B_ACCT_INTERIM ? 1 : 2;
}

static bool over(const struct model *m, int nas, int session)
{
	return m->sessions[nas][session].epoch < m->nas[nas].epoch &&
	       m->sessions[nas][session].event <= m->nas[nas].epoch_time;
}

static void stop(struct model *m, const struct model_event *e, int64_t now)
{
	if (!S->known) {
		S->holder = new_holder(
			m, (struct model_holder){ e->nas, e->session, e->user, e->class_ });
		S->claims = 0;
		S->lost = false;
	} else if (S->ended == OPEN) {
		end(m, e->nas, e->session, e->time);
	}
	S->ended = e->time;
	put(m, e, now);
}

void model_tell(struct model *m, const struct op25b_sessions_settings *settings,
		const struct model_event *e, int64_t now)
{
	const bool epoch = e->status == OP25B_ACCT_ON || e->status == OP25B_ACCT_OFF;
	const bool stopped = e->status == OP25B_ACCT_STOP;
	bool fresh = true;
	int64_t order;

	if (now - m->nas[e->nas].last >= 10) {
		if (now - m->nas[e->nas].last > settings->stale_after / 3)
			m->nas[e->nas].alive_since = now;
		m->nas[e->nas].last = now;
	}
	if (epoch && e->time > m->nas[e->nas].epoch_time) {
		m->nas[e->nas].epoch++;
		m->nas[e->nas].epoch_time = e->time;
	}
	if (epoch || (!stopped && e->time < m->nas[e->nas].epoch_time))
		return;
	order = !S->known           ? 1 :
		e->time != S->event ? e->time - S->event :
				      rank(e->status) - rank(S->by);
	if (stopped) {
		if (order > 0)
			stop(m, e, now);
		return;
	}
	if (S->known && S->ended == OPEN && !over(m, e->nas, e->session)) {
		if (order >= 0)
			go_on(m, settings, e, order == 0, now);
		return;
	}
	if (S->known && S->ended == OPEN)
		end(m, e->nas, e->session, m->nas[e->nas].epoch_time);
	else if (S->known)
		fresh = S->by == OP25B_ACCT_STOP ? e->time > S->event + 2 : order > 0;
	if (fresh) {
		begin(m, e, now);
	} else if (!S->claims && e->time < S->ended) {
		for (int i = 0; i < MODEL_PREFIXES; i++)
			if (e->prefixes >> i & 1)
				past(m, i, S->holder, e->time, S->ended);
		S->claims = e->prefixes;
	}
}

void model_sweep(struct model *m, const struct op25b_sessions_settings *settings, int64_t now)
{
	for (int nas = 0; nas < MODEL_NAS; nas++)
		for (int i = 0; i < MODEL_SESSIONS; i++) {
			const int64_t seen = m->sessions[nas][i].seen;

			if (!m->sessions[nas][i].known)
				continue;
			if (m->sessions[nas][i].ended != OPEN) {
				m->sessions[nas][i].known = now - seen <= settings->forget_after;
				continue;
			}
			if (over(m, nas, i))
				end(m, nas, i, m->nas[nas].epoch_time);
			else if (now - seen > settings->stale_after &&
				 now - m->nas[nas].alive_since > settings->stale_after &&
				 now - m->nas[nas].last <= settings->stale_after / 3)
				end(m, nas, i, seen);
			else
				continue;
			m->sessions[nas][i].seen = now;
		}
}
