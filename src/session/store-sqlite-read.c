/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Snapshot, tail and health of the SQLite engine. Keys must come in strictly rising order: in a
 * hostile file a walk could otherwise go round for ever.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "policy/prefix.h"
#include "session/store-sqlite.h"

/* What the store says of itself: position, trim mark, how far back; inside a transaction. */
static int read_meta(struct op25b_sqlite *store, struct op25b_sessions_health *ret)
{
	sqlite3_stmt *meta = op25b_sqlite_statement(store, OP25B_SQL_META);
	int r = op25b_sqlite_step(meta);

	if (r < 0)
		return r;
	if (r == 0 || op25b_sqlite_int(meta, 0, &ret->last.origin) < 0 ||
	    op25b_sqlite_int(meta, 1, &ret->last.seq) < 0 ||
	    op25b_sqlite_int(meta, 2, &ret->trimmed) < 0 ||
	    op25b_sqlite_int(meta, 3, &ret->kept_from) < 0)
		r = -EBADMSG;
	sqlite3_reset(meta);
	return r < 0 ? r : 0;
}

/* End a reading transaction; @stopped: @r is a callback's, not ours to explain. */
static int end_reading(struct op25b_sqlite *store, int r, bool stopped, struct op25b_error *error)
{
	if (r < 0 && !stopped)
		op25b_sqlite_fail(store, r, "reading", error);
	(void)op25b_sqlite_run(store, OP25B_SQL_COMMIT, 0, NULL);
	return r;
}

static int read_binding(sqlite3_stmt *row, struct op25b_holding *ret)
{
	ret->until = INT64_MAX;
	if (op25b_sqlite_prefix(row, 0, &ret->prefix) < 0 ||
	    op25b_sqlite_int(row, 1, &ret->from) < 0 ||
	    op25b_sqlite_holder(row, 2, &ret->holder) < 0)
		return -EBADMSG;
	return 0;
}

int op25b_sqlite_snapshot(struct op25b_sessions *base, op25b_holding_fn fn, void *arg,
			  struct op25b_position *ret, struct op25b_error *error)
{
	struct op25b_sqlite *store = (struct op25b_sqlite *)base;
	struct op25b_prefix last = { 0 };
	struct op25b_sessions_health meta;
	struct op25b_holding holding;
	bool stopped = false;
	sqlite3_stmt *walk;
	int r = op25b_sqlite_run(store, OP25B_SQL_BEGIN, 0, NULL);

	if (r == 0)
		r = read_meta(store, &meta);
	walk = op25b_sqlite_statement(store, OP25B_SQL_BINDING_WALK);
	while (r == 0) {
		r = op25b_sqlite_step(walk);
		if (r <= 0)
			break;
		r = read_binding(walk, &holding);
		if (r == 0 && op25b_prefix_compare(&last, &holding.prefix) >= 0)
			r = -EBADMSG;
		if (r < 0)
			break;
		last = holding.prefix;
		r = fn(arg, &holding);
		stopped = r != 0;
	}
	sqlite3_reset(walk);
	r = end_reading(store, r, stopped, error);
	if (r == 0)
		*ret = meta.last;
	return r;
}

static int read_change(sqlite3_stmt *row, struct op25b_change *ret)
{
	int64_t op;

	if (op25b_sqlite_int(row, 0, &ret->seq) < 0 || op25b_sqlite_int(row, 1, &op) < 0 ||
	    op25b_sqlite_prefix(row, 2, &ret->prefix) < 0 ||
	    op25b_sqlite_int(row, 3, &ret->at) < 0 ||
	    (op != OP25B_CHANGE_SET && op != OP25B_CHANGE_CLEAR))
		return -EBADMSG;
	ret->op = (enum op25b_change_op)op;
	if (sqlite3_column_type(row, 5) != SQLITE_NULL)
		return op25b_sqlite_holder(row, 4, &ret->holder);
	ret->holder = (struct op25b_holder){ .nas = "",
					     .session = "",
					     .user_name = "",
					     .class_ = "",
					     .filter_id = "",
					     .framed_pool = "" };
	return op25b_sqlite_int(row, 4, &ret->holder.id);
}

