/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Inside of the PostgreSQL engine. The layout is in store-postgresql-schema.c; bytea are octets.h.
 *
 * A journey to the server costs more than a row, so none is made for one: statements go in
 * exchanges, each a list of calls that is sent and answered as a whole, and rows go as arrays. A
 * batch (batch.h) takes two exchanges: what it may need is read, what it made of that is written.
 *
 * Writers of one store take turns: each transaction that writes first takes an advisory lock, and
 * has it until its commit is visible. What a batch has read can't change below it, and the order of
 * numbers is that of commits. Readers take no lock, so they may be on a replica.
 *
 * Functions keep the text of what failed in store->said; the engine's members hand it out.
 */
#pragma once

#include <libpq-fe.h>

#include "session/batch.h"
#include "session/octets.h"
#include "session/store-engine.h"

/* Columns as op25b_pg_take_session() and op25b_pg_take_nas() want them. */
#define OP25B_PG_SESSION                                                                \
	"s.nas, s.session, s.holder, s.event, s.by::bigint, s.epoch, s.seen, s.ended, " \
	"s.lost::int::bigint, s.claims, h.id, h.nas, h.session, h.user_name, h.class, " \
	"h.filter_id, h.framed_pool, h.first"
#define OP25B_PG_NAS \
	"n.name, n.id, n.last, n.alive_since, n.epoch, n.epoch_time, n.unswept::int::bigint"
/* As op25b_pg_read_holder() wants them. */
#define OP25B_PG_HOLDER \
	"n.name, h.session, h.user_name, h.class, h.filter_id, h.framed_pool, h.first"
/* Where a copy of the store is, of table meta: cluster, timeline, table. */
#define OP25B_PG_PLACE                                                   \
	"(SELECT system_identifier FROM pg_control_system()) || '/' || " \
	"left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) || '/' || tableoid"
#define OP25B_PG_WALK                                \
	"SELECT " OP25B_PG_SESSION ", " OP25B_PG_NAS \
	" FROM session s LEFT JOIN holder h ON h.id = s.holder JOIN nas n ON n.id = s.nas "
#define OP25B_PG_PAST                                                   \
	" JOIN holder h ON h.id = x.holder JOIN nas n ON n.id = h.nas " \
	"WHERE x.until > $1::bigint AND x.since < $2::bigint AND "      \
	"h.user_name = coalesce($3::text, h.user_name) AND "            \
	"h.class = coalesce($4::text, h.class) "

/* For rows that aren't there; with what follows it, for others. */
#define OP25B_PG_ADD_SESSIONS                                                                      \
	"INSERT INTO session (nas, session, holder, event, by, epoch, seen, ended, lost, claims) " \
	"SELECT nas, session, holder, event, by, epoch, seen, ended, lost <> 0, claims FROM "      \
	"unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], "              \
	"$6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bytea[]) "                   \
	"AS u (nas, session, holder, event, by, epoch, seen, ended, lost, claims) "
#define OP25B_PG_ADD_BINDINGS                                        \
	"INSERT INTO binding (prefix, holder, since) SELECT * FROM " \
	"unnest($1::bytea[], $2::bigint[], $3::bigint[]) "

