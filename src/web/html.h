/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A page on its way: bytes that grow. What comes from outside (a policy, a file, a request) goes
 * through op25b_html_text() or a value of a sentence, which escape it; op25b_html_raw() is for
 * literals of the program. Without memory the page fails as a whole, at its end.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "web/phrases.h"

struct op25b_html {
	char *bytes; /* `n` of them; the owner's to free: op25b_html_done() */
	size_t n, room;
	bool failed; /* no memory: what is there counts nothing */
	bool plain;  /* text, no markup: nothing is escaped */
	enum op25b_lang lang;
	const struct op25b_phrases_own *own; /* borrowed; may be NULL */
};

/* NULL-safe; leaves it empty, for another use. */
void op25b_html_done(struct op25b_html *h);

/* Trusted markup, as it stands. */
void op25b_html_raw(struct op25b_html *h, const char *markup);

/* Bytes as they stand, for what is no HTML: a picture. */
void op25b_html_bytes(struct op25b_html *h, const void *bytes, size_t n);

/* Trusted markup; arguments are numbers and words of the program. */
void op25b_html_rawf(struct op25b_html *h, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Any text, good in an element and in a quoted attribute. What is no UTF-8 becomes U+FFFD. */
void op25b_html_text(struct op25b_html *h, const char *text);
void op25b_html_text_n(struct op25b_html *h, const char *text, size_t n);

/* A text of the policy in the page's language; in the other, marked so, where it has none. */
void op25b_html_text_of(struct op25b_html *h, const char *en, const char *ja);

/**
 * op25b_html_say() - a sentence with its values, all escaped.
 * @values: see OP25B_VALUES; NULL: none. A value that the sentence names and nobody gives is a bug
 *          (asserted)
 */
void op25b_html_say(struct op25b_html *h, op25b_phrase word, const struct op25b_value *values);

/* <tag>sentence</tag>; @tag may have attributes: `p class="lead"`. */
void op25b_html_element(struct op25b_html *h, const char *tag, op25b_phrase word,
			const struct op25b_value *values);

/* <a href="...">sentence</a>; @href is escaped; of any scheme but http, https, mailto, tel and "/"
 * the sentence stands alone. */
void op25b_html_link(struct op25b_html *h, const char *href, op25b_phrase word,
		     const struct op25b_value *values);

/* The same with a text as its words. */
void op25b_html_link_text(struct op25b_html *h, const char *href, const char *text);

/* Percent-encoded, for a value of a query string. */
void op25b_html_query(struct op25b_html *h, const char *text);
