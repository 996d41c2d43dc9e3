/* SPDX-License-Identifier: BSD-2-Clause */
/* See meter.h. */
#include "mail/meter.h"

#include <errno.h>
#include <string.h>

#include "mail/state-inside.h"
#include "policy/mail-decide.h"

const char op25b_meter_schema[] =
	"CREATE TABLE meter (way INTEGER NOT NULL, service TEXT NOT NULL, account TEXT NOT NULL,"
	" line TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,"
	" times INTEGER NOT NULL, PRIMARY KEY (way, service, account, line))"
	" STRICT, WITHOUT ROWID;"
	"CREATE TABLE meter_sum (way INTEGER NOT NULL, service TEXT NOT NULL,"
	" times INTEGER NOT NULL, PRIMARY KEY (way, service)) STRICT, WITHOUT ROWID;";

/* Of all that ever came: a sum of the rows would fall when one is forgotten. */
static int count_sum(struct op25b_state *state, const struct op25b_meter_row *row)
{
	static const char sql[] = "INSERT INTO meter_sum VALUES (?1, ?2, 1)"
				  " ON CONFLICT DO UPDATE SET times = times + 1";
	sqlite3_stmt *statement = op25b_state_statement(state, sql);
	int r;

	if (!statement || sqlite3_bind_int(statement, 1, (int)row->way) ||
	    sqlite3_bind_text(statement, 2, row->service, -1, SQLITE_STATIC))
		return -ENOMEM;
	r = op25b_state_step(statement);
	return r > 0 ? -EBADMSG : r;
}

int op25b_meter_count(struct op25b_state *state, int64_t now, const struct op25b_meter_row *row)
{
	static const char sql[] =
		"INSERT INTO meter VALUES (?1, ?2, ?3, ?4, ?5, ?5, 1)"
		" ON CONFLICT DO UPDATE SET times = times + 1, last = max(last, excluded.last)";
	const char *texts[] = { row->service, row->account, row->line };
	sqlite3_stmt *statement = op25b_state_statement(state, sql);
	int r;

	if (!statement || sqlite3_bind_int(statement, 1, (int)row->way) ||
	    sqlite3_bind_int64(statement, 5, now))
		return -ENOMEM;
	for (int i = 0; i < 3; i++) {
		if (sqlite3_bind_text(statement, 2 + i, texts[i], -1, SQLITE_STATIC))
			return -ENOMEM;
	}
	r = op25b_state_step(statement);
	if (r > 0)
		return -EBADMSG;
	return r ? r : count_sum(state, row);
}

static int tell(sqlite3_stmt *statement, op25b_meter_fn fn, void *arg)
{
	const int way = sqlite3_column_int(statement, 0);
	const struct op25b_meter_row row = {
		.way = (enum op25b_mail_way)way,
		.service = (const char *)sqlite3_column_text(statement, 1),
		.account = (const char *)sqlite3_column_text(statement, 2),
		.line = (const char *)sqlite3_column_text(statement, 3),
		.first = sqlite3_column_int64(statement, 4),
		.last = sqlite3_column_int64(statement, 5),
		.times = (uint64_t)sqlite3_column_int64(statement, 6),
	};

	if (way < 0 || way >= OP25B_MAIL_WAYS || !row.service || !row.account || !row.line)
		return -EBADMSG;
	return fn(arg, &row);
}

/* Until fn() gives something but 0, which is returned. */
static int tell_all(sqlite3_stmt *statement, op25b_meter_fn fn, void *arg)
{
	int r;

	while ((r = op25b_state_step(statement)) > 0) {
		r = tell(statement, fn, arg);
		if (r)
			break;
	}
	sqlite3_reset(statement);
	return r;
}

int op25b_meter_list(struct op25b_state *state, const struct op25b_meter_row *after, uint32_t most,
		     op25b_meter_fn fn, void *arg)
{
	static const char sql[] =
		"SELECT way, service, account, line, first, last, times FROM meter"
		" WHERE (way, service, account, line) > (?1, ?2, ?3, ?4)"
		" ORDER BY way, service, account, line LIMIT ?5";
	const char *texts[] = { after ? after->service : "", after ? after->account : "",
				after ? after->line : "" };
	sqlite3_stmt *statement = op25b_state_statement(state, sql);

	if (!statement || sqlite3_bind_int(statement, 1, after ? (int)after->way : -1) ||
	    sqlite3_bind_int64(statement, 5, most))
		return -ENOMEM;
	for (int i = 0; i < 3; i++) {
		if (sqlite3_bind_text(statement, 2 + i, texts[i], -1, SQLITE_STATIC))
			return -ENOMEM;
	}
	return tell_all(statement, fn, arg);
}

int op25b_meter_sums(struct op25b_state *state, op25b_meter_fn fn, void *arg)
{
	static const char sql[] = "SELECT way, service, '', '', 0, 0, times FROM meter_sum"
				  " ORDER BY way, service";
	sqlite3_stmt *statement = op25b_state_statement(state, sql);

	return statement ? tell_all(statement, fn, arg) : -ENOMEM;
}

/* The index of a service; one that the policy no longer has is nobody's line. */
static uint32_t find_service(const struct op25b_policy *policy, const char *id)
{
	for (size_t i = 0; i < policy->n_services; i++) {
		if (!strcmp(policy->services[i].id, id))
			return (uint32_t)i;
	}
	return OP25B_MAIL_ELSEWHERE;
}

int64_t op25b_meter_closes(const struct op25b_policy *policy, const struct op25b_mail *mail,
			   enum op25b_mail_way way, const char *service, int64_t now)
{
	const uint32_t index = find_service(policy, service);
	const struct op25b_mail_stages *stages = mail ? &mail->ways[way] : NULL;
	int64_t closes = INT64_MAX;

	for (size_t i = 0; stages && i < stages->n; i++) {
		const int64_t from = stages->list[i].from;
		const struct op25b_mail_stage *stage = op25b_mail_stage_of(mail, way, index, from);

		if (from > now && from < closes && stage && stage->action == OP25B_REFUSE)
			closes = from;
	}
	return closes;
}

int op25b_meter_sweep(struct op25b_state *state, int64_t before)
{
	static const char sql[] = "DELETE FROM meter WHERE last < ?1";

	return op25b_state_sweep(state, sql, before);
}
