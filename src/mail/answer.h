/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a refused person reads: the sentences of words/mail.po for a reason, in one line of ASCII.
 * The first says what is the matter, the next what to do, the last where more is told. No address
 * of a sender, a recipient or a peer is in any.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "mail/people.h"
#include "mail/postfix.h"

/*
 * Bytes of a text and its NUL. Before it stands "<ADDRESS>: Recipient address rejected: ", and a
 * reply has 512 (RFC 5321 4.5.3.1.5); an answer to Dovecot has no more either.
 */
#define OP25B_ANSWER_TEXT 240U

/* What is known of a refusal. */
struct op25b_answer_facts {
	enum op25b_mail_reason reason;
	enum op25b_mail_at_limit at_limit; /* for reasons of limits */
	int64_t until;             /* for the same: when there is room again; 0: not known */
	uint32_t recipients, most; /* of OP25B_MAIL_LIMIT_MESSAGE */
	const char *code;          /* for support, as it is shown; NULL: none */
};

/**
 * op25b_answer_text() - the text, without codes of SMTP.
 * Returns its length, never 0.
 */
size_t op25b_answer_text(const struct op25b_people *people, const struct op25b_answer_facts *answer,
			 char ret[static OP25B_ANSWER_TEXT]);

/**
 * op25b_answer_action() - the same as Postfix is told it: "554 5.7.1 text" or "HOLD text".
 *
 * Never "OK" or "DUNNO": a reason that refuses nothing must not be given (asserted).
 */
void op25b_answer_action(const struct op25b_people *people, const struct op25b_answer_facts *answer,
			 char ret[static OP25B_POSTFIX_ACTION]);

/* What is said to who tries too many passwords. */
size_t op25b_answer_guard(char ret[static OP25B_ANSWER_TEXT]);

/* The whole action for a session whose account changed since it logged in; Postfix hangs up. */
void op25b_answer_again(char ret[static OP25B_POSTFIX_ACTION]);
