/* SPDX-License-Identifier: BSD-2-Clause */
/* See providers.h. The format is draft-ietf-mailmaint-autoconfig's; a DOCTYPE is refused. */
#include "web/providers.h"

#include <ctype.h>
#include <expat.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH 12
#define TEXT  256U

struct reader {
	XML_Parser parser;
	struct op25b_arena *arena;
	struct op25b_outside_provider provider;
	struct op25b_outside_server server;
	bool in_server; /* an outgoing one of type smtp */
	int depth;
	const char *fault; /* NULL: none */
	char text[TEXT];
	size_t n;
};

static void stop(struct reader *r, const char *fault)
{
	r->fault = fault;
	XML_StopParser(r->parser, XML_FALSE);
}

static void on_start(void *context, const char *name, const char **attributes)
{
	struct reader *r = context;
	bool smtp = false;

	if (++r->depth > DEPTH) {
		stop(r, "elements stand too deep in each other");
		return;
	}
	r->n = 0;
	if (strcmp(name, "outgoingServer") != 0)
		return;
	for (size_t i = 0; attributes[i]; i += 2)
		smtp = smtp ||
		       (!strcmp(attributes[i], "type") && !strcmp(attributes[i + 1], "smtp"));
	r->in_server = smtp;
	r->server = (struct op25b_outside_server){ .port = 0 };
}

static void on_text(void *context, const char *text, int n)
{
	struct reader *r = context;

	if ((size_t)n >= TEXT - r->n) {
		stop(r, "a text is longer than 255 bytes");
		return;
	}
	memcpy(r->text + r->n, text, (size_t)n);
	r->n += (size_t)n;
}

/* The element's text without blanks around it, in the arena. */
static char *take_text(struct reader *r)
{
	size_t first = 0;

	while (r->n && isspace((unsigned char)r->text[r->n - 1]))
		r->n--;
	while (first < r->n && isspace((unsigned char)r->text[first]))
		first++;
	return op25b_arena_copy(r->arena, r->text + first, r->n - first);
}

static void add_domain(struct reader *r)
{
	char *domain = take_text(r);

	for (char *c = domain; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	if (*domain)
		*OP25B_PUSH(r->arena, r->provider.domains, r->provider.n_domains) = domain;
}

static void end_server(struct reader *r)
{
	r->in_server = false;
	if (r->server.host && r->server.port)
		*OP25B_PUSH(r->arena, r->provider.outgoing, r->provider.n_outgoing) = r->server;
}

static void take_port(struct reader *r)
{
	const char *text = take_text(r);
	long port = strtol(text, NULL, 10);

	if (strspn(text, "0123456789") != strlen(text) || port < 1 || port > 65535)
		stop(r, "a port is no number of 1 to 65535");
	else
		r->server.port = (uint16_t)port;
}

static void on_end(void *context, const char *name)
{
	struct reader *r = context;

	r->depth--;
	if (!strcmp(name, "domain")) {
		add_domain(r);
	} else if (!strcmp(name, "displayName") && !r->provider.name) {
		r->provider.name = take_text(r);
	} else if (!strcmp(name, "outgoingServer") && r->in_server) {
		end_server(r);
	} else if (r->in_server && !strcmp(name, "hostname")) {
		r->server.host = take_text(r);
	} else if (r->in_server && !strcmp(name, "port")) {
		take_port(r);
	} else if (r->in_server && !strcmp(name, "socketType")) {
		const char *type = take_text(r);

		r->server.tls = !strcmp(type, "SSL");
		r->server.starttls = !strcmp(type, "STARTTLS");
	} else if (r->in_server && !strcmp(name, "username")) {
		r->server.user = take_text(r);
	}
	r->n = 0;
}

static void on_doctype(void *context, const char *name, const char *system, const char *public_id,
		       int internal)
{
	(void)name;
	(void)system;
	(void)public_id;
	(void)internal;
	stop(context, "has a DOCTYPE; such a file has none");
}

static void complain(struct op25b_data_load *load, const struct reader *r)
{
	const struct op25b_place place = { load->file,
					   (uint32_t)XML_GetCurrentLineNumber(r->parser),
					   (uint32_t)XML_GetCurrentColumnNumber(r->parser) + 1 };

	op25b_find_error(&load->c.finder, &place, "%s; import the file again",
			 r->fault ? r->fault : XML_ErrorString(XML_GetErrorCode(r->parser)));
}

void op25b_providers_read(struct op25b_data_load *load, const struct op25b_node *root)
{
	struct reader r = { .parser = XML_ParserCreate(NULL), .arena = load->c.arena };

	(void)root;
	if (!r.parser)
		op25b_arena_exhaust(load->c.arena);
	if (!load->data->providers)
		load->data->providers =
			op25b_arena_alloc(load->c.arena, sizeof(*load->data->providers));
	XML_SetUserData(r.parser, &r);
	XML_SetElementHandler(r.parser, on_start, on_end);
	XML_SetCharacterDataHandler(r.parser, on_text);
	XML_SetStartDoctypeDeclHandler(r.parser, on_doctype);
	if (load->size > INT_MAX ||
	    XML_Parse(r.parser, (const char *)load->bytes, (int)load->size, 1) != XML_STATUS_OK)
		complain(load, &r);
	else if (!r.provider.n_domains)
		op25b_find_error(&load->c.finder, &(struct op25b_place){ load->file, 1, 1 },
				 "names no <domain>, by which it would be found; import the file "
				 "again");
	else
		*OP25B_PUSH(load->c.arena, load->data->providers->list, load->data->providers->n) =
			r.provider;
	XML_ParserFree(r.parser);
}

const struct op25b_outside_provider *op25b_providers_find(const struct op25b_providers_data *data,
							  const char *domain)
{
	for (size_t i = 0; data && i < data->n; i++) {
		for (size_t k = 0; k < data->list[i].n_domains; k++) {
			if (!strcmp(data->list[i].domains[k], domain))
				return &data->list[i];
		}
	}
	return NULL;
}
