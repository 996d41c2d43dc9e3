/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One message of plain text in UTF-8: headers of RFC 5322, encoded words of RFC 2047, a base64
 * body, and the mark of RFC 3834 that no program answers. All lines end with CRLF and are short
 * ASCII, so that no server on the way needs 8BITMIME or breaks a signature. Pure.
 */
#pragma once

#include <stdint.h>

/* All are given; addresses and parts of the Message-ID are checked by the caller. */
struct op25b_mime {
	const char *from_name; /* UTF-8, as all texts */
	const char *from, *to;
	const char *id, *id_domain; /* Message-ID: <id@id_domain> */
	const char *subject;        /* one line */
	const char *body;           /* lines that end with CRLF */
	int64_t at;                 /* seconds UTC */
};

/* @ret: free(). Returns 0 or -ENOMEM. */
int op25b_mime_write(const struct op25b_mime *mime, char **ret);
