/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a refused client is told: for every text that a plan can ask for, the whole SMTP replies
 * (RFC 5321 4.2) and the code that names it. A text belongs to (service, reason, manner); it
 * holds no line, no address and no time, so it is the same for every line of a service.
 *
 * The sentences are those of words/smtp.po; which of them are said depends on what the policy has:
 * nothing is promised that it does not keep.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "notice/code.h"
#include "notice/wire.h"
#include "op25b/abi.h"

struct op25b_plan;

#define OP25B_NOTICE_LINE  78   /* characters of a line of a reply, without its CRLF */
#define OP25B_NOTICE_REPLY 1024 /* bytes of a reply at most, with its CRLFs and the final NUL */
#define OP25B_NOTICE_TEXTS 1024 /* of a plan at most; thousands of listeners take seconds */

struct op25b_notice_text {
	uint16_t service; /* index in the generation, as a packet's decision has it */
	uint8_t reason;   /* OP25B_FOREIGN_SERVER, OP25B_DESIGNATED_SERVER_CLOSED or OP25B_HOLD */
	uint8_t manner;   /* enum op25b_manner */
	uint8_t line6;    /* prefix length of one IPv6 line of the service; 64 where none is told */
	char code[OP25B_CODE_TEXT];
	/*
	 * By enum op25b_wire_reply; each of one or more lines that end with CRLF. ASCII,
	 * NUL-terminated, never NULL; what HELO gets is that of other commands but with the
	 * manner helo.
	 */
	const char *replies[OP25B_WIRE_N_REPLIES];
};

/* Sorted by service, reason, manner; none twice. */
struct op25b_notice_texts {
	struct op25b_notice_text *list;
	size_t n, max;
	size_t beyond; /* texts that are left out, being more than OP25B_NOTICE_TEXTS */
};

/**
 * op25b_notice_texts_make() - the texts that can be asked for while a plan is in force.
 * @plan:      from op25b_plan_make(), with its policy; borrowed for the call
 * @ret_texts: written only on success; op25b_notice_texts_done() frees. Points neither into the
 *             plan nor into the policy
 *
 * A text for every (service, reason, manner) of a cell that refuses with OP25B_NOTICE, and, for
 * every manner of a hold with OP25B_NOTICE in force at the plan's instant, one a service: a hold
 * may name a line that only a session can tell. A service with an index of its own for unknown
 * lines has its texts twice, with one code.
 *
 * Returns 0; -ENOMEM. Pure; linear in cells, lines and services.
 */
int op25b_notice_texts_make(const struct op25b_plan *plan, struct op25b_notice_texts *ret_texts);

/**
 * op25b_notice_texts_done() - free the list and leave it empty.
 */
void op25b_notice_texts_done(struct op25b_notice_texts *texts);
