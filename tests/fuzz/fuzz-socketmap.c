/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes as socketmap requests: each ends inside what came, an unfinished one changes nothing,
 * and what is read, written as a reply, is a netstring that the reader takes for a request.
 */
#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mail/socketmap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const char *name, const char *key)
{
	char reply[OP25B_SOCKETMAP_REQUEST + 16];
	const char *name_again, *key_again;
	size_t n = op25b_socketmap_write(name, key, reply, sizeof(reply));

	assert(*name && !strchr(name, ' '));
	assert(n && op25b_socketmap_read(reply, n, &name_again, &key_again, NULL) == (int)n);
	assert(!strcmp(name, name_again) && !strcmp(key, key_again));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *copy = malloc(size + 1), *at = copy;
	const char *name, *key;
	int n;

	memcpy(copy, data, size);
	while ((n = op25b_socketmap_read(at, size, &name, &key, NULL)) > 0) {
		assert((size_t)n <= size);
		check(name, key);
		at += n;
		size -= (size_t)n;
	}
	assert(n == 0 || n == -EBADMSG);
	if (!n) {
		assert(size < OP25B_SOCKETMAP_REQUEST + 8);
		assert(!memcmp(at, data + (at - copy), size));
	}
	free(copy);
	return 0;
}
