/* SPDX-License-Identifier: BSD-2-Clause */
/* See auth-policy.h. */
#include "mail/auth-policy.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

#include "base/cleanup.h"
#include "policy/prefix.h"

static void cleanup_json(json_t **json)
{
	json_decref(*json);
}

/* What follows is a continuation of UTF-8. */
static bool is_inside(char c)
{
	return (c & 0xc0) == 0x80;
}

/*
 * A longer text is cut to the most there is room for, which is longer than the name of any account:
 * so it never becomes somebody's.
 */
static void copy_text(const json_t *json, char ret[static OP25B_AUTH_TEXT])
{
	const char *text = json_string_value(json);
	size_t size = text ? strlen(text) : 0, most = OP25B_AUTH_TEXT - 1;

	if (!text)
		text = "";
	if (size > most) {
		size_t end = most;

		while (is_inside(text[end]))
			end--;
		memset(ret, '?', most);
		memcpy(ret, text, end);
		size = most;
	} else {
		memcpy(ret, text, size);
	}
	ret[size] = '\0';
}

static enum op25b_auth_service service_of(const json_t *json)
{
	static const struct {
		const char *word;
		enum op25b_auth_service service;
	} words[] = {
		{ "submission", OP25B_AUTH_SUBMISSION },
		{ "submissions", OP25B_AUTH_SUBMISSION },
		{ "smtp", OP25B_AUTH_SUBMISSION },
		{ "relay", OP25B_AUTH_RELAY },
		{ "pop3", OP25B_AUTH_POP3 },
		{ "imap", OP25B_AUTH_IMAP },
	};
	const char *text = json_string_value(json);

	for (size_t i = 0; text && i < sizeof(words) / sizeof(words[0]); i++) {
		if (!strcmp(text, words[i].word))
			return words[i].service;
	}
	return OP25B_AUTH_OTHER;
}

static void read_remote(const json_t *json, struct op25b_prefix *ret)
{
	const char *text = json_is_string(json) ? json_string_value(json) : "";
	enum op25b_prefix_fault fault = op25b_prefix_parse(text, ret);

	if ((fault != OP25B_PREFIX_FINE && fault != OP25B_PREFIX_MAPPED) || strchr(text, '/'))
		*ret = (struct op25b_prefix){ 0 };
}

int op25b_auth_read(enum op25b_auth_command command, const char *body, size_t size,
		    struct op25b_auth_request *ret, struct op25b_error *error)
{
	OP25B_CLEANUP(cleanup_json) json_t *json = NULL;
	const json_t *login, *success;
	const char *stage;
	json_error_t fault;

	if (size > OP25B_AUTH_BODY)
		return op25b_error_set(error, -EBADMSG, "a body of more than %u bytes",
				       OP25B_AUTH_BODY);
	json = json_loadb(body, size, JSON_REJECT_DUPLICATES, &fault);
	if (!json && json_error_code(&fault) == json_error_out_of_memory)
		return op25b_error_set(error, -ENOMEM, "out of memory");
	login = json_object_get(json, "login");
	success = json_object_get(json, "success");
	if (!json_is_string(login))
		return op25b_error_set(error, -EBADMSG, "a body without login");
	if (command == OP25B_AUTH_REPORT && !json_is_boolean(success))
		return op25b_error_set(error, -EBADMSG, "a report without success");

	*ret = (struct op25b_auth_request){ .command = command };
	copy_text(login, ret->login);
	copy_text(json_object_get(json, "pwhash"), ret->pwhash);
	read_remote(json_object_get(json, "remote"), &ret->remote);
	ret->service = service_of(json_object_get(json, "protocol"));
	stage = json_string_value(json_object_get(json, "stage"));
	ret->verified = command == OP25B_AUTH_ALLOW && stage && !strcmp(stage, "1");
	ret->success = json_is_true(success);
	ret->refused = json_is_true(json_object_get(json, "policy_reject"));
	return 0;
}

size_t op25b_auth_write(int status, const char *text, char *ret, size_t size)
{
	OP25B_CLEANUP(cleanup_json)
	json_t *json = json_pack("{s:i, s:s}", "status", status, "msg", text);
	size_t n = json ? json_dumpb(json, ret, size, JSON_COMPACT | JSON_ENSURE_ASCII) : 0;

	if (!n || n >= size)
		return 0;
	ret[n] = '\0';
	return n;
}
