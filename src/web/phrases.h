/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The sentences of the pages, in both languages: those of words/pages-*.po, and what an operator
 * says instead. A sentence is named by its key ("line-title": OP25B_PAGE_LINE_TITLE) and may hold
 * values in braces.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum op25b_lang { OP25B_EN, OP25B_JA, OP25B_LANGS };

/* "en", "ja". */
extern const char *const op25b_lang_names[OP25B_LANGS];

/* A key; only keys.h and code that was made knows its value. */
typedef int op25b_phrase;

#define OP25B_NO_PHRASE (-1)

/* A value of a sentence. A list of them ends with a NULL name. */
struct op25b_value {
	const char *name, *text;
};

#define OP25B_VALUES(...) ((const struct op25b_value[]){ __VA_ARGS__, { NULL, NULL } })

/* What an operator says instead, by key and language; NULL where nothing. */
struct op25b_phrases_own {
	const char *(*texts)[OP25B_LANGS];
};

/* The sentence; with an operator's if there is one. @own may be NULL. Never NULL. */
const char *op25b_phrase_text(const struct op25b_phrases_own *own, op25b_phrase word,
			      enum op25b_lang lang);

/* The key of that name, or OP25B_NO_PHRASE. Cost: log of keys. */
op25b_phrase op25b_phrase_find(const char *key);

/* The name of a key. */
const char *op25b_phrase_key(op25b_phrase word);

/* How many keys there are. */
size_t op25b_phrase_count(void);
