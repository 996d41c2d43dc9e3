/* SPDX-License-Identifier: BSD-2-Clause */
/* See request.h. A key that a request does not have is passed over: newer clients may send it. */
#include "daemon/request.h"

#include <errno.h>
#include <string.h>

#include "daemon/days.h"
#include "daemon/frame.h"
#include "policy/prefix.h"

#define TEXT_MAX 512U /* as session/acct.h has it */

static const char *const ops[] = {
#define OP25B_OP_ROW(tail, word) word,
	OP25B_REQUESTS(OP25B_OP_ROW)
#undef OP25B_OP_ROW
};

const char *op25b_request_name(enum op25b_op op)
{
	return ops[op];
}

static int read_apply(const json_t *json, struct op25b_request *request, struct op25b_error *error)
{
	const json_t *confirm = json_object_get(json, "confirm");

	request->files = json_object_get(json, "files");
	if (!json_is_array(request->files) || !json_array_size(request->files))
		return op25b_error_set(error, -EINVAL, "apply: 'files' is a list of files");
	if (!confirm || json_is_null(confirm))
		return 0;
	request->confirm = json_integer_value(confirm);
	if (request->confirm < 1 || request->confirm > OP25B_CONFIRM_MAX)
		return op25b_error_set(error, -EINVAL,
				       "apply: 'confirm' is a number of seconds from 1 to %d",
				       OP25B_CONFIRM_MAX);
	return 0;
}

/* An address alone, in the text of @key. */
static int read_address(const json_t *json, const char *key, struct op25b_prefix *ret,
			struct op25b_error *error)
{
	const char *text = json_string_value(json_object_get(json, key));

	if (!text || strlen(text) > 64 || strchr(text, '/') || op25b_prefix_parse(text, ret))
		return op25b_error_set(error, -EINVAL, "'%s' is not an IPv4 or IPv6 address", key);
	return 0;
}

/* A text of a session; absent or null: "". As the session store has them, so is it asked. */
static int read_text(const json_t *json, const char *key, const char **ret,
		     struct op25b_error *error)
{
	const json_t *value = json_object_get(json, key);
	const char *text = json_string_value(value);
	size_t n = json_string_length(value);

	*ret = "";
	if (!value || json_is_null(value))
		return 0;
	for (size_t i = 0; text && i < n; i++) {
		if (text[i] < 0x20 || text[i] > 0x7e)
			text = NULL;
	}
	if (!text || n >= TEXT_MAX)
		return op25b_error_set(error, -EINVAL,
				       "resolve: '%s' is not a text of at most %u printable ASCII "
				       "characters",
				       key, TEXT_MAX - 1);
	*ret = text;
	return 0;
}

static int read_port(const json_t *json, const char *key, uint16_t *port, struct op25b_error *error)
{
	const json_t *value = json_object_get(json, key);
	json_int_t number = json_integer_value(value);

	if (!value || json_is_null(value))
		return 0;
	if (!json_is_integer(value) || number < 0 || number > 65535)
		return op25b_error_set(error, -EINVAL, "'%s' is not a port", key);
	*port = (uint16_t)number;
	return 0;
}

static int read_lines(const json_t *json, struct op25b_request *request, struct op25b_error *error)
{
	const char *op = op25b_request_name(request->op);
	const json_t *line = json_object_get(json, "line");
	const char *text = json_string_value(line);
	size_t n = json_string_length(line);

	if (!line)
		return read_address(json, "address", &request->address, error);
	if (json_object_get(json, "address"))
		return op25b_error_set(error, -EINVAL, "%s: 'address' or 'line', not both", op);
	for (size_t i = 0; text && i < n; i++) {
		if ((uint8_t)text[i] < 0x20 || text[i] == 0x7f)
			text = NULL;
	}
	if (!text || !n || n >= OP25B_SESSION_LINE_ID)
		return op25b_error_set(error, -EINVAL,
				       "%s: 'line' is not a text of 1 to %d bytes without "
				       "control characters",
				       op, OP25B_SESSION_LINE_ID - 1);
	request->line = text;
	return 0;
}

static int read_facts(const json_t *json, struct op25b_request *request, struct op25b_error *error)
{
	int r = read_lines(json, request, error);

	return r ? r : read_port(json, "port", &request->port, error);
}

static int read_days(const json_t *json, struct op25b_request *request, struct op25b_error *error)
{
	const json_t *days = json_object_get(json, "days");
	const json_t *services = json_object_get(json, "services");

	request->days = OP25B_DAYS_MOST;
	request->services = !json_is_false(services);
	if (services && !json_is_null(services) && !json_is_boolean(services))
		return op25b_error_set(error, -EINVAL, "days: 'services' is true or false");
	if (!days || json_is_null(days))
		return 0;
	if (!json_is_integer(days) || json_integer_value(days) < 1 ||
	    json_integer_value(days) > OP25B_DAYS_MOST)
		return op25b_error_set(error, -EINVAL, "days: 'days' is a number from 1 to %u",
				       OP25B_DAYS_MOST);
	request->days = (unsigned int)json_integer_value(days);
	return 0;
}

