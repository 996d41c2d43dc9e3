/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Upkeep of the SQLite engine: walks through sessions and holders that go on where they left off,
 * purge of history, trimming of the log. Each call is two bounded transactions.
 *
 * What was purged is overwritten in the database (secure_delete), and once a day the write-ahead
 * log is cut. Now and then SQLite leaves a few entries of an index in the unused part of a page
 * that it put together anew; only VACUUM is sure to take those.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "session/store-sqlite.h"

#define CUT_EVERY 86400

/* One session of a walk, read before any is written. */
struct walked {
	char id[OP25B_ACCT_TEXT];
	struct op25b_session session;
};

static void keep_id(char to[static OP25B_ACCT_TEXT], const char *id)
{
	snprintf(to, OP25B_ACCT_TEXT, "%s", id);
}

/* Up to @limit sessions after (nas, id) in *@ret, freed by the caller. Returns their number. */
static int walk_on(struct op25b_sqlite *store, int64_t nas, const char *id, unsigned int limit,
		   struct walked **ret)
{
	sqlite3_stmt *walk = op25b_sqlite_statement(store, OP25B_SQL_SESSION_WALK);
	OP25B_AUTO_FREE struct walked *list = malloc((limit + 1) * sizeof(*list));
	unsigned int n = 0;
	int r = list ? 1 : -ENOMEM;

	sqlite3_bind_int64(walk, 1, nas);
	sqlite3_bind_text(walk, 2, id, -1, SQLITE_STATIC);
	sqlite3_bind_int64(walk, 3, limit);
	while (r >= 0 && n < limit) {
		const char *name;

		r = op25b_sqlite_step(walk);
		if (r <= 0)
			break;
		r = op25b_sqlite_session(walk, &name, &list[n].session);
		if (r == 0)
			keep_id(list[n++].id, name);
	}
	sqlite3_reset(walk);
	if (r < 0)
		return r;
	*ret = OP25B_TAKE_PTR(list);
	return (int)n;
}

/* Judge a walk's sessions of one NAS, or of all with @only 0. Returns how many it went through. */
static int judge(struct op25b_sqlite *store, struct walked *list, int n, int64_t only, int64_t now)
{
	struct op25b_nas nas = { .id = 0 };

	for (int i = 0; i < n; i++) {
		struct op25b_session *session = &list[i].session;
		int r = 0;

		if (only && session->nas != only)
			return i;
		if (session->nas != nas.id)
			r = op25b_sqlite_nas(store, session->nas, &nas);
		if (r == 0)
			r = op25b_merge_judge(&store->io, &store->base.settings, &nas, list[i].id,
					      session, now);
		if (r < 0)
			return r == -ENOENT ? -EBADMSG : r;
	}
	return n;
}

/* The NAS whose On or Off is swept; the walk begins anew for another epoch. 0: none is left. */
static int find_urgent(struct op25b_sqlite *store)
{
	sqlite3_stmt *find = op25b_sqlite_statement(store, OP25B_SQL_NAS_UNSWEPT);
	int64_t id = 0, epoch = 0;
	int r = op25b_sqlite_step(find);

	if (r <= 0)
		return r;
	r = op25b_sqlite_int(find, 0, &id);
	if (r == 0)
		r = op25b_sqlite_int(find, 1, &epoch);
	sqlite3_reset(find);
	if (r < 0)
		return r;
	if (id != store->urgent_nas || epoch != store->urgent_epoch) {
		store->urgent_nas = id;
		store->urgent_epoch = epoch;
		store->urgent_session[0] = '\0';
	}
	return 1;
}

int op25b_sqlite_sweep_epoch(struct op25b_sqlite *store, int64_t now, unsigned int limit)
{
	OP25B_AUTO_FREE struct walked *list = NULL;
	struct op25b_nas nas;
	int n, done;
	int r = find_urgent(store);

	if (r <= 0)
		return r;
	n = walk_on(store, store->urgent_nas, store->urgent_session, limit, &list);
	if (n < 0)
		return n;
	done = judge(store, list, n, store->urgent_nas, now);
	if (done < 0)
		return done;
	if (done > 0)
		keep_id(store->urgent_session, list[done - 1].id);
	if (done == (int)limit)
		return 1;
	r = op25b_sqlite_nas(store, store->urgent_nas, &nas);
	nas.unswept = false;
	store->urgent_nas = 0;
	if (r == 0)
		r = store->io.nas_put(store, &nas);
	return r < 0 ? r : 1;
}

static int sweep_sessions(struct op25b_sqlite *store, int64_t now, unsigned int limit)
{
	OP25B_AUTO_FREE struct walked *list = NULL;
	int n = walk_on(store, store->walk_nas, store->walk_session, limit, &list);
	int r = n < 0 ? n : judge(store, list, n, 0, now);

	if (r < 0)
		return r;
	store->walk_nas = 0;
	store->walk_session[0] = '\0';
	if (n == (int)limit) {
		store->walk_nas = list[n - 1].session.nas;
		keep_id(store->walk_session, list[n - 1].id);
	}
	return 0;
}

