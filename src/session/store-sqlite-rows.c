/* SPDX-License-Identifier: BSD-2-Clause */
/* The SQLite engine's side of merge.h: one row in, one row out. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "session/store-sqlite.h"

static void bind_text(sqlite3_stmt *statement, int at, const char *text)
{
	sqlite3_bind_text(statement, at, text, -1, SQLITE_STATIC);
}

static int read_nas(sqlite3_stmt *row, struct op25b_nas *ret)
{
	int64_t unswept = 0;

	if (op25b_sqlite_int(row, 0, &ret->id) < 0 || op25b_sqlite_int(row, 1, &ret->last) < 0 ||
	    op25b_sqlite_int(row, 2, &ret->alive_since) < 0 ||
	    op25b_sqlite_int(row, 3, &ret->epoch) < 0 ||
	    op25b_sqlite_int(row, 4, &ret->epoch_time) < 0 ||
	    op25b_sqlite_int(row, 5, &unswept) < 0)
		return -EBADMSG;
	ret->unswept = unswept != 0;
	return 0;
}

static int get_nas(sqlite3_stmt *statement, struct op25b_nas *ret)
{
	int r = op25b_sqlite_step(statement);

	if (r <= 0)
		return r < 0 ? r : -ENOENT;
	r = read_nas(statement, ret);
	sqlite3_reset(statement);
	return r;
}

int op25b_sqlite_nas(struct op25b_sqlite *store, int64_t id, struct op25b_nas *ret)
{
	sqlite3_stmt *statement = op25b_sqlite_statement(store, OP25B_SQL_NAS_ID);

	if (!statement)
		return op25b_sqlite_errno(sqlite3_errcode(store->db));
	sqlite3_bind_int64(statement, 1, id);
	return get_nas(statement, ret);
}

static int nas_get(void *arg, const char *name, struct op25b_nas *ret)
{
	struct op25b_sqlite *store = arg;
	sqlite3_stmt *statement;
	int r;

	if (op25b_known_nas(store->known, name, ret))
		return 0;
	statement = op25b_sqlite_statement(store, OP25B_SQL_NAS_GET);
	bind_text(statement, 1, name);
	r = get_nas(statement, ret);
	if (r == 0)
		op25b_known_put_nas(store->known, name, ret);
	if (r != -ENOENT)
		return r;
	statement = op25b_sqlite_statement(store, OP25B_SQL_NAS_ADD);
	bind_text(statement, 1, name);
	sqlite3_bind_int64(statement, 2, INT64_MIN);
	r = op25b_sqlite_step(statement);
	*ret = (struct op25b_nas){ .id = sqlite3_last_insert_rowid(store->db),
				   .epoch_time = INT64_MIN };
	return r;
}

static int nas_put(void *arg, const struct op25b_nas *nas)
{
	const int64_t values[] = { nas->id,    nas->last,       nas->alive_since,
				   nas->epoch, nas->epoch_time, nas->unswept };
	struct op25b_sqlite *store = arg;

	op25b_known_put_nas(store->known, NULL, nas);
	return op25b_sqlite_run(store, OP25B_SQL_NAS_PUT, 6, values);
}

static int read_claims(sqlite3_stmt *row, int column, struct op25b_session *ret)
{
	const void *data;

	if (sqlite3_column_type(row, column) != SQLITE_BLOB)
		return -EBADMSG;
	data = sqlite3_column_blob(row, column);
	return op25b_octets_to_claims(data, (size_t)sqlite3_column_bytes(row, column), ret);
}

int op25b_sqlite_session(sqlite3_stmt *row, const char **ret_id, struct op25b_session *ret)
{
	int64_t by = 0, lost = 0;
	int64_t *const integers[] = { &ret->nas,   NULL,       &ret->holder, &ret->event, &by,
				      &ret->epoch, &ret->seen, &ret->ended,  &lost };
	const int n = sizeof(integers) / sizeof(integers[0]);

	if (op25b_sqlite_text(row, 1, ret_id) < 0)
		return -EBADMSG;
	for (int i = 0; i < n; i++)
		if (integers[i] && op25b_sqlite_int(row, i, integers[i]) < 0)
			return -EBADMSG;
	if (by < OP25B_ACCT_START || by > OP25B_ACCT_INTERIM)
		return -EBADMSG;
	ret->by = (enum op25b_acct_status)by;
	ret->lost = lost != 0;
	return read_claims(row, n, ret);
}

static int session_get(void *arg, int64_t nas, const char *session, struct op25b_session *ret)
{
	sqlite3_stmt *statement = op25b_sqlite_statement(arg, OP25B_SQL_SESSION_GET);
	const char *id;
	int r;

	sqlite3_bind_int64(statement, 1, nas);
	bind_text(statement, 2, session);
	r = op25b_sqlite_step(statement);
	if (r <= 0)
		return r < 0 ? r : -ENOENT;
	r = op25b_sqlite_session(statement, &id, ret);
	sqlite3_reset(statement);
	return r;
}

static int session_put(void *arg, const char *session, const struct op25b_session *put)
{
	struct op25b_sqlite *store = arg;
	sqlite3_stmt *statement = op25b_sqlite_statement(store, OP25B_SQL_SESSION_PUT);
	const int64_t integers[] = { put->nas,   0,         put->holder, put->event, put->by,
				     put->epoch, put->seen, put->ended,  put->lost };
	const int n = sizeof(integers) / sizeof(integers[0]);
	uint8_t claims[OP25B_OCTETS_CLAIMS];
	size_t size = op25b_octets_of_claims(put, claims);

	op25b_known_forget(store->known, put->nas, session);
	for (int i = 0; i < n; i++)
		sqlite3_bind_int64(statement, i + 1, integers[i]);
	bind_text(statement, 2, session);
	sqlite3_bind_blob(statement, n + 1, claims, (int)size, SQLITE_STATIC);
	return op25b_sqlite_step(statement);
}

static int session_drop(void *arg, int64_t nas, const char *session)
{
	struct op25b_sqlite *store = arg;
	sqlite3_stmt *statement = op25b_sqlite_statement(store, OP25B_SQL_SESSION_DROP);

	op25b_known_forget(store->known, nas, session);
	sqlite3_bind_int64(statement, 1, nas);
	bind_text(statement, 2, session);
	return op25b_sqlite_step(statement);
}

static int holder_add(void *arg, int64_t nas, const struct op25b_holder *holder, int64_t *ret_id)
{
	struct op25b_sqlite *store = arg;
	sqlite3_stmt *statement = op25b_sqlite_statement(store, OP25B_SQL_HOLDER_ADD);
	int r;

	sqlite3_bind_int64(statement, 1, nas);
	bind_text(statement, 2, holder->session);
	bind_text(statement, 3, holder->user_name);
	bind_text(statement, 4, holder->class_);
	bind_text(statement, 5, holder->filter_id);
	bind_text(statement, 6, holder->framed_pool);
	sqlite3_bind_int64(statement, 7, holder->first);
	r = op25b_sqlite_step(statement);
	*ret_id = sqlite3_last_insert_rowid(store->db);
	return r;
}

/* Stays open till the next one, for its strings; op25b_sqlite_end() closes the last. */
static int holder_get(void *arg, int64_t id, int64_t *ret_nas, struct op25b_holder *ret)
{
	sqlite3_stmt *statement = op25b_sqlite_statement(arg, OP25B_SQL_HOLDER_GET);
	int r;

	sqlite3_bind_int64(statement, 1, id);
	r = op25b_sqlite_step(statement);
	/* A session's holder is always there: the file is damaged. */
	if (r <= 0)
		return r < 0 ? r : -EBADMSG;
	r = op25b_sqlite_holder(statement, 0, ret);
	return r < 0 ? r : op25b_sqlite_int(statement, 8, ret_nas);
}

