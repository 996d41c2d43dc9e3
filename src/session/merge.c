/* SPDX-License-Identifier: BSD-2-Clause */
/* The rules of merge.h. */
#include "session/merge.h"

#include <errno.h>
#include <string.h>

#include "policy/prefix.h"
#include "session/claims.h"

/* Seconds by which two packets' event times can be off that were reckoned from Acct-Delay-Time. */
#define JITTER 2

#define OPEN INT64_MAX

/* One packet on its way into the store. */
struct merge {
	const struct op25b_merge_io *io;
	const struct op25b_sessions_settings *settings;
	const struct op25b_acct *acct;
	int64_t now;
	struct op25b_nas nas;
	struct op25b_session session;
	struct op25b_sessions_tally *tally;
};

static int rank(enum op25b_acct_status status)
{
	return status == OP25B_ACCT_START ? 0 : status == OP25B_ACCT_INTERIM ? 1 : 2;
}

/* Whether the packet is newer (> 0), of the same second and kind (0), or older than the session. */
static int compare_with_known(const struct merge *m)
{
	if (m->acct->event_time != m->session.event)
		return m->acct->event_time > m->session.event ? 1 : -1;
	return rank(m->acct->status) - rank(m->session.by);
}

static bool over_by_epoch(const struct op25b_nas *nas, const struct op25b_session *session)
{
	return session->epoch < nas->epoch && session->event <= nas->epoch_time;
}

static int64_t silence(const struct op25b_sessions_settings *settings)
{
	return settings->stale_after ? settings->stale_after / 3 : settings->seen_every;
}

static int meet_nas(struct merge *m)
{
	int r = m->io->nas_get(m->io->arg, m->acct->nas, &m->nas);
	int64_t quiet;

	if (r < 0)
		return r;
	quiet = m->now - m->nas.last;
	if (quiet < OP25B_MERGE_NAS_EVERY)
		return 0;
	if (quiet > silence(m->settings))
		m->nas.alive_since = m->now;
	m->nas.last = m->now;
	return m->io->nas_put(m->io->arg, &m->nas);
}

static int begin_epoch(struct merge *m)
{
	if (m->acct->event_time <= m->nas.epoch_time) {
		uint64_t *count = m->acct->event_time == m->nas.epoch_time ? &m->tally->unchanged :
									     &m->tally->late;
		(*count)++;
		return 0;
	}
	m->nas.epoch++;
	m->nas.epoch_time = m->acct->event_time;
	m->nas.unswept = true;
	m->tally->changed++;
	return m->io->nas_put(m->io->arg, &m->nas);
}

static int put_session(struct merge *m)
{
	m->session.event = m->acct->event_time;
	m->session.by = m->acct->status;
	m->session.epoch = m->nas.epoch;
	m->session.seen = m->now;
	return m->io->session_put(m->io->arg, m->acct->session, &m->session);
}

/* Less than a second, and what ended before it began by another's clock, counts as one. */
static int keep_history(const struct op25b_merge_io *io, const struct op25b_prefix *prefix,
			int64_t holder, int64_t from, int64_t until)
{
	return io->history_add(io->arg, prefix, holder, from, until > from ? until : from + 1);
}

/* The session holds the prefix no longer; if another took it, it ended no later than @until. */
static int release(const struct op25b_merge_io *io, const struct op25b_prefix *prefix,
		   int64_t holder, int64_t until)
{
	struct op25b_binding binding;
	int r = io->binding_get(io->arg, prefix, &binding);

	if (r < 0 && r != -ENOENT)
		return r;
	if (r < 0 || binding.holder != holder)
		return io->history_trim(io->arg, prefix, holder, until);
	r = keep_history(io, prefix, holder, binding.since, until);
	return r < 0 ? r : io->binding_drop(io->arg, prefix, holder);
}

static int end_session(const struct op25b_merge_io *io, struct op25b_session *session,
		       int64_t until)
{
	for (size_t i = 0; i < session->n_claims; i++) {
		int r = release(io, &session->claims[i], session->holder, until);

		if (r < 0)
			return r;
	}
	session->ended = until;
	session->lost = false;
	return 0;
}

/* The session that loses a prefix tries to get it back with each later interim. */
static int mark_lost(const struct op25b_merge_io *io, int64_t id)
{
	struct op25b_session loser;
	struct op25b_holder holder;
	int64_t nas;
	int r = io->holder_get(io->arg, id, &nas, &holder);

	if (r < 0)
		return r;
	r = io->session_get(io->arg, nas, holder.session, &loser);
	if (r < 0)
		return r == -ENOENT ? 0 : r;
	if (loser.holder != id || loser.lost)
		return 0;
	loser.lost = true;
	return io->session_put(io->arg, holder.session, &loser);
}

