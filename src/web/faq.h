/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Questions and answers: faq.yaml, and the operator's of that name besides. An answer that depends
 * on the policy says so by a claim, which is asked of the judge before it is shown: so no answer
 * can contradict what the packet filter does. The first of a question's answers whose claim holds
 * is shown; where none holds, the question is not asked.
 */
#pragma once

#include "web/data.h"
#include "web/judge.h"

/* Which services a claim is about. */
enum op25b_claim_of { OP25B_CLAIM_ALL, OP25B_CLAIM_ID, OP25B_CLAIM_ACCESS, OP25B_CLAIM_ADDRESSING };

/* Whether sending that way stops at a date to come. */
enum op25b_claim_upcoming { OP25B_CLAIM_IT_MAY, OP25B_CLAIM_IT_STOPS, OP25B_CLAIM_NO_DATE };

struct op25b_claim {
	enum op25b_claim_of of;
	const char *service; /* an id, where it is about one */
	int value;           /* enum op25b_access or enum op25b_addressing */
	enum op25b_use use;
	uint64_t outcomes; /* bits 1 << enum op25b_outcome: any of them */
	int64_t at;        /* INT64_MIN: now */
	enum op25b_claim_upcoming upcoming;
	bool submits; /* our servers for the use take mail on port 465 or 587 */
	struct op25b_place place;
};

struct op25b_faq_answer {
	bool has_claim;
	struct op25b_claim claim;
	struct op25b_data_text *texts; /* paragraphs */
	size_t n_texts;
};

/* Where an entry leads: a page of ours, a term, another question. */
enum op25b_faq_target { OP25B_FAQ_PAGE, OP25B_FAQ_TERM, OP25B_FAQ_QUESTION };

struct op25b_faq_link {
	enum op25b_faq_target target;
	const char *name; /* "/settings" of a page; id */
	struct op25b_place place;
};

struct op25b_faq_entry {
	const char *id;
	struct op25b_data_text question;
	struct op25b_faq_answer *answers;
	size_t n_answers;
	struct op25b_faq_link *links;
	size_t n_links;
	struct op25b_place place;
};

struct op25b_faq_data {
	struct op25b_faq_entry *entries; /* in the order of the files */
	size_t n_entries;
};

/* For data-kinds.c: read a file; after all of them, whether what they name exists. */
void op25b_faq_read(struct op25b_data_load *load, const struct op25b_node *root);
void op25b_faq_check(struct op25b_data_load *load);

/* The path and name of a page that entries may lead to: NULL: none of that name. */
const char *op25b_faq_page(const char *name, op25b_phrase *ret_word);

/**
 * op25b_claim_holds() - whether every service of a tenant that a claim is about has one of its
 * outcomes, in each family that it has lines of; and there is such a service.
 *
 * Cost: a question to the judge for each service and family.
 */
bool op25b_claim_holds(const struct op25b_judge *judge, const struct op25b_claim *claim,
		       uint32_t tenant, int64_t now);

/* The answer to show; NULL: the question isn't asked here. */
const struct op25b_faq_answer *op25b_faq_answer_of(const struct op25b_judge *judge,
						   const struct op25b_faq_entry *entry,
						   uint32_t tenant, int64_t now);
