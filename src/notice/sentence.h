/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The sentences of words/smtp.po, and the values they name in braces.
 */
#pragma once

#include <stddef.h>

#include "smtp-sentences.h"

enum op25b_sentence {
#define OP25B_SENTENCE_ENUM(tail, id, text) OP25B_SAY_##tail,
	OP25B_SMTP_SENTENCES(OP25B_SENTENCE_ENUM)
#undef OP25B_SENTENCE_ENUM
		OP25B_SENTENCE_COUNT
};

enum op25b_value {
#define OP25B_VALUE_ENUM(tail, name, most) OP25B_VALUE_##tail,
	OP25B_SMTP_VALUES(OP25B_VALUE_ENUM)
#undef OP25B_VALUE_ENUM
		OP25B_VALUE_COUNT
};

#define OP25B_SENTENCE_TEXT 69 /* characters of a sentence and the final NUL */

/* What the values of a text are; NULL: not known. Borrowed. */
struct op25b_values {
	const char *of[OP25B_VALUE_COUNT];
};

/* Sets a value, or leaves it unknown where @text is NULL, too long, or not plain ASCII. */
void op25b_values_set(struct op25b_values *values, enum op25b_value value, const char *text);

/**
 * op25b_sentence_write() - a sentence with its values.
 * Returns its length; 0: it names a value that is not known.
 */
size_t op25b_sentence_write(enum op25b_sentence sentence, const struct op25b_values *values,
			    char ret[static OP25B_SENTENCE_TEXT]);
