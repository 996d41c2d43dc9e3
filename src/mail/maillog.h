/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lines of Postfix's log, as far as they tell what became of a message. Of an address nothing is
 * handed on: results are numbers (design 4b.8). Lines hold what strangers typed, and may be cut or
 * somebody else's. Pure; the file is maillog-file.h's.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/policy.h"

#define OP25B_MAILLOG_LINE  8192U /* bytes of a line; of a longer one the rest is left out */
#define OP25B_MAILLOG_QUEUE 32U   /* bytes of a queue id and its NUL */

enum op25b_maillog_kind {
	OP25B_MAILLOG_NOTHING,   /* a line that tells nothing we need */
	OP25B_MAILLOG_QUEUED,    /* qmgr has it: it was taken */
	OP25B_MAILLOG_NOT_TAKEN, /* cleanup refused it, or its queue file was not written */
	OP25B_MAILLOG_RESULT,    /* of one recipient: delivered, deferred, bounced */
	OP25B_MAILLOG_GONE,      /* out of the queue: "removed" */
	OP25B_MAILLOG_HUNG_UP,   /* smtpd: the connection of .pid and .client is over */
};

struct op25b_maillog_event {
	enum op25b_maillog_kind kind;
	char queue_id[OP25B_MAILLOG_QUEUE]; /* "" where the line has none */
	uint32_t pid;                       /* HUNG_UP */
	struct op25b_prefix client;         /* HUNG_UP; family 0: not said */
	uint16_t client_port;               /* HUNG_UP; 0: not said */
	uint8_t dsn[3];                     /* RESULT: 5.1.1 as {5, 1, 1}; zeroes: not said */
	bool bounced;                       /* RESULT: for good */
};

/**
 * op25b_maillog_read() - what one line tells.
 * @line: @size bytes without the newline; need not end with a NUL
 * @ret:  written whole; .kind is OP25B_MAILLOG_NOTHING where nothing is told
 */
void op25b_maillog_read(const char *line, size_t size, struct op25b_maillog_event *ret);
