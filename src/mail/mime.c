/* SPDX-License-Identifier: BSD-2-Clause */
/* See mime.h. */
#include "mail/mime.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/*
 * Bytes of a text in one encoded word. RFC 2047 2: no line that has one is longer than 76; the
 * longest name before one is "Subject: ".
 */
#define WORD 39
_Static_assert(sizeof("Subject: =?UTF-8?B?") - 1 + (WORD + 2) / 3 * 4 + 2 <= 76, "RFC 2047 2");
#define LINE 57 /* bytes of a body's line: 76 characters (RFC 2045 6.8) */

static void put_base64(FILE *out, const char *text, size_t size)
{
	unsigned char line[(LINE + 2) / 3 * 4 + 1];

	EVP_EncodeBlock(line, (const unsigned char *)text, (int)size);
	fputs((const char *)line, out);
}

/* Bytes of whole characters at the beginning of a text, at most @most. */
static size_t whole(const char *text, size_t size, size_t most)
{
	if (size <= most)
		return size;
	while (most > 1 && ((unsigned char)text[most] & 0xc0) == 0x80)
		most--;
	return most;
}

/* Words in a row are put together without the blank between them (RFC 2047 6.2). */
static void put_words(FILE *out, const char *text)
{
	size_t left = strlen(text), n;

	for (; left; text += n, left -= n) {
		n = whole(text, left, WORD);
		fputs("=?UTF-8?B?", out);
		put_base64(out, text, n);
		fputs(n < left ? "?=\r\n " : "?=", out);
	}
}

static void put_date(FILE *out, int64_t at)
{
	static const char days[][4] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" },
			  months[][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	const time_t seconds = (time_t)at;
	struct tm tm;

	gmtime_r(&seconds, &tm);
	fprintf(out, "Date: %s, %d %s %d %02d:%02d:%02d +0000\r\n", days[tm.tm_wday], tm.tm_mday,
		months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

int op25b_mime_write(const struct op25b_mime *mime, char **ret)
{
	size_t size, left = strlen(mime->body), n;
	const char *body = mime->body;
	FILE *out = open_memstream(ret, &size);

	if (!out)
		return -ENOMEM;
	fputs("From: ", out);
	put_words(out, mime->from_name);
	fprintf(out, "\r\n <%s>\r\nTo: <%s>\r\nSubject: ", mime->from, mime->to);
	put_words(out, mime->subject);
	fputs("\r\n", out);
	put_date(out, mime->at);
	fprintf(out, "Message-ID: <%s@%s>\r\n", mime->id, mime->id_domain);
	fputs("Auto-Submitted: auto-generated\r\n"
	      "MIME-Version: 1.0\r\n"
	      "Content-Type: text/plain; charset=UTF-8\r\n"
	      "Content-Transfer-Encoding: base64\r\n"
	      "\r\n",
	      out);
	for (; left; body += n, left -= n) {
		n = left < LINE ? left : LINE;
		put_base64(out, body, n);
		fputs("\r\n", out);
	}
	return fclose(out) ? -ENOMEM : 0;
}
