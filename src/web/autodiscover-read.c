/* SPDX-License-Identifier: BSD-2-Clause */
/* See autodiscover-read.h. */
#include "web/autodiscover-read.h"

#include <errno.h>
#include <expat.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>

#define SPACE "http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006"
#define DEPTH 8 /* of elements; a request has three */

struct reader {
	XML_Parser parser;
	int depth;
	bool inside; /* of the address's element */
	bool found;
	size_t n;
	char address[OP25B_AUTODISCOVER_ADDRESS];
};

static void on_start(void *context, const char *name, const char **attributes)
{
	struct reader *r = context;

	(void)attributes;
	if (++r->depth > DEPTH) {
		XML_StopParser(r->parser, XML_FALSE);
		return;
	}
	r->inside = !strcmp(name, SPACE " EMailAddress") && !r->found;
}

static void on_end(void *context, const char *name)
{
	struct reader *r = context;

	(void)name;
	r->depth--;
	r->found = r->found || (r->inside && r->n);
	r->inside = false;
}

static void on_text(void *context, const char *text, int n)
{
	struct reader *r = context;

	if (!r->inside)
		return;
	if ((size_t)n >= sizeof(r->address) - r->n) {
		XML_StopParser(r->parser, XML_FALSE);
		return;
	}
	memcpy(r->address + r->n, text, (size_t)n);
	r->n += (size_t)n;
}

/* No request has one, and whoever sends one means harm by its entities. */
static void on_doctype(void *context, const char *name, const char *system, const char *public_id,
		       int internal)
{
	(void)name;
	(void)system;
	(void)public_id;
	(void)internal;
	XML_StopParser(((struct reader *)context)->parser, XML_FALSE);
}

int op25b_autodiscover_read(const char *body, size_t size,
			    char ret_address[static OP25B_AUTODISCOVER_ADDRESS])
{
	struct reader r = { .parser = XML_ParserCreateNS(NULL, ' ') };
	enum XML_Status status;

	if (!r.parser)
		return -ENOMEM;
	XML_SetUserData(r.parser, &r);
	XML_SetElementHandler(r.parser, on_start, on_end);
	XML_SetCharacterDataHandler(r.parser, on_text);
	XML_SetStartDoctypeDeclHandler(r.parser, on_doctype);
	status = size > INT_MAX ? XML_STATUS_ERROR :
				  XML_Parse(r.parser, body, (int)size, /* isFinal= */ 1);
	XML_ParserFree(r.parser);
	if (status != XML_STATUS_OK || !r.found)
		return -EINVAL;
	memcpy(ret_address, r.address, r.n);
	ret_address[r.n] = '\0';
	return 0;
}
