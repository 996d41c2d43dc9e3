/* SPDX-License-Identifier: BSD-2-Clause */
/* A key's row: written whole by each use, found by kind and name; hours in little-endian octets. */
#include <endian.h>
#include <errno.h>
#include <string.h>

#include "mail/ledger-use.h"

#define UNIT  3600 /* a recipient; and the seconds of an hour */
#define DAY   86400
#define SWEPT 64 /* keys at most in one sweep */

static int64_t hour_of(int64_t time)
{
	return time / 3600;
}

static uint32_t *slot_of(struct op25b_use *use, int64_t hour)
{
	return &use->slots[hour % OP25B_USE_SLOTS];
}

/* The hours keep their places behind the running one, which is another now. */
static void date_anew(struct op25b_use *use, int64_t now)
{
	const struct op25b_use old = *use;

	use->at = now;
	for (int64_t i = 0; i < OP25B_USE_SLOTS; i++)
		use->slots[(hour_of(now) + OP25B_USE_SLOTS - i) % OP25B_USE_SLOTS] =
			old.slots[(hour_of(old.at) + OP25B_USE_SLOTS - i) % OP25B_USE_SLOTS];
}

bool op25b_use_advance(struct op25b_use *use, int64_t now, uint32_t hour)
{
	int64_t passed;

	if (now < use->at) {
		if (use->at - now <= DAY)
			return false;
		date_anew(use, now);
		return true;
	}
	passed = now - use->at;
	/* passed * hour < 2^40 * 2^32 would overflow; what refills all of it is enough. */
	if (hour != 0 && passed >= use->debt / hour + 1)
		use->debt = 0;
	else
		use->debt -= passed * hour;
	if (hour_of(now) - hour_of(use->at) >= OP25B_USE_SLOTS)
		memset(use->slots, 0, sizeof(use->slots));
	else
		for (int64_t i = hour_of(use->at) + 1; i <= hour_of(now); i++)
			*slot_of(use, i) = 0;
	use->at = now;
	return false;
}

uint64_t op25b_use_sum(const struct op25b_use *use, unsigned hours)
{
	uint64_t sum = 0;

	for (int64_t i = 0; i < hours; i++)
		sum += use->slots[(hour_of(use->at) + OP25B_USE_SLOTS - i) % OP25B_USE_SLOTS];
	return sum;
}

/* When the bucket has room for @recipients; the key's clock at the earliest. */
static int64_t bucket_until(const struct op25b_use *use, const struct op25b_mail_bucket *bucket,
			    uint32_t recipients)
{
	const int64_t lacks = use->debt + ((int64_t)recipients - bucket->burst) * UNIT;

	if (lacks <= 0)
		return use->at;
	if (recipients > bucket->burst || bucket->hour == 0)
		return INT64_MAX;
	return use->at + (lacks + bucket->hour - 1) / bucket->hour;
}

/* When the day has; an hour leaves it whole, 24 hours after its end. */
static int64_t day_until(const struct op25b_use *use, const struct op25b_mail_bucket *bucket,
			 uint32_t recipients)
{
	uint64_t used = op25b_use_sum(use, OP25B_USE_SLOTS);
	int64_t until = use->at;

	if (recipients > bucket->day)
		return INT64_MAX;
	for (int64_t i = 1; i <= OP25B_USE_SLOTS && used + recipients > bucket->day; i++) {
		used -= use->slots[(hour_of(use->at) + i) % OP25B_USE_SLOTS];
		until = (hour_of(use->at) + i) * 3600;
	}
	return until;
}

bool op25b_use_fits(const struct op25b_use *use, const struct op25b_mail_bucket *bucket,
		    uint32_t recipients, int64_t *ret_until)
{
	const int64_t a = bucket_until(use, bucket, recipients);
	const int64_t b = day_until(use, bucket, recipients);

	if (a <= use->at && b <= use->at)
		return true;
	*ret_until = a > b ? a : b;
	return false;
}

int64_t op25b_use_take(struct op25b_use *use, uint32_t recipients)
{
	use->debt += (int64_t)recipients * UNIT;
	*slot_of(use, hour_of(use->at)) += recipients;
	return hour_of(use->at);
}

/*
 * Not brought forward first, for want of a refill to do it with. It comes to the same: both take
 * away from the debt, and neither takes it below nothing.
 */
void op25b_use_give_back(struct op25b_use *use, uint32_t recipients, int64_t hour)
{
	const int64_t age = hour_of(use->at) - hour;

	use->debt -= (int64_t)recipients * UNIT;
	if (use->debt < 0)
		use->debt = 0;
	if (age >= 0 && age < OP25B_USE_SLOTS) {
		uint32_t *slot = slot_of(use, hour);

		*slot -= *slot < recipients ? *slot : recipients;
	}
}

