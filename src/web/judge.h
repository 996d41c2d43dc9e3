/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * "Am I affected?": the verdict of a line for each way of using mail, by the very tables and
 * function that judge packets (design-words 6b.1, 6b.4). Pure. Who shows it is pages' work.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "policy/compile.h"
#include "policy/evidence.h"
#include "session/live.h"
#include "web/outcome.h"

/* The ways of using mail. X(TAIL, word of query strings and data files) */
#define OP25B_USES(X)                       \
	X(BROWSER, "browser")               \
	X(OWN_SERVER, "own-server")         \
	X(HOSTING_SERVER, "hosting-server") \
	X(OTHER_SERVER, "other-server")     \
	X(HOME_SERVER, "home-server")       \
	X(DEVICE, "device")                 \
	X(SUBMISSION, "submission") /* 465 or 587 already */

enum op25b_use {
#define OP25B_USE_ENUM(tail, word) OP25B_USE_##tail,
	OP25B_USES(OP25B_USE_ENUM)
#undef OP25B_USE_ENUM
		OP25B_USE_COUNT
};

/* "browser", ... Static storage. */
const char *op25b_use_word(enum op25b_use use);

/* The use of that word; -1: there is none. */
int op25b_use_find(const char *word);

/* What judges: the same that is enforced. All borrowed. */
struct op25b_judge {
	const struct op25b_policy *policy;
	const struct op25b_owner_index
		*owners;                   /* of the policy; NULL: it is walked, line by line */
	const struct op25b_tables *tables; /* of the present, with the live sessions: for lines */
	const struct op25b_live *live;     /* NULL: no session store */
	bool sessions_known; /* false: a store is followed and its first snapshot has not come */
};

/* Whose address it is. Everything is borrowed from policy and live, until either changes. */
struct op25b_line {
	struct op25b_prefix address; /* an IPv4 address in IPv6 form is the IPv4 address here */
	uint16_t port;               /* 0: not known */
	const struct op25b_service *service; /* NULL: not a subscriber */
	uint32_t tenant;                     /* of the service; 0 without */
	bool shared;                         /* many lines have it, and this one can't be told */
	bool waiting;                     /* its session decides, and sessions are not known yet */
	char line[OP25B_SESSION_LINE_ID]; /* its id; "" where nobody names it */
	bool has_other;                   /* an address of the line in the other family is known */
	struct op25b_prefix other;        /* it; a whole address inside the line's prefix */
	struct op25b_evidence evidence;   /* towards no peer */
};

#define OP25B_JUDGE_OPEN 4U

/* What a use of mail comes to. */
struct op25b_finding_of_use {
	bool asked; /* false: does not apply (no such server of this family) */
	enum op25b_outcome outcome;
	enum op25b_verdict verdict; /* of the packet filter towards port 25; PASS for browser */
	enum op25b_reason reason;
	enum op25b_how how;
	struct op25b_prefix peer; /* that was asked for; family 0: none (browser, submission) */
	const struct op25b_peer_group *server; /* that `peer` is of; NULL */
	/* That is refused, or will be from `from`, while other addresses are not; NULL. */
	const struct op25b_peer_group *destination;
	/* Where `peer` is refused: others that are not, the first of them. Servers that offer the
	 * same, or destinations that rules name; all their addresses of the family. */
	const struct op25b_peer_group *open[OP25B_JUDGE_OPEN];
	size_t n_open;
	bool restricted; /* first condition: something of port 25 is refused on the line now */
	bool foreign;    /* second condition: the server is not one that stays open */
	int64_t since;   /* refused since; INT64_MIN: not refused, or since always */
	int64_t from;    /* will be refused from; INT64_MAX: nothing is coming */
	int64_t opens;   /* `peer` is refused no longer from; INT64_MAX: no date, or a hold */
	int64_t until;   /* the exemption or hold ends; INT64_MAX: no end, or there is none */
	enum op25b_how how_then;                  /* of what comes at `from` */
	const struct op25b_rule *rule, *upcoming; /* in force towards `peer`; at `from`. NULL */
};

