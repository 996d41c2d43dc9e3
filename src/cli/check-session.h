/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `op25b check --session`: what a policy makes of one RADIUS session.
 */
#pragma once

#include <jansson.h>

#include "cli/command.h"
#include "policy/session.h"

#define OP25B_SESSION_ARGUMENT 2048

struct op25b_session_question {
	struct op25b_session_facts facts;
	char text[OP25B_SESSION_ARGUMENT]; /* what the facts point into */
};

/**
 * op25b_session_read() - facts from "nas=bng1,user_name=a@example.net,prefix=198.51.100.7".
 * @text:         pairs of the keys that session rules have, but for realm, which is of user_name
 * @ret_question: must stay where it is; written also on failure
 * @ret_exit:     written on failure, after saying what is wrong
 *
 * Returns 0 or -EINVAL.
 */
int op25b_session_read(const struct op25b_command *command, const char *text,
		       struct op25b_session_question *ret_question, int *ret_exit);

/**
 * op25b_session_print() - service, rule and line, a line of text each.
 */
void op25b_session_print(const struct op25b_policy *policy,
			 const struct op25b_session_facts *facts);

/**
 * op25b_session_json() - the same as an object, which the caller owns.
 */
json_t *op25b_session_json(const struct op25b_policy *policy,
			   const struct op25b_session_facts *facts);
