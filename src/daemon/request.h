/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One line from a client as a request, see op25b/control.h. Pure: looks at the bytes and nothing
 * else, so that a fuzzer can drive it; everything in a request was checked here.
 */
#pragma once

#include <jansson.h>
#include <stdint.h>

#include "base/error.h"
#include "op25b/abi.h"
#include "op25b/control.h"
#include "policy/policy.h"
#include "policy/session.h"

/* Each request: enum tail, "op". */
#define OP25B_REQUESTS(X)         \
	X(APPLY, "apply")         \
	X(CONFIRM, "confirm")     \
	X(ROLLBACK, "rollback")   \
	X(STATUS, "status")       \
	X(RECONCILE, "reconcile") \
	X(COUNTERS, "counters")   \
	X(DAYS, "days")           \
	X(LINES, "lines")         \
	X(FACTS, "facts")         \
	X(RESOLVE, "resolve")     \
	X(EXPLAIN, "explain")     \
	X(MONITOR, "monitor")

enum op25b_op {
#define OP25B_OP_ENUM(tail, word) OP25B_OP_##tail,
	OP25B_REQUESTS(OP25B_OP_ENUM)
#undef OP25B_OP_ENUM
		OP25B_OP_COUNT
};

/* Sets of requests, for op25b_request_parse(). */
#define OP25B_OPS_ALL (~0U)
#define OP25B_OPS_READING                                                        \
	(1U << OP25B_OP_STATUS | 1U << OP25B_OP_COUNTERS | 1U << OP25B_OP_DAYS | \
	 1U << OP25B_OP_LINES | 1U << OP25B_OP_FACTS | 1U << OP25B_OP_RESOLVE |  \
	 1U << OP25B_OP_EXPLAIN)

#define OP25B_CONFIRM_MAX (7 * 24 * 3600) /* seconds */
#define OP25B_FRAME_MAX   4096U           /* bytes; the kernel's test run takes no longer ones */

struct op25b_request {
	enum op25b_op op;
	json_t *json;                /* owns what `files` points to */
	const json_t *files;         /* apply */
	int64_t confirm;             /* apply; seconds, 0: at once and for good */
	unsigned int days;           /* days: how many, 1 to OP25B_DAYS_MOST */
	bool services;               /* days: each day's, too */
	struct op25b_prefix address; /* lines, facts; a whole address, or family 0: */
	const char *line;            /* the same; a text of `json`, without control characters */
	uint16_t port;               /* facts; the line's, 0: not known */
	/* resolve; texts are of `json`, printable ASCII. The prefix is set */
	struct op25b_session_facts facts;
	enum op25b_side side;           /* explain: OP25B_SUBSCRIBER or OP25B_UPSTREAM */
	uint8_t frame[OP25B_FRAME_MAX]; /* explain, from its Ethernet header on */
	size_t frame_size;
};

/**
 * op25b_request_parse() - understand a line.
 * @line: @size bytes without the newline
 * @permitted: a bit for each enum op25b_op that may be asked
 * @ret_request: written only on success; op25b_request_done()
 *
 * Returns 0; -EINVAL: not a request, @error says why; -EPERM: one that is not permitted, nothing
 * else of it was looked at; -ENOMEM.
 */
int op25b_request_parse(const char *line, size_t size, unsigned int permitted,
			struct op25b_request *ret_request, struct op25b_error *error);

/* NULL-safe. */
void op25b_request_done(struct op25b_request *request);

/* "apply", ... */
const char *op25b_request_name(enum op25b_op op);
