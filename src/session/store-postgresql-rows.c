/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows of the PostgreSQL engine. Each value is somebody else's until it was looked at. */
#include <endian.h>
#include <errno.h>
#include <string.h>

#include "session/store-postgresql.h"

/* The value of a column of the type, -1 if it is NULL or of another. */
static int value_of(const PGresult *rows, int row, int column, Oid type, const char **ret)
{
	if (PQftype(rows, column) != type || PQfformat(rows, column) != 1 ||
	    PQgetisnull(rows, row, column))
		return -1;
	*ret = PQgetvalue(rows, row, column);
	return PQgetlength(rows, row, column);
}

int op25b_pg_read_int(const PGresult *rows, int row, int column, int64_t *ret)
{
	const char *value;
	uint64_t number;

	if (value_of(rows, row, column, OP25B_PG_INT_TYPE, &value) != sizeof(number))
		return -EBADMSG;
	memcpy(&number, value, sizeof(number));
	*ret = (int64_t)be64toh(number);
	return 0;
}

int op25b_pg_read_text(const PGresult *rows, int row, int column, const char **ret)
{
	int size = value_of(rows, row, column, OP25B_PG_TEXT_TYPE, ret);

	/* libpq ends each value with a NUL. */
	return size < 0 || size >= OP25B_ACCT_TEXT || strlen(*ret) != (size_t)size ? -EBADMSG : 0;
}

int op25b_pg_read_prefix(const PGresult *rows, int row, int column, struct op25b_prefix *ret)
{
	const char *value;
	int size = value_of(rows, row, column, OP25B_PG_BYTES_TYPE, &value);

	if (size < 0 || op25b_octets_to_prefix((const uint8_t *)value, (size_t)size, ret) != size)
		return -EBADMSG;
	return 0;
}

int op25b_pg_read_holder(const PGresult *rows, int row, int column, struct op25b_holder *ret)
{
	const char **const texts[] = { &ret->nas,    &ret->session,   &ret->user_name,
				       &ret->class_, &ret->filter_id, &ret->framed_pool };
	const int n = sizeof(texts) / sizeof(texts[0]);
	const bool purged = PQgetisnull(rows, row, column + 1);
	int r = op25b_pg_read_int(rows, row, column, &ret->id);

	for (int i = 0; i < n && r == 0; i++) {
		*texts[i] = "";
		if (!purged)
			r = op25b_pg_read_text(rows, row, column + 1 + i, texts[i]);
	}
	ret->first = 0;
	return r < 0 || purged ? r : op25b_pg_read_int(rows, row, column + 1 + n, &ret->first);
}

/* @n integers of columns that follow each other. */
static int read_ints(const PGresult *rows, int row, int column, int n, int64_t *const *rets)
{
	int r = 0;

	for (int i = 0; i < n && r == 0; i++)
		r = op25b_pg_read_int(rows, row, column + i, rets[i]);
	return r;
}

int op25b_pg_take_nas(struct op25b_batch *batch, const PGresult *rows, int row, int column)
{
	struct op25b_nas nas = { .id = 0 };
	int64_t unswept = 0;
	int64_t *const integers[] = { &nas.id,    &nas.last,       &nas.alive_since,
				      &nas.epoch, &nas.epoch_time, &unswept };
	const char *name;
	int r = op25b_pg_read_text(rows, row, column, &name);

	if (r == 0)
		r = read_ints(rows, row, column + 1, 6, integers);
	nas.unswept = unswept != 0;
	return r < 0 ? r : op25b_batch_put_nas(batch, name, &nas);
}

static int take_holder(struct op25b_batch *batch, const PGresult *rows, int row, int column)
{
	struct op25b_holder holder = { .nas = "" };
	const char **const texts[] = { &holder.session, &holder.user_name, &holder.class_,
				       &holder.filter_id, &holder.framed_pool };
	int64_t nas = 0;
	int r = op25b_pg_read_int(rows, row, column, &holder.id);

	if (r == 0)
		r = op25b_pg_read_int(rows, row, column + 1, &nas);
	for (int i = 0; i < 5 && r == 0; i++)
		r = op25b_pg_read_text(rows, row, column + 2 + i, texts[i]);
	if (r == 0)
		r = op25b_pg_read_int(rows, row, column + 7, &holder.first);
	return r < 0 ? r : op25b_batch_put_holder(batch, nas, &holder);
}

int op25b_pg_take_session(struct op25b_batch *batch, const PGresult *rows, int row)
{
	struct op25b_session session = { .nas = 0 };
	int64_t by = 0, lost = 0;
	int64_t *const integers[] = { &session.holder, &session.event, &by,  &session.epoch,
				      &session.seen,   &session.ended, &lost };
	const int claims_at = 9, holder_at = 10;
	const char *id, *claims;
	int size;

	if (!PQgetisnull(rows, row, holder_at)) {
		int r = take_holder(batch, rows, row, holder_at);

		if (r < 0)
			return r;
	}
	if (PQgetisnull(rows, row, 0))
		return 0;
	size = value_of(rows, row, claims_at, OP25B_PG_BYTES_TYPE, &claims);
	if (size < 0 || op25b_pg_read_int(rows, row, 0, &session.nas) < 0 ||
	    op25b_pg_read_text(rows, row, 1, &id) < 0 || read_ints(rows, row, 2, 7, integers) < 0 ||
	    by < OP25B_ACCT_START || by > OP25B_ACCT_INTERIM ||
	    op25b_octets_to_claims((const uint8_t *)claims, (size_t)size, &session) < 0)
		return -EBADMSG;
	session.by = (enum op25b_acct_status)by;
	session.lost = lost != 0;
	return op25b_batch_put_session(batch, session.nas, id, &session);
}

int op25b_pg_take_bindings(struct op25b_batch *batch, const PGresult *rows)
{
	int r = 0;

	for (int i = 0; i < PQntuples(rows) && r == 0; i++) {
		struct op25b_binding binding;
		struct op25b_prefix prefix;

		if (op25b_pg_read_prefix(rows, i, 0, &prefix) < 0 ||
		    op25b_pg_read_int(rows, i, 1, &binding.holder) < 0 ||
		    op25b_pg_read_int(rows, i, 2, &binding.since) < 0)
			return -EBADMSG;
		r = op25b_batch_put_binding(batch, &prefix, &binding);
	}
	return r;
}
