/* SPDX-License-Identifier: BSD-2-Clause */
/* Batches of the SQLite engine: one transaction each, numbers given last. */
#include <errno.h>

#include "session/store-sqlite.h"

/* Sessions of before an On or Off that one batch ends besides its own work. */
#define SWEEP_PER_BATCH 256

/* Another collector on the same file, or a person with a shell: then nothing is known any more. */
static int heed_others(struct op25b_sqlite *store)
{
	sqlite3_stmt *ask = op25b_sqlite_statement(store, OP25B_SQL_DATA_VERSION);
	int64_t version = 0;
	int r = op25b_sqlite_step(ask);

	if (r <= 0 || op25b_sqlite_int(ask, 0, &version) < 0)
		return r < 0 ? r : -EBADMSG;
	sqlite3_reset(ask);
	if (version != store->data_version)
		op25b_known_clear(store->known);
	store->data_version = version;
	return 0;
}

int op25b_sqlite_begin(struct op25b_sqlite *store, struct op25b_error *error)
{
	int r = op25b_sqlite_in_place(store, error);

	if (r < 0)
		return r;
	op25b_sqlite_checkpoints_hold(store->checkpoints);
	store->n_changes = 0;
	r = op25b_sqlite_run(store, OP25B_SQL_BEGIN_WRITE, 0, NULL);
	if (r == 0) {
		r = heed_others(store);
		if (r < 0)
			(void)op25b_sqlite_run(store, OP25B_SQL_ROLLBACK, 0, NULL);
	}
	if (r < 0) {
		op25b_sqlite_fail(store, r, "beginning to write", error);
		op25b_sqlite_checkpoints_go(store->checkpoints);
	}
	return r;
}

/* Under the write lock, with nothing left to do: the order of numbers is that of commits. */
static int number_changes(struct op25b_sqlite *store, int64_t now)
{
	sqlite3_stmt *meta = op25b_sqlite_statement(store, OP25B_SQL_META);
	uint8_t buffer[OP25B_OCTETS_PREFIX];
	int64_t seq = 0, values[2];
	int r;

	if (!store->n_changes)
		return 0;
	r = op25b_sqlite_step(meta);
	if (r <= 0 || op25b_sqlite_int(meta, 1, &seq) < 0)
		return r < 0 ? r : -EBADMSG;
	sqlite3_reset(meta);
	for (size_t i = 0; i < store->n_changes; i++) {
		const struct op25b_sqlite_change *change = &store->changes[i];
		sqlite3_stmt *add = op25b_sqlite_statement(store, OP25B_SQL_CHANGE_ADD);

		sqlite3_bind_int64(add, 1, ++seq);
		sqlite3_bind_int64(add, 2, change->op);
		op25b_sqlite_bind_prefix(add, 3, &change->prefix, buffer);
		sqlite3_bind_int64(add, 4, change->holder);
		sqlite3_bind_int64(add, 5, now);
		r = op25b_sqlite_step(add);
		if (r < 0)
			return r;
	}
	values[0] = seq;
	values[1] = now;
	return op25b_sqlite_run(store, OP25B_SQL_META_SEQ, 2, values);
}

int op25b_sqlite_end(struct op25b_sqlite *store, int r, int64_t now, struct op25b_error *error)
{
	if (r >= 0) {
		int failed = number_changes(store, now);

		if (failed == 0) {
			/* A statement left open would hold back checkpoints. */
			(void)op25b_sqlite_statement(store, OP25B_SQL_HOLDER_GET);
			failed = op25b_sqlite_run(store, OP25B_SQL_COMMIT, 0, NULL);
		}
		if (failed < 0)
			r = failed;
	}
	if (r < 0) {
		op25b_sqlite_fail(store, r, "writing", error);
		for (size_t i = 0; i < OP25B_SQL_COUNT; i++)
			if (store->statements[i])
				sqlite3_reset(store->statements[i]);
		op25b_known_clear(store->known);
		store->urgent_nas = 0; /* what it has walked through has not ended */
		/* SQLite may have rolled back already; then there is nothing to do. */
		if (!sqlite3_get_autocommit(store->db))
			(void)op25b_sqlite_run(store, OP25B_SQL_ROLLBACK, 0, NULL);
	}
	op25b_sqlite_checkpoints_go(store->checkpoints);
	/* After the commit: what went into a file that is gone must not be answered. */
	return r < 0 ? r : op25b_sqlite_in_place(store, error);
}

int op25b_sqlite_apply(struct op25b_sessions *base, const struct op25b_acct *batch, size_t n,
		       int64_t now, struct op25b_sessions_tally *tally, struct op25b_error *error)
{
	struct op25b_sqlite *store = (struct op25b_sqlite *)base;
	int r = op25b_sqlite_begin(store, error);

	if (r < 0)
		return r;
	for (size_t i = 0; i < n && r >= 0; i++) {
		if (op25b_known_repeats(store->known, &base->settings, &batch[i], now))
			tally->unchanged++;
		else
			r = op25b_merge(&store->io, &base->settings, &batch[i], now, tally);
	}
	if (r >= 0)
		r = op25b_sqlite_sweep_epoch(store, now, SWEEP_PER_BATCH);
	r = op25b_sqlite_end(store, r, now, error);
	return r < 0 ? r : 0;
}
