/* SPDX-License-Identifier: BSD-2-Clause */
/* What a batch writes to PostgreSQL: a statement a table, all in one exchange with the commit. */
#include <assert.h>
#include <stdlib.h>

#include "session/store-postgresql.h"

#define COLUMNS 10

/* Rows on their way into one table, a column an array. */
struct rows {
	enum op25b_pg_statement which;
	struct op25b_pg_array columns[COLUMNS];
	int n_columns;
};

enum {
	NAS,
	HOLDERS,
	NEW_SESSIONS,
	SESSIONS,
	DROPPED,
	NEW_BINDINGS,
	BINDINGS,
	FREED,
	CUTS,
	PAST,
	CHANGES,
	TABLES
};

#define MORE 3 /* calls of a sweep's */

static void add_nas(const void *row, void *arg)
{
	const struct op25b_batch_nas *nas = row;
	struct op25b_pg_array *columns = ((struct rows *)arg)[NAS].columns;

	if (!nas->written)
		return;
	op25b_pg_add_text(&columns[0], nas->name);
	op25b_pg_add_int(&columns[1], nas->nas.id);
	op25b_pg_add_int(&columns[2], nas->nas.last);
	op25b_pg_add_int(&columns[3], nas->nas.alive_since);
	op25b_pg_add_int(&columns[4], nas->nas.epoch);
	op25b_pg_add_int(&columns[5], nas->nas.epoch_time);
	op25b_pg_add_int(&columns[6], nas->nas.unswept);
}

static void add_holder(const void *row, void *arg)
{
	const struct op25b_batch_holder *holder = row;
	struct op25b_pg_array *columns = ((struct rows *)arg)[HOLDERS].columns;

	if (!holder->written)
		return;
	op25b_pg_add_int(&columns[0], holder->id);
	op25b_pg_add_int(&columns[1], holder->nas);
	op25b_pg_add_text(&columns[2], holder->holder.session);
	op25b_pg_add_text(&columns[3], holder->holder.user_name);
	op25b_pg_add_text(&columns[4], holder->holder.class_);
	op25b_pg_add_text(&columns[5], holder->holder.filter_id);
	op25b_pg_add_text(&columns[6], holder->holder.framed_pool);
	op25b_pg_add_int(&columns[7], holder->holder.first);
}

static void add_session(const void *row, void *arg)
{
	const struct op25b_batch_session *session = row;
	const struct op25b_session *put = &session->session;
	struct rows *tables = arg;
	struct op25b_pg_array *columns = tables[session->fresh ? NEW_SESSIONS : SESSIONS].columns;
	uint8_t claims[OP25B_OCTETS_CLAIMS];

	if (!session->written)
		return;
	if (!session->exists) {
		if (session->fresh)
			return;
		op25b_pg_add_int(&tables[DROPPED].columns[0], session->nas);
		op25b_pg_add_text(&tables[DROPPED].columns[1], session->id);
		return;
	}
	op25b_pg_add_int(&columns[0], session->nas);
	op25b_pg_add_text(&columns[1], session->id);
	op25b_pg_add_int(&columns[2], put->holder);
	op25b_pg_add_int(&columns[3], put->event);
	op25b_pg_add_int(&columns[4], put->by);
	op25b_pg_add_int(&columns[5], put->epoch);
	op25b_pg_add_int(&columns[6], put->seen);
	op25b_pg_add_int(&columns[7], put->ended);
	op25b_pg_add_int(&columns[8], put->lost);
	op25b_pg_add_octets(&columns[9], claims, op25b_octets_of_claims(put, claims));
}

static void add_binding(const void *row, void *arg)
{
	const struct op25b_batch_binding *binding = row;
	struct rows *tables = arg;
	struct op25b_pg_array *columns = tables[binding->fresh ? NEW_BINDINGS : BINDINGS].columns;

	if (!binding->written)
		return;
	if (!binding->exists) {
		if (!binding->fresh)
			op25b_pg_add_prefix(&tables[FREED].columns[0], &binding->prefix);
		return;
	}
	op25b_pg_add_prefix(&columns[0], &binding->prefix);
	op25b_pg_add_int(&columns[1], binding->binding.holder);
	op25b_pg_add_int(&columns[2], binding->binding.since);
}

static void add_cut(struct rows *rows, const struct op25b_batch_past *cut)
{
	op25b_pg_add_prefix(&rows->columns[0], &cut->prefix);
	op25b_pg_add_int(&rows->columns[1], cut->holder);
	op25b_pg_add_int(&rows->columns[2], cut->until);
}

static void add_past(struct rows *rows, const struct op25b_batch_past *past)
{
	op25b_pg_add_prefix(&rows->columns[0], &past->prefix);
	op25b_pg_add_int(&rows->columns[1], past->holder);
	op25b_pg_add_int(&rows->columns[2], past->from);
	op25b_pg_add_int(&rows->columns[3], past->until);
}

static void add_change(struct rows *rows, const struct op25b_batch_change *change)
{
	op25b_pg_add_int(&rows->columns[0], change->op);
	op25b_pg_add_prefix(&rows->columns[1], &change->prefix);
	op25b_pg_add_int(&rows->columns[2], change->holder);
}

