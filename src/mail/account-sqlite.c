/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The account base in an SQLite file. Write-ahead log: who only reads (Dovecot, as another user
 * with no right but to read) never waits for who writes, and finds the last commit after a writer
 * was killed. For that it needs the two files beside the base, so that they stay when the last
 * writer closes, and have the base's owner and mode.
 *
 * The file is taken for hostile until its schema is ours: no trigger or view of it is ever run.
 */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "mail/account-sqlite.h"
#include "session/sqlite-file.h"

#define BUSY_MS    3000
#define STATEMENTS 64U

static const char begin_read[] = "BEGIN";
static const char end_read[] = "COMMIT";

struct lite {
	struct op25b_account_db base;
	sqlite3 *db;
	bool turn;    /* of the caller's: one transaction reads for all of it */
	bool reading; /* that transaction is begun */
	struct {
		const char *sql;
		sqlite3_stmt *statement;
	} known[STATEMENTS];
	size_t n_known;
	char path[];
};

static int fail(const struct lite *lite, int code, struct op25b_error *error)
{
	return op25b_account_sqlite_fail(lite->db, lite->path, code, error);
}

/*
 * A new file is its folder's owner's and group's where root makes it, so that whoever of
 * op25b-maild and the command comes first, both may write and Dovecot may read. An existing one is
 * only looked at by name: closing a descriptor of it would drop this process's locks.
 */
static int prepare_file(const char *path, bool make, struct op25b_error *error)
{
	OP25B_AUTO_FREE char *copy = NULL;
	OP25B_AUTO_CLOSE int fd = -1;
	struct stat info, folder;

	if (stat(path, &info) == 0)
		return S_ISREG(info.st_mode) ?
			       0 :
			       op25b_error_set(error, -EMEDIUMTYPE, "%s: not a regular file%s",
					       path, op25b_account_sqlite_remedy(-EMEDIUMTYPE));
	if (errno != ENOENT || !make)
		return op25b_error_set(error, -errno, "%s: %s%s", path, strerror(errno),
				       errno == ENOENT ? "; `op25b account add` makes it" : "");
	copy = strdup(path);
	if (!copy)
		return op25b_error_set(error, -ENOMEM, "%s: out of memory", path);
	if (stat(dirname(copy), &folder) < 0)
		return op25b_error_set(error, -errno, "%s: its folder: %s", path, strerror(errno));
	fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0640);
	if (fd < 0 && errno == EEXIST)
		return 0;
	if (fd < 0 || fchmod(fd, 0640) < 0 ||
	    (geteuid() == 0 && fchown(fd, folder.st_uid, folder.st_gid) < 0))
		return op25b_error_set(error, -errno, "%s: %s", path, strerror(errno));
	return 0;
}

static int use_log(struct lite *lite, struct op25b_error *error)
{
	int keep = 1;
	int code = sqlite3_exec(lite->db,
				"PRAGMA journal_mode = WAL; PRAGMA journal_size_limit = 1048576",
				NULL, NULL, NULL);

	sqlite3_file_control(lite->db, "main", SQLITE_FCNTL_PERSIST_WAL, &keep);
	return code == SQLITE_OK ? 0 : fail(lite, code, error);
}

static sqlite3_stmt *statement_of(struct lite *lite, const char *sql, int *code)
{
	sqlite3_stmt *statement = NULL;

	for (size_t i = 0; i < lite->n_known; i++) {
		if (lite->known[i].sql == sql)
			return lite->known[i].statement;
	}
	*code = lite->n_known == STATEMENTS ?
			SQLITE_FULL :
			sqlite3_prepare_v3(lite->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement,
					   NULL);
	if (statement) {
		lite->known[lite->n_known].sql = sql;
		lite->known[lite->n_known++].statement = statement;
	}
	return statement;
}

static int bind(sqlite3_stmt *statement, const struct op25b_account_call *call)
{
	int code = SQLITE_OK;
	char name[24];

	/* By name: SQLite numbers them in the order in which it meets them. */
	for (size_t i = 0; i < call->n && code == SQLITE_OK; i++) {
		const struct op25b_account_value *value = &call->values[i];
		int at;

		snprintf(name, sizeof(name), "$%zu", i + 1);
		at = sqlite3_bind_parameter_index(statement, name);
		code = value->text ?
			       sqlite3_bind_text(statement, at, value->text, -1, SQLITE_STATIC) :
			       sqlite3_bind_int64(statement, at, value->number);
	}
	return code;
}

static int take_row(sqlite3_stmt *statement, struct op25b_account_rows *rows)
{
	int r = 0;

	for (int i = 0; i < sqlite3_column_count(statement) && r == 0; i++) {
		const char *text = (const char *)sqlite3_column_text(statement, i);
		const int size = sqlite3_column_bytes(statement, i);

		if (sqlite3_column_type(statement, i) == SQLITE_NULL)
			return -EBADMSG;
		r = text ? op25b_account_rows_add(rows, text, (size_t)size) : -ENOMEM;
	}
	rows->n++;
	return r;
}

