/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text from outside: what is UTF-8, and what may be shown on a terminal or put into JSON.
 * libyaml lets only UTF-8 in, but with every control character that an escape can make.
 */
#pragma once

#include <stddef.h>

/* Bytes of the character at @at, at most @left: 1 to 4, or 0 if there is none (RFC 3629). */
size_t op25b_utf8_length(const unsigned char *at, size_t left);

/* Replace what is no UTF-8 and control characters of @text by '?', in place. */
void op25b_utf8_clean(char *text);
