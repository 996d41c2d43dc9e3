/* SPDX-License-Identifier: BSD-2-Clause */
/* See postfix.h. */
#include "mail/postfix.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/prefix.h"

struct reading {
	struct op25b_postfix_request *request;
	bool named; /* request=smtpd_access_policy was there */
	struct op25b_error *error;
};

static int read_name(struct reading *r, const char *value)
{
	if (strcmp(value, "smtpd_access_policy") != 0)
		return op25b_error_set(r->error, -EBADMSG,
				       "a request of another kind than smtpd_access_policy");
	r->named = true;
	return 0;
}

static int read_state(struct reading *r, const char *value)
{
	static const char *const words[] = {
		[OP25B_POSTFIX_RCPT] = "RCPT",
		[OP25B_POSTFIX_DATA] = "DATA",
		[OP25B_POSTFIX_END_OF_MESSAGE] = "END-OF-MESSAGE",
	};

	r->request->state = OP25B_POSTFIX_OTHER;
	for (size_t i = OP25B_POSTFIX_RCPT; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!strcmp(value, words[i]))
			r->request->state = (enum op25b_postfix_state)i;
	}
	return 0;
}

static void parse_address(const char *text, struct op25b_prefix *ret)
{
	enum op25b_prefix_fault fault = op25b_prefix_parse(text, ret);

	if ((fault != OP25B_PREFIX_FINE && fault != OP25B_PREFIX_MAPPED) || strchr(text, '/'))
		*ret = (struct op25b_prefix){ 0 };
}

/* Postfix says "unknown" of a client that is gone. */
static int read_client(struct reading *r, const char *value)
{
	parse_address(value, &r->request->client);
	return 0;
}

static int read_server(struct reading *r, const char *value)
{
	parse_address(value, &r->request->server);
	return 0;
}

/* Whether it is a decimal number that fits. */
static bool parse_number(const char *text, uint64_t most, uint64_t *ret)
{
	size_t digits = strspn(text, "0123456789");
	unsigned long long value;

	errno = 0;
	value = strtoull(text, NULL, 10);
	if (!digits || text[digits] || errno || value > most)
		return false;
	*ret = value;
	return true;
}

static uint16_t port_of(const char *text)
{
	uint64_t value = 0;

	return parse_number(text, UINT16_MAX, &value) ? (uint16_t)value : 0;
}

static int read_client_port(struct reading *r, const char *value)
{
	r->request->client_port = port_of(value);
	return 0;
}

static int read_server_port(struct reading *r, const char *value)
{
	r->request->server_port = port_of(value);
	return 0;
}

/* What is counted must be right: a mail of unknown size is none of no size. */
static int read_recipients(struct reading *r, const char *value)
{
	uint64_t number = 0;

	if (!parse_number(value, UINT32_MAX, &number))
		return op25b_error_set(r->error, -EBADMSG, "recipient_count is no number");
	r->request->recipients = (uint32_t)number;
	return 0;
}

static int read_size(struct reading *r, const char *value)
{
	if (!parse_number(value, UINT64_MAX, &r->request->size))
		return op25b_error_set(r->error, -EBADMSG, "size is no number");
	return 0;
}

static int read_tls(struct reading *r, const char *value)
{
	r->request->tls = *value;
	return 0;
}

#define NAME(text) text, sizeof(text) - 1
#define TEXT(name, field)                                                       \
	{                                                                       \
		NAME(name), NULL, offsetof(struct op25b_postfix_request, field) \
	}

/* @size: bytes of @name; most lines are of a name that nobody asks for. */
static int read_pair(struct reading *r, const char *name, size_t size, const char *value)
{
	static const struct {
		const char *name;
		size_t size;
		int (*read)(struct reading *r, const char *value);
		size_t text; /* where it goes instead of read */
	} names[] = {
		{ NAME("request"), read_name, 0 },
		{ NAME("protocol_state"), read_state, 0 },
		{ NAME("client_address"), read_client, 0 },
		{ NAME("client_port"), read_client_port, 0 },
		{ NAME("server_address"), read_server, 0 },
		{ NAME("server_port"), read_server_port, 0 },
		{ NAME("recipient_count"), read_recipients, 0 },
		{ NAME("size"), read_size, 0 },
		{ NAME("encryption_protocol"), read_tls, 0 },
		TEXT("instance", instance),
		TEXT("queue_id", queue_id),
		TEXT("policy_context", context),
		TEXT("sender", sender),
		TEXT("recipient", recipient),
		TEXT("sasl_username", sasl_username),
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (size != names[i].size || memcmp(name, names[i].name, size) != 0)
			continue;
		if (names[i].read)
			return names[i].read(r, value);
		*(const char **)(void *)((char *)r->request + names[i].text) = value;
		return 0;
	}
	return 0;
}

/* The lines of @data, each ended by its newline; the last byte is the empty line's. */
static int read_lines(struct reading *r, char *data, size_t size)
{
	for (char *line = data, *end; line < data + size - 1; line = end + 1) {
		char *equals;
		int e;

		end = memchr(line, '\n', (size_t)(data + size - line));
		*end = '\0';
		equals = memchr(line, '=', (size_t)(end - line));
		if (!equals)
			return op25b_error_set(r->error, -EBADMSG, "a line without '='");
		e = read_pair(r, line, (size_t)(equals - line), equals + 1);
		if (e)
			return e;
	}
	if (!r->named)
		return op25b_error_set(r->error, -EBADMSG, "a request without its kind");
	return 0;
}

/* Bytes up to and with the empty line; 0: it is not there yet. */
static size_t size_of(const char *data, size_t size)
{
	const char *end = memmem(data, size, "\n\n", 2);

	if (size && *data == '\n')
		return 1;
	return end ? (size_t)(end - data) + 2 : 0;
}

int op25b_postfix_read(char *data, size_t size, struct op25b_postfix_request *ret,
		       struct op25b_error *error)
{
	struct op25b_postfix_request request = { .instance = "",
						 .queue_id = "",
						 .context = "",
						 .sender = "",
						 .recipient = "",
						 .sasl_username = "" };
	struct reading r = { .request = &request, .error = error };
	size_t whole = size_of(data, size < OP25B_POSTFIX_REQUEST ? size : OP25B_POSTFIX_REQUEST);
	int e;

	if (!whole && size >= OP25B_POSTFIX_REQUEST)
		return op25b_error_set(error, -EBADMSG, "a request of more than %u bytes",
				       OP25B_POSTFIX_REQUEST);
	if (!whole)
		return 0;
	if (memchr(data, '\0', whole))
		return op25b_error_set(error, -EBADMSG, "a request with a NUL");
	e = read_lines(&r, data, whole);
	if (e)
		return e;
	*ret = request;
	return (int)whole;
}

static bool is_line(const char *text)
{
	while (*text >= ' ' && *text < 0x7f)
		text++;
	return !*text;
}

/* "450 4.7.1 text": a code and its enhanced form that say the same. */
static bool is_refusal(const char *text)
{
	return (*text == '4' || *text == '5') && strspn(text + 1, "0123456789") == 2 &&
	       text[3] == ' ' && text[4] == *text && text[5] == '.';
}

size_t op25b_postfix_write(bool grant, const char *action, char *ret, size_t size)
{
	bool may = !strcmp(action, "DUNNO") || !strncmp(action, "HOLD ", 5) || is_refusal(action) ||
		   (grant && !strcmp(action, "OK"));
	int n;

	if (!may || !is_line(action))
		return 0;
	n = snprintf(ret, size, "action=%s\n\n", action);
	return n > 0 && (size_t)n < size ? (size_t)n : 0;
}
