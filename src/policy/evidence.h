/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Why a decision came out as it did, in terms of the policy file: which line or pool, which
 * exemption or hold, which rule. Takes no decision itself: it finds, in the policy, what the
 * tables had compiled, so that people can be shown where it stands.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "policy/owner.h"
#include "policy/session.h"

/* Who knows the live sessions. find: the longest that holds an address, and whether one does. */
struct op25b_evidence_sessions {
	bool (*find)(const void *table, const struct op25b_prefix *address,
		     struct op25b_session_facts *ret_facts);
	const void *table;
};

/* Everything points into the policy, of the session into its table; NULL: there is none. */
struct op25b_evidence {
	struct op25b_owner owner;
	bool has_session; /* no line holds the address, and a session does */
	struct op25b_session_facts session;
	const struct op25b_session_rule *session_rule; /* that gives its service; NULL: the pool */
	char session_line[OP25B_SESSION_LINE_ID];      /* its line's id; "" without a session */
	const struct op25b_grant *hold;                /* in force; holds go before exemptions */
	const struct op25b_grant *exemption;           /* in force */
	const struct op25b_rule *rule;                 /* in force towards this peer */
	const struct op25b_rule *upcoming;             /* the next of the service's rules */
	const struct op25b_peer_group *server;      /* that holds the peer; one of `except` first */
	const struct op25b_peer_group *destination; /* that holds the peer; one of `to` first */
	bool excepted;                              /* the rule's `except` names the server */
};

/**
 * op25b_evidence_find() - look an address and a peer up in the policy.
 * @line, @line_port: as for op25b_owner_find()
 * @peer: a whole address, of the other family in a tunnel; NULL: it can't be seen
 * @sessions: who knows the live sessions; NULL: there are none
 *
 * Never fails. Cost: linear in lines, pools, grants and the service's rules; no allocation.
 */
void op25b_evidence_find(const struct op25b_policy *policy, int64_t now,
			 const struct op25b_prefix *line, uint16_t line_port,
			 const struct op25b_prefix *peer,
			 const struct op25b_evidence_sessions *sessions,
			 struct op25b_evidence *ret_evidence);

/**
 * op25b_evidence_whose() - the part of it that no date and no peer changes: owner and session.
 * @index: of this policy; NULL: walk it
 *
 * The rest is empty until op25b_evidence_at(). Cost: of op25b_owner_find() and the sessions' find.
 */
void op25b_evidence_whose(const struct op25b_policy *policy, const struct op25b_owner_index *index,
			  const struct op25b_prefix *line, uint16_t line_port,
			  const struct op25b_evidence_sessions *sessions,
			  struct op25b_evidence *ret_evidence);

/**
 * op25b_evidence_at() - the rest of it, for an instant and a peer; as often as one likes.
 * Cost: linear in grants, the service's rules and what they name.
 */
void op25b_evidence_at(const struct op25b_policy *policy, int64_t now,
		       const struct op25b_prefix *peer, struct op25b_evidence *evidence);

/**
 * op25b_evidence_verdict() - what a visible packet from the line to the peer gets by it.
 *
 * For instants that no tables were made for: "closed from 1 April". What holds now is asked of the
 * tables (flow.h); a test has both say the same.
 */
enum op25b_verdict op25b_evidence_verdict(const struct op25b_evidence *evidence);

/**
 * op25b_evidence_line() - the line, as explain says it: of the session if there is one, else as
 * op25b_owner_line().
 */
const char *op25b_evidence_line(const struct op25b_policy *policy,
				const struct op25b_evidence *evidence);

/**
 * op25b_evidence_covers() - whether an exemption or hold means this address, at whatever time.
 * @evidence: of the address: whose line it is
 * Returns 3: it names the line; 2: one of its prefixes holds the address; 1: one holds the address
 * that lines share, of which this is one; 0: none does.
 */
int op25b_evidence_covers(const struct op25b_grant *grant, const struct op25b_evidence *evidence);

/* Whether an exemption or hold names this line, as the root of the policy does. */
bool op25b_evidence_names(const struct op25b_grant *grant, const char *line);

/**
 * op25b_evidence_next_date() - the first instant after @after at which this line's answer may
 * change: a rule of its service begins, an exemption or hold over it begins or ends.
 * Returns INT64_MAX if there is none. Same cost.
 */
int64_t op25b_evidence_next_date(const struct op25b_policy *policy,
				 const struct op25b_evidence *evidence, int64_t after);
