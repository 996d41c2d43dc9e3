/* SPDX-License-Identifier: BSD-2-Clause */
/* Inside of the SQLite engine. The layout is in store-sqlite-schema.c; blobs are octets.h. */
#pragma once

#include <sqlite3.h>

#include "session/known.h"
#include "session/octets.h"
#include "session/sqlite-file.h"
#include "session/store-engine.h"

/* Statements, prepared when first used: enum tail, SQL. */
#define OP25B_SQLITE_STATEMENTS(X)                                                               \
	X(BEGIN, "BEGIN")                                                                        \
	X(BEGIN_WRITE, "BEGIN IMMEDIATE")                                                        \
	X(DATA_VERSION, "PRAGMA data_version")                                                   \
	X(COMMIT, "COMMIT")                                                                      \
	X(ROLLBACK, "ROLLBACK")                                                                  \
	X(META, "SELECT origin, seq, trimmed, kept_from FROM meta WHERE id = 1")                 \
	X(META_SEQ, "UPDATE meta SET seq = ?1, "                                                 \
		    "kept_from = iif(kept_from, kept_from, ?2) WHERE id = 1")                    \
	X(META_PURGED, "UPDATE meta SET kept_from = max(kept_from, ?1) WHERE id = 1")            \
	X(META_TRIMMED, "UPDATE meta SET trimmed = ?1 WHERE id = 1")                             \
	X(NAS_GET, "SELECT id, last, alive_since, epoch, epoch_time, unswept FROM nas "          \
		   "WHERE name = ?1")                                                            \
	X(NAS_ID, "SELECT id, last, alive_since, epoch, epoch_time, unswept FROM nas "           \
		  "WHERE id = ?1")                                                               \
	X(NAS_ADD, "INSERT INTO nas (name, last, alive_since, epoch, epoch_time, unswept) "      \
		   "VALUES (?1, 0, 0, 0, ?2, 0)")                                                \
	X(NAS_PUT, "UPDATE nas SET last = ?2, alive_since = ?3, epoch = ?4, epoch_time = ?5, "   \
		   "unswept = ?6 WHERE id = ?1")                                                 \
	X(NAS_UNSWEPT, "SELECT id, epoch FROM nas WHERE unswept = 1 ORDER BY id LIMIT 1")        \
	X(NAS_LIST, "SELECT name, last, epoch_time FROM nas ORDER BY name")                      \
	X(SESSION_GET, "SELECT nas, session, holder, event, by, epoch, seen, ended, lost, "      \
		       "claims FROM session WHERE nas = ?1 AND session = ?2")                    \
	X(SESSION_PUT, "INSERT OR REPLACE INTO session VALUES "                                  \
		       "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)")                              \
	X(SESSION_DROP, "DELETE FROM session WHERE nas = ?1 AND session = ?2")                   \
	X(SESSION_WALK, "SELECT nas, session, holder, event, by, epoch, seen, ended, lost, "     \
			"claims FROM session WHERE (nas, session) > (?1, ?2) "                   \
			"ORDER BY nas, session LIMIT ?3")                                        \
	X(HOLDER_ADD, "INSERT INTO holder "                                                      \
		      "(nas, session, user_name, class, filter_id, framed_pool, first) "         \
		      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")                                     \
	X(HOLDER_GET, "SELECT h.id, n.name, session, user_name, class, filter_id, "              \
		      "framed_pool, first, nas FROM holder h JOIN nas n ON n.id = nas "          \
		      "WHERE h.id = ?1")                                                         \
	X(HOLDER_WALK, "SELECT h.id, EXISTS (SELECT 1 FROM history WHERE holder = h.id) OR "     \
		       "EXISTS (SELECT 1 FROM session s WHERE s.nas = h.nas AND "                \
		       "s.session = h.session AND s.holder = h.id) "                             \
		       "FROM holder h WHERE h.id > ?1 ORDER BY h.id LIMIT ?2")                   \
	X(HOLDER_DROP, "DELETE FROM holder WHERE id = ?1 AND id < (SELECT max(id) FROM holder)") \
	X(HOLDER_USER, "SELECT id FROM holder WHERE user_name = ?1 AND user_name <> '' AND "     \
		       "id < ?2 ORDER BY id DESC LIMIT 1")                                       \
	X(HOLDER_CLASS, "SELECT id FROM holder WHERE class = ?1 AND class <> '' AND id < ?2 "    \
			"ORDER BY id DESC LIMIT 1")                                              \
	X(BINDING_GET, "SELECT holder, since FROM binding WHERE prefix = ?1")                    \
	X(BINDING_PUT, "INSERT OR REPLACE INTO binding VALUES (?1, ?2, ?3)")                     \
	X(BINDING_DROP, "DELETE FROM binding WHERE prefix = ?1")                                 \
	X(BINDING_WALK, "SELECT prefix, since, h.id, n.name, session, user_name, class, "        \
			"filter_id, framed_pool, first FROM binding "                            \
			"LEFT JOIN holder h ON h.id = holder LEFT JOIN nas n ON n.id = nas "     \
			"ORDER BY prefix")                                                       \
	X(HISTORY_ADD, "INSERT INTO history (prefix, holder, since, until) "                     \
		       "VALUES (?1, ?2, ?3, ?4)")                                                \
	X(HISTORY_TRIM, "UPDATE history SET until = max(since + 1, ?3) "                         \
			"WHERE prefix = ?1 AND until > ?3 AND holder = ?2")                      \
	X(HISTORY_OF_PREFIX, "SELECT id, prefix, holder, since, until FROM history "             \
			     "WHERE prefix = ?1 AND until > ?2 AND since < ?3 "                  \
			     "ORDER BY until DESC, id DESC")                                     \
	X(HISTORY_OF_HOLDER, "SELECT id, prefix, holder, since, until FROM history "             \
			     "WHERE holder = ?1 AND until > ?2 AND since < ?3 "                  \
			     "ORDER BY id DESC")                                                 \
	X(HISTORY_PURGE, "DELETE FROM history WHERE id IN "                                      \
			 "(SELECT id FROM history WHERE until <= ?1 ORDER BY until LIMIT ?2)")   \
	X(CHANGE_ADD, "INSERT INTO change VALUES (?1, ?2, ?3, ?4, ?5)")                          \
	X(CHANGE_TAIL, "SELECT seq, op, prefix, at, holder, n.name, session, user_name, "        \
		       "class, filter_id, framed_pool, first FROM change "                       \
		       "LEFT JOIN holder h ON h.id = holder LEFT JOIN nas n ON n.id = nas "      \
		       "WHERE seq > ?1 ORDER BY seq LIMIT ?2")                                   \
	X(CHANGE_LAST, "SELECT at FROM change WHERE seq = ?1")                                   \
	X(CHANGE_OLD, "SELECT max(seq) FROM (SELECT seq, at FROM change ORDER BY seq LIMIT ?3) " \
		      "WHERE seq <= ?1 OR at <= ?2")                                             \
	X(CHANGE_PURGE, "DELETE FROM change WHERE seq <= ?1")

enum op25b_sqlite_statement {
#define OP25B_SQLITE_ENUM(tail, sql) OP25B_SQL_##tail,
	OP25B_SQLITE_STATEMENTS(OP25B_SQLITE_ENUM)
#undef OP25B_SQLITE_ENUM
		OP25B_SQL_COUNT
};

/* A change that waits for its number. */
struct op25b_sqlite_change {
	enum op25b_change_op op;
	struct op25b_prefix prefix;
	int64_t holder;
};

struct op25b_sqlite_checkpoints;

struct op25b_sqlite {
	struct op25b_sessions base;
	sqlite3 *db;
	sqlite3_stmt *statements[OP25B_SQL_COUNT];
	struct op25b_sqlite_checkpoints *checkpoints; /* a writer's */
	struct op25b_merge_io io;
	struct op25b_known *known; /* a writer's */
	int64_t data_version;      /* changes when another connection has written */

	/* of the batch on its way */
	struct op25b_sqlite_change *changes;
	size_t n_changes, room;

	/* where the walks of sweep go on */
	int64_t walk_nas, walk_holder;
	char walk_session[OP25B_ACCT_TEXT];
	int64_t urgent_nas, urgent_epoch; /* of the NAS whose epoch is swept; 0: none */
	char urgent_session[OP25B_ACCT_TEXT];

	bool purged; /* rows that the file of the log may still have */
	int64_t cut; /* `now` when it was cut last */

	char path[]; /* "./" before a relative one, so that none is a URI */
};

/* ---- store-sqlite.c -------------------------------------------------------------------- */

/* Whether the open file still has its name: else nobody would find what is written to it. -EIO. */
int op25b_sqlite_in_place(const struct op25b_sqlite *store, struct op25b_error *error);
/* Set the text to what was tried and what SQLite says, with the remedy. Returns @r. */
int op25b_sqlite_fail(const struct op25b_sqlite *store, int r, const char *tried,
		      struct op25b_error *error);
/* Open one connection with everything that guards against a hostile file. Closed by the caller. */
int op25b_sqlite_connect(const char *path, int flags, sqlite3 **ret_db, struct op25b_error *error);

/* ---- store-sqlite-schema.c ------------------------------------------------------------- */

/**
 * op25b_sqlite_check_schema() - take only our own layout; make or migrate it with @write.
 * Errors as op25b_sessions_open().
 */
int op25b_sqlite_check_schema(sqlite3 *db, const char *path, bool write, struct op25b_error *error);

/* ---- store-sqlite-statement.c ---------------------------------------------------------- */

/* A reset statement with no row; NULL if it can't be prepared (sqlite3_errcode() says why). */
sqlite3_stmt *op25b_sqlite_statement(struct op25b_sqlite *store, enum op25b_sqlite_statement which);
/* Step once: 1 there is a row, 0 there is none (and it is reset), -errno (likewise). */
int op25b_sqlite_step(sqlite3_stmt *statement);
/* Run a statement that gives no rows, with @n integers bound from ?1. */
int op25b_sqlite_run(struct op25b_sqlite *store, enum op25b_sqlite_statement which, int n,
		     const int64_t *values);
/* @buffer must live until the statement has run. */
void op25b_sqlite_bind_prefix(sqlite3_stmt *statement, int at, const struct op25b_prefix *prefix,
			      uint8_t buffer[static OP25B_OCTETS_PREFIX]);

/* Columns of untrusted rows: each returns 0, or -EBADMSG if another kind of value stands there. */
int op25b_sqlite_int(sqlite3_stmt *row, int column, int64_t *ret);
/* A text without NUL in it, shorter than OP25B_ACCT_TEXT. Borrowed until the next step. */
int op25b_sqlite_text(sqlite3_stmt *row, int column, const char **ret);
/* One prefix that fills the blob. */
int op25b_sqlite_prefix(sqlite3_stmt *row, int column, struct op25b_prefix *ret);
/* Eight columns from @first: id, name of the NAS, and so on to first. Borrowed likewise. */
int op25b_sqlite_holder(sqlite3_stmt *row, int first, struct op25b_holder *ret);

/* ---- store-sqlite-rows.c --------------------------------------------------------------- */

/* The engine's side of merge.h. */
void op25b_sqlite_merge_io(struct op25b_sqlite *store);
/* The row of SESSION_GET or SESSION_WALK. @ret_id is borrowed until the next step. */
int op25b_sqlite_session(sqlite3_stmt *row, const char **ret_id, struct op25b_session *ret);
/* -ENOENT if there is none. */
int op25b_sqlite_nas(struct op25b_sqlite *store, int64_t id, struct op25b_nas *ret);

/* ---- store-sqlite-write.c, -sweep.c, -read.c, -history.c: members of the engine --------- */

/* Begin a transaction that writes; the checkpoint thread keeps still till it ends. */
int op25b_sqlite_begin(struct op25b_sqlite *store, struct op25b_error *error);
/* Number the changes and commit if @r is no error, else roll back. Returns @r or what failed. */
int op25b_sqlite_end(struct op25b_sqlite *store, int r, int64_t now, struct op25b_error *error);
/* End up to @limit sessions of before an On or Off. Returns 1 if some may be left, 0, -errno. */
int op25b_sqlite_sweep_epoch(struct op25b_sqlite *store, int64_t now, unsigned int limit);

/* See struct op25b_sessions_engine. */
int op25b_sqlite_apply(struct op25b_sessions *base, const struct op25b_acct *batch, size_t n,
		       int64_t now, struct op25b_sessions_tally *tally, struct op25b_error *error);
int op25b_sqlite_sweep(struct op25b_sessions *base, int64_t now, unsigned int limit,
		       struct op25b_error *error);
int op25b_sqlite_snapshot(struct op25b_sessions *base, op25b_holding_fn fn, void *arg,
			  struct op25b_position *ret, struct op25b_error *error);
int op25b_sqlite_tail(struct op25b_sessions *base, struct op25b_position *position,
		      unsigned int limit, op25b_change_fn fn, void *arg, struct op25b_error *error);
int op25b_sqlite_history(struct op25b_sessions *base, const struct op25b_sessions_query *query,
			 op25b_holding_fn fn, void *arg, struct op25b_error *error);
int op25b_sqlite_health(struct op25b_sessions *base, struct op25b_sessions_health *ret,
			op25b_nas_fn fn, void *arg, struct op25b_error *error);

/* ---- store-sqlite-checkpoint.c --------------------------------------------------------- */

/* Start the thread; it watches the commits of store->db. */
int op25b_sqlite_checkpoints_start(struct op25b_sqlite *store, struct op25b_error *error);
/* Stop and free it; NULL-safe. */
void op25b_sqlite_checkpoints_stop(struct op25b_sqlite *store);
/* Around every transaction that writes. */
void op25b_sqlite_checkpoints_hold(struct op25b_sqlite_checkpoints *checkpoints);
void op25b_sqlite_checkpoints_go(struct op25b_sqlite_checkpoints *checkpoints);
/* Carry over all of the log and empty its file, as soon as no reader is in the way. */
void op25b_sqlite_checkpoints_cut(struct op25b_sqlite_checkpoints *checkpoints);
/* 0, or -errno of the last one. */
int op25b_sqlite_checkpoints_result(struct op25b_sqlite_checkpoints *checkpoints);
