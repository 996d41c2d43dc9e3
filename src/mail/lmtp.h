/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The server's side of LMTP (RFC 2033) for test mails, check+CODE@domain: who is asked for a code
 * that nobody drew says so at RCPT, and of a mail that was taken nothing is kept but which way it
 * came (trace.h). Subject, body and all other fields are thrown away unread. One recipient a mail;
 * a second one is told to come again, which Postfix does. Pure: no descriptor, no clock, no
 * allocation; a conversation takes its struct and no more, however much comes.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mail/trace.h"

#define OP25B_LMTP_LINE   1000U       /* bytes of a command */
#define OP25B_LMTP_SENDER 255U        /* of MAIL FROM that are kept, with a NUL */
#define OP25B_LMTP_SIZE   (64U << 20) /* bytes of a mail; a larger one is refused at its end */

/* A mail, whole. */
struct op25b_lmtp_mail {
	uint64_t code;
	const char *sender; /* "": the null sender, or one that was too long */
	const struct op25b_trace *trace;
};

struct op25b_lmtp_calls {
	/* Whether a domain is one of ours. */
	bool (*domain)(void *arg, const char *domain);
	/* 1: a code that was drawn; 0: none; -errno: can't be told now. */
	int (*known)(void *arg, uint64_t code);
	/* Keep it: 0; -ENOENT: the code is forgotten by now; -errno. */
	int (*keep)(void *arg, const struct op25b_lmtp_mail *mail);
	void *arg;
	/* One reply, with its CRLF, to the client @to. */
	void (*say)(void *to, const char *text);
};

enum op25b_lmtp_place {
	OP25B_LMTP_COMMANDS,
	OP25B_LMTP_HEADER, /* of a mail */
	OP25B_LMTP_BODY,
	OP25B_LMTP_END, /* the client said QUIT, or what no client of ours says */
};

/* A conversation; op25b_lmtp_begin(). */
struct op25b_lmtp {
	const struct op25b_lmtp_calls *calls;
	const struct op25b_trace_own *own;
	void *to; /* for calls->say */
	enum op25b_lmtp_place place;
	bool greeted, mailing, named; /* LHLO, MAIL, RCPT were taken */
	char sender[OP25B_LMTP_SENDER];
	uint64_t code;
	struct op25b_trace trace;
	char line[OP25B_LMTP_LINE + 1]; /* a command, or the line of a mail as far as it fits */
	size_t n_line, n_mail;
	bool cut;                          /* the line was longer */
	char field[OP25B_TRACE_FIELD + 1]; /* unfolded; "": none yet */
	size_t n_field;
};

/* Begins, and says the greeting. @calls and @own must outlive it. */
void op25b_lmtp_begin(struct op25b_lmtp *lmtp, const struct op25b_lmtp_calls *calls,
		      const struct op25b_trace_own *own, void *to);

/**
 * op25b_lmtp_feed() - bytes as they come, in pieces of any size.
 * Returns false at the end of the conversation: close it once all is said.
 */
bool op25b_lmtp_feed(struct op25b_lmtp *lmtp, const char *data, size_t size);
