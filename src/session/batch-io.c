/* SPDX-License-Identifier: BSD-2-Clause */
/* What merge.h asks of a batch. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/prefix.h"
#include "session/batch.h"

/* A new last element of one of the batch's lists, not zeroed; NULL without memory. */
static void *grow(void **list, size_t *n, size_t *room, size_t size)
{
	if (*n == *room) {
		size_t more = *room ? 2 * *room : 256;
		void *grown = reallocarray(*list, more, size);

		if (!grown)
			return NULL;
		*list = grown;
		*room = more;
	}
	return (char *)*list + (*n)++ * size;
}

static int nas_get(void *arg, const char *name, struct op25b_nas *ret)
{
	struct op25b_batch *batch = arg;
	int r = op25b_batch_put_nas(batch, name, NULL);

	if (r == 0)
		*ret = op25b_batch_nas(batch, name)->nas;
	return r;
}

static int nas_put(void *arg, const struct op25b_nas *nas)
{
	struct op25b_batch *batch = arg;
	struct op25b_batch_nas *row = op25b_batch_nas_by_id(batch, nas->id);

	if (!row)
		return -EBADMSG;
	row->nas = *nas;
	row->written = batch->written = true;
	return 0;
}

static int session_get(void *arg, int64_t nas, const char *session, struct op25b_session *ret)
{
	struct op25b_batch *batch = arg;
	struct op25b_batch_session *row = op25b_batch_session(batch, nas, session);

	if (!row) {
		int r = batch->source.session(batch->source.arg, nas, session);

		if (r < 0)
			return r;
		row = op25b_batch_session(batch, nas, session);
	}
	if (!row || !row->exists)
		return -ENOENT;
	*ret = row->session;
	return 0;
}

static int write_session(struct op25b_batch *batch, int64_t nas, const char *session,
			 const struct op25b_session *put)
{
	const bool known = op25b_batch_session(batch, nas, session);
	int r = op25b_batch_put_session(batch, nas, session, put);
	struct op25b_batch_session *row;

	if (r < 0)
		return r;
	row = op25b_batch_session(batch, nas, session);
	row->fresh &= known;
	if (put)
		row->session = *put;
	row->exists = put;
	row->written = batch->written = true;
	return 0;
}

static int session_put(void *arg, const char *session, const struct op25b_session *put)
{
	return write_session(arg, put->nas, session, put);
}

static int session_drop(void *arg, int64_t nas, const char *session)
{
	return write_session(arg, nas, session, NULL);
}

static int holder_add(void *arg, int64_t nas, const struct op25b_holder *holder, int64_t *ret_id)
{
	struct op25b_batch *batch = arg;
	struct op25b_holder add = *holder;
	int r;

	add.id = batch->last_holder + 1;
	r = op25b_batch_put_holder(batch, nas, &add);
	if (r < 0)
		return r;
	op25b_batch_holder(batch, add.id)->written = batch->written = true;
	*ret_id = ++batch->last_holder;
	return 0;
}

/* A session's holder is always there: else the store is damaged. */
static int holder_get(void *arg, int64_t id, int64_t *ret_nas, struct op25b_holder *ret)
{
	struct op25b_batch *batch = arg;
	struct op25b_batch_holder *row = op25b_batch_holder(batch, id);

	if (!row) {
		int r = batch->source.holder(batch->source.arg, id);

		if (r < 0)
			return r;
		row = op25b_batch_holder(batch, id);
	}
	if (!row)
		return -EBADMSG;
	*ret_nas = row->nas;
	*ret = row->holder;
	return 0;
}

static int binding_get(void *arg, const struct op25b_prefix *prefix, struct op25b_binding *ret)
{
	struct op25b_batch *batch = arg;
	struct op25b_batch_binding *row = op25b_batch_binding(batch, prefix);

	if (!row) {
		int r = batch->source.binding(batch->source.arg, prefix);

		if (r < 0)
			return r;
		row = op25b_batch_binding(batch, prefix);
	}
	if (!row || !row->exists)
		return -ENOENT;
	*ret = row->binding;
	return 0;
}

/* Also the change that goes with it. */
static int write_binding(struct op25b_batch *batch, const struct op25b_prefix *prefix,
			 const struct op25b_binding *put, int64_t holder)
{
	struct op25b_batch_change *change = grow((void **)&batch->changes, &batch->n_changes,
						 &batch->changes_room, sizeof(*batch->changes));
	const bool known = op25b_batch_binding(batch, prefix);
	int r = change ? op25b_batch_put_binding(batch, prefix, put) : -ENOMEM;
	struct op25b_batch_binding *row;

	if (r < 0)
		return r;
	row = op25b_batch_binding(batch, prefix);
	row->fresh &= known;
	if (put)
		row->binding = *put;
	row->exists = put;
	row->written = batch->written = true;
	*change = (struct op25b_batch_change){ .op = put ? OP25B_CHANGE_SET : OP25B_CHANGE_CLEAR,
					       .prefix = *prefix,
					       .holder = holder };
	return 0;
}

static int binding_put(void *arg, const struct op25b_prefix *prefix,
		       const struct op25b_binding *put)
{
	return write_binding(arg, prefix, put, put->holder);
}

static int binding_drop(void *arg, const struct op25b_prefix *prefix, int64_t holder)
{
	return write_binding(arg, prefix, NULL, holder);
}

static int history_add(void *arg, const struct op25b_prefix *prefix, int64_t holder, int64_t from,
		       int64_t until)
{
	struct op25b_batch *batch = arg;
	struct op25b_batch_past *past = grow((void **)&batch->past, &batch->n_past,
					     &batch->past_room, sizeof(*batch->past));

	if (!past)
		return -ENOMEM;
	*past = (struct op25b_batch_past){ *prefix, holder, from, until };
	batch->written = true;
	return 0;
}

/* Of this batch's own at once, since later ones must not be cut; of the store's by the engine. */
static int history_trim(void *arg, const struct op25b_prefix *prefix, int64_t holder, int64_t until)
{
	struct op25b_batch *batch = arg;
	struct op25b_batch_past *cut;

	for (size_t i = 0; i < batch->n_past; i++) {
		struct op25b_batch_past *past = &batch->past[i];

		if (past->holder == holder && past->until > until &&
		    op25b_prefix_compare(&past->prefix, prefix) == 0)
			past->until = past->from + 1 > until ? past->from + 1 : until;
	}
	cut = grow((void **)&batch->cuts, &batch->n_cuts, &batch->cuts_room, sizeof(*batch->cuts));
	if (!cut)
		return -ENOMEM;
	*cut = (struct op25b_batch_past){ *prefix, holder, INT64_MIN, until };
	batch->written = true;
	return 0;
}

void op25b_batch_init(struct op25b_batch *batch, const struct op25b_batch_source *source)
{
	*batch = (struct op25b_batch){ .source = *source };
	batch->io = (struct op25b_merge_io){
		.arg = batch,
		.nas_get = nas_get,
		.nas_put = nas_put,
		.session_get = session_get,
		.session_put = session_put,
		.session_drop = session_drop,
		.holder_add = holder_add,
		.holder_get = holder_get,
		.binding_get = binding_get,
		.binding_put = binding_put,
		.binding_drop = binding_drop,
		.history_add = history_add,
		.history_trim = history_trim,
	};
}
