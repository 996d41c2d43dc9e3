/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `op25b lines` where it asks a session store: lines.c reads the command line, lines-holdings.c
 * asks who holds and held, lines-watch.c follows changes, lines-name.c says which service and line
 * a holder has, lines-policy.c what a policy says of a line besides. The store is read by this
 * process with its own user's rights.
 */
#pragma once

#include <jansson.h>

#include "cli/command.h"
#include "session/store.h"

struct op25b_lines_question {
	const struct op25b_command *command;
	const char *text;                  /* the address or line as given; NULL: any (--watch) */
	struct op25b_prefix address;       /* family 0: text names a line */
	const char *store, *socket;        /* options, or NULL */
	const struct op25b_policy *policy; /* of --policy, or NULL; borrowed */
	bool present;                      /* who holds it now; else who did in [from, until) */
	bool span;                         /* --history; else from is one instant */
	int64_t from, until;
	bool json;
};

/* ---- lines-name.c ---------------------------------------------------------------------- */

/* Says which service and line a holder has: the policy of --policy, else op25bd. */
struct op25b_lines_namer;

/* NULL: out of memory. */
struct op25b_lines_namer *op25b_lines_namer_new(const struct op25b_lines_question *question);
/* NULL-safe. */
void op25b_lines_namer_free(struct op25b_lines_namer *namer);

/**
 * op25b_lines_describe() - a holder and what it holds, as an object that the caller owns.
 *
 * prefix, line, service, nas, session, user_name, class, filter_id, framed_pool; null what is not
 * known. Where op25bd can't say, line and service are null, which is said once on standard error.
 */
json_t *op25b_lines_describe(struct op25b_lines_namer *namer, const struct op25b_prefix *prefix,
			     const struct op25b_holder *holder);

/**
 * op25b_lines_is_meant() - whether a description is of the line or address that is asked about.
 *
 * With a policy a line's name is the one that the policy gives; without, a Class or a User-Name.
 */
bool op25b_lines_is_meant(const struct op25b_lines_question *question, const json_t *described);

/**
 * op25b_lines_ask() - ask op25bd by the namer's connection. @request is taken.
 *
 * Returns the answer, or NULL where op25bd gives none, which is said once; then it is not asked
 * again.
 */
json_t *op25b_lines_ask(struct op25b_lines_namer *namer, json_t *request);

/* ISO 8601 in UTC; null for an open end. */
json_t *op25b_lines_date(int64_t at);

/* ---- lines-policy.c -------------------------------------------------------------------- */

/**
 * op25b_lines_by_policy() - what the policy says by itself: of --policy, else, of a line, op25bd's.
 *
 * Returns an object: `static`, entries of `lines` (prefix, line, service) that are of the line or
 * hold the address; `exemptions` and `holds` that name the line, absent where it is an address or
 * no policy can be asked; of a line that op25bd was asked for also `facts`. NULL: out of memory.
 */
json_t *op25b_lines_by_policy(struct op25b_lines_namer *namer,
			      const struct op25b_lines_question *question);

/* Prints what stands in such an object, or in one that has all of it. */
void op25b_lines_print_policy(const json_t *answer);

/* ---- lines-facts.c --------------------------------------------------------------------- */

/* Prints an op25b.facts/1; NULL or null: op25bd did not say, and nothing is printed. */
void op25b_lines_print_facts(const json_t *facts);

/* ---- lines-store.c --------------------------------------------------------------------- */

/**
 * op25b_lines_location() - the store of --store, OP25B_STORE, or the one that op25bd follows.
 * @ret_exit: written on failure, after saying why
 * Returns text that the caller frees, or NULL.
 */
char *op25b_lines_location(const struct op25b_lines_question *question, int *ret_exit);

/* For reading; errors as op25b_sessions_open(). */
int op25b_lines_open(const char *location, struct op25b_sessions **ret_store,
		     struct op25b_error *error);

/* Say that the store can't be used, and why. Returns enum op25b_exit. */
int op25b_lines_failed(const struct op25b_lines_question *question, int r,
		       const struct op25b_error *error);

/* ---- lines-holdings.c, lines-watch.c --------------------------------------------------- */

/* Say who holds or held. Returns enum op25b_exit. */
int op25b_lines_holdings(const struct op25b_lines_question *question);

/* Show changes till it is ended. Returns enum op25b_exit. */
int op25b_lines_watch(const struct op25b_lines_question *question);
