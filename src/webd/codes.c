/* SPDX-License-Identifier: BSD-2-Clause */
/* See codes.h. */
#include "webd/codes.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "session/sqlite-file.h"
#include "webd/codes-file.h"

#define HOUR  3600
#define DRAWS 20 /* of 10^8: that all are taken says the table is full */

/* The code that the line has of this hour, for what is said now. Returns 1, 0: none, or -errno. */
static int draw_again(struct op25b_codes *codes, const struct op25b_page_code *of, uint64_t *ret,
		      struct op25b_error *error)
{
	const int64_t hour = of->at / HOUR * HOUR, next = hour + HOUR;
	int64_t code = 0;
	int r = op25b_codes_run(
		codes,
		"UPDATE code SET answers = ?1, probe = ?2, language = ?3, at = ?4"
		" WHERE line = ?5 AND outcome = ?6 AND at >= ?7 AND at < ?8 RETURNING code",
		"sssissii",
		OP25B_CODES_WITH(of->answers, of->probe, op25b_lang_names[of->lang], &of->at,
				 of->line, op25b_outcome_id(of->outcome), &hour, &next),
		&code, error);

	*ret = (uint64_t)code;
	return r;
}

/* Strangers can't be told apart, so that all of them have one bound. */
static int count_untold(struct op25b_codes *codes, const struct op25b_page_code *of,
			struct op25b_error *error)
{
	if (of->at / 60 != codes->minute) {
		codes->minute = of->at / 60;
		codes->drawn[false] = codes->drawn[true] = 0;
	}
	if (codes->drawn[of->ours] >= OP25B_CODES_UNTOLD)
		return op25b_error_set(error, -EAGAIN, "too many codes in this minute");
	codes->drawn[of->ours]++;
	return 0;
}

/* Returns 1: it is the page's now; 0: the number is taken; -errno. */
static int take(struct op25b_codes *codes, const struct op25b_page_code *of, uint64_t code,
		struct op25b_error *error)
{
	const int64_t number = (int64_t)code;
	int64_t taken;

	return op25b_codes_run(
		codes,
		"INSERT INTO code (code, line, outcome, answers, probe, language, at)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
		" ON CONFLICT (code) DO NOTHING RETURNING code",
		"isssssi",
		OP25B_CODES_WITH(&number, of->line, op25b_outcome_id(of->outcome), of->answers,
				 of->probe, op25b_lang_names[of->lang], &of->at),
		&taken, error);
}

int op25b_codes_give(struct op25b_codes *codes, const struct op25b_page_code *of,
		     char ret[static OP25B_CODE_TEXT], struct op25b_error *error)
{
	uint64_t code = 0;
	int r = *of->line ? draw_again(codes, of, &code, error) : count_untold(codes, of, error);

	if (!r && codes->n >= OP25B_CODES_MOST)
		return op25b_error_set(error, -ENOSPC, "%s: %d codes are kept, and no more",
				       codes->path, OP25B_CODES_MOST);
	for (int i = 0; !r && i < DRAWS; i++) {
		r = op25b_code_draw(OP25B_CODE_PAGE, &code);
		r = r ? r : take(codes, of, code, error);
		codes->n += r > 0;
	}
	if (!r)
		return op25b_error_set(error, -ENOSPC, "%s: no code is free", codes->path);
	if (r > 0)
		op25b_code_format(code, ret);
	return r > 0 ? 0 : r;
}

int op25b_codes_find(struct op25b_codes *codes, uint64_t code, op25b_page_code_fn fn, void *arg,
		     struct op25b_error *error)
{
	const int64_t number = (int64_t)code;
	sqlite3_stmt *statement =
		op25b_codes_prepare(codes,
				    "SELECT line, outcome, answers, probe, language, at FROM code"
				    " WHERE code = ?1",
				    "i", OP25B_CODES_WITH(&number), error);
	int step, outcome;

	if (!statement)
		return -EIO;
	step = sqlite3_step(statement);
	outcome = step == SQLITE_ROW ? op25b_outcome_find(op25b_codes_text(statement, 1)) : -1;
	if (outcome >= 0)
		fn(arg, &(struct op25b_page_code){
				.line = op25b_codes_text(statement, 0),
				.outcome = (enum op25b_outcome)outcome,
				.answers = op25b_codes_text(statement, 2),
				.probe = op25b_codes_text(statement, 3),
				.lang = strcmp(op25b_codes_text(statement, 4), "en") ? OP25B_JA :
										       OP25B_EN,
				.at = sqlite3_column_int64(statement, 5),
			});
	sqlite3_finalize(statement);
	if (step != SQLITE_ROW && step != SQLITE_DONE)
		return op25b_codes_fail(codes, "reading", error);
	return outcome >= 0 ? 0 : -ENOENT;
}

int op25b_codes_note_staff(struct op25b_codes *codes, int64_t at, const char *user,
			   const char *what, const char *reason, struct op25b_error *error)
{
	return op25b_codes_run(codes,
			       "INSERT INTO staff (at, user, what, reason) VALUES (?1, ?2, ?3, ?4)",
			       "isss", OP25B_CODES_WITH(&at, user, what, reason), NULL, error);
}

int op25b_codes_read_staff(struct op25b_codes *codes, int64_t n, op25b_staff_note_fn fn, void *arg,
			   struct op25b_error *error)
{
	sqlite3_stmt *statement = op25b_codes_prepare(
		codes, "SELECT at, user, what, reason FROM staff ORDER BY id DESC LIMIT ?1", "i",
		OP25B_CODES_WITH(&n), error);
	int step;

	if (!statement)
		return -EIO;
	while ((step = sqlite3_step(statement)) == SQLITE_ROW)
		fn(arg, &(struct op25b_staff_note){
				.at = sqlite3_column_int64(statement, 0),
				.user = op25b_codes_text(statement, 1),
				.what = op25b_codes_text(statement, 2),
				.reason = op25b_codes_text(statement, 3),
			});
	sqlite3_finalize(statement);
	return step == SQLITE_DONE ? 0 : op25b_codes_fail(codes, "reading", error);
}

int op25b_codes_sweep(struct op25b_codes *codes, int64_t now, int64_t codes_before,
		      int64_t staff_before, struct op25b_error *error)
{
	const int64_t after = now + HOUR;
	int gone = 0, r = op25b_codes_run(codes, "DELETE FROM code WHERE at < ?1 OR at > ?2", "ii",
					  OP25B_CODES_WITH(&codes_before, &after), NULL, error);

	if (!r)
		gone = sqlite3_changes(codes->db);
	codes->n -= gone;
	r = r ? r :
		op25b_codes_run(codes, "DELETE FROM staff WHERE at < ?1", "i",
				OP25B_CODES_WITH(&staff_before), NULL, error);
	gone += sqlite3_changes(codes->db);
	/* Both files overwrite what was deleted once the log is written back. */
	if (!r && gone &&
	    sqlite3_wal_checkpoint_v2(codes->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL))
		r = op25b_codes_fail(codes, "writing back its log", error);
	return r;
}
