/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A pasted text in the one form that patterns are written for. People copy error texts from
 * windows, web pages and mails: letters come in full width, lines are broken anywhere and quoted
 * with '>', quotes are curly. Afterwards a sentence is a line, which '.' of a pattern stays within.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <uninorm.h>
#include <unistr.h>

#include "web/errors.h"

#define FULL_STOP 0x3002 /* of Japanese */

/* Scripts that are written without blanks: one between two of their letters is a broken line. */
static bool is_cjk(ucs4_t c)
{
	return (c >= 0x3040 && c <= 0x30ff) || (c >= 0x3400 && c <= 0x9fff) ||
	       (c >= 0xf900 && c <= 0xfaff) || c == 0x3005 || c == 0x3001 || c == FULL_STOP;
}

static bool is_nothing(ucs4_t c)
{
	return c == 0xad || (c >= 0x200b && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) ||
	       (c >= 0x2060 && c <= 0x2064) || c == 0xfeff;
}

static bool is_blank(ucs4_t c)
{
	return c <= ' ' || c == 0x7f || c == 0x3000 || (c >= 0x80 && c <= 0x9f) || c == 0x2028 ||
	       c == 0x2029;
}

static ucs4_t plain_sign(ucs4_t c)
{
	switch (c) {
	case 0x2018:
	case 0x2019:
	case 0x201a:
	case 0x201b:
	case 0x60:
	case 0xb4:
		return '\'';
	case 0x201c:
	case 0x201d:
	case 0x201e:
	case 0x201f:
		return '"';
	default:
		return (c >= 0x2010 && c <= 0x2015) || c == 0x2212 ? '-' : c;
	}
}

struct plain {
	uint8_t *bytes; /* room for what comes in: no sign gets longer */
	size_t n;
	ucs4_t last; /* 0: nothing yet */
	bool blank;  /* one is due */
};

static void put(struct plain *to, ucs4_t c)
{
	if (to->last == FULL_STOP || (to->blank && to->last == '.'))
		to->bytes[to->n++] = '\n';
	else if (to->blank && to->last && !(is_cjk(to->last) && is_cjk(c)))
		to->bytes[to->n++] = ' ';
	to->n += (size_t)u8_uctomb(to->bytes + to->n, c, 6);
	to->last = c;
	to->blank = false;
}

/* The marks of a quoted mail at the beginning of a line. */
static const uint8_t *behind_quote(const uint8_t *at, const uint8_t *end)
{
	while (at < end && (*at == '>' || *at == ' '))
		at++;
	return at;
}

static void make_plain(struct plain *to, const uint8_t *at, const uint8_t *end)
{
	at = behind_quote(at, end);
	while (at < end) {
		ucs4_t c;

		at += u8_mbtouc(&c, at, (size_t)(end - at));
		if (is_blank(c))
			to->blank = true;
		else if (!is_nothing(c))
			put(to, plain_sign(c));
		if (c == '\n')
			at = behind_quote(at, end);
	}
	to->bytes[to->n] = '\0';
}

int op25b_errors_plain(const char *text, size_t n, char **ret)
{
	struct plain to = { 0 };
	uint8_t *normal;
	size_t size = 0;

	if (u8_check((const uint8_t *)text, n))
		return -EILSEQ;
	/* NFKC of nothing is NULL, which is no lack of memory. */
	normal = n ? u8_normalize(UNINORM_NFKC, (const uint8_t *)text, n, NULL, &size) : NULL;
	if (n && !normal)
		return -ENOMEM;
	to.bytes = malloc(2 * size + 8);
	if (to.bytes) {
		const uint8_t *from = normal ? normal : to.bytes;

		make_plain(&to, from, from + size);
		*ret = (char *)to.bytes;
	}
	free(normal);
	return to.bytes ? 0 : -ENOMEM;
}