static int binding_get(void *arg, const struct op25b_prefix *prefix, struct op25b_binding *ret)
{
	sqlite3_stmt *statement = op25b_sqlite_statement(arg, OP25B_SQL_BINDING_GET);
	uint8_t buffer[OP25B_OCTETS_PREFIX];
	int r;

	op25b_sqlite_bind_prefix(statement, 1, prefix, buffer);
	r = op25b_sqlite_step(statement);
	if (r <= 0)
		return r < 0 ? r : -ENOENT;
	r = op25b_sqlite_int(statement, 0, &ret->holder);
	if (r == 0)
		r = op25b_sqlite_int(statement, 1, &ret->since);
	sqlite3_reset(statement);
	return r;
}

static int change(struct op25b_sqlite *store, enum op25b_change_op op,
		  const struct op25b_prefix *prefix, int64_t holder)
{
	if (store->n_changes == store->room) {
		size_t room = store->room ? 2 * store->room : 1024;
		void *grown = realloc(store->changes, room * sizeof(store->changes[0]));

		if (!grown)
			return -ENOMEM;
		store->changes = grown;
		store->room = room;
	}
	store->changes[store->n_changes++] =
		(struct op25b_sqlite_change){ .op = op, .prefix = *prefix, .holder = holder };
	return 0;
}

