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
 *   {"op":"days","days":31,"services":true}
 *       What was refused, and only counted, on each of the last 31 days up to today (1 to 400, or
 *       absent: all), in packets as `counters` has them. Days are kept as op25bd(8) says.
 *       {"schema":"op25b.days/1","unit":"packets","timezone":"Asia/Tokyo","today":"2027-04-03",
 *        "days":[{"day":"2027-04-02","whole":true,"refused":7,"counted":0,
 *                 "services":[{"service":"id"|null|"(other)","refused":7,"counted":0,
 *                              "whole":true},...]},...],
 *                                 the newest first; a day that nobody watched is left out. whole:
 *                                 false of today, and of what was watched in part only
 *        "services":[{"service":"id","refuses_from":"2027-04-01"|null,
 *                     "before":{"days":3,"refused":0.0,"counted":12.5},
 *                     "after":{"days":0,"refused":null,"counted":null}},...]}
 *                                 means a day, of all whole days that are kept. refuses_from: null
 *                                 while no rule in force refuses; then every day is before
 *       With "services":false a day has none of its own.
 *   {"op":"reconcile"}      compare the kernel with the policy and mend it; answers a status
 *   {"op":"lines","address":"192.0.2.7"}
 *   {"op":"lines","line":"L-1001"}
 *       What the policy in force says of a line, as exemptions and holds name it, with or without a
 *       session: {"schema":"op25b.line/1","line":...,"static":[{"prefix":...,"line":...,
 *       "service":...}],"exemptions":[...],"holds":[...],"facts":{...}}.
 *   {"op":"resolve","prefix":"192.0.2.7/32","nas":"bng1","user_name":"...","class":"...",
 *    "filter_id":"...","framed_pool":"..."}
 *       Which service and line a session has that held this prefix, by the policy in force now;
 *       every text may be absent. {"schema":"op25b.resolve/1","service":...,"line":...}, or null.
 *   {"op":"explain","side":"subscriber","src":"...","dst":"...","sport":40000,"dport":25}
 *   {"op":"explain","side":"upstream","frame":"hex of a frame from its Ethernet header on"}
 *   {"op":"monitor"}        answers one line and then a line an event until the client closes
 *   {"op":"facts","address":"192.0.2.7","port":40000}      port: the line's own; may be absent
 *   {"op":"facts","line":"L-1001"}
 *       What op25bd keeps of one line for at most an hour:
 *       {"schema":"op25b.facts/1","kept":true,
 *        "line":"L-1001"|null,    null: the line has no id, or can't be told
 *        "prefix":"2001:db8:1000:100::/56"|null,   what the facts are of where the line has no id
 *        "service":"id"|null,     of the address now; null where a line was asked for
 *        "last":{"at":"2027-04-01T00:00:00Z","reason":"foreign-server","family":"v4"|"v6",
 *                "service":"id"|null}|null,   the last connection attempt that was refused
 *        "attempts":0, "destinations":0,   refused ones, and how many addresses they were to;
 *                                 counted up to the setting "suspect" and no further
 *        "suspect":false,         destinations reached the setting
 *        "since":3000,            seconds that attempts and destinations are of; at most 3600
 *        "suspect_from":20, "digest":"16 hex digits of the policy in force"}
 *       "kept" is false where nothing is kept of this line: the gateway file says so, many lines
 *       share the address and this one can't be told, nobody is known to hold it, or it is of no
 *       pool. Then "last" is null, the numbers are 0 and "suspect" is false.
 *
 * The socket for reading (the gateway file's `reader`) answers facts, status, counters, days,
 * explain, resolve and lines; everything else is "not-permitted" there.
 *
 * op25b-radiusd has a socket of its own where the same is spoken: it knows {"op":"status"}. So has
 * op25b-maild: what it knows is in src/maild/requests.c. Its socket for reading (the maild file's
 * `reader`) answers status, code, caller, echo-new and echo. Its desk (`desk`) takes account-claim,
 * account-confirm, account-abroad and account-abroad-open, see src/mail/account-claim.h. Other mail
 * hosts ask it held and let-go by TCP (the maild file's `listen`), with "key". Times of op25b-maild
 * are seconds UTC.
 *
 *   {"op":"caller","address":"192.0.2.7","port":40000}     port: the caller's own; may be absent
 *       What is known of the caller's line, without a name or an address:
 *       {"schema":"op25b.caller/1",
 *        "line_known":true,       false: elsewhere, or of many who share the address
 *        "elsewhere":false,       no line of this provider
 *        "country_closed":false,  from there mail of ours is refused as abroad-closed, unless the
 *                                 customer opened it
 *        "accounts":{"stopped":false,"held":false,"slow":false,"first_password":false},
 *                                 whether one that is tied to the line is
 *        "limit":{"until":1806537600}|null,         what the line or such an account was last
 *                                 refused for was a limit, which ends then
 *        "last_refusal":{"reason":"sender-not-yours","outcome":"settings-sender","at":1806530000,
 *                        "until":1806537600|null}|null}    the newest of the line's or such an
 *                                 account's, for as long as codes are kept
 *   {"op":"echo-new"}
 *       {"schema":"op25b.echo-new/1","code":"4123-456-780",
 *        "address":"check+4123456780@example.net","until":1806537600}
 *       Of a host without `echo`: the error "failed".
 *   {"op":"echo","code":"4123-456-780"}
 *       {"schema":"op25b.echo/1","known":true,      false: never drawn, or forgotten
 *        "arrived":true, "until":1806537600|null,
 *        "at":1806530000|null, "tls":true|false|null, "auth":true|false|null,
 *        "port":25|465|587|null,  for mail that came in through our own servers' doors only
 *        "own":true,              sent through one of our servers, by an account that logged in or
 *                                 a line that may relay; false: another server brought it
 *        "family":"v4"|"v6"|null}               of the connection that brought it
 *       null: not known. Of several mails to one code the last counts.
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
#define OP25B_CONTROL_CODES(X)                                                \
	X(BAD_REQUEST, "bad-request")       /* the client's fault */          \
	X(TOO_LARGE, "too-large")           /* OP25B_CONTROL_LINE_MAX */      \
	X(BUSY, "busy")                     /* OP25B_CONTROL_CLIENTS */       \
	X(INVALID_POLICY, "invalid-policy") /* text: the findings */          \
	X(NOTHING_PENDING, "nothing-pending")                                 \
	X(NO_PREVIOUS, "no-previous")                                         \
	X(NO_POLICY, "no-policy")                                             \
	X(NOT_PERMITTED, "not-permitted")       /* on a socket for reading */ \
	X(SESSIONS_UNKNOWN, "sessions-unknown") /* see op25bd(8) */           \
	X(FAILED,                                                             \
	  "failed") /* the kernel or the state folder; nothing changed unless text says so */

enum op25b_control_code {
#define OP25B_CONTROL_ENUM(tail, word) OP25B_CONTROL_##tail,
	OP25B_CONTROL_CODES(OP25B_CONTROL_ENUM)
#undef OP25B_CONTROL_ENUM
};
