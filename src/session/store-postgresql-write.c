/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Batches and upkeep of the PostgreSQL engine. Each is one bounded transaction; collectors take
 * turns, so that what one sweeps another may sweep again, and finds nothing left to do.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "session/store-postgresql.h"

/* Sessions of before an On or Off that one batch ends besides its own work. */
#define SWEEP_PER_BATCH 256

static void keep_id(char to[static OP25B_ACCT_TEXT], const char *id)
{
	snprintf(to, OP25B_ACCT_TEXT, "%s", id);
}

/* Put a walk's sessions and their NASes into the batch, with all that ending them takes. */
static int take_walk(struct op25b_pg *store, const PGresult *rows)
{
	const int nas_at = 18;
	int r = 0;

	for (int i = 0; i < PQntuples(rows) && r == 0; i++) {
		r = op25b_pg_take_nas(&store->batch, rows, i, nas_at);
		if (r == 0)
			r = op25b_pg_take_session(&store->batch, rows, i);
	}
	return r < 0 ? r : op25b_pg_fetch_rest(store);
}

/* Judge the sessions of a walk. *@ret_id is the last one's id, borrowed; unchanged if none is. */
static int judge(struct op25b_pg *store, const PGresult *rows, int64_t now, int64_t *ret_nas,
		 const char **ret_id)
{
	int r = take_walk(store, rows);

	for (int i = 0; i < PQntuples(rows) && r >= 0; i++) {
		const struct op25b_batch_session *row;
		struct op25b_session session;

		if (op25b_pg_read_int(rows, i, 0, ret_nas) < 0 ||
		    op25b_pg_read_text(rows, i, 1, ret_id) < 0)
			return -EBADMSG;
		row = op25b_batch_session(&store->batch, *ret_nas, *ret_id);
		if (!row || !row->exists)
			continue;
		session = row->session;
		r = op25b_merge_judge(&store->batch.io, &store->base.settings,
				      &op25b_batch_nas_by_id(&store->batch, *ret_nas)->nas, *ret_id,
				      &session, now);
	}
	return r < 0 ? r : 0;
}

/*
 * The NAS whose On or Off is swept next; the walk goes on, or begins for another epoch. Returns 0
 * if there is none, or if it began anew with this batch: what the batch opened isn't there to be
 * walked through yet.
 */
static int find_urgent(struct op25b_pg *store, const PGresult *found, struct op25b_nas *ret)
{
	const int name_at = 0, epoch_at = 4;
	const char *name;
	int64_t epoch;
	int r;

	if (!PQntuples(found))
		return 0;
	if (op25b_pg_read_text(found, 0, name_at, &name) < 0 ||
	    op25b_pg_read_int(found, 0, epoch_at, &epoch) < 0)
		return -EBADMSG;
	r = op25b_pg_take_nas(&store->batch, found, 0, 0);
	if (r < 0)
		return r;
	*ret = op25b_batch_nas(&store->batch, name)->nas;
	if (ret->epoch != epoch)
		return 0;
	if (ret->id != store->urgent_nas || epoch != store->urgent_epoch) {
		store->urgent_nas = ret->id;
		store->urgent_epoch = epoch;
		store->urgent_session[0] = '\0';
	}
	return 1;
}

/* End up to @limit sessions of the NAS that @found, of NAS_UNSWEPT, tells. 1: some may be left. */
static int sweep_epoch(struct op25b_pg *store, const PGresult *found, int64_t now,
		       unsigned int limit)
{
	struct op25b_pg_call call = { .which = OP25B_PG_EPOCH_WALK };
	const char *last = NULL;
	struct op25b_nas nas;
	int64_t of;
	int r = find_urgent(store, found, &nas);

	if (r <= 0)
		return r;
	op25b_pg_int(&call, nas.id);
	op25b_pg_text(&call, store->urgent_session);
	op25b_pg_int(&call, limit);
	r = op25b_pg_exchange(store, &call, 1);
	if (r == 0)
		r = judge(store, call.result, now, &of, &last);
	if (last)
		keep_id(store->urgent_session, last);
	if (r == 0 && PQntuples(call.result) < (int)limit) {
		nas.unswept = false;
		store->urgent_nas = 0;
		r = store->batch.io.nas_put(&store->batch, &nas);
	}
	op25b_pg_done(&call, 1);
	return r < 0 ? r : 1;
}

