/* SPDX-License-Identifier: BSD-2-Clause */
/* See header.h. */
#include "web/header.h"

#include <strings.h>

const char *op25b_web_header(const struct op25b_web_wire *wire, const char *name)
{
	for (size_t i = 0; i < wire->n_headers; i++) {
		if (!strcasecmp(wire->headers[i].name, name))
			return wire->headers[i].value;
	}
	return NULL;
}

size_t op25b_web_header_count(const struct op25b_web_wire *wire, const char *name)
{
	size_t n = 0;

	for (size_t i = 0; i < wire->n_headers; i++)
		n += !strcasecmp(wire->headers[i].name, name);
	return n;
}
