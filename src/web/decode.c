/* SPDX-License-Identifier: BSD-2-Clause */
/* See decode.h. */
#include "web/decode.h"

#include <errno.h>
#include <string.h>

#include "policy/utf8.h"

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The byte of the two digits of an escape, or -1. */
static int byte_of(const char *digits)
{
	int high = digit(digits[0]), low = high < 0 ? -1 : digit(digits[1]);

	return low < 0 ? -1 : high << 4 | low;
}

/* Returns how many bytes are left, or -EINVAL. */
static int unescape(char *text, bool plus)
{
	char *to = text;

	for (const char *from = text; *from; from++) {
		int c = (unsigned char)*from;

		if (c == '%') {
			c = byte_of(from + 1);
			from += 2;
		} else if (c == '+' && plus) {
			c = ' ';
		}
		/* A NUL would end the text early. */
		if (c <= 0)
			return -EINVAL;
		*to++ = (char)c;
	}
	*to = '\0';
	return (int)(to - text);
}

static bool is_control(char c)
{
	return ((unsigned char)c < ' ' && c != '\n' && c != '\t') || c == 0x7f;
}

static void join_lines(char *text)
{
	char *to = text;

	for (const char *from = text; *from; from++) {
		if (*from == '\r' && from[1] == '\n')
			continue;
		*to++ = *from;
	}
	*to = '\0';
}

/* What a terminal's output has in it, where people paste it. */
static void drop_controls(char *text)
{
	char *to = text;

	for (const char *from = text; *from; from++) {
		if (!is_control(*from))
			*to++ = *from;
	}
	*to = '\0';
}

static bool is_text(const char *text)
{
	const unsigned char *at = (const unsigned char *)text;
	size_t left = strlen(text);

	while (left) {
		size_t n = op25b_utf8_length(at, left);

		if (!n || is_control((char)*at) || (n == 2 && at[0] == 0xc2 && at[1] < 0xa0))
			return false;
		at += n;
		left -= n;
	}
	return true;
}

int op25b_web_decode(char *text, bool plus)
{
	int n = unescape(text, plus);

	if (n < 0)
		return n;
	join_lines(text);
	if (plus)
		drop_controls(text);
	return is_text(text) ? 0 : -EINVAL;
}