/* Prepared with each connection: enum tail, SQL. */
#define OP25B_PG_STATEMENTS(X)                                                                     \
	X(BEGIN_READ, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")                           \
	X(BEGIN_WRITE, "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE")                          \
	X(LOCK, "SELECT pg_advisory_xact_lock(" OP25B_PG_TURN ")")                                 \
	X(COMMIT, "COMMIT")                                                                        \
	X(ROLLBACK, "ROLLBACK")                                                                    \
	X(META, "SELECT origin, seq, trimmed, pg_is_in_recovery()::int::bigint FROM meta")         \
	X(META_WRITE,                                                                              \
	  "SELECT origin, seq, trimmed, nas, holder, place, " OP25B_PG_PLACE " FROM meta")         \
	X(META_PUT, "UPDATE meta SET origin = $1::bigint, seq = $2::bigint, nas = $3::bigint, "    \
		    "holder = $4::bigint, place = $5::text, kept_from = CASE WHEN "                \
		    "kept_from = 0 AND $2::bigint > 0 THEN $6::bigint ELSE kept_from END")         \
	X(NAS_GET, "SELECT " OP25B_PG_NAS " FROM nas n WHERE n.name = ANY ($1::text[])")           \
	X(NAS_PUT, "INSERT INTO nas (name, id, last, alive_since, epoch, epoch_time, unswept) "    \
		   "SELECT name, id, last, alive_since, epoch, epoch_time, unswept <> 0 "          \
		   "FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], "            \
		   "$5::bigint[], $6::bigint[], $7::bigint[]) "                                    \
		   "AS u (name, id, last, alive_since, epoch, epoch_time, unswept) "               \
		   "ON CONFLICT (id) DO UPDATE SET last = excluded.last, "                         \
		   "alive_since = excluded.alive_since, epoch = excluded.epoch, "                  \
		   "epoch_time = excluded.epoch_time, unswept = excluded.unswept")                 \
	X(NAS_UNSWEPT, "SELECT " OP25B_PG_NAS " FROM nas n WHERE n.unswept ORDER BY n.id LIMIT 1") \
	X(NAS_LIST, "SELECT name, last, epoch_time FROM nas ORDER BY name")                        \
	/* In one piece, so that both columns of a key are looked for in the index. */             \
	X(SESSION_GET,                                                                             \
	  "SELECT " OP25B_PG_SESSION " FROM (SELECT n.id AS nas, k.id AS session FROM "            \
	  "unnest($1::text[], $2::text[]) AS k (nas, id) JOIN nas n "                              \
	  "ON n.name = k.nas COLLATE \"C\" OFFSET 0) k "                                           \
	  "JOIN session s ON s.nas = k.nas AND s.session = k.session COLLATE \"C\" "               \
	  "LEFT JOIN holder h ON h.id = s.holder")                                                 \
	X(SESSION_ONE,                                                                             \
	  "SELECT " OP25B_PG_SESSION " FROM session s LEFT JOIN holder h ON h.id = s.holder "      \
	  "WHERE s.nas = $1::bigint AND s.session = $2::text")                                     \
	X(SESSION_ADD, OP25B_PG_ADD_SESSIONS)                                                      \
	X(SESSION_PUT, OP25B_PG_ADD_SESSIONS                                                       \
	  "ON CONFLICT (nas, session) DO UPDATE SET "                                              \
	  "holder = excluded.holder, event = excluded.event, by = excluded.by, "                   \
	  "epoch = excluded.epoch, seen = excluded.seen, ended = excluded.ended, "                 \
	  "lost = excluded.lost, claims = excluded.claims")                                        \
	X(SESSION_DROP, "DELETE FROM session s USING unnest($1::bigint[], $2::text[]) "            \
			"AS k (nas, id) WHERE s.nas = k.nas AND s.session = k.id COLLATE \"C\"")   \
	X(SESSION_WALK, OP25B_PG_WALK "WHERE (s.nas, s.session) > ($1::bigint, $2::text) "         \
				      "ORDER BY s.nas, s.session LIMIT $3::bigint")                \
	X(EPOCH_WALK, OP25B_PG_WALK "WHERE s.nas = $1::bigint AND s.session > $2::text "           \
				    "ORDER BY s.nas, s.session LIMIT $3::bigint")                  \
	X(HOLDER_ADD, "INSERT INTO holder (id, nas, session, user_name, class, filter_id, "        \
		      "framed_pool, first) SELECT * FROM unnest($1::bigint[], $2::bigint[], "      \
		      "$3::text[], $4::text[], $5::text[], $6::text[], $7::text[], "               \
		      "$8::bigint[])")                                                             \
	X(HOLDER_GET,                                                                              \
	  "SELECT " OP25B_PG_SESSION " FROM holder h LEFT JOIN session s ON s.nas = h.nas AND "    \
	  "s.session = h.session WHERE h.id = ANY ($1::bigint[])")                                 \
	X(HOLDER_SWEEP,                                                                            \
	  "WITH walk AS MATERIALIZED (SELECT id FROM holder WHERE id > $1::bigint ORDER BY id "    \
	  "LIMIT $2::bigint), gone AS (DELETE FROM holder h WHERE "                                \
	  "h.id = ANY (ARRAY (SELECT id FROM walk)) AND "                                          \
	  "NOT EXISTS (SELECT 1 FROM history WHERE holder = h.id) AND NOT EXISTS "                 \
	  "(SELECT 1 FROM session s WHERE s.nas = h.nas AND s.session = h.session AND "            \
	  "s.holder = h.id)) SELECT coalesce(max(id), 0), count(*) FROM walk")                     \
	X(BINDING_GET, "SELECT prefix, holder, since FROM binding "                                \
		       "WHERE prefix = ANY ($1::bytea[])")                                         \
	X(BINDING_ADD, OP25B_PG_ADD_BINDINGS)                                                      \
	X(BINDING_PUT, OP25B_PG_ADD_BINDINGS "ON CONFLICT (prefix) DO UPDATE SET "                 \
					     "holder = excluded.holder, since = excluded.since")   \
	X(BINDING_DROP, "DELETE FROM binding WHERE prefix = ANY ($1::bytea[])")                    \
	X(BINDING_WALK, "SELECT prefix, since, binding.holder, " OP25B_PG_HOLDER                   \
			" FROM binding LEFT JOIN holder h ON h.id = binding.holder "               \
			"LEFT JOIN nas n ON n.id = h.nas WHERE prefix > $1::bytea "                \
			"ORDER BY prefix LIMIT $2::bigint")                                        \
	X(HISTORY_ADD, "INSERT INTO history (prefix, holder, since, until) SELECT * FROM "         \
		       "unnest($1::bytea[], $2::bigint[], $3::bigint[], $4::bigint[])")            \
	X(HISTORY_CUT, "UPDATE history h SET until = greatest(h.since + 1, u.until) FROM "         \
		       "(SELECT prefix, holder, min(until) AS until FROM unnest($1::bytea[], "     \
		       "$2::bigint[], $3::bigint[]) AS k (prefix, holder, until) "                 \
		       "GROUP BY prefix, holder) u WHERE h.prefix = u.prefix AND "                 \
		       "h.until > u.until AND h.holder = u.holder")                                \
	X(HISTORY_PURGE,                                                                           \
	  "WITH gone AS (DELETE FROM history WHERE id = ANY (ARRAY (SELECT id FROM history "       \
	  "WHERE until <= $1::bigint ORDER BY until LIMIT $2::bigint)) RETURNING 1), "             \
	  "mark AS (UPDATE meta SET kept_from = greatest(kept_from, $1::bigint) "                  \
	  "WHERE EXISTS (SELECT FROM gone)) SELECT count(*) FROM gone")                            \
	/* Of the prefixes $6, in their order. */                                                  \
	X(HISTORY_ADDRESS, "SELECT k.prefix, since, x.holder, " OP25B_PG_HOLDER ", until "         \
			   "FROM unnest($6::bytea[]) WITH ORDINALITY AS k (prefix, n), LATERAL "   \
			   "(SELECT holder, since, 9223372036854775807 AS until, "                 \
			   "9223372036854775807 AS id FROM binding WHERE prefix = k.prefix "       \
			   "UNION ALL SELECT holder, since, until, id FROM history "               \
			   "WHERE prefix = k.prefix) x" OP25B_PG_PAST                              \
			   "ORDER BY k.n, until DESC, x.id DESC LIMIT $5::bigint")                 \
	/* A session's claims are cut into prefixes of 6 or 18 octets. */                          \
	X(HISTORY_LINE,                                                                            \
	  "WITH RECURSIVE wanted AS (SELECT * FROM holder WHERE user_name = $3::text "             \
	  "AND user_name <> '' UNION ALL SELECT * FROM holder WHERE $3::text IS NULL "             \
	  "AND class = $4::text AND class <> ''), claim AS (SELECT h.id, ''::bytea AS prefix, "    \
	  "s.claims AS rest FROM wanted h JOIN session s ON s.nas = h.nas AND "                    \
	  "s.session = h.session AND s.holder = h.id UNION ALL "                                   \
	  "SELECT id, substring(rest, 1, w), substring(rest, w + 1) FROM claim, LATERAL "          \
	  "(SELECT CASE get_byte(rest, 0) WHEN 1 THEN 6 ELSE 18 END AS w) y "                      \
	  "WHERE length(rest) > 0) "                                                               \
	  "SELECT prefix, since, x.holder, " OP25B_PG_HOLDER ", until FROM "                       \
	  "(SELECT b.prefix, b.holder, since, 9223372036854775807 AS until, "                      \
	  "9223372036854775807 AS id FROM claim JOIN binding b ON b.prefix = claim.prefix AND "    \
	  "b.holder = claim.id UNION ALL SELECT p.prefix, p.holder, since, until, p.id "           \
	  "FROM wanted JOIN history p ON p.holder = wanted.id) x" OP25B_PG_PAST                    \
	  "ORDER BY x.holder DESC, x.id DESC, prefix LIMIT $5::bigint")                            \
	X(CHANGE_ADD, "INSERT INTO change (seq, op, prefix, holder, at) "                          \
		      "SELECT $1::bigint + n, op, prefix, holder, $2::bigint FROM "                \
		      "unnest($3::bigint[], $4::bytea[], $5::bigint[]) WITH ORDINALITY "           \
		      "AS u (op, prefix, holder, n)")                                              \
	X(CHANGE_TAIL,                                                                             \
	  "SELECT prefix, seq, change.holder, " OP25B_PG_HOLDER ", op::bigint, at FROM change "    \
	  "LEFT JOIN holder h ON h.id = change.holder LEFT JOIN nas n ON "                         \
	  "n.id = h.nas WHERE seq > $1::bigint ORDER BY seq LIMIT $2::bigint")                     \
	X(CHANGE_PURGE,                                                                            \
	  "WITH old AS MATERIALIZED (SELECT max(seq) AS upto FROM (SELECT seq, at FROM change "    \
	  "ORDER BY seq LIMIT $3::bigint) o WHERE seq <= $1::bigint OR at <= $2::bigint), "        \
	  "gone AS (DELETE FROM change WHERE seq <= (SELECT upto FROM old) RETURNING 1), "         \
	  "mark AS (UPDATE meta SET trimmed = upto FROM old WHERE upto IS NOT NULL) "              \
	  "SELECT count(*) FROM gone")                                                             \
	X(HEALTH, "SELECT coalesce((SELECT at FROM change WHERE change.seq = meta.seq), 0), "      \
		  "pg_database_size(current_database()), kept_from FROM meta")

