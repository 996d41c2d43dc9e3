/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SMTP replies from a stream of bytes that nobody vouches for (RFC 5321 4.2): lines of three
 * digits, then '-' where more follow or ' ' at the last. Takes a bare LF for an end of line too, as
 * clients do. Bounded in every direction; nothing is kept beyond OP25B_SMTP_LINES lines.
 *
 * Pure: no descriptor, no clock.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define OP25B_SMTP_LINE  2048  /* bytes of a line at most; RFC 5321 has 512 */
#define OP25B_SMTP_BYTES 65536 /* of one reply at most */
#define OP25B_SMTP_LINES 64    /* that are kept of one */
#define OP25B_SMTP_TEXT  512   /* bytes of one that are kept, with a NUL; may hold others */

struct op25b_smtp_line {
	char text[OP25B_SMTP_TEXT]; /* as it came, without code and end of line */
	size_t size;                /* of @text */
};

struct op25b_smtp_reply {
	int code; /* 0: not yet one */
	struct op25b_smtp_line lines[OP25B_SMTP_LINES];
	size_t n_lines; /* kept */
	size_t n_all;   /* that came */
};

struct op25b_smtp_reader {
	struct op25b_smtp_reply reply;
	char line[OP25B_SMTP_LINE];
	size_t n_line;
	size_t n_bytes; /* of the reply */
	bool whole;     /* reply is: the next byte begins another */
};

enum op25b_smtp_end {
	OP25B_SMTP_MORE,  /* every byte was taken, and more must come */
	OP25B_SMTP_WHOLE, /* reader->reply is one; bytes may be left */
	OP25B_SMTP_WRONG, /* not SMTP: reader->line begins with what it was instead */
	OP25B_SMTP_TOO_LONG,
};

/* Ready for the first reply. */
void op25b_smtp_init(struct op25b_smtp_reader *reader);

/**
 * op25b_smtp_read() - take bytes until a reply is whole.
 * @ret_used: how many of @size were taken
 *
 * After OP25B_SMTP_WHOLE the next call begins the next reply. Cost: linear.
 */
enum op25b_smtp_end op25b_smtp_read(struct op25b_smtp_reader *reader, const void *bytes,
				    size_t size, size_t *ret_used);
