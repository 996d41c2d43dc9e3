/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Snapshot, tail, history and health of the PostgreSQL engine: reading transactions, on the primary
 * or on a replica. Keys must come in strictly rising order, as in every store.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/prefix.h"
#include "session/store-postgresql.h"

/* Rows of one journey in a snapshot. */
#define PAGE 5000

struct meta {
	struct op25b_position last;
	int64_t trimmed;
	int64_t replica; /* 1: it may be behind */
};

static int read_meta(const PGresult *rows, struct meta *ret)
{
	if (PQntuples(rows) != 1 || op25b_pg_read_int(rows, 0, 0, &ret->last.origin) < 0 ||
	    op25b_pg_read_int(rows, 0, 1, &ret->last.seq) < 0 ||
	    op25b_pg_read_int(rows, 0, 2, &ret->trimmed) < 0 ||
	    op25b_pg_read_int(rows, 0, 3, &ret->replica) < 0)
		return -EBADMSG;
	return 0;
}

/* End what a reading member did: with the text of an error that isn't a callback's. */
static int finish(struct op25b_pg *store, int r, bool stopped, struct op25b_error *error)
{
	op25b_pg_leave(store);
	return stopped ? r : op25b_pg_tell(store, r, error);
}

/* One page of bindings, from behind @last on. Returns 1 if there may be more. */
static int give_page(const PGresult *rows, struct op25b_prefix *last, op25b_holding_fn fn,
		     void *arg, bool *ret_stopped)
{
	for (int i = 0; i < PQntuples(rows); i++) {
		struct op25b_holding holding = { .until = INT64_MAX };
		int r;

		if (op25b_pg_read_prefix(rows, i, 0, &holding.prefix) < 0 ||
		    op25b_pg_read_int(rows, i, 1, &holding.from) < 0 ||
		    op25b_pg_read_holder(rows, i, 2, &holding.holder) < 0 ||
		    op25b_prefix_compare(last, &holding.prefix) >= 0)
			return -EBADMSG;
		*last = holding.prefix;
		r = fn(arg, &holding);
		*ret_stopped = r != 0;
		if (r != 0)
			return r;
	}
	return PQntuples(rows) == PAGE;
}

int op25b_pg_snapshot(struct op25b_sessions *base, op25b_holding_fn fn, void *arg,
		      struct op25b_position *ret, struct op25b_error *error)
{
	struct op25b_pg *store = (struct op25b_pg *)base;
	struct op25b_prefix last = { 0 };
	bool stopped = false, more = true;
	struct meta meta = { .replica = 0 };
	int r = op25b_pg_ready(store);

	for (bool first = true; r == 0 && more; first = false) {
		struct op25b_pg_call calls[3] = { { .which = OP25B_PG_BEGIN_READ },
						  { .which = OP25B_PG_META },
						  { .which = OP25B_PG_BINDING_WALK } };
		uint8_t octets[OP25B_OCTETS_PREFIX];
		size_t size = first ? 0 : op25b_octets_of_prefix(&last, octets);
		const size_t from = first ? 0 : 2;

		op25b_pg_octets(&calls[2], octets, size);
		op25b_pg_int(&calls[2], PAGE);
		r = op25b_pg_exchange(store, calls + from, 3 - from);
		if (r == 0 && first)
			r = read_meta(calls[1].result, &meta);
		if (r == 0)
			r = give_page(calls[2].result, &last, fn, arg, &stopped);
		more = r == 1 && !stopped;
		if (more)
			r = 0;
		op25b_pg_done(calls, 3);
	}
	r = finish(store, r, stopped, error);
	if (r == 0)
		*ret = meta.last;
	return r;
}

static int read_change(const PGresult *rows, int i, struct op25b_change *ret)
{
	const int op_at = 10, at_at = 11;
	int64_t op;

	if (op25b_pg_read_prefix(rows, i, 0, &ret->prefix) < 0 ||
	    op25b_pg_read_int(rows, i, 1, &ret->seq) < 0 ||
	    op25b_pg_read_holder(rows, i, 2, &ret->holder) < 0 ||
	    op25b_pg_read_int(rows, i, op_at, &op) < 0 ||
	    op25b_pg_read_int(rows, i, at_at, &ret->at) < 0 ||
	    (op != OP25B_CHANGE_SET && op != OP25B_CHANGE_CLEAR))
		return -EBADMSG;
	ret->op = (enum op25b_change_op)op;
	return 0;
}

static int give_changes(const PGresult *rows, int64_t *seq, op25b_change_fn fn, void *arg,
			bool *ret_stopped)
{
	int r = 0;

	for (int i = 0; i < PQntuples(rows) && r == 0; i++) {
		struct op25b_change change;

		/* Without a gap: a change that lacks is a damaged store. */
		if (read_change(rows, i, &change) < 0 || change.seq != *seq + 1)
			return -EBADMSG;
		r = fn(arg, &change);
		*ret_stopped = r != 0;
		if (r == 0)
			*seq = change.seq;
	}
	return r;
}

/*
 * Whether the log goes on from @position. Beyond its end there is nothing to go on from, except on
 * a replica: it is behind the server that was followed before, and will get there.
 */
static int check_position(struct op25b_pg *store, const struct op25b_position *position,
			  const struct meta *meta)
{
	const char *why = position->origin != meta->last.origin ? "of another store" :
			  position->seq < meta->trimmed         ? "trimmed from the log" :
			  position->seq > meta->last.seq && !meta->replica ? "beyond the last one" :
									     NULL;

	if (!why)
		return 0;
	return op25b_error_set(&store->said, -ESTALE,
			       "%s: change %lld can't be followed (%s); take a snapshot",
			       store->shown, (long long)position->seq, why);
}