/**
 * op25b_judge_line() - whose line an address is.
 * @address: a whole address
 * @port:    of the caller; 0: not known
 *
 * Never fails. Cost: with judge->owners a search; where a static line has an address of the
 * other family, once through the policy's lines.
 */
void op25b_judge_line(const struct op25b_judge *judge, const struct op25b_prefix *address,
		      uint16_t port, int64_t now, struct op25b_line *ret);

/**
 * op25b_judge_use() - what one use of mail comes to on a line.
 * @now: the time of the tables
 *
 * A foreign server is an address in no list of the policy, chosen by the policy alone; own-server
 * and hosting-server are the tenant's servers that offer relay, or hosting; of the root's if the
 * tenant has none. Of their addresses the first that is refused stands for all, else the one that
 * will be refused first, else the first. All of the line's family. verdict, reason and how are
 * those of op25b_flow_decide() towards `peer`, and so of `op25b explain`.
 *
 * Sessions not known yet where they decide: OP25B_O_UNKNOWN. A shared address whose line can't be
 * told is judged where all its lines get the same. Never fails. Cost: some lookups, and linear in
 * the service's rules, grants and what they name, for each date that is to come and each address
 * of those servers.
 */
void op25b_judge_use(const struct op25b_judge *judge, const struct op25b_line *line,
		     enum op25b_use use, int64_t now, struct op25b_finding_of_use *ret);

/**
 * op25b_judge_service() - the same for a line of a service that nobody named: in its pools, with
 * neither exemption nor hold; for tables, letters and claims.
 * @family: enum op25b_family; asked is false where no line of the service can have it
 * @now:    any date: it is asked of the policy, not of the tables; policy.agree and policy.claims
 *          compare it with what packets get at that date
 */
void op25b_judge_service(const struct op25b_judge *judge, const struct op25b_service *service,
			 enum op25b_use use, uint8_t family, int64_t now,
			 struct op25b_finding_of_use *ret);

/**
 * op25b_judge_begins() - whether a limit begins at an instant for lines of a service that nobody
 * named: some peer is let through until then, and refused from then on.
 * Cost: a decision for each prefix of servers and destinations.
 */
bool op25b_judge_begins(const struct op25b_judge *judge, const struct op25b_service *service,
			int64_t at);

/* Whether a provider has, of either family, the servers that a use is about. */
bool op25b_judge_applies(const struct op25b_policy *policy, uint32_t tenant, enum op25b_use use);

/**
 * op25b_judge_said() - what a use comes to for who says that they send that way: always asked.
 *
 * As op25b_judge_use(). Of servers that have the other family alone it is what the line's other
 * address gets, OP25B_O_CANNOT_TELL_FAMILY where none is known; of servers that the provider does
 * not have, what somebody else's get.
 */
void op25b_judge_said(const struct op25b_judge *judge, const struct op25b_line *line,
		      enum op25b_use use, int64_t now, struct op25b_finding_of_use *ret);

/* The same as op25b_judge_service() has it, in the family in which it is asked, IPv4 first. */
void op25b_judge_said_of(const struct op25b_judge *judge, const struct op25b_service *service,
			 enum op25b_use use, int64_t now, struct op25b_finding_of_use *ret);

/* The whole answer of a line, for "am I affected?". */
struct op25b_line_answer {
	enum op25b_verdict_word verdict;
	enum op25b_outcome outcome; /* the one to lead with */
	enum op25b_use use;         /* of it */
	int64_t since, from;        /* of it */
};

/**
 * op25b_judge_answer() - the answer of all uses together.
 * @uses: by enum op25b_use
 *
 * The first affected use in the order of OP25B_USES leads; else the first that can't be told; else
 * the one that will be affected first; else other-server. Browser and submission, which are open
 * everywhere, never lead.
 */
void op25b_judge_answer(const struct op25b_finding_of_use uses[static OP25B_USE_COUNT],
			struct op25b_line_answer *ret);
