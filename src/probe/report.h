/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a probe has seen. A row is one connection: to one address of one host, one port, from one
 * source. It goes through stages in order until one fails; the result says how that one failed.
 * Everything a server said is in here escaped (escape.h): safe for a terminal and for JSON.
 */
#pragma once

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/code.h"

/* X(TAIL, name) */
#define OP25B_PROBE_STAGES(X)         \
	X(CONNECT, "connect")         \
	X(GREETING, "greeting")       \
	X(EHLO, "ehlo")               \
	X(STARTTLS, "starttls")       \
	X(TLS, "tls")                 \
	X(CERTIFICATE, "certificate") \
	X(AUTH, "auth")

/*
 * How a row ended. X(TAIL, name)
 *
 * TIMEOUT      the connection was not answered: what a filter that drops does
 * RESET        it was refused by a TCP RST
 * PROHIBITED   ICMP said that a filter forbids it
 * UNREACHABLE  ICMP said that there is no way on, no such host or port
 * NO_ROUTE     this machine has no route for the address, or not the family
 * NO_SOURCE    this machine does not have the source address
 * NOTICE       an SMTP refusal that says that port 25 is closed, with the code of a notice
 * SILENT       no answer in time, on an open connection
 * CLOSED       the connection ended in the middle
 * REFUSED      the server itself refuses, in SMTP
 * NOT_SMTP     what is said is not SMTP
 * PROXY        something between rewrites what is said, or answers in the server's place
 * TLS_FAILED   no TLS came about
 */
#define OP25B_PROBE_RESULTS(X)          \
	X(OPEN, "open")                 \
	X(TIMEOUT, "timeout")           \
	X(RESET, "reset")               \
	X(PROHIBITED, "prohibited")     \
	X(UNREACHABLE, "unreachable")   \
	X(NO_ROUTE, "no-route")         \
	X(NO_SOURCE, "no-source")       \
	X(NOTICE, "notice")             \
	X(SILENT, "silent")             \
	X(CLOSED, "closed")             \
	X(REFUSED, "refused")           \
	X(NOT_SMTP, "not-smtp")         \
	X(PROXY, "proxy")               \
	X(EHLO_REFUSED, "ehlo-refused") \
	X(NO_STARTTLS, "no-starttls")   \
	X(TLS_FAILED, "tls-failed")     \
	X(CERTIFICATE, "certificate")   \
	X(NO_AUTH, "no-auth")

#define OP25B_PROBE_STAGE(tail, name)  OP25B_PROBE_##tail##_STAGE,
#define OP25B_PROBE_RESULT(tail, name) OP25B_PROBE_##tail,

enum op25b_probe_stage { OP25B_PROBE_STAGES(OP25B_PROBE_STAGE) OP25B_PROBE_N_STAGES };
enum op25b_probe_result { OP25B_PROBE_RESULTS(OP25B_PROBE_RESULT) OP25B_PROBE_N_RESULTS };

enum op25b_probe_state {
	OP25B_PROBE_SKIPPED, /* not reached, or not of this port */
	OP25B_PROBE_GOOD,
	OP25B_PROBE_DOUBTFUL, /* noted; mail passes */
	OP25B_PROBE_BAD,
};

struct op25b_probe_step {
	enum op25b_probe_state state;
	int ms; /* that the stage took */
};

/* What a certificate is not: bits. */
enum op25b_probe_certificate {
	OP25B_PROBE_UNTRUSTED = 1,   /* no chain to a known authority */
	OP25B_PROBE_SELF_SIGNED = 2, /* with UNTRUSTED: by itself */
	OP25B_PROBE_EXPIRED = 4,
	OP25B_PROBE_TOO_EARLY = 8,
	OP25B_PROBE_OTHER_NAME = 16,
	OP25B_PROBE_ENDS_SOON = 32, /* within OP25B_PROBE_SOON seconds: no fault */
};

#define OP25B_PROBE_SOON (14 * 86400)

#define OP25B_PROBE_NAME  256 /* bytes of a host's name, with its NUL */
#define OP25B_PROBE_TEXT  512 /* of a line that was said, escaped */
#define OP25B_PROBE_AUTH  8   /* mechanisms that are shown */
#define OP25B_PROBE_WORD  24  /* bytes of one */
#define OP25B_PROBE_NOTE  12  /* lines of a refusal that are kept */
#define OP25B_PROBE_LINES 200 /* of a transcript */
#define OP25B_PROBE_HOSTS 34  /* of a report at most */

