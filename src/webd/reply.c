/* SPDX-License-Identifier: BSD-2-Clause */
/* See reply.h. HSTS is the TLS proxy's to say: here nobody knows whether there is one. */
#include "webd/reply.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "web/header.h"
#include "webd/stream.h"
#include "webd/webd.h"

#define ETAG 20 /* bytes of a quoted hash and its NUL */

/* With no-referrer browsers would not say whose form they send, not even of our own pages. */
static const char fixed[] = "Content-Security-Policy: default-src 'none'; style-src 'self'; "
			    "img-src 'self'; form-action 'self'; base-uri 'none'; "
			    "frame-ancestors 'none'\r\n"
			    "X-Content-Type-Options: nosniff\r\n"
			    "Referrer-Policy: same-origin\r\n"
			    "Permissions-Policy: camera=(), geolocation=(), microphone=()\r\n"
			    "Cross-Origin-Opener-Policy: same-origin\r\n"
			    "Cross-Origin-Resource-Policy: same-origin\r\n";

static const char *phrase_of(int status)
{
	static const struct {
		int status;
		const char *phrase;
	} phrases[] = {
		{ 200, "OK" },
		{ 204, "No Content" },
		{ 302, "Found" },
		{ 303, "See Other" },
		{ 304, "Not Modified" },
		{ 400, "Bad Request" },
		{ 403, "Forbidden" },
		{ 404, "Not Found" },
		{ 405, "Method Not Allowed" },
		{ 411, "Length Required" },
		{ 413, "Content Too Large" },
		{ 414, "URI Too Long" },
		{ 415, "Unsupported Media Type" },
		{ 431, "Request Header Fields Too Large" },
		{ 500, "Internal Server Error" },
		{ 503, "Service Unavailable" },
		{ 505, "HTTP Version Not Supported" },
	};

	for (size_t i = 0; i < sizeof(phrases) / sizeof(phrases[0]); i++) {
		if (phrases[i].status == status)
			return phrases[i].phrase;
	}
	return "Status";
}

/* FNV-1a: names a version of a page, and nothing hangs on it but a copy in a cache. */
static void make_etag(const struct op25b_html *html, char ret[static ETAG])
{
	uint64_t hash = 0xcbf29ce484222325U;

	for (size_t i = 0; i < html->n; i++)
		hash = (hash ^ (unsigned char)html->bytes[i]) * 0x100000001b3U;
	snprintf(ret, ETAG, "\"%016llx\"", (unsigned long long)hash);
}

/* What may be kept is asked for again each time, and sent again only if it has changed. */
static void set_etag(const struct op25b_reply *reply, struct op25b_web_response *response,
		     char ret[static ETAG])
{
	const char *known = op25b_web_header(&reply->conn->head.wire, "If-None-Match");

	*ret = '\0';
	if (response->no_store || response->status != 200)
		return;
	make_etag(&response->html, ret);
	if (known && strstr(known, ret))
		response->status = 304;
}

static void add_kind(struct evbuffer *out, const struct op25b_web_response *response)
{
	const char *type = response->content_type;

	if (type)
		evbuffer_add_printf(out, "Content-Type: %s\r\n", type);
	if (type && !strncmp(type, "text/html", 9))
		evbuffer_add_printf(out, "Content-Language: %s\r\n",
				    op25b_lang_names[response->html.lang]);
	if (response->vary_language || response->no_store)
		evbuffer_add_printf(out, "Vary: Accept-Language\r\n");
	if (*response->location)
		evbuffer_add_printf(out, "Location: %s\r\n", response->location);
	if (response->filename)
		evbuffer_add_printf(out, "Content-Disposition: attachment; filename=\"%s\"\r\n",
				    response->filename);
}

static void add_head(struct evbuffer *out, const struct op25b_reply *reply,
		     const struct op25b_web_response *response, const char *etag, bool last)
{
	const struct op25b_web_request *request = reply->request;
	char date[40];
	time_t now = time(NULL);
	struct tm tm;

	strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&now, &tm));
	evbuffer_add_printf(out, "HTTP/1.1 %d %s\r\nDate: %s\r\n", response->status,
			    phrase_of(response->status), date);
	evbuffer_add(out, fixed, sizeof(fixed) - 1);
	add_kind(out, response);
	evbuffer_add_printf(out, "Cache-Control: %s\r\n",
			    response->no_store ? "no-store" : "no-cache");
	if (*etag)
		evbuffer_add_printf(out, "ETag: %s\r\n", etag);
	if (response->status == 405)
		evbuffer_add_printf(out, "Allow: %s\r\n",
				    request && request->method == OP25B_WEB_GET ? "POST" :
										  "GET, HEAD");
	if (response->status != 304 && response->status != 204)
		evbuffer_add_printf(out, "Content-Length: %zu\r\n", response->html.n);
	if (last)
		evbuffer_add_printf(out, "Connection: close\r\n");
	else if (reply->conn->head.wire.http10)
		evbuffer_add_printf(out, "Connection: keep-alive\r\n");
	evbuffer_add(out, "\r\n", 2);
}

static void free_bytes(const void *data, size_t size, void *arg)
{
	(void)data;
	(void)size;
	free(arg);
}

/* Moves the page's bytes, without copying them. */
static int add_body(struct evbuffer *out, struct op25b_html *html)
{
	if (!html->n)
		return 0;
	if (evbuffer_add_reference(out, html->bytes, html->n, free_bytes, html->bytes))
		return -1;
	html->bytes = NULL;
	html->n = html->room = 0;
	return 0;
}

void op25b_reply_send(const struct op25b_reply *reply, struct op25b_web_response *response)
{
	struct op25b_conn *conn = reply->conn;
	const char *method = conn->has_head ? conn->head.wire.method : "-";
	const bool last = !reply->request || !conn->head.keep_alive;
	const size_t size = response->html.n;
	struct evbuffer *out = evbuffer_new();
	char etag[ETAG];
	int r = 0;

	set_etag(reply, response, etag);
	op25b_access_note(&conn->d->access, reply, method, response->status, size);
	if (out) {
		add_head(out, reply, response, etag, last);
		if (strcmp(method, "HEAD") != 0 && response->status != 304)
			r = add_body(out, &response->html);
	}
	if (out && !r)
		op25b_stream_send(conn, out, last);
	else
		op25b_conn_free(conn);
	if (out)
		evbuffer_free(out);
	op25b_web_response_done(response);
}
