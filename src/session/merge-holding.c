/* SPDX-License-Identifier: BSD-2-Clause */
/* See merge-holding.h. */
#include "session/merge-holding.h"

#include <errno.h>

int op25b_merge_keep_history(const struct op25b_merge_io *io, const struct op25b_prefix *prefix,
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
	r = op25b_merge_keep_history(io, prefix, holder, binding.since, until);
	return r < 0 ? r : io->binding_drop(io->arg, prefix, holder);
}

int op25b_merge_end_session(const struct op25b_merge_io *io, struct op25b_session *session,
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
static int claim(const struct op25b_merge_io *io, struct op25b_session *session,
		 const struct op25b_prefix *prefix, bool known, int64_t at)
{
	const struct op25b_binding mine = { .holder = session->holder, .since = at };
	struct op25b_binding held;
	int r = io->binding_get(io->arg, prefix, &held);

	if (r == -ENOENT)
		return io->binding_put(io->arg, prefix, &mine);
	if (r < 0 || held.holder == mine.holder)
		return r;
	if (known || held.since > mine.since) {
		session->lost = true;
		return known ? 0 :
			       op25b_merge_keep_history(io, prefix, mine.holder, mine.since,
							held.since);
	}
	r = mark_lost(io, held.holder);
	if (r < 0)
		return r;
	r = op25b_merge_keep_history(io, prefix, held.holder, held.since, mine.since);
	return r < 0 ? r : io->binding_put(io->arg, prefix, &mine);
}

/* What is held under @old goes on under the session's present holder. */
static int hand_over(const struct op25b_merge_io *io, const struct op25b_session *session,
		     const struct op25b_prefix *prefix, int64_t old, int64_t at)
{
	const struct op25b_binding mine = { .holder = session->holder, .since = at };
	struct op25b_binding held;
	int r = io->binding_get(io->arg, prefix, &held);

	if (r < 0 || held.holder != old)
		return r == -ENOENT ? 0 : r;
	r = op25b_merge_keep_history(io, prefix, old, held.since, mine.since);
	return r < 0 ? r : io->binding_put(io->arg, prefix, &mine);
}

int op25b_merge_change_claims(const struct op25b_merge_io *io, struct op25b_session *session,
			      const struct op25b_claims *next, int64_t old, int64_t at)
{
	const struct op25b_claims had = op25b_claims_of(session);
	bool retake = session->lost;
	int r = 0;

	session->lost = false;
	for (size_t i = 0; i < had.n && r >= 0; i++) {
		if (!op25b_claims_have(next, &had.list[i]))
			r = release(io, &had.list[i], old, at);
		else if (old != session->holder)
			r = hand_over(io, session, &had.list[i], old, at);
	}
	for (size_t i = 0; i < next->n && r >= 0; i++) {
		bool known = op25b_claims_have(&had, &next->list[i]);

		if (!known || retake)
			r = claim(io, session, &next->list[i], known, at);
	}
	op25b_claims_put(session, next);
	return r;
}