/* A call for the rows, if there are any. Returns 1 or 0. */
static size_t call_for(struct rows *rows, struct op25b_pg_call *call)
{
	if (!rows->columns[0].n && !rows->columns[0].failed)
		return 0;
	call->which = rows->which;
	for (int i = 0; i < rows->n_columns; i++)
		op25b_pg_array(call, &rows->columns[i]);
	return 1;
}

/* Number the changes, and carry the counters on. Returns how many calls. */
static size_t number(const struct op25b_pg *store, int64_t now, struct rows *changes,
		     struct op25b_pg_call *calls)
{
	const struct op25b_batch *batch = &store->batch;
	size_t n = 0;

	if (batch->n_changes) {
		calls[n].which = OP25B_PG_CHANGE_ADD;
		op25b_pg_int(&calls[n], store->seq);
		op25b_pg_int(&calls[n], now);
		for (int i = 0; i < changes->n_columns; i++)
			op25b_pg_array(&calls[n], &changes->columns[i]);
		n++;
	}
	if (batch->written || store->moved) {
		calls[n].which = OP25B_PG_META_PUT;
		op25b_pg_int(&calls[n], store->origin);
		op25b_pg_int(&calls[n], store->seq + (int64_t)batch->n_changes);
		op25b_pg_int(&calls[n], batch->last_nas);
		op25b_pg_int(&calls[n], batch->last_holder);
		op25b_pg_text(&calls[n], store->place);
		op25b_pg_int(&calls[n], now);
		n++;
	}
	calls[n++].which = OP25B_PG_COMMIT;
	return n;
}

static void fill(struct rows tables[static TABLES], const struct op25b_batch *batch)
{
	op25b_batch_walk(batch->nas_by_name, add_nas, tables);
	op25b_batch_walk(batch->holders, add_holder, tables);
	op25b_batch_walk(batch->sessions, add_session, tables);
	op25b_batch_walk(batch->bindings, add_binding, tables);
	for (size_t i = 0; i < batch->n_cuts; i++)
		add_cut(&tables[CUTS], &batch->cuts[i]);
	for (size_t i = 0; i < batch->n_past; i++)
		add_past(&tables[PAST], &batch->past[i]);
	for (size_t i = 0; i < batch->n_changes; i++)
		add_change(&tables[CHANGES], &batch->changes[i]);
}

static int commit(struct op25b_pg *store, int64_t now, struct op25b_pg_call *more, size_t n_more)
{
	struct rows tables[TABLES] = {
		[NAS] = { .which = OP25B_PG_NAS_PUT, .n_columns = 7 },
		[HOLDERS] = { .which = OP25B_PG_HOLDER_ADD, .n_columns = 8 },
		[NEW_SESSIONS] = { .which = OP25B_PG_SESSION_ADD, .n_columns = 10 },
		[SESSIONS] = { .which = OP25B_PG_SESSION_PUT, .n_columns = 10 },
		[DROPPED] = { .which = OP25B_PG_SESSION_DROP, .n_columns = 2 },
		[NEW_BINDINGS] = { .which = OP25B_PG_BINDING_ADD, .n_columns = 3 },
		[BINDINGS] = { .which = OP25B_PG_BINDING_PUT, .n_columns = 3 },
		[FREED] = { .which = OP25B_PG_BINDING_DROP, .n_columns = 1 },
		[CUTS] = { .which = OP25B_PG_HISTORY_CUT, .n_columns = 3 },
		[PAST] = { .which = OP25B_PG_HISTORY_ADD, .n_columns = 4 },
		[CHANGES] = { .n_columns = 3 },
	};
	struct op25b_pg_call calls[TABLES + MORE + 2] = { { .n = 0 } };
	size_t n = 0, more_at;
	int r;

	fill(tables, &store->batch);
	for (int i = 0; i < CHANGES; i++)
		n += call_for(&tables[i], &calls[n]);
	more_at = n;
	for (size_t i = 0; i < n_more; i++)
		calls[n++] = more[i];
	n += number(store, now, &tables[CHANGES], &calls[n]);
	r = op25b_pg_exchange(store, calls, n);
	for (size_t i = 0; i < n_more; i++) {
		more[i].result = calls[more_at + i].result;
		calls[more_at + i].result = NULL;
	}
	op25b_pg_done(calls, n);
	for (int i = 0; i < TABLES; i++)
		for (int j = 0; j < COLUMNS; j++)
			free(tables[i].columns[j].data);
	return r;
}

int op25b_pg_end(struct op25b_pg *store, int r, int64_t now, struct op25b_pg_call *calls, size_t n)
{
	assert(n <= MORE);
	if (r >= 0) {
		int failed = commit(store, now, calls, n);

		if (failed < 0)
			r = failed;
	}
	if (r < 0)
		store->urgent_nas = 0; /* what it has walked through has not ended */
	op25b_batch_clear(&store->batch);
	op25b_pg_leave(store);
	return r;
}