/* Holders that neither a session nor history needs any longer. */
static int sweep_holders(struct op25b_sqlite *store, unsigned int limit)
{
	sqlite3_stmt *walk = op25b_sqlite_statement(store, OP25B_SQL_HOLDER_WALK);
	OP25B_AUTO_FREE int64_t *unused = malloc((limit + 1) * sizeof(*unused));
	unsigned int n = 0, seen = 0;
	int r = unused ? 1 : -ENOMEM;

	sqlite3_bind_int64(walk, 1, store->walk_holder);
	sqlite3_bind_int64(walk, 2, limit);
	while (r >= 0 && seen < limit) {
		int64_t id, needed;

		r = op25b_sqlite_step(walk);
		if (r <= 0)
			break;
		if (op25b_sqlite_int(walk, 0, &id) < 0 || op25b_sqlite_int(walk, 1, &needed) < 0)
			r = -EBADMSG;
		else if (!needed)
			unused[n++] = id;
		seen++;
		store->walk_holder = r < 0 ? 0 : id;
	}
	sqlite3_reset(walk);
	if (seen < limit)
		store->walk_holder = 0;
	for (unsigned int i = 0; i < n && r >= 0; i++)
		r = op25b_sqlite_run(store, OP25B_SQL_HOLDER_DROP, 1, &unused[i]);
	store->purged |= n > 0;
	return r;
}

/* Returns 1 if there is more to purge. */
static int purge_history(struct op25b_sqlite *store, int64_t now, unsigned int limit)
{
	const int64_t values[] = { now - store->base.settings.keep_history, limit };
	int r = op25b_sqlite_run(store, OP25B_SQL_HISTORY_PURGE, 2, values);
	int purged = sqlite3_changes(store->db);

	store->purged |= purged > 0;
	/* While nothing goes, what is known still reaches back as far as before. */
	if (r == 0 && purged)
		r = op25b_sqlite_run(store, OP25B_SQL_META_PURGED, 1, values);
	return r < 0 ? r : purged == (int)limit;
}

/* The log names addresses and holders: it is kept no longer than history, nor beyond its count. */
static int trim_log(struct op25b_sqlite *store, int64_t now, unsigned int limit)
{
	const struct op25b_sessions_settings *settings = &store->base.settings;
	sqlite3_stmt *meta = op25b_sqlite_statement(store, OP25B_SQL_META);
	sqlite3_stmt *old = op25b_sqlite_statement(store, OP25B_SQL_CHANGE_OLD);
	int64_t seq = 0, upto = 0;
	int r = op25b_sqlite_step(meta);

	if (r <= 0 || op25b_sqlite_int(meta, 1, &seq) < 0)
		return r < 0 ? r : -EBADMSG;
	sqlite3_reset(meta);
	sqlite3_bind_int64(old, 1, seq - settings->keep_changes);
	sqlite3_bind_int64(old, 2, now - settings->keep_history);
	sqlite3_bind_int64(old, 3, limit);
	r = op25b_sqlite_step(old);
	if (r <= 0)
		return r < 0 ? r : -EBADMSG;
	upto = sqlite3_column_int64(old, 0); /* NULL, so 0, if nothing is old */
	sqlite3_reset(old);
	if (!upto)
		return 0;
	r = op25b_sqlite_run(store, OP25B_SQL_CHANGE_PURGE, 1, &upto);
	if (r < 0)
		return r;
	store->purged = true;
	r = sqlite3_changes(store->db) == (int)limit;
	return op25b_sqlite_run(store, OP25B_SQL_META_TRIMMED, 1, &upto) < 0 ? -EIO : r;
}

static void cut_log(struct op25b_sqlite *store, int64_t now)
{
	if (!store->purged || (store->cut && now < store->cut + CUT_EVERY))
		return;
	store->purged = false;
	store->cut = now;
	op25b_sqlite_checkpoints_cut(store->checkpoints);
}

/* End the sessions that are over. Returns 1 if some may be left. */
static int sweep_live(struct op25b_sqlite *store, int64_t now, unsigned int limit,
		      struct op25b_error *error)
{
	int more, r = op25b_sqlite_begin(store, error);

	if (r < 0)
		return r;
	more = r = op25b_sqlite_sweep_epoch(store, now, limit);
	if (r >= 0)
		r = sweep_sessions(store, now, limit);
	r = op25b_sqlite_end(store, r, now, error);
	return r < 0 ? r : more;
}

/* Forget what is kept no longer. Returns 1 if there is more of it. */
static int sweep_past(struct op25b_sqlite *store, int64_t now, unsigned int limit,
		      struct op25b_error *error)
{
	int more, r = op25b_sqlite_begin(store, error);

	if (r < 0)
		return r;
	more = r = purge_history(store, now, limit);
	if (r >= 0) {
		r = trim_log(store, now, limit);
		more |= r;
	}
	if (r >= 0)
		r = sweep_holders(store, limit);
	r = op25b_sqlite_end(store, r, now, error);
	return r < 0 ? r : more;
}

int op25b_sqlite_sweep(struct op25b_sessions *base, int64_t now, unsigned int limit,
		       struct op25b_error *error)
{
	struct op25b_sqlite *store = (struct op25b_sqlite *)base;
	int live = sweep_live(store, now, limit, error), past;

	if (live < 0 && live != -EBADMSG)
		return live;
	/* A damaged session keeps no other longer than its days. */
	past = sweep_past(store, now, limit, live < 0 ? NULL : error);
	if (live < 0 || past < 0)
		return live < 0 ? live : past;
	if (!live && !past)
		cut_log(store, now);
	return live | past;
}
