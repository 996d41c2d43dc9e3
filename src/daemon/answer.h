/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Answers of the control socket that change nothing, as JSON objects with their schema. Each is
 * made anew from what the daemon holds and what the kernel says now. NULL: no memory.
 */
#pragma once

#include <jansson.h>

#include "daemon/daemon.h"
#include "daemon/request.h"

/**
 * op25b_answer_status() - op25b.status/1: everything an operator looks at first.
 * "ok" is false if anything in "problems" is.
 */
json_t *op25b_answer_status(const struct op25b_daemon *d);

/**
 * op25b_answer_apply() - op25b.apply/1: what an apply, confirm or rollback left in force.
 * @schema: e.g. "op25b.apply/1"
 * @took_ms: how long the change took
 */
json_t *op25b_answer_change(const struct op25b_daemon *d, const char *schema, double took_ms);

/**
 * op25b_answer_counters() - op25b.counters/1: a row for each counter that isn't 0.
 * On failure of the kernel *ret is NULL and @error says why.
 */
int op25b_answer_counters(const struct op25b_daemon *d, json_t **ret, struct op25b_error *error);

/* Whether packets with this reason were refused, or would have been but were only counted. */
bool op25b_answer_limits(enum op25b_reason reason);

/**
 * op25b_answer_lines() - op25b.lines/1: what the policy in force says of an address now.
 */
json_t *op25b_answer_lines(const struct op25b_daemon *d, const struct op25b_prefix *address);

/**
 * op25b_answer_line() - op25b.line/1: what the policy in force says of a line by itself.
 * Cost: linear in the policy's lines and grants.
 */
json_t *op25b_answer_line(const struct op25b_daemon *d, const char *line);

/**
 * op25b_answer_facts() - op25b.facts/1: what is known of an address and the line's port (0: not
 * known), or of a line by its id.
 */
json_t *op25b_answer_facts(const struct op25b_daemon *d, const struct op25b_prefix *address,
			   uint16_t port);
json_t *op25b_answer_facts_of(const struct op25b_daemon *d, const char *name);

/**
 * op25b_answer_resolve() - op25b.resolve/1: the service and the line that a session which holds
 * facts->prefix has, or had, by the policy in force.
 */
json_t *op25b_answer_resolve(const struct op25b_daemon *d, const struct op25b_session_facts *facts);

/**
 * op25b_answer_explain() - op25b.explain/1, by the loaded program on the tables in force.
 */
int op25b_answer_explain(const struct op25b_daemon *d, const struct op25b_request *request,
			 json_t **ret, struct op25b_error *error);

/**
 * op25b_answer_service() - the name of a service by its index in a generation.
 * @digest: of that generation
 * NULL: 0, or not of the plan in force. Owned by the policy.
 */
const char *op25b_answer_service(const struct op25b_daemon *d, uint64_t digest, uint32_t index);