int op25b_pg_apply(struct op25b_sessions *base, const struct op25b_acct *batch, size_t n,
		   int64_t now, struct op25b_sessions_tally *tally, struct op25b_error *error)
{
	struct op25b_pg *store = (struct op25b_pg *)base;
	struct op25b_pg_call unswept = { .which = OP25B_PG_NAS_UNSWEPT };
	int r = op25b_pg_ready(store);

	if (r < 0)
		return op25b_pg_tell(store, r, error);
	r = op25b_pg_begin_merge(store, batch, n, &unswept);
	for (size_t i = 0; i < n && r >= 0; i++)
		r = op25b_merge(&store->batch.io, &base->settings, &batch[i], now, tally);
	if (r >= 0)
		r = sweep_epoch(store, unswept.result, now, SWEEP_PER_BATCH);
	op25b_pg_done(&unswept, 1);
	r = op25b_pg_end(store, r, now, NULL, 0);
	return op25b_pg_tell(store, r < 0 ? r : 0, error);
}

/* A walk's worth of all sessions. */
static int sweep_sessions(struct op25b_pg *store, const PGresult *rows, int64_t now,
			  unsigned int limit)
{
	const char *last = "";
	int64_t nas = 0;
	int r = judge(store, rows, now, &nas, &last);

	if (PQntuples(rows) < (int)limit) {
		nas = 0;
		last = "";
	}
	store->walk_nas = nas;
	keep_id(store->walk_session, last);
	return r;
}

/* Whether a number of a call's result is @limit. */
static bool reached(const PGresult *result, int column, unsigned int limit)
{
	int64_t n = 0;

	(void)op25b_pg_read_int(result, 0, column, &n);
	return n >= limit;
}

/* Purge history, trim the log, forget holders; with all that the batch has written. */
static int end_sweep(struct op25b_pg *store, int r, int64_t now, unsigned int limit)
{
	const struct op25b_sessions_settings *settings = &store->base.settings;
	struct op25b_pg_call calls[3] = { { .which = OP25B_PG_HISTORY_PURGE },
					  { .which = OP25B_PG_CHANGE_PURGE },
					  { .which = OP25B_PG_HOLDER_SWEEP } };
	bool more = r == 1;

	op25b_pg_int(&calls[0], now - settings->keep_history);
	op25b_pg_int(&calls[0], limit);
	op25b_pg_int(&calls[1], store->seq - settings->keep_changes);
	op25b_pg_int(&calls[1], now - settings->keep_history);
	op25b_pg_int(&calls[1], limit);
	op25b_pg_int(&calls[2], store->walk_holder);
	op25b_pg_int(&calls[2], limit);
	r = op25b_pg_end(store, r, now, calls, 3);
	if (r >= 0) {
		more |= reached(calls[0].result, 0, limit);
		more |= reached(calls[1].result, 0, limit);
		if (op25b_pg_read_int(calls[2].result, 0, 0, &store->walk_holder) < 0 ||
		    !reached(calls[2].result, 1, limit))
			store->walk_holder = 0;
	}
	op25b_pg_done(calls, 3);
	return r < 0 ? r : more;
}

/* A damaged session keeps no other longer than its days: the purge alone. What was said stays. */
static void sweep_past(struct op25b_pg *store, int64_t now, unsigned int limit)
{
	struct op25b_pg_call calls[OP25B_PG_BEGIN] = { { .n = 0 } };
	const struct op25b_error said = store->said;
	int r = op25b_pg_begin(store, calls, OP25B_PG_BEGIN);

	op25b_pg_done(calls, OP25B_PG_BEGIN);
	(void)end_sweep(store, r, now, limit);
	store->said = said;
}

int op25b_pg_sweep(struct op25b_sessions *base, int64_t now, unsigned int limit,
		   struct op25b_error *error)
{
	struct op25b_pg *store = (struct op25b_pg *)base;
	struct op25b_pg_call calls[OP25B_PG_BEGIN + 2] = {
		[OP25B_PG_BEGIN] = { .which = OP25B_PG_NAS_UNSWEPT },
		{ .which = OP25B_PG_SESSION_WALK },
	};
	struct op25b_pg_call *found = &calls[OP25B_PG_BEGIN], *walk = &calls[OP25B_PG_BEGIN + 1];
	const size_t n_calls = sizeof(calls) / sizeof(calls[0]);
	int more = 0;
	int r = op25b_pg_ready(store);

	if (r < 0)
		return op25b_pg_tell(store, r, error);
	op25b_pg_int(walk, store->walk_nas);
	op25b_pg_text(walk, store->walk_session);
	op25b_pg_int(walk, limit);
	r = op25b_pg_begin(store, calls, n_calls);
	if (r == 0)
		more = r = sweep_epoch(store, found->result, now, limit);
	if (r >= 0)
		r = sweep_sessions(store, walk->result, now, limit);
	op25b_pg_done(calls, n_calls);
	r = end_sweep(store, r < 0 ? r : more, now, limit);
	if (r == -EBADMSG)
		sweep_past(store, now, limit);
	return op25b_pg_tell(store, r, error);
}
