/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which way a mail came in, by the header fields that our own hosts wrote on top of it (RFC 5321
 * 4.4). The topmost Received must be by one of ours; the one below counts only where that says the
 * mail came from an address of ours, and so on. What a stranger wrote stands below the first that
 * says it came from him, and is not looked at. Postfix as `op25b mailconf` sets it up puts the
 * field Op25b-Door above its Received, which tells the port. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/policy.h"

#define OP25B_TRACE_DOOR  "Op25b-Door"
#define OP25B_TRACE_FIELD 2048U /* bytes of a field that are looked at */

/* Which door of ours a mail came in by. */
enum op25b_trace_door {
	OP25B_TRACE_UNKNOWN,
	OP25B_TRACE_MX,
	OP25B_TRACE_RELAY,
	OP25B_TRACE_587,
	OP25B_TRACE_465,
};

/* What is ours. */
struct op25b_trace_own {
	bool (*host)(void *arg, const char *name);
	bool (*address)(void *arg, const struct op25b_prefix *address);
	void *arg;
};

/* Zero at first, but for .own. */
struct op25b_trace {
	const struct op25b_trace_own *own;
	bool known; /* one of ours wrote down how it came; the rest is of the first that did: */
	bool tls, auth;
	enum op25b_trace_door door;
	struct op25b_prefix client; /* who brought it */
	bool automatic;             /* a program wrote it: nobody is to be answered (RFC 3834) */
	bool over;                  /* nothing below is ours */
	enum op25b_trace_door next; /* of the Received that follows */
};

/**
 * op25b_trace_field() - the next header field.
 * @field: unfolded, "Name: value", with a NUL; what is longer than OP25B_TRACE_FIELD may be cut
 */
void op25b_trace_field(struct op25b_trace *trace, const char *field);
