/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What most commands read first: a policy file and an instant, and how instants are shown.
 */
#pragma once

#include <stdint.h>

#include "cli/command.h"
#include "policy/policy.h"

struct op25b_input {
	struct op25b_policy *policy; /* NULL if it has errors */
	struct op25b_findings findings;
	int64_t at;    /* seconds UTC: --at, or now */
	bool at_given; /* --at was there */
};

/**
 * op25b_input_read() - load a policy and read --at in its zone.
 * @at:        text of --at, or NULL: now
 * @ret_input: op25b_input_done() frees it
 * @ret_exit:  written on failure, after saying what is wrong
 *
 * A policy with errors is no failure here: ret_input->policy is NULL then. Process-wide effect:
 * from then on local time is that of the policy's zone (UTC where it has none).
 *
 * Returns 0; -EINVAL: @at is no date; -ENOMEM.
 */
int op25b_input_read(const struct op25b_command *command, const char *path, const char *at,
		     struct op25b_input *ret_input, int *ret_exit);

/**
 * op25b_input_policy() - the same for a command that needs a policy without errors: findings that
 * are errors go to standard error, *ret_exit is OP25B_EXIT_NO.
 */
int op25b_input_policy(const struct op25b_command *command, const char *path, const char *at,
		       struct op25b_input *ret_input, int *ret_exit);

/**
 * op25b_input_time() - read the text of an option that names an instant.
 * @option: its name, for the message
 * @policy: whose zone a date without an offset is in; NULL: it must have one
 * @until:  a date without a time means the end of that day
 *
 * The same process-wide effect. Returns 0, or -EINVAL and *ret_exit after saying what is wrong.
 */
int op25b_input_time(const struct op25b_command *command, const char *option, const char *text,
		     const struct op25b_policy *policy, bool until, int64_t *ret_at, int *ret_exit);

/**
 * op25b_input_done() - free what reading made; NULL-safe parts.
 */
void op25b_input_done(struct op25b_input *input);

#define OP25B_INPUT_DATE 40

/**
 * op25b_input_date() - an instant as RFC 3339 text in the zone of the policy read last.
 * Returns @buffer; "never" for INT64_MAX, "always" for INT64_MIN.
 */
const char *op25b_input_date(int64_t at, char buffer[static OP25B_INPUT_DATE]);
