/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a policy makes of a RADIUS session: which service it has and what names its line. The
 * session store keeps what was reported; whoever reads it asks here, with a policy of its own.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/policy.h"

#define OP25B_NO_SERVICE UINT32_MAX

/*
 * One address or prefix of a session, and what was reported of the session. Texts are never NULL,
 * "" where absent; prefix.family 0: not known. Everything is borrowed.
 */
struct op25b_session_facts {
	const char *nas, *user_name, *class_, *filter_id, *framed_pool;
	struct op25b_prefix prefix;
	/* For people: no rule looks at them. NULL and 0 where not known. */
	const char *session; /* Acct-Session-Id */
	int64_t since;       /* event time at which it was first reported so */
};

/**
 * op25b_session_text() - what a key of a rule looks at, "" where the session has none.
 * @key: below OP25B_SESSION_TEXTS
 *
 * The realm is what follows the last '@' of the user name. Points into the facts.
 */
const char *op25b_session_text(const struct op25b_session_facts *facts, enum op25b_session_key key);

/**
 * op25b_session_match() - the first of the policy's session rules that holds for a session.
 *
 * Returns NULL if none does. Never fails, allocates nothing. Cost: linear in rules, logarithmic
 * in the values of each key.
 */
const struct op25b_session_rule *op25b_session_match(const struct op25b_policy *policy,
						     const struct op25b_session_facts *facts);

/**
 * op25b_session_service() - the index of that rule's service, or OP25B_NO_SERVICE: then the
 * session has the default of the pool that holds its prefix. A prefix of `lines` goes before
 * either; that is the caller's to look at.
 */
uint32_t op25b_session_service(const struct op25b_policy *policy,
			       const struct op25b_session_facts *facts);

/**
 * op25b_session_line() - the text that names the session's line: the first attribute of `line_id`
 * that it has, or "". Points into the facts.
 */
const char *op25b_session_line(const struct op25b_policy *policy,
			       const struct op25b_session_facts *facts);

/* A tenant's id, '/', and an attribute of 253 bytes in hexadecimal with its 0x. */
#define OP25B_SESSION_LINE_ID 576

/**
 * op25b_session_line_id() - the same as exemptions and holds name it from the root.
 * @service: the session's, by its rule or its pool; OP25B_NO_SERVICE: neither gives one
 *
 * "tenant/text" where the service is a tenant's, else the text; "" if nothing names the line, or
 * the text alone would be the name of a tenant's.
 * Returns @buffer.
 */
const char *op25b_session_line_id(const struct op25b_policy *policy,
				  const struct op25b_session_facts *facts, uint32_t service,
				  char buffer[static OP25B_SESSION_LINE_ID]);

/**
 * op25b_session_covers() - whether @rule holds for every session for which @other does, as far
 * as can be told from each key by itself.
 */
bool op25b_session_covers(const struct op25b_session_rule *rule,
			  const struct op25b_session_rule *other);
