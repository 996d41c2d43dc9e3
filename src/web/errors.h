/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From the text of an error to its cause: the patterns of words/errors.yaml, tried on the text a
 * customer pasted. Nothing is kept. What port 25's refusal looks like depends on the way of
 * refusing, so what is known of the line goes in too.
 *
 * A text is normalised before it is matched (NFKC, one blank for any run of blanks, a sentence a
 * line, plain quotes and dashes), so patterns are written for that form.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "policy/policy.h"
#include "web/data.h"
#include "web/outcome.h"

#define OP25B_ERRORS_TEXT   ((size_t)16 << 10) /* bytes of the longest text */
#define OP25B_ERRORS_END    ((size_t)2 << 10)  /* looked at of its beginning, and of its end */
#define OP25B_ERRORS_CAUSES 3U                 /* shown at most */

enum op25b_confidence { OP25B_LOW, OP25B_MEDIUM, OP25B_HIGH };

/* "low", "medium", "high". */
const char *op25b_confidence_word(enum op25b_confidence confidence);

/* One row of errors.yaml; in the arena of the data. */
struct op25b_error_pattern;

/* What is known of the line the text comes from. */
enum op25b_errors_line {
	OP25B_ERRORS_ANY,       /* nothing */
	OP25B_ERRORS_UNTOLD,    /* nothing yet: sessions are not known */
	OP25B_ERRORS_ELSEWHERE, /* not one of the provider's */
	OP25B_ERRORS_OPEN,      /* the provider's, and port 25 is not refused on it */
	OP25B_ERRORS_REFUSED,   /* the provider's, refused the way `how` says */
};

struct op25b_errors_seen {
	enum op25b_errors_line line;
	enum op25b_how how;
};

struct op25b_cause {
	enum op25b_outcome outcome;
	enum op25b_confidence confidence;
	const struct op25b_error_pattern *pattern; /* NULL: an answer of ours, known by its link */
};

/* What it is called: the outcome's title, or that it is nothing of what these pages are about. */
op25b_phrase op25b_cause_title(const struct op25b_cause *cause);

/* Why: of the pattern, or that a link of ours says so. */
const char *op25b_cause_why(const struct op25b_phrases_own *own, const struct op25b_cause *cause,
			    enum op25b_lang lang);

struct op25b_causes {
	struct op25b_cause list[OP25B_ERRORS_CAUSES]; /* the likeliest first, each outcome once */
	size_t n;                                     /* 0: the text is not known */
	char code[13]; /* "1234-567-890" of kind 1 or 3 that is in it, check digit right; "" */
};

/**
 * op25b_errors_find() - what an error text means.
 * @text: @n bytes of UTF-8
 *
 * Returns 0; -E2BIG: more than OP25B_ERRORS_TEXT; -EILSEQ: no UTF-8; -ENOMEM.
 * Only the ends of a long text are looked at: an error stands at the beginning of a window or a
 * bounce, and at the end of a log. Cost: every pattern is tried once, each within a limit of steps:
 * a millisecond or two, of the worst texts some tens.
 */
int op25b_errors_find(const struct op25b_errors_data *errors, const char *text, size_t n,
		      const struct op25b_errors_seen *seen, struct op25b_causes *ret);

/**
 * op25b_errors_plain() - the text as patterns see it.
 * @ret: NUL-terminated; free(); written only on success
 * Returns 0, -EILSEQ or -ENOMEM.
 */
int op25b_errors_plain(const char *text, size_t n, char **ret);

/* The reader of data-kinds.c. Patterns it compiled end with the data. */
void op25b_errors_read(struct op25b_data_load *load, const struct op25b_node *root);

/**
 * op25b_errors_built_in() - the patterns that are shipped, without any policy: for a command.
 * @ret: op25b_errors_free()
 * Returns 0 or -ENOMEM.
 */
int op25b_errors_built_in(struct op25b_errors_data **ret);

/* NULL-safe; for what op25b_errors_built_in() gave. */
void op25b_errors_free(struct op25b_errors_data **errors);
