/* SPDX-License-Identifier: BSD-2-Clause */
/* See endpoint.h. */
#include "serve/endpoint.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "policy/prefix.h"

static bool parse_port(const char *text, uint16_t *ret)
{
	size_t digits = strspn(text, "0123456789");
	unsigned long value = strtoul(text, NULL, 10);

	if (!digits || digits > 5 || text[digits] || !value || value > 65535)
		return false;
	*ret = (uint16_t)value;
	return true;
}

/* @mapped: ::ffff:192.0.2.1 is 192.0.2.1, instead of a fault. */
static bool parse(const char *text, uint16_t port, bool mapped, struct op25b_endpoint *ret)
{
	const char *colon = strrchr(text, ':'), *end = text + strlen(text), *digits = NULL;
	char address[OP25B_PREFIX_TEXT];
	struct op25b_endpoint found = { .port = port };
	enum op25b_prefix_fault fault;

	if (*text == '[') {
		text++;
		end = strchr(text, ']');
		if (!end || (end[1] && end[1] != ':'))
			return false;
		digits = end[1] ? end + 2 : NULL;
	} else if (colon && colon == strchr(text, ':')) {
		end = colon;
		digits = colon + 1;
	}
	if ((size_t)(end - text) >= sizeof(address) || memchr(text, '/', (size_t)(end - text)))
		return false;
	memcpy(address, text, (size_t)(end - text));
	address[end - text] = '\0';
	if ((digits && !parse_port(digits, &found.port)) || !found.port)
		return false;
	fault = op25b_prefix_parse(address, &found.address);
	if (fault != OP25B_PREFIX_FINE && !(mapped && fault == OP25B_PREFIX_MAPPED))
		return false;
	*ret = found;
	return true;
}

bool op25b_endpoint_parse(const char *text, uint16_t port, struct op25b_endpoint *ret)
{
	return parse(text, port, false, ret);
}

bool op25b_endpoint_parse_mapped(const char *text, uint16_t port, struct op25b_endpoint *ret)
{
	return parse(text, port, true, ret);
}

bool op25b_endpoint_same(const struct op25b_endpoint *a, const struct op25b_endpoint *b)
{
	return a->port == b->port && !op25b_prefix_compare(&a->address, &b->address);
}

socklen_t op25b_endpoint_fill(const struct op25b_endpoint *endpoint, struct sockaddr_storage *ret)
{
	const struct op25b_prefix *address = &endpoint->address;

	*ret = (struct sockaddr_storage){ 0 };
	if (address->family == OP25B_V4) {
		struct sockaddr_in *v4 = (struct sockaddr_in *)ret;

		v4->sin_family = AF_INET;
		v4->sin_port = htons(endpoint->port);
		memcpy(&v4->sin_addr, address->addr, sizeof(v4->sin_addr));
		return sizeof(*v4);
	} else {
		struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)ret;

		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons(endpoint->port);
		memcpy(&v6->sin6_addr, address->addr, sizeof(v6->sin6_addr));
		return sizeof(*v6);
	}
}

bool op25b_endpoint_is_every(const struct op25b_endpoint *endpoint)
{
	static const uint8_t none[sizeof(endpoint->address.addr)];

	return !memcmp(endpoint->address.addr, none, sizeof(none));
}

bool op25b_endpoint_is_loopback(const struct op25b_prefix *address)
{
	static const struct op25b_prefix v4 = { OP25B_V4, 8, { 127 } },
					 v6 = { OP25B_V6, 128, { [15] = 1 } };

	return op25b_prefix_holds(&v4, address) || op25b_prefix_holds(&v6, address);
}
