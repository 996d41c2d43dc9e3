/* SPDX-License-Identifier: BSD-2-Clause */
/* The rules of merge.h; of who holds what in the end: merge-holding.c. */
#include "session/merge.h"

#include <errno.h>
#include <string.h>

#include "policy/prefix.h"
#include "session/claims.h"
#include "session/merge-holding.h"

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
	r = op25b_merge_change_claims(m->io, &m->session, &next, m->session.holder,
				      m->acct->event_time);
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
		r = op25b_merge_end_session(m->io, &m->session, acct->event_time);
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
		r = op25b_merge_change_claims(m->io, &m->session, &next, old, acct->event_time);
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
		int r = op25b_merge_keep_history(m->io, &past.list[i], session->holder,
						 m->acct->event_time, session->ended);

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
		int r = op25b_merge_end_session(m->io, &m->session, m->nas.epoch_time);

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
		r = op25b_merge_end_session(m->io, &m->session, m->acct->event_time);
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
	r = op25b_merge_end_session(io, session, until);
	if (r < 0)
		return r;
	session->seen = now;
	r = io->session_put(io->arg, id, session);
	return r < 0 ? r : 1;
}
