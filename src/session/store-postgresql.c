/* SPDX-License-Identifier: BSD-2-Clause */
/* The PostgreSQL engine: opening, closing, and what goes wrong, as text. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "session/store-postgresql.h"

int op25b_pg_tell(struct op25b_pg *store, int r, struct op25b_error *error)
{
	if (r >= 0)
		return r;
	if (!*store->said.text)
		op25b_pg_fail(store, r, "reading",
			      r == -EBADMSG ? "a row makes no sense" : strerror(-r));
	return op25b_error_set(error, r, "%s", store->said.text);
}

static void close_store(struct op25b_sessions *base)
{
	struct op25b_pg *store = (struct op25b_pg *)base;

	op25b_pg_drop(store);
	free(store->location);
	free(store->shown);
	free(store);
}

static const struct op25b_sessions_engine engine = {
	.close = close_store,
	.apply = op25b_pg_apply,
	.sweep = op25b_pg_sweep,
	.snapshot = op25b_pg_snapshot,
	.tail = op25b_pg_tail,
	.history = op25b_pg_history,
	.health = op25b_pg_health,
};

int op25b_pg_open(const char *location, enum op25b_sessions_mode mode,
		  const struct op25b_sessions_settings *settings, struct op25b_sessions **ret_store,
		  struct op25b_error *error)
{
	struct op25b_pg *store = calloc(1, sizeof(*store));
	int r;

	if (!store)
		return op25b_error_set(error, -ENOMEM, "session store: out of memory");
	store->base =
		(struct op25b_sessions){ .engine = &engine, .mode = mode, .settings = *settings };
	store->location = strdup(location);
	r = store->location ? op25b_pg_show(location, &store->shown, error) :
			      op25b_error_set(error, -ENOMEM, "session store: out of memory");
	if (r == 0)
		r = op25b_pg_tell(store, op25b_pg_ready(store), error);
	if (r < 0) {
		close_store(&store->base);
		return r;
	}
	*ret_store = &store->base;
	return 0;
}
