/* SPDX-License-Identifier: BSD-2-Clause */
/* Overlong forms, surrogates and what lies beyond U+10FFFF are no characters. */
#include "policy/utf8.h"

#include <stdbool.h>
#include <string.h>

static size_t length_by_first(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first < 0xc2 || first > 0xf4)
		return 0;
	return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

size_t op25b_utf8_length(const unsigned char *at, size_t left)
{
	size_t len = left ? length_by_first(at[0]) : 0;

	if (len > left)
		return 0;
	for (size_t i = 1; i < len; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return 0;
	}
	if ((at[0] == 0xe0 && at[1] < 0xa0) || (at[0] == 0xed && at[1] > 0x9f) ||
	    (at[0] == 0xf0 && at[1] < 0x90) || (at[0] == 0xf4 && at[1] > 0x8f))
		return 0;
	return len;
}

static bool is_control(const unsigned char *at)
{
	return *at < ' ' || *at == 0x7f || (at[0] == 0xc2 && at[1] < 0xa0);
}

void op25b_utf8_clean(char *text)
{
	unsigned char *at = (unsigned char *)text;
	size_t left = strlen(text);

	while (left) {
		size_t len = op25b_utf8_length(at, left);

		if (!len || is_control(at)) {
			len = len ? len : 1;
			memset(at, '?', len);
		}
		at += len;
		left -= len;
	}
}
