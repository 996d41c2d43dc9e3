/* SPDX-License-Identifier: BSD-2-Clause */
/* What a batch reads from PostgreSQL: nearly always all at once, as the transaction begins. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "session/store-postgresql.h"

static int ask(struct op25b_pg *store, struct op25b_pg_call *call)
{
	return op25b_pg_exchange(store, call, 1);
}

static int ask_session(void *arg, int64_t nas, const char *id)
{
	struct op25b_pg *store = arg;
	struct op25b_pg_call call = { .which = OP25B_PG_SESSION_ONE };
	int r = 0;

	op25b_pg_int(&call, nas);
	op25b_pg_text(&call, id);
	/* A NAS that was never heard of has no sessions. */
	if (nas <= store->last_nas)
		r = ask(store, &call);
	if (r == 0 && call.result && PQntuples(call.result))
		r = op25b_pg_take_session(&store->batch, call.result, 0);
	else if (r == 0)
		r = op25b_batch_put_session(&store->batch, nas, id, NULL);
	op25b_pg_done(&call, 1);
	return r;
}

static int ask_holder(void *arg, int64_t id)
{
	struct op25b_pg *store = arg;
	struct op25b_pg_array ids = OP25B_PG_INTS;
	struct op25b_pg_call call = { .which = OP25B_PG_HOLDER_GET };
	int r;

	op25b_pg_add_int(&ids, id);
	op25b_pg_array(&call, &ids);
	r = ask(store, &call);
	if (r == 0 && PQntuples(call.result))
		r = op25b_pg_take_session(&store->batch, call.result, 0);
	op25b_pg_done(&call, 1);
	free(ids.data);
	return r;
}

static int ask_binding(void *arg, const struct op25b_prefix *prefix)
{
	struct op25b_pg *store = arg;
	struct op25b_pg_array prefixes = OP25B_PG_BYTES;
	struct op25b_pg_call call = { .which = OP25B_PG_BINDING_GET };
	int r;

	op25b_pg_add_prefix(&prefixes, prefix);
	op25b_pg_array(&call, &prefixes);
	r = ask(store, &call);
	if (r == 0)
		r = op25b_pg_take_bindings(&store->batch, call.result);
	if (r == 0)
		r = op25b_batch_put_binding(&store->batch, prefix, NULL);
	op25b_pg_done(&call, 1);
	free(prefixes.data);
	return r;
}

/*
 * A store that isn't where it was when it was last written is a copy: a replica that became the
 * primary, or a backup. It may lack changes that followers have seen, and would give their numbers
 * to others; so it gets another origin, with the first that is written to it.
 */
static int take_meta(struct op25b_pg *store, const PGresult *rows)
{
	const char *was, *is;
	int64_t trimmed;

	if (PQntuples(rows) != 1 || op25b_pg_read_int(rows, 0, 0, &store->origin) < 0 ||
	    op25b_pg_read_int(rows, 0, 1, &store->seq) < 0 ||
	    op25b_pg_read_int(rows, 0, 2, &trimmed) < 0 ||
	    op25b_pg_read_int(rows, 0, 3, &store->batch.last_nas) < 0 ||
	    op25b_pg_read_int(rows, 0, 4, &store->batch.last_holder) < 0 ||
	    op25b_pg_read_text(rows, 0, 5, &was) < 0 || op25b_pg_read_text(rows, 0, 6, &is) < 0)
		return -EBADMSG;
	store->last_nas = store->batch.last_nas;
	snprintf(store->place, sizeof(store->place), "%s", is);
	store->moved = strcmp(was, is) != 0;
	if (store->moved &&
	    getrandom(&store->origin, sizeof(store->origin), 0) != sizeof(store->origin))
		return -EIO;
	return 0;
}

int op25b_pg_begin(struct op25b_pg *store, struct op25b_pg_call *calls, size_t n)
{
	const struct op25b_batch_source source = {
		.arg = store, .session = ask_session, .holder = ask_holder, .binding = ask_binding
	};
	int r;

	op25b_batch_init(&store->batch, &source);
	calls[0].which = OP25B_PG_BEGIN_WRITE;
	calls[1].which = OP25B_PG_LOCK;
	calls[2].which = OP25B_PG_META_WRITE;
	r = op25b_pg_exchange(store, calls, n);
	return r < 0 ? r : take_meta(store, calls[2].result);
}

static bool usable(const struct op25b_acct *acct)
{
	return *acct->session && acct->status >= OP25B_ACCT_START &&
	       acct->status <= OP25B_ACCT_INTERIM;
}

/* What was asked for and isn't there is known from now on. */
static int put_absent(struct op25b_batch *batch, const struct op25b_acct *acct, size_t n)
{
	int r = 0;

	for (size_t i = 0; i < n && r == 0; i++) {
		const struct op25b_batch_nas *nas = op25b_batch_nas(batch, acct[i].nas);

		if (!usable(&acct[i]))
			continue;
		if (nas)
			r = op25b_batch_put_session(batch, nas->nas.id, acct[i].session, NULL);
		for (size_t j = 0; j < acct[i].n_prefixes && r == 0; j++)
			r = op25b_batch_put_binding(batch, &acct[i].prefixes[j], NULL);
	}
	return r;
}