#define OP25B_PG_TURN "8029973340467979635" /* "op25bses" */

enum op25b_pg_statement {
#define OP25B_PG_ENUM(tail, sql) OP25B_PG_##tail,
	OP25B_PG_STATEMENTS(OP25B_PG_ENUM)
#undef OP25B_PG_ENUM
		OP25B_PG_COUNT
};

struct op25b_pg {
	struct op25b_sessions base;
	char *location; /* with its password */
	char *shown;    /* without */
	PGconn *conn;   /* NULL: to be made by the next call */
	struct op25b_error said;
	struct op25b_batch batch;

	/* of the transaction that writes, since it began */
	int64_t origin, seq, last_nas;
	char place[96]; /* of the store now */
	bool moved;     /* not where it was when it was last written */

	/* where the walks of sweep go on */
	int64_t walk_nas, walk_holder;
	char walk_session[OP25B_ACCT_TEXT];
	int64_t urgent_nas, urgent_epoch; /* of the NAS whose epoch is swept; 0: none */
	char urgent_session[OP25B_ACCT_TEXT];
};

/* Types by their numbers in pg_type, which never change. */
#define OP25B_PG_INT_TYPE   20U
#define OP25B_PG_TEXT_TYPE  25U
#define OP25B_PG_BYTES_TYPE 17U

