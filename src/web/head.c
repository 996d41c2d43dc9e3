/* SPDX-License-Identifier: BSD-2-Clause */
/* See head.h. */
#include "web/head.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "web/header.h"

#define LENGTH 9 /* digits of a Content-Length: more is too much in any case */

static bool is_token(const char *text)
{
	static const char marks[] = "!#$%&'*+-.^_`|~";

	for (const char *p = text; *p; p++) {
		if (!(*p >= '0' && *p <= '9') && !((*p | 0x20) >= 'a' && (*p | 0x20) <= 'z') &&
		    !strchr(marks, *p))
			return false;
	}
	return *text != '\0';
}

static bool is_value(const char *text)
{
	for (const char *p = text; *p; p++) {
		if (((unsigned char)*p < ' ' && *p != '\t') || *p == 0x7f)
			return false;
	}
	return true;
}

/* Cut the next line off; its end becomes a NUL. NULL: it doesn't end as a line does. */
static char *take_line(char **rest)
{
	char *line = *rest, *end = strchr(line, '\n');

	if (!end || end == line || end[-1] != '\r')
		return NULL;
	end[-1] = '\0';
	*rest = end + 1;
	return strchr(line, '\r') ? NULL : line;
}

static int read_line(char *line, struct op25b_web_wire *wire)
{
	char *target = strchr(line, ' '), *version = target ? strchr(target + 1, ' ') : NULL;

	if (!version)
		return 400;
	*target++ = '\0';
	*version++ = '\0';
	wire->method = line;
	wire->target = target;
	wire->http10 = !strcmp(version, "HTTP/1.0");
	if (!is_token(line) || !*target || strncmp(version, "HTTP/", 5) != 0)
		return 400;
	return wire->http10 || !strcmp(version, "HTTP/1.1") ? 0 : 505;
}

/* "Name: value"; a line that goes on with the one before is no such. */
static int read_header(char *line, struct op25b_web_header *ret)
{
	char *colon = strchr(line, ':'), *value, *end;

	if (!colon)
		return 400;
	*colon = '\0';
	value = colon + 1 + strspn(colon + 1, " \t");
	end = value + strlen(value);
	while (end > value && strchr(" \t", end[-1]))
		*--end = '\0';
	*ret = (struct op25b_web_header){ line, value };
	return is_token(line) && is_value(value) ? 0 : 400;
}

static int read_lines(struct op25b_web_head *head)
{
	char *rest = head->bytes, *line = take_line(&rest);
	int status = line ? read_line(line, &head->wire) : 400;

	while (!status) {
		line = take_line(&rest);
		if (!line)
			return 400;
		if (!*line)
			return 0;
		if (head->wire.n_headers == OP25B_WEB_HEADERS)
			return 431;
		status = read_header(line, &head->headers[head->wire.n_headers++]);
	}
	return status;
}

/* Where the body ends (RFC 9112 6.3). */
static int read_length(struct op25b_web_head *head)
{
	const struct op25b_web_wire *wire = &head->wire;
	const char *length = op25b_web_header(wire, "Content-Length");
	size_t digits = length ? strspn(length, "0123456789") : 0;

	if (op25b_web_header_count(wire, "Transfer-Encoding"))
		return length ? 400 : 411;
	if (!length)
		return 0;
	if (op25b_web_header_count(wire, "Content-Length") > 1 || !digits || length[digits])
		return 400;
	head->too_large = digits > LENGTH || strtoul(length, NULL, 10) > OP25B_WEB_BODY;
	head->body_size = head->too_large ? 0 : strtoul(length, NULL, 10);
	/* A body that means nothing may be what another reader takes for a request. */
	return (head->too_large || head->body_size) && strcmp(wire->method, "POST") != 0 ? 400 : 0;
}

static void read_connection(struct op25b_web_head *head)
{
	const char *connection = op25b_web_header(&head->wire, "Connection");
	const char *expect = op25b_web_header(&head->wire, "Expect");

	head->keep_alive = head->wire.http10 ? connection && strcasestr(connection, "keep-alive") :
					       !connection || !strcasestr(connection, "close");
	head->expects = !head->wire.http10 && expect && !strcasecmp(expect, "100-continue");
}

/*
 * Bytes up to and with the empty line; 0: it has not come. Lines that end in a bare newline count,
 * too: they are refused, and not waited for.
 */
static size_t size_of(const char *bytes, size_t n)
{
	const char *end = memmem(bytes, n, "\n\r\n", 3), *bare = memmem(bytes, n, "\n\n", 2);

	if (bare && (!end || bare < end))
		return (size_t)(bare - bytes) + 2;
	return end ? (size_t)(end - bytes) + 3 : 0;
}

int op25b_web_head_read(const char *bytes, size_t n, struct op25b_web_head *ret)
{
	struct op25b_web_head head = { .bytes = NULL };
	/* An empty line before a request is passed over (RFC 9112 2.2). */
	const size_t empty = n >= 2 && !memcmp(bytes, "\r\n", 2) ? 2 : 0;
	const size_t size = size_of(bytes + empty, n - empty);
	int status;

	if (!size)
		return n - empty > OP25B_WEB_HEAD ? -431 : 0;
	if (size > OP25B_WEB_HEAD)
		return -431;
	if (memchr(bytes + empty, '\0', size))
		return -400;
	head.bytes = strndup(bytes + empty, size);
	status = head.bytes ? read_lines(&head) : 500;
	head.wire.headers = head.headers;
	status = status ? status : read_length(&head);
	if (status) {
		op25b_web_head_done(&head);
		return -status;
	}
	read_connection(&head);
	*ret = head;
	ret->wire.headers = ret->headers;
	return (int)(size + empty);
}

void op25b_web_head_done(struct op25b_web_head *head)
{
	if (!head)
		return;
	free(head->bytes);
	*head = (struct op25b_web_head){ .bytes = NULL };
}
