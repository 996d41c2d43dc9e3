/* SPDX-License-Identifier: BSD-2-Clause */
/* Sentences of words/ with values in the places that they name in braces. */
#pragma once

#include <stddef.h>

struct op25b_fill_value {
	const char *name;
	const char *value; /* NULL: not known */
};

/**
 * op25b_fill() - a sentence with its values.
 * @sentence: as words/compile lets it through: each brace has its partner
 * @values:   @n of them
 *
 * Returns its length; 0: it names a value that is not known, or there is no room in @ret.
 */
size_t op25b_fill(const char *sentence, const struct op25b_fill_value *values, size_t n, char *ret,
		  size_t size);
