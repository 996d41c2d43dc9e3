/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a probe's rows come to: one verdict, what it rests on, and notes. Pure.
 *
 * Whether port 25 is closed or a server is down is told by comparison: with its other ports, and
 * with a control host that is known to run. Without either the verdict says what was seen and no
 * more.
 */
#pragma once

#include "probe/report.h"

/*
 * X(TAIL, name)
 *
 * WORKS             mail can go: port 25 where it was tested, and one way of submission
 * CLOSED            port 25 is closed; by whom can't be told
 * CLOSED_THERE      the same, while it is open to the control host
 * CLOSED_EVERYWHERE the same to the control host, which runs
 * NOTICE            the same, said by the provider in SMTP
 * BETWEEN           something between answers at port 25 in the server's place
 * REFUSES           the server itself refuses, at port 25
 * FAILS_25          something else is wrong with port 25
 * NO_SUBMISSION     the server runs, and answers at neither 587 nor 465
 * FAILS_SUBMISSION  it answers there, and mail programs can't use it
 * DOWN              it answers at no port, while the control host does
 * NO_WAY            the control host neither
 * NO_ANSWER         it answers at no port, and there is nothing to compare with
 * FAILING           for a status: one of the hosts does not work
 * NO_NAME, NO_ADDRESS, NO_DNS, NO_MAIL   what DNS says
 * UNTESTED          this machine has no such way out
 */
#define OP25B_PROBE_VERDICTS(X)                           \
	X(WORKS, "works")                                 \
	X(CLOSED, "port-25-closed")                       \
	X(CLOSED_THERE, "port-25-closed-there")           \
	X(CLOSED_EVERYWHERE, "port-25-closed-everywhere") \
	X(NOTICE, "port-25-notice")                       \
	X(BETWEEN, "something-between")                   \
	X(REFUSES, "server-refuses")                      \
	X(FAILS_25, "port-25-fails")                      \
	X(NO_SUBMISSION, "no-submission")                 \
	X(FAILS_SUBMISSION, "submission-fails")           \
	X(DOWN, "server-down")                            \
	X(NO_WAY, "no-way-out")                           \
	X(NO_ANSWER, "no-answer")                         \
	X(FAILING, "failing")                             \
	X(NO_NAME, "no-such-name")                        \
	X(NO_ADDRESS, "no-address")                       \
	X(NO_DNS, "no-dns")                               \
	X(NO_MAIL, "takes-no-mail")                       \
	X(UNTESTED, "not-tested")

/* What to do, then what else was noticed. X(TAIL, name) */
#define OP25B_PROBE_NOTES(X)                      \
	X(USE_SUBMISSION, "use-submission")       \
	X(OWN_SERVER, "own-server")               \
	X(SAY_CODE, "say-code")                   \
	X(READ_LINK, "read-link")                 \
	X(ASK_NETWORK, "ask-network")             \
	X(ASK_SERVER, "ask-server")               \
	X(CHECK_NAME, "check-name")               \
	X(GIVE_CONTROL, "give-control")           \
	X(EXCHANGE, "exchange")                   \
	X(NO_EXCHANGE, "no-exchange")             \
	X(DIFFERS, "differs")                     \
	X(NOT_HERE, "not-from-here")              \
	X(AUTH_EARLY, "auth-before-tls")          \
	X(NO_ENCRYPTION, "no-encryption")         \
	X(MASKED, "rewritten")                    \
	X(OTHER_GREETING, "other-greeting")       \
	X(UNTRUSTED, "certificate-untrusted")     \
	X(SELF_SIGNED, "certificate-self-signed") \
	X(EXPIRED, "certificate-expired")         \
	X(TOO_EARLY, "certificate-too-early")     \
	X(OTHER_NAME, "certificate-other-name")   \
	X(ENDS_SOON, "certificate-ends-soon")

#define OP25B_PROBE_VERDICT(tail, name) OP25B_PROBE_##tail##_VERDICT,
#define OP25B_PROBE_NOTED(tail, name)   OP25B_PROBE_##tail##_NOTE,

enum op25b_probe_verdict { OP25B_PROBE_VERDICTS(OP25B_PROBE_VERDICT) OP25B_PROBE_N_VERDICTS };
enum op25b_probe_note { OP25B_PROBE_NOTES(OP25B_PROBE_NOTED) OP25B_PROBE_N_NOTES };

#define OP25B_PROBE_MOST_NOTES 32

struct op25b_probe_noted {
	enum op25b_probe_note note;
	const struct op25b_probe_row *row; /* NULL: of no one row */
};

struct op25b_probe_judgement {
	enum op25b_probe_verdict verdict;
	const char *outcome;               /* of the pages, design-words 6b.1; NULL: none fits */
	int exit;                          /* 0, or the exit code of the stage */
	const struct op25b_probe_row *row; /* what the verdict rests on; NULL: DNS ... */
	size_t host;                       /* ... of this host */
	uint16_t open[8];                  /* submission ports of the first host that work */
	size_t n_open;
	struct op25b_probe_noted notes[OP25B_PROBE_MOST_NOTES];
	size_t n_notes;
};

#define OP25B_PROBE_EXIT_DNS   10
#define OP25B_PROBE_EXIT_ROUTE 14

/* Names, as in JSON. */
const char *op25b_probe_verdict_name(enum op25b_probe_verdict verdict);

/* The same. */
const char *op25b_probe_note_name(enum op25b_probe_note note);

/**
 * op25b_probe_judge() - the verdict on the first host.
 * @report: outlives @ret; a row that somebody between answered becomes one of OP25B_PROBE_PROXY
 */
void op25b_probe_judge(struct op25b_probe_report *report, struct op25b_probe_judgement *ret);

/**
 * op25b_probe_judge_status() - whether all hosts of a report work, for a status page: each by one
 * of its submission ports, or by what else was tested of it.
 */
void op25b_probe_judge_status(const struct op25b_probe_report *report,
			      struct op25b_probe_judgement *ret);

/* Whether one host works, as above: 1, 0, or -1: nothing of it could be tested from here. */
int op25b_probe_host_works(const struct op25b_probe_report *report, size_t host);
