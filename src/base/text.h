/* SPDX-License-Identifier: BSD-2-Clause */
/* Texts that may be absent. */
#pragma once

#include <stdbool.h>
#include <string.h>

/* Whether both are the same text, or both are NULL. */
static inline bool op25b_text_same(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}
