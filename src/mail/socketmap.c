/* SPDX-License-Identifier: BSD-2-Clause */
/* See socketmap.h. Netstrings: cr.yp.to/proto/netstrings.txt: "5:hello,". */
#include "mail/socketmap.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define DIGITS 5 /* of OP25B_SOCKETMAP_REQUEST, and one that shows that there are more */

/* The size before the ':'; 0 and *ret_digits 0: not whole yet. */
static int read_size(const char *data, size_t size, size_t *ret_digits, size_t *ret_size)
{
	size_t digits = 0, value = 0;

	while (digits < size && digits < DIGITS && data[digits] >= '0' && data[digits] <= '9')
		value = value * 10 + (size_t)(data[digits++] - '0');
	*ret_digits = 0;
	if (digits == DIGITS || (digits > 1 && *data == '0'))
		return -EBADMSG;
	if (digits == size)
		return 0;
	if (!digits || data[digits] != ':' || value > OP25B_SOCKETMAP_REQUEST)
		return -EBADMSG;
	*ret_digits = digits;
	*ret_size = value;
	return 0;
}

int op25b_socketmap_read(char *data, size_t size, const char **ret_name, const char **ret_key,
			 struct op25b_error *error)
{
	size_t digits, length;
	char *text, *space;

	if (read_size(data, size, &digits, &length))
		return op25b_error_set(error, -EBADMSG,
				       "a request that is no netstring of at most %u bytes",
				       OP25B_SOCKETMAP_REQUEST);
	if (!digits || size < digits + 1 + length + 1)
		return 0;
	text = data + digits + 1;
	if (text[length] != ',')
		return op25b_error_set(error, -EBADMSG, "a netstring without its ','");
	space = memchr(text, ' ', length);
	if (!space || space == text || memchr(text, '\0', length))
		return op25b_error_set(error, -EBADMSG, "a request without map and key");
	*space = text[length] = '\0';
	*ret_name = text;
	*ret_key = space + 1;
	return (int)(digits + length + 2);
}

size_t op25b_socketmap_write(const char *word, const char *value, char *ret, size_t size)
{
	size_t length = strlen(word) + 1 + strlen(value);
	int n;

	if (length > OP25B_SOCKETMAP_REPLY)
		return 0;
	n = snprintf(ret, size, "%zu:%s %s,", length, word, value);
	return n > 0 && (size_t)n < size ? (size_t)n : 0;
}