const char op25b_ledger_schema[] =
	"CREATE TABLE ledger_use (kind INTEGER NOT NULL, name TEXT NOT NULL,"
	" at INTEGER NOT NULL, debt INTEGER NOT NULL, slots BLOB NOT NULL,"
	" forget INTEGER NOT NULL, PRIMARY KEY (kind, name)) STRICT, WITHOUT ROWID;"
	"CREATE INDEX ledger_use_forget ON ledger_use (forget);"
	/* key: "i" and the instance, of a reservation; "q" and the queue id, of a charge; "n" and
	 * the queue id, of a message that was not taken */
	"CREATE TABLE ledger_mail (key TEXT PRIMARY KEY, due INTEGER NOT NULL,"
	" counted INTEGER NOT NULL, recipients INTEGER NOT NULL, account_hour INTEGER NOT NULL,"
	" line_hour INTEGER NOT NULL, account TEXT NOT NULL, line TEXT NOT NULL,"
	" client BLOB NOT NULL) STRICT, WITHOUT ROWID;"
	"CREATE INDEX ledger_mail_due ON ledger_mail (due);";

static const char load_sql[] =
	"SELECT at, debt, slots, forget FROM ledger_use WHERE kind = ?1 AND name = ?2";
/* `forget` has an index, which is left alone on all but the first use of a day. */
static const char update_sql[] =
	"UPDATE ledger_use SET at = ?3, debt = ?4, slots = ?5 WHERE kind = ?1 AND name = ?2";
static const char put_sql[] =
	"INSERT OR REPLACE INTO ledger_use (kind, name, at, debt, slots, forget)"
	" VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
static const char sweep_sql[] = "DELETE FROM ledger_use WHERE (kind, name) IN"
				" (SELECT kind, name FROM ledger_use WHERE forget <= ?1 LIMIT ?2)";

int op25b_use_load(struct op25b_state *state, enum op25b_ledger_kind kind, const char *name,
		   struct op25b_use *ret)
{
	sqlite3_stmt *statement = op25b_state_statement(state, load_sql);
	struct op25b_use use = { 0 };
	const void *slots;
	int r;

	sqlite3_bind_int(statement, 1, (int)kind);
	sqlite3_bind_text(statement, 2, name, -1, SQLITE_STATIC);
	r = op25b_state_step(statement);
	if (r == 1) {
		use.at = sqlite3_column_int64(statement, 0);
		use.debt = sqlite3_column_int64(statement, 1);
		slots = sqlite3_column_blob(statement, 2);
		use.forget = sqlite3_column_int(statement, 3);
		if (!slots || sqlite3_column_bytes(statement, 2) != sizeof(use.slots) ||
		    use.at < 0 || use.at > OP25B_USE_LATEST || use.debt < 0 ||
		    use.debt > OP25B_USE_LATEST * UNIT) {
			sqlite3_reset(statement);
			return -EBADMSG;
		}
		memcpy(use.slots, slots, sizeof(use.slots));
		for (size_t i = 0; i < OP25B_USE_SLOTS; i++)
			use.slots[i] = le32toh(use.slots[i]);
		sqlite3_reset(statement);
	}
	if (r >= 0)
		*ret = use;
	return r < 0 ? r : 0;
}

/* The day from which on its hours are over and its bucket is full. */
static int32_t forget_day(const struct op25b_use *use, uint32_t hour)
{
	const int64_t full = hour == 0 ? INT64_MAX / 2 : use->debt / hour;
	const int64_t left = full > (OP25B_USE_SLOTS * UNIT) ? full : OP25B_USE_SLOTS * UNIT;
	const int64_t day = (use->at + left) / DAY + 1;

	return day > INT32_MAX ? INT32_MAX : (int32_t)day;
}

int op25b_use_store(struct op25b_state *state, enum op25b_ledger_kind kind, const char *name,
		    const struct op25b_use *use, uint32_t hour)
{
	const int32_t forget = hour == 0 && use->forget ? use->forget : forget_day(use, hour);
	const bool put = forget != use->forget;
	sqlite3_stmt *statement = op25b_state_statement(state, put ? put_sql : update_sql);
	uint32_t slots[OP25B_USE_SLOTS];

	for (size_t i = 0; i < OP25B_USE_SLOTS; i++)
		slots[i] = htole32(use->slots[i]);
	sqlite3_bind_int(statement, 1, (int)kind);
	sqlite3_bind_text(statement, 2, name, -1, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 3, use->at);
	sqlite3_bind_int64(statement, 4, use->debt);
	sqlite3_bind_blob(statement, 5, slots, sizeof(slots), SQLITE_STATIC);
	if (put)
		sqlite3_bind_int(statement, 6, forget);
	return op25b_state_step(statement);
}

int op25b_use_sweep(struct op25b_state *state, int64_t now)
{
	sqlite3_stmt *statement = op25b_state_statement(state, sweep_sql);

	sqlite3_bind_int64(statement, 1, now / DAY);
	sqlite3_bind_int(statement, 2, SWEPT);
	return op25b_state_step(statement);
}