/* A file that was put in its place would be written to by others and read by nobody. */
static int in_place(const struct lite *lite, struct op25b_error *error)
{
	int moved = 0;

	sqlite3_file_control(lite->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
	if (!moved)
		return 0;
	return op25b_error_set(error, -EIO,
			       "%s: the file was moved, removed or replaced while in use; put it "
			       "back, or restart op25b-maild to go on with what is there",
			       lite->path);
}

/* BEGIN or COMMIT of a turn, prepared once. */
static int step_known(struct lite *lite, const char *sql)
{
	int code = SQLITE_OK;
	sqlite3_stmt *statement = statement_of(lite, sql, &code);

	if (statement) {
		code = sqlite3_step(statement);
		sqlite3_reset(statement);
	}
	return code == SQLITE_DONE ? SQLITE_OK : code;
}

/* Get ready for a statement: in a turn, the first of it begins to read. */
static int enter(struct lite *lite, struct op25b_error *error)
{
	int code = SQLITE_OK, r;

	if (!sqlite3_get_autocommit(lite->db))
		return 0;
	r = in_place(lite, error);
	if (r == 0 && lite->turn) {
		code = step_known(lite, begin_read);
		lite->reading = code == SQLITE_OK;
	}
	return code == SQLITE_OK ? r : fail(lite, code, error);
}

/* Before a change: what is read in a turn may be older than what it changes. */
static void leave(struct lite *lite)
{
	if (lite->reading && !sqlite3_get_autocommit(lite->db))
		step_known(lite, end_read);
	lite->reading = false;
}

static void turn(struct op25b_account_db *db, bool on)
{
	struct lite *lite = (struct lite *)db;

	leave(lite);
	lite->turn = on;
}

static int run(struct op25b_account_db *db, const struct op25b_account_call *call,
	       struct op25b_account_rows *rows, struct op25b_error *error)
{
	struct lite *lite = (struct lite *)db;
	int code = SQLITE_OK, r = enter(lite, error), n = 0;
	sqlite3_stmt *statement = r == 0 ? statement_of(lite, call->sql, &code) : NULL;

	if (r < 0)
		return r;
	if (!statement)
		return fail(lite, code, error);
	if (!sqlite3_stmt_readonly(statement))
		leave(lite);
	code = bind(statement, call);
	while (code == SQLITE_OK && r == 0) {
		code = sqlite3_step(statement);
		if (code != SQLITE_ROW)
			break;
		code = SQLITE_OK;
		n++;
		r = rows ? take_row(statement, rows) : 0;
	}
	if (r < 0)
		op25b_error_set(error, r, "%s: %s%s", lite->path, strerror(-r),
				op25b_account_sqlite_remedy(r));
	else if (code != SQLITE_OK && code != SQLITE_DONE)
		r = fail(lite, code, error);
	else if (!n && !sqlite3_stmt_readonly(statement))
		n = sqlite3_changes(lite->db);
	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
	return r < 0 ? r : n;
}

static int execute(struct op25b_account_db *db, const char *sql, struct op25b_error *error)
{
	struct lite *lite = (struct lite *)db;
	int code = sqlite3_exec(lite->db, sql, NULL, NULL, NULL);

	return code == SQLITE_OK ? 0 : fail(lite, code, error);
}

static int begin(struct op25b_account_db *db, struct op25b_error *error)
{
	struct lite *lite = (struct lite *)db;
	int r = in_place(lite, error);

	leave(lite);
	return r < 0 ? r : execute(db, "BEGIN IMMEDIATE", error);
}

static void rollback(struct op25b_account_db *db)
{
	struct lite *lite = (struct lite *)db;

	if (!sqlite3_get_autocommit(lite->db))
		sqlite3_exec(lite->db, "ROLLBACK", NULL, NULL, NULL);
}

static int commit(struct op25b_account_db *db, struct op25b_error *error)
{
	int r = execute(db, "COMMIT", error);

	if (r < 0)
		rollback(db);
	return r;
}

static void close_file(struct op25b_account_db *db)
{
	struct lite *lite = (struct lite *)db;

	for (size_t i = 0; i < lite->n_known; i++)
		sqlite3_finalize(lite->known[i].statement);
	sqlite3_close(lite->db);
	free(lite);
}

static const struct op25b_account_engine engine = {
	.close = close_file,
	.begin = begin,
	.commit = commit,
	.rollback = rollback,
	.turn = turn,
	.run = run,
};

int op25b_account_sqlite_open(const char *path, bool make, struct op25b_account_db **ret,
			      struct op25b_error *error)
{
	/* A name that begins with "file:" or ":" would be something else to SQLite. */
	const char *prefix = *path == '/' ? "" : "./";
	const size_t size = strlen(prefix) + strlen(path) + 1;
	struct lite *lite = calloc(1, sizeof(*lite) + size);
	int code, r;

	if (!lite)
		return op25b_error_set(error, -ENOMEM, "%s: out of memory", path);
	snprintf(lite->path, size, "%s%s", prefix, path);
	lite->base.engine = &engine;
	r = prepare_file(lite->path, make, error);
	if (r == 0) {
		code = sqlite3_open_v2(
			lite->path, &lite->db,
			SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
		if (code == SQLITE_OK)
			code = op25b_sqlite_configure(lite->db, BUSY_MS);
		r = code == SQLITE_OK ? 0 : fail(lite, code, error);
	}
	/* The schema before the log: what isn't ours is not touched. */
	if (r == 0)
		r = op25b_account_sqlite_layout(lite->db, lite->path, make, error);
	if (r == 0)
		r = use_log(lite, error);
	if (r < 0) {
		close_file(&lite->base);
		return r;
	}
	*ret = &lite->base;
	return 0;
}
