/* SPDX-License-Identifier: BSD-2-Clause */
/* See smtp.h. */
#include "probe/smtp.h"

#include <string.h>

void op25b_smtp_init(struct op25b_smtp_reader *reader)
{
	memset(reader, 0, sizeof(*reader));
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The code of a line; 0: it has none, or one that no reply can have. */
static int code_of(const char *line, size_t size)
{
	int code = 0;

	if (size < 3 || line[0] < '2' || line[0] > '5')
		return 0;
	for (size_t i = 0; i < 3; i++) {
		if (!is_digit(line[i]))
			return 0;
		code = code * 10 + line[i] - '0';
	}
	return size == 3 || line[3] == ' ' || line[3] == '-' ? code : 0;
}

static void keep(struct op25b_smtp_reply *reply, const char *text, size_t size)
{
	struct op25b_smtp_line *line = &reply->lines[reply->n_lines];

	reply->n_all++;
	if (reply->n_lines == OP25B_SMTP_LINES)
		return;
	line->size = size < OP25B_SMTP_TEXT - 1 ? size : OP25B_SMTP_TEXT - 1;
	memcpy(line->text, text, line->size);
	line->text[line->size] = '\0';
	reply->n_lines++;
}

static enum op25b_smtp_end line_ends(struct op25b_smtp_reader *reader)
{
	struct op25b_smtp_reply *reply = &reader->reply;
	const char *line = reader->line;
	size_t size = reader->n_line;
	int code;

	if (size && line[size - 1] == '\r')
		size--;
	code = code_of(line, size);
	if (!code || (reply->n_all && code != reply->code))
		return OP25B_SMTP_WRONG;
	reply->code = code;
	keep(reply, line + (size > 3 ? 4 : 3), size > 3 ? size - 4 : 0);
	reader->n_line = 0;
	reader->whole = size == 3 || line[3] == ' ';
	return reader->whole ? OP25B_SMTP_WHOLE : OP25B_SMTP_MORE;
}

/* What can't become a reply is known before its line ends: who waits for more would wait long. */
static bool can_be_reply(const struct op25b_smtp_reader *reader)
{
	size_t n = reader->n_line < 3 ? reader->n_line : 3;

	for (size_t i = 0; i < n; i++) {
		if (!is_digit(reader->line[i]))
			return false;
	}
	return true;
}

static void take_evidence(struct op25b_smtp_reader *reader, const char *from, size_t size,
			  size_t *at)
{
	size_t n = size - *at, room = OP25B_SMTP_LINE - reader->n_line;

	n = n < room ? n : room;
	memcpy(reader->line + reader->n_line, from + *at, n);
	reader->n_line += n;
	*at += n;
}

enum op25b_smtp_end op25b_smtp_read(struct op25b_smtp_reader *reader, const void *bytes,
				    size_t size, size_t *ret_used)
{
	const char *from = bytes;
	enum op25b_smtp_end end = OP25B_SMTP_MORE;
	size_t i = 0;

	if (reader->whole)
		op25b_smtp_init(reader);
	while (i < size && end == OP25B_SMTP_MORE) {
		const char c = from[i++];

		if (++reader->n_bytes > OP25B_SMTP_BYTES ||
		    (c != '\n' && reader->n_line == OP25B_SMTP_LINE)) {
			end = OP25B_SMTP_TOO_LONG;
		} else if (c == '\n') {
			end = line_ends(reader);
		} else {
			reader->line[reader->n_line++] = c;
			if (reader->n_line == 3 && !can_be_reply(reader)) {
				take_evidence(reader, from, size, &i);
				end = OP25B_SMTP_WRONG;
			}
		}
	}
	*ret_used = i;
	return end;
}
