/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How an answer is written: op25b.explain/1, design section 6. The JSON is put together by hand and
 * without allocation, since a capture has a million of them; a test reads it with jansson.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "op25b/abi.h"
#include "policy/policy.h"

struct op25b_reply {
	uint64_t packet; /* from 1 */
	struct op25b_decision decision;
	const struct op25b_service *service; /* NULL: none was found */
	const char *line;                    /* as op25b_owner_line() says it; borrowed */
	bool fell_back; /* decided natively though another engine was asked for */
};

struct op25b_reply_writer {
	const struct op25b_policy *policy; /* borrowed */
	char **service_json;               /* policy->n_services quoted ids */
	bool json;
	FILE *out;            /* borrowed */
	uint64_t verdicts[3]; /* by enum op25b_verdict: what was written */
};

/**
 * op25b_reply_open() - get ready to write answers about one policy.
 * @json: JSON lines; else a readable line each
 *
 * Returns 0 or -ENOMEM.
 */
int op25b_reply_open(const struct op25b_policy *policy, bool json, FILE *out,
		     struct op25b_reply_writer *ret_writer);

/**
 * op25b_reply_write() - one line. Errors of the stream stay in it.
 * Cost: no allocation unless the line's id needs escapes, about 100 ns.
 */
void op25b_reply_write(struct op25b_reply_writer *writer, const struct op25b_reply *reply);

/**
 * op25b_reply_close() - free what opening made; the stream stays open.
 */
void op25b_reply_close(struct op25b_reply_writer *writer);