/* @known: the session has claimed it before, so it is no new claim. */
static int claim(struct merge *m, const struct op25b_prefix *prefix, bool known)
{
	const struct op25b_binding mine = { .holder = m->session.holder,
					    .since = m->acct->event_time };
	struct op25b_binding held;
	int r = m->io->binding_get(m->io->arg, prefix, &held);

	if (r == -ENOENT)
		return m->io->binding_put(m->io->arg, prefix, &mine);
	if (r < 0 || held.holder == mine.holder)
		return r;
	if (known || held.since > mine.since) {
		m->session.lost = true;
		return known ? 0 : keep_history(m->io, prefix, mine.holder, mine.since, held.since);
	}
	r = mark_lost(m->io, held.holder);
	if (r < 0)
		return r;
	r = keep_history(m->io, prefix, held.holder, held.since, mine.since);
	return r < 0 ? r : m->io->binding_put(m->io->arg, prefix, &mine);
}

/* What is held under @old goes on under the session's present holder. */
static int hand_over(struct merge *m, const struct op25b_prefix *prefix, int64_t old)
{
	const struct op25b_binding mine = { .holder = m->session.holder,
					    .since = m->acct->event_time };
	struct op25b_binding held;
	int r = m->io->binding_get(m->io->arg, prefix, &held);

	if (r < 0 || held.holder != old)
		return r == -ENOENT ? 0 : r;
	r = keep_history(m->io, prefix, old, held.since, mine.since);
	return r < 0 ? r : m->io->binding_put(m->io->arg, prefix, &mine);
}

/* The claims become @next: some go, some stay under another holder, some are new. */
static int change_claims(struct merge *m, const struct op25b_claims *next, int64_t old)
{
	const struct op25b_claims had = op25b_claims_of(&m->session);
	bool retake = m->session.lost;
	int r = 0;

	m->session.lost = false;
	for (size_t i = 0; i < had.n && r >= 0; i++) {
		if (!op25b_claims_have(next, &had.list[i]))
			r = release(m->io, &had.list[i], old, m->acct->event_time);
		else if (old != m->session.holder)
			r = hand_over(m, &had.list[i], old);
	}
	for (size_t i = 0; i < next->n && r >= 0; i++) {
		bool known = op25b_claims_have(&had, &next->list[i]);

		if (!known || retake)
			r = claim(m, &next->list[i], known);
	}
	op25b_claims_put(&m->session, next);
	return r;
}

static struct op25b_holder reported(const struct op25b_acct *acct)
{
	return (struct op25b_holder){ .session = acct->session,
				      .user_name = acct->user_name,
				      .class_ = acct->class_,
				      .filter_id = acct->filter_id,
				      .framed_pool = acct->framed_pool,
				      .first = acct->event_time };
}

static int add_holder(struct merge *m, const struct op25b_holder *holder)
{
	return m->io->holder_add(m->io->arg, m->nas.id, holder, &m->session.holder);
}

/* Said once more, the packet would replace or add what the session has of it already. */
static void settle(struct merge *m, size_t left_out)
{
	m->tally->left_out += left_out;
	if (m->io->settled && !left_out && !m->session.lost)
		m->io->settled(m->io->arg, m->acct, &m->session);
}

static int open_session(struct merge *m)
{
	const struct op25b_holder holder = reported(m->acct);
	struct op25b_claims next = { 0 };
	size_t left_out;
	int r;

	m->session.nas = m->nas.id;
	m->session.ended = OPEN;
	m->session.lost = false;
	m->session.n_claims = 0;
	r = add_holder(m, &holder);
	if (r < 0)
		return r;
	left_out = op25b_claims_next(&next, &m->session, m->acct, false);
	r = change_claims(m, &next, m->session.holder);
	m->tally->changed++;
	if (r >= 0)
		r = put_session(m);
	if (r >= 0)
		settle(m, left_out);
	return r;
}

/* Whether @told says something new over *@known; what is absent is as it was. */
static bool update(const char **known, const char *told)
{
	if (!*told || strcmp(*known, told) == 0)
		return false;
	*known = told;
	return true;
}

/* A packet of a session that is open, and not older than what is known of it. */
static int go_on(struct merge *m, bool same)
{
	const struct op25b_acct *acct = m->acct;
	int64_t old = m->session.holder, nas;
	struct op25b_holder holder;
	struct op25b_claims next;
	size_t left_out;
	bool changed;
	int r = m->io->holder_get(m->io->arg, old, &nas, &holder);

	if (r < 0)
		return r;
	if (*acct->user_name && *holder.user_name &&
	    strcmp(acct->user_name, holder.user_name) != 0) {
		r = end_session(m->io, &m->session, acct->event_time);
		return r < 0 ? r : open_session(m);
	}
	changed = update(&holder.user_name, acct->user_name);
	changed |= update(&holder.class_, acct->class_);
	changed |= update(&holder.filter_id, acct->filter_id);
	changed |= update(&holder.framed_pool, acct->framed_pool);
	if (changed) {
		holder.first = acct->event_time;
		r = add_holder(m, &holder);
		if (r < 0)
			return r;
	}
	left_out = op25b_claims_next(&next, &m->session, acct, same);
	if (changed || m->session.lost || !op25b_claims_equal(&next, &m->session)) {
		r = change_claims(m, &next, old);
		m->tally->changed++;
		if (r >= 0)
			r = put_session(m);
	} else {
		m->tally->unchanged++;
		if (m->now - m->session.seen >= m->settings->seen_every)
			r = put_session(m);
	}
	if (r < 0)
		return r;
	if (same)
		m->tally->left_out += left_out;
	else
		settle(m, left_out);
	return 0;
}