/* ---- store-postgresql-connect.c -------------------------------------------------------- */

/* Connect if there is no connection (any longer). */
int op25b_pg_ready(struct op25b_pg *store);
void op25b_pg_drop(struct op25b_pg *store);
/* Say what failed: the text becomes "SHOWN: TRIED: SAYS; remedy". Returns @r. */
int op25b_pg_fail(struct op25b_pg *store, int r, const char *tried, const char *says);

/* ---- store-postgresql-exchange.c ------------------------------------------------------- */

/* An array parameter that grows by one element at a time. */
struct op25b_pg_array {
	char *data;
	size_t size, room;
	uint32_t n, type;
	bool failed; /* without memory; then an exchange fails too */
};

/* Empty ones; where there is an element, zeroed memory does too. */
#define OP25B_PG_INTS  ((struct op25b_pg_array){ .type = OP25B_PG_INT_TYPE })
#define OP25B_PG_TEXTS ((struct op25b_pg_array){ .type = OP25B_PG_TEXT_TYPE })
#define OP25B_PG_BYTES ((struct op25b_pg_array){ .type = OP25B_PG_BYTES_TYPE })

struct op25b_pg_call {
	enum op25b_pg_statement which;
	int n;
	struct op25b_pg_value {
		const void *data; /* NULL: `number`, or nothing if size is 0 */
		size_t size;
		uint64_t number; /* big-endian */
	} values[10];
	bool failed;
	PGresult *result; /* in binary; of op25b_pg_exchange() */
};

