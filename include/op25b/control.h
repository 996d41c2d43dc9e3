/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The control protocol between op25b and op25bd, which share nothing else.
 *
 * A unix stream socket. The client writes one JSON object on one line and gets one JSON object on
 * one line; then it may ask again. "op" names the request:
 *
 *   {"op":"apply","files":[{"name":"p.yaml","text":"..."},...],"confirm":600}
 *       The whole policy: the root first, then every file it reads, under the names that policy.h
 *       gives them. The daemon opens no file of the client's. confirm (seconds) may be absent.
 *   {"op":"confirm"}  {"op":"rollback"}  {"op":"status"}  {"op":"counters"}
 *   {"op":"reconcile"}      compare the kernel with the policy and mend it; answers a status
 *   {"op":"lines","address":"192.0.2.7"}
 *   {"op":"lines","line":"L-1001"}
 *       What the policy in force says of a line, as exemptions and holds name it, with or without a
 *       session: {"schema":"op25b.line/1","line":...,"static":[{"prefix":...,"line":...,
 *       "service":...}],"exemptions":[...],"holds":[...]}.
 *   {"op":"resolve","prefix":"192.0.2.7/32","nas":"bng1","user_name":"...","class":"...",
 *    "filter_id":"...","framed_pool":"..."}
 *       Which service and line a session has that held this prefix, by the policy in force now;
 *       every text may be absent. {"schema":"op25b.resolve/1","service":...,"line":...}, or null.
 *   {"op":"explain","side":"subscriber","src":"...","dst":"...","sport":40000,"dport":25}
 *   {"op":"explain","side":"upstream","frame":"hex of a frame from its Ethernet header on"}
 *   {"op":"monitor"}        answers one line and then a line an event until the client closes
 *
 * op25b-radiusd has a socket of its own where the same is spoken: it knows {"op":"status"}.
 *
 * Answers of changes and of status have "problems", what is not as it should be, and "warnings",
 * where the gateway answers otherwise than the policy says and nothing is wrong: lists of texts.
 *
 * An answer has "schema", or it is {"error":{"code":"...","text":"..."}}: text for a person,
 * code one of OP25B_CONTROL_CODES. Answers may gain keys; readers pass over those they don't know.
 */
#pragma once

#define OP25B_CONTROL_SOCKET "/run/op25b/control.sock"

/* Bytes of one request line; a longer one ends the connection. */
#define OP25B_CONTROL_LINE_MAX (256U << 20)

/* Connections at a time; more are closed at once with OP25B_CONTROL_BUSY. */
#define OP25B_CONTROL_CLIENTS 64U

/* Seconds a client may take to send the rest of a line, or to take its answer. */
#define OP25B_CONTROL_PATIENCE 30

/* Each code: enum tail, the word on the wire. */
#define OP25B_CONTROL_CODES(X)                                           \
	X(BAD_REQUEST, "bad-request")       /* the client's fault */     \
	X(TOO_LARGE, "too-large")           /* OP25B_CONTROL_LINE_MAX */ \
	X(BUSY, "busy")                     /* OP25B_CONTROL_CLIENTS */  \
	X(INVALID_POLICY, "invalid-policy") /* text: the findings */     \
	X(NOTHING_PENDING, "nothing-pending")                            \
	X(NO_PREVIOUS, "no-previous")                                    \
	X(NO_POLICY, "no-policy")                                        \
	X(SESSIONS_UNKNOWN, "sessions-unknown") /* see op25bd(8) */      \
	X(FAILED,                                                        \
	  "failed") /* the kernel or the state folder; nothing changed unless text says so */

enum op25b_control_code {
#define OP25B_CONTROL_ENUM(tail, word) OP25B_CONTROL_##tail,
	OP25B_CONTROL_CODES(OP25B_CONTROL_ENUM)
#undef OP25B_CONTROL_ENUM
};