/* A Start that was overtaken by its own Stop still tells who held what, until then. */
static int record_past(struct merge *m)
{
	struct op25b_session *session = &m->session;
	struct op25b_claims past = { 0 };

	m->tally->late++;
	if (session->n_claims || !m->acct->n_prefixes || m->acct->event_time >= session->ended)
		return 0;
	(void)op25b_claims_next(&past, session, m->acct, true);
	for (size_t i = 0; i < past.n; i++) {
		int r = keep_history(m->io, &past.list[i], session->holder, m->acct->event_time,
				     session->ended);

		if (r < 0)
			return r;
	}
	op25b_claims_put(session, &past);
	return m->io->session_put(m->io->arg, m->acct->session, session);
}

static int merge_present(struct merge *m, bool known)
{
	int order;

	if (m->acct->event_time < m->nas.epoch_time) {
		m->tally->late++;
		return 0;
	}
	if (!known)
		return open_session(m);
	order = compare_with_known(m);
	if (m->session.ended == OPEN && over_by_epoch(&m->nas, &m->session)) {
		int r = end_session(m->io, &m->session, m->nas.epoch_time);

		return r < 0 ? r : open_session(m);
	}
	if (m->session.ended == OPEN) {
		if (order >= 0)
			return go_on(m, order == 0);
		m->tally->late++;
		return 0;
	}
	if (m->session.by == OP25B_ACCT_STOP ? m->acct->event_time <= m->session.event + JITTER :
					       order <= 0)
		return record_past(m);
	return open_session(m);
}

static int merge_stop(struct merge *m, bool known)
{
	int order = known ? compare_with_known(m) : 1;
	int r = 0;

	if (order <= 0) {
		uint64_t *count = order == 0 ? &m->tally->unchanged : &m->tally->late;

		(*count)++;
		return 0;
	}
	if (!known) {
		const struct op25b_holder holder = reported(m->acct);

		m->session.nas = m->nas.id;
		r = add_holder(m, &holder);
	} else if (m->session.ended == OPEN) {
		r = end_session(m->io, &m->session, m->acct->event_time);
	}
	if (r < 0)
		return r;
	m->session.ended = m->acct->event_time;
	m->tally->changed++;
	return put_session(m);
}

int op25b_merge(const struct op25b_merge_io *io, const struct op25b_sessions_settings *settings,
		const struct op25b_acct *acct, int64_t now, struct op25b_sessions_tally *tally)
{
	struct merge m = {
		.io = io, .settings = settings, .acct = acct, .now = now, .tally = tally
	};
	bool epoch = acct->status == OP25B_ACCT_ON || acct->status == OP25B_ACCT_OFF;
	int r;

	if (!epoch && (!*acct->session || acct->status < OP25B_ACCT_START ||
		       acct->status > OP25B_ACCT_INTERIM)) {
		tally->unusable++;
		return 0;
	}
	r = meet_nas(&m);
	if (r < 0)
		return r;
	if (epoch)
		return begin_epoch(&m);
	r = io->session_get(io->arg, m.nas.id, acct->session, &m.session);
	if (r < 0 && r != -ENOENT)
		return r;
	return acct->status == OP25B_ACCT_STOP ? merge_stop(&m, r == 0) : merge_present(&m, r == 0);
}

int op25b_merge_judge(const struct op25b_merge_io *io,
		      const struct op25b_sessions_settings *settings, const struct op25b_nas *nas,
		      const char *id, struct op25b_session *session, int64_t now)
{
	int64_t until;
	int r;

	if (session->ended != OPEN) {
		if (now - session->seen <= settings->forget_after)
			return 0;
		r = io->session_drop(io->arg, session->nas, id);
		return r < 0 ? r : 1;
	}
	if (over_by_epoch(nas, session))
		until = nas->epoch_time;
	else if (settings->stale_after && now - session->seen > settings->stale_after &&
		 now - nas->alive_since > settings->stale_after &&
		 now - nas->last <= silence(settings))
		until = session->seen;
	else
		return 0;
	r = end_session(io, session, until);
	if (r < 0)
		return r;
	session->seen = now;
	r = io->session_put(io->arg, id, session);
	return r < 0 ? r : 1;
}
