/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The words users read and write for the enums of op25b/abi.h and policy/policy.h: one place, so
 * that the policy language, `explain`, counters and messages can't disagree. A list is indexed by
 * the enum's value; a value that has no word is NULL.
 */
#pragma once

#include <stddef.h>

struct op25b_words {
	const char *const *words;
	size_t n;
};

extern const struct op25b_words op25b_words_verdict; /* enum op25b_verdict: pass count refuse */
extern const struct op25b_words
	op25b_words_action; /* the same as a rule says it: allow count refuse */
extern const struct op25b_words op25b_words_how;    /* enum op25b_how; OP25B_HOW_NONE is NULL */
extern const struct op25b_words op25b_words_manner; /* enum op25b_manner */
extern const struct op25b_words op25b_words_reason; /* enum op25b_reason */
extern const struct op25b_words op25b_words_side;   /* enum op25b_side */
extern const struct op25b_words
	op25b_words_family; /* enum op25b_family: OP25B_NO_FAMILY is NULL; v4 v6 */
extern const struct op25b_words op25b_words_access;     /* enum op25b_access */
extern const struct op25b_words op25b_words_addressing; /* enum op25b_addressing */
extern const struct op25b_words
	op25b_words_unknown_line;                      /* enum op25b_unknown_line; _RULE is NULL */
extern const struct op25b_words op25b_words_offer;     /* bit number of enum op25b_offer */
extern const struct op25b_words op25b_words_situation; /* enum op25b_situation */
extern const struct op25b_words op25b_words_remedy;    /* enum op25b_remedy */
extern const struct op25b_words op25b_words_help;      /* enum op25b_help; NOT_SAID is NULL */
extern const struct op25b_words op25b_words_contact;   /* enum op25b_contact */
extern const struct op25b_words op25b_words_process;   /* enum op25b_process; NONE is NULL */
extern const struct op25b_words op25b_words_changes;   /* bit number of enum op25b_changes */
extern const struct op25b_words op25b_words_tunnel;    /* enum op25b_tunnel_kind */
extern const struct op25b_words op25b_words_reverse_path; /* bool: off refuse */
extern const struct op25b_words op25b_words_session_key;  /* enum op25b_session_key */
/* RADIUS names of those that may name a line; enum op25b_session_key, the others are NULL */
extern const struct op25b_words op25b_words_line_attribute;

/* The word of @value; NULL if it has none or is out of range. Static storage. */
const char *op25b_words_name(const struct op25b_words *list, unsigned int value);

/* The value of @word, or -ENOENT. Case matters. */
int op25b_words_find(const struct op25b_words *list, const char *word);
