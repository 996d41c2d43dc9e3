/* SPDX-License-Identifier: BSD-2-Clause */
/* See engine.h. */
#include "cli/engine.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "dataplane/generation.h"
#include "dataplane/load.h"
#include "dataplane/native.h"
#include "dataplane/testrun.h"
#include "policy/compile.h"
#include "policy/flow.h"
#include "policy/owner.h"

#define KEPT 8 /* tables at a time */

/* Instants from `start` on, as far as is known, up to `end`, which is the epoch's number. */
struct span {
	int64_t start, end;
};

struct kept {
	bool used;
	int64_t epoch;
	uint64_t last; /* when it was asked for last */
	struct op25b_tables tables;
};

struct op25b_engine {
	struct op25b_engine_options options;
	struct op25b_dataplane *dp; /* NULL: native */
	struct op25b_owner_index *index;
	struct span *spans; /* sorted by end */
	size_t n_spans, max_spans;
	struct kept kept[KEPT];
	struct kept *in_kernel;
	uint64_t clock;
};

int op25b_engine_open(const struct op25b_engine_options *options, struct op25b_engine **ret_engine,
		      struct op25b_error *error)
{
	struct op25b_load_options load = { .programs = OP25B_LOAD_EXPLAIN };
	struct op25b_engine *e = calloc(1, sizeof(*e));
	int r = 0;

	if (!e)
		return -ENOMEM;
	e->options = *options;
	r = op25b_owner_index_make(options->policy, &e->index);
	if (!r && options->bpf)
		r = op25b_dataplane_open(&load, &e->dp, error);
	if (r)
		op25b_engine_close(&e);
	else
		*ret_engine = e;
	return r;
}

void op25b_engine_close(struct op25b_engine **engine)
{
	struct op25b_engine *e = OP25B_TAKE_PTR(*engine);

	if (!e)
		return;
	for (size_t i = 0; i < KEPT; i++) {
		if (e->kept[i].used)
			op25b_tables_done(&e->kept[i].tables);
	}
	op25b_dataplane_close(&e->dp);
	op25b_owner_index_done(&e->index);
	free(e->spans);
	free(e);
}

/* First span whose end lies after `at`. */
static size_t find_span(const struct op25b_engine *e, int64_t at)
{
	size_t low = 0, high = e->n_spans;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (e->spans[middle].end > at)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

int op25b_engine_epoch(struct op25b_engine *engine, int64_t at, int64_t *ret_epoch)
{
	size_t i = find_span(engine, at);
	struct span *grown;
	int64_t end;

	if (i < engine->n_spans && engine->spans[i].start <= at) {
		*ret_epoch = engine->spans[i].end;
		return 0;
	}
	end = op25b_policy_next_change(engine->options.policy, at);
	*ret_epoch = end;
	if (i < engine->n_spans && engine->spans[i].end == end) {
		engine->spans[i].start = at;
		return 0;
	}
	if (engine->n_spans == engine->max_spans) {
		engine->max_spans = engine->max_spans ? engine->max_spans * 2 : 64;
		grown = reallocarray(engine->spans, engine->max_spans, sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		engine->spans = grown;
	}
	memmove(&engine->spans[i + 1], &engine->spans[i],
		(engine->n_spans - i) * sizeof(*engine->spans));
	engine->spans[i] = (struct span){ at, end };
	engine->n_spans++;
	return 0;
}

/* The tables of an instant, made if they are not kept; the longest unused ones go. */
static int find_tables(struct op25b_engine *e, int64_t at, struct kept **ret_kept)
{
	struct kept *oldest = &e->kept[0];
	int64_t epoch;
	int r = op25b_engine_epoch(e, at, &epoch);

	if (r)
		return r;
	for (size_t i = 0; i < KEPT; i++) {
		struct kept *k = &e->kept[i];

		if (k->used && k->epoch == epoch) {
			k->last = ++e->clock;
			*ret_kept = k;
			return 0;
		}
		if (!k->used || (oldest->used && k->last < oldest->last))
			oldest = k;
	}
	if (oldest->used)
		op25b_tables_done(&oldest->tables);
	if (e->in_kernel == oldest)
		e->in_kernel = NULL;
	*oldest = (struct kept){ 0 };
	r = op25b_tables_make(e->options.policy, at, NULL, &oldest->tables);
	if (r)
		return r;
	oldest->used = true;
	oldest->epoch = epoch;
	oldest->last = ++e->clock;
	*ret_kept = oldest;
	return 0;
}

static int ask_kernel(struct op25b_engine *e, struct kept *kept, const uint8_t *frame,
		      size_t length, uint32_t *ret_word, struct op25b_error *error)
{
	int r;

	if (e->in_kernel != kept) {
		e->in_kernel = NULL;
		r = op25b_generation_put(e->dp, &kept->tables, error);
		if (r)
			return r;
		e->in_kernel = kept;
	}
	return op25b_testrun(e->dp, e->options.hook, e->options.side, frame, length, ret_word,
			     error);
}

/* The tables found a service by this line; NULL: they keep no line, and the policy names none. */
static const char *find_line(const struct op25b_engine *e, const uint8_t *frame, size_t length,
			     const struct op25b_service *service)
{
	const struct op25b_policy *policy = e->options.policy;
	struct op25b_prefix address;
	struct op25b_owner owner;
	uint16_t port;

	if (!service || !op25b_native_line(policy, e->options.hook == OP25B_HOOK_TC,
					   e->options.side, frame, length, &address, &port))
		return NULL;
	op25b_owner_find(policy, e->index, &address, port, &owner);
	return owner.service == service ? op25b_owner_line(policy, &owner) : NULL;
}

int op25b_engine_decide(struct op25b_engine *engine, int64_t at, const uint8_t *frame,
			size_t length, struct op25b_reply *ret_reply, struct op25b_error *error)
{
	struct op25b_decision *d = &ret_reply->decision;
	struct kept *kept;
	uint32_t word;
	int r = find_tables(engine, at, &kept);

	if (r)
		return op25b_error_set(error, r, "cannot make the tables: %s", strerror(-r));
	ret_reply->fell_back = false;
	if (engine->dp) {
		r = ask_kernel(engine, kept, frame, length, &word, error);
		if (r && r != -EOPNOTSUPP)
			return r;
		ret_reply->fell_back = r;
	}
	if (engine->dp && !r)
		*d = (struct op25b_decision){ .verdict = OP25B_PACKED_VERDICT(word),
					      .reason = OP25B_PACKED_REASON(word),
					      .how = OP25B_PACKED_HOW(word),
					      .manner = OP25B_PACKED_MANNER(word),
					      .service = (uint16_t)OP25B_PACKED_SERVICE(word) };
	else
		op25b_native_frame(&kept->tables, engine->options.hook == OP25B_HOOK_TC,
				   engine->options.side, frame, length, d);
	ret_reply->service = op25b_tables_service(&kept->tables, d->service);
	ret_reply->line = find_line(engine, frame, length, ret_reply->service);
	return 0;
}
