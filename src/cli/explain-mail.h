/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `op25b explain --mail`: may mail to other domains enter the provider's relay by this connection?
 */
#pragma once

#include "cli/input.h"
#include "policy/mail-decide.h"

#define OP25B_MAIL_ARGUMENT 1024 /* bytes of the option's text and its NUL */

struct op25b_mail_question {
	struct op25b_prefix peer; /* a whole address */
	uint16_t peer_port;       /* 0: not known */
	uint32_t tenant;
	struct op25b_mail_facts facts; /* but for the peer */
	char text[OP25B_MAIL_ARGUMENT];
};

/**
 * op25b_mail_question_read() - read what --mail says of a connection.
 * @text:         words and KEY=VALUE between commas
 * @ret_question: the port and the peer are the caller's; facts point into the policy
 * @ret_exit:     written on failure, after saying what is wrong
 *
 * Returns 0 or -EINVAL.
 */
int op25b_mail_question_read(const struct op25b_command *command, const struct op25b_policy *policy,
			     const char *text, struct op25b_mail_question *ret_question,
			     int *ret_exit);

/**
 * op25b_explain_mail() - answer on standard output.
 * @json: one line of op25b.mail/1; else sentences with their places in the policy
 *
 * Returns enum op25b_exit.
 */
int op25b_explain_mail(const struct op25b_command *command, const struct op25b_input *input,
		       const struct op25b_mail_question *question, bool json);
