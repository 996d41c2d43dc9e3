/* SPDX-License-Identifier: BSD-2-Clause */
/* Exchanges of the PostgreSQL engine: libpq's pipeline, with a deadline. */
#include <endian.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "session/store-postgresql.h"

/* Of one exchange: beyond what the server allows one statement. */
#define PATIENCE 45

static const char *const texts[OP25B_PG_COUNT] = {
#define OP25B_PG_TEXT(tail, sql) [OP25B_PG_##tail] = (sql),
	OP25B_PG_STATEMENTS(OP25B_PG_TEXT)
#undef OP25B_PG_TEXT
};

/* An array in binary: dimensions, whether there are NULLs, type; of each, length and beginning. */
#define ARRAY_HEAD  20
#define ARRAY_EMPTY 12

static void put32(char *at, uint32_t value)
{
	value = htobe32(value);
	memcpy(at, &value, sizeof(value));
}

/* Room for @size more behind the head and the elements. */
static bool make_room(struct op25b_pg_array *array, size_t size)
{
	size_t wanted;

	if (!array->size)
		array->size = ARRAY_HEAD;
	wanted = array->size + size;
	if (wanted > array->room && !array->failed) {
		size_t room = 2 * wanted < 1024 ? 1024 : 2 * wanted;
		char *grown = realloc(array->data, room);

		array->failed = !grown;
		array->data = grown ? grown : array->data;
		array->room = grown ? room : array->room;
	}
	return !array->failed;
}

static void add(struct op25b_pg_array *array, uint32_t type, const void *data, size_t size)
{
	if (!make_room(array, 4 + size))
		return;
	put32(array->data + array->size, (uint32_t)size);
	memcpy(array->data + array->size + 4, data, size);
	array->size += 4 + size;
	array->n++;
	array->type = type;
}

void op25b_pg_add_int(struct op25b_pg_array *array, int64_t value)
{
	const uint64_t number = htobe64((uint64_t)value);

	add(array, OP25B_PG_INT_TYPE, &number, sizeof(number));
}

void op25b_pg_add_text(struct op25b_pg_array *array, const char *text)
{
	add(array, OP25B_PG_TEXT_TYPE, text, strlen(text));
}

void op25b_pg_add_octets(struct op25b_pg_array *array, const void *data, size_t size)
{
	add(array, OP25B_PG_BYTES_TYPE, data, size);
}

void op25b_pg_add_prefix(struct op25b_pg_array *array, const struct op25b_prefix *prefix)
{
	uint8_t buffer[OP25B_OCTETS_PREFIX];
	size_t size = op25b_octets_of_prefix(prefix, buffer);

	op25b_pg_add_octets(array, buffer, size);
}

void op25b_pg_int(struct op25b_pg_call *call, int64_t value)
{
	call->values[call->n++] = (struct op25b_pg_value){
		.size = sizeof(uint64_t),
		.number = htobe64((uint64_t)value),
	};
}

void op25b_pg_octets(struct op25b_pg_call *call, const void *data, size_t size)
{
	call->values[call->n++] = (struct op25b_pg_value){ .data = data, .size = size };
}

void op25b_pg_text(struct op25b_pg_call *call, const char *text)
{
	op25b_pg_octets(call, text, text ? strlen(text) : 0);
}

void op25b_pg_array(struct op25b_pg_call *call, struct op25b_pg_array *array)
{
	if (!make_room(array, 0)) {
		call->failed = true;
		return;
	}
	put32(array->data, array->n ? 1 : 0);
	put32(array->data + 4, 0);
	put32(array->data + 8, array->type);
	put32(array->data + 12, array->n);
	put32(array->data + 16, 1);
	op25b_pg_octets(call, array->data, array->n ? array->size : ARRAY_EMPTY);
}

static int64_t clock_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int lost(struct op25b_pg *store)
{
	return op25b_pg_fail(store, -ENOTCONN, "talking to the server",
			     PQerrorMessage(store->conn));
}

/* Send what is left to send, and wait until the next PQgetResult() does not block. */
static int await_result(struct op25b_pg *store, int64_t deadline)
{
	for (;;) {
		int unsent = PQflush(store->conn);
		struct pollfd fd = { .fd = PQsocket(store->conn),
				     .events = (short)(unsent ? POLLIN | POLLOUT : POLLIN) };
		int64_t left = deadline - clock_now();

		if (unsent < 0)
			return lost(store);
		if (!unsent && !PQisBusy(store->conn))
			return 0;
		if (left <= 0)
			return op25b_pg_fail(store, -ENOTCONN, "talking to the server",
					     "no answer in time");
		if (poll(&fd, 1, (int)left) > 0 && fd.revents & (POLLIN | POLLERR | POLLHUP) &&
		    !PQconsumeInput(store->conn))
			return lost(store);
	}
}

/* By class of SQLSTATE, or the whole of it. */
static int code_of(const char *state)
{
	static const struct {
		char begins[6];
		int code;
	} codes[] = {
		{ "08", -ENOTCONN },    { "22", -EBADMSG },    { "23", -EBADMSG },
		{ "25006", -EROFS },    { "28", -EACCES },     { "3D", -ENOENT },
		{ "40", -EBUSY },       { "42501", -EACCES },  { "42", -EBADMSG },
		{ "53100", -ENOSPC },   { "53200", -ENOMEM },  { "53300", -EBUSY },
		{ "55P03", -EBUSY },    { "57014", -EBUSY },   { "57P", -ENOTCONN },
		{ "25P03", -ENOTCONN }, { "XX001", -EBADMSG }, { "XX002", -EBADMSG },
	};

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (strncmp(state, codes[i].begins, strlen(codes[i].begins)) == 0)
			return codes[i].code;
	return -EIO;
}

