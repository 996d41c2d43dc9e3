/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes as requests of Postfix's policy protocol, one after another: each ends inside what
 * came, an unfinished one changes nothing, and one that is read has its texts, and an address or
 * none.
 */
#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mail/postfix.h"
#include "policy/prefix.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct op25b_postfix_request *request, const char *begin, const char *end)
{
	const char *const texts[] = {
		request->instance, request->queue_id,  request->context,
		request->sender,   request->recipient, request->sasl_username
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert(!strchr(texts[i], '\n'));
		if (*texts[i])
			assert(texts[i] > begin && texts[i] + strlen(texts[i]) < end);
	}
	if (request->client.family)
		assert(request->client.len == op25b_prefix_whole(request->client.family));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *copy = malloc(size + 1), *at = copy;
	struct op25b_postfix_request request;
	int n;

	memcpy(copy, data, size);
	while ((n = op25b_postfix_read(at, size, &request, NULL)) > 0) {
		assert((size_t)n <= size);
		check(&request, at, at + n);
		at += n;
		size -= (size_t)n;
	}
	assert(n == 0 || n == -EBADMSG);
	if (!n) {
		assert(size < OP25B_POSTFIX_REQUEST);
		assert(!memcmp(at, data + (at - copy), size));
	}
	free(copy);
	return 0;
}