static int read_resolve(const json_t *json, struct op25b_request *request,
			struct op25b_error *error)
{
	const char *prefix = json_string_value(json_object_get(json, "prefix"));
	struct op25b_session_facts *facts = &request->facts;
	int r;

	if (!prefix || strlen(prefix) > 64 || op25b_prefix_parse(prefix, &facts->prefix))
		return op25b_error_set(error, -EINVAL,
				       "resolve: 'prefix' is not an IPv4 or IPv6 prefix");
	r = read_text(json, "nas", &facts->nas, error);
	r = r ? r : read_text(json, "user_name", &facts->user_name, error);
	r = r ? r : read_text(json, "class", &facts->class_, error);
	r = r ? r : read_text(json, "filter_id", &facts->filter_id, error);
	return r ? r : read_text(json, "framed_pool", &facts->framed_pool, error);
}

static int digit(char c)
{
	const char *digits = "0123456789abcdef", *at = strchr(digits, c);

	return c && at ? (int)(at - digits) : -1;
}

static int read_hex(const char *text, struct op25b_request *request, struct op25b_error *error)
{
	size_t length = strlen(text);

	if (length % 2 || length / 2 > OP25B_FRAME_MAX)
		return op25b_error_set(error, -EINVAL, "'frame' is not hex of at most %u bytes",
				       OP25B_FRAME_MAX);
	for (size_t i = 0; i < length / 2; i++) {
		int high = digit(text[2 * i]), low = digit(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return op25b_error_set(error, -EINVAL, "'frame' is not lower-case hex");
		request->frame[i] = (uint8_t)(high << 4 | low);
	}
	request->frame_size = length / 2;
	return 0;
}

static int read_explain(const json_t *json, struct op25b_request *request,
			struct op25b_error *error)
{
	const char *side = json_string_value(json_object_get(json, "side"));
	const char *hex = json_string_value(json_object_get(json, "frame"));
	struct op25b_frame_ends ends = { 0 };
	int r;

	if (side && !strcmp(side, "upstream"))
		request->side = OP25B_UPSTREAM;
	else if (side && strcmp(side, "subscriber") != 0)
		return op25b_error_set(error, -EINVAL,
				       "explain: 'side' is \"subscriber\" or \"upstream\"");
	if (hex)
		return read_hex(hex, request, error);
	ends.sport = request->side == OP25B_UPSTREAM ? 25 : 40000;
	ends.dport = request->side == OP25B_UPSTREAM ? 40000 : 25;
	r = read_address(json, "src", &ends.src, error);
	r = r ? r : read_address(json, "dst", &ends.dst, error);
	r = r ? r : read_port(json, "sport", &ends.sport, error);
	r = r ? r : read_port(json, "dport", &ends.dport, error);
	if (r)
		return r;
	if (ends.src.family != ends.dst.family)
		return op25b_error_set(error, -EINVAL,
				       "explain: 'src' and 'dst' are of different families");
	request->frame_size = op25b_frame_syn(&ends, request->frame);
	return 0;
}

static int read_op(const json_t *json, unsigned int permitted, struct op25b_request *request,
		   struct op25b_error *error)
{
	const char *op = json_string_value(json_object_get(json, "op"));
	size_t i = 0;

	if (!op)
		return op25b_error_set(error, -EINVAL, "not an object with an \"op\"");
	while (i < OP25B_OP_COUNT && strcmp(ops[i], op) != 0)
		i++;
	request->op = (enum op25b_op)i;
	if (i < OP25B_OP_COUNT && !(permitted & 1U << i))
		return op25b_error_set(error, -EPERM,
				       "'%s' is not for this socket, which only answers questions",
				       op);
	switch (request->op) {
	case OP25B_OP_APPLY:
		return read_apply(json, request, error);
	case OP25B_OP_DAYS:
		return read_days(json, request, error);
	case OP25B_OP_LINES:
		return read_lines(json, request, error);
	case OP25B_OP_FACTS:
		return read_facts(json, request, error);
	case OP25B_OP_RESOLVE:
		return read_resolve(json, request, error);
	case OP25B_OP_EXPLAIN:
		return read_explain(json, request, error);
	case OP25B_OP_COUNT:
		return op25b_error_set(error, -EINVAL, "there is no request '%.32s'", op);
	default:
		return 0;
	}
}

int op25b_request_parse(const char *line, size_t size, unsigned int permitted,
			struct op25b_request *ret_request, struct op25b_error *error)
{
	struct op25b_request request = { .op = OP25B_OP_COUNT };
	json_error_t fault;
	int r;

	request.json = json_loadb(line, size, JSON_REJECT_DUPLICATES, &fault);
	if (!request.json && !*fault.text) /* jansson has no words for that */
		return op25b_error_set(error, -ENOMEM, "out of memory");
	if (!request.json)
		return op25b_error_set(error, -EINVAL, "not JSON: %s", fault.text);
	r = read_op(request.json, permitted, &request, error);
	if (r) {
		op25b_request_done(&request);
		return r;
	}
	*ret_request = request;
	return 0;
}

void op25b_request_done(struct op25b_request *request)
{
	if (!request)
		return;
	json_decref(request->json);
	request->json = NULL;
	request->files = NULL;
	request->line = NULL;
}
