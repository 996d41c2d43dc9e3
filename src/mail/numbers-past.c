/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See numbers.h: what became of an account, as the account base said when we looked. Others change
 * it too, an operator for one, so that a release is found here and not told.
 */
#include <errno.h>
#include <string.h>

#include "mail/numbers-rows.h"
#include "mail/numbers.h"

static int note(struct op25b_state *state, const char *account, enum op25b_mail_state is,
		int64_t since, const char *why, uint32_t points)
{
	sqlite3_stmt *put = op25b_numbers_statement(
		state, "INSERT INTO numbers_step VALUES (?1, ?2, ?3, ?5, ?4)", account,
		(const int64_t[]){ since, is, points }, 3);

	sqlite3_bind_text(put, 5, why, -1, SQLITE_STATIC);
	return op25b_numbers_step_once(put);
}

int op25b_numbers_follow(struct op25b_state *state, int64_t now, const char *account,
			 enum op25b_mail_state is, int64_t since, const char *why)
{
	struct op25b_numbers_score score = { .points = 0 };
	int64_t was[2];
	bool released;
	int r = op25b_numbers_ask(state,
				  "SELECT state, since FROM numbers_account WHERE account = ?1",
				  account, NULL, 0, was, 2);

	if (r < 0 || (was[0] == (int64_t)is && (was[1] == since || is == OP25B_MAIL_STATE_FINE)))
		return r;
	released = is == OP25B_MAIL_STATE_FINE;
	if (!released)
		r = op25b_numbers_score(state, now, account, &score);
	if (r == 0)
		r = note(state, account, is, since, released ? "" : why, score.points);
	if (r == 0 && released)
		r = op25b_numbers_forget(state, account);
	if (r == 0)
		r = op25b_numbers_run(state,
				      "INSERT INTO numbers_account (account, state, since, seen)"
				      " VALUES (?1, ?2, ?3, ?4) ON CONFLICT (account) DO UPDATE"
				      " SET state = ?2, since = ?3, seen = ?4",
				      account, (const int64_t[]){ is, since, now }, 3);
	return r < 0 ? r : released && was[0] >= OP25B_MAIL_STATE_HELD;
}

int op25b_numbers_history(struct op25b_state *state, const char *account, op25b_numbers_past_fn fn,
			  void *arg)
{
	sqlite3_stmt *rows = op25b_numbers_statement(
		state,
		"SELECT at, state, why, points FROM numbers_step WHERE account = ?1"
		" ORDER BY at DESC, rowid DESC",
		account, NULL, 0);
	int r = 0;

	while (r == 0) {
		struct op25b_numbers_past past;

		r = op25b_state_step(rows);
		if (r != 1)
			break;
		past = (struct op25b_numbers_past){
			.at = sqlite3_column_int64(rows, 0),
			.state = (enum op25b_mail_state)sqlite3_column_int(rows, 1),
			.why = (const char *)sqlite3_column_text(rows, 2),
			.points = (uint32_t)sqlite3_column_int64(rows, 3),
		};
		if (!past.why || past.state > OP25B_MAIL_STATE_STOPPED)
			r = -EBADMSG;
		else
			r = fn(arg, &past);
	}
	sqlite3_reset(rows);
	return r;
}