/* What the server wanted to tell who reads it. */
struct op25b_probe_refusal {
	char code[OP25B_CODE_TEXT]; /* of a notice; "": none */
	char link[128];             /* ""; else the first http or https address */
	char lines[OP25B_PROBE_NOTE][OP25B_PROBE_TEXT];
	size_t n_lines;
};

struct op25b_probe_said {
	bool ours;
	bool secret; /* inside TLS */
	int ms;      /* since the row began */
	char *text;  /* owned */
};

struct op25b_probe_row {
	size_t host; /* of op25b_probe_report.hosts */
	struct sockaddr_storage address;
	struct sockaddr_storage source; /* ss_family 0: any */
	uint16_t port;
	bool control; /* of a control host */

	enum op25b_probe_result result;
	enum op25b_probe_stage stage; /* the last that was reached */
	struct op25b_probe_step steps[OP25B_PROBE_N_STAGES];
	int ms;                        /* in all */
	char detail[OP25B_PROBE_TEXT]; /* "", or what is behind the result */

	char greeting[OP25B_PROBE_TEXT];     /* the first line of it */
	char names_itself[OP25B_PROBE_NAME]; /* the host that the greeting names */
	bool auth_early;                     /* AUTH was offered before TLS */
	bool masked;                         /* something between writes over what is said */
	char auth[OP25B_PROBE_AUTH][OP25B_PROBE_WORD];
	size_t n_auth;
	struct op25b_probe_refusal refusal;
	char tls[48];              /* "TLSv1.3 TLS_AES_256_GCM_SHA384" */
	unsigned int certificate;  /* bits of enum op25b_probe_certificate */
	int64_t certificate_until; /* seconds; 0: none was seen */
	char subject[OP25B_PROBE_TEXT], issuer[OP25B_PROBE_TEXT];
	struct op25b_probe_said *said; /* @n_said of them, owned */
	size_t n_said;
};

enum op25b_probe_dns {
	OP25B_PROBE_DNS_LITERAL, /* an address was given */
	OP25B_PROBE_DNS_FOUND,
	OP25B_PROBE_DNS_NO_NAME,    /* there is no such name */
	OP25B_PROBE_DNS_NO_ADDRESS, /* it has no address, and no MX that has one */
	OP25B_PROBE_DNS_FAILED,     /* no answer from the resolver */
};

struct op25b_probe_host {
	char name[OP25B_PROBE_NAME];
	bool control;
	bool is_exchange;                /* found as the MX of the host before it */
	char exchange[OP25B_PROBE_NAME]; /* the MX whose port 25 is tested; "": itself */
	bool takes_no_mail;              /* a null MX, RFC 7505 */
	enum op25b_probe_dns dns;
	char detail[OP25B_PROBE_TEXT]; /* the resolver's words on a failure */
	int ms;
	size_t n_v4, n_v6; /* addresses; the first of each is tested */
	struct sockaddr_storage v4, v6;
};

struct op25b_probe_report {
	int64_t at;                     /* seconds */
	struct op25b_probe_host *hosts; /* the first is the one asked for */
	size_t n_hosts;
	struct op25b_probe_row *rows;
	size_t n_rows;
};

/* Names, as in JSON. */
const char *op25b_probe_stage_name(enum op25b_probe_stage stage);

/* The same. */
const char *op25b_probe_result_name(enum op25b_probe_result result);

/* "192.0.2.1" or "2001:db8::1"; "" of no address. Returns @text. */
const char *op25b_probe_address(const struct sockaddr_storage *address,
				char text[static INET6_ADDRSTRLEN]);

/* Whether a row is of IPv6. */
bool op25b_probe_is_v6(const struct op25b_probe_row *row);

/**
 * op25b_probe_works() - what a row says of its port.
 * Returns 1: mail can go that way; 0: not; -1: nothing, as this machine has no such way out.
 */
int op25b_probe_works(const struct op25b_probe_row *row);

/* The exit code of a row: 0, or that of the stage at which it ended; op25b(1) has the list. */
int op25b_probe_exit(const struct op25b_probe_row *row);

/* Keeps a line of a transcript; beyond OP25B_PROBE_LINES nothing. @text is plain (escape.h). */
void op25b_probe_say(struct op25b_probe_row *row, bool ours, bool secret, int ms, const char *text);

/* Frees what a report owns; it may be zeroed. */
void op25b_probe_report_done(struct op25b_probe_report *report);