static int judge(struct op25b_pg *store, const PGresult *result, const char *tried)
{
	const char *state, *says;

	switch (PQresultStatus(result)) {
	case PGRES_TUPLES_OK:
	case PGRES_COMMAND_OK:
		return 0;
	default:
		break;
	}
	if (PQstatus(store->conn) != CONNECTION_OK)
		return lost(store);
	state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	says = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	return op25b_pg_fail(store, code_of(state ? state : ""), tried,
			     says ? says : PQresultErrorMessage(result));
}

static int send(struct op25b_pg *store, struct op25b_pg_call *call)
{
	const char *values[10] = { NULL };
	int lengths[10] = { 0 }, formats[10];
	char name[16];

	if (call->failed)
		return op25b_pg_fail(store, -ENOMEM, "writing", "out of memory");
	for (int i = 0; i < call->n; i++) {
		const struct op25b_pg_value *value = &call->values[i];

		if (value->size > INT_MAX)
			return op25b_pg_fail(store, -EMSGSIZE, "writing", "a batch is too large");
		values[i] = value->data ? value->data :
			    value->size ? (const char *)&value->number :
					  NULL;
		lengths[i] = (int)value->size;
		formats[i] = 1;
	}
	snprintf(name, sizeof(name), "%d", call->which);
	if (PQsendQueryPrepared(store->conn, name, call->n, values, lengths, formats, 1))
		return 0;
	return lost(store);
}

/* Read all results up to the synchronisation point. */
static int receive(struct op25b_pg *store, struct op25b_pg_call *calls, size_t n)
{
	const int64_t deadline = clock_now() + PATIENCE * 1000;
	int r = 0;

	for (size_t i = 0;;) {
		int failed = await_result(store, deadline);
		PGresult *result;

		if (failed < 0)
			return failed;
		result = PQgetResult(store->conn);
		if (!result) {
			i++;
		} else if (PQresultStatus(result) == PGRES_PIPELINE_SYNC) {
			PQclear(result);
			return r;
		} else if (r < 0 || i >= n) {
			PQclear(result);
		} else {
			calls[i].result = result;
			r = judge(store, result, "answering");
		}
		if (PQstatus(store->conn) != CONNECTION_OK)
			return r < 0 ? r : lost(store);
	}
}

int op25b_pg_exchange(struct op25b_pg *store, struct op25b_pg_call *calls, size_t n)
{
	int r = 0;

	if (!store->conn)
		return op25b_pg_fail(store, -ENOTCONN, "talking to the server",
				     "the connection was lost");
	for (size_t i = 0; i < n && r == 0; i++)
		r = send(store, &calls[i]);
	if (!PQpipelineSync(store->conn)) {
		if (r == 0)
			r = lost(store);
		op25b_pg_drop(store);
		return r;
	}
	if (r < 0) {
		/* Part of it was sent: whatever that was, it is not kept. */
		op25b_pg_drop(store);
		return r;
	}
	r = receive(store, calls, n);
	if (r == -ENOTCONN)
		op25b_pg_drop(store);
	return r;
}

void op25b_pg_done(struct op25b_pg_call *calls, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		PQclear(calls[i].result);
		calls[i].result = NULL;
	}
}

void op25b_pg_leave(struct op25b_pg *store)
{
	struct op25b_pg_call call = { .which = OP25B_PG_ROLLBACK };
	const struct op25b_error said = store->said;

	if (!store->conn || PQtransactionStatus(store->conn) == PQTRANS_IDLE)
		return;
	if (op25b_pg_exchange(store, &call, 1) < 0)
		op25b_pg_drop(store);
	op25b_pg_done(&call, 1);
	store->said = said;
}

int op25b_pg_script(struct op25b_pg *store, const char *sql, PGresult **ret)
{
	const int64_t deadline = clock_now() + PATIENCE * 1000;
	PGresult *last = NULL, *result;
	int r = PQsendQuery(store->conn, sql) ? 0 : lost(store);

	while (r == 0) {
		r = await_result(store, deadline);
		if (r < 0)
			break;
		result = PQgetResult(store->conn);
		if (!result)
			break;
		PQclear(last);
		last = result;
		r = judge(store, result, "preparing the store");
	}
	if (r == 0 && ret)
		*ret = last;
	else
		PQclear(last);
	return r;
}

int op25b_pg_prepare(struct op25b_pg *store)
{
	struct op25b_pg_call results[OP25B_PG_COUNT] = { { .result = NULL } };
	int r = PQsetnonblocking(store->conn, 1) == 0 && PQenterPipelineMode(store->conn) ?
			0 :
			lost(store);
	char name[16];

	for (int i = 0; i < OP25B_PG_COUNT && r == 0; i++) {
		snprintf(name, sizeof(name), "%d", i);
		if (!PQsendPrepare(store->conn, name, texts[i], 0, NULL))
			r = lost(store);
	}
	if (r == 0 && !PQpipelineSync(store->conn))
		r = lost(store);
	if (r == 0)
		r = receive(store, results, OP25B_PG_COUNT);
	op25b_pg_done(results, OP25B_PG_COUNT);
	return r;
}