static int walk_changes(struct op25b_sqlite *store, int64_t *seq, unsigned int limit,
			op25b_change_fn fn, void *arg, bool *ret_stopped)
{
	sqlite3_stmt *walk = op25b_sqlite_statement(store, OP25B_SQL_CHANGE_TAIL);
	int r = 0;

	sqlite3_bind_int64(walk, 1, *seq);
	sqlite3_bind_int64(walk, 2, limit);
	while (r == 0) {
		struct op25b_change change;

		r = op25b_sqlite_step(walk);
		if (r <= 0)
			break;
		r = read_change(walk, &change);
		/* Without a gap: a change that lacks is a damaged file. */
		if (r == 0 && change.seq != *seq + 1)
			r = -EBADMSG;
		if (r < 0)
			break;
		r = fn(arg, &change);
		*ret_stopped = r != 0;
		if (r == 0)
			*seq = change.seq;
	}
	sqlite3_reset(walk);
	return r;
}

int op25b_sqlite_tail(struct op25b_sessions *base, struct op25b_position *position,
		      unsigned int limit, op25b_change_fn fn, void *arg, struct op25b_error *error)
{
	struct op25b_sqlite *store = (struct op25b_sqlite *)base;
	struct op25b_sessions_health meta = { 0 };
	bool stopped = false;
	int r = op25b_sqlite_run(store, OP25B_SQL_BEGIN, 0, NULL);

	if (r == 0)
		r = read_meta(store, &meta);
	if (r == 0 && (position->origin != meta.last.origin || position->seq < meta.trimmed ||
		       position->seq > meta.last.seq)) {
		stopped = true;
		r = op25b_error_set(error, -ESTALE,
				    "%s: change %lld can't be followed (%s); take a snapshot",
				    store->path, (long long)position->seq,
				    position->origin != meta.last.origin ? "of another store" :
				    position->seq < meta.trimmed         ? "trimmed from the log" :
									   "beyond the last one");
	}
	if (r == 0)
		r = walk_changes(store, &position->seq, limit, fn, arg, &stopped);
	return end_reading(store, r, stopped, error);
}

static int list_nas(struct op25b_sqlite *store, op25b_nas_fn fn, void *arg, bool *ret_stopped)
{
	sqlite3_stmt *walk = op25b_sqlite_statement(store, OP25B_SQL_NAS_LIST);
	char last[OP25B_ACCT_TEXT] = "";
	int r = 0;

	while (r == 0) {
		struct op25b_nas_status nas;

		r = op25b_sqlite_step(walk);
		if (r <= 0)
			break;
		r = 0;
		if (op25b_sqlite_text(walk, 0, &nas.name) < 0 ||
		    op25b_sqlite_int(walk, 1, &nas.last) < 0 ||
		    op25b_sqlite_int(walk, 2, &nas.epoch_time) < 0 || strcmp(last, nas.name) >= 0)
			r = -EBADMSG;
		if (r < 0)
			break;
		snprintf(last, sizeof(last), "%s", nas.name);
		r = fn(arg, &nas);
		*ret_stopped = r != 0;
	}
	sqlite3_reset(walk);
	return r;
}

static int64_t size_of(const char *path, const char *suffix)
{
	OP25B_AUTO_FREE char *name = NULL;
	struct stat st;

	if (asprintf(&name, "%s%s", path, suffix) < 0)
		return 0;
	return stat(name, &st) == 0 ? st.st_size : 0;
}

int op25b_sqlite_health(struct op25b_sessions *base, struct op25b_sessions_health *ret,
			op25b_nas_fn fn, void *arg, struct op25b_error *error)
{
	struct op25b_sqlite *store = (struct op25b_sqlite *)base;
	struct op25b_sessions_health health = { 0 };
	bool stopped = false;
	sqlite3_stmt *last;
	int r = op25b_sqlite_run(store, OP25B_SQL_BEGIN, 0, NULL);

	if (r == 0)
		r = read_meta(store, &health);
	if (r == 0) {
		last = op25b_sqlite_statement(store, OP25B_SQL_CHANGE_LAST);
		sqlite3_bind_int64(last, 1, health.last.seq);
		r = op25b_sqlite_step(last);
		if (r > 0) {
			r = op25b_sqlite_int(last, 0, &health.changed_at);
			sqlite3_reset(last);
		}
	}
	if (r == 0 && fn)
		r = list_nas(store, fn, arg, &stopped);
	r = end_reading(store, r, stopped, error);
	if (r != 0)
		return r;
	health.bytes = size_of(store->path, "");
	health.log_bytes = size_of(store->path, "-wal");
	if (store->checkpoints)
		health.checkpoint = op25b_sqlite_checkpoints_result(store->checkpoints);
	*ret = health;
	return 0;
}