static int take(struct op25b_pg *store, const PGresult *nas, const PGresult *sessions,
		const PGresult *bindings)
{
	int r = 0;

	for (int i = 0; nas && i < PQntuples(nas) && r == 0; i++)
		r = op25b_pg_take_nas(&store->batch, nas, i, 0);
	for (int i = 0; i < PQntuples(sessions) && r == 0; i++)
		r = op25b_pg_take_session(&store->batch, sessions, i);
	return r < 0 ? r : op25b_pg_take_bindings(&store->batch, bindings);
}

int op25b_pg_begin_merge(struct op25b_pg *store, const struct op25b_acct *acct, size_t n,
			 struct op25b_pg_call *unswept)
{
	struct op25b_pg_array lists[] = { OP25B_PG_TEXTS, OP25B_PG_TEXTS, OP25B_PG_TEXTS,
					  OP25B_PG_BYTES };
	struct op25b_pg_array *all = &lists[0], *names = &lists[1], *ids = &lists[2],
			      *prefixes = &lists[3];
	struct op25b_pg_call calls[OP25B_PG_BEGIN + 4] = {
		[OP25B_PG_BEGIN] = { .which = OP25B_PG_NAS_GET },
		{ .which = OP25B_PG_SESSION_GET },
		{ .which = OP25B_PG_BINDING_GET },
		*unswept,
	};
	struct op25b_pg_call *asked = &calls[OP25B_PG_BEGIN];
	const size_t n_calls = sizeof(calls) / sizeof(calls[0]);
	int r;

	for (size_t i = 0; i < n; i++) {
		if (i == 0 || strcmp(acct[i].nas, acct[i - 1].nas) != 0)
			op25b_pg_add_text(all, acct[i].nas);
		if (!usable(&acct[i]))
			continue;
		op25b_pg_add_text(names, acct[i].nas);
		op25b_pg_add_text(ids, acct[i].session);
		for (size_t j = 0; j < acct[i].n_prefixes; j++)
			op25b_pg_add_prefix(prefixes, &acct[i].prefixes[j]);
	}
	op25b_pg_array(&asked[0], all);
	op25b_pg_array(&asked[1], names);
	op25b_pg_array(&asked[1], ids);
	op25b_pg_array(&asked[2], prefixes);
	r = op25b_pg_begin(store, calls, n_calls);
	if (r == 0)
		r = take(store, asked[0].result, asked[1].result, asked[2].result);
	if (r == 0)
		r = put_absent(&store->batch, acct, n);
	unswept->result = asked[3].result;
	asked[3].result = NULL;
	op25b_pg_done(calls, n_calls);
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		free(lists[i].data);
	return r < 0 ? r : op25b_pg_fetch_rest(store);
}

struct rest {
	struct op25b_batch *batch;
	struct op25b_pg_array holders, prefixes;
	int r;
};

/* What an ended session claimed is nobody's concern. */
static void want_claims(const void *row, void *arg)
{
	const struct op25b_batch_session *session = row;
	struct rest *rest = arg;

	if (!session->exists || session->session.ended != INT64_MAX)
		return;
	for (size_t i = 0; i < session->session.n_claims; i++)
		if (!op25b_batch_binding(rest->batch, &session->session.claims[i]))
			op25b_pg_add_prefix(&rest->prefixes, &session->session.claims[i]);
}

static void want_holder(const void *row, void *arg)
{
	const struct op25b_batch_binding *binding = row;
	struct rest *rest = arg;

	if (binding->exists && !op25b_batch_holder(rest->batch, binding->binding.holder))
		op25b_pg_add_int(&rest->holders, binding->binding.holder);
}

static void put_free(const void *row, void *arg)
{
	const struct op25b_batch_session *session = row;
	struct rest *rest = arg;

	if (!session->exists || session->session.ended != INT64_MAX)
		return;
	for (size_t i = 0; i < session->session.n_claims && rest->r == 0; i++)
		rest->r = op25b_batch_put_binding(rest->batch, &session->session.claims[i], NULL);
}

int op25b_pg_fetch_rest(struct op25b_pg *store)
{
	struct rest rest = { .batch = &store->batch,
			     .holders = OP25B_PG_INTS,
			     .prefixes = OP25B_PG_BYTES };
	struct op25b_pg_call calls[2] = { { .which = OP25B_PG_BINDING_GET },
					  { .which = OP25B_PG_HOLDER_GET } };

	op25b_batch_walk(store->batch.sessions, want_claims, &rest);
	op25b_batch_walk(store->batch.bindings, want_holder, &rest);
	op25b_pg_array(&calls[0], &rest.prefixes);
	op25b_pg_array(&calls[1], &rest.holders);
	if (rest.prefixes.n || rest.holders.n) {
		rest.r = op25b_pg_exchange(store, calls, 2);
		if (rest.r == 0)
			rest.r = op25b_pg_take_bindings(&store->batch, calls[0].result);
		if (rest.r == 0)
			op25b_batch_walk(store->batch.sessions, put_free, &rest);
		if (rest.r == 0)
			rest.r = take(store, NULL, calls[1].result, calls[0].result);
	}
	op25b_pg_done(calls, 2);
	free(rest.prefixes.data);
	free(rest.holders.data);
	return rest.r;
}
