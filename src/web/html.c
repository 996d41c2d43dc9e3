/* SPDX-License-Identifier: BSD-2-Clause */
/* See html.h. */
#include "web/html.h"

#include <assert.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM ((size_t)16 << 10) /* most pages fit */

void op25b_html_done(struct op25b_html *h)
{
	if (!h)
		return;
	free(h->bytes);
	h->bytes = NULL;
	h->n = h->room = 0;
	h->failed = false;
}

static char *make_room(struct op25b_html *h, size_t more)
{
	size_t room = h->room ? h->room : FIRST_ROOM;
	char *bytes;

	if (h->failed)
		return NULL;
	while (room - h->n < more)
		room *= 2;
	if (room != h->room) {
		bytes = realloc(h->bytes, room);
		if (!bytes) {
			h->failed = true;
			return NULL;
		}
		h->bytes = bytes;
		h->room = room;
	}
	return h->bytes + h->n;
}

static void put(struct op25b_html *h, const char *bytes, size_t n)
{
	char *to = make_room(h, n);

	if (!to)
		return;
	memcpy(to, bytes, n);
	h->n += n;
}

void op25b_html_raw(struct op25b_html *h, const char *markup)
{
	put(h, markup, strlen(markup));
}

void op25b_html_bytes(struct op25b_html *h, const void *bytes, size_t n)
{
	put(h, bytes, n);
}

void op25b_html_rawf(struct op25b_html *h, const char *format, ...)
{
	char text[512];
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	assert(n >= 0 && (size_t)n < sizeof(text));
	put(h, text, (size_t)n);
}

/* Bytes of the UTF-8 character at @at, of @n there are; 0: it is none (RFC 3629 4). */
static size_t character(const uint8_t *at, size_t n)
{
	uint8_t low = 0x80, high = 0xbf;
	size_t length;

	if (at[0] < 0x80)
		return 1;
	if (at[0] >= 0xc2 && at[0] <= 0xdf)
		length = 2;
	else if (at[0] >= 0xe0 && at[0] <= 0xef)
		length = 3;
	else if (at[0] >= 0xf0 && at[0] <= 0xf4)
		length = 4;
	else
		return 0;
	if (at[0] == 0xe0)
		low = 0xa0;
	else if (at[0] == 0xed)
		high = 0x9f;
	else if (at[0] == 0xf0)
		low = 0x90;
	else if (at[0] == 0xf4)
		high = 0x8f;
	if (n < length || at[1] < low || at[1] > high)
		return 0;
	for (size_t i = 2; i < length; i++) {
		if (at[i] < 0x80 || at[i] > 0xbf)
			return 0;
	}
	return length;
}

static const char *escaped(uint8_t c)
{
	switch (c) {
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '&':
		return "&amp;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		/* No control character is allowed in HTML but blanks. */
		return c == 0x7f || (c < 0x20 && c != '\n' && c != '\t') ? "\xef\xbf\xbd" : NULL;
	}
}

void op25b_html_text_n(struct op25b_html *h, const char *text, size_t n)
{
	const uint8_t *at = (const uint8_t *)text, *end = at + n, *plain = at;

	while (at < end) {
		size_t length = character(at, (size_t)(end - at));
		const char *instead = length == 1 ? h->plain ? NULL : escaped(*at) :
				      length      ? NULL :
						    "\xef\xbf\xbd";

		if (instead) {
			put(h, (const char *)plain, (size_t)(at - plain));
			op25b_html_raw(h, instead);
			plain = at + 1;
		}
		at += length ? length : 1;
	}
	put(h, (const char *)plain, (size_t)(at - plain));
}

void op25b_html_text(struct op25b_html *h, const char *text)
{
	op25b_html_text_n(h, text, strlen(text));
}

void op25b_html_text_of(struct op25b_html *h, const char *en, const char *ja)
{
	const char *own = h->lang == OP25B_EN ? en : ja, *other = h->lang == OP25B_EN ? ja : en;

	if (own || !other) {
		op25b_html_text(h, own ? own : "");
		return;
	}
	op25b_html_rawf(h, "<span lang=\"%s\">", op25b_lang_names[!h->lang]);
	op25b_html_text(h, other);
	op25b_html_raw(h, "</span>");
}

static const char *value_of(const struct op25b_value *values, const char *name, size_t n)
{
	for (; values && values->name; values++) {
		if (strlen(values->name) == n && !memcmp(values->name, name, n))
			return values->text;
	}
	return NULL;
}

void op25b_html_say(struct op25b_html *h, op25b_phrase word, const struct op25b_value *values)
{
	const char *text = op25b_phrase_text(h->own, word, h->lang);
	const char *brace;

	while ((brace = strchr(text, '{'))) {
		const char *end = strchr(brace, '}');
		const char *value;

		assert(end);
		value = value_of(values, brace + 1, (size_t)(end - brace - 1));
		assert(value);
		op25b_html_text_n(h, text, (size_t)(brace - text));
		op25b_html_text(h, value ? value : "");
		text = end + 1;
	}
	op25b_html_text(h, text);
}

void op25b_html_element(struct op25b_html *h, const char *tag, op25b_phrase word,
			const struct op25b_value *values)
{
	op25b_html_raw(h, "<");
	op25b_html_raw(h, tag);
	op25b_html_raw(h, ">");
	op25b_html_say(h, word, values);
	op25b_html_raw(h, "</");
	put(h, tag, strcspn(tag, " "));
	op25b_html_raw(h, ">\n");
}

static bool is_followed(const char *href)
{
	static const char *const schemes[] = { "https://", "http://", "mailto:", "tel:", "#" };

	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		if (!strncmp(href, schemes[i], strlen(schemes[i])))
			return true;
	}
	return href[0] == '/' && href[1] != '/';
}

static bool open_link(struct op25b_html *h, const char *href)
{
	if (!is_followed(href))
		return false;
	op25b_html_raw(h, "<a href=\"");
	op25b_html_text(h, href);
	op25b_html_raw(h, "\">");
	return true;
}

void op25b_html_link(struct op25b_html *h, const char *href, op25b_phrase word,
		     const struct op25b_value *values)
{
	bool followed = open_link(h, href);

	op25b_html_say(h, word, values);
	op25b_html_raw(h, followed ? "</a>" : "");
}

void op25b_html_link_text(struct op25b_html *h, const char *href, const char *text)
{
	bool followed = open_link(h, href);

	op25b_html_text(h, text);
	op25b_html_raw(h, followed ? "</a>" : "");
}

void op25b_html_query(struct op25b_html *h, const char *text)
{
	for (const uint8_t *at = (const uint8_t *)text; *at; at++) {
		bool plain = (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') ||
			     (*at >= '0' && *at <= '9') || strchr("-._~", *at);

		if (plain)
			put(h, (const char *)at, 1);
		else
			op25b_html_rawf(h, "%%%02X", *at);
	}
}
