/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who sent a request, see request.h. What a header says counts only as far as trusted proxies wrote
 * it: of the addresses in X-Forwarded-For, each of which was written by whoever has the address
 * behind it, the last that is no proxy of ours is the customer. What stands before it is the
 * customer's own invention.
 */
#include <string.h>
#include <strings.h>

#include "serve/endpoint.h"
#include "web/header.h"
#include "web/settings.h"

#define ELEMENT 64 /* bytes of "[2001:...]:65535", with its NUL */
#define USER    64

/* An element as proxies write it: an address, perhaps with a port. */
static bool parse(const char *text, size_t n, struct op25b_endpoint *ret)
{
	char element[ELEMENT];

	while (n && strchr(" \t", *text)) {
		text++;
		n--;
	}
	while (n && strchr(" \t", text[n - 1]))
		n--;
	if (!n || n >= sizeof(element))
		return false;
	memcpy(element, text, n);
	element[n] = '\0';
	if (op25b_endpoint_parse_mapped(element, 0, ret))
		return true;
	if (!op25b_endpoint_parse_mapped(element, 1, ret))
		return false;
	ret->port = 0;
	return true;
}

static void forget_caller(struct op25b_web_request *ret)
{
	ret->caller = (struct op25b_prefix){ .family = OP25B_NO_FAMILY };
	ret->caller_port = 0;
	ret->caller_unread = true;
}

/*
 * Goes back through a header's elements as long as they are proxies. Returns whether it is over:
 * somebody else was found, or what nobody can read.
 */
static bool walk_back(const struct op25b_web_file *file, const char *value,
		      struct op25b_web_request *ret)
{
	const char *end = value + strlen(value);

	for (;;) {
		const char *begin = end;
		struct op25b_endpoint found;

		while (begin > value && begin[-1] != ',')
			begin--;
		if (!parse(begin, (size_t)(end - begin), &found)) {
			forget_caller(ret);
			return true;
		}
		ret->caller = found.address;
		ret->caller_port = found.port;
		if (!op25b_web_file_trusts(file, &found.address))
			return true;
		if (begin == value)
			return false;
		end = begin - 1;
	}
}

static void read_forwarded(const struct op25b_web_file *file, const struct op25b_web_wire *wire,
			   struct op25b_web_request *ret)
{
	for (size_t i = wire->n_headers; i-- > 0;) {
		if (!strcasecmp(wire->headers[i].name, "X-Forwarded-For") &&
		    walk_back(file, wire->headers[i].value, ret))
			return;
	}
}

/* What the nearest proxy says: the last word. */
static bool is_https(const struct op25b_web_wire *wire)
{
	const char *last = NULL, *comma;

	for (size_t i = 0; i < wire->n_headers; i++) {
		if (!strcasecmp(wire->headers[i].name, "X-Forwarded-Proto"))
			last = wire->headers[i].value;
	}
	comma = last ? strrchr(last, ',') : NULL;
	last = comma ? comma + 1 + strspn(comma + 1, " \t") : last;
	return last && !strcasecmp(last, "https");
}

static bool is_user(const char *text)
{
	for (const char *p = text; *p; p++) {
		if (*p <= ' ' || *p >= 0x7f)
			return false;
	}
	return *text && strlen(text) <= USER;
}

void op25b_web_request_sender(const struct op25b_web_file *file, const struct op25b_web_wire *wire,
			      struct op25b_web_request *ret)
{
	const char *user = op25b_web_header(wire, "X-Remote-User");

	ret->caller = wire->peer;
	ret->caller_port = wire->peer_port;
	ret->caller_unread = false;
	ret->https = false;
	ret->user = "";
	if (!op25b_web_file_trusts(file, &wire->peer))
		return;
	ret->caller_port = 0;
	ret->https = is_https(wire);
	/* Else all customers would be told of the proxy's own line. Staff may come without. */
	if (!wire->staff && !op25b_web_header_count(wire, "X-Forwarded-For"))
		forget_caller(ret);
	read_forwarded(file, wire, ret);
	/* Two names are nobody's. */
	if (wire->staff && user && op25b_web_header_count(wire, "X-Remote-User") == 1 &&
	    is_user(user))
		ret->user = user;
}
