/* SPDX-License-Identifier: BSD-2-Clause */
/* The session store's interface: checks what is the same for every engine, and hands on. */
#include "session/store.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "session/store-engine.h"

static int check_settings(const struct op25b_sessions_settings *settings, struct op25b_error *error)
{
	if (settings->seen_every < 1 || settings->forget_after < 1 || settings->keep_history < 1 ||
	    settings->keep_changes < 1)
		return op25b_error_set(error, -EINVAL,
				       "session store: every period is at least 1 (only "
				       "stale_after may be 0)");
	if (settings->stale_after &&
	    (settings->stale_after < 60 || settings->stale_after / 3 < settings->seen_every))
		return op25b_error_set(error, -EINVAL,
				       "session store: stale_after %" PRId64
				       " s is too short: at least 60 s, and 3 times seen_every "
				       "(%" PRId64 " s), else live sessions would end",
				       settings->stale_after, settings->seen_every);
	return 0;
}

bool op25b_sessions_is_server(const char *location)
{
	return strncmp(location, "postgresql://", strlen("postgresql://")) == 0 ||
	       strncmp(location, "postgres://", strlen("postgres://")) == 0;
}

int op25b_sessions_open(const char *location, enum op25b_sessions_mode mode,
			const struct op25b_sessions_settings *settings,
			struct op25b_sessions **ret_store, struct op25b_error *error)
{
	int r = check_settings(settings, error);

	if (r < 0)
		return r;
	if (op25b_sessions_is_server(location))
		return op25b_pg_open(location, mode, settings, ret_store, error);
	return op25b_sqlite_open(location, mode, settings, ret_store, error);
}

int op25b_sessions_show(const char *location, char **ret, struct op25b_error *error)
{
	if (op25b_sessions_is_server(location))
		return op25b_pg_show(location, ret, error);
	*ret = strdup(location);
	return *ret ? 0 : op25b_error_set(error, -ENOMEM, "session store: out of memory");
}

void op25b_sessions_close(struct op25b_sessions **store)
{
	if (*store)
		(*store)->engine->close(*store);
	*store = NULL;
}

static int refuse_to_write(const struct op25b_sessions *store, struct op25b_error *error)
{
	if (store->mode == OP25B_SESSIONS_WRITE)
		return 0;
	return op25b_error_set(error, -EROFS, "session store: it was opened for reading");
}

int op25b_sessions_apply(struct op25b_sessions *store, const struct op25b_acct *batch, size_t n,
			 int64_t now, struct op25b_sessions_tally *tally, struct op25b_error *error)
{
	struct op25b_sessions_tally all = { 0 };
	int r = refuse_to_write(store, error);

	if (r < 0 || !n)
		return r;
	r = store->engine->apply(store, batch, n, now, &all, error);
	if (r < 0 || !tally)
		return r;
	tally->changed += all.changed;
	tally->unchanged += all.unchanged;
	tally->late += all.late;
	tally->unusable += all.unusable;
	tally->left_out += all.left_out;
	return 0;
}

int op25b_sessions_sweep(struct op25b_sessions *store, int64_t now, unsigned int limit,
			 struct op25b_error *error)
{
	int r = refuse_to_write(store, error);

	return r < 0 ? r : store->engine->sweep(store, now, limit, error);
}

int op25b_sessions_snapshot(struct op25b_sessions *store, op25b_holding_fn fn, void *arg,
			    struct op25b_position *ret, struct op25b_error *error)
{
	return store->engine->snapshot(store, fn, arg, ret, error);
}

int op25b_sessions_tail(struct op25b_sessions *store, struct op25b_position *position,
			unsigned int limit, op25b_change_fn fn, void *arg,
			struct op25b_error *error)
{
	return store->engine->tail(store, position, limit, fn, arg, error);
}

int op25b_sessions_history(struct op25b_sessions *store, const struct op25b_sessions_query *query,
			   op25b_holding_fn fn, void *arg, struct op25b_error *error)
{
	if (!query->inside && !query->user_name && !query->class_)
		return op25b_error_set(error, -EINVAL,
				       "history: name an address, a User-Name or a Class");
	return store->engine->history(store, query, fn, arg, error);
}

int op25b_sessions_health(struct op25b_sessions *store, struct op25b_sessions_health *ret,
			  op25b_nas_fn fn, void *arg, struct op25b_error *error)
{
	return store->engine->health(store, ret, fn, arg, error);
}
