/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The decision flow: questions of words/flow.yaml, answers of the policy. Pages, list, chart and
 * tests walk it by the same steps, so they can't differ. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "web/data.h"
#include "web/judge.h"
#include "web/outcome.h"

#define OP25B_FLOW_QUESTIONS 5U /* on any way through, at most */
#define OP25B_FLOW_ROWS      512U
#define OP25B_FLOW_ANSWERS   32U /* of a question, besides services */

/* Where an answer leads. */
enum op25b_flow_way { OP25B_FLOW_NODE, OP25B_FLOW_OUTCOME, OP25B_FLOW_VERDICT };

struct op25b_flow_to {
	enum op25b_flow_way way;
	size_t node;                /* OP25B_FLOW_NODE */
	enum op25b_outcome outcome; /* OP25B_FLOW_OUTCOME */
};

struct op25b_flow_answer {
	const char *id;
	struct op25b_data_text text;
	int use; /* enum op25b_use that it says; -1: none */
	struct op25b_flow_to to;
	/* Of the reader: the node by its name, until all are read. */
	const char *next;
	struct op25b_place place;
};

struct op25b_flow_node {
	const char *id; /* the key of the query string */
	struct op25b_data_text question, hint;
	bool has_hint;
	bool has_services; /* an answer for each service besides `answers`; before them */
	struct op25b_flow_to services; /* where each of them leads */
	const char *services_next;     /* of the reader */
	struct op25b_flow_answer *answers;
	size_t n;
	struct op25b_place place;
};

struct op25b_flow_data {
	struct op25b_flow_node *nodes;
	size_t n, first;
	const char *first_id; /* of the reader */
	struct op25b_place first_place;
	/* Where a verdict of the policy asks on; NULL: it is the end. */
	const char *ask_on[OP25B_OUTCOME_COUNT];
	size_t ask_on_node[OP25B_OUTCOME_COUNT];
	struct op25b_place ask_on_place[OP25B_OUTCOME_COUNT];
};

/* Who is asked about: all borrowed. */
struct op25b_flow_ask {
	const struct op25b_flow_data *flow;
	const struct op25b_judge *judge;
	uint32_t tenant;               /* whose services there are to choose from */
	const struct op25b_line *line; /* the caller's; its own exemptions count. NULL: nobody's */
	int64_t now;
};

/* How far one has come. */
struct op25b_flow_state {
	bool ended;
	size_t node;                /* asked now, unless ended */
	enum op25b_outcome outcome; /* of the end */
	enum op25b_use use;
	const struct op25b_service *service; /* NULL: not said */
	bool judged;                         /* then verdict and finding hold */
	enum op25b_outcome verdict;
	struct op25b_finding_of_use finding;
};

/* The first question. */
void op25b_flow_begin(const struct op25b_flow_ask *ask, struct op25b_flow_state *ret);

/* One answer on. @answer: index; of a node with services not used where @service is given. */
void op25b_flow_go(const struct op25b_flow_ask *ask, struct op25b_flow_state *state, size_t answer,
		   const struct op25b_service *service);

/* The same by what the query string says; false, and nothing is changed: it is no answer. */
bool op25b_flow_answer(const struct op25b_flow_ask *ask, struct op25b_flow_state *state,
		       const char *value);

/* Whether an answer can be meant: a provider without a hosting server has no customers of it. */
bool op25b_flow_applies(const struct op25b_flow_ask *ask, const struct op25b_flow_answer *answer);

/* The service of that id among the tenant's; NULL. */
const struct op25b_service *op25b_flow_service(const struct op25b_flow_ask *ask, const char *id);

/*
 * The whole flow as rows, each an answer, in the order in which a list shows them: behind a row
 * come those of the question it leads to, one deeper. Services with the same verdict share a row,
 * and so do answers that lead to the same place.
 */
struct op25b_flow_row {
	size_t depth;
	size_t node;   /* whose answer it is */
	bool services; /* an answer of services; else `answers` are those that lead to one place */
	uint32_t answers; /* bits by index */
	bool ends;
	enum op25b_outcome outcome; /* of the end */
	size_t asks;                /* the node it leads to, unless it ends */
	enum op25b_use use;         /* of services: for which way of sending */
	enum op25b_outcome verdict; /* of services: which they have in common */
};

/* Returns how many rows; never more than OP25B_FLOW_ROWS, the rest is left out. */
size_t op25b_flow_rows(const struct op25b_flow_ask *ask,
		       struct op25b_flow_row rows[static OP25B_FLOW_ROWS]);

/* Whether a service is of a row of services. */
bool op25b_flow_row_has(const struct op25b_flow_ask *ask, const struct op25b_flow_row *row,
			const struct op25b_service *service);

/* Reader and check of data-kinds.c. */
void op25b_flow_read(struct op25b_data_load *load, const struct op25b_node *root);
void op25b_flow_check(struct op25b_data_load *load);
