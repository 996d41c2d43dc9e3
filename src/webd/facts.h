/* SPDX-License-Identifier: BSD-2-Clause */
/* What a page wants to know of other daemons, asked for one request. */
#pragma once

#include "web/facts.h"
#include "web/request.h"
#include "webd/teller.h"

#define OP25B_FACTS_ASKS 11U

struct op25b_webd;

/* Zeroed but for .done and .arg. */
struct op25b_facts {
	struct op25b_web_facts known;
	struct op25b_ask *asks[OP25B_FACTS_ASKS]; /* NULL: not asked, or answered */
	json_t *held[OP25B_FACTS_ASKS];           /* answers that `known` borrows */
	void (*done)(void *arg);                  /* all that was asked was answered */
	void *arg;
};

/* Ask what a request's page wants. Returns whether anything is on its way. */
bool op25b_facts_ask(struct op25b_facts *facts, struct op25b_webd *d,
		     const struct op25b_web_request *request);

/* Whether a customer's form is being done, whose answer the page is about. */
bool op25b_facts_is_form(const struct op25b_facts *facts);

/* {"op":OP,"address":...,"port":...} of the caller, or NULL without memory. */
json_t *op25b_facts_about_caller(const char *op, const struct op25b_web_request *request);

/* What has not come is not cared for any more. */
void op25b_facts_done(struct op25b_facts *facts);

/* What op25bd and op25b-maild answered, as pages want it; what is missing or odd is not known.
 * Pure; for op25b_facts_ask() and tests. */
void op25b_facts_read_line(const json_t *answer, struct op25b_line_facts *ret);
void op25b_facts_read_caller(const json_t *answer, struct op25b_caller_facts *ret);
void op25b_facts_read_echo(const json_t *answer, struct op25b_echo_facts *ret);
void op25b_facts_read_desk(const json_t *answer, struct op25b_desk_facts *ret);
