/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes as a body of Dovecot's auth policy: refused, or read with texts that end; only an allow
 * is ever verified; and an answer that repeats the name is JSON or nothing.
 */
#include <assert.h>
#include <errno.h>
#include <jansson.h>
#include <stdint.h>
#include <string.h>

#include "mail/auth-policy.h"
#include "policy/prefix.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct op25b_auth_request *request)
{
	char answer[8 * OP25B_AUTH_TEXT];
	json_t *json;
	size_t n;

	assert(memchr(request->login, '\0', sizeof(request->login)));
	assert(memchr(request->pwhash, '\0', sizeof(request->pwhash)));
	assert(!request->verified || request->command == OP25B_AUTH_ALLOW);
	if (request->remote.family)
		assert(request->remote.len == op25b_prefix_whole(request->remote.family));
	n = op25b_auth_write(-1, request->login, answer, sizeof(answer));
	assert(n && n == strlen(answer));
	json = json_loads(answer, 0, NULL);
	assert(json_integer_value(json_object_get(json, "status")) == -1);
	assert(!strcmp(json_string_value(json_object_get(json, "msg")), request->login));
	json_decref(json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	for (int command = OP25B_AUTH_ALLOW; command <= OP25B_AUTH_REPORT; command++) {
		struct op25b_auth_request request;
		int r = op25b_auth_read((enum op25b_auth_command)command, (const char *)data, size,
					&request, NULL);

		assert(r == 0 || r == -EBADMSG);
		if (!r)
			check(&request);
	}
	return 0;
}