/* One more element. */
void op25b_pg_add_int(struct op25b_pg_array *array, int64_t value);
void op25b_pg_add_text(struct op25b_pg_array *array, const char *text);
void op25b_pg_add_octets(struct op25b_pg_array *array, const void *data, size_t size);
void op25b_pg_add_prefix(struct op25b_pg_array *array, const struct op25b_prefix *prefix);

/* The next parameter of a call. What they point to must live until the exchange; NULL is NULL. */
void op25b_pg_int(struct op25b_pg_call *call, int64_t value);
void op25b_pg_text(struct op25b_pg_call *call, const char *text);
void op25b_pg_octets(struct op25b_pg_call *call, const void *data, size_t size);
void op25b_pg_array(struct op25b_pg_call *call, struct op25b_pg_array *array);

/**
 * op25b_pg_exchange() - send the calls and wait for their results, all in one journey.
 *
 * The first that fails keeps the later ones from being run. Returns 0 or -errno, with the text; a
 * broken connection is dropped. The caller ends with op25b_pg_done() in any case.
 */
int op25b_pg_exchange(struct op25b_pg *store, struct op25b_pg_call *calls, size_t n);
void op25b_pg_done(struct op25b_pg_call *calls, size_t n);
/* Leave a transaction that is still open, by rolling it back. */
void op25b_pg_leave(struct op25b_pg *store);
/* Send a script outside of exchanges, at the beginning of a connection. @ret may be NULL. */
int op25b_pg_script(struct op25b_pg *store, const char *sql, PGresult **ret);
/* Prepare all statements; from here on only exchanges. */
int op25b_pg_prepare(struct op25b_pg *store);

/* ---- store-postgresql-rows.c ----------------------------------------------------------- */

