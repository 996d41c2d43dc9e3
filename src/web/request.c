/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See request.h: from what a server read to what pages may believe. Whatever leaves open
 * which host or path is meant or what a byte stands for is refused, never mended.
 */
#include "web/request.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "web/decode.h"
#include "web/header.h"

#define HOST 264U /* bytes of a name with its port, and the NUL */

/* What of a request is not as it came. */
struct own {
	char target[OP25B_WEB_PATH + OP25B_WEB_QUERY + HOST + 16];
	char host[HOST];
};

/* "name", "name:port", "[address]:port". */
static bool is_host(const char *text)
{
	const char *end = *text == '[' ? strchr(text, ']') : NULL;
	const char *port = end ? end + 1 : strchr(text, ':');
	const size_t name = port ? (size_t)(port - text) : strlen(text);
	const char *set = end ? "0123456789abcdefABCDEF:.[]" :
				"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";

	if (!name || strspn(text, set) < name || strlen(text) >= HOST || (*text == '[' && !end))
		return false;
	if (!port || !*port)
		return true;
	return *port == ':' && strlen(port) <= 6 && port[1] &&
	       strspn(port + 1, "0123456789") == strlen(port + 1);
}

/* The absolute form names the host itself (RFC 9112 3.2.2). Leaves the path in *target. */
static int split_target(char **target, struct own *own)
{
	char *slash, *authority;

	if (**target == '/')
		return 0;
	if (strncasecmp(*target, "http://", 7) != 0 && strncasecmp(*target, "https://", 8) != 0)
		return 400;
	authority = strstr(*target, "://") + 3;
	slash = strchr(authority, '/');
	if (!slash || slash == authority || slash - authority >= (ptrdiff_t)HOST)
		return 400;
	memcpy(own->host, authority, (size_t)(slash - authority));
	own->host[slash - authority] = '\0';
	*target = slash;
	return 0;
}

static int read_host(const struct op25b_web_wire *wire, struct own *own,
		     struct op25b_web_request *request)
{
	const char *host = op25b_web_header(wire, "Host");

	if (op25b_web_header_count(wire, "Host") > 1 || (!host && !wire->http10))
		return 400;
	if (host && *host && !is_host(host))
		return 400;
	if (*own->host)
		host = own->host;
	else if (host)
		memcpy(own->host, host, strlen(host) + 1); /* is_host() measured it */
	if (host && *host && !is_host(host))
		return 400;
	for (char *p = own->host; *p; p++)
		*p = *p >= 'A' && *p <= 'Z' ? (char)(*p | 0x20) : *p;
	request->host = own->host;
	return 0;
}

/* Segments that mean another path, and what escapes might have hidden. */
static bool is_path(const char *path)
{
	for (const char *at = path; at; at = strchr(at + 1, '/')) {
		size_t n = strcspn(at + 1, "/");

		if ((n == 1 && at[1] == '.') || (n == 2 && !strncmp(at + 1, "..", 2)) ||
		    (!n && at[1]))
			return false;
	}
	return !strpbrk(path, "\\\n\t");
}

static int read_path(char *path, struct op25b_web_request *request)
{
	if (strlen(path) > OP25B_WEB_PATH)
		return 414;
	if (strcasestr(path, "%2f") || op25b_web_decode(path, /* plus= */ false) || !is_path(path))
		return 400;
	request->path = path;
	return 0;
}

static int status_of(int r)
{
	return r == -ENOMEM ? 500 : 400;
}

static int read_target(const struct op25b_web_wire *wire, struct own *own,
		       struct op25b_web_request *request)
{
	char *path = own->target, *query;
	int r;

	if (strlen(wire->target) >= sizeof(own->target))
		return 414;
	memcpy(own->target, wire->target, strlen(wire->target) + 1);
	for (const char *p = path; *p; p++) {
		if (*p <= ' ' || *p >= 0x7f || *p == '#')
			return 400;
	}
	r = split_target(&path, own);
	if (r)
		return r;
	query = strchr(path, '?');
	if (query)
		*query++ = '\0';
	if (query && strlen(query) > OP25B_WEB_QUERY)
		return 414;
	r = query ? op25b_web_fields_read(query, strlen(query), &request->query) : 0;
	return r ? status_of(r) : read_path(path, request);
}

