/* SPDX-License-Identifier: BSD-2-Clause */
/* Who holds and who held, of the SQLite engine: by address, or by what names a line. */
#include <errno.h>
#include <string.h>

#include "policy/prefix.h"
#include "session/store-sqlite.h"

struct search {
	struct op25b_sqlite *store;
	const struct op25b_sessions_query *query;
	op25b_holding_fn fn;
	void *arg;
	unsigned int found;
	bool stopped; /* by the callback */
};

/* What walks return when the limit is reached. */
#define LIMIT_REACHED 1

static bool wanted(const struct search *s, const struct op25b_holding *holding)
{
	const struct op25b_sessions_query *query = s->query;

	return holding->until > query->from && holding->from < query->until &&
	       (!query->inside || op25b_prefix_holds(&holding->prefix, query->inside)) &&
	       (!query->user_name || strcmp(query->user_name, holding->holder.user_name) == 0) &&
	       (!query->class_ || strcmp(query->class_, holding->holder.class_) == 0);
}

static int give(struct search *s, struct op25b_holding *holding)
{
	int64_t nas;
	int r = 0;

	if (s->found >= s->query->limit)
		return LIMIT_REACHED;
	r = s->store->io.holder_get(s->store, holding->holder.id, &nas, &holding->holder);
	if (r < 0 || !wanted(s, holding))
		return r;
	s->found++;
	r = s->fn(s->arg, holding);
	s->stopped = r != 0;
	return r;
}

static int give_present(struct search *s, const struct op25b_prefix *prefix, int64_t holder)
{
	struct op25b_holding holding = { .prefix = *prefix, .until = INT64_MAX };
	struct op25b_binding binding;
	int r = s->store->io.binding_get(s->store, prefix, &binding);

	if (r == -ENOENT || (r == 0 && holder && binding.holder != holder))
		return 0;
	holding.holder.id = binding.holder;
	holding.from = binding.since;
	return r < 0 ? r : give(s, &holding);
}

/* The rows of a bound HISTORY_OF_ statement, which come in falling order. */
static int give_past(struct search *s, sqlite3_stmt *rows)
{
	int64_t last_until = INT64_MAX, last_id = INT64_MAX;
	bool by_until = rows == s->store->statements[OP25B_SQL_HISTORY_OF_PREFIX];
	int r = 0;

	sqlite3_bind_int64(rows, 2, s->query->from);
	sqlite3_bind_int64(rows, 3, s->query->until);
	while (r == 0) {
		struct op25b_holding holding;
		int64_t id;

		r = op25b_sqlite_step(rows);
		if (r <= 0)
			break;
		if (op25b_sqlite_int(rows, 0, &id) < 0 ||
		    op25b_sqlite_prefix(rows, 1, &holding.prefix) < 0 ||
		    op25b_sqlite_int(rows, 2, &holding.holder.id) < 0 ||
		    op25b_sqlite_int(rows, 3, &holding.from) < 0 ||
		    op25b_sqlite_int(rows, 4, &holding.until) < 0 ||
		    (by_until && holding.until > last_until) ||
		    ((!by_until || holding.until == last_until) && id >= last_id)) {
			r = -EBADMSG;
			break;
		}
		last_until = holding.until;
		last_id = id;
		r = give(s, &holding);
	}
	sqlite3_reset(rows);
	return r;
}

static int search_address(struct search *s)
{
	uint8_t buffer[OP25B_OCTETS_PREFIX];
	struct op25b_prefix prefix = *s->query->inside;
	int r = 0;

	for (int len = prefix.len; len >= 0 && r == 0; len--) {
		sqlite3_stmt *rows;

		op25b_prefix_cut(&prefix, (uint8_t)len);
		r = give_present(s, &prefix, 0);
		if (r != 0)
			break;
		rows = op25b_sqlite_statement(s->store, OP25B_SQL_HISTORY_OF_PREFIX);
		op25b_sqlite_bind_prefix(rows, 1, &prefix, buffer);
		r = give_past(s, rows);
	}
	return r;
}

/* What the holder's session holds now, if it is still its holder. */
static int search_session(struct search *s, int64_t id)
{
	struct op25b_session session = { .holder = 0 };
	struct op25b_holder holder;
	int64_t nas;
	int r = s->store->io.holder_get(s->store, id, &nas, &holder);

	if (r == 0)
		r = s->store->io.session_get(s->store, nas, holder.session, &session);
	if (r < 0)
		return r == -ENOENT ? 0 : r;
	for (size_t i = 0; session.holder == id && i < session.n_claims && r == 0; i++)
		r = give_present(s, &session.claims[i], id);
	return r;
}

static int search_line(struct search *s)
{
	enum op25b_sqlite_statement which = s->query->user_name ? OP25B_SQL_HOLDER_USER :
								  OP25B_SQL_HOLDER_CLASS;
	const char *text = s->query->user_name ? s->query->user_name : s->query->class_;
	int64_t id = INT64_MAX;
	int r = 0;

	while (r == 0) {
		sqlite3_stmt *find = op25b_sqlite_statement(s->store, which), *rows;
		int64_t before = id;

		sqlite3_bind_text(find, 1, text, -1, SQLITE_STATIC);
		sqlite3_bind_int64(find, 2, before);
		r = op25b_sqlite_step(find);
		if (r <= 0)
			break;
		r = op25b_sqlite_int(find, 0, &id);
		sqlite3_reset(find);
		if (r < 0 || id >= before)
			return -EBADMSG;
		r = search_session(s, id);
		if (r != 0)
			break;
		rows = op25b_sqlite_statement(s->store, OP25B_SQL_HISTORY_OF_HOLDER);
		sqlite3_bind_int64(rows, 1, id);
		r = give_past(s, rows);
	}
	return r;
}

int op25b_sqlite_history(struct op25b_sessions *base, const struct op25b_sessions_query *query,
			 op25b_holding_fn fn, void *arg, struct op25b_error *error)
{
	struct search s = {
		.store = (struct op25b_sqlite *)base, .query = query, .fn = fn, .arg = arg
	};
	int r = op25b_sqlite_run(s.store, OP25B_SQL_BEGIN, 0, NULL);

	if (r == 0)
		r = query->inside ? search_address(&s) : search_line(&s);
	if (r < 0 && !s.stopped)
		op25b_sqlite_fail(s.store, r, "looking up history", error);
	(void)op25b_sqlite_statement(s.store, OP25B_SQL_HOLDER_GET);
	(void)op25b_sqlite_run(s.store, OP25B_SQL_COMMIT, 0, NULL);
	return r == LIMIT_REACHED && !s.stopped ? 0 : r;
}
