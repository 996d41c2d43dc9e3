/* SPDX-License-Identifier: BSD-2-Clause */
/* What an engine of the session store implements; each member is as its namesake in store.h. */
#pragma once

#include "session/store.h"

struct op25b_sessions_engine {
	void (*close)(struct op25b_sessions *store);
	int (*apply)(struct op25b_sessions *store, const struct op25b_acct *batch, size_t n,
		     int64_t now, struct op25b_sessions_tally *tally, struct op25b_error *error);
	int (*sweep)(struct op25b_sessions *store, int64_t now, unsigned int limit,
		     struct op25b_error *error);
	int (*snapshot)(struct op25b_sessions *store, op25b_holding_fn fn, void *arg,
			struct op25b_position *ret, struct op25b_error *error);
	int (*tail)(struct op25b_sessions *store, struct op25b_position *position,
		    unsigned int limit, op25b_change_fn fn, void *arg, struct op25b_error *error);
	int (*history)(struct op25b_sessions *store, const struct op25b_sessions_query *query,
		       op25b_holding_fn fn, void *arg, struct op25b_error *error);
	int (*health)(struct op25b_sessions *store, struct op25b_sessions_health *ret,
		      op25b_nas_fn fn, void *arg, struct op25b_error *error);
};

/* The first member of every engine's own handle. */
struct op25b_sessions {
	const struct op25b_sessions_engine *engine;
	enum op25b_sessions_mode mode;
	struct op25b_sessions_settings settings;
};

/* As op25b_sessions_open(), of @path; @mode and @settings are sound. */
int op25b_sqlite_open(const char *path, enum op25b_sessions_mode mode,
		      const struct op25b_sessions_settings *settings,
		      struct op25b_sessions **ret_store, struct op25b_error *error);
/* Likewise, of a PostgreSQL URI. */
int op25b_pg_open(const char *location, enum op25b_sessions_mode mode,
		  const struct op25b_sessions_settings *settings, struct op25b_sessions **ret_store,
		  struct op25b_error *error);

/* As op25b_sessions_show(), of a URI. */
int op25b_pg_show(const char *location, char **ret_shown, struct op25b_error *error);