int op25b_pg_tail(struct op25b_sessions *base, struct op25b_position *position, unsigned int limit,
		  op25b_change_fn fn, void *arg, struct op25b_error *error)
{
	struct op25b_pg *store = (struct op25b_pg *)base;
	struct op25b_pg_call calls[4] = { { .which = OP25B_PG_BEGIN_READ },
					  { .which = OP25B_PG_META },
					  { .which = OP25B_PG_CHANGE_TAIL },
					  { .which = OP25B_PG_COMMIT } };
	bool stopped = false;
	struct meta meta;
	int r = op25b_pg_ready(store);

	op25b_pg_int(&calls[2], position->seq);
	op25b_pg_int(&calls[2], limit);
	if (r == 0)
		r = op25b_pg_exchange(store, calls, 4);
	if (r == 0)
		r = read_meta(calls[1].result, &meta);
	if (r == 0)
		r = check_position(store, position, &meta);
	if (r == 0)
		r = give_changes(calls[2].result, &position->seq, fn, arg, &stopped);
	op25b_pg_done(calls, 4);
	return finish(store, r, stopped, error);
}

/* The prefixes that hold @inside, the longest first. */
static void add_holding(struct op25b_pg_array *array, const struct op25b_prefix *inside)
{
	struct op25b_prefix prefix = *inside;

	for (int len = inside->len; len >= 0; len--) {
		op25b_prefix_cut(&prefix, (uint8_t)len);
		op25b_pg_add_prefix(array, &prefix);
	}
}

static int give_holdings(const PGresult *rows, op25b_holding_fn fn, void *arg, bool *ret_stopped)
{
	const int until_at = 10;
	int r = 0;

	for (int i = 0; i < PQntuples(rows) && r == 0; i++) {
		struct op25b_holding holding;

		if (op25b_pg_read_prefix(rows, i, 0, &holding.prefix) < 0 ||
		    op25b_pg_read_int(rows, i, 1, &holding.from) < 0 ||
		    op25b_pg_read_holder(rows, i, 2, &holding.holder) < 0 ||
		    op25b_pg_read_int(rows, i, until_at, &holding.until) < 0)
			return -EBADMSG;
		r = fn(arg, &holding);
		*ret_stopped = r != 0;
	}
	return r;
}

int op25b_pg_history(struct op25b_sessions *base, const struct op25b_sessions_query *query,
		     op25b_holding_fn fn, void *arg, struct op25b_error *error)
{
	struct op25b_pg *store = (struct op25b_pg *)base;
	struct op25b_pg_array prefixes = OP25B_PG_BYTES;
	struct op25b_pg_call call = { .which = query->inside ? OP25B_PG_HISTORY_ADDRESS :
							       OP25B_PG_HISTORY_LINE };
	bool stopped = false;
	int r = op25b_pg_ready(store);

	op25b_pg_int(&call, query->from);
	op25b_pg_int(&call, query->until);
	op25b_pg_text(&call, query->user_name);
	op25b_pg_text(&call, query->class_);
	op25b_pg_int(&call, query->limit);
	if (query->inside) {
		add_holding(&prefixes, query->inside);
		op25b_pg_array(&call, &prefixes);
	}
	if (r == 0)
		r = op25b_pg_exchange(store, &call, 1);
	if (r == 0)
		r = give_holdings(call.result, fn, arg, &stopped);
	op25b_pg_done(&call, 1);
	free(prefixes.data);
	return finish(store, r, stopped, error);
}

static int list_nas(const PGresult *rows, op25b_nas_fn fn, void *arg, bool *ret_stopped)
{
	const char *last = "";
	int r = 0;

	for (int i = 0; i < PQntuples(rows) && r == 0; i++) {
		struct op25b_nas_status nas;

		if (op25b_pg_read_text(rows, i, 0, &nas.name) < 0 ||
		    op25b_pg_read_int(rows, i, 1, &nas.last) < 0 ||
		    op25b_pg_read_int(rows, i, 2, &nas.epoch_time) < 0 ||
		    strcmp(last, nas.name) >= 0)
			return -EBADMSG;
		last = nas.name;
		r = fn(arg, &nas);
		*ret_stopped = r != 0;
	}
	return r;
}

int op25b_pg_health(struct op25b_sessions *base, struct op25b_sessions_health *ret, op25b_nas_fn fn,
		    void *arg, struct op25b_error *error)
{
	struct op25b_pg *store = (struct op25b_pg *)base;
	struct op25b_pg_call calls[5] = { { .which = OP25B_PG_BEGIN_READ },
					  { .which = OP25B_PG_META },
					  { .which = OP25B_PG_HEALTH },
					  { .which = OP25B_PG_NAS_LIST },
					  { .which = OP25B_PG_COMMIT } };
	struct op25b_sessions_health health = { .checkpoint = 0 };
	bool stopped = false;
	struct meta meta;
	int r = op25b_pg_ready(store);

	if (r == 0)
		r = op25b_pg_exchange(store, calls, 5);
	if (r == 0)
		r = read_meta(calls[1].result, &meta);
	if (r == 0 && (op25b_pg_read_int(calls[2].result, 0, 0, &health.changed_at) < 0 ||
		       op25b_pg_read_int(calls[2].result, 0, 1, &health.bytes) < 0 ||
		       op25b_pg_read_int(calls[2].result, 0, 2, &health.kept_from) < 0))
		r = -EBADMSG;
	if (r == 0 && fn)
		r = list_nas(calls[3].result, fn, arg, &stopped);
	op25b_pg_done(calls, 5);
	r = finish(store, r, stopped, error);
	if (r != 0)
		return r;
	health.last = meta.last;
	health.trimmed = meta.trimmed;
	*ret = health;
	return 0;
}