/* "https://name" or "https://name:port", lower case or not, against the name asked. */
static bool is_same_site(const char *origin, const char *host)
{
	const size_t scheme = !strncasecmp(origin, "https://", 8) ? 8 :
			      !strncasecmp(origin, "http://", 7)  ? 7 :
								    0;
	const char *name = origin + scheme;
	size_t n = strcspn(host, ":");

	if (*host == '[')
		n = strcspn(host, "]") + 1;
	return scheme && !strncasecmp(name, host, n) && (!name[n] || name[n] == ':') &&
	       is_host(name);
}

/* A browser says from whose page it sends a form. */
static int check_origin(const struct op25b_web_wire *wire, struct op25b_web_request *request)
{
	const char *origin = op25b_web_header(wire, "Origin");
	const char *site = op25b_web_header(wire, "Sec-Fetch-Site");

	request->origin = origin ? origin : "";
	if (op25b_web_header_count(wire, "Origin") > 1 ||
	    op25b_web_header_count(wire, "Sec-Fetch-Site") > 1)
		return 400;
	if (site && strcasecmp(site, "same-origin") != 0 && strcasecmp(site, "none") != 0)
		return 403;
	return origin && !is_same_site(origin, request->host) ? 403 : 0;
}

static bool is_type(const char *type, const char *wanted)
{
	size_t n = strlen(wanted);

	return !strncasecmp(type, wanted, n) && (!type[n] || strchr("; \t", type[n]));
}

static int read_body(const struct op25b_web_wire *wire, struct op25b_web_request *request)
{
	const char *type = op25b_web_header(wire, "Content-Type");
	int r;

	if (op25b_web_header_count(wire, "Content-Type") > 1)
		return 400;
	if (!wire->body_size)
		return 0;
	if (type && is_type(type, "application/x-www-form-urlencoded")) {
		r = op25b_web_fields_read(wire->body, wire->body_size, &request->form);
		return r ? status_of(r) : 0;
	}
	if (!type || (!is_type(type, "text/xml") && !is_type(type, "application/xml")))
		return 415;
	request->body = wire->body;
	request->body_size = wire->body_size;
	return 0;
}

static int read_method(const struct op25b_web_wire *wire, struct op25b_web_request *request)
{
	if (!strcmp(wire->method, "POST"))
		request->method = OP25B_WEB_POST;
	else if (strcmp(wire->method, "GET") != 0 && strcmp(wire->method, "HEAD") != 0)
		return 405;
	return 0;
}

static const char *text_of(const struct op25b_web_wire *wire, const char *name)
{
	const char *text = op25b_web_header(wire, name);

	return text ? text : "";
}

int op25b_web_request_read(const struct op25b_web_file *file, const struct op25b_web_wire *wire,
			   struct op25b_web_request *ret)
{
	struct own *own = calloc(1, sizeof(*own));
	struct op25b_web_request request = { .staff = wire->staff, .now = wire->now, .own = own };
	int status = own ? read_method(wire, &request) : 500;

	status = status ? status : read_target(wire, own, &request);
	status = status ? status : read_host(wire, own, &request);
	if (!status && request.method == OP25B_WEB_POST) {
		status = check_origin(wire, &request);
		status = status ? status : read_body(wire, &request);
	} else {
		request.origin = "";
	}
	if (status) {
		op25b_web_request_done(&request);
		return status;
	}
	request.accept_language = text_of(wire, "Accept-Language");
	request.accept = text_of(wire, "Accept");
	op25b_web_request_sender(file, wire, &request);
	*ret = request;
	return 0;
}

void op25b_web_request_done(struct op25b_web_request *request)
{
	if (!request)
		return;
	op25b_web_fields_done(&request->query);
	op25b_web_fields_done(&request->form);
	free(request->own);
	request->own = NULL;
}
