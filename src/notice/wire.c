/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages and their bytes: the kind (4 bytes), then the body. Pure. */
#include "notice/wire.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#define REPLY_LINE 512U /* RFC 5321 4.5.3.1.5: a reply line, with its CRLF */

/* The bodies. A door's is followed by its replies, each with its NUL. */
struct hello_body {
	uint32_t version, connections, per_line;
};

struct door_body {
	uint64_t id;
	uint32_t manner, v6_len;
};

#define HEAD sizeof(uint32_t)

static const char *const reply_names[OP25B_WIRE_N_REPLIES] = { "first", "helo", "other", "bye",
							       "late" };

size_t op25b_wire_fds(enum op25b_wire_kind kind)
{
	return kind == OP25B_WIRE_DOOR ? 2 : kind == OP25B_WIRE_HELLO ? 1 : 0;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The bytes of one line with its CRLF, 0 if it isn't one; RFC 5321 4.2. */
static size_t line_length(const char *text, const char *code, bool *ret_last)
{
	size_t n;

	if (strncmp(text, code, 3) != 0 || (text[3] != ' ' && text[3] != '-'))
		return 0;
	*ret_last = text[3] == ' ';
	for (n = 4; text[n] >= ' ' && text[n] <= '~'; n++)
		;
	if (text[n] != '\r' || text[n + 1] != '\n' || n + 2 > REPLY_LINE)
		return 0;
	return n + 2;
}

/* A reply is lines of one code, all but the last with a hyphen. */
static bool is_reply(const char *text)
{
	const char *at = text;
	bool last = false;

	if (!is_digit(text[0]) || !is_digit(text[1]) || !is_digit(text[2]))
		return false;
	while (!last) {
		size_t n = line_length(at, text, &last);

		if (!n)
			return false;
		at += n;
	}
	return !*at;
}

/* What the code of a reply begins with: whatever else would promise something is no reply here. */
static const char *wanted_code(const struct op25b_wire_door *door, enum op25b_wire_reply reply)
{
	static const char *const first[] = {
		[OP25B_GREETING] = "5", [OP25B_LATER] = "421", [OP25B_HELO] = "220"
	};

	switch (reply) {
	case OP25B_WIRE_FIRST:
		return first[door->manner];
	case OP25B_WIRE_BYE:
		return "221";
	case OP25B_WIRE_LATE:
		return "421";
	default:
		return "5";
	}
}

static int check_door(const struct op25b_wire_door *door, int code, struct op25b_error *error)
{
	if (door->manner > OP25B_HELO)
		return op25b_error_set(error, code, "a door with a manner of no meaning");
	if (!door->v6_len || door->v6_len > 128)
		return op25b_error_set(error, code, "a door with lines of no length");
	for (enum op25b_wire_reply i = 0; i < OP25B_WIRE_N_REPLIES; i++) {
		const char *text = door->replies[i];
		const char *begin = wanted_code(door, i);

		if (!*text && i == OP25B_WIRE_HELO && door->manner != OP25B_HELO)
			continue;
		if (strncmp(text, begin, strlen(begin)) != 0 || !is_reply(text))
			return op25b_error_set(error, code,
					       "a door whose reply '%s' is not SMTP, or not %s%s",
					       reply_names[i], begin, begin[1] ? "" : "xx");
	}
	return 0;
}

static int check_hello(const struct op25b_wire_hello *hello, int code, struct op25b_error *error)
{
	if (!hello->connections || hello->connections > OP25B_WIRE_CONNECTIONS_MAX ||
	    !hello->per_line)
		return op25b_error_set(error, code, "limits of no meaning");
	return 0;
}

static int encode_door(const struct op25b_wire_door *door, uint8_t *ret, struct op25b_error *error)
{
	const struct door_body body = { door->id, door->manner, door->v6_len };
	size_t at = HEAD + sizeof(body);
	int r = check_door(door, -EINVAL, error);

	if (r)
		return r;
	memcpy(ret + HEAD, &body, sizeof(body));
	for (size_t i = 0; i < OP25B_WIRE_N_REPLIES; i++) {
		size_t n = strlen(door->replies[i]) + 1;

		if (n > OP25B_WIRE_SIZE - at)
			return op25b_error_set(error, -EMSGSIZE, "a door whose texts are too long");
		memcpy(ret + at, door->replies[i], n);
		at += n;
	}
	return (int)at;
}

int op25b_wire_encode(const struct op25b_wire_message *m, uint8_t ret[static OP25B_WIRE_SIZE],
		      struct op25b_error *error)
{
	const uint32_t kind = m->kind;
	struct hello_body hello;
	int r;

	memcpy(ret, &kind, HEAD);
	switch (m->kind) {
	case OP25B_WIRE_HELLO:
		r = check_hello(&m->hello, -EINVAL, error);
		if (r)
			return r;
		hello = (struct hello_body){ OP25B_WIRE_VERSION, m->hello.connections,
					     m->hello.per_line };
		memcpy(ret + HEAD, &hello, sizeof(hello));
		return HEAD + sizeof(hello);
	case OP25B_WIRE_DOOR:
		return encode_door(&m->door, ret, error);
	case OP25B_WIRE_ALL:
		return HEAD;
	case OP25B_WIRE_SHUT:
		memcpy(ret + HEAD, &m->shut, sizeof(m->shut));
		return HEAD + sizeof(m->shut);
	case OP25B_WIRE_COUNTS:
		memcpy(ret + HEAD, &m->counts, sizeof(m->counts));
		return HEAD + sizeof(m->counts);
	}
	return op25b_error_set(error, -EINVAL, "a message of no kind");
}

static int take_body(const uint8_t *body, size_t size, void *ret, size_t wanted,
		     struct op25b_error *error)
{
	if (size != wanted)
		return op25b_error_set(error, -EBADMSG, "a message of %zu bytes instead of %zu",
				       size, wanted);
	memcpy(ret, body, wanted);
	return 0;
}

static int decode_hello(const uint8_t *data, size_t size, struct op25b_wire_hello *ret,
			struct op25b_error *error)
{
	struct hello_body body;
	uint32_t version;
	int r;

	if (size < sizeof(version))
		return op25b_error_set(error, -EBADMSG, "a HELLO without a version");
	memcpy(&version, data, sizeof(version));
	if (version != OP25B_WIRE_VERSION)
		return op25b_error_set(error, -EPROTONOSUPPORT,
				       "the other end speaks version %u, this program %u: install "
				       "op25bd and op25b-noticed of one version, and restart both",
				       version, OP25B_WIRE_VERSION);
	r = take_body(data, size, &body, sizeof(body), error);
	if (r)
		return r;
	*ret = (struct op25b_wire_hello){ body.connections, body.per_line };
	return check_hello(ret, -EBADMSG, error);
}

static int decode_door(const uint8_t *data, size_t size, struct op25b_wire_door *ret,
		       struct op25b_error *error)
{
	const uint8_t *at = data + sizeof(struct door_body), *end = data + size;
	struct door_body body;

	if (size < sizeof(body))
		return op25b_error_set(error, -EBADMSG, "a door that is cut off");
	memcpy(&body, data, sizeof(body));
	if (body.v6_len > 128)
		return op25b_error_set(error, -EBADMSG, "a door with lines of no length");
	*ret = (struct op25b_wire_door){ .id = body.id,
					 .manner = (enum op25b_manner)body.manner,
					 .v6_len = (uint8_t)body.v6_len };
	for (size_t i = 0; i < OP25B_WIRE_N_REPLIES; i++) {
		const uint8_t *nul = at < end ? memchr(at, '\0', (size_t)(end - at)) : NULL;

		if (!nul)
			return op25b_error_set(error, -EBADMSG, "a door without all its replies");
		ret->replies[i] = (const char *)at;
		at = nul + 1;
	}
	if (at != end)
		return op25b_error_set(error, -EBADMSG, "a door with bytes behind its replies");
	return check_door(ret, -EBADMSG, error);
}

int op25b_wire_decode(const void *data, size_t size, struct op25b_wire_message *ret,
		      struct op25b_error *error)
{
	const uint8_t *body = (const uint8_t *)data + HEAD;
	struct op25b_wire_message m = { 0 };
	uint32_t kind;
	int r;

	if (size < HEAD || size > OP25B_WIRE_SIZE)
		return op25b_error_set(error, -EBADMSG, "a message of %zu bytes", size);
	memcpy(&kind, data, HEAD);
	size -= HEAD;
	switch (kind) {
	case OP25B_WIRE_HELLO:
		r = decode_hello(body, size, &m.hello, error);
		break;
	case OP25B_WIRE_DOOR:
		r = decode_door(body, size, &m.door, error);
		break;
	case OP25B_WIRE_ALL:
		r = take_body(body, size, &m, 0, error);
		break;
	case OP25B_WIRE_SHUT:
		r = take_body(body, size, &m.shut, sizeof(m.shut), error);
		break;
	case OP25B_WIRE_COUNTS:
		r = take_body(body, size, &m.counts, sizeof(m.counts), error);
		break;
	default:
		return op25b_error_set(error, -EBADMSG, "a message of no kind, %u", kind);
	}
	if (r)
		return r;
	m.kind = (enum op25b_wire_kind)kind;
	*ret = m;
	return 0;
}