/* Columns of untrusted rows: each returns 0, or -EBADMSG if another kind of value stands there. */
int op25b_pg_read_int(const PGresult *rows, int row, int column, int64_t *ret);
/* Shorter than OP25B_ACCT_TEXT. Borrowed from @rows. */
int op25b_pg_read_text(const PGresult *rows, int row, int column, const char **ret);
int op25b_pg_read_prefix(const PGresult *rows, int row, int column, struct op25b_prefix *ret);
/* An id, and OP25B_PG_HOLDER; all but the id is "" if there is no such holder. Borrowed too. */
int op25b_pg_read_holder(const PGresult *rows, int row, int column, struct op25b_holder *ret);

/* Put rows into the batch; -errno. */
int op25b_pg_take_nas(struct op25b_batch *batch, const PGresult *rows, int row, int column);
/* OP25B_PG_SESSION: a session, its holder, or both. */
int op25b_pg_take_session(struct op25b_batch *batch, const PGresult *rows, int row);
int op25b_pg_take_bindings(struct op25b_batch *batch, const PGresult *rows);

/* ---- store-postgresql-fetch.c, -store.c ------------------------------------------------ */

#define OP25B_PG_BEGIN 3 /* calls of op25b_pg_begin()'s own */

/**
 * op25b_pg_begin() - begin a transaction that writes, with an empty batch, when it is our turn.
 * @calls: room for OP25B_PG_BEGIN, then calls that go with them; @n in all
 */
int op25b_pg_begin(struct op25b_pg *store, struct op25b_pg_call *calls, size_t n);
/* Begin, and put into the batch what merging @acct may ask for. @unswept: a call of NAS_UNSWEPT. */
int op25b_pg_begin_merge(struct op25b_pg *store, const struct op25b_acct *acct, size_t n,
			 struct op25b_pg_call *unswept);
/* Who holds what the batch's sessions claim, and the sessions of who holds what they want. */
int op25b_pg_fetch_rest(struct op25b_pg *store);
/**
 * op25b_pg_end() - store what the batch has written, number its changes and commit.
 * @r:     if it is an error, roll back
 * @calls: @n that go before the numbers
 *
 * Empties the batch. Returns @r, or what failed.
 */
int op25b_pg_end(struct op25b_pg *store, int r, int64_t now, struct op25b_pg_call *calls, size_t n);

/* ---- store-postgresql-schema.c --------------------------------------------------------- */

/* -EMEDIUMTYPE unless the layout is ours; made or migrated by a writer. */
int op25b_pg_check_schema(struct op25b_pg *store);

/* ---- store-postgresql-write.c, -read.c: members of the engine --------------------------- */

/* See struct op25b_sessions_engine. */
int op25b_pg_apply(struct op25b_sessions *base, const struct op25b_acct *batch, size_t n,
		   int64_t now, struct op25b_sessions_tally *tally, struct op25b_error *error);
int op25b_pg_sweep(struct op25b_sessions *base, int64_t now, unsigned int limit,
		   struct op25b_error *error);
int op25b_pg_snapshot(struct op25b_sessions *base, op25b_holding_fn fn, void *arg,
		      struct op25b_position *ret, struct op25b_error *error);
int op25b_pg_tail(struct op25b_sessions *base, struct op25b_position *position, unsigned int limit,
		  op25b_change_fn fn, void *arg, struct op25b_error *error);
int op25b_pg_history(struct op25b_sessions *base, const struct op25b_sessions_query *query,
		     op25b_holding_fn fn, void *arg, struct op25b_error *error);
int op25b_pg_health(struct op25b_sessions *base, struct op25b_sessions_health *ret, op25b_nas_fn fn,
		    void *arg, struct op25b_error *error);

/* ---- store-postgresql.c ---------------------------------------------------------------- */

/* Hand out the text of what failed. Returns @r. */
int op25b_pg_tell(struct op25b_pg *store, int r, struct op25b_error *error);
