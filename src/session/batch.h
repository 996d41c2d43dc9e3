/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A batch in memory, for an engine to whom each row would be a journey: what merge.h reads and
 * writes, through a struct op25b_merge_io of its own. The engine puts in what it expects to be
 * asked for, runs the packets, and then stores what is marked as written, all at once.
 *
 * Nothing is asked of the engine twice, and what isn't there is remembered as well. Rows stand in
 * the order of their keys.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "session/merge.h"

struct op25b_batch_nas {
	const char *name;
	struct op25b_nas nas;
	bool written;
};

struct op25b_batch_session {
	int64_t nas;
	const char *id;
	bool fresh;           /* put in as not there */
	bool exists, written; /* written, and doesn't exist: dropped */
	struct op25b_session session;
};

struct op25b_batch_holder {
	int64_t id, nas;
	bool written; /* it is new */
	struct op25b_holder holder;
};

struct op25b_batch_binding {
	struct op25b_prefix prefix;
	bool fresh, exists, written; /* likewise */
	struct op25b_binding binding;
};

/* A past holding to add; or, of what was past before the batch, where to cut it. */
struct op25b_batch_past {
	struct op25b_prefix prefix;
	int64_t holder, from, until;
};

struct op25b_batch_change {
	enum op25b_change_op op;
	struct op25b_prefix prefix;
	int64_t holder;
};

struct op25b_batch;

/*
 * Asked when a row wasn't put in. Each puts in with op25b_batch_put_*() what there is, also that
 * there is none, and returns 0 or -errno. A NAS is always put in beforehand.
 */
struct op25b_batch_source {
	void *arg;
	int (*session)(void *arg, int64_t nas, const char *id);
	int (*holder)(void *arg, int64_t id);
	int (*binding)(void *arg, const struct op25b_prefix *prefix);
};

struct op25b_batch {
	struct op25b_merge_io io;
	struct op25b_batch_source source;
	int64_t last_nas, last_holder; /* ids given up to here; to be set by the engine */
	/* tsearch(3) trees of the structs above, by name or id, and by (nas, id), id, prefix */
	void *nas_by_name, *nas_by_id, *sessions, *holders, *bindings;
	struct op25b_batch_past *past, *cuts;
	struct op25b_batch_change *changes; /* in their order */
	size_t n_past, n_cuts, n_changes, past_room, cuts_room, changes_room;
	bool written; /* anything was */
};

/* Empty; the batch is passed to the functions of its io, so it must stay where it is. */
void op25b_batch_init(struct op25b_batch *batch, const struct op25b_batch_source *source);
/* Free all rows. Then op25b_batch_init() again. */
void op25b_batch_clear(struct op25b_batch *batch);

/*
 * Put in what the store holds: copied. With a last parameter of NULL: that it holds none. What is
 * there already stays as it is. Return 0 or -ENOMEM.
 */
int op25b_batch_put_nas(struct op25b_batch *batch, const char *name, const struct op25b_nas *nas);
int op25b_batch_put_session(struct op25b_batch *batch, int64_t nas, const char *id,
			    const struct op25b_session *session);
/* holder->id is the key; the name of its NAS is left out. */
int op25b_batch_put_holder(struct op25b_batch *batch, int64_t nas,
			   const struct op25b_holder *holder);
int op25b_batch_put_binding(struct op25b_batch *batch, const struct op25b_prefix *prefix,
			    const struct op25b_binding *binding);

/* What was put in or written, or NULL. */
struct op25b_batch_nas *op25b_batch_nas(const struct op25b_batch *batch, const char *name);
struct op25b_batch_nas *op25b_batch_nas_by_id(const struct op25b_batch *batch, int64_t id);
struct op25b_batch_session *op25b_batch_session(const struct op25b_batch *batch, int64_t nas,
						const char *id);
struct op25b_batch_holder *op25b_batch_holder(const struct op25b_batch *batch, int64_t id);
struct op25b_batch_binding *op25b_batch_binding(const struct op25b_batch *batch,
						const struct op25b_prefix *prefix);

/* Call @fn with each row of one of the trees, in the order of its key. */
void op25b_batch_walk(const void *tree, void (*fn)(const void *row, void *arg), void *arg);
