/* SPDX-License-Identifier: BSD-2-Clause */
/* See trace.h. Postfix writes "from HELO (NAME [ADDRESS]) ... by HOST (Postfix) with PROTOCOL". */
#include "mail/trace.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "policy/prefix.h"

#define NAME 256 /* bytes of a host's name and its NUL */

/* The value of a field of this name; NULL: it is another. */
static const char *value_of(const char *field, const char *name)
{
	const size_t n = strlen(name);

	if (strncasecmp(field, name, n) != 0)
		return NULL;
	field += n;
	field += strspn(field, " \t");
	if (*field != ':')
		return NULL;
	field++;
	return field + strspn(field, " \t");
}

/* Whether a byte is a blank outside of comments; @depth is how many it stands in. */
static bool is_gap(char c, int *depth)
{
	if (c == '(')
		++*depth;
	else if (c == ')')
		*depth -= *depth > 0;
	return !*depth && isspace((unsigned char)c);
}

/* The first word behind " WORD ", outside of comments, which a client's words may stand in. */
static bool word_behind(const char *value, const char *word, char *ret, size_t size)
{
	const size_t n = strlen(word);
	int depth = 0;

	for (const char *at = value; *at; at++) {
		if (!is_gap(*at, &depth) || strncasecmp(at + 1, word, n) != 0 ||
		    !isspace((unsigned char)at[n + 1]))
			continue;
		at += n + 1;
		at += strspn(at, " \t");
		snprintf(ret, size, "%.*s", (int)strcspn(at, " \t;("), at);
		return *ret != '\0';
	}
	return false;
}

/*
 * "(NAME [192.0.2.7])", "(NAME [IPv6:2001:db8::7])": what is in brackets at the end of the first
 * comment, since Postfix lets no '(' of a client's HELO through.
 */
static bool read_client(const char *value, struct op25b_prefix *ret)
{
	const char *at = strchr(value, '('), *end = at ? strchr(at, ')') : NULL;
	char text[OP25B_PREFIX_TEXT];

	if (!end || end[-1] != ']')
		return false;
	for (at = end - 1; *at != '('; at--) {
		if (*at == '[')
			break;
	}
	if (*at != '[')
		return false;
	at += strncasecmp(at + 1, "IPv6:", 5) ? 1 : 6;
	if (end - 1 - at >= (ptrdiff_t)sizeof(text))
		return false;
	snprintf(text, sizeof(text), "%.*s", (int)(end - 1 - at), at);
	return !strchr(text, '/') && op25b_prefix_parse(text, ret) == OP25B_PREFIX_FINE;
}

/* Where " by HOST" begins, outside of comments. */
static const char *find_by(const char *value)
{
	int depth = 0;

	for (const char *at = value; *at; at++) {
		if (is_gap(*at, &depth) && !strncasecmp(at + 1, "by ", 3))
			return at;
	}
	return NULL;
}

static void take_received(struct op25b_trace *trace, const char *value)
{
	const enum op25b_trace_door door = trace->next;
	const char *by = find_by(value);
	char host[NAME], with[32];
	struct op25b_prefix client;

	trace->next = OP25B_TRACE_UNKNOWN;
	trace->over = true;
	if (!by || !word_behind(by, "by", host, sizeof(host)) ||
	    !word_behind(by, "with", with, sizeof(with)) || !read_client(value, &client) ||
	    !trace->own->host(trace->own->arg, host))
		return;
	/* RFC 3848: ESMTP, ESMTPS, ESMTPA, ESMTPSA, and the same of SMTPUTF8. */
	trace->known = true;
	trace->auth = strlen(with) > 5 && strchr("aA", with[strlen(with) - 1]);
	trace->tls = !strcasecmp(with, "ESMTPS") || !strcasecmp(with, "ESMTPSA") ||
		     !strcasecmp(with, "UTF8SMTPS") || !strcasecmp(with, "UTF8SMTPSA");
	trace->door = door;
	trace->client = client;
	trace->over = !trace->own->address(trace->own->arg, &client);
}

static enum op25b_trace_door door_of(const char *value)
{
	static const char *const words[] = { [OP25B_TRACE_MX] = "mx",
					     [OP25B_TRACE_RELAY] = "relay",
					     [OP25B_TRACE_587] = "submission",
					     [OP25B_TRACE_465] = "submissions" };

	for (int i = OP25B_TRACE_MX; i <= OP25B_TRACE_465; i++) {
		if (!strcmp(value, words[i]))
			return (enum op25b_trace_door)i;
	}
	return OP25B_TRACE_UNKNOWN;
}

/* Lists, other programs and answers of them, as far as they say so. */
static bool is_automatic(const char *field)
{
	const char *value = value_of(field, "Auto-Submitted");

	if (value)
		return strncasecmp(value, "no", 2) != 0;
	return !strncasecmp(field, "List-", 5) || value_of(field, "Precedence") != NULL;
}

void op25b_trace_field(struct op25b_trace *trace, const char *field)
{
	const char *value;

	trace->automatic |= is_automatic(field);
	if (trace->over)
		return;
	value = value_of(field, OP25B_TRACE_DOOR);
	if (value)
		trace->next = door_of(value);
	value = value_of(field, "Received");
	if (value)
		take_received(trace, value);
}