static int binding_put(void *arg, const struct op25b_prefix *prefix,
		       const struct op25b_binding *put)
{
	sqlite3_stmt *statement = op25b_sqlite_statement(arg, OP25B_SQL_BINDING_PUT);
	uint8_t buffer[OP25B_OCTETS_PREFIX];
	int r;

	op25b_sqlite_bind_prefix(statement, 1, prefix, buffer);
	sqlite3_bind_int64(statement, 2, put->holder);
	sqlite3_bind_int64(statement, 3, put->since);
	r = op25b_sqlite_step(statement);
	return r < 0 ? r : change(arg, OP25B_CHANGE_SET, prefix, put->holder);
}

static int binding_drop(void *arg, const struct op25b_prefix *prefix, int64_t holder)
{
	sqlite3_stmt *statement = op25b_sqlite_statement(arg, OP25B_SQL_BINDING_DROP);
	uint8_t buffer[OP25B_OCTETS_PREFIX];
	int r;

	op25b_sqlite_bind_prefix(statement, 1, prefix, buffer);
	r = op25b_sqlite_step(statement);
	return r < 0 ? r : change(arg, OP25B_CHANGE_CLEAR, prefix, holder);
}

static int history_add(void *arg, const struct op25b_prefix *prefix, int64_t holder, int64_t from,
		       int64_t until)
{
	sqlite3_stmt *statement = op25b_sqlite_statement(arg, OP25B_SQL_HISTORY_ADD);
	uint8_t buffer[OP25B_OCTETS_PREFIX];

	op25b_sqlite_bind_prefix(statement, 1, prefix, buffer);
	sqlite3_bind_int64(statement, 2, holder);
	sqlite3_bind_int64(statement, 3, from);
	sqlite3_bind_int64(statement, 4, until);
	return op25b_sqlite_step(statement);
}

static int history_trim(void *arg, const struct op25b_prefix *prefix, int64_t holder, int64_t until)
{
	sqlite3_stmt *statement = op25b_sqlite_statement(arg, OP25B_SQL_HISTORY_TRIM);
	uint8_t buffer[OP25B_OCTETS_PREFIX];

	op25b_sqlite_bind_prefix(statement, 1, prefix, buffer);
	sqlite3_bind_int64(statement, 2, holder);
	sqlite3_bind_int64(statement, 3, until);
	return op25b_sqlite_step(statement);
}

static void settled(void *arg, const struct op25b_acct *acct, const struct op25b_session *session)
{
	struct op25b_sqlite *store = arg;

	op25b_known_settle(store->known, acct, session);
}

void op25b_sqlite_merge_io(struct op25b_sqlite *store)
{
	store->io = (struct op25b_merge_io){
		.arg = store,
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
		.settled = settled,
	};
}
