/* SPDX-License-Identifier: BSD-2-Clause */
/* See batch.h: the rows and where they stand. What merge.h does with them is batch-io.c. */
#include "session/batch.h"

#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "policy/prefix.h"

static int compare_numbers(int64_t a, int64_t b)
{
	return a < b ? -1 : a > b;
}

static int by_name(const void *a, const void *b)
{
	const struct op25b_batch_nas *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static int by_nas_id(const void *a, const void *b)
{
	const struct op25b_batch_nas *x = a, *y = b;

	return compare_numbers(x->nas.id, y->nas.id);
}

static int by_session(const void *a, const void *b)
{
	const struct op25b_batch_session *x = a, *y = b;
	int order = compare_numbers(x->nas, y->nas);

	return order ? order : strcmp(x->id, y->id);
}

static int by_holder(const void *a, const void *b)
{
	const struct op25b_batch_holder *x = a, *y = b;

	return compare_numbers(x->id, y->id);
}

static int by_prefix(const void *a, const void *b)
{
	const struct op25b_batch_binding *x = a, *y = b;

	return op25b_prefix_compare(&x->prefix, &y->prefix);
}

typedef int (*order_fn)(const void *a, const void *b);

static void *find(void *const *tree, const void *key, order_fn order)
{
	void **place = tfind(key, tree, order);

	return place ? *place : NULL;
}

/* @row is the tree's from here on, or freed. */
static int plant(void **tree, void *row, order_fn order)
{
	if (row && tsearch(row, tree, order))
		return 0;
	free(row);
	return -ENOMEM;
}

/* A zeroed row of @size with a copy of @text behind it, at *@ret_text. */
static void *make(size_t size, const char *text, const char **ret_text)
{
	size_t length = strlen(text) + 1;
	char *row = calloc(1, size + length);

	if (row)
		*ret_text = memcpy(row + size, text, length);
	return row;
}

static void keep(void *row)
{
	(void)row;
}

void op25b_batch_clear(struct op25b_batch *batch)
{
	tdestroy(batch->nas_by_id, keep);
	tdestroy(batch->nas_by_name, free);
	tdestroy(batch->sessions, free);
	tdestroy(batch->holders, free);
	tdestroy(batch->bindings, free);
	free(batch->past);
	free(batch->cuts);
	free(batch->changes);
	*batch = (struct op25b_batch){ .written = false };
}

struct op25b_batch_nas *op25b_batch_nas(const struct op25b_batch *batch, const char *name)
{
	const struct op25b_batch_nas key = { .name = name };

	return find(&batch->nas_by_name, &key, by_name);
}

struct op25b_batch_nas *op25b_batch_nas_by_id(const struct op25b_batch *batch, int64_t id)
{
	const struct op25b_batch_nas key = { .nas.id = id };

	return find(&batch->nas_by_id, &key, by_nas_id);
}

struct op25b_batch_session *op25b_batch_session(const struct op25b_batch *batch, int64_t nas,
						const char *id)
{
	struct op25b_batch_session key;

	/* Not initialised as a whole: its claims are large. */
	key.nas = nas;
	key.id = id;
	return find(&batch->sessions, &key, by_session);
}

struct op25b_batch_holder *op25b_batch_holder(const struct op25b_batch *batch, int64_t id)
{
	const struct op25b_batch_holder key = { .id = id };

	return find(&batch->holders, &key, by_holder);
}

struct op25b_batch_binding *op25b_batch_binding(const struct op25b_batch *batch,
						const struct op25b_prefix *prefix)
{
	const struct op25b_batch_binding key = { .prefix = *prefix };

	return find(&batch->bindings, &key, by_prefix);
}

int op25b_batch_put_nas(struct op25b_batch *batch, const char *name, const struct op25b_nas *nas)
{
	struct op25b_batch_nas *row;
	int r;

	if (op25b_batch_nas(batch, name))
		return 0;
	row = make(sizeof(*row), name, &name);
	if (!row)
		return -ENOMEM;
	row->name = name;
	/* One that isn't there is made: merge.h asks for no other. */
	row->nas = nas ? *nas :
			 (struct op25b_nas){ .id = ++batch->last_nas, .epoch_time = INT64_MIN };
	row->written = !nas;
	batch->written |= row->written;
	r = plant(&batch->nas_by_name, row, by_name);
	if (r == 0 && !tsearch(row, &batch->nas_by_id, by_nas_id))
		r = -ENOMEM;
	return r;
}

int op25b_batch_put_session(struct op25b_batch *batch, int64_t nas, const char *id,
			    const struct op25b_session *session)
{
	struct op25b_batch_session *row;

	if (op25b_batch_session(batch, nas, id))
		return 0;
	row = make(sizeof(*row), id, &id);
	if (row) {
		row->nas = nas;
		row->id = id;
		row->exists = session;
		row->fresh = !session;
		if (session)
			row->session = *session;
	}
	return plant(&batch->sessions, row, by_session);
}

int op25b_batch_put_holder(struct op25b_batch *batch, int64_t nas,
			   const struct op25b_holder *holder)
{
	const char *const texts[] = { holder->session, holder->user_name, holder->class_,
				      holder->filter_id, holder->framed_pool };
	const size_t n = sizeof(texts) / sizeof(texts[0]);
	struct op25b_batch_holder *row;
	size_t size = sizeof(*row), lengths[sizeof(texts) / sizeof(texts[0])];
	const char *copies[sizeof(texts) / sizeof(texts[0])];
	char *at;

	if (op25b_batch_holder(batch, holder->id))
		return 0;
	for (size_t i = 0; i < n; i++)
		size += lengths[i] = strlen(texts[i]) + 1;
	row = malloc(size);
	if (!row)
		return -ENOMEM;
	at = (char *)(row + 1);
	for (size_t i = 0; i < n; at += lengths[i++])
		copies[i] = memcpy(at, texts[i], lengths[i]);
	*row = (struct op25b_batch_holder){
		.id = holder->id,
		.nas = nas,
		.holder = { .id = holder->id,
			    .nas = "",
			    .session = copies[0],
			    .user_name = copies[1],
			    .class_ = copies[2],
			    .filter_id = copies[3],
			    .framed_pool = copies[4],
			    .first = holder->first },
	};
	return plant(&batch->holders, row, by_holder);
}

int op25b_batch_put_binding(struct op25b_batch *batch, const struct op25b_prefix *prefix,
			    const struct op25b_binding *binding)
{
	struct op25b_batch_binding *row;

	if (op25b_batch_binding(batch, prefix))
		return 0;
	row = calloc(1, sizeof(*row));
	if (row) {
		row->prefix = *prefix;
		row->exists = binding;
		row->fresh = !binding;
		if (binding)
			row->binding = *binding;
	}
	return plant(&batch->bindings, row, by_prefix);
}

struct walk {
	void (*fn)(const void *row, void *arg);
	void *arg;
};

static void visit(const void *node, VISIT which, void *closure)
{
	const struct walk *walk = closure;

	/* In between its smaller and its greater ones: in order. */
	if (which == postorder || which == leaf)
		walk->fn(*(void *const *)node, walk->arg);
}

void op25b_batch_walk(const void *tree, void (*fn)(const void *row, void *arg), void *arg)
{
	struct walk walk = { fn, arg };

	twalk_r(tree, visit, &walk);
}
